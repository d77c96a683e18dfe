# ruff: noqa: E501  (a table of cases, one a line)
"""Bad workbooks: each mistake gets its own message, and all mistakes come at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from dewak_research.errors import InputError
from dewak_research.own import sheets
from dewak_research.own.check import check_workbook
from dewak_research.own.template import load_template
from own import musterstadt

pytestmark = pytest.mark.slow  # every workbook is written, read and checked as a whole

Change = Callable[[Workbook], None]
KEY = musterstadt.KEY


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With few empty rows in its lists: every mistake would read and write thousands of empty cells."""
    path = tmp_path_factory.mktemp("own") / "eingabe.xlsx"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "LIST_ROWS", 3)
        sheets.save_workbook(musterstadt.contents(), path)
    return path


def place(book: Workbook, sheet: str, line: str, year: int, kind: str = "") -> openpyxl.cell.Cell:
    """Find a cell by line and year, the way a person would."""
    ws = book[load_template().sheets[sheet].de]
    rows = {ws.cell(r, 1).value: r for r in range(1, ws.max_row + 1)}
    for c in range(6, ws.max_column + 1):
        if ws.cell(4, c).value == year and kind in (ws.cell(5, c).value or ""):
            return ws.cell(rows[f"line:{line}"], c)
    raise KeyError((sheet, line, year))


def put(sheet: str, line: str, year: int, value: object, number_format: str | None = None) -> Change:
    def change(book: Workbook) -> None:
        cell = place(book, sheet, line, year)
        cell.value = value  # type: ignore[assignment]
        if number_format:
            cell.number_format = number_format

    return change


def plan(value: object, line: str = "01", year: int = 2026) -> Change:
    return put("result_plan", line, year, value)


def scale(factor: float, year: int = 2026, sheet: str = "result_plan") -> Change:
    def change(book: Workbook) -> None:
        for line in load_template().grids[sheet]:
            cell = place(book, sheet, line, year)
            if isinstance(cell.value, int | float):
                cell.value = cell.value * factor

    return change


def cells(sheet: str, **values: object) -> Change:
    def change(book: Workbook) -> None:
        for address, value in values.items():
            book[sheet][address].value = value

    return change


def form(field: str, value: object) -> Change:
    def change(book: Workbook) -> None:
        ws = book["Lies mich"]
        for row in range(1, ws.max_row + 1):
            if ws.cell(row, 1).value == f"form:{field}":
                ws.cell(row, 3).value = value

    return change


def both(*changes: Change) -> Change:
    def change(book: Workbook) -> None:
        for one in changes:
            one(book)

    return change


def negative(sheet: str, *lines: str) -> Change:
    """Turn the sign of lines in all years."""

    def change(book: Workbook) -> None:
        for y in (*musterstadt.ACTUAL, *musterstadt.PLAN):
            for line in lines:
                cell = place(book, sheet, line, y)
                if isinstance(cell.value, int | float):
                    cell.value = -cell.value

    return change


def late(book: Workbook) -> None:
    """Each annual result of the balance sheet is that of the year after."""
    for y in musterstadt.ACTUAL:
        place(book, "balance", "jahresergebnis", y).value = musterstadt.annual_result(y + 1)


def early(book: Workbook) -> None:
    """Each plan year of the finance plan holds the amounts of the year after."""
    for y in musterstadt.PLAN:
        for line in musterstadt.FINANCE:
            place(book, "finance_plan", line, y).value = musterstadt.value(musterstadt.FINANCE, line, y + 1)


def twice(book: Workbook) -> None:
    for line in load_template().grids["result_plan"]:
        place(book, "result_plan", line, 2027).value = place(book, "result_plan", line, 2026).value


def drop_line(book: Workbook) -> None:
    ws = book["Ergebnisplan"]
    ws.delete_rows(place(book, "result_plan", "13", 2026).row)


def repeat_line(book: Workbook) -> None:
    book["Ergebnisplan"].cell(60, 1).value = "line:01"


def merge(book: Workbook) -> None:
    book["Ergebnisplan"].merge_cells("F6:G6")


def remove(sheet: str) -> Change:
    return lambda book: book.remove(book[sheet])


def year(value: object, column: str = "K", sheet: str = "Ergebnisplan") -> Change:
    return cells(sheet, **{f"{column}4": value})


def clear_plan(book: Workbook) -> None:
    for y in musterstadt.PLAN:
        for line in load_template().grids["result_plan"]:
            place(book, "result_plan", line, y).value = None


def clear_actual(book: Workbook) -> None:
    for y in musterstadt.ACTUAL:
        for line in load_template().grids["result_plan"]:
            place(book, "result_plan", line, y).value = None


def clear(sheet: str, *lines: str) -> Change:
    def change(book: Workbook) -> None:
        for y in musterstadt.ACTUAL:
            for line in lines:
                place(book, sheet, line, y).value = None

    return change


def service(**values: object) -> Change:
    columns = dict(zip(("name", "kind", "district", "area_m2", "hours_per_week", "users_per_week", "cost_eur", "funded_pct"), "BCDEFGHI", strict=True))  # fmt: skip
    return cells("Angebote und Räume", **{f"{columns[k]}9": v for k, v in values.items()})


def override(sheet: object, line: object, y: object, value: object, reason: object) -> Change:
    return cells("Überschreibungen", B6=sheet, C6=line, D6=y, E6=value, F6=reason)


BAD: list[tuple[str, Change, str, str]] = [
    # what is wrong, how, code of the finding, part of the German message
    ("text", plan("viel"), "not_a_number", "»viel« ist keine Zahl"),
    ("two commas", plan("5,6,7"), "not_a_number", "»5,6,7« ist keine Zahl"),
    ("double sign", plan("--5"), "not_a_number", "»--5«"),
    ("letters behind the number", plan("61.200.000 x"), "not_a_number", "»61.200.000 x«"),
    ("wrong groups", plan("61.20.000"), "not_a_number", "»61.20.000«"),
    ("percent text", plan("12 %"), "not_a_number", "»12 %«"),
    ("ambiguous point", plan("1.234"), "ambiguous_number", "kann 1234 oder 1,234 bedeuten"),
    ("ambiguous comma", plan("1,234"), "ambiguous_number", "kann 1234 oder 1,234 bedeuten"),
    ("German text number", plan("67.290.123,45"), "text_number", "wurde als 67.290.123,45 gelesen"),
    ("English text number", plan("67,290,123.45"), "text_number", "wurde als 67.290.123,45 gelesen"),
    ("thousand euro in the cell", plan("61200 T€"), "unit_in_cell", "»61200 T€« nennt eine andere Einheit"),
    ("million euro in the cell", plan("61,2 Mio. €"), "unit_in_cell", "»61,2 Mio. €«"),
    ("Tsd. in the cell", plan("61200 Tsd."), "unit_in_cell", "»61200 Tsd.«"),
    ("very long text", plan("x" * 30_000), "too_long", "sehr viel Text"),
    ("true", plan(True), "boolean_value", "WAHR/FALSCH"),
    ("a date", plan(datetime.date(2026, 1, 2)), "date_value", "ein Datum"),
    ("a time", plan(datetime.time(12, 30)), "date_value", "ein Datum"),
    ("#REF!", plan("#REF!"), "formula_error", "#REF!"),
    ("#DIV/0!", plan("#DIV/0!"), "formula_error", "#DIV/0!"),
    ("#BEZUG!", plan("#BEZUG!"), "formula_error", "#BEZUG!"),
    ("#NV", plan("#NV"), "formula_error", "#NV"),
    ("formula never calculated", plan("=F6+1"), "formula_unsaved", "keinen gespeicherten Wert"),
    ("HYPERLINK", plan('=HYPERLINK("http://example.org","1")'), "formula_forbidden", "greift nach außen"),
    ("WEBSERVICE", plan('=WEBSERVICE("http://example.org")'), "formula_forbidden", "WEBSERVICE"),
    ("DDE", plan("=cmd|' /C calc'!A0"), "formula_forbidden", "greift nach außen"),
    ("other workbook", plan("='[andere.xlsx]Tabelle1'!A1"), "formula_forbidden", "greift nach außen"),
    ("percent format", put("result_plan", "01", 2026, 0.5, "0.00%"), "percent_format", "als Prozent formatiert"),
    ("beyond all measure", plan(1e300), "not_finite", "unvorstellbar groß"),
    ("unknown symbol", plan(".", "08"), "symbol", "»keine Angabe«"),
    ("not applicable", plan("x", "09"), "symbol", "»x«"),
    ("negative costs", plan(-33_600_000, "11"), "negative_value", "-33.600.000 ist negativ"),
    ("negative taxes", plan(-5), "negative_value", "-5 ist negativ"),
    ("negative other income", plan(-250_000, "07"), "negative_warning", "-250.000 ist negativ"),
    ("trailing minus", plan("100-"), "negative_value", "-100 ist negativ"),
    ("in parentheses", plan("(5.000.000)", "15"), "negative_value", "-5.000.000"),
    ("half a person", put("population", "einwohner", 2024, 48.52), "fraction_of_person", "48,52 ist keine ganze Zahl"),
    ("multiplier too high", put("population", "hebesatz_gewerbesteuer", 2024, 4500), "multiplier_range", "4.500"),
    ("multiplier negative", put("population", "hebesatz_gewerbesteuer", 2024, -450), "multiplier_range", "-450"),
    ("multiplier as a factor", put("population", "hebesatz_gewerbesteuer", 2024, 4.5), "multiplier_low", "4,50 als Hebesatz"),
    ("line 26 wrong", plan(99, "26"), "sum_fails", "»26 Jahresergebnis« ist 99"),
    ("cut in an actual", plan(250_000, "27", 2024), "cut_in_actual", "ein Ergebnisjahr hat einen globalen Minderaufwand (250.000)"),
    ("cut above the law", plan(4_000_000, "27"), "cut_above_law", "liegt über der Grenze des Rechts"),
    ("cut below zero", plan(-1_000_000, "27"), "negative_value", "Globaler Minderaufwand ohne Vorzeichen"),
    ("line 28 without the cut", both(plan(1_000_000, "27"), plan(musterstadt.annual_result(2026), "28")), "sum_fails", "28 = 26 + 27"),
    ("line 33 wrong", both(plan(5, "29"), plan(90, "33")), "sum_fails", "33 = 29 + 30 − 31 − 32"),
    ("finance line 37 wrong", put("finance_plan", "37", 2024, 5), "sum_fails", "37 = 33 + 34 − 35 − 36"),
    ("finance line 38 wrong", put("finance_plan", "38", 2024, 5), "sum_fails", "38 = 32 + 37"),
    ("finance line 41 without 39", put("finance_plan", "41", 2024, 5), "sum_not_checkable", "es fehlen: 39"),
    ("line 10 wrong", plan(138_000_000, "10", 2024), "sum_fails", "10 = 01 + … + 09"),
    ("line 17 wrong", plan(1, "17", 2024), "sum_fails", "17 = 11 + … + 16"),
    ("line 18 wrong", plan(1, "18", 2024), "sum_fails", "18 = 10 − 17"),
    ("line 21 with the wrong sign", plan(1_100_000, "21", 2022), "sum_fails", "21 = 19 − 20"),
    ("rounded by one euro", both(plan(None, "26", 2024), plan(musterstadt.annual_result(2024) + 1, "22", 2024)), "sum_rounding", "Rundung"),
    ("sum without parts", both(plan(None, "11"), plan(130_000_000, "17")), "sum_not_checkable", "es fehlen: 11"),
    ("finance sum wrong", put("finance_plan", "09", 2024, 5), "sum_fails", "»09 Einzahlungen aus laufender"),
    ("finance balance wrong", put("finance_plan", "17", 2024, 5), "sum_fails", "17 = 09 − 16"),
    ("equity wrong", put("balance", "eigenkapital", 2024, 5), "sum_fails", "Eigenkapital"),
    ("trade tax above taxes", plan(90_000_000, "gewerbesteuer"), "part_exceeds", "ist größer als »01 Steuern"),
    ("levy above transfers", plan(80_000_000, "kreisumlage"), "part_exceeds", "ist größer als »15 Transfer"),
    ("cash above current assets", put("balance", "liquide_mittel", 2024, 90_000_000), "part_exceeds", "Umlaufvermögen"),
    ("children above inhabitants", put("population", "unter_18", 2024, 50_000), "part_exceeds", "Einwohner"),
    ("taxes missing", both(plan(None), plan(None, "26")), "required_empty", "»01 Steuern und ähnliche Abgaben« fehlt"),
    ("depreciation missing", plan(None, "14", 2024), "required_empty", "»14 Bilanzielle Abschreibungen« fehlt"),
    ("provisions missing", put("balance", "rueckstellungen", 2024, None), "required_empty", "»Rückstellungen« fehlt"),
    ("no plan year", clear_plan, "no_plan_year", "kein einziges Planjahr"),
    ("no actual year", clear_actual, "no_actual_year", "kein Ergebnisjahr"),
    ("no reserves", clear("balance", "allgemeine_ruecklage", "ausgleichsruecklage"), "no_balance", "keine Rücklagen bekannt"),
    ("no inhabitants", clear("population", "einwohner", "unter_18", "ab_65", "arbeitslose"), "no_population", "keine Einwohnerzahl"),
    ("plan in thousand euro", scale(1e-3), "looks_like_thousands", "sieht nach Tausend Euro aus"),
    ("actual in thousand euro", scale(1e-3, 2023), "looks_like_thousands", "mit 1000 malnehmen"),
    ("plan in million euro", scale(1e-6), "looks_like_millions", "sieht nach Mio. Euro aus"),
    ("plan in cents", scale(100), "looks_like_cents", "weit über dem Üblichen"),
    ("one line in thousand euro", plan(65_000, "15", 2027), "line_unit_usual", "sieht nach einer anderen Einheit aus"),
    ("part of a line in thousand euro", plan(24_000, "gewerbesteuer", 2027), "line_unit_odd", "Verdacht auf andere Einheit"),
    ("reserve in thousand euro", put("balance", "ausgleichsruecklage", 2024, 14_200), "line_unit_maybe", "oder eine andere Einheit?"),
    ("finance plan in thousand euro", scale(1e-3, sheet="finance_plan"), "looks_like_thousands", "sieht nach Tausend Euro aus"),
    ("no inhabitants, one year in thousand euro", both(clear("population", "einwohner", "unter_18", "ab_65", "arbeitslose"), scale(1e-3)), "sheets_unit_differs", "passt nicht zum Ergebnisplan"),
    ("taxes double", plan(125_000_000, "01", 2028), "jump", "ändert sich von"),
    ("town doubles", put("population", "einwohner", 2024, 60_000), "population_jump", "Einwohnerzahl ändert sich um +24 %"),
    ("assets not equal", put("balance", "umlaufvermoegen", 2024, 30_000_000), "balance_unequal", "unterscheiden sich um"),
    ("negative equity", put("balance", "allgemeine_ruecklage", 2024, -60_000_000), "overindebted", "Eigenkapital ist negativ"),
    ("deficit beside equity", put("balance", "fehlbetrag_nicht_gedeckt", 2024, 1_000_000), "fehlbetrag_double", "neben positivem Eigenkapital"),
    ("results differ", put("balance", "jahresergebnis", 2024, 5_000), "result_mismatch", "Zeile 26 des Ergebnisplans"),
    ("reserves jump", put("balance", "allgemeine_ruecklage", 2024, 120_000_000), "reserve_mismatch", "das Eigenkapital ändert sich um"),
    ("all costs negative", negative("result_plan", "11", "12", "13", "14", "15", "16", "20", "gewerbesteuerumlage", "kreisumlage", "soziale_leistungen", "jugendhilfe"), "all_costs_negative", "alle 88 Beträge der Aufwendungen"),
    ("all receipts negative", negative("finance_plan", "01", "02", "03", "04", "05", "06", "07", "08", "18", "19", "21", "33"), "all_income_negative", "sind die Vorzeichen umgekehrt"),
    ("deficit of the balance sheet without its minus", both(put("balance", "jahresergebnis", 2024, 2_000_000), put("balance", "eigenkapital", 2024, 96_400_000 + 14_200_000 + musterstadt.annual_result(2022) + musterstadt.annual_result(2023) - 2_000_000)), "sign_against_sum", "die Summe geht mit -2.000.000 auf"),
    ("half a year", year(datetime.date(2026, 6, 30)), "year_is_a_day", "»30.06.2026« ist ein Tag im Jahr"),
    ("half a year as text", year("Stand 30.06.2024", "F", "Bevölkerung"), "year_is_a_day", "»30.06.2024« ist ein Tag"),
    ("year as a formula never calculated", year("=J4+1"), "formula_unsaved", "keinen gespeicherten Wert"),
    ("kind as a formula never calculated", cells("Ergebnisplan", F5='="Ergebnis"'), "formula_unsaved", "keinen gespeicherten Wert"),
    ("name as a formula never calculated", form("name", '="Muster"&"stadt"'), "formula_unsaved", "keinen gespeicherten Wert"),
    ("list as a formula never calculated", cells("Angebote und Räume", H6="=1+1"), "formula_unsaved", "keinen gespeicherten Wert"),
    ("amount over a label", cells("Ergebnisplan", C9=61_200_000), "label_overwritten", "61.200.000 steht über der Beschriftung"),
    ("entry over the headings of a list", cells("Quellen", B5="Bilanz", C5="2024", D5="Jahresabschluss"), "label_overwritten", "Bilanz steht über der Beschriftung »Blatt«"),
    ("balance sheet a year late", late, "years_shifted", "die Jahre 2022–2024 passen besser zu Ergebnisplan, wenn sie 2023–2025 heißen"),
    ("finance plan a year early", early, "years_shifted", "passen besser zu Ergebnisplan, wenn sie 2026–2030"),
    ("a year pasted twice", twice, "year_repeated", "Beträge von 2027 sind die von 2026"),
    ("year as a word", year("nächstes"), "year_invalid", "»nächstes« ist kein Jahr"),
    ("year 26", year(26), "year_invalid", "»26« ist kein Jahr"),
    ("year 20266", year(20266), "year_invalid", "»20266«"),
    ("year as a date", year(datetime.date(2026, 1, 1)), "year_invalid", "»2026-01-01"),
    ("year missing", year(None), "year_invalid", "»« ist kein Jahr"),
    ("year twice", year(2027, "J"), "year_duplicate", "Plan 2027 kommt zweimal vor"),
    ("gap in the plan", both(year(2031, "M"), year(2030, "L")), "year_gap", "fehlen Jahre im Plan"),
    ("years in disorder", both(year(2023, "F"), year(2022, "G")), "year_order", "nicht in aufsteigender"),
    ("actual after plan", year(2035, "H"), "actual_after_plan", "nach dem letzten Planjahr"),
    ("neither actual nor plan", cells("Ergebnisplan", F5="Schätzung"), "kind_invalid", "weder Ergebnis noch Plan"),
    ("kind missing", cells("Ergebnisplan", F5=None), "kind_invalid", "weder Ergebnis noch Plan"),
    ("row with years deleted", lambda book: book["Ergebnisplan"].delete_rows(4), "years_row_missing", "Zeile mit den Jahren fehlt"),
    ("line deleted", drop_line, "line_missing", "»Aufwendungen für Sach- und Dienstleistungen« fehlt"),
    ("line twice", repeat_line, "line_duplicate", "kommt zweimal vor"),
    ("foreign id", cells("Ergebnisplan", A60="line:99"), "line_unknown", "Kennung »99«"),
    ("merged cells", merge, "merged_cells", "F6:G6 sind verbunden"),
    ("number beside the table", cells("Ergebnisplan", F60=123), "stray_value", "»123« steht außerhalb"),
    ("number right of the table", cells("Ergebnisplan", P8=77), "stray_value", "»77« steht außerhalb"),
    ("rows moved", lambda book: book["Bilanz"].insert_rows(2, 3), "moved_cells", "wurde verschoben"),
    ("sheet missing", remove("Bilanz"), "sheet_missing", "»Bilanz« fehlt"),
    ("list sheet missing", remove("Quellen"), "sheet_missing", "»Quellen« fehlt"),
    ("extra sheet", lambda book: book.create_sheet("Nebenrechnung"), "sheet_extra", "»Nebenrechnung« gehört nicht"),
    ("renamed sheet", lambda book: setattr(book["Finanzplan"], "title", "FP neu"), "sheet_missing", "»Finanzplan« fehlt"),
    ("name missing", form("name", None), "name_empty", "Name der Gemeinde fehlt"),
    ("key missing", form("key", None), "key_empty", "der Schlüssel fehlt"),
    ("another town's workbook", form("key", "05562020"), "key_mismatch", "gehört zu »05562020«"),
    ("key as a number", form("key", 5999000), "key_number", "führende Null"),
    ("rule set unknown", form("rule_set", "Bayern"), "rule_set_invalid", "»Bayern« ist kein Regelwerk"),
    ("rule set missing", form("rule_set", None), "rule_set_invalid", "ist kein Regelwerk"),
    ("youth office unknown", form("youth_office", "vielleicht"), "list_choice", "»vielleicht« gibt es in »Eigenes Jugendamt?"),
    ("peer unknown", form("peers", "05562021"), "peer_unknown", "»05562021« steht nicht im Verzeichnis"),
    ("own peer", form("peers", f"05562020, {KEY}"), "peer_self", "ihre eigene Vergleichsgemeinde"),
    ("peer twice", form("peers", "05562020;05562020"), "peer_duplicate", "doppelt genannt"),
    ("service without a name", service(kind="Beratung"), "list_field_missing", "fehlt »Angebot oder Raum«"),
    ("service without a kind", service(name="Haus"), "list_field_missing", "fehlt »Art«"),
    ("unknown kind of service", service(name="Haus", kind="Raumfahrt"), "list_choice", "»Raumfahrt« gibt es in »Art« nicht"),
    ("169 hours a week", service(name="Haus", kind="Jugend", hours_per_week=169), "list_range", "169 ist als »Öffnungsstunden"),
    ("120 percent funded", service(name="Haus", kind="Jugend", funded_pct=120), "list_range", "zwischen 0 und 100"),
    ("negative area", service(name="Haus", kind="Jugend", area_m2=-3), "list_range", "-3 ist als »Fläche"),
    ("cost as a word", service(name="Haus", kind="Jugend", cost_eur="teuer"), "not_a_number", "»teuer«"),
    ("same service twice", both(service(name="Haus", kind="Jugend"), cells("Angebote und Räume", B10="Haus", C10="Jugend")), "list_duplicate", "wiederholt Zeile 9"),
    ("heading of a list deleted", lambda book: book["Quellen"].delete_rows(4), "list_headings_missing", "Kopfzeile der Tabelle fehlt"),
    ("measure that works before it begins", cells("Maßnahmen", B9="Neu", C9=5, D9=2028, E9=2027), "measure_years", "(2027) liegt vor dem ersten Jahr (2028)"),
    ("measure in year 12", cells("Maßnahmen", B9="Neu", C9=5, D9=12), "list_range", "12 ist als »Erstes Jahr"),
    ("measure on a sum", cells("Maßnahmen", F7="10"), "measure_line", "»10« ist keine Zeile des Ergebnisplans"),
    ("measure that saves more than there is", cells("Maßnahmen", B9="Neu", C9=50_000_000, D9=2026, F9="12"), "measure_above_line", "»12 Versorgungsaufwendungen« sparen in einem Jahr mehr"),
    ("little staff with a reason", both(*(put("result_plan", "11", y, 34_000) for y in (*musterstadt.ACTUAL, *musterstadt.PLAN)), override("Ergebnisplan", "11", 2026, 34_000, "beim Zweckverband")), "line_unit_small", "viel weniger als üblich"),
    ("override of an unknown line", override("Ergebnisplan", "77", 2026, 5, "x"), "override_line", "»77« gibt es auf dem Blatt"),
    ("override of another year", override("Ergebnisplan", "01", 2050, 5, "x"), "override_year", "2050 steht nicht"),
    ("override without a reason", override("Ergebnisplan", "01", 2026, 5, None), "list_field_missing", "fehlt »Begründung«"),
    ("override without a value", override("Ergebnisplan", "01", 2026, None, "x"), "list_field_missing", "fehlt »Neuer Wert«"),
    ("override of a list", override("Quellen", "01", 2026, 5, "x"), "list_choice", "»Quellen« gibt es in »Blatt« nicht"),
    ("override in year 1066", override("Ergebnisplan", "01", 1066, 5, "x"), "list_range", "1066 ist als »Jahr«"),
    ("source without a document", cells("Quellen", B9="Bilanz"), "list_field_missing", "fehlt »Quelle"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_each_mistake_gets_its_message(
    good: Path, tmp_path: Path, change: Change, code: str, message: str
) -> None:
    book = openpyxl.load_workbook(good)
    change(book)
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    result = check_workbook(KEY, tmp_path)
    texts = [found.problem.what.de + " " + found.problem.right.de + " " + found.problem.next_step.de
             for found in result.findings if found.code == code]  # fmt: skip
    assert texts, [found.code for found in result.findings]
    assert any(message in text for text in texts), texts
    for found in result.findings:
        assert found.problem.where and "{" not in found.problem.what.de + found.problem.what.en


def test_a_row_that_is_gone_is_said_once(good: Path, tmp_path: Path) -> None:
    """A deleted row is missing as a row; that its cells are empty, too, is no second mistake."""
    book = openpyxl.load_workbook(good)
    sheet = book["Ergebnisplan"]
    row = next(r for r in range(1, 60) if sheet.cell(r, 1).value == "line:11")
    sheet.cell(row, 1).value = None
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    codes = [found.code for found in check_workbook(KEY, tmp_path).findings]
    assert codes.count("line_missing") == 1 and "required_empty" not in codes


def test_there_are_at_least_eighty_and_every_code_is_covered() -> None:
    from dewak_research.errors import entries
    from own import test_access_files, test_planning_sheets, test_room_sheets

    assert len({case[0] for case in BAD}) == len(BAD) >= 80
    elsewhere = {"template_missing", "template_older", "template_newer", "template_renewed", "key_unregistered", "rule_set_foreign",
                 "differs_from_official", "population_odd", "name_of_other_town", "figures_of_other_town", "text_cut", "rows_too_many", "column_extra", "lead_time_missing",
                 "measure_after_plan", "measure_before_plan"}  # fmt: skip
    findings = {
        code for code, entry in entries("dewak_research.own", "messages.yaml").items() if "severity" in entry
    }
    tried = {case[2] for case in (*BAD, *test_planning_sheets.BAD, *test_room_sheets.BAD)}
    tried |= {case[2] for case in test_access_files.BAD}
    tried |= {code for case in test_access_files.REGISTERED for code in case[2]}
    assert findings - tried == elsewhere


def test_all_mistakes_at_once(good: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(good)
    chosen = [case for case in BAD if case[0] in ("text", "name missing", "peer unknown", "169 hours a week", "line 10 wrong", "year as a word")]  # fmt: skip
    for case in chosen:
        case[1](book)
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    assert {case[2] for case in chosen} <= {found.code for found in check_workbook(KEY, tmp_path).findings}


@pytest.mark.parametrize(
    ("mark", "message"),
    [("dewak-template:0", "no longer read"), ("dewak-template:99", "newer than this program"),
     ("dewak-template:x<b>", "no longer read"), (None, "no workbook of dewak")],
)  # fmt: skip
def test_other_template_versions_are_refused_with_the_reason(
    good: Path, tmp_path: Path, mark: str, message: str
) -> None:
    book = openpyxl.load_workbook(good)
    book["Lies mich"]["A1"] = mark
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    with pytest.raises(InputError, match=message):
        check_workbook(KEY, tmp_path)


def test_official_population_is_the_yardstick(tmp_path: Path) -> None:
    path = tmp_path / "05562020" / "eingabe.xlsx"
    musterstadt.write(tmp_path, "05562020")
    book = openpyxl.load_workbook(path)
    put("population", "einwohner", 2024, 61)(book)
    book.save(path)
    assert "population_odd" in {found.code for found in check_workbook("05562020", tmp_path).findings}


def test_law_of_nrw_is_refused_elsewhere(tmp_path: Path) -> None:
    musterstadt.write(tmp_path, "09162000")
    codes = {found.code for found in check_workbook("09162000", tmp_path).findings}
    assert "rule_set_foreign" in codes


def test_overlong_text_in_a_list_is_cut(good: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(good)
    book["Quellen"]["D6"] = "x" * 5_000
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    result = check_workbook(KEY, tmp_path)
    assert "text_cut" in {found.code for found in result.findings}
    assert len(str(result.reading.lists["sources"][0]["source"])) == 2_000


def test_another_town_is_named(tmp_path: Path) -> None:
    """The workbook of Bottrop (05512000) in the folder of Recklinghausen (05562032), its key put right."""
    from dewak_research.own.workbook import new_workbook

    other = new_workbook("05512000", "de", 2026, own=tmp_path)
    book = openpyxl.load_workbook(other)
    form("key", "05562032")(book)
    path = tmp_path / "05562032" / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    found = {one.code: one for one in check_workbook("05562032", tmp_path).findings}
    assert "»Bottrop" in found["name_of_other_town"].problem.what.de
    assert "05512000" in found["figures_of_other_town"].problem.what.de
    assert found["figures_of_other_town"].severity == "error"


def test_a_habit_of_signs_is_one_finding(good: Path, tmp_path: Path) -> None:
    """Seven lines of costs in eight years with a minus, and four parts of transfers: one question, no error beside it."""
    book = openpyxl.load_workbook(good)
    costs = (
        "11",
        "12",
        "13",
        "14",
        "15",
        "16",
        "20",
        "gewerbesteuerumlage",
        "kreisumlage",
        "soziale_leistungen",
        "jugendhilfe",
    )
    negative("result_plan", *costs)(book)
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    result = check_workbook(KEY, tmp_path)
    assert [found.code for found in result.errors] == ["all_costs_negative"]
    assert "alle 88 Beträge" in result.errors[0].problem.what.de  # 11 lines × 8 years
