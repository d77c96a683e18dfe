"""What the ingest tables cover, as numbers for the prose."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.data.balance import balance_map
from dewak_research.data.housing import PERSONS_PER_UNIT

Value = float | int | str | bool | None
YEARS = (2009, 2010, 2011)
OFF_SHARE = 0.1
BREAK_BELOW = 0.625


def _records(status: pd.DataFrame) -> dict[str, Value]:
    values: dict[str, Value] = {}
    level = status["ags"].str.len().map({5: "kreise", 8: "towns"})
    for (year, kind, state), rows in status.groupby(["year", level, "status"]):
        values[f"{state}_{kind}_{year}"] = len(rows)
    for year in YEARS:
        carried = status[(status["year"] == year) & (status["status"] == "carried_forward")]
        values[f"carried_forward_{year}"] = len(carried)
        values[f"usable_{year}"] = int(((status["year"] == year) & (status["status"] == "reported")).sum())
    herten = status[(status["ags"] == "05562020") & (status["year"] == 2011)]
    values["herten_identical_share_2011"] = float(herten["identical_share"].iloc[0])
    ever = status.loc[status["status"] != "unreported", "ags"].nunique()
    values["never_reported"] = int(status["ags"].nunique() - ever)
    return values


def _overlap(name: str, table: pd.DataFrame) -> dict[str, Value]:
    known = table.dropna()
    ratio = known["booked_eur_pc"] / known["panel_eur_pc"]
    return {
        f"{name}_n": len(known),
        f"{name}_correlation": float(known["booked_eur_pc"].corr(known["panel_eur_pc"])),
        f"{name}_median_ratio": float(ratio[known["panel_eur_pc"] != 0].median()),
    }


def _trade_tax_by_status(table: pd.DataFrame) -> dict[str, Value]:
    off = (table["booked_eur_pc"] / table["panel_eur_pc"] - 1).abs() > OFF_SHARE
    values: dict[str, Value] = {"trade_tax_off_share": OFF_SHARE}
    for status, rows in table.groupby("status"):
        values[f"trade_tax_{status}_n"] = len(rows)
        values[f"trade_tax_{status}_off_n"] = int(off[rows.index].sum())
        values[f"trade_tax_{status}_correlation"] = float(rows["booked_eur_pc"].corr(rows["panel_eur_pc"]))
    return values


def kdu_breaks(gesamtkreis: pd.DataFrame) -> pd.DataFrame:
    """Return booked housing costs that break the series of their Gesamtkreis.

    A year in which housing costs per inhabitant are less than five eighths of every other known year, or in
    which none are known although the Gesamtkreis's head reported (they are booked in another account). The
    values are shown, not mended.

    Returns
    -------
    DataFrame
        kreis, year, name, kdu_eur_pc (missing where none is known), other_years_eur_pc (mean of the others).
    """
    table = gesamtkreis[gesamtkreis["head_reported"]].copy()
    table["kdu_eur_pc"] = table["kdu_eur"] / table["population"]
    found = []
    for _, rows in table.groupby("kreis"):
        for index, row in rows.iterrows():
            others = rows["kdu_eur_pc"].drop(index).dropna()
            low = row["kdu_eur_pc"] < BREAK_BELOW * others.min() if len(others) else False
            if low or pd.isna(row["kdu_eur_pc"]):
                found.append({"kreis": row["kreis"], "year": row["year"], "name": row["name"],
                              "kdu_eur_pc": row["kdu_eur_pc"], "other_years_eur_pc": others.mean()})  # fmt: skip
    columns = ["kreis", "year", "name", "kdu_eur_pc", "other_years_eur_pc"]
    return pd.DataFrame(found, columns=columns).sort_values(["kreis", "year"], ignore_index=True)


def _social_share(gesamtkreis: pd.DataFrame) -> dict[str, Value]:
    values: dict[str, Value] = {}
    whole = gesamtkreis[gesamtkreis["complete"]]
    for year, rows in whole.groupby("year"):
        social = rows["social_transfers_eur"].sum()
        values[f"gesamtkreise_complete_{year}"] = len(rows)
        values[f"soc_transfer_share_{year}"] = float(social / rows["adjusted_payments_eur"].sum())
        values[f"soc_transfer_share_own_{year}"] = float(social / rows["own_payments_eur"].sum())
    return values


def summary(tables: Mapping[str, pd.DataFrame]) -> dict[str, Value]:
    """Return counts, overlaps and shares of the ingest tables; shares are 0-1."""
    units, status = tables["units"], tables["record_status"]
    values: dict[str, Value] = {
        "units_n": len(units),
        "towns_n": int((units["kind"] != "kreis").sum()),
        "kreise_nrw_n": int((units["kind"] == "kreis").sum()),
        "gesamtkreise_n": int(units["kreis"].nunique()),
        "units_reported_any": int(units["reported_any"].sum()),
        "balance_n": len(tables["balance"]),
        "balance_towns_n": int((tables["balance"]["ags"].str.len() == 8).sum()),
        "balance_kreise_n": int((tables["balance"]["ags"].str.len() == 5).sum()),
        "balance_identities_n": len(balance_map().identities),
        "persons_per_unit_assumed": PERSONS_PER_UNIT,
        "balance_gaps_n": len(tables["balance_gaps"]),
        "no_municipality_n": len(tables["no_municipality"]),
        "kdu_breaks_n": len(tables["kdu_breaks"]),
        "corrected_cells_n": len(tables["corrections"]),
        "kreise_n": int(tables["kreise"]["ags"].nunique()),
        "kdu_kreise_2019_n": int(tables["kreise"].query("year == 2019")["kdu_eur_pc"].notna().sum()),
        "accounts_n": int((~tables["payments"]["account"].drop_duplicates().isin(["6", "7"])).sum()),
        "aggregates_n": len(tables["account_map"]),
        "aggregates_verified_n": int(tables["account_map"]["verified"].sum()),
        "payment_cells_n": len(tables["payments"]),
    }
    values |= _records(status)
    values |= _overlap("trade_tax_overlap", tables["trade_tax_overlap"])
    values |= _trade_tax_by_status(tables["trade_tax_overlap"])
    values |= _overlap("kdu_overlap", tables["kdu_overlap"])
    values |= _social_share(tables["gesamtkreis"])
    return values
