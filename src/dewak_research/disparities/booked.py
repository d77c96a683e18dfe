"""The booked lens: social spending in NRW 2009–2011, and what the definition does to it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.data.accounts import benefit_types, shares
from dewak_research.disparities.inequality import inequality, stratified_counts


def _ratio(table: pd.DataFrame, name: str, counts: np.ndarray | None = None) -> np.ndarray:
    top, bottom = table[f"{name}_numerator_eur"].to_numpy(), table[f"{name}_denominator_eur"].to_numpy()
    weights = np.ones((1, len(table))) if counts is None else counts
    return np.asarray((weights @ top) / (weights @ bottom))


def definition_table(
    areas: pd.DataFrame, amounts: pd.DataFrame, draws: int, seed: int, level: float = 0.95
) -> pd.DataFrame:
    """Return each definition's share by year and kind of area.

    Parameters
    ----------
    areas : DataFrame
        From :func:`dewak_research.disparities.definitions.by_gesamtkreis`.
    amounts : DataFrame
        From :func:`dewak_research.disparities.definitions.unit_amounts`.

    Returns
    -------
    DataFrame
        ``definition``, ``year``, ``kind`` (``all``, ``kreisfreie_stadt``, ``kreis``), ``areas`` (number behind
        the figure), ``value_share`` (sum over sum), ``low``/``high`` (bootstrap over areas: what another choice of
        reporting areas might have given), ``lowest_share``, ``median_share``, ``highest_share`` over areas.
    """
    rows = []
    tail = (1 - level) / 2
    for name, entry in shares().items():
        source = areas if entry.level == "gesamtkreis" else amounts
        for year, part in source.groupby("year"):
            kinds = ["all", "kreisfreie_stadt", "kreis"] if entry.level == "gesamtkreis" else ["all"]
            for kind in kinds:
                some = part if kind == "all" else part[part["kind"] == kind]
                if some.empty:
                    continue
                single = some[f"{name}_numerator_eur"] / some[f"{name}_denominator_eur"]
                counts = stratified_counts(some["kind"].tolist(), draws, seed)
                low, high = np.quantile(_ratio(some, name, counts), [tail, 1 - tail])
                rows.append(
                    {
                        "definition": name,
                        "year": year,
                        "kind": kind,
                        "areas": len(some),
                        "value_share": _ratio(some, name)[0],
                        "low": low,
                        "high": high,
                        "lowest_share": single.min(),
                        "median_share": single.median(),
                        "highest_share": single.max(),
                    }
                )
    return pd.DataFrame(rows)


def type_table(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the transfers by type of benefit: how much, which part, and how unequal.

    Returns
    -------
    DataFrame
        ``benefit_type``, ``year``, ``kind``, ``areas``, ``amount_eur_pc`` (sum over population), ``part_share`` of all
        social transfers, ``cv`` and ``gini`` of the per-head amounts over areas (each area counts the same).
    """
    rows = []
    for year, in_year in areas.groupby("year"):
        for kind in ("all", "kreisfreie_stadt", "kreis"):
            part = in_year if kind == "all" else in_year[in_year["kind"] == kind]
            if part.empty:
                continue
            total = part["soc_transfer_share_numerator_eur"].sum()
            for name in benefit_types():
                per_head = part[f"{name}_eur_pc"].clip(lower=0)
                spread = inequality(per_head.to_numpy()) if len(part) > 1 else {"cv": np.nan, "gini": np.nan}
                rows.append(
                    {
                        "benefit_type": name,
                        "year": year,
                        "kind": kind,
                        "areas": len(part),
                        "amount_eur_pc": part[f"{name}_eur"].sum() / part["population"].sum(),
                        "part_share": part[f"{name}_eur"].sum() / total,
                        "cv": spread["cv"],
                        "gini": spread["gini"],
                    }
                )
    return pd.DataFrame(rows)
