"""The page and the workbook of the integrated plan: no year without places, no number for what is unknown."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dewak_research.config import Params, PlanningParams, StressParams
from dewak_research.data import read_table
from dewak_research.data.catalogue import table as catalogued
from dewak_research.language import LANGUAGES, Language
from dewak_research.own import integrated_plan, official
from dewak_research.own.check import load_own
from dewak_research.own.contents import Contents
from dewak_research.own.planning_files import words
from dewak_research.own.report import build_own_report
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook
from dewak_research.own.social_plan import needed_tables
from dewak_research.own.template import load_template
from dewak_research.page.labels import label
from dewak_research.page.values import kept_together, number
from dewak_research.rules import HOME, land
from own import musterstadt
from own.test_planning_sheets import GOOD

pytestmark = pytest.mark.slow  # a whole report with its plan is built

KEY = "05562020"
PARAMS = Params(stress=StressParams(draws=200), planning=PlanningParams(draws=30))


def workbook(own: Path, key: str = KEY, **lists: list[dict[str, object]]) -> None:
    contents = musterstadt.contents(key=key, name="Muster")
    whole = {**contents.lists, **GOOD, "register": [], **lists}
    form = {**contents.form, "peers": ""}
    save_workbook(Contents("de", form, contents.figures, contents.years, whole), own / key / FILE_NAME)


@pytest.fixture(scope="module")
def read() -> list[str]:
    """Files of official tables in the order in which the report of ``built`` read them."""
    return []


@pytest.fixture(scope="module")
def built(tables: dict[str, pd.DataFrame], read: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.mktemp("own")
    workbook(own)
    assert load_own(KEY, own).planning.places["places"].tolist() == [900, 960]

    def counted(name: str, **how: bool) -> pd.DataFrame:
        read.append(catalogued(name).path)
        return read_table(name, **how)

    official.official_table.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        for module in (official, integrated_plan):
            patch.setattr(module, "read_table", counted, raising=False)
        return build_own_report(KEY, own=own, ingested=tables, params=PARAMS).parents[1]


def rows(page: str) -> list[list[str]]:
    """Return the rows of all tables as texts."""
    found = (
        re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)
    )
    return [[re.sub("<[^>]+>", "", cell) for cell in row] for row in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_warns_only_where_places_are_known(built: Path, language: Language) -> None:
    page = (built / language / "planning.html").read_text(encoding="utf-8")
    unknown = label("own_no_value", language)
    by_name: dict[str, list[list[str]]] = {}
    for row in rows(page):
        by_name.setdefault(row[0], []).append(row)
    care, advice, child = (
        by_name[{"de": german, "en": english}[language]][0]
        for german, english in (
            ("Stationäre Pflege", "Residential care"),
            ("Schuldnerberatung", "Debt advice"),
            ("Kindertagesbetreuung unter 3 Jahren", "Childcare under 3 years"),
        )
    )
    assert len(care) == 4 and unknown not in care
    assert set(advice[1:]) == {unknown}
    never = label("own_planning_never", language, year=2040)
    assert child[1:4] == [never] * 3 and child[7:8] == ["960"]
    assert label("own_planning_warning_title", language) in page
    for name in ("likely", "sure", "warning_lead"):
        shown = kept_together(label(f"own_planning_{name}", language), language)
        assert shown in page.replace("&#34;", '"')
    certain = {"de": r"(?<!un)sicher ab", "en": "certain from"}[language]
    assert not re.search(certain, page, re.IGNORECASE), "the band holds people, not rates: nothing is certain"
    assert "{" not in re.sub("<style.*?</style>", "", page, flags=re.S)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_council_page_carries_the_plan(built: Path, language: Language) -> None:
    page = (built / language / "leaflet.html").read_text(encoding="utf-8")
    table = {
        name: pd.read_csv(built / "tables" / f"planning_{name}.csv") for name in ("warning", "cost", "payers")
    }
    change = table["warning"].set_index("service")["growth_share"].dropna()
    most = change.reindex(change.abs().sort_values(ascending=False).index).index[:3]
    names = [load_template().options[service][language] for service in most]
    shown = {row[0]: row for row in rows(page) if row[0] in names}
    assert list(shown) == names
    for service, name in zip(most, names, strict=True):
        assert len(re.findall(r"\(.+–.+\)", " ".join(shown[name]))) == 1, (
            "2030 and 2040 stand with their bands"
        )
        cash = {"de": "Geldleistung", "en": "cash benefit"}[language]
        needs = label("own_planning_needs_places", language)
        assert shown[name][-1] == (cash if service == "care_allowance" else needs)
    cost = table["cost"].pivot_table(index="service", columns="year", values="net_eur")
    known = cost[[2024, 2030, 2040]].dropna().sum() / 1e6
    assert "; ".join(f"{year}: {number(eur, language, 1)}" for year, eur in known.items()) in page
    gross = table["cost"].query("year == 2024").set_index("service")["gross_eur"].dropna()
    paid: dict[str, float] = {}
    for row in table["payers"].dropna().to_dict("records"):
        paid[row["payer"]] = paid.get(row["payer"], 0.0) + row["share"] * gross.get(row["service"], 0.0)
    town = {"de": "Gemeinde", "en": "municipality"}[language]
    assert f"{town} {number(100 * paid['town'] / sum(paid.values()), language)}" in page
    assert "Räume teilen" in page and label("own_planning_council_doubt", language) in page


@pytest.mark.parametrize("name", ["planning", "leaflet"])
def test_on_a_phone_every_cell_of_what_to_decide_names_its_column(built: Path, name: str) -> None:
    page = (built / "de" / f"{name}.html").read_text(encoding="utf-8")
    decide = label("own_planning_decide", "de")
    tables = [part.partition("</table>")[0] for part in page.split('<div class="scroll stacked')[1:]]
    (table,) = (part for part in tables if decide in re.findall(r"<th[^>]*>([^<]*)</th>", part))
    cells = re.findall(r"<td([^>]*)>", table)
    assert len(cells) > 6 and all("data-label=" in attributes for attributes in cells)
    assert f'data-label="{decide}"' in table


@pytest.mark.browser
def test_the_council_page_is_one_page_with_everything_entered(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    workbook(tmp_path, **musterstadt.planning_lists())
    start = build_own_report(KEY, own=tmp_path, ingested=tables, params=PARAMS)
    for language in LANGUAGES:
        page = start.parents[1] / language / "leaflet.html"
        assert len(re.findall(r"<li>", page.read_text(encoding="utf-8"))) == 5
        target = tmp_path / f"{language}.pdf"
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        command += [f"--print-to-pdf={target}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert target.read_bytes().count(b"/Type /Page\n") == 1


def test_no_cost_of_a_case_is_shown_where_no_case_was_counted(built: Path) -> None:
    page = (built / "de" / "planning.html").read_text(encoding="utf-8")
    cost = next(row for row in rows(page) if row[0] == "Hilfen zur Erziehung" and "je Person" in row[1])
    assert "0–19 Jahren (Annahme)" in cost[1]
    table = pd.read_csv(built / "tables" / "planning_unit_costs.csv", dtype=str)
    assert table.query("service == 'child_raising_help'")["eur_per_need"].isna().all()


def test_the_budget_with_the_plan_stands_beside_the_one_without(built: Path) -> None:
    table = pd.read_csv(built / "tables" / "planning_with_and_without.csv").set_index("variant")
    years = pd.read_csv(built / "tables" / "planning_with_and_without_years.csv")
    with_, without = (
        years[years["variant"] == name].set_index("year")["equity_eur"] for name in ("with", "without")
    )
    net = years[years["variant"] == "with"].set_index("year")["net_eur"]
    assert (with_ - without).to_numpy() == pytest.approx(net.cumsum().to_numpy(), abs=1.0)
    assert table["probability"].between(0, 1).all()
    beside = pd.read_csv(built / "tables" / "planning_with_and_without_beside.csv")
    assert beside["year"].iloc[-1] == 2040 and not beside["tested"].iloc[-1]


def test_options_that_say_nothing_of_persons_or_posts_stay_unknown(built: Path) -> None:
    found = (
        pd.read_csv(built / "tables" / "planning_portfolio.csv").fillna({"options": ""}).set_index("options")
    )
    assert found.loc["", ["persons_reached", "staff_fte"]].tolist() == [0, 0]
    assert found.loc["Räume teilen", ["persons_reached", "staff_fte"]].isna().all()
    assert found.loc["Zweckverband", "hsk_compatible"] == "no"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_every_table_under_headings_in_the_language(built: Path, language: Language) -> None:
    book = openpyxl.load_workbook(built / language / f"planung_{KEY}.xlsx")
    sheets = {
        entry[language]
        for name, entry in words("sheets").items()
        if name not in ("districts", "district_need")
    }
    assert sheets <= set(book.sheetnames)
    headings = {entry[language] for entry in words("columns").values()}
    for name in sheets:
        sheet = book[name]
        top = next(row for row in sheet.iter_rows(values_only=True) if row[2] is not None)
        assert {cell for cell in top if cell is not None} <= headings, name
    values = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert label("own_no_value", language) in values and "nan" not in values and "None" not in values


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_names_every_assumption_and_source_in_words(built: Path, language: Language) -> None:
    book = openpyxl.load_workbook(built / language / f"planung_{KEY}.xlsx")
    about = [str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row if cell]
    for name in ("fixed_share", "staff_share", "pay_growth_share", "price_growth_share", "lead_time_years"):
        title = land(HOME).value("planning", name).title[language]
        assert any(line.startswith(title) for line in about), name
    rates = book[words("sheets")["need_rates"][language]]
    said = {str(cell) for row in rates.iter_rows(values_only=True) for cell in row if cell}
    for text in ("\n".join(about), "\n".join(said)):
        assert not re.search(
            r"\b(checkpoints|care_by_age|kreise_panel|booked_payments|METHODS|own_entry)\b", text
        )
    comma = {"de": "0,65", "en": "0.65"}[language]
    assert any(comma in line for line in about)


def test_every_heading_and_sheet_has_both_languages() -> None:
    for part in ("sheets", "columns", "values"):
        for name, entry in words(part).items():
            assert entry["de"] and entry["en"], name


def test_outside_the_land_and_without_the_pipeline_the_page_says_so_in_one_sentence(tmp_path: Path) -> None:
    workbook(tmp_path)
    start = build_own_report(KEY, own=tmp_path, params=PARAMS)
    page = (start.parent / "planning.html").read_text(encoding="utf-8")
    assert label("own_planning_no_pipeline", "de") in page and "<table>" not in page
    assert not list(start.parent.glob("*.xlsx"))


def test_official_tables_are_read_once_and_left_as_they_are(built: Path, read: list[str]) -> None:
    assert len(read) == len(set(read)) > len(needed_tables())
    for name in needed_tables():
        pd.testing.assert_frame_equal(official.official_table(name), read_table(name))
