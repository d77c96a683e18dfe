"""Invented towns of Länder whose plans are printed otherwise (their keys exist in no register), and what they print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
    parts: Mapping[str, float] = field(default_factory=dict)

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
            rows += [
                ("result_plan", line, year, kind, v, "given") for line, v in {**PARTS, **self.parts}.items()
            ]
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
# Baden-Württemberg (§§ 2, 3 GemHVO) and Saxony: interest stands among ordinary income and costs.
PLAIN_COSTS = ("11", "12", "13", "14", "20", "15", "16")
PLAIN_SUMS: Sums = {
    "17": (PLAIN_COSTS, ()), "18": (("10",), ("17",)), **EXTRAORDINARY, "26": (("18", "25"), ()),
}  # fmt: skip
PLAIN_RESULT = {
    "01": 20e6, "02": 9e6, "03": 0.5e6, "04": 4.1e6, "05": 0.9e6, "06": 1.3e6, "19": 0.4e6, "07": 1.4e6,
    "bestand_eigenleistungen": 0.1e6, "11": 10e6, "12": 0.9e6, "13": 7e6, "14": 3e6, "20": 0.7e6, "15": 13.4e6,
}  # fmt: skip
PLAIN_FINANCE = {
    "01": 20e6, "02": 9e6, "03": 0.5e6, "04": 4e6, "05": 0.9e6, "06": 1.3e6, "08": 0.4e6, "07": 0.6e6, "10": 9.8e6,
    "11": 0.9e6, "12": 7e6, "13": 0.7e6, "14": 15.4e6, "18": 1e6, "21": 0.1e6, "25": 2.5e6, "28": 0.3e6, "33": 1.2e6,
    "35": 1e6,
}  # fmt: skip
PLAIN_FLOWS: Sums = {
    "09": (("01", "02", "03", "04", "05", "06", "08", "07"), ()), "16": (("10", "11", "12", "13", "14", "15"), ()),
    "17": (("09",), ("16",)), "23": (("18", "21"), ()), "30": (("25", "28"), ()), "31": (("23",), ("30",)),
    "32": (("17", "31"), ()), "37": (("33",), ("35",)), "38": (("32", "37"), ()),
}  # fmt: skip
PLAIN_BALANCE = {
    "immaterielles_vermoegen": 0.2e6, "sachvermoegen": 78e6, "finanzvermoegen": 5e6, "liquide_mittel": 2e6,
    "aktive_rechnungsabgrenzung": 0.2e6, "basiskapital": 30e6, "sonderposten_zuwendungen": 18e6, "rueckstellungen": 2e6,
    "investitionskredite": 12e6, "liquiditaetskredite": 0.5e6, "passive_rechnungsabgrenzung": 0.2e6,
}  # fmt: skip
BADEN_WUERTTEMBERG = Town(
    "08999000",
    "Beispielingen",
    Sheet(
        (
            ("1", "Steuern und ähnliche Abgaben", "01"), ("2", "Zuweisungen, Zuwendungen und Umlagen", "02"),
            ("3", "Aufgelöste Investitionszuwendungen und -beiträge", "sonderposten"),
            ("4", "Sonstige Transfererträge", "03"),
            ("5", "Entgelte für öffentliche Leistungen oder Einrichtungen", "04"),
            ("6", "Sonstige privatrechtliche Leistungsentgelte", "05"),
            ("7", "Kostenerstattungen und Kostenumlagen", "06"), ("8", "Zinsen und ähnliche Erträge", "19"),
            ("9", "Aktivierte Eigenleistungen und Bestandsveränderungen", "bestand_eigenleistungen"),
            ("10", "Sonstige ordentliche Erträge", "07"), ("11", "Summe der ordentlichen Erträge", "10"),
            ("12", "Personalaufwendungen", "11"), ("13", "Versorgungsaufwendungen", "12"),
            ("14", "Aufwendungen für Sach- und Dienstleistungen", "13"), ("15", "Abschreibungen", "14"),
            ("16", "Zinsen und ähnliche Aufwendungen", "20"), ("17", "Transferaufwendungen", "15"),
            ("18", "Sonstige ordentliche Aufwendungen", "16"), ("19", "Summe der ordentlichen Aufwendungen", "17"),
            ("20", "Veranschlagtes ordentliches Ergebnis", "18"), ("21", "Außerordentliche Erträge", "23"),
            ("22", "Außerordentliche Aufwendungen", "24"), ("23", "Veranschlagtes Sonderergebnis", "25"),
            ("24", "Veranschlagtes Gesamtergebnis", "26"),
        ),
        {**PLAIN_RESULT, "sonderposten": 1.1e6},
        {"10": (("01", "02", "sonderposten", "03", "04", "05", "06", "19", "bestand_eigenleistungen", "07"), ()),
         **PLAIN_SUMS},
        ("16", "18", {2024: -0.6e6, 2025: -0.9e6, 2026: -2.0e6, 2027: 0.5e6, 2028: 0.6e6, 2029: 0.3e6}),
        {"23": {2026: 0.3e6}, "24": {}},
    ),
    Sheet(
        (
            ("1", "Steuern und ähnliche Abgaben", "01"),
            ("2", "Zuweisungen und Zuwendungen und allgemeine Umlagen", "02"),
            ("3", "Sonstige Transfereinzahlungen", "03"),
            ("4", "Entgelte für öffentliche Leistungen oder Einrichtungen", "04"),
            ("5", "Sonstige privatrechtliche Leistungsentgelte", "05"),
            ("6", "Kostenerstattungen und Kostenumlagen", "06"), ("7", "Zinsen und ähnliche Einzahlungen", "08"),
            ("8", "Sonstige haushaltswirksame Einzahlungen", "07"),
            ("9", "Summe der Einzahlungen aus laufender Verwaltungstätigkeit", "09"),
            ("10", "Personalauszahlungen", "10"),
            ("11", "Versorgungsauszahlungen", "11"), ("12", "Auszahlungen für Sach- und Dienstleistungen", "12"),
            ("13", "Zinsen und ähnliche Auszahlungen", "13"),
            ("14", "Transferauszahlungen (ohne Investitionszuschüsse)", "14"),
            ("15", "Sonstige haushaltswirksame Auszahlungen", "15"),
            ("16", "Summe der Auszahlungen aus laufender Verwaltungstätigkeit", "16"),
            ("17", "Zahlungsmittelüberschuss/-bedarf des Ergebnishaushalts", "17"),
            ("18", "Einzahlungen aus Investitionszuwendungen", "18"),
            ("19", "Einzahlungen aus Investitionsbeiträgen und ähnlichen Entgelten für Investitionstätigkeit", "21"),
            ("23", "Summe der Einzahlungen aus Investitionstätigkeit", "23"),
            ("25", "Auszahlungen für Baumaßnahmen", "25"),
            ("28", "Auszahlungen für Investitionsförderungsmaßnahmen", "28"),
            ("30", "Summe der Auszahlungen aus Investitionstätigkeit", "30"),
            ("31", "Saldo aus Investitionstätigkeit", "31"),
            ("32", "Finanzierungsmittelüberschuss oder -bedarf", "32"),
            ("33", "Einzahlungen aus der Aufnahme von Krediten und wirtschaftlich "
             "vergleichbaren Vorgängen für Investitionen",
             "33"),
            ("34", "Auszahlungen für die Tilgung von Krediten und wirtschaftlich "
             "vergleichbaren Vorgängen für Investitionen",
             "35"),
            ("35", "Saldo aus Finanzierungstätigkeit", "37"),
            ("36", "Änderung des Finanzierungsmittelbestands zum Ende des Haushaltsjahres", "38"),
        ),
        PLAIN_FINANCE,
        PLAIN_FLOWS,
        ("15", "17", {2024: 1.3e6, 2025: 1.1e6, 2026: 0.9e6, 2027: 1.2e6, 2028: 1.4e6, 2029: 1.5e6}),
        {},
    ),
    {**PLAIN_BALANCE, "ueberschussruecklage_ordentlich": 1e6, "ueberschussruecklage_ausserordentlich": 0.5e6,
     "fehlbetraege_vorjahre": 0.4e6, "jahresergebnis": -0.6e6, "verbindlichkeiten": 34.7e6},
)  # fmt: skip
SAXONY = Town(
    "14999000",
    "Musterwitz",
    Sheet(
        (
            ("1", "Steuern und ähnliche Abgaben", "01"),
            ("2", "Zuwendungen und Umlagen nach Arten sowie aufgelöste Sonderposten", "02"),
            ("3", "Sonstige Transfererträge", "03"), ("4", "Öffentlich-rechtliche Leistungsentgelte", "04"),
            ("5", "Privatrechtliche Leistungsentgelte", "05"), ("6", "Kostenerstattungen und Kostenumlagen", "06"),
            ("7", "Zinsen und sonstige Finanzerträge", "19"),
            ("8", "Aktivierte Eigenleistungen und Bestandsveränderungen", "bestand_eigenleistungen"),
            ("9", "Sonstige ordentliche Erträge", "07"), ("10", "Ordentliche Erträge", "10"),
            ("11", "Personalaufwendungen", "11"), ("12", "Versorgungsaufwendungen", "12"),
            ("13", "Aufwendungen für Sach- und Dienstleistungen", "13"), ("14", "Planmäßige Abschreibungen", "14"),
            ("15", "Zinsen und sonstige Finanzaufwendungen", "20"),
            ("16", "Transferaufwendungen und Abschreibungen auf Sonderposten für geleistete "
             "Investitionsförderungsmaßnahmen", "15"),
            ("17", "Sonstige ordentliche Aufwendungen", "16"), ("18", "Ordentliche Aufwendungen", "17"),
            ("19", "Ordentliches Ergebnis", "18"), ("20", "Außerordentliche Erträge", "23"),
            ("21", "Außerordentliche Aufwendungen", "24"), ("22", "Sonderergebnis", "25"),
            ("23", "Gesamtergebnis", "26"),
            ("", "Verrechnung eines Fehlbetrags im ordentlichen Ergebnis mit dem "
             "Basiskapital", "verrechnung_basiskapital"),
        ),
        PLAIN_RESULT,
        {"10": (("01", "02", "03", "04", "05", "06", "19", "bestand_eigenleistungen", "07"), ()), **PLAIN_SUMS},
        ("16", "18", {2024: 0.2e6, 2025: -0.5e6, 2026: -1.4e6, 2027: -0.2e6, 2028: -0.6e6, 2029: -0.3e6}),
        {"23": {2027: 0.4e6}, "24": {}, "verrechnung_basiskapital": {2026: 0.3e6, 2028: 0.6e6}},
    ),
    Sheet(
        (
            ("1", "Steuern und ähnliche Abgaben", "01"),
            ("2", "Zuweisungen und Umlagen für laufende Verwaltungstätigkeit", "02"),
            ("3", "Sonstige Transfereinzahlungen", "03"), ("4", "Öffentlich-rechtliche Leistungsentgelte", "04"),
            ("5", "Privatrechtliche Leistungsentgelte", "05"), ("6", "Kostenerstattungen und Kostenumlagen", "06"),
            ("7", "Zinsen und sonstige Finanzeinzahlungen", "08"),
            ("8", "Sonstige haushaltswirksame Einzahlungen", "07"),
            ("9", "Einzahlungen aus laufender Verwaltungstätigkeit", "09"), ("10", "Personalauszahlungen", "10"),
            ("11", "Versorgungsauszahlungen", "11"), ("12", "Auszahlungen für Sach- und Dienstleistungen", "12"),
            ("13", "Zinsen und sonstige Finanzauszahlungen", "13"), ("14", "Transferauszahlungen", "14"),
            ("15", "Sonstige haushaltswirksame Auszahlungen", "15"),
            ("16", "Auszahlungen aus laufender Verwaltungstätigkeit", "16"),
            ("17", "Zahlungsmittelsaldo aus laufender Verwaltungstätigkeit", "17"),
            ("", "Einzahlungen aus Investitionszuwendungen", "18"),
            ("", "Einzahlungen aus Investitionsbeiträgen und ähnlichen Entgelten", "21"),
            ("", "Einzahlungen für Investitionstätigkeit", "23"), ("", "Auszahlungen für Baumaßnahmen", "25"),
            ("", "Auszahlungen für Investitionsförderungsmaßnahmen", "28"),
            ("", "Auszahlungen für Investitionstätigkeit", "30"),
            ("", "Zahlungsmittelsaldo aus Investitionstätigkeit", "31"),
            ("", "Finanzierungsmittelüberschuss oder -fehlbetrag", "32"),
            ("", "Einzahlungen aus der Aufnahme von Krediten für Investitionen", "33"),
            ("", "Auszahlungen für die Tilgung von Krediten für Investitionen", "35"),
            ("", "Zahlungsmittelsaldo aus Finanzierungstätigkeit", "37"),
            ("", "Änderung des Finanzmittelbestandes", "38"),
        ),
        PLAIN_FINANCE,
        PLAIN_FLOWS,
        ("15", "17", {2024: 1.3e6, 2025: 1.2e6, 2026: 1.1e6, 2027: 0.8e6, 2028: 1.4e6, 2029: 1.0e6}),
        {},
    ),
    {**PLAIN_BALANCE, "ueberschussruecklage_ordentlich": 0.8e6, "ueberschussruecklage_ausserordentlich": 0.2e6,
     "fehlbetraege_vorjahre": 0.0, "jahresergebnis": 0.2e6, "verbindlichkeiten": 34.0e6},
    {"sonderposten": 1.1e6},
)  # fmt: skip
TOWNS = {"06": HESSE, "08": BADEN_WUERTTEMBERG, "14": SAXONY}
