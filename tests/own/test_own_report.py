"""The report on own figures: two languages, one A4 page, what applies and what does not, nothing outside the folder."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from dewak_research.config import CaseParams, Params
from dewak_research.errors import InputError
from dewak_research.own.check import load_own
from dewak_research.own.plan import (
    balance_items,
    budget_year,
    opening,
    plan_frame,
    plan_years,
    ratio_lines,
    result_path,
    series,
)
from dewak_research.own.report import FILES, build_own_report
from dewak_research.own.safety import has_own_figures
from dewak_research.own.sheets import save_workbook
from dewak_research.own.stress import effect_of, run_own_stress
from dewak_research.own.stress_page import stress_page
from dewak_research.paths import ROOT
from dewak_research.ratios.inputs import from_plan_lines
from dewak_research.ratios.kennzahlen import evaluate
from dewak_research.stress.booked_plan import first_trigger
from dewak_research.stress.scenarios import scenarios
from own import musterstadt

KEY = musterstadt.KEY


class Tags(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.mktemp("own")
    musterstadt.write(own)
    return build_own_report(KEY, own=own).parents[1]


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    own = tmp_path_factory.mktemp("own")
    musterstadt.write(own)
    return plan_frame(load_own(KEY, own).figures)


def text_of(folder: Path, language: str) -> str:
    return "".join((folder / language / name).read_text(encoding="utf-8") for name in FILES.values())


def test_report_is_there_in_both_languages(built: Path) -> None:
    for language in ("de", "en"):
        assert {p.name for p in (built / language).iterdir()} == set(FILES.values())
    german, english = text_of(built, "de"), text_of(built, "en")
    assert "Der Plan selbst löst keine Pflicht" in german and "leads to no duty" in english
    assert "selbst eingetragen" in german and "Was fehlt" in german
    assert {p.name for p in (built / "tables").iterdir()} == {
        "figures.csv", "ratios.csv", "plan_test.csv", "episodes.csv", "episodes_with_measures.csv",
        "cash_path.csv",
    }  # fmt: skip


def test_pages_need_nothing_from_elsewhere(built: Path) -> None:
    for page in built.rglob("*.html"):
        tags = Tags()
        tags.feed(page.read_text(encoding="utf-8"))
        assert not [
            tag
            for tag, _ in tags.seen
            if tag in ("script", "iframe", "object", "embed", "form", "img", "link")
        ]
        for tag, attributes in tags.seen:
            if tag == "a":
                target = page.parent / str(attributes["href"]).partition("#")[0]
                assert target.resolve().is_file(), attributes["href"]


@pytest.mark.browser
def test_printed_page_is_one_a4_page(built: Path, tmp_path: Path) -> None:
    for language in ("de", "en"):
        target = tmp_path / f"{language}.pdf"
        page = (built / language / "leaflet.html").as_uri()
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        subprocess.run(
            [*command, f"--print-to-pdf={target}", page], check=True, capture_output=True, timeout=120
        )
        assert target.read_bytes().count(b"/Type /Page\n") == 1


def test_last_actual_year_stands_on_the_leaflet(built: Path) -> None:
    rows = pd.read_csv(built / "tables" / "ratios.csv")
    assert rows.groupby("ratio")["year"].is_monotonic_increasing.all()
    assert 'data-label="Jahr"><span>2024</span>' in (built / "de" / "leaflet.html").read_text(
        encoding="utf-8"
    )


def test_same_input_same_bytes(built: Path, tmp_path: Path) -> None:
    musterstadt.write(tmp_path)
    again = build_own_report(KEY, own=tmp_path).parents[1]
    for page in sorted(p for p in built.rglob("*") if p.is_file()):
        assert (again / page.relative_to(built)).read_bytes() == page.read_bytes()


def test_an_edition_alone_does_not_lead_to_the_other_language(built: Path, tmp_path: Path) -> None:
    musterstadt.write(tmp_path)
    alone = build_own_report(KEY, own=tmp_path, languages=("de",)).parents[1]
    pages = sorted(page.name for page in (alone / "de").glob("*.html"))
    assert pages == sorted(page.name for page in (built / "de").glob("*.html"))
    for name in pages:
        both = (built / "de" / name).read_text(encoding="utf-8")
        one = re.sub(r'<a lang="en" hreflang="en" href="../en/[^>]*>English</a>\n', "", both)
        assert one != both and (alone / "de" / name).read_text(encoding="utf-8") == one


def test_plan_frame_completes_sums_by_hand(frame: pd.DataFrame) -> None:
    total = sum(musterstadt.value(musterstadt.RESULT, f"{n:02d}", 2026) for n in range(1, 10))
    assert series(frame, "result_plan", "10")[2026] == total
    assert series(frame, "result_plan", "26")[2029] == musterstadt.annual_result(2029)
    assert plan_years(frame) == list(musterstadt.PLAN) and budget_year(frame) == 2026
    start = opening(frame)
    assert start is not None and start["year"] == 2024
    path = result_path(frame, start)
    assert path["year"].tolist() == list(range(2024, 2030))
    assert path["result_eur"].iloc[0] == musterstadt.annual_result(2024)


def test_ratios_against_a_calculation_by_hand(frame: pd.DataFrame) -> None:
    kinds = pd.Series({KEY: "kreisangehoerige_gemeinde"})
    table = evaluate(from_plan_lines(ratio_lines(frame, KEY), kinds), "accrual")
    found = table[table["year"] == 2024].set_index("ratio")["value"]

    def at(line: str) -> int:
        return musterstadt.value(musterstadt.RESULT, line, 2024)

    costs = sum(at(line) for line in ("11", "12", "13", "14", "15", "16"))
    income = sum(at(f"{n:02d}") for n in range(1, 10))
    assert found["personalintensitaet"] == pytest.approx(100 * at("11") / costs)
    assert found["aufwandsdeckungsgrad"] == pytest.approx(100 * income / costs)
    assert found["drittfinanzierungsquote"] == pytest.approx(100 * at("sonderposten") / at("14"))
    levy = at("gewerbesteuerumlage")
    assert found["netto_steuerquote"] == pytest.approx(100 * (at("01") - levy) / (income - levy))
    stock = balance_items(frame, KEY).set_index("year")
    assert stock.loc[2024, "liquid_assets_eur"] == 7_400_000 + 9_800_000


def test_reserves_are_booked_by_hand(frame: pd.DataFrame) -> None:
    stress = run_own_stress(frame, "nrw")
    reserve = musterstadt.BALANCE_2021["ausgleichsruecklage"]
    for year in range(2022, 2030):
        reserve += musterstadt.annual_result(year)
    last = stress.plan.set_index("year").loc[2029]
    assert reserve > 0 and last["ausgleichsruecklage_eur"] == pytest.approx(reserve)
    assert last["allgemeine_ruecklage_eur"] == musterstadt.BALANCE_2021["allgemeine_ruecklage"]
    assert stress.rules.name == "go_nrw_2024" and first_trigger(stress.plan) is None


def test_episode_by_hand(frame: pd.DataFrame) -> None:
    cut = next(s for s in scenarios() if s.name == "SZCUT2026")
    effect, missing = effect_of(frame, cut, [2026, 2027])
    assert not missing
    grants = [musterstadt.value(musterstadt.RESULT, "schluesselzuweisung", y) for y in (2026, 2027)]
    assert effect == pytest.approx(-0.10 * np.array(grants))


def test_what_an_episode_needs_and_the_workbook_lacks_is_said(frame: pd.DataFrame, built: Path) -> None:
    episodes = run_own_stress(frame, "nrw").episodes.set_index("scenario")
    assert episodes.loc["REFUGEE2015", "missing"] == "asyl"
    assert episodes.loc["LWL_PLUS_1", "missing"] == "landschaftsumlage"
    assert np.isnan(episodes.loc["REFUGEE2015", "effect_sum_eur"])
    assert "nicht berechenbar, es fehlt: " in text_of(built, "de")


def test_reverse_test_is_the_edge(frame: pd.DataFrame) -> None:
    share = run_own_stress(frame, "nrw").critical_fall_share
    assert 0 < share < 1

    def crossed(fall: float) -> bool:
        shocked = frame.copy()
        tax = (shocked["sheet"] == "result_plan") & (shocked["line"] == "28") & (shocked["year"] >= 2026)
        for index in shocked.index[tax]:
            year = int(shocked.loc[index, "year"])
            net = musterstadt.value(musterstadt.RESULT, "gewerbesteuer", year) - musterstadt.value(
                musterstadt.RESULT, "gewerbesteuerumlage", year
            )
            shocked.loc[index, "value"] -= fall * net
        return first_trigger(run_own_stress(shocked, "nrw").plan) is not None

    assert crossed(share * 1.001) and not crossed(share * 0.999)


def test_without_a_balance_sheet_nothing_is_claimed(frame: pd.DataFrame) -> None:
    bare = frame[frame["sheet"] != "balance"]
    stress = run_own_stress(bare, "nrw")
    assert not stress.has_reserves and stress.plan["n1"].isna().all() and np.isnan(stress.critical_fall_share)


def test_an_old_balance_sheet_is_not_joined_to_the_plan(frame: pd.DataFrame) -> None:
    old = frame.copy()
    old.loc[old["sheet"] == "balance", "year"] -= 15
    assert not run_own_stress(old, "nrw").has_reserves


@pytest.mark.parametrize(
    ("key", "name"), [("09162000", "Beispielstadt in Bayern"), ("AT-40101", "Stadt in Österreich")]
)
def test_elsewhere(tmp_path: Path, key: str, name: str) -> None:
    contents = musterstadt.contents("de", key, name, "none")
    contents.form["peers"] = ""
    save_workbook(contents, tmp_path / key / "eingabe.xlsx")
    folder = build_own_report(key, own=tmp_path).parents[1]
    german = text_of(folder, "de")
    assert "sie sind weggelassen" in german and "Ein Vergleich entfällt" in german
    assert "der Vergleich mit den Fallstudien ist weggelassen" in german
    assert "Haushaltssicherungskonzept Pflicht" not in german
    assert name in german and f"Kennung {key}" in german


def test_town_in_the_register_gets_peers_and_transferability(tmp_path: Path) -> None:
    contents = musterstadt.contents("de", "05562020", "Herten")
    contents.form["peers"] = ""
    figures = contents.figures[contents.figures["sheet"] != "population"]
    contents = type(contents)("de", contents.form, figures, contents.years, contents.lists)
    save_workbook(contents, tmp_path / "05562020" / "eingabe.xlsx")
    folder = build_own_report("05562020", own=tmp_path, params=Params(cases=CaseParams(peers=6))).parents[1]
    german = text_of(folder, "de")
    assert "Die 6 Gemeinden gleicher Art in NRW" in german
    assert "dies ist die Gemeinde der Fallstudie" in german


def test_markup_from_a_workbook_stays_text(tmp_path: Path) -> None:
    contents = musterstadt.contents("de", KEY, "<script>alert('x')</script>{{ 7*7 }}")
    contents.lists["services"][0]["name"] = "<b onclick=alert(1)>Haus</b>"
    contents.lists["sources"][0]["source"] = '"><img src=x onerror=alert(1)>'
    save_workbook(contents, tmp_path / KEY / "eingabe.xlsx")
    folder = build_own_report(KEY, own=tmp_path).parents[1]
    for page in folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text and "<img" not in text and "<b " not in text
        assert "&lt;script&gt;" in text and "{{ 7*7 }}" in text


def test_a_workbook_with_errors_gives_no_report(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Ergebnisplan"]["F6"] = "viel"
    book.save(path)
    with pytest.raises(InputError, match="is no number"):
        build_own_report(KEY, own=tmp_path)
    assert not (path.parent / "bericht").exists()


def test_overridden_and_changed_figures_are_said_on_the_page(tmp_path: Path) -> None:
    contents = musterstadt.contents()
    contents.lists["overrides"].append(
        {"sheet": "result_plan", "line": "01", "year": 2026, "value": 67_000_000, "reason": "Steuerschätzung"}
    )
    figures = contents.figures
    drop = (figures["line"] == "26") & (figures["year"] == 2026)
    contents = type(contents)("de", contents.form, figures[~drop], contents.years, contents.lists)
    save_workbook(contents, tmp_path / KEY / "eingabe.xlsx")
    german = text_of(build_own_report(KEY, own=tmp_path).parents[1], "de")
    assert (
        "Steuerschätzung" in german and "67.000.000" in german and "überschrieben, mit Begründung" in german
    )


def test_nothing_is_written_outside_the_folder_of_the_municipality(tmp_path: Path) -> None:
    own = tmp_path / "own"
    musterstadt.write(own)
    musterstadt.write(own, "05562020")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    build_own_report(KEY, own=own)
    after = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert all(after[p] == data for p, data in before.items())
    assert all((own / KEY / "bericht") in p.parents for p in set(after) - set(before))
    assert has_own_figures(KEY, own) and not has_own_figures("05911000", own)


def test_own_figures_are_ignored_by_git_and_no_part_of_the_pipeline() -> None:
    ignored = subprocess.run(
        ["git", "check-ignore", "data/own/05999000/eingabe.xlsx", "data/own/05999000/bericht/de/index.html"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert len(ignored.stdout.split()) == 2
    for name in ("dvc.yaml", "dvc.lock", "book/_toc.yml"):
        path = ROOT / name
        assert not path.exists() or "data/own" not in path.read_text(encoding="utf-8")
    tracked = subprocess.run(
        ["git", "ls-files", "data/own"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert tracked.stdout == ""


@pytest.mark.parametrize("kreis", [False, True])
def test_a_duty_says_by_when_balance_must_be_back(frame: pd.DataFrame, kreis: bool) -> None:
    quiet = run_own_stress(frame, "nrw", kreis=kreis)
    assert quiet.restoration.empty
    assert not any("spätestens" in line for line in stress_page(quiet, frame, None, "de")["stress_lines"])
    reserves = (
        musterstadt.BALANCE_2021["ausgleichsruecklage"] + musterstadt.BALANCE_2021["allgemeine_ruecklage"]
    )
    drained = frame.copy()
    result = (drained["sheet"] == "result_plan") & (drained["line"] == "28") & (drained["year"] == 2027)
    drained.loc[result, "value"] -= 1.5 * reserves
    hit = run_own_stress(drained, "nrw", kreis=kreis)
    due = first_trigger(hit.plan)
    assert due is not None
    said = {
        language: " ".join(stress_page(hit, drained, None, language)["stress_lines"])
        for language in ("de", "en")
    }
    assert f"spätestens {due + 10}" in said["de"] and f"by {due + 10}" in said["en"]
    assert ("§ 56b KrO NRW" in said["de"]) == ("§ 56b KrO NRW" in said["en"]) == kreis


def test_an_own_report_loads_no_plotting_library() -> None:
    code = (
        "import sys, dewak_research.own.report; sys.exit(bool({'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_table_has_a_name_of_its_own_and_no_empty_head(built: Path) -> None:
    page = (built / "de" / "money.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    names = [
        dict(a)["aria-label"] for tag, a in tags.seen if tag == "div" and dict(a).get("role") == "region"
    ]
    assert len(names) == len(set(names)) == 3
    assert "<th></th>" not in text_of(built, "de")
