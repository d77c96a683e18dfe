"""Housing costs per inhabitant (KdU, Kosten der Unterkunft) of all Kreise, and how they fit what was booked."""

from __future__ import annotations

import pandas as pd

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


def kdu_overlap(payments: pd.DataFrame, panel: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Set housing costs booked (account 7333) beside the KdU of the Kreis panel, in EUR per inhabitant.

    Returns
    -------
    DataFrame
        kreis, year, booked_eur_pc, panel_eur_pc; Kreise and kreisfreie Staedte that reported.
    """
    booked = payments[(payments["product_group"] == "999") & (payments["account"] == "7333")]
    heads = booked[(booked["ags"].str.len() == 5) | booked["ags"].str.endswith("000")]
    table = heads.merge(population, on=["ags", "year"]).assign(kreis=heads["ags"].str[:5].to_numpy())
    table = table.merge(
        panel.rename(columns={"ags": "kreis"})[["kreis", "year", "kdu_eur_pc"]], on=["kreis", "year"]
    )
    table["booked_eur_pc"] = table["amount_eur"] / table["population"]
    table["panel_eur_pc"] = table["kdu_eur_pc"]
    return table[["kreis", "year", "booked_eur_pc", "panel_eur_pc"]].sort_values(
        ["kreis", "year"], ignore_index=True
    )
