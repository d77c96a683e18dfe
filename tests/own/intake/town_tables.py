# ruff: noqa: E501  (tables of cases)
"""Small tables as towns write them, each with what an import must end with. The town and all amounts are invented."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import openpyxl

NAMES = {
    "01": "Steuern und ähnliche Abgaben", "02": "Zuwendungen und allgemeine Umlagen", "03": "Sonstige Transfererträge",
    "04": "Öffentlich-rechtliche Leistungsentgelte", "05": "Privatrechtliche Leistungsentgelte",
    "06": "Kostenerstattungen und Kostenumlagen", "07": "Sonstige ordentliche Erträge", "11": "Personalaufwendungen",
    "12": "Versorgungsaufwendungen", "13": "Aufwendungen für Sach- und Dienstleistungen",
    "14": "Bilanzielle Abschreibungen", "15": "Transferaufwendungen", "16": "Sonstige ordentliche Aufwendungen",
    "19": "Finanzerträge", "20": "Zinsen und sonstige Finanzaufwendungen",
}  # fmt: skip
MILLIONS = {
    "01": 50, "02": 30, "03": 1, "04": 9, "05": 2, "06": 3, "07": 5, "11": 25, "12": 2, "13": 18, "14": 8, "15": 44,
    "16": 5, "19": 0.5, "20": 1.5,
}  # fmt: skip
EURO = {line: round(value * 1e6) for line, value in MILLIONS.items()}
INCOME = ("01", "02", "03", "04", "05", "06", "07", "19")
HALF = ("01", "02", "03", "04", "05", "06", "07", "10", "11")
Values = dict[tuple[str, int, str], float]


def german(value: float) -> str:
    """Write 50000000 as 50.000.000."""
    return f"{value:,.0f}".replace(",", ".")


def values(
    year: int = 2026, kind: str = "plan", only: Iterable[str] = tuple(EURO), factor: float = 1
) -> Values:
    """Return the usual amounts of one year."""
    whole = {**EURO, "10": 100_000_000}
    return {(line, year, kind): whole[line] * factor for line in only}


def plan(
    heading: str = "Zeile;Plan 2026",
    row: Callable[[str, float], str] | None = None,
    before: str = "",
    after: str = "",
) -> str:
    """Return a result plan; ``row`` writes what stands behind the name of a line."""
    write = row or (lambda line, value: german(value))
    lines = [f"{line} {NAMES[line]};{write(line, value)}" for line, value in EURO.items()]
    return "\n".join(filter(None, [before, heading, *lines, after]))


def half(heading: str, cells: Callable[[str, float], str], before: str = "") -> str:
    """Return the first lines of a plan as printed with their signs of calculation, the sum 10 among them."""
    whole = {**EURO, "10": 100_000_000}
    names = {**NAMES, "10": "Ordentliche Erträge"}
    marks = {"10": "=", "11": "-"}
    lines = [f"{line} {marks.get(line, '+')} {names[line]};{cells(line, whole[line])}" for line in HALF]
    return "\n".join(filter(None, [before, heading, *lines]))


def numbered(names: dict[str, str] | None = None, more: Iterable[str] = ()) -> str:
    """Return a plan with the number in a column of its own."""
    named = {**NAMES, **(names or {})}
    lines = [f"{line};{named[line]};{german(value)}" for line, value in EURO.items()]
    return "\n".join(["Nr;Bezeichnung;Plan 2026", *lines, *more])


def book(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Return a workbook."""
    made = openpyxl.Workbook()
    fill(made)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def sheet_of(
    rows: Iterable[Iterable[object]],
    shape: str = "General",
    title: str = "Sheet",
    merged: str = "",
    cover: bool = False,
) -> bytes:
    """Return a workbook with one table."""

    def fill(made: openpyxl.Workbook) -> None:
        sheet = made.active
        if cover:
            sheet.title = "Deckblatt"
            sheet.append(["Haushaltsplan Musterhausen"])
            sheet = made.create_sheet(title)
        for values_of_row in rows:
            sheet.append(list(values_of_row))
        for line in sheet.iter_rows(min_row=2):
            for cell in line[1:]:
                cell.number_format = shape
        if merged:
            sheet.merge_cells(merged)

    return book(fill)


def cells(split: bool = False) -> list[list[object]]:
    """Return the rows of a plan as a workbook holds them."""
    if split:
        return [["Nr", "Bezeichnung", "Plan 2026"], *([int(n), NAMES[n], v] for n, v in EURO.items())]
    return [["Zeile", "Plan 2026"], *([f"{n} {NAMES[n]}", v] for n, v in EURO.items())]


def with_formulas() -> list[list[object]]:
    """Return a plan whose lines 01 and 15 are formulas that were never calculated."""
    return [[a, f"={b}+0" if str(a)[:2] in ("01", "15") else b] for a, b in cells()]


@dataclass(frozen=True)
class Case:
    """A table and its right answer.

    Attributes
    ----------
    made : callable
        Makes the bytes of our own table.
    right : dict
        Values by line, year and kind; empty where the table is refused.
    asked : tuple of str
        Questions that must be asked; they are answered with their default.
    says : str
        Part of a note, or of the refusal.
    suffix, sheet : str
        Kind of file, and the sheet of the workbook.
    """

    made: Callable[[], bytes]
    right: Values = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    says: str = ""
    suffix: str = "csv"
    sheet: str = "result_plan"


def _text(text: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: text.encode(encoding)


def _years(*years: tuple[int, str], only: Iterable[str] = tuple(EURO)) -> Values:
    return {key: value for year, kind in years for key, value in values(year, kind, only).items()}


def _three(line: str, value: float) -> str:
    return ";".join([german(value)] * 3)


def _four(line: str, value: float) -> str:
    return ";".join([german(value)] * 4)


_THREE_YEARS = _years((2024, "actual"), (2025, "plan"), (2026, "plan"))
_FOUR_YEARS = _years((2023, "actual"), (2024, "plan"), (2025, "plan"), (2026, "plan"), only=HALF)
_AREAS = "\n".join(
    f"{name};{line} + {({**NAMES, '10': 'Ordentliche Erträge'})[line]};{german(amount)}"
    for line in HALF
    for name, amount in (("Produkt 0101", 1e6), ("Produkt 0102", 2e6), ("Produktgruppe 01", 3e6))
)
_BALANCE = {
    "anlagevermoegen": ("Anlagevermögen", 250, 255), "umlaufvermoegen": ("Umlaufvermögen", 20, 19),
    "allgemeine_ruecklage": ("Allgemeine Rücklage", 80, 78), "ausgleichsruecklage": ("Ausgleichsrücklage", 10, 8),
    "verbindlichkeiten": ("Verbindlichkeiten", 90, 95), "rueckstellungen": ("Rückstellungen", 60, 61),
}  # fmt: skip

CASES: dict[str, Case] = {
    "a01_income_negative_lines": Case(
        _text(plan(row=lambda n, v: german(-v if n in INCOME else v))), values(), ("signs_income",)
    ),
    "a04_in_1000_Euro": Case(
        _text(plan(row=lambda n, v: german(v / 1000), before="Ergebnisplan\nAngaben in 1.000 Euro")),
        values(), says="unit of 1000 euro",
    ),
    "a08_doppelhaushalt_2025_2026": Case(
        _text(plan("Zeile;Ergebnis 2024;Plan 2025/2026", lambda n, v: f"{german(v)};{german(2 * v)}")),
        says="is not one whole year",
    ),
    "a09_abweichung_col": Case(
        _text(plan("Zeile;Plan 2026;Ergebnis 2025 Abweichung in %", lambda n, v: f"{german(v)};3,5")),
        values(), says="deviations or shares (%) are left out",
    ),
    "a10_trailing_minus": Case(
        _text(plan(after="18 Ergebnis der laufenden Verwaltungstätigkeit;2.000.000-")),
        {**values(), ("18", 2026, "plan"): -2e6},
    ),
    "a11_parentheses": Case(
        _text(plan(after="18 Ergebnis der laufenden Verwaltungstätigkeit;(2.000.000)")),
        {**values(), ("18", 2026, "plan"): -2e6},
    ),
    "a12_footnote_marks": Case(
        _text(plan(row=lambda n, v: german(v) + {"15": " 1)", "13": " *", "02": "²"}.get(n, ""))), values()
    ),
    "a16_nbsp": Case(_text(plan(row=lambda n, v: german(v).replace(".", "\u202f"))), values()),
    "a17_english": Case(_text(plan(row=lambda n, v: f"{v:,.2f}")), values()),
    "a20_cp850": Case(_text(plan(), "cp850"), values()),
    "a21_utf16": Case(_text(plan(), "utf-16"), values()),
    "a23_komhvo2019_nr_col": Case(
        _text(
            numbered(more=[
                "18;Ordentliches Ergebnis;-2.000.000", "21;Finanzergebnis;-1.000.000",
                "22;Ergebnis der laufenden Verwaltungstätigkeit;-3.000.000", "26;Jahresergebnis;-3.000.000",
                "27;Globaler Minderaufwand;1.000.000",
                "28;Jahresergebnis nach Abzug des globalen Minderaufwandes;-2.000.000",
            ])
        ),
        {**values(), **{(n, 2026, "plan"): v * 1e6 for n, v in (("18", -2), ("21", -1), ("22", -3), ("26", -3), ("27", 1), ("28", -2))}},
    ),
    "a24_short_label_sonstige": Case(
        _text(numbered({"07": "sonstige Erträge", "16": "sonstige Aufwendungen"})), values()
    ),
    "a28_long_format": Case(
        _text("Jahr;Art;Sachkonto;Betrag\n2026;Ansatz;40130000;20.000.000\n2026;Ansatz;41110000;15.000.000\n2026;Ansatz;50110000;9.000.000\n"),
        {("01", 2026, "plan"): 20e6, ("02", 2026, "plan"): 15e6, ("11", 2026, "plan"): 9e6},
    ),
    "a29_years_only": Case(_text(plan("Zeile;2024;2025;2026", _three)), _THREE_YEARS, ("last_result",)),
    "a30_two_row_head": Case(_text(plan("Zeile;Ergebnis;Ansatz;\n;2024;2025;2026", _three)), _THREE_YEARS),
    "a31_nachtrag": Case(
        _text(plan("Zeile;Ansatz 2026;Nachtrag 2026;neuer Ansatz 2026", lambda n, v: f"{german(v)};1.000;{german(v + 1000)}")),
        {key: value + 1000 for key, value in values().items()}, says="“neuer Ansatz 2026” holds",
    ),
    "a35_percent_col": Case(
        _text(plan(row=lambda n, v: "12,5 %" if n == "16" else german(v))),
        {key: value for key, value in values().items() if key[0] != "16"}, says="percentages are no amounts",
    ),
    "a37_small_english_thousand": Case(
        _text(plan(row=lambda n, v: f"{v / 1000:.3f}", before="in TEUR")), values(), says="unit of 1000 euro"
    ),
    "a38_decimal_three_places_teur": Case(
        _text(plan(row=lambda n, v: f"{v / 1e6:.3f}".replace(".", ","), before="in Mio. Euro")), values(),
        says="unit of 1000000 euro",
    ),
    "a40_bilanz": Case(
        _text("Position;31.12.2023;31.12.2024\n" + "\n".join(f"{n};{german(a * 1e6)};{german(b * 1e6)}" for n, a, b in _BALANCE.values())),
        {(k, y, "actual"): v * 1e6 for k, (_, a, b) in _BALANCE.items() for y, v in ((2023, a), (2024, b))},
        sheet="balance",
    ),
    "b04_heading_hj": Case(
        _text(half("Zeile;Ergebnis des Vorvorjahres 2023;Ansatz des Vorjahres 2024;Ansatz des Haushaltsjahres 2025;Planung 2026", _four)),
        _FOUR_YEARS,
    ),
    "b05_vorl_RE": Case(
        _text(half("Zeile;vorl. RE 2023;HH-Plan 2024;Entwurf 2025;mittelfristig 2026", _four)), _FOUR_YEARS
    ),
    "b07_ist_31_12": Case(
        _text(half("Zeile;Ist 30.09.2025;Plan 2025", lambda n, v: f"{german(v)};{german(v)}")),
        values(2025, only=HALF), says="not a whole year, hence no actual",
    ),
    "b08_Ist_2025_bis_September": Case(
        _text(half("Zeile;Ist 2025 bis 30.09.;Plan 2025", lambda n, v: f"{german(v)};{german(v)}")),
        values(2025, only=HALF), says="not a whole year, hence no actual",
    ),
    "b10_teilplan_and_total_same_file": Case(
        _text("Ebene;Zeile;Plan 2026\n" + _AREAS), {(line, 2026, "plan"): 3e6 for line in HALF},
        says="rows are totals of other rows and are not added: Produktgruppe 01",
    ),
    "b13_account_spaces": Case(
        _text("Konto;Bezeichnung;Plan 2026\n4013 0000;Gewerbesteuer;20.000.000\n4111 0000;Schlüsselzuweisung;15.000.000\n5011 0000;Bezüge;9.000.000\n"),
        {("01", 2026, "plan"): 20e6, ("02", 2026, "plan"): 15e6, ("11", 2026, "plan"): 9e6},
    ),
    "b19_decimal_1_digit": Case(
        _text(half("Zeile;Plan 2026", lambda n, v: f"{v / 1000:.0f},5", before="in TEUR;")),
        {key: value + 500 for key, value in values(only=HALF).items()}, says="unit of 1000 euro",
    ),
    "b20_teur_unit_row": Case(
        _text(half("Zeile;Plan 2026\n;TEUR", lambda n, v: german(v / 1000))), values(only=HALF), says="unit of 1000 euro"
    ),
    "x01_plain": Case(lambda: sheet_of(cells()), values(), suffix="xlsx"),
    "x04_formula_not_cached": Case(
        lambda: sheet_of(with_formulas()), says="Sheet!B2: the formula has no stored value", suffix="xlsx"
    ),
    "x05_table_on_second_sheet": Case(
        lambda: sheet_of(cells(), title="Ergebnisplan", cover=True), values(), says="“Ergebnisplan”", suffix="xlsx"
    ),
    "x06_header_year_int_merged": Case(
        lambda: sheet_of(
            [["Zeile", "Ansatz", None, None], [None, 2025, 2026, 2027], *([f"{n} {NAMES[n]}", v, v, v] for n, v in EURO.items())],
            merged="B1:D1",
        ),
        _years((2025, "plan"), (2026, "plan"), (2027, "plan")), suffix="xlsx",
    ),
    "x08_nr_as_number": Case(lambda: sheet_of(cells(split=True)), values(), suffix="xlsx"),
    "x11_format_shows_TEUR": Case(
        lambda: sheet_of(cells(), shape='#,##0, "TEUR"'), values(), says="the number format", suffix="xlsx"
    ),
}  # fmt: skip
