"""Assemble the tables that every analysis starts from.

The one place where sources, municipality and budget meet; reads the official tables, writes nothing.
"""

from __future__ import annotations

import pandas as pd

from dewak_research.budget.accounts import unit_totals
from dewak_research.budget.balance import identity_gaps, named_balance, with_register_keys
from dewak_research.budget.consolidation import gesamtkreise
from dewak_research.municipality.register import build_units, population_of_units
from dewak_research.sources import read_table
from dewak_research.sources.flags import no_municipality, record_status, usable

PERSONS_PER_UNIT = 1.95
_LAND = {
    "01": "Schleswig-Holstein", "02": "Hamburg", "03": "Niedersachsen", "04": "Bremen",
    "05": "Nordrhein-Westfalen", "06": "Hessen", "07": "Rheinland-Pfalz", "08": "Baden-Württemberg",
    "09": "Bayern", "10": "Saarland", "11": "Berlin", "12": "Brandenburg", "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen", "15": "Sachsen-Anhalt", "16": "Thüringen",
}  # fmt: skip


def kreis_panel(kreise: pd.DataFrame, panel: pd.DataFrame, first_year: int = 2007) -> pd.DataFrame:
    """Return the Kreis panel with name, Land and KdU per inhabitant.

    ``kdu_eur_pc`` = housing benefit per unit and month x 12 x persons in benefit units per inhabitant / 1.95.
    The 1.95 persons per benefit unit are an assumption; the measure is gross KdU per head, never social
    spending as such. Missing where one of the two indicators is missing.
    """
    table = panel[panel["year"] >= first_year].merge(kreise, on="ags", how="left")
    table["land"] = table["ags"].str[:2]
    table["land_name"] = table["land"].map(_LAND)
    table["kdu_eur_pc"] = (
        table["housing_benefit_eur_per_unit_month"]
        * 12
        * table["persons_in_benefit_units_per_1k"]
        / 1000
        / PERSONS_PER_UNIT
    )
    first = ["ags", "year", "name", "land", "land_name"]
    return table[first + [c for c in table.columns if c not in first]].sort_values(
        ["ags", "year"], ignore_index=True
    )


def run() -> dict[str, pd.DataFrame]:
    """Return all ingest tables by name; deterministic, rows sorted by key."""
    payments = read_table("nrw_payments")
    balance = read_table("nrw_balance_2009")
    population = read_table("nrw_population")
    gemeinden = read_table("nrw_gemeinden")
    balance = with_register_keys(balance, gemeinden.loc[~gemeinden["kreisfrei"], "kreis"].unique().tolist())
    units = build_units(gemeinden, read_table("kreise"), population, payments, balance)
    people = population_of_units(population, units)
    status = record_status(payments, read_table("nrw_payments_suppressed"), units["ags"])
    reported = usable(payments, status)
    totals = unit_totals(reported, people)
    named = named_balance(balance, units["ags"].tolist())
    outside = no_municipality(balance["ags"], units["ags"])
    return {
        "units": units,
        "population": people,
        "record_status": status,
        "payments": reported,
        "unit_totals": totals,
        "gesamtkreis": gesamtkreise(units, status, totals, people),
        "balance": named,
        "balance_gaps": identity_gaps(named),
        "no_municipality": pd.DataFrame({"ags": outside, "table": "nrw_balance_2009"}),
        "kreise": kreis_panel(read_table("kreise"), read_table("kreise_panel")),
    }
