"""Heidestadt: a fictitious town of Lower Saxony (key 03999000 exists in no register)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dewak_research.language import Language
from dewak_research.own.contents import Contents, figures_from, merge_years
from dewak_research.own.safety import FILE_NAME, own_folder
from dewak_research.own.sheets import save_workbook
from dewak_research.own.workbook import new_contents

KEY, NAME, BUDGET_YEAR = "03999000", "Heidestadt", 2026
ACTUAL, PLAN = (2024,), (2025, 2026, 2027, 2028, 2029)
PEOPLE = 21_000
INCOME = {"01": 24e6, "02": 12e6, "sonderposten": 1.5e6, "03": 0.4e6, "04": 3e6, "05": 0.8e6, "06": 2.1e6, "19": 0.3e6,
          "07": 1.2e6}  # fmt: skip
COSTS = {"11": 14e6, "12": 1.1e6, "13": 8e6, "14": 3.6e6, "20": 0.9e6, "15": 15e6}
PARTS = {"gewerbesteuer": 9e6, "grundsteuer_b": 3.4e6, "steueranteile": 10e6, "schluesselzuweisung": 8e6,
         "gewerbesteuerumlage": 0.8e6, "kreisumlage": 11e6, "soziale_leistungen": 1.2e6, "jugendhilfe": 0.2e6,
         "asylleistungen": 0.9e6, "sozialhilfe": 0.1e6, "unterkunft": 0.0}  # fmt: skip
ORDINARY = {2024: -0.5e6, 2025: -1.0e6, 2026: -2.0e6, 2027: -1.0e6, 2028: 0.5e6, 2029: 0.8e6}
EXTRAORDINARY = {2025: 0.3e6, 2026: 0.4e6, 2028: -0.1e6}
BALANCE = {
    "immaterielles_vermoegen": 0.6e6, "sachvermoegen": 92e6, "finanzvermoegen": 11e6, "liquide_mittel": 1.4e6,
    "aktive_rechnungsabgrenzung": 0.2e6, "basisreinvermoegen": 30e6, "ueberschussruecklage_ordentlich": 1.2e6,
    "ueberschussruecklage_ausserordentlich": 0.5e6, "fehlbetraege_vorjahre": 0.0, "jahresergebnis": -0.5e6,
    "sonderposten_zuwendungen": 28e6, "verbindlichkeiten": 26e6, "investitionskredite": 19e6,
    "liquiditaetskredite": 4e6, "rueckstellungen": 19.5e6, "passive_rechnungsabgrenzung": 0.5e6,
}  # fmt: skip
MEASURES: tuple[dict[str, object], ...] = (
    {"name": "Gebühren anpassen", "amount_eur": 600_000, "first_year": 2026},
)
ON_LINES: tuple[dict[str, object], ...] = (
    {"name": "Gebühren anpassen", "amount_eur": 600_000, "first_year": 2026, "line": "04"},
    {"name": "Hebesatz anheben", "amount_eur": 400_000, "first_year": 2027, "full_year": 2028, "line": "gewerbesteuer"},
    {"name": "Gebäude zusammenlegen", "amount_eur": 300_000, "first_year": 2026, "full_year": 2029, "line": "13"},
    {"name": "Spenden", "amount_eur": 50_000, "first_year": 2028},
)  # fmt: skip
"""Measures on lines and without; together 0.675, 0.95, 1.275 and 1.35 million euro in 2026 to 2029."""


def contents(
    language: Language = "de",
    ordinary: dict[int, float] = ORDINARY,
    extraordinary: dict[int, float] = EXTRAORDINARY,
    balance: dict[str, float] = BALANCE,
    key: str = KEY,
    land: str | None = None,
    measures: tuple[dict[str, object], ...] = MEASURES,
) -> Contents:
    """Return the filled workbook; other ordinary costs close each year on its ordinary result."""
    empty = new_contents(key, language, BUDGET_YEAR, NAME, land)
    rows: list[tuple[str, str, int, str, float, str]] = []

    def put(sheet: str, year: int, amounts: dict[str, float]) -> None:
        kind = "actual" if year in ACTUAL else "plan"
        rows.extend((sheet, line, year, kind, float(value), "given") for line, value in amounts.items())

    for year in (*ACTUAL, *PLAN):
        rest = sum(INCOME.values()) - sum(COSTS.values()) - ordinary[year]
        put("result_plan", year, {**INCOME, **COSTS, "16": rest, **PARTS})
        apart = extraordinary.get(year, 0.0)
        put("result_plan", year, {"23": apart} if apart > 0 else {"24": -apart} if apart < 0 else {})
        put("finance_plan", year, {"33": 2e6, "35": 1.5e6})
    put("balance", 2024, balance)
    put(
        "population",
        2024,
        {"einwohner": PEOPLE, "hebesatz_gewerbesteuer": 400, "hebesatz_grundsteuer_b": 450},
    )
    figures = figures_from(rows)
    lists = {**empty.lists, "measures": [*measures]}
    return replace(empty, figures=figures, years=merge_years(empty.years, figures), lists=lists)


def write(own: Path, **changes: object) -> Path:
    """Write the workbook below a folder of own figures and return its path."""
    filled = contents(**changes)  # type: ignore[arg-type]
    path = own_folder(filled.form["key"], own) / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    save_workbook(filled, path)
    return path
