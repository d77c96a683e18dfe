"""What the ingest tables cover: small tables that the report's sentences and charts read."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.data.balance import balance_map
from dewak_research.data.measures import PERSONS_PER_UNIT, QUOTED_SHARES, share_of_all

OFF_SHARE = 0.1
BREAK_BELOW = 0.625
STATES = ("reported", "carried_forward", "unreported")


def units_covered(units: pd.DataFrame, balance: pd.DataFrame) -> pd.DataFrame:
    """Count the units of the register and what is known of them.

    Returns
    -------
    DataFrame
        level (``towns``, ``kreise``, ``all``), units, reported_any (in at least one year), never_reported,
        with_balance (balance sheet of 31.12.2008 or 1.1.2009).
    """
    known = units.assign(balance=units["ags"].isin(balance["ags"]), level=_level(units["ags"]))
    both = pd.concat([known, known.assign(level="all")])
    table = both.groupby("level").agg(
        units=("ags", "size"), reported_any=("reported_any", "sum"), with_balance=("balance", "sum")
    )
    table["never_reported"] = table["units"] - table["reported_any"]
    return table.loc[["towns", "kreise", "all"]].reset_index()


def records_by_year(status: pd.DataFrame) -> pd.DataFrame:
    """Count the payment records by level, year and state.

    Returns
    -------
    DataFrame
        level (``towns``, ``kreise``, ``all``), year, reported, carried_forward, unreported.
    """
    known = status.assign(level=_level(status["ags"]))
    both = pd.concat([known, known.assign(level="all")])
    counts = both.pivot_table(
        index=["level", "year"], columns="status", values="ags", aggfunc="size", fill_value=0
    )
    counts = counts.reindex(columns=list(STATES), fill_value=0).rename_axis(columns=None)
    return counts.loc[["towns", "kreise", "all"]].reset_index()


def _level(ags: pd.Series[str]) -> pd.Series[str]:
    return ags.str.len().map({5: "kreise", 8: "towns"})


def kreise_by_year(kreise: pd.DataFrame) -> pd.DataFrame:
    """Count the Kreise and cities of Germany, and those whose KdU per inhabitant is known.

    Returns
    -------
    DataFrame
        year, kreise, with_kdu, persons_per_unit (assumed household size behind the KdU).
    """
    known = kreise.groupby("year").agg(kreise=("ags", "size"), with_kdu=("kdu_eur_pc", "count")).reset_index()
    return known.assign(persons_per_unit=PERSONS_PER_UNIT)


def agreement(overlaps: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Say how well two independent sources of the same amount agree.

    Parameters
    ----------
    overlaps : mapping of str to DataFrame
        Measure to booked_eur_pc and panel_eur_pc; where there is a status, each status is counted as well.

    Returns
    -------
    DataFrame
        measure, status (``all`` or a state of the records), n (pairs known), correlation, median_ratio (booked to
        panel), off_share (limit), off (pairs further apart than the limit).
    """
    rows = []
    for measure, table in overlaps.items():
        parts = {"all": table, **(dict(iter(table.groupby("status"))) if "status" in table else {})}
        for status, part in parts.items():
            known = part.dropna()
            ratio = known["booked_eur_pc"] / known["panel_eur_pc"]
            rows.append(
                {
                    "measure": measure,
                    "status": status,
                    "n": len(known),
                    "correlation": float(known["booked_eur_pc"].corr(known["panel_eur_pc"])),
                    "median_ratio": float(ratio[known["panel_eur_pc"] != 0].median()),
                    "off_share": OFF_SHARE,
                    "off": int(((ratio - 1).abs() > OFF_SHARE).sum()),
                }
            )
    return pd.DataFrame(rows)


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


def gesamtkreise_by_year(gesamtkreis: pd.DataFrame) -> pd.DataFrame:
    """Count the Gesamtkreise and say what part of the complete ones' payments goes to social transfers.

    Returns
    -------
    DataFrame
        year, gesamtkreise, complete, and the shares of ``QUOTED_SHARES`` (sum over sum of the complete ones, 0-1):
        soc_transfer_share (of adjusted payments), soc_transfer_own_share (without the levy paid to the
        Landschaftsverband), soc_transfer_with_option_share (with federal money of opting municipalities).
    """
    rows = []
    for year, every in gesamtkreis.groupby("year"):
        whole = every[every["complete"]]
        rows.append(
            {
                "year": year,
                "gesamtkreise": len(every),
                "complete": len(whole),
                **{name: share_of_all(whole, name) for name in QUOTED_SHARES},
            }
        )
    return pd.DataFrame(rows)


def quality_flags(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the cases of every quality flag.

    Returns
    -------
    DataFrame
        flag (``carried``, ``unreported``, ``outside``, ``identity``, ``break``, ``corrected``), cases.
    """
    status = tables["record_status"]["status"]
    cases = {
        "carried": int((status == "carried_forward").sum()),
        "unreported": int((status == "unreported").sum()),
        "outside": len(tables["no_municipality"]),
        "identity": len(tables["balance_gaps"]),
        "break": len(tables["kdu_breaks"]),
        "corrected": len(tables["corrections"]),
    }
    return pd.DataFrame({"flag": list(cases), "cases": list(cases.values())})


def bookkeeping(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count what the books of the municipalities are made of, in one row.

    Returns
    -------
    DataFrame
        accounts (that occur in the payments), aggregates (budget aggregates they are summed to),
        aggregates_verified, balance_sheets, balance_identities (sums every balance sheet is checked by).
    """
    accounts = tables["payments"]["account"].drop_duplicates()
    return pd.DataFrame(
        {
            "accounts": [int((~accounts.isin(["6", "7"])).sum())],
            "aggregates": [len(tables["account_map"])],
            "aggregates_verified": [int(tables["account_map"]["verified"].sum())],
            "balance_sheets": [len(tables["balance"])],
            "balance_identities": [len(balance_map().identities)],
        }
    )


def summaries(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return every summary of the ingest tables, by name."""
    overlaps = {"trade_tax": tables["trade_tax_overlap"], "kdu": tables["kdu_overlap"]}
    return {
        "units_covered": units_covered(tables["units"], tables["balance"]),
        "records_by_year": records_by_year(tables["record_status"]),
        "kreise_by_year": kreise_by_year(tables["kreise"]),
        "gesamtkreise_by_year": gesamtkreise_by_year(tables["gesamtkreis"]),
        "agreement": agreement(overlaps),
        "quality_flags": quality_flags(tables),
        "bookkeeping": bookkeeping(tables),
    }
