"""A town of Lower Saxony: its workbook, its check and its report follow its own law, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from dewak_research.config import Params, StressParams
from dewak_research.data.tables import with_official
from dewak_research.errors import InputError
from dewak_research.language import Language
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.first_page import sentences
from dewak_research.own.home_lines import in_home_lines
from dewak_research.own.intake.understood import understand
from dewak_research.own.layout_in_hand import in_layout, layout_in_hand
from dewak_research.own.marks import in_layout_of_workbook
from dewak_research.own.next_year import workbook_of_next_year
from dewak_research.own.plan import plan_frame, ratio_lines
from dewak_research.own.plan_overview import overview
from dewak_research.own.probability import NOT_BALANCED, OFFICIAL, not_balanced, run_probability
from dewak_research.own.report import build_own_report
from dewak_research.own.safety import FILE_NAME, own_folder
from dewak_research.own.sheets import save_workbook
from dewak_research.own.start.work import make
from dewak_research.own.stress import run_own_stress
from dewak_research.own.stress_page import stress_page
from dewak_research.own.template import load_template
from dewak_research.own.workbook import new_workbook, read_contents
from dewak_research.ratios.inputs import from_plan_lines
from own import heidestadt, musterstadt
from own.foreign_words import FOREIGN, words

pytestmark = pytest.mark.slow  # a town goes from its printed plan to its report

KEY = heidestadt.KEY


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    heidestadt.write(folder)
    return folder


@pytest.fixture(scope="module")
def built(own: Path) -> Path:
    return build_own_report(KEY, own=own).parents[1]


def test_a_key_of_the_land_brings_its_law_and_its_lines(tmp_path: Path) -> None:
    path = new_workbook(KEY, "de", 2026, "Heidestadt", own=tmp_path)
    contents = read_contents(KEY, tmp_path)
    assert (contents.form["rule_set"], contents.layout) == ("nds", "03")
    book = openpyxl.load_workbook(path)
    asked = {sheet.title: [str(row[2].value) for row in sheet.iter_rows() if row[2].value] for sheet in book}
    assert "Rücklage aus Überschüssen des ordentlichen Ergebnisses" in asked["Bilanz"]
    assert "Rücklage aus Überschüssen des außerordentlichen Ergebnisses" in asked["Bilanz"]
    assert {"Fehlbeträge aus Vorjahren", "Nettoposition"} <= set(asked["Bilanz"])
    assert {"Ordentliches Ergebnis", "Außerordentliches Ergebnis", "Jahresergebnis"} <= set(
        asked["Ergebnisplan"]
    )
    everything = " ".join(word for sheet in asked.values() for word in sheet)
    assert not re.findall(FOREIGN["de"], everything.replace("Landschaftsverband", ""))  # a payer among others
    assert layout_in_hand() == "05"


def test_an_own_identifier_names_its_land(tmp_path: Path) -> None:
    new_workbook("heide", "en", 2026, "Heide", own=tmp_path, land_key="03")
    make("moor", "de", 2026, "Moor", "03", tmp_path)
    for key in ("heide", "moor"):
        assert (read_contents(key, tmp_path).layout, check_workbook(key, tmp_path).reading.layout) == (
            "03",
            "03",
        )
        codes = {found.code for found in check_workbook(key, tmp_path).findings}
        assert not codes & {"rule_set_foreign", "rule_set_invalid"}
    with pytest.raises(InputError, match="03999000"):
        new_workbook("03999000", "de", 2026, "Heidestadt", own=tmp_path, land_key="05")


def test_the_report_of_nrw_keeps_its_lines(tmp_path: Path) -> None:
    musterstadt.write(tmp_path)
    contents = read_contents(musterstadt.KEY, tmp_path)
    assert (contents.layout, load_template().grids["result_plan"]["28"].number) == ("05", "28")
    assert "nettoposition" not in load_template().grids["balance"]


def test_a_complete_workbook_has_no_finding(own: Path) -> None:
    result = check_workbook(KEY, own)
    assert not result.findings
    assert {one.state for one in result.sums} <= {"ok", "computed", "not_checkable"}


def said(folder: Path, language: Language) -> str:
    """Return the sentences of the first page and of the stress test."""
    figures = load_own(KEY, folder)
    with in_layout(figures.layout):
        frame = plan_frame(figures.figures)
        stress = run_own_stress(frame, figures.rule_set)
        found = overview(frame, stress, figures.measures)
        lines = (
            sentences(found, stress, language) + stress_page(stress, frame, found, language)["stress_lines"]
        )
    return " ".join(lines)


def test_missing_reserves_are_named_as_the_law_names_them(tmp_path: Path) -> None:
    some = {line: value for line, value in heidestadt.BALANCE.items() if not line.startswith("ueberschuss")}
    heidestadt.write(tmp_path, balance=some)
    assert {one.code for one in check_workbook(KEY, tmp_path).errors} == {"required_empty"}
    heidestadt.write(tmp_path, balance={})
    found = {one.code: one.problem for one in check_workbook(KEY, tmp_path).findings}
    assert "Rücklage aus Überschüssen des ordentlichen Ergebnisses" in found["no_balance"].right.de
    assert "Ausgleichsrücklage" not in found["no_balance"].right.de
    text = said(tmp_path, "de")
    assert "lässt sich nicht sagen" in text and "Überschussrücklagen" in text
    assert re.findall(FOREIGN["de"], text) == []


@pytest.mark.parametrize(
    ("law", "code"), [("nrw", "rule_set_foreign"), ("Niedersachsen", None), ("none", None)]
)
def test_only_the_own_law_or_none_may_judge(tmp_path: Path, law: str, code: str | None) -> None:
    path = heidestadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    cell = next(row for row in sheet.iter_rows() if row[0].value == "form:rule_set")[2]
    cell.value = law
    book.save(path)
    errors = [found.code for found in check_workbook(KEY, tmp_path).errors]
    assert errors == ([code] if code else [])
    if law == "none":
        assert "nur die Wirkung" in said(tmp_path, "de")


def test_the_law_of_lower_saxony_does_not_judge_lines_of_nrw(tmp_path: Path) -> None:
    path = own_folder("musterdorf", tmp_path) / FILE_NAME
    path.parent.mkdir(parents=True)
    save_workbook(musterstadt.contents(key="musterdorf", rule_set="nds"), path)
    assert [found.code for found in check_workbook("musterdorf", tmp_path).errors] == ["rule_set_foreign"]


def test_the_outcome_of_every_year_is_that_computed_by_hand(own: Path) -> None:
    # 2024: −0.5 from 1.2, leaves 0.7. 2025: −1.0 takes 0.7, 0.3 of the extraordinary surplus of 0.3.
    # 2026: −2.0 takes 0.4 of surplus and 0.5 of reserve, 1.1 left; 2028 makes up for 0.5 − 0.1 only: not in time.
    # 2027: 1.0 more, 2.1 carried; 2028 0.4, 2029 0.8: not in time either.
    figures = load_own(KEY, own)
    with in_layout(figures.layout):
        stress = run_own_stress(plan_frame(figures.figures), figures.rule_set)
    plan = stress.plan.set_index("year")
    assert plan["status"].to_dict() == {
        2024: "covered", 2025: "cross_covered", 2026: "not_balanced", 2027: "not_balanced", 2028: "cross_covered",
        2029: "balanced",
    }  # fmt: skip
    assert plan["carried_eur"].tolist() == pytest.approx([0, 0, 1.1e6, 2.1e6, 1.7e6, 0.9e6])
    results = sum(heidestadt.ORDINARY.values()) + sum(heidestadt.EXTRAORDINARY.values())
    before = 30e6 + 1.2e6 + 0.5e6 + 28e6  # base net assets, both reserves, special items
    assert plan["net_position_eur"].iloc[-1] == pytest.approx(before + results)
    assert plan.loc[2026:, "duty"].tolist() == [True, True, False, False]
    assert plan[["n1", "n2", "n3"]].isna().all(axis=None) and plan["headroom_n2_eur"].isna().all()
    assert stress.booked is not None and stress.booked.needed_gain_eur() == pytest.approx(0.35e6, rel=1e-6)
    assert not stress.episodes["scenario"].eq("LWL_PLUS_1").any()


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_word_of_another_land_s_law_is_on_its_pages(built: Path, language: str) -> None:
    assert re.findall(FOREIGN[language], words(built, language)) == []


def test_the_pages_say_which_test_is_not_met_when_and_what_is_assumed(built: Path) -> None:
    german, english = words(built, "de", "stress"), words(built, "en", "stress")
    assert "Der Haushalt 2026 ist nicht ausgeglichen" in german and "§ 110 Abs. 8 NKomVG" in german
    assert "der eingetragene Plan (bis 2029) ist ab 2028 wieder ausgeglichen" in german
    assert "Annahme, nicht an der Quelle gelesen" in german and "Nicht geprüft sind" in german
    assert "The budget of 2026 is not balanced" in english and "Not tested are" in english
    assert "Assumption, not read at the source" in english
    short = words(built, "de", "profile")
    assert "Mit dauerhaft 0,35 Mio. € mehr im Jahr" in short and "Überschussrücklagen, Mio. Euro" in short


@pytest.mark.parametrize("language", ["de", "en"])
def test_measures_show_from_when_a_plan_is_due_without_and_with_them(
    tmp_path: Path, language: Language
) -> None:
    """By hand: 2026 to 2029 improve by 0.675, 0.95, 1.275 and 1.35; 2028 and 2029 then make up for what 2026 leaves.

    Without them 2026 and 2027 are not balanced. With them 2026 leaves 1.1 − 0.675 = 0.425, 2027 0.05 more, and 2028
    closes with 0.5 + 1.275 − 0.1: all is made up for in time.
    """
    heidestadt.write(tmp_path, measures=heidestadt.ON_LINES)
    folder = build_own_report(KEY, own=tmp_path).parents[1]
    assert re.findall(FOREIGN[language], words(folder, language)) == []
    shown = pd.read_csv(folder / "tables" / "episodes_with_measures.csv").set_index("scenario")
    assert set(shown["first_trigger_year"]) == {2026}
    assert pd.isna(shown.loc["RATES2022", "first_trigger_with_year"])
    text = words(folder, language, "stress")
    head = {
        "de": ("Konzept ist Pflicht ab, ohne", "2026 nein"),
        "en": ("Plan is due from, without", "2026 no"),
    }
    assert all(one in text for one in head[language])


def test_a_balanced_plan_and_an_over_indebted_one_are_told_apart(tmp_path: Path) -> None:
    calm = dict.fromkeys(heidestadt.ORDINARY, 0.2e6)
    heidestadt.write(tmp_path, ordinary=calm, extraordinary={})
    assert "In jedem Jahr von 2026 bis 2029 ist der Haushalt ausgeglichen" in said(tmp_path, "de")
    gone = {**heidestadt.BALANCE, "basisreinvermoegen": -30e6, "verbindlichkeiten": 86e6}
    heidestadt.write(tmp_path, ordinary=calm, extraordinary={}, balance=gone)
    assert "At the end of 2026 the net position is" in said(tmp_path, "en")
    heidestadt.write(tmp_path, balance=gone)
    text = said(tmp_path, "de")
    assert "Der Haushalt 2026 ist nicht ausgeglichen" in text  # and that is not all:
    assert "Ende 2026 liegt die Nettoposition bei" in text
    near = {**heidestadt.BALANCE, "basisreinvermoegen": -28.4e6, "verbindlichkeiten": 84.4e6}
    heidestadt.write(tmp_path, ordinary=calm | {2028: -2e6}, extraordinary={}, balance=near)
    assert "over-indebtedness impends in 2026" in said(tmp_path, "en")


def test_a_kreis_is_asked_for_its_levy_and_its_benefits(tmp_path: Path) -> None:
    calm = dict.fromkeys(heidestadt.ORDINARY, 0.1e6)
    heidestadt.write(tmp_path, ordinary=calm, extraordinary={}, key="03999")
    figures = load_own("03999", tmp_path)
    with in_layout(figures.layout):
        frame = plan_frame(figures.figures)
        stress = run_own_stress(frame, figures.rule_set, kreis=True)
        text = " ".join(
            stress_page(stress, frame, overview(frame, stress, figures.measures), "de")["stress_lines"]
        )
    assert (
        "brächte die Kreisumlage dauerhaft" in text and "Sozialtransferaufwendungen dauerhaft steigen" in text
    )
    assert "Gewerbesteuer" not in text and re.findall(FOREIGN["de"], text) == []


def test_ratios_see_the_lines_their_formulas_mean(own: Path) -> None:
    figures = load_own(KEY, own)
    with in_layout(figures.layout):
        frame = plan_frame(figures.figures)
        values = from_plan_lines(ratio_lines(frame, KEY))
        assert set(in_home_lines(frame)["sheet"]) == {"result_plan", "finance_plan"}
    year = values.set_index("year").loc[2026]
    income = sum(heidestadt.INCOME.values()) - heidestadt.INCOME["19"]  # interest is no ordinary income there
    assert year["ordinary_income_eur"] == pytest.approx(income)
    assert year["special_items_released_eur"] == pytest.approx(1.5e6)
    costs = sum(heidestadt.INCOME.values()) - heidestadt.ORDINARY[2026] - heidestadt.COSTS["20"]
    assert year["ordinary_expenses_eur"] == pytest.approx(costs)


PRINTED = ["Steuern und ähnliche Abgaben", "Zuwendungen und allgemeine Umlagen", "Auflösungserträge aus Sonderposten",
           "sonstige Transfererträge", "öffentlich-rechtliche Entgelte", "privatrechtliche Entgelte",
           "Kostenerstattungen und Kostenumlagen", "Zinsen und ähnliche Finanzerträge"]  # fmt: skip


def test_a_printed_plan_and_an_account_budget_fill_its_lines(own: Path, tmp_path: Path) -> None:
    plan, accounts = tmp_path / "plan.csv", tmp_path / "konten.csv"
    rows = [f"{n:02d};{name};{n}00000" for n, name in enumerate(PRINTED, 1)]
    plan.write_text("\n".join(["Nr.;Bezeichnung;Ansatz 2026", *rows]), encoding="utf-8")
    named = {
        "3013": "Gewerbesteuer",
        "3111": "Schlüsselzuweisungen",
        "3161": "Erträge aus der Auflösung von Sonderposten",
        "3321": "Benutzungsgebühren",
        "4012": "Dienstaufwendungen",
        "4372": "Kreisumlage",
        "4711": "Abschreibungen",
    }
    rows = [f"{number};{name};{int(number)}000" for number, name in named.items()]
    accounts.write_text("\n".join(["Konto;Bezeichnung;Plan 2026", *rows]), encoding="utf-8")
    with in_layout_of_workbook(KEY, own):
        lines = dict(understand(plan, KEY).figures[["line", "value"]].itertuples(index=False))
        booked = dict(understand(accounts, KEY).figures[["line", "value"]].itertuples(index=False))
    assert lines == {
        "01": 1e5,
        "02": 2e5,
        "sonderposten": 3e5,
        "03": 4e5,
        "04": 5e5,
        "05": 6e5,
        "06": 7e5,
        "19": 8e5,
    }
    assert (booked["sonderposten"], booked["02"], booked["15"]) == (3_161_000, 3_111_000, 4_372_000)
    at_home = dict(understand(accounts, KEY).figures[["line", "value"]].itertuples(index=False))
    assert at_home["02"] == 3_111_000 + 3_161_000 and "sonderposten" not in at_home


def test_the_next_year_and_another_version_keep_the_lines(own: Path, tmp_path: Path) -> None:
    old = heidestadt.write(tmp_path)
    path, year = workbook_of_next_year(KEY, old, own=tmp_path)
    assert (year, read_contents(KEY, tmp_path).layout) == (2027, "03")
    assert not check_workbook(KEY, tmp_path).errors and path.is_file()
    other = tmp_path / "nrw.xlsx"
    save_workbook(musterstadt.contents(key=KEY, rule_set="none"), other)
    with pytest.raises(InputError, match="another Land"):
        build_own_report(KEY, own=own, output=tmp_path / "out", against=other)


def test_an_override_may_name_a_line_by_its_name(tmp_path: Path) -> None:
    path = heidestadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Überschreibungen"]
    marks = next(row for row in sheet.iter_rows() if row[0].value == "#columns")
    given = {
        "sheet": "Ergebnisplan",
        "line": "Personalaufwendungen",
        "year": 2026,
        "value": 15e6,
        "reason": "Tarif",
    }
    for cell in marks[1:]:
        name = str(cell.value).removeprefix("column:")
        if name in given:
            sheet.cell(cell.row + 2, cell.column).value = given[name]
    book.save(path)
    figures = load_own(KEY, tmp_path).figures
    row = figures[(figures["line"] == "11") & (figures["year"] == 2026)].iloc[0]
    assert (row["value"], row["origin"]) == (15e6, "overridden")


def test_drawn_results_end_in_yes_or_no(own: Path) -> None:
    figures = load_own(KEY, own)
    with in_layout(figures.layout):
        stress = run_own_stress(plan_frame(figures.figures), figures.rule_set)
    flags = not_balanced(stress)
    assert flags is not None and stress.booked is not None
    planned = stress.plan.set_index("year")["result_eur"].loc[2026:].to_numpy()
    better = np.array([2e6, 2e6, 0.0, 0.0])
    drawn = np.stack([planned, planned + better, planned - 9e6], axis=1)[:, None, :]
    found = flags(drawn)[NOT_BALANCED]
    assert found.shape == drawn.shape
    assert found[:, 0, :].T.tolist() == [
        [True, True, False, False], [False, False, False, False], [True, True, True, True],
    ]  # fmt: skip


@pytest.mark.slow
def test_the_engine_says_how_likely_the_budget_is_not_balanced(
    own: Path, tables: Mapping[str, pd.DataFrame]
) -> None:
    params = Params(stress=StressParams(draws=250, shapley_draws=50))
    page = build_own_report(KEY, own=own, output=own / "mit", ingested=tables, params=params)
    for language in ("de", "en"):
        assert re.findall(FOREIGN[language], words(page.parents[1], language)) == []
    text = words(page.parents[1], "de", "probability")
    assert (
        "mindestens einmal nicht ausgeglichen" in text and "überschuldet (Nettoposition unter null)" in text
    )
    figures = load_own(KEY, own)
    with in_layout(figures.layout):
        frame = plan_frame(figures.figures)
        stress = run_own_stress(frame, figures.rule_set)
        found = run_probability(
            frame, stress, KEY, "kreisangehoerige_gemeinde", "nds", figures.measures, tables, params.stress, 1
        )
    events = found.tables["events"].set_index(["year", "trigger"])["probability"]
    # a deficit is needed for a year that is not balanced, and it can only become more by the year
    for year in found.years:
        assert events[year, NOT_BALANCED] <= events[year, "deficit"]
    path = [events[year, NOT_BALANCED] for year in found.years]
    assert path == sorted(path) and 0 < path[-1] < 1
    assert with_official(tables, OFFICIAL)
    steps = found.tables["policy"].set_index("step")["probability"]
    assert steps["measures"] < steps["plan"] == pytest.approx(path[-1])


def test_a_printed_finance_plan_is_read_with_the_names_of_the_ordinance(own: Path, tmp_path: Path) -> None:
    printed = [
        ("01", "Steuern und ähnliche Abgaben"),
        ("02", "Zuwendungen und allgemeine Umlagen, außer für Investitionstätigkeit"),
        ("03", "Sonstige Transfereinzahlungen"), ("04", "Öffentlich-rechtliche Entgelte, außer Beiträgen und ähnlichen "
         "Entgelten für Investitionstätigkeit"), ("05", "Privatrechtliche Entgelte, außer für Investitionstätigkeit"),
        ("06", "Kostenerstattungen und Kostenumlagen, außer für Investitionstätigkeit"),
        ("08", "Zinsen und ähnliche Einzahlungen"), ("07", "Sonstige haushaltswirksame Einzahlungen"),
    ]  # fmt: skip
    rows = [f"{n};{name};{n}00000" for n, (_, name) in enumerate(printed, 1)]
    plan = tmp_path / "finanzhaushalt.csv"
    plan.write_text("\n".join(["Nr.;Bezeichnung;Ansatz 2026", *rows]), encoding="utf-8")
    with in_layout_of_workbook(KEY, own):
        found = understand(plan, KEY)
        titles = load_template().grids["finance_plan"]
    assert not found.questions and set(found.figures["sheet"]) == {"finance_plan"}
    values = dict(found.figures[["line", "value"]].itertuples(index=False))
    assert values == {line: n * 100_000 for n, (line, _) in enumerate(printed, 1)}
    assert titles["08"].label.de == "Zinsen und ähnliche Einzahlungen"
    assert load_template().grids["finance_plan"]["08"].label.de == "Zinsen und sonstige Finanzeinzahlungen"
