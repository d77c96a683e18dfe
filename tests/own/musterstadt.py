"""Musterstadt: a fictitious town (key 05999000 exists in no register) with a complete, consistent set of figures."""

from __future__ import annotations

from pathlib import Path

from dewak_research.language import Language
from dewak_research.own.contents import Contents, default_years, figures_from, merge_years
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook

KEY = "05999000"
BUDGET_YEAR = 2026
PEERS = "05382012, 05554020, 05754028, 05558016, 05362020, 05382020, 05566028, 05374012"
ACTUAL, PLAN = (2022, 2023, 2024), (2025, 2026, 2027, 2028, 2029)
HEADS = {2022: 48_310, 2023: 48_455, 2024: 48_520}

RESULT = {  # line: (value of 2022 in thousand euro, growth per year in percent)
    "01": (61_200, 2.9), "02": (39_800, 2.4), "03": (1_450, 1.0), "04": (19_300, 1.5), "05": (2_150, 1.0),
    "06": (8_700, 2.0), "07": (5_400, 0.5), "08": (210, 0.0), "09": (0, 0.0),
    "11": (33_600, 2.8), "12": (3_900, 2.0), "13": (23_100, 2.6), "14": (9_800, 1.0), "15": (59_400, 2.9),
    "16": (7_600, 1.5), "19": (950, 0.0), "20": (2_050, 3.0),
    "gewerbesteuer": (21_400, 2.2), "steueranteile": (27_900, 3.0), "schluesselzuweisung": (24_100, 1.8),
    "sonderposten": (3_700, 0.5), "gewerbesteuerumlage": (1_640, 2.2), "kreisumlage": (33_700, 3.5),
    "soziale_leistungen": (7_900, 4.0), "grundsteuer_b": (8_300, 1.0), "jugendhilfe": (5_200, 4.0),
}  # fmt: skip
FINANCE = {
    "01": (60_900, 2.9), "02": (36_500, 2.0), "03": (1_450, 1.0), "04": (18_100, 1.5), "05": (2_150, 1.0),
    "06": (8_600, 2.0), "07": (3_100, 0.5), "08": (930, 0.0), "10": (31_900, 3.2), "11": (4_300, 2.0),
    "12": (23_000, 2.6), "13": (2_020, 3.0), "14": (59_200, 3.4), "15": (7_300, 1.5),
    "18": (5_200, 0.0), "19": (600, 0.0), "21": (250, 0.0), "24": (700, 0.0), "25": (9_100, 2.0), "26": (1_700, 1.0),
    "33": (6_000, 0.0), "34": (3_300, 2.0),
}  # fmt: skip
BALANCE_2021 = {"allgemeine_ruecklage": 96_400_000, "ausgleichsruecklage": 14_200_000}


def value(table: dict[str, tuple[int, float]], line: str, year: int) -> int:
    """Return a whole euro amount."""
    base, growth = table[line]
    return round(base * 1_000 * (1 + growth / 100) ** (year - 2022))


def annual_result(year: int) -> int:
    """Return line 26."""
    income = sum(
        value(RESULT, line, year) for line in ("01", "02", "03", "04", "05", "06", "07", "08", "09", "19")
    )
    return income - sum(value(RESULT, line, year) for line in ("11", "12", "13", "14", "15", "16", "20"))


def contents(
    language: Language = "de", key: str = KEY, name: str = "Musterstadt", rule_set: str = "nrw"
) -> Contents:
    """Return the filled workbook."""
    rows: list[tuple[str, str, int, str, float, str]] = []
    for year in (*ACTUAL, *PLAN):
        kind = "actual" if year in ACTUAL else "plan"
        rows += [("result_plan", line, year, kind, value(RESULT, line, year), "given") for line in RESULT]
        rows += [("result_plan", "26", year, kind, annual_result(year), "given")]
        rows += [("finance_plan", line, year, kind, value(FINANCE, line, year), "given") for line in FINANCE]
    reserve = BALANCE_2021["ausgleichsruecklage"]
    carried = 0
    for year in ACTUAL:
        reserve, carried = reserve + carried, annual_result(year)
        equity = BALANCE_2021["allgemeine_ruecklage"] + reserve + carried
        special, provisions, deferred = 71_300_000, 52_600_000, 1_900_000
        fixed, current, prepaid = 329_000_000 - 1_500_000 * (year - 2022), 24_500_000, 1_100_000
        debts = fixed + current + prepaid - equity - special - provisions - deferred
        items = {
            "anlagevermoegen": fixed, "infrastrukturvermoegen": 118_000_000, "umlaufvermoegen": current,
            "forderungen_kurzfristig": 9_800_000, "liquide_mittel": 7_400_000, "aktive_rechnungsabgrenzung": prepaid,
            "allgemeine_ruecklage": BALANCE_2021["allgemeine_ruecklage"], "ausgleichsruecklage": reserve,
            "jahresergebnis": carried, "sonderposten_zuwendungen": 58_000_000, "sonderposten_beitraege": 13_300_000,
            "rueckstellungen": provisions, "pensionsrueckstellungen": 41_000_000,
            "verbindlichkeiten": debts, "verbindlichkeiten_kurzfristig": 31_000_000,
            "verbindlichkeiten_langfristig": 55_000_000, "investitionskredite": 74_000_000,
            "liquiditaetskredite": 18_000_000, "passive_rechnungsabgrenzung": deferred,
        }  # fmt: skip
        rows += [("balance", line, year, "actual", amount, "given") for line, amount in items.items()]
        people = {"einwohner": HEADS[year], "unter_18": 8_100, "ab_65": 10_950, "arbeitslose": 1_720}
        rates = {"hebesatz_grundsteuer_a": 290, "hebesatz_grundsteuer_b": 610, "hebesatz_gewerbesteuer": 450}
        rows += [("population", line, year, "actual", n, "given") for line, n in {**people, **rates}.items()]
    figures = figures_from(rows)
    lists: dict[str, list[dict[str, object]]] = {
        "services": [
            {"name": "Treffpunkt Nord", "kind": "meeting_place", "district": "Nordstadt", "area_m2": 340,
             "hours_per_week": 32, "users_per_week": 210, "cost_eur": 118_000, "funded_pct": 35},
            {"name": "Sozialberatung im Rathaus", "kind": "advice", "district": "Mitte", "hours_per_week": 20,
             "users_per_week": 65, "cost_eur": 96_000, "funded_pct": 0},
        ],
        "measures": [
            {"name": "Gebäude zusammenlegen", "amount_eur": 900_000, "first_year": 2026, "full_year": 2028},
            {"name": "Gebühren anpassen", "amount_eur": 400_000, "first_year": 2026},
        ],
        "overrides": [],
        "sources": [
            {"sheet": "result_plan", "years": "2022–2029", "source": "Haushaltsplan 2026 der fiktiven Musterstadt"},
        ],
    }  # fmt: skip
    form = {"name": name, "key": key, "rule_set": rule_set, "peers": PEERS, "contact": "Kämmerei"}
    return Contents(language, form, figures, merge_years(default_years(BUDGET_YEAR), figures), lists)


def write(own: Path, key: str = KEY, language: Language = "de") -> Path:
    """Write ``own/<key>/eingabe.xlsx`` and return its path."""
    path = own / key / FILE_NAME
    save_workbook(contents(language, key), path)
    return path
