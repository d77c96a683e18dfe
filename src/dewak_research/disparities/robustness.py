"""What is robust and what is not: every reported coefficient at once, and one verdict for each variable."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

LEVEL = 0.05
#: A relation is called robust where this share of the specifications is significant with the same sign.
MOST = 0.9


def discoveries(families: Mapping[str, pd.DataFrame], keys: Mapping[str, str]) -> pd.DataFrame:
    """Control the false discovery rate over all coefficients of several tables at once.

    Parameters
    ----------
    families : mapping of str to DataFrame
        Tables with ``term``, ``estimate`` and ``p_value``.
    keys : mapping of str to str
        Family → its column that tells models apart.

    Returns
    -------
    DataFrame
        ``family``, ``model``, ``term``, ``estimate``, ``p_value``, ``q_value`` (Benjamini–Hochberg) and ``discovery``
        (q at most 5 %: among all of them on average at most one in twenty is false).
    """
    parts = [
        table.rename(columns={keys[name]: "model"})[["model", "term", "estimate", "p_value"]].assign(
            family=name
        )
        for name, table in families.items()
    ]
    out = pd.concat(parts, ignore_index=True)
    out["discovery"], out["q_value"] = multipletests(out["p_value"], alpha=LEVEL, method="fdr_bh")[:2]
    return out[["family", "model", "term", "estimate", "p_value", "q_value", "discovery"]]


def discovery_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return by ``family`` and for ``all``: ``coefficients``, ``below_level`` (p below 5 %), ``discoveries``,
    ``lost``.
    """
    counted = pd.concat([table, table.assign(family="all")]).assign(hit=lambda d: d["p_value"] < LEVEL)
    out = counted.groupby("family", sort=False).agg(
        coefficients=("p_value", "size"), below_level=("hit", "sum"), discoveries=("discovery", "sum")
    )
    out["lost"] = out["below_level"] - out["discoveries"]
    return out.reset_index()


def verdicts(joint: pd.DataFrame, oster: pd.DataFrame, main: pd.DataFrame) -> pd.DataFrame:
    """Return one row per variable: the whole curve, its test, what is not measured, and a verdict.

    Parameters
    ----------
    joint : DataFrame
        From :func:`dewak_research.disparities.curve.curve`.
    oster : DataFrame
        From :func:`dewak_research.disparities.oster.oster_table`.
    main : DataFrame
        ``term``, ``estimate``, ``low``, ``high``, ``q_value`` of the main model.

    Returns
    -------
    DataFrame
        The columns of ``joint``, ``delta``, ``set_low``, ``set_high``, ``holds``, the main estimate and its
        ``q_value``; ``same_sign_share`` and ``verdict``: ``robust`` (at least 90 % of the specifications
        significant with the same sign and both permutation tests below 5 %), ``direction`` (at least 90 % of the
        same sign and both tests below 5 %), ``not_robust`` otherwise.
    """
    table = joint.merge(oster[["term", "delta", "set_low", "set_high", "holds"]], on="term", validate="1:1")
    table = table.merge(main[["term", "estimate", "low", "high", "q_value"]], on="term", validate="1:1")
    same = np.where(table["median"] > 0, table["positive_share"], 1 - table["positive_share"])
    tested = table[["median_p_value", "share_p_value"]].max(axis=1) < LEVEL
    firm, one_way = table["significant_share"] >= MOST, same >= MOST
    table["same_sign_share"] = same
    table["verdict"] = np.select([tested & firm, tested & one_way], ["robust", "direction"], "not_robust")
    return table
