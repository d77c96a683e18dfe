"""Sections on booked spending: what the definition does, and whether the bridge holds."""

from __future__ import annotations

import pandas as pd

from dewak_research.config import DisparityParams
from dewak_research.data import accounts
from dewak_research.data.accounts import formula_in_codes
from dewak_research.data.measures import PERSONS_PER_UNIT
from dewak_research.disparities import booked, validation
from dewak_research.disparities.definitions import by_gesamtkreis, published, unit_amounts
from dewak_research.disparities.section import Section, rows_of


def shares(
    payments: pd.DataFrame, units: pd.DataFrame, gesamtkreis: pd.DataFrame, params: DisparityParams, seed: int
) -> Section:
    """Return booked social spending by definition and by type (NRW 2009–2011)."""
    out = Section()
    amounts = unit_amounts(payments, units)
    areas = by_gesamtkreis(amounts, gesamtkreis)
    table = booked.definition_table(areas, amounts, params.bootstrap_draws, seed)
    out.tables["definition_shares"] = table
    out.tables["benefit_types"] = booked.type_table(areas)
    out.tables["gesamtkreis_shares"] = areas[
        [
            "kreis",
            "year",
            "name",
            "kind",
            "population",
            "soc_transfer_share",
            "soc_transfer_with_option_share",
        ]
    ]
    out.tables["published_shares"] = pd.DataFrame(
        [
            {"period": p.period, "value_share": p.value_share, "tag": p.tag, "wide": p.wide}
            for p in published()
        ]
    )
    out.tables["definition_list"] = pd.DataFrame(
        [
            {
                "definition": name,
                "numerator": formula_in_codes(d.numerator),
                "denominator": formula_in_codes(d.denominator),
                "level": d.level,
                "reference": d.reference,
                "verified": d.verified,
            }
            for name, d in accounts.shares().items()
        ]
    )
    for row in rows_of(table):
        if row.kind == "all" or row.definition == "soc_transfer_share":
            out.interval(f"{row.definition}_{row.kind}_{row.year}", row.value_share, row.low, row.high)
            out.values[f"{row.definition}_{row.kind}_{row.year}_areas"] = row.areas
    out.values |= {"areas_total": gesamtkreis["kreis"].nunique(), "booked_year": 2010}
    last = table[
        (table["definition"] == "soc_transfer_share") & (table["year"] == 2011) & (table["kind"] == "all")
    ]
    out.values["soc_transfer_share_lowest_2011"] = float(last["lowest_share"].iloc[0])
    out.values["soc_transfer_share_highest_2011"] = float(last["highest_share"].iloc[0])
    everyone = table[(table["year"] == 2010) & (table["kind"] == "all")]
    out.values["definition_lowest_2010"] = float(everyone["value_share"].min())
    out.values["definition_highest_2010"] = float(everyone["value_share"].max())
    types = out.tables["benefit_types"]
    for row in rows_of(types[(types["kind"] == "all") & (types["year"] == 2010)]):
        out.values[f"type_{row.benefit_type}_part_share"] = row.part_share
        out.values[f"type_{row.benefit_type}_eur_pc"] = row.amount_eur_pc
        out.values[f"type_{row.benefit_type}_cv"] = row.cv
    for p in published():
        out.values[f"published_{p.year}_share"] = p.value_share
    return out


def checks(panel: pd.DataFrame, gesamtkreis: pd.DataFrame, relief_million: float, last_year: int) -> Section:
    """Return the validation section."""
    out = Section()
    pairs, facts = validation.against_booked(panel, gesamtkreis)
    out.tables["validation_pairs"] = pairs
    out.values |= {f"validation_{name}": value for name, value in facts.items()}
    totals = validation.national_totals(panel, relief_million)
    out.tables["national_totals"] = totals
    for row in rows_of(totals):
        out.values[f"total_{row.quantity}_{row.year}_billion_eur"] = row.computed_billion_eur
        out.values[f"total_{row.quantity}_{row.year}_published_billion_eur"] = row.published_billion_eur
        out.values[f"total_{row.quantity}_{row.year}_ratio"] = row.ratio
    out.values["persons_assumed"] = PERSONS_PER_UNIT
    out.tables["extremes"] = validation.extremes(panel, last_year)
    persons = validation.persons_per_unit(panel, 2011)
    out.tables["persons_per_unit"] = persons
    for year in (int(persons["year"].min()), last_year):
        row = persons[persons["year"] == year].iloc[0]
        for name in ("persons_per_unit", "cv", "cv_alternative", "rank_correlation", "mean_ratio"):
            out.values[f"persons_{name}_{year}"] = float(row[name])
    return out
