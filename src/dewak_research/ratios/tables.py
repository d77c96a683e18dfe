"""The NKF-Kennzahlenset of all units with peers and orientation values, as tables and numbers for the report."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.data import read_table
from dewak_research.data.context import kreis_context, town_context
from dewak_research.data.peers import peers as nearest_peers
from dewak_research.ratios.inputs import embedded_ratios
from dewak_research.ratios.kennzahlen import with_peers
from dewak_research.ratios.orientation import orientation

RAW_TABLES = (
    "nrw_gemeinden",
    "nrw_population",
    "nrw_census_2022",
    "nrw_age_2015",
    "nrw_unemployment",
    "nrw_tax_panel",
    "nrw_gisd",
    "kreise_panel",
)


def peers_of_all(inputs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return ags, peer for all 396 towns and 31 Kreise (fifteen nearest of the same kind)."""
    raw = {name: inputs[name] if name in inputs else read_table(name) for name in RAW_TABLES}
    found = [nearest_peers(town_context(raw)), nearest_peers(kreis_context(raw))]
    return pd.concat(found, ignore_index=True)[["ags", "peer"]]


def ratio_tables(
    inputs: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], dict[str, float | int]]:
    """Build the tables ``nkf_ratios`` and ``nkf_orientation`` and the numbers for their prose.

    Parameters
    ----------
    inputs : mapping
        units, unit_totals, balance of the ingest stage; raw tables of ``RAW_TABLES`` are read if absent.

    Returns
    -------
    tables : dict
        nkf_ratios: result of `evaluate` with peer_n, peer_median, percentile; nkf_orientation.
    values : dict
        nkf_balance_units, nkf_result_units (units), nkf_<ratio>_<group>_mean_pct and _published_pct for the
        equity ratios, nkf_<ratio>_<group>_difference_points.
    """
    table = with_peers(
        embedded_ratios(inputs["unit_totals"], inputs["balance"], inputs["units"]), peers_of_all(inputs)
    )
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
