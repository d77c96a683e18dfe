"""Musterstadt: a fictitious town (key 05999000 exists in no register) with a complete, consistent set of figures."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

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
    "33": (6_000, 0.0), "35": (3_300, 2.0),
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


DISTRICTS = {"Mitte": (0.42, 1.10), "Nordstadt": (0.33, 0.85), "Süd": (0.25, 1.03)}
"""Share of the inhabitants, and how many of 65 and older there are beside the town's average: fictitious."""
BORN, OPEN, OLD, SIXTIES = 440.0, 100, 65, 60


def _of_age(age: int) -> float:
    """Return how many are of an age beside the others: a fictitious pyramid with its bulge at 60."""
    if age < SIXTIES:
        return BORN + 5.0 * age
    left = 0.975 ** (age - SIXTIES) * (1.0 - ((age - SIXTIES) / 42.0) ** 2)
    return max((BORN + 5.0 * SIXTIES) * left, 0.9)


def register_rows() -> list[dict[str, object]]:
    """Return a fictitious extract of the register by district, age and sex."""
    total = sum(_of_age(age) for age in range(OPEN + 1))
    rows: list[dict[str, object]] = []
    for district, (share, old) in DISTRICTS.items():
        for age in range(OPEN + 1):
            women = 0.485 if age < SIXTIES else 0.53 if age < 80 else 0.62
            here = HEADS[2024] * _of_age(age) / total * share * (old if age >= OLD else 1.0)
            named = f"{age}+" if age == OPEN else str(age)
            both = {"male": round(here * (1.0 - women)), "female": round(here * women)}
            rows.append({"district": district, "age": named, **both})
    rows[0]["date"] = "31.12.2024"
    return rows


def planning_lists() -> dict[str, list[dict[str, object]]]:
    """Return the sheets of social planning, filled with fictitious figures."""

    def places(service: str, number: int, year: int = 2024, size: int | None = None) -> dict[str, object]:
        return {"service": service, "places": number, "from_year": year, "group_size": size}

    def rate(service: str, age: str, share: float, source: str) -> dict[str, object]:
        return {"service": service, "age": age, "rate": share, "year": 2024, "source": source}

    def option(name: str, kind: str, year: int, *net: int, **more: object) -> dict[str, object]:
        return {
            "name": name,
            "kind": kind,
            "from_year": year,
            **{f"net_{n}": eur for n, eur in enumerate(net, 1)},
            **more,
        }

    lead = {
        "childcare_u3": 3,
        "childcare_3_6": 3,
        "all_day_school": 2,
        "care_residential": 4,
        "care_ambulatory": 1,
    }
    return {
        "register": register_rows(),
        "places": [
            places("childcare_u3", 480, 2024, 10), places("childcare_u3", 520, 2028, 10),
            places("childcare_3_6", 1_330, 2024, 20), places("all_day_school", 940, 2024, 25),
            places("care_residential", 640, 2024, 80), places("care_ambulatory", 1_150),
        ],
        "lead_times": [{"service": name, "lead_years": n, "source": "Erfahrung"} for name, n in lead.items()],
        "relief_options": [
            option("Schulräume am Nachmittag mitnutzen", "pooled_rooms", 2027, -40_000, 60_000, 120_000,
                   service="all_day_school", low_eur=60_000, high_eur=160_000, places=75, persons_reached=75, staff=0.5,
                   hsk_compatible="yes", decided="yes"),
            option("Zweckverband mit Nachbarn", "organisation_model", 2027, -80_000, 90_000, 210_000,
                   low_eur=90_000, high_eur=300_000, hsk_compatible="conditional"),
            option("Frühe Hilfen ausbauen", "prevention", 2026, -150_000, -60_000, 40_000, 120_000,
                   service="child_raising_help", low_eur=-40_000, high_eur=240_000, persons_reached=180, staff=2,
                   hsk_compatible="conditional"),
            option("Stiftung trägt Treffpunkt Nord", "third_party_money", 2026, 45_000, service="open_elderly",
                   low_eur=20_000, high_eur=60_000, persons_reached=210, hsk_compatible="yes"),
        ],
        "need_rates": [
            rate("childcare_u3", "0-2", 0.36, "Kindergartenbedarfsplanung"),
            rate("childcare_3_6", "3-5", 0.93, "Kindergartenbedarfsplanung"),
            rate("open_elderly", "65+", 0.06, "Zählung der Begegnungsstätten"),
        ],
        "service_costs": [
            {"service": "open_elderly", "eur": 420, "per": "case", "year": 2024, "town": 100, "source": "Haushalt"},
        ],
    }  # fmt: skip


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
            {"name": "Gebäude zusammenlegen", "amount_eur": 900_000, "first_year": 2026, "full_year": 2028,
             "line": "13"},
            {"name": "Gebühren anpassen", "amount_eur": 400_000, "first_year": 2026, "line": "04"},
        ],
        "overrides": [],
        "sources": [
            {"sheet": "result_plan", "years": "2022–2029", "source": "Haushaltsplan 2026 der fiktiven Musterstadt"},
        ],
    }  # fmt: skip
    form = {"name": name, "key": key, "rule_set": rule_set, "peers": PEERS, "contact": "Kämmerei"}
    return Contents(language, form, figures, merge_years(default_years(BUDGET_YEAR), figures), lists)


@cache
def _written(key: str, language: Language) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / FILE_NAME
        save_workbook(contents(language, key), path)
        return path.read_bytes()


def write(own: Path, key: str = KEY, language: Language = "de") -> Path:
    """Write ``own/<key>/eingabe.xlsx``, made once per test process, and return its path."""
    path = own / key / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_written(key, language))
    return path
