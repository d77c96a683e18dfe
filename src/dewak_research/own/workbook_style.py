"""Colours, borders and the fixed sentences of the workbook."""

from __future__ import annotations

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.language import Language, Text

_THIN = Side(style="thin", color="BFBFBF")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
LEGEND = {
    "prefilled": PatternFill("solid", fgColor="D6E6F4"),
    "required": PatternFill("solid", fgColor="FFF2C9"),
    "optional": PatternFill("solid", fgColor="F4F4F4"),
    "sum": PatternFill("solid", fgColor="E4EFDD"),
}
HEADING = PatternFill("solid", fgColor="31495E")

TEXT: dict[str, Text] = {
    "title": Text("Eigene Zahlen für den DeWaK-Bericht", "Own figures for the DeWaK report"),
    "prefilled": Text(
        "vorbelegt aus amtlicher Statistik; darf geändert werden",
        "prefilled from official statistics; may be changed",
    ),
    "required": Text("wird gebraucht", "needed"),
    "optional": Text("freiwillig; leer heißt unbekannt", "optional; empty means unknown"),
    "sum": Text("Summe; leer lassen oder zur Kontrolle eintragen", "sum; leave empty or enter it as a check"),
    "number": Text("Nr.", "No."),
    "line": Text("Zeile", "Line"),
    "unit": Text("Einheit", "Unit"),
    "sign": Text("Vorzeichen", "Sign"),
    "choose": Text("Bitte aus der Liste wählen.", "Please choose from the list."),
    "number_wanted": Text(
        "Hier gehört eine Zahl ohne Vorzeichen hin, in der Einheit neben der Zeile.",
        "A number without sign belongs here, in the unit beside the line.",
    ),
    "number_any": Text(
        "Hier gehört eine Zahl hin, in der Einheit neben der Zeile.",
        "A number belongs here, in the unit beside the line.",
    ),
}
README: dict[Language, list[str]] = {
    "de": [
        "1. Felder unten prüfen. 2. Ergebnisplan ausfüllen (Zeilen 01–26). 3. Letzte Bilanz und Einwohner eintragen.",
        "4. Finanzplan, Angebote und Quellen ergänzen, soweit bekannt. 5. Speichern. 6. »dewak check« aufrufen.",
        "Beträge in Euro, nicht in Tausend. Aufwand und Auszahlungen ohne Minus. Leer heißt unbekannt, 0 heißt null.",
        "Spalten für Jahre dürfen umbenannt und ergänzt werden. Die verborgene Spalte A bitte nicht ändern.",
        "Die Mappe bleibt auf diesem Rechner (data/own); nichts wird ins Netz übertragen.",
    ],
    "en": [
        "1. Check the fields below. 2. Fill in the result plan (01–26). 3. Enter the last balance and inhabitants.",
        "4. Add finance plan, services and sources as far as known. 5. Save. 6. Run “dewak check”.",
        "Amounts in euro, not in thousands. Costs and payments without minus. Empty means unknown, 0 means zero.",
        "Year columns may be renamed and added. Please leave the hidden column A as it is.",
        "The workbook stays on this computer (data/own); nothing is sent over the network.",
    ],
}
SHEET_NOTE: dict[str, Text] = {
    "result_plan": Text(
        "Erträge und Aufwendungen nach amtlichem Muster; Jahre und Art stehen über den Spalten.",
        "Income and costs in the official pattern; years and kind (actual/plan) stand above the columns.",
    ),
    "finance_plan": Text(
        "Ein- und Auszahlungen; die Jahre 2009–2011 sind, wo gemeldet, aus der Finanzrechnungsstatistik vorbelegt.",
        "Receipts and payments; 2009–2011 are prefilled from the cash statistics where reported.",
    ),
    "balance": Text(
        "Bestände am 31.12.; 2009 ist, wo vorhanden, aus der Bilanzstatistik vorbelegt.",
        "Stocks on 31 December; 2009 is prefilled from the balance-sheet statistics where available.",
    ),
    "population": Text(
        "Einwohner am 31.12. sowie Steuern und Hebesätze aus amtlicher Statistik.",
        "Inhabitants on 31 December, taxes and multipliers from official statistics.",
    ),
    "services": Text(
        "Angebote und Räume der Sozialplanung; eine Zeile je Angebot.",
        "Services and rooms of social planning; one row each.",
    ),
    "overrides": Text(
        "Wer eine Zahl ersetzt, ohne sie im Blatt zu ändern, nennt hier Zelle und Grund.",
        "To replace a figure without changing it in its sheet, name cell and reason here.",
    ),
    "sources": Text("Woher die eigenen Zahlen stammen.", "Where the own figures come from."),
}


def title(cell: Cell | MergedCell, text: str) -> None:
    """Style the title of a sheet."""
    cell.value = text
    cell.font = Font(bold=True, size=14, color="31495E")


def heading(cell: Cell | MergedCell, value: str | int) -> None:
    """Style a heading of a table; years stay numbers."""
    cell.value = value
    cell.fill = HEADING
    cell.font = Font(bold=True, color="FFFFFF")
    cell.alignment = Alignment(horizontal="center", wrap_text=True)
    cell.border = BORDER


def field(cell: Cell | MergedCell, need: str) -> None:
    """Colour a cell to fill in: prefilled, required, optional or sum."""
    cell.fill = LEGEND[need]
    cell.border = BORDER


def strong(sheet: Worksheet, row: int) -> None:
    """Write a sum's number and label in bold."""
    for column in (2, 3):
        sheet.cell(row, column).font = Font(bold=True)
