"""The NKF-Kennzahlenset of all units with peers and orientation values, as tables and numbers for the report."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.data.peers import beside_peers
from dewak_research.ratios.inputs import embedded_ratios
from dewak_research.ratios.orientation import orientation

COMPARED_BY = ("year", "ratio", "basis")


def ratio_tables(
    inputs: Mapping[str, pd.DataFrame], neighbours: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], dict[str, float | int]]:
    """Build the tables ``nkf_ratios`` and ``nkf_orientation`` and the numbers for their prose.

    Parameters
    ----------
    inputs : mapping
        units, unit_totals, balance of the ingest stage.
    neighbours : DataFrame
        ags, peer.

    Returns
    -------
    tables : dict
        nkf_ratios: result of `evaluate` with peers_known, peer_median, peer_percentile; nkf_orientation.
    values : dict
        nkf_balance_units, nkf_result_units (units), nkf_<ratio>_<group>_mean_pct and _published_pct for the
        equity ratios, nkf_<ratio>_<group>_difference_points.
    """
    found = embedded_ratios(inputs["unit_totals"], inputs["balance"], inputs["units"])
    table = beside_peers(found, neighbours, by=COMPARED_BY).drop(columns="rank")
    compared = orientation(table, inputs["units"])
    values: dict[str, float | int] = {
        "nkf_balance_units": len(inputs["balance"]),
        "nkf_result_units": int(inputs["balance"]["annual_result_eur"].notna().sum()),
        "nkf_undefined_share": float(table["value"].isna().mean()),
    }
    for row in compared.to_dict("records"):
        name = f"nkf_{row['ratio']}_{row['group']}"
        values[f"{name}_mean_pct"] = row["mean_pct"]
        values[f"{name}_published_pct"] = row["published_mean_pct"]
        values[f"{name}_difference_points"] = row["difference_pct_points"]
    return {"nkf_ratios": table, "nkf_orientation": compared}, values
