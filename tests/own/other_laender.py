"""Invented towns of Länder whose plans are printed otherwise (their keys exist in no register), and what they print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from dewak_research.own.contents import figures_from, merge_years
from dewak_research.own.safety import FILE_NAME, own_folder
from dewak_research.own.sheets import save_workbook
from dewak_research.own.workbook import read_contents

YEARS = (2024, 2025, 2026, 2027, 2028, 2029)
HEADINGS = ("Ergebnis 2024", *(f"Ansatz {year}" for year in YEARS[1:]))
Row = tuple[str, str, str]  #: printed number, printed name, line of the workbook
Sums = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]  #: line → what it adds up and what it takes away


@dataclass(frozen=True)
class Sheet:
    """A printed plan: its rows, what is the same every year (euro), what is given by year, sums, and what evens out.

    ``evened`` is (line, sum, what the sum is to be by year): the line is chosen so that the sum comes out.
    """

    rows: tuple[Row, ...]
    same: Mapping[str, float]
    sums: Sums
    evened: tuple[str, str, Mapping[int, float]]
    by_year: Mapping[str, Mapping[int, float]]

    def amounts(self) -> dict[tuple[str, int], float]:
        """Return the amount of every line in every year."""
        found: dict[tuple[str, int], float] = {}
        for year in YEARS:
            given = dict(self.same) | {line: values.get(year, 0.0) for line, values in self.by_year.items()}
            line, target, wanted = self.evened
            given[line] = 0.0
            given[line] = self._added(given)[target] - wanted[year]
            found |= {(one, year): value for one, value in self._added(given).items()}
        return found

    def _added(self, given: Mapping[str, float]) -> dict[str, float]:
        known = dict(given)
        for line, (plus, minus) in self.sums.items():
            known[line] = sum(known.get(one, 0.0) for one in plus) - sum(known.get(one, 0.0) for one in minus)
        return known

    def printed(self, tens: bool = False) -> str:
        """Return the plan as a table with German numbers; ``tens``: 10, 20, 30 instead of 1, 2, 3."""
        amounts = self.amounts()
        lines = [";".join(("Nr.", "Bezeichnung", *HEADINGS))]
        for number, name, line in self.rows:
            shown = f"{10 * int(number)}" if tens and number else number
            cells = (f"{amounts.get((line, year), 0.0):,.0f}".replace(",", ".") for year in YEARS)
            lines.append(";".join((shown, name, *cells)))
        return "\n".join(lines)


@dataclass(frozen=True)
class Town:
    """A town: its Land, plans, balance sheet of 2024 and the parts of lines that a plan does not print."""

    key: str
    name: str
    result: Sheet
    finance: Sheet
    balance: Mapping[str, float]

    @property
    def ordinary_income_eur(self) -> float:
        """Ordinary income of a year without interest, as ratios mean it: invented amounts, the same every year."""
        plus = self.result.sums["10"][0]
        return sum(self.result.same.get(line, 0.0) for line in plus if line != "19")

    def files(self, folder: Path, tens: bool = False) -> list[Path]:
        """Write both printed plans into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, sheet in (("ergebnishaushalt", self.result), ("finanzhaushalt", self.finance)):
            paths.append(folder / f"{name}.csv")
            paths[-1].write_text(sheet.printed(tens), encoding="utf-8")
        return paths

    def finish(self, own: Path) -> Path:
        """Add to an imported workbook what no printed plan holds: balance sheet, people, the parts of lines."""
        contents = read_contents(self.key, own)
        rows = [("balance", line, 2024, "actual", float(v), "given") for line, v in self.balance.items()]
        rows += [("population", line, 2024, "actual", v, "given") for line, v in PEOPLE.items()]
        for year in YEARS:
            kind = "actual" if year == 2024 else "plan"
            rows += [("result_plan", line, year, kind, v, "given") for line, v in PARTS.items()]
        figures = pd.concat([contents.figures, figures_from(rows)], ignore_index=True)
        measures = [{"name": "Gebühren anpassen", "amount_eur": 300_000, "first_year": 2026}]
        filled = replace(
            contents, figures=figures, years=merge_years(contents.years, figures),
            lists={**contents.lists, "measures": measures},
        )  # fmt: skip
        path = own_folder(self.key, own) / FILE_NAME
        save_workbook(filled, path)
        return path


PEOPLE = {"einwohner": 18_000.0, "hebesatz_gewerbesteuer": 390.0, "hebesatz_grundsteuer_b": 420.0}
PARTS = {
    "gewerbesteuer": 7e6, "grundsteuer_b": 2.6e6, "steueranteile": 9e6, "schluesselzuweisung": 6e6,
    "gewerbesteuerumlage": 0.7e6, "kreisumlage": 8e6, "soziale_leistungen": 0.9e6, "jugendhilfe": 0.2e6,
    "asylleistungen": 0.4e6, "sozialhilfe": 0.1e6, "unterkunft": 0.0,
}  # fmt: skip
EXTRAORDINARY: Sums = {"25": (("23",), ("24",))}

# Hesse: current pattern of result plan and finance plan.
HESSE_COSTS = ("11", "12", "13", "14", "zuweisungen", "umlageaufwendungen", "transferaufwendungen", "16")
HESSE_INCOME = ("05", "04", "06", "bestand_eigenleistungen", "01", "03", "02", "sonderposten", "07")
HESSE_PAID = (
    "10", "11", "12", "transferauszahlungen", "zuweisungsauszahlungen", "umlageauszahlungen", "13", "15",
)  # fmt: skip
HESSE = Town(
    "06999000",
    "Erfundenbach",
    Sheet(
        (
            ("1", "Privatrechtliche Leistungsentgelte", "05"), ("2", "Öffentlich-rechtliche Leistungsentgelte", "04"),
            ("3", "Kostenersatzleistungen und -erstattungen", "06"),
            ("4", "Bestandsveränderungen und andere aktivierte Eigenleistungen", "bestand_eigenleistungen"),
            ("5", "Steuern und steuerähnliche Erträge einschließlich Erträge aus gesetzlichen Umlagen", "01"),
            ("6", "Erträge aus Transferleistungen", "03"),
            ("7", "Erträge aus Zuweisungen und Zuschüssen für laufende Zwecke und allgemeine Umlagen", "02"),
            ("8", "Erträge aus der Auflösung von Sonderposten aus Investitionszuweisungen, -zuschüssen und "
             "Investitionsbeiträgen", "sonderposten"),
            ("9", "Sonstige ordentliche Erträge", "07"), ("10", "Summe der ordentlichen Erträge", "10"),
            ("11", "Personalaufwendungen", "11"), ("12", "Versorgungsaufwendungen", "12"),
            ("13", "Aufwendungen für Sach- und Dienstleistungen", "13"), ("14", "Abschreibungen", "14"),
            ("15", "Aufwendungen für Zuweisungen und Zuschüsse sowie besondere Finanzaufwendungen", "zuweisungen"),
            ("16", "Steueraufwendungen einschließlich Aufwendungen aus gesetzlichen Umlageverpflichtungen",
             "umlageaufwendungen"),
            ("17", "Transferaufwendungen", "transferaufwendungen"), ("18", "Sonstige ordentliche Aufwendungen", "16"),
            ("19", "Summe der ordentlichen Aufwendungen", "17"), ("20", "Verwaltungsergebnis", "18"),
            ("21", "Finanzerträge", "19"), ("22", "Zinsen und andere Finanzaufwendungen", "20"),
            ("23", "Finanzergebnis", "21"), ("24", "Gesamtbetrag der ordentlichen Erträge", "gesamtertraege"),
            ("25", "Gesamtbetrag der ordentlichen Aufwendungen", "gesamtaufwendungen"),
            ("26", "Ordentliches Ergebnis", "22"), ("27", "Außerordentliche Erträge", "23"),
            ("28", "Außerordentliche Aufwendungen", "24"), ("29", "Außerordentliches Ergebnis", "25"),
            ("30", "Jahresergebnis", "26"),
        ),
        {"05": 0.9e6, "04": 4.1e6, "06": 1.3e6, "bestand_eigenleistungen": 0.1e6, "01": 20e6, "03": 0.5e6, "02": 9e6,
         "sonderposten": 1.1e6, "07": 1.4e6, "11": 10e6, "12": 0.9e6, "13": 7e6, "14": 3e6, "zuweisungen": 4e6,
         "umlageaufwendungen": 10.2e6, "transferaufwendungen": 1.2e6, "19": 0.4e6, "20": 0.7e6},
        {"10": (HESSE_INCOME, ()), "17": (HESSE_COSTS, ()), "18": (("10",), ("17",)), "21": (("19",), ("20",)),
         "gesamtertraege": (("10", "19"), ()), "gesamtaufwendungen": (("17", "20"), ()),
         "22": (("gesamtertraege",), ("gesamtaufwendungen",)), **EXTRAORDINARY, "26": (("22", "25"), ())},
        ("16", "22", {2024: -0.5e6, 2025: -1.0e6, 2026: -1.5e6, 2027: 0.1e6, 2028: 0.8e6, 2029: 0.4e6}),
        {"23": {2026: 0.2e6}, "24": {}},
    ),
    Sheet(
        (
            ("1", "Privatrechtliche Leistungsentgelte", "05"), ("2", "Öffentlich-rechtliche Leistungsentgelte", "04"),
            ("3", "Kostenersatzleistungen und -erstattungen", "06"),
            ("4", "Steuern und steuerähnliche Einzahlungen einschließlich Einzahlungen aus gesetzlichen Umlagen", "01"),
            ("5", "Einzahlungen aus Transferleistungen", "03"),
            ("6", "Zuweisungen und Zuschüsse für laufende Zwecke und allgemeine Umlagen", "02"),
            ("7", "Zinsen und sonstige Finanzeinzahlungen", "08"),
            ("8", "Sonstige ordentliche und außerordentliche Einzahlungen", "07"),
            ("9", "Summe der Einzahlungen aus laufender Verwaltungstätigkeit", "09"),
            ("10", "Personalauszahlungen", "10"), ("11", "Versorgungsauszahlungen", "11"),
            ("12", "Auszahlungen für Sach- und Dienstleistungen", "12"),
            ("13", "Auszahlungen für Transferleistungen", "transferauszahlungen"),
            ("14", "Auszahlungen für Zuweisungen und Zuschüsse für laufende Zwecke sowie besondere Finanzauszahlungen",
             "zuweisungsauszahlungen"),
            ("15", "Auszahlungen für Steuern einschließlich Auszahlungen aus gesetzlichen Umlageverpflichtungen",
             "umlageauszahlungen"),
            ("16", "Zinsen und ähnliche Auszahlungen", "13"),
            ("17", "Sonstige ordentliche und außerordentliche Auszahlungen", "15"),
            ("18", "Summe der Auszahlungen aus laufender Verwaltungstätigkeit", "16"),
            ("19", "Zahlungsmittelüberschuss/-bedarf aus laufender Verwaltungstätigkeit", "17"),
            ("20", "Investitionszuweisungen, -zuschüsse und -beiträge", "18"),
            ("21", "Einzahlungen aus Abgängen von Vermögensgegenständen des Sachanlagevermögens und des immateriellen "
             "Anlagevermögens", "19"),
            ("23", "Summe der Einzahlungen aus Investitionstätigkeit", "23"),
            ("25", "Auszahlungen für Baumaßnahmen", "25"),
            ("28", "Summe der Auszahlungen aus Investitionstätigkeit", "30"),
            ("29", "Zahlungsmittelüberschuss/-bedarf aus Investitionstätigkeit", "31"),
            ("30", "Zahlungsmittelüberschuss oder Zahlungsmittelbedarf", "32"),
            ("31", "Einzahlungen aus der Aufnahme von Krediten für Investitionen", "33"),
            ("32", "Auszahlungen für die Tilgung von Investitionskrediten sowie an die Hessenkasse", "35"),
            ("33", "Zahlungsmittelüberschuss/-bedarf aus Finanzierungstätigkeit", "37"),
            ("34", "Änderung des Zahlungsmittelbestandes zum Ende des Haushaltsjahres", "aenderung"),
        ),
        {"05": 0.9e6, "04": 4e6, "06": 1.3e6, "01": 20e6, "03": 0.5e6, "02": 9e6, "08": 0.4e6, "07": 0.6e6,
         "10": 9.8e6, "11": 0.9e6, "12": 7e6, "transferauszahlungen": 1.2e6, "zuweisungsauszahlungen": 4e6,
         "umlageauszahlungen": 10.2e6, "13": 0.7e6, "18": 1e6, "19": 0.2e6, "25": 3e6, "33": 1.2e6, "35": 1.5e6},
        {"09": (("05", "04", "06", "01", "03", "02", "08", "07"), ()), "16": (HESSE_PAID, ()), "17": (("09",), ("16",)),
         "23": (("18", "19"), ()), "30": (("25",), ()), "31": (("23",), ("30",)), "32": (("17", "31"), ()),
         "37": (("33",), ("35",)), "aenderung": (("32", "37"), ())},
        ("15", "17", {2024: 1.8e6, 2025: 1.6e6, 2026: 2.0e6, 2027: 1.5e6, 2028: 1.0e6, 2029: 1.6e6}),
        {},
    ),
    {
        "anlagevermoegen": 80e6, "umlaufvermoegen": 6e6, "liquide_mittel": 2e6, "aktive_rechnungsabgrenzung": 0.2e6,
        "netto_position": 26e6, "ueberschussruecklage_ordentlich": 2e6, "ueberschussruecklage_ausserordentlich": 0.5e6,
        "fehlbetraege_vorjahre": 0.0, "jahresergebnis": -0.5e6, "sonderposten_zuwendungen": 20e6,
        "rueckstellungen": 16e6, "verbindlichkeiten": 22e6, "investitionskredite": 17e6, "liquiditaetskredite": 1e6,
        "passive_rechnungsabgrenzung": 0.2e6,
    },
)  # fmt: skip
TOWNS = {"06": HESSE}
