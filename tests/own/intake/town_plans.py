# ruff: noqa: E501  (tables of cases)
"""Whole plans in the layouts that towns print, with several years and true sums. The town and all amounts are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import escape

import openpyxl

from own.intake.town_tables import EURO, NAMES, german

YEARS = ((2024, "actual"), (2025, "plan"), (2026, "plan"), (2027, "plan"), (2028, "plan"), (2029, "plan"))
GROWTH = {year: 1 + 0.02 * n for n, (year, _) in enumerate(YEARS)}
LABELS = {
    **NAMES, "08": "Aktivierte Eigenleistungen", "09": "Bestandsveränderungen", "10": "Ordentliche Erträge",
    "17": "Ordentliche Aufwendungen", "18": "Ordentliches Ergebnis", "21": "Finanzergebnis",
    "22": "Ergebnis der laufenden Verwaltungstätigkeit", "23": "Außerordentliche Erträge",
    "24": "Außerordentliche Aufwendungen", "25": "Außerordentliches Ergebnis", "26": "Jahresergebnis",
}  # fmt: skip
ORDER = sorted(LABELS)
MARKS = {"10": "=", "17": "=", "18": "=", "21": "=", "22": "=", "25": "=", "26": "="}
COSTS = ("11", "12", "13", "14", "15", "16", "17", "20", "24")
FINANCE = {
    "01": ("Steuern und ähnliche Abgaben", 49), "02": ("Zuwendungen und allgemeine Umlagen", 29),
    "03": ("Sonstige Transfereinzahlungen", 1), "04": ("Öffentlich-rechtliche Leistungsentgelte", 9),
    "05": ("Privatrechtliche Leistungsentgelte", 2), "06": ("Kostenerstattungen und Kostenumlagen", 3),
    "07": ("Sonstige Einzahlungen", 4), "08": ("Zinsen und sonstige Finanzeinzahlungen", 1),
    "09": ("Einzahlungen aus laufender Verwaltungstätigkeit", 98), "10": ("Personalauszahlungen", 24),
    "11": ("Versorgungsauszahlungen", 3), "12": ("Auszahlungen für Sach- und Dienstleistungen", 18),
    "13": ("Zinsen und sonstige Finanzauszahlungen", 1), "14": ("Transferauszahlungen", 44),
    "15": ("Sonstige Auszahlungen", 4), "16": ("Auszahlungen aus laufender Verwaltungstätigkeit", 94),
    "17": ("Saldo aus laufender Verwaltungstätigkeit", 4),
}  # fmt: skip


def amounts(scale: float = 1) -> dict[str, dict[int, float]]:
    """Return all lines of a result plan by year, sums included."""
    found: dict[str, dict[int, float]] = {line: {} for line in ORDER}
    for year, _ in YEARS:
        own = {line: float(round(EURO.get(line, 0) * GROWTH[year] * scale, -3)) for line in ORDER}
        own["10"] = sum(own[f"{n:02d}"] for n in range(1, 10))
        own["17"] = sum(own[f"{n}"] for n in range(11, 17))
        own["18"] = own["10"] - own["17"]
        own["21"] = own["19"] - own["20"]
        own["22"] = own["18"] + own["21"]
        own["25"] = own["23"] - own["24"]
        own["26"] = own["22"] + own["25"]
        for line, value in own.items():
            found[line][year] = value
    return found


WHOLE = amounts()
Cells = list[list[object]]


def table(
    head: Cells,
    label: Callable[[str], list[object]],
    cell: Callable[[str, int], object],
    before: Cells | None = None,
    after: Cells | None = None,
) -> Cells:
    """Return the rows of a plan."""
    rows = [[*label(line), *(cell(line, year) for year, _ in YEARS)] for line in ORDER]
    return [*(before or []), *head, *rows, *(after or [])]


def as_csv(rows: Cells, encoding: str = "cp1252") -> bytes:
    """Return rows as a text file with semicolons."""
    return "\r\n".join(";".join("" if c is None else str(c) for c in row) for row in rows).encode(encoding)


def as_xlsx(*sheets: tuple[str, Cells], merged: tuple[str, ...] = ()) -> bytes:
    """Return sheets as a workbook."""
    book = openpyxl.Workbook()
    for n, (title, rows) in enumerate(sheets):
        sheet = book.active if n == 0 else book.create_sheet()
        sheet.title = title
        for row in rows:
            sheet.append(row)
        for span in merged:
            sheet.merge_cells(span)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def as_ods(title: str, rows: Cells) -> bytes:
    """Return rows as an OpenDocument table."""

    def one(value: object) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, int | float):
            return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
        return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(one, row))}</table:table-row>" for row in rows)
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="{title}">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return target.getvalue()


def printed(line: str) -> list[object]:
    """Return ``10 = Ordentliche Erträge`` as one cell."""
    return [f"{line} {MARKS.get(line, '-' if line in COSTS else '+')} {LABELS[line]}"]


def two_cells(line: str) -> list[object]:
    """Return number and name as two cells."""
    return [int(line), LABELS[line]]


def bare_name(line: str) -> list[object]:
    """Return the name alone; sums say so."""
    names = {"10": "Summe der ordentlichen Erträge", "17": "Summe der ordentlichen Aufwendungen"}
    return [names.get(line, LABELS[line])]


def value(line: str, year: int) -> object:
    """Return an amount in euro as a number."""
    return WHOLE[line][year]


def _title(*cells: object) -> Cells:
    return [[cell] for cell in cells]


def numbered_columns() -> bytes:
    """A workbook with title, unit in the headings, and a row of column numbers."""
    heads = [
        f"{word} {year}\nEUR"
        for word, (year, _) in zip(
            ("Ergebnis", "Ansatz", "Ansatz", "Planung", "Planung", "Planung"), YEARS, strict=True
        )
    ]
    head: Cells = [["Nr.", "Ertrags- und Aufwandsarten", *heads], ["", "", *range(1, 7)]]
    return as_xlsx(
        (
            "Gesamtergebnisplan",
            table(head, two_cells, value, _title("Haushaltsplan 2026", "Gesamtergebnisplan")),
        )
    )


def three_rows_and_negative_costs() -> bytes:
    """A workbook with three heading rows, merged cells and costs with a minus, confirmed by the sums."""
    head: Cells = [
        ["Bezeichnung", "Ergebnis", "Ansatz", None, "Finanzplanung", None, None],
        [None, *(y for y, _ in YEARS)],
        [None, *["€"] * 6],
    ]
    rows = table(head, printed, lambda line, year: -WHOLE[line][year] if line in COSTS else WHOLE[line][year])
    return as_xlsx(("Plan", rows), merged=("C1:D1", "E1:G1"))


def thousand_with_deviation() -> bytes:
    """A text file in T€ with a percent column and a threshold in the footer."""
    words = ["Ergebnis 2024", "Ansatz 2025", "Ansatz 2026", "Plan 2027", "Plan 2028", "Plan 2029"]
    head: Cells = [["Ergebnisplan (in T€)", *words, "Abweichung 2026/2025 in %"]]
    rows = table(head, printed, lambda line, year: german(WHOLE[line][year] / 1000))
    return as_csv(
        [
            *([*row, "2,0"] if len(row) == 7 else row for row in rows),
            ["Wertgrenze für Investitionen: 50 TEUR"],
        ]
    )


@cache
def open_document() -> bytes:
    """An OpenDocument table with headings that count from the budget year."""
    words = [
        "Ergebnis Vorvorjahr",
        "Ansatz Vorjahr",
        "Ansatz Haushaltsjahr",
        "Planung Haushaltsjahr + 1",
        "Planung Haushaltsjahr + 2",
        "Planung Haushaltsjahr + 3",
    ]
    return as_ods(
        "Ergebnisplan",
        table([["Zeile", *words]], printed, value, _title("Haushaltsplan 2026 der Stadt Musterhausen")),
    )


def names_only() -> bytes:
    """A text file without numbers of lines, English numbers, bare years over six columns."""
    rows = table(
        [["Position", *(str(y) for y, _ in YEARS)]], bare_name, lambda line, year: f"{WHOLE[line][year]:,.2f}"
    )
    return as_csv(rows, "utf-8")


def pages() -> bytes:
    """A text file that repeats its heading on every page and ends pages with their number."""
    words = ["Ergebnis 2024", "Ansatz 2025", "Ansatz 2026", "Plan 2027", "Plan 2028", "Plan 2029"]
    head: list[object] = ["Ertrags- und Aufwandsarten", *words]
    rows = table([head], printed, lambda line, year: german(WHOLE[line][year]))
    return as_csv(
        [
            *rows[:11],
            ["Seite 1 von 3"],
            [],
            ["Stadt Musterhausen"],
            head,
            *rows[11:20],
            ["Seite 2 von 3"],
            [],
            head,
            *rows[20:],
        ]
    )


def part_plans() -> bytes:
    """A text file with the whole plan and two areas below each other; the areas add up to it."""
    words = ["Ergebnis 2024", "Ansatz 2025", "Ansatz 2026", "Plan 2027", "Plan 2028", "Plan 2029"]
    first = {line: {y: float(round(v * 0.4, -3)) for y, v in years.items()} for line, years in WHOLE.items()}
    parts = (
        ("Gesamtergebnisplan", WHOLE),
        ("Produktbereich 01 Innere Verwaltung", first),
        (
            "Produktbereich 05 Soziales",
            {line: {y: v - first[line][y] for y, v in years.items()} for line, years in WHOLE.items()},
        ),
    )
    rows: Cells = []
    for title, own in parts:
        rows += [[title], ["Zeile", *words]]
        rows += [[*printed(line), *(german(own[line][y]) for y, _ in YEARS)] for line in ORDER]
        rows += [[]]
    return as_csv(rows)


@cache
def three_sheets() -> bytes:
    """A workbook with result plan, finance plan and balance sheet."""
    heads = [
        f"{word} {year}"
        for word, (year, _) in zip(
            ("Ergebnis", "Ansatz", "Ansatz", "Plan", "Plan", "Plan"), YEARS, strict=True
        )
    ]
    finance: Cells = [
        ["Nr", "Ein- und Auszahlungsarten", *heads],
        *([int(n), name, *[v * 1e6] * 6] for n, (name, v) in FINANCE.items()),
    ]
    balance: Cells = [
        ["Bilanzposten", "31.12.2023", "31.12.2024"],
        ["1. Anlagevermögen", 250e6, 255e6],
        ["2. Umlaufvermögen", 20e6, 19e6],
        ["1.1 Allgemeine Rücklage", 80e6, 78e6],
        ["1.3 Ausgleichsrücklage", 10e6, 8e6],
        ["3. Rückstellungen", 60e6, 61e6],
        ["4. Verbindlichkeiten", 90e6, 95e6],
    ]
    cover: Cells = [["Haushalt 2026"], ["Musterhausen"]]
    return as_xlsx(
        ("Deckblatt", cover),
        ("Ergebnisplan", table([["Nr", "Arten", *heads]], two_cells, value)),
        ("Finanzplan", finance),
        ("Bilanz", balance),
    )


def unit_column() -> bytes:
    """A workbook with a column that names the unit of every row."""
    heads = [
        f"{word} {year}"
        for word, (year, _) in zip(
            ("RE", "HH-Ansatz", "HH-Ansatz", "MifriFi", "MifriFi", "MifriFi"), YEARS, strict=True
        )
    ]
    heads = [head.replace("MifriFi", "mittelfristig") for head in heads]
    return as_xlsx(
        (
            "Tabelle1",
            table(
                [["lfd. Nr.", "Bezeichnung", "Einheit", *heads]],
                lambda n: [*two_cells(n), "T€"],
                lambda n, y: WHOLE[n][y] / 1000,
            ),
        )
    )


def amended() -> bytes:
    """A text file of an amended budget: first amount, change and new amount of 2026 stand side by side."""
    words = [
        "Ergebnis 2024",
        "Ansatz 2025",
        "bisheriger Ansatz 2026",
        "mehr (+) / weniger (-)",
        "neuer Ansatz 2026",
        "Plan 2027",
        "Plan 2028",
        "Plan 2029",
    ]

    def cells_of(line: str) -> list[object]:
        own = [german(WHOLE[line][y]) for y, _ in YEARS]
        return [*own[:2], german(WHOLE[line][2026] - 5_000), "5.000", *own[2:]]

    return as_csv(
        [
            ["1. Nachtragshaushalt 2026"],
            ["Zeile", *words],
            *([*printed(line), *cells_of(line)] for line in ORDER),
        ]
    )


@dataclass(frozen=True)
class Plan:
    """A file and what is left open."""

    made: Callable[[], bytes]
    suffix: str
    asked: tuple[str, ...] = ()


PLANS = {
    "numbered columns": Plan(numbered_columns, "xlsx"),
    "three heading rows, costs with a minus": Plan(three_rows_and_negative_costs, "xlsx"),
    "thousand euro, a percent column, a threshold": Plan(thousand_with_deviation, "csv"),
    "OpenDocument, years counted from the budget year": Plan(open_document, "ods"),
    "names without numbers, bare years": Plan(names_only, "csv"),
    "heading on every page": Plan(pages, "csv"),
    "whole and parts": Plan(part_plans, "csv"),
    "three sheets": Plan(three_sheets, "xlsx"),
    "unit in a column": Plan(unit_column, "xlsx"),
    "amended budget": Plan(amended, "csv"),
}
