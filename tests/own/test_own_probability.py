"""The engine on an own plan: as the chapter's, complete or with one clear sentence for what is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import Params, StressParams
from dewak_research.data.tables import with_official
from dewak_research.language import LANGUAGES, Language
from dewak_research.own.chances import chance_page
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.contents import Contents, figures_from, merge_years
from dewak_research.own.gap import gap_section
from dewak_research.own.plan import plan_frame, plan_lines
from dewak_research.own.plan_cost import plan_cost_tables
from dewak_research.own.probability import OFFICIAL, OwnProbability, run_probability
from dewak_research.own.report import build_own_report
from dewak_research.own.roles import DETAILS
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook
from dewak_research.own.stress import run_own_stress
from dewak_research.stress.distribution import count_hits, probability_table
from dewak_research.stress.items import POSITION
from dewak_research.stress.run import Run, prepare
from own import musterstadt

PARAMS = Params(stress=StressParams(draws=250, shapley_draws=50))
SEED = PARAMS.run.seed
CITY, TOWN, KREIS = "05913000", "05954012", "05954"
KIND = {CITY: "kreisfreie_stadt", TOWN: "kreisangehoerige_gemeinde", KREIS: "kreis"}


@pytest.fixture(scope="module")
def chapter(tables: dict[str, pd.DataFrame]) -> Run:
    return prepare(with_official(tables, OFFICIAL), PARAMS.stress, SEED)


@pytest.fixture(scope="module")
def whole(chapter: Run) -> pd.DataFrame:
    """The probabilities of all units as the chapter counts them."""
    common = chapter.shocks()
    hits = chapter.simulate(common, lambda paths: count_hits(paths, common.crisis_years))
    return probability_table(hits, chapter.ags, chapter.has_balance, 2010)


def rest_of(lines: dict[str, float], result_eur: float) -> dict[str, float]:
    """The required lines that close the sums on the result; what is not an item stands in 07 or 16."""
    social = sum(lines[line] for line in DETAILS.values() if line != "unterkunft")
    levies = sum(lines.get(line, 0.0) for line in ("kreisumlage", "landschaftsumlage", "gewerbesteuerumlage"))
    own = {"01": lines.get("gewerbesteuer", 0.0) + lines.get("steueranteile", 0.0),
           "02": lines["schluesselzuweisung"], "15": levies + social}  # fmt: skip
    costs = own["15"] + lines["11"] + lines["12"] + lines["13"]
    rest = result_eur - (own["01"] + own["02"] - costs)
    return {**own, **dict.fromkeys(("03", "04", "05", "06", "14", "19", "20"), 0.0),
            "07": max(rest, 0.0), "16": max(-rest, 0.0)}  # fmt: skip


def published(run: Run, key: str) -> Contents:
    """A workbook with the published figures of a unit: balance of 2008, result of 2009, the path as its plan."""
    unit = run.ags.index(key)
    book, row = run.book, run.table.iloc[unit]
    rows: list[tuple[str, str, int, str, float, str]] = []

    def put(sheet: str, line: str, year: int, kind: str, value: float) -> None:
        rows.append((sheet, line, year, kind, float(value), "given"))

    rate = float(row["trade_tax_multiplier_pct"])
    for year in range(2009, 2015):
        t = max(year - 2010, 0)
        result = float(row["result_2009_eur"] if year == 2009 else book.result_eur[t, unit])
        put("result_plan", "26", year, "plan", result)
        put(
            "finance_plan",
            "38",
            year,
            "plan",
            0.0 if year == 2009 else book.liquidity_flow_eur[t, unit],
        )
        item = {name: float(book.items_eur[t, unit, at]) for name, at in POSITION.items()}
        lines = {"schluesselzuweisung": item["sz"], "11": item["pers"], "12": 0.0, "13": item["sach"],
                 "kreisumlage" if KIND[key] == KIND[TOWN] else "landschaftsumlage": item["uml"],
                 **{line: item[name] for name, line in DETAILS.items()}}  # fmt: skip
        if KIND[key] != "kreis":
            lines |= {"gewerbesteuer": item["gewst"], "steueranteile": item["est"] + item["ust"],
                      "gewerbesteuerumlage": item["gewst"] * (1 - float(book.net_share[unit]))}  # fmt: skip
        for line, value in (lines | rest_of(lines, result)).items():
            put("result_plan", line, year, "plan", value)
    stocks = {"ausgleichsruecklage": "ausgleichsruecklage_eur", "allgemeine_ruecklage": "allgemeine_ruecklage_eur",
              "liquiditaetskredite": "start_liquidity_credit_eur", "investitionskredite": "start_investment_credit_eur",
              "liquide_mittel": "start_liquid_funds_eur"}  # fmt: skip
    held = {line: float(row[name]) for line, name in stocks.items()}
    if not np.isnan(row["annual_result_shown_eur"]):  # the balance sheet before its own result
        held["jahresergebnis"] = float(row["annual_result_shown_eur"])
        equity = held["ausgleichsruecklage"] + held["allgemeine_ruecklage"] - held["jahresergebnis"]
        held["ausgleichsruecklage"] = float(row["opening_amount_eur"])
        held["allgemeine_ruecklage"] = equity - held["ausgleichsruecklage"]
    owed = held["liquiditaetskredite"] + held["investitionskredite"]
    equity = held["ausgleichsruecklage"] + held["allgemeine_ruecklage"] + held.get("jahresergebnis", 0.0)
    held |= {"umlaufvermoegen": held["liquide_mittel"], "rueckstellungen": 0.0, "verbindlichkeiten": owed,
             "anlagevermoegen": equity + owed - held["liquide_mittel"]}  # fmt: skip
    for line, value in held.items():
        put("balance", line, 2008, "actual", value)
    put("population", "einwohner", 2008, "actual", float(row["population"]))
    if KIND[key] != "kreis":
        put("population", "einkommensteueranteil", 2008, "actual", float(row["est_eur"]))
        put("population", "umsatzsteueranteil", 2008, "actual", float(row["ust_eur"]))
        put("population", "hebesatz_gewerbesteuer", 2008, "actual", rate)
    figures = figures_from(rows)
    form = {"name": "x", "key": key, "rule_set": "nrw", "peers": "", "contact": ""}
    empty: dict[str, list[tuple[int, str]]] = {}
    return Contents("de", form, figures, merge_years(empty, figures))


def run_on(
    contents: Contents, tables: dict[str, pd.DataFrame] | None, rules: str = "nrw"
) -> tuple[OwnProbability, dict[Language, str]]:
    """Run the engine on contents and return what the page says in both languages."""
    frame = plan_frame(contents.figures)
    key = contents.form["key"]
    stress = run_own_stress(frame, rules)
    columns = ["name", "amount_eur", "first_year", "full_year", "line"]
    measures = pd.DataFrame(contents.lists["measures"], columns=columns)
    kind = KIND.get(key, KIND[TOWN])
    found = run_probability(frame, stress, key, kind, rules, measures, tables, PARAMS.stress, SEED)
    said = {}
    for language in LANGUAGES:
        page = chance_page(found, stress.rules, language) | gap_section(found, stress.rules, language)
        said[language] = str(page)
    return found, said


def with_and_without(contents: Contents, found: OwnProbability) -> tuple[pd.Series, pd.Series]:
    """Both rows for a path that costs a hundredth of the plan's income in every year to 2030."""
    frame = plan_frame(contents.figures)
    path = pd.Series(-0.01 * float(plan_lines(frame, ("10",), [2010])[0]), index=range(2009, 2031))
    tables = plan_cost_tables(frame, run_own_stress(frame, "nrw"), found, path, 0.03)
    assert tables["with_and_without_beside"]["tested"].sum() == 6
    return tables["with_and_without"].iloc[0], tables["with_and_without"].iloc[1]


@pytest.mark.slow
@pytest.mark.parametrize("key", [CITY, TOWN, KREIS])
def test_published_figures_as_an_own_plan_give_the_chapters_probabilities(
    chapter: Run, whole: pd.DataFrame, tables: dict[str, pd.DataFrame], key: str
) -> None:
    found, _ = run_on(published(chapter, key), tables)
    assert not found.reason and not set(found.missing) - {"egh"}
    assert found.basis == ("none" if key == KREIS else "panel") and found.kreis == {TOWN: "own"}.get(
        key, "none"
    )
    expected = whole[whole["ags"] == key].drop(columns="ags").reset_index(drop=True)
    shown = found.tables["probability"]
    pd.testing.assert_frame_equal(shown, expected, check_dtype=False, rtol=1e-3, atol=1e-3)
    assert 0.0 < shown["probability"].max() < 1.0
    without, bearing = with_and_without(published(chapter, key), found)
    light = found.tables["light"].iloc[0]
    for name in ("probability", "frequency_low", "frequency_high"):
        assert without[name] == light[name], "no net cost: the page of the plan to the last digit"
    assert bearing["probability"] > without["probability"]


@pytest.mark.slow
def test_a_workbook_goes_the_same_way_as_its_figures(
    chapter: Run, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    save_workbook(published(chapter, CITY), tmp_path / CITY / FILE_NAME)
    assert not check_workbook(CITY, tmp_path).errors
    build_own_report(CITY, own=tmp_path, ingested=tables, params=PARAMS)
    written = pd.read_csv(tmp_path / CITY / "bericht" / "tables" / "probability.csv")
    found, _ = run_on(published(chapter, CITY), tables)
    np.testing.assert_allclose(written["probability"], found.tables["probability"]["probability"], rtol=1e-9)


@pytest.mark.slow
def test_the_whole_report_is_the_same_twice_and_holds_every_block(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    folders = []
    for name in ("one", "two"):
        musterstadt.write(tmp_path / name)
        start = build_own_report(musterstadt.KEY, own=tmp_path / name, ingested=tables, params=PARAMS)
        folders.append(start.parents[1])
    for path in sorted(p for p in folders[0].rglob("*") if p.is_file()):
        assert (folders[1] / path.relative_to(folders[0])).read_bytes() == path.read_bytes()
    blocks = {
        "de": ("Ampel", "Woher das Risiko kommt", "Was die Lücke schließt", "Rechnung auf Annahmen"),
        "en": ("Light", "Where the risk comes from", "What closes the gap", "Arithmetic on assumptions"),
    }
    for language, words in blocks.items():
        page = (folders[0] / language / "probability.html").read_text(encoding="utf-8")
        assert page.count('<svg class="fan"') == 4 and 'class="range"' in page
        assert not [word for word in words if word not in page]
        leaflet = (folders[0] / language / "leaflet.html").read_text(encoding="utf-8")
        assert ("Mit Wahrscheinlichkeit" if language == "de" else "With probability") in leaflet


def without(contents: Contents, **dropped: str) -> Contents:
    """The contents without a sheet, or without a line of a sheet."""
    figures = contents.figures
    for sheet, line in dropped.items():
        gone = (figures["sheet"] == sheet) & (line in ("", None) or figures["line"].eq(line))
        figures = figures[~gone]
    return Contents(contents.language, contents.form, figures, contents.years, contents.lists)


def test_what_is_missing_is_one_clear_sentence(tables: dict[str, pd.DataFrame]) -> None:
    whole = musterstadt.contents()
    for cut, german, english in (
        (without(whole, result_plan=""), "Kein Planjahr eingetragen", "No plan year entered"),
        (without(whole, population=""), "Die Einwohnerzahl fehlt", "number of inhabitants is missing"),
    ):
        found, said = run_on(cut, tables)
        assert found.reason and not found.tables
        assert german in said["de"] and english in said["en"]
    found, said = run_on(whole, None)
    assert found.reason == "no_pipeline" and "dewak run" in said["de"] and "dewak run" in said["en"]
    figures = whole.figures[~(whole.figures["line"].eq("26") & whole.figures["year"].eq(2028))]
    figures = figures[~(figures["line"].eq("15") & figures["year"].eq(2028))]
    gap = Contents("de", whole.form, figures, whole.years, whole.lists)
    assert run_on(gap, tables)[0].reason in ("result_gap", "no_plan")


def test_without_a_balance_sheet_the_result_still_has_its_bands(tables: dict[str, pd.DataFrame]) -> None:
    found, said = run_on(without(musterstadt.contents(), balance=""), tables)
    assert found.tables["light"]["light"].iloc[0] == "no_data" and found.tables["tornado"].empty
    assert "Eigenkapital und Schwellen: keine Angabe" in said["de"]
    assert "Equity and thresholds: not available" in said["en"]
    assert said["de"].count('class="fan"') == 2 and "debt" in found.missing


def test_elsewhere_no_threshold_is_claimed(tables: dict[str, pd.DataFrame]) -> None:
    contents = musterstadt.contents("de", "AT-40101", "Stadt in Österreich", "none")
    found, said = run_on(contents, tables, "none")
    assert found.kreis == "none" and found.tables["light"]["light"].iloc[0] == "no_data"
    assert "eine Schwelle des Landes ist nicht hinterlegt" in said["de"]
    assert "no threshold of the Land is stored" in said["en"] and "at least one deficit" in said["en"]


@pytest.mark.slow
def test_an_entered_history_takes_the_place_of_the_size_class(tables: dict[str, pd.DataFrame]) -> None:
    contents = musterstadt.contents()
    extra = figures_from(
        [("population", line, year, "actual", value, "given")
         for year in range(2014, 2022)
         for line, value in (("einwohner", 48_000.0), ("gewerbesteuer_ist", 2e7 * (1.6 if year % 2 else 1.0)))]
    )  # fmt: skip
    figures = pd.concat([contents.figures, extra], ignore_index=True)
    told = Contents("de", contents.form, figures, contents.years, contents.lists)
    plain, wild = run_on(contents, tables)[0], run_on(told, tables)[0]
    assert plain.basis == "size_class" and wild.basis == "history"

    def width(found: OwnProbability) -> float:
        last = found.tables["fan"].query("measure == 'result'").iloc[-1]
        return float(last["p90_eur"] - last["p10_eur"])

    assert width(wild) > width(plain)


def test_measures_and_lump_cut_by_hand(tables: dict[str, pd.DataFrame]) -> None:
    found, said = run_on(musterstadt.contents(), tables)
    steps = found.tables["policy"].set_index("step")
    assert steps.loc["measures", "effect_last_eur"] == 1_300_000
    assert steps.loc["measures", "effect_sum_eur"] == 300e3 + 600e3 + 900e3 + 900e3 + 4 * 400e3
    lacking = -musterstadt.annual_result(2029) - 1_300_000
    costs = sum(
        musterstadt.value(musterstadt.RESULT, line, 2029) for line in ("11", "12", "13", "14", "15", "16")
    )
    assert steps.loc["minderaufwand", "effect_last_eur"] == pytest.approx(min(lacking, 0.02 * costs))
    assert steps["probability"].is_monotonic_decreasing
    point = musterstadt.value(musterstadt.RESULT, "grundsteuer_b", 2029) / 610
    assert steps.loc["plan", "land_tax_b_points_safe"] == pytest.approx(
        steps.loc["plan", "gap_safe_eur"] / point
    )
    assert "Gebäude zusammenlegen" in said["de"]


def test_a_measure_on_a_tax_adds_its_amount_once_and_moves_with_the_tax(
    tables: dict[str, pd.DataFrame],
) -> None:
    """Twenty million a year more trade tax: the same improvement as without a line, and a wider range."""
    found = {}
    for line in (None, "gewerbesteuer"):
        one = {"name": "a", "amount_eur": 20e6, "first_year": 2026, "full_year": None, "line": line}
        whole = musterstadt.contents()
        changed = Contents(
            whole.language, whole.form, whole.figures, whole.years, {**whole.lists, "measures": [one]}
        )
        found[line] = run_on(changed, tables)[0].tables
    steps = {line: t["policy"].set_index("step").loc["measures"] for line, t in found.items()}
    assert steps[None]["effect_sum_eur"] == steps["gewerbesteuer"]["effect_sum_eur"] == 4 * 20e6
    last = {line: t["fan_with"].query("measure == 'result'").iloc[-1] for line, t in found.items()}
    width = {line: float(row["p90_eur"] - row["p10_eur"]) for line, row in last.items()}
    assert width["gewerbesteuer"] > 1.2 * width[None]
    plain = found[None]["fan"].query("measure == 'result'").iloc[-1]
    assert width[None] == pytest.approx(float(plain["p90_eur"] - plain["p10_eur"]), rel=1e-4)


def test_an_older_workbook_without_measures_and_new_lines_is_read(tmp_path: Path) -> None:
    import openpyxl

    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    del book["Maßnahmen"]
    sheet = book["Ergebnisplan"]
    for row in range(sheet.max_row, 0, -1):
        if sheet.cell(row, 1).value in ("line:grundsteuer_b", "line:jugendhilfe", "line:unterkunft"):
            sheet.delete_rows(row)
    book.save(path)
    assert not check_workbook(musterstadt.KEY, tmp_path).errors
    assert load_own(musterstadt.KEY, tmp_path).measures.empty


def test_one_year_is_called_so_and_measures_of_later_years_are_said(tables: dict[str, pd.DataFrame]) -> None:
    whole = musterstadt.contents()
    plan = whole.figures["kind"].eq("plan") & ~whole.figures["year"].eq(2025)
    lists = whole.lists | {
        "measures": [{"name": "x", "amount_eur": 5.0, "first_year": 2030, "full_year": None}]
    }
    found, said = run_on(Contents("de", whole.form, whole.figures[~plan], whole.years, lists), tables)
    assert found.years == (2025,)
    assert "Verläufe des Jahres 2025" in said["de"] and "paths of the year 2025" in said["en"]
    assert (
        "wirken in den gerechneten Jahren nicht" in said["de"] and "have no effect in the years" in said["en"]
    )
