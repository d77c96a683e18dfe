"""Need of a municipality's own districts beside their access, and how access lies along need.

METHODS G.2 and G.3. Nothing here says that need causes access.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.disparities.inequality import stratified_counts
from dewak_research.space.access import Array
from dewak_research.space.districts import OwnKind
from dewak_research.space.fifths import FIFTHS
from dewak_research.space.system import concentration, equity, gap, steady

INDICATORS = ("people_65", "children", "unemployed", "recipients")
"""Counts whose share in the people may stand for need; that each counts the same is an assumption."""
LEAST_DRAWN = 10
"""Fewer districts drawn with replacement give no interval that means anything."""


def need_score(counts: pd.DataFrame, people: Array) -> tuple[Array | None, pd.DataFrame]:
    """Return need by district: the mean of standardised shares, each of which counts the same (assumption).

    Parameters
    ----------
    counts : DataFrame
        Persons by district, columns among ``INDICATORS``; one that is missing for a district, or equal everywhere, is
        left out.
    people : array (districts,)

    Returns
    -------
    score : array (districts,) or None
        Mean of the shares' distances from their mean over the people, in standard deviations over the people; None
        where no share can be used.
    parts : DataFrame
        indicator, share by district (rows: districts), used (bool).
    """
    scores, parts = [], []
    for name in (one for one in INDICATORS if one in counts):
        share = counts[name].to_numpy(float) / people
        mean = np.average(share, weights=people)
        spread = float(np.sqrt(np.average((share - mean) ** 2, weights=people)))
        used = bool(spread > 1e-12)  # missing is not above it
        if used:
            scores.append((share - mean) / spread)
        parts.append(pd.DataFrame({"indicator": name, "share": share, "used": used}))
    table = pd.concat(parts) if parts else pd.DataFrame(columns=["indicator", "share", "used"])
    return (np.mean(scores, axis=0) if scores else None), table


def need_beside_access(kind: OwnKind) -> str:
    """Say why need and access of a kind cannot be set against each other: ``few``, ``no_way``, ``same``, or ""."""
    if len(kind.people) < FIFTHS:
        return "few"
    shown = kind.versions(())["shown"]
    if not np.isfinite(shown).all():
        return "no_way"
    return "same" if np.ptp(shown) == 0.0 or not shown.any() else ""


def quadrant_rows(
    kinds: Sequence[OwnKind], need: Array, districts: Sequence[str], factors: Sequence[float]
) -> pd.DataFrame:
    """Return for every district whether it needs and reaches more or less than the middle of the people.

    Returns
    -------
    DataFrame
        kind, district, measure (``per_1000`` or ``way``), quadrant (``QUADRANTS``), same_share (share of the other
        reaches and detours that give the same; missing for ways, of which there is one version); kinds that
        :func:`need_beside_access` names a reason for are left out.
    """
    parts = []
    for kind in (one for one in kinds if not need_beside_access(one)):
        table = steady(need, kind.versions(factors), kind.people)
        measure = "per_1000" if kind.counted else "way"
        parts.append(table.assign(kind=kind.kind, district=list(districts), measure=measure))
    columns = ["kind", "district", "measure", "quadrant", "same_share"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def equity_rows(kinds: Sequence[OwnKind], need: Array, draws: int, seed: int) -> pd.DataFrame:
    """Return how access lies along need.

    Returns
    -------
    DataFrame
        kind, measure (``per_1000``, more is better; ``way``, less is better), index (concentration index), index_low,
        index_high, gap (mean of the neediest fifth of the people over that of the least needy), gap_low, gap_high (95 %
        of the draws of districts; missing below ``LEAST_DRAWN`` districts).
    """
    rows = []
    for kind in (one for one in kinds if not need_beside_access(one)):
        access = np.abs(kind.versions(())["shown"])
        rows.append(
            (
                kind.kind,
                "per_1000" if kind.counted else "way",
                *_equity(access, need, kind.people, draws, seed),
            )
        )
    ends = [f"{name}{end}" for name in ("index", "gap") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["kind", "measure", *ends])


def _equity(access: Array, need: Array, people: Array, draws: int, seed: int) -> list[float]:
    if len(people) < LEAST_DRAWN:
        found = (float(measure(access, need, people)[0]) for measure in (concentration, gap))
        return [number for value in found for number in (value, np.nan, np.nan)]
    table = equity(access, need, people, np.asarray(stratified_counts(["town"] * len(people), draws, seed)))
    return [float(value) for value in table[["value", "low", "high"]].to_numpy().ravel()]
