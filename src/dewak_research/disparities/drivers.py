"""Economy or demography? Shapley shares of R² by blocks and Oaxaca–Blinder gaps (METHODS D.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from dewak_research.data.measures import shapley_weights, subset_matrix
from dewak_research.disparities import refuse
from dewak_research.disparities.inequality import (
    Array,
    as_shares,
    stratified_counts,
    weight_rows,
    with_intervals,
)
from dewak_research.disparities.models import require_independent
from dewak_research.rules import HOME

#: Blocks of the Shapley decomposition; the Land enters as dummies.
BLOCKS: dict[str, tuple[str, ...]] = {
    "strength": ("ln_gdp_pc", "ln_tax_capacity_lag"),
    "labour": ("unemployment_pct", "longterm_unemployed_pct"),
    "demography": ("age_65plus_pct", "foreign_pct"),
    "settlement": ("ln_asking_rent", "ln_density", "kreisfrei"),
}
#: Regressors of the Oaxaca–Blinder gaps: few, because the smaller group has 15 members.
FEW = ("unemployment_pct", "ln_gdp_pc", "age_65plus_pct", "foreign_pct", "ln_density")
#: Members of the Regionalverband Ruhr: eleven cities and four Kreise (§ 1 RVRG).
RUHR = (
    "05112", "05113", "05117", "05119", "05170", "05512", "05513", "05562",
    "05911", "05913", "05914", "05915", "05916", "05954", "05978",
)  # fmt: skip


def _moments(design: Array, weights: Array) -> Array:
    """Return weighted centred cross-moments, shape (draws, k, k)."""
    p = as_shares(weights)
    rows, k = design.shape
    products = (design[:, :, None] * design[:, None, :]).reshape(rows, k * k)
    means = p @ design
    return np.asarray((p @ products).reshape(-1, k, k) - means[:, :, None] * means[:, None, :])


def _regression(xx: Array, xy: Array) -> Array:
    """Return coefficients from cross-moments, shape (draws, k); what does not vary in a draw gets none."""
    return np.asarray(np.einsum("dij,dj->di", np.linalg.pinv(xx, rcond=1e-10, hermitian=True), xy))


def shapley_r_squared(
    y: npt.ArrayLike, blocks: Mapping[str, npt.ArrayLike], weights: npt.ArrayLike | None = None
) -> dict[str, Array]:
    """Share out R² among blocks of regressors, averaged over all orders of entry.

    Parameters
    ----------
    y : array of shape (n,)
    blocks : mapping of str to array of shape (n, k_block)
    weights : array of shape (n,) or (draws, n), optional

    Returns
    -------
    dict of str to array of shape (draws,)
        Contribution of each block to R² (they add up to it), and ``r_squared``.

    Raises
    ------
    InputError
        A regressor is constant or follows from the others.

    Notes
    -----
    Shapley value (Shorrocks 2013) over 2^blocks fits; METHODS D.6. With collinear blocks the shares
    describe, they do not identify causes. A regressor that a draw leaves without variation (for instance a
    Land drawn in its only unit) is handled by the pseudo-inverse.
    """
    columns = {name: np.asarray(x, dtype=float).reshape(len(np.asarray(y)), -1) for name, x in blocks.items()}
    names = list(columns)
    stacked = np.column_stack([np.asarray(y, dtype=float), *columns.values()])
    labels = ["y", *(f"{name} {i + 1}" for name, x in columns.items() for i in range(x.shape[1]))]
    centred = pd.DataFrame(stacked - stacked.mean(axis=0), columns=labels)
    require_independent(centred[labels[1:]], "shapley_r_squared")
    stacked = stacked / np.where(stacked.std(axis=0) > 0, stacked.std(axis=0), 1)
    w = weight_rows(weights, len(stacked))
    moments = _moments(stacked, w)
    ends = np.cumsum([1, *(x.shape[1] for x in columns.values())])
    spots = [np.arange(ends[i], ends[i + 1]) for i in range(len(names))]
    explained = np.zeros((2 ** len(names), len(w)))
    for row, chosen in enumerate(subset_matrix(len(names))):
        if chosen.any():
            at = np.concatenate([spots[i] for i in np.flatnonzero(chosen)])
            xx, xy = moments[:, at[:, None], at[None, :]], moments[:, at, 0]
            explained[row] = np.einsum("di,di->d", _regression(xx, xy), xy) / moments[:, 0, 0]
    contributions = shapley_weights(len(names)) @ explained
    return {**dict(zip(names, contributions, strict=True)), "r_squared": explained[-1]}


def oaxaca_blinder(
    y: npt.ArrayLike, x: pd.DataFrame, group: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> dict[str, Array]:
    """Split the gap between two groups into what they have and what stays unexplained.

    Parameters
    ----------
    y : array of shape (n,)
    x : DataFrame of shape (n, k)
        Regressors without constant.
    group : bool array of shape (n,)
        True = first group.
    weights : array of shape (n,) or (draws, n), optional
        Such as how often each unit is drawn within its group.

    Returns
    -------
    dict of str to array of shape (draws,)
        ``gap`` (mean of the first group minus the other), ``explained``, ``unexplained``, and ``explained_…`` for
        each regressor; the parts add up.

    Raises
    ------
    InputError
        A group has fewer members than coefficients need (k + 2), a regressor is constant or collinear.

    Notes
    -----
    Pooled coefficients with the group dummy in the pooled model (Jann 2008; METHODS D.6). The detailed
    unexplained part depends on arbitrary base categories and is therefore not given.
    """
    values, member = np.asarray(y, dtype=float), np.asarray(group, dtype=bool)
    least = min(int(member.sum()), int((~member).sum()))
    if least < 2 or member.size < x.shape[1] + 3:
        sizes = {"least": least, "size": member.size, "wanted": x.shape[1] + 3}
        raise refuse("group_too_small", "oaxaca_blinder", **sizes)
    centred = x.astype(float) - x.astype(float).mean()
    require_independent(centred.assign(group=member - member.mean()), "oaxaca_blinder")
    stacked = np.column_stack([values, x.to_numpy(dtype=float), member])
    w = weight_rows(weights, member.size)
    moments = _moments(stacked, w)
    coefficients = _regression(moments[:, 1:, 1:], moments[:, 1:, 0])[:, :-1]
    means = [as_shares(w[:, rows]) @ stacked[rows, :-1] for rows in (member, ~member)]
    distance = means[0] - means[1]
    gap, parts = distance[:, 0], distance[:, 1:] * coefficients
    explained = parts.sum(axis=1)
    each = {f"explained_{name}": part for name, part in zip(x.columns, parts.T, strict=True)}
    return {"gap": gap, "explained": explained, "unexplained": gap - explained, **each}


def cross_section(frame: pd.DataFrame, columns: Sequence[str], years: tuple[int, int]) -> pd.DataFrame:
    """Return the mean of each column over the years, one row per Kreis that has all of them at least once."""
    period = frame[frame["year"].between(*years)]
    means = period.groupby("ags")[list(columns)].mean()
    facts = period.groupby("ags")[["land", "settlement"]].first()
    return facts.join(means).dropna().reset_index()


def shapley_table(panel: pd.DataFrame, years: tuple[int, int], draws: int, seed: int) -> pd.DataFrame:
    """Return the share of the differences in ln KdU (means over the years) that goes with each block and the Land.

    Returns
    -------
    DataFrame
        ``block`` (those of :data:`BLOCKS`, ``land``, and ``r_squared`` for all), ``value`` with ``low``/``high``
        (bootstrap within Länder), ``kreise`` behind it.
    """
    columns = [c for block in BLOCKS.values() for c in block]
    full = cross_section(panel, ["ln_kdu", *columns], years)
    counts = stratified_counts(full["land"].tolist(), draws, seed)
    blocks = {name: full[list(names)].to_numpy() for name, names in BLOCKS.items()}
    blocks["land"] = pd.get_dummies(full["land"], drop_first=True, dtype=float).to_numpy()
    shares = with_intervals("block", partial(shapley_r_squared, full["ln_kdu"], blocks), counts)
    return shares.assign(kreise=len(full))


def oaxaca_table(panel: pd.DataFrame, years: tuple[int, int], draws: int, seed: int) -> pd.DataFrame:
    """Return the gaps of the Ruhr to the rest of NRW, and of the most indebted quarter of Kreise to the others.

    Returns
    -------
    DataFrame
        ``part``, ``value`` in log points with ``low``/``high`` (bootstrap within the groups), ``comparison`` (``ruhr``,
        ``indebted``), ``members`` and ``others`` (Kreise), ``effect_share`` (e^value − 1: how much higher).
    """
    columns = [c for block in BLOCKS.values() for c in block]
    full = cross_section(panel, ["ln_kdu", *columns], years)
    cross = cross_section(panel, ["ln_kdu", "liquidity_credit_eur_pc", *columns], years)
    nrw = full[full["land"] == HOME].reset_index(drop=True)
    credit = cross["liquidity_credit_eur_pc"]
    gaps = []
    for name, frame, chosen in (
        ("ruhr", nrw, nrw["ags"].isin(RUHR)),
        ("indebted", cross, credit > credit.quantile(0.75)),
    ):
        group = chosen.to_numpy()
        counts = stratified_counts(group.astype(str).tolist(), draws, seed)
        split = partial(oaxaca_blinder, frame["ln_kdu"], frame[list(FEW)], group)
        table = with_intervals("part", split, counts)
        members, others = int(group.sum()), int((~group).sum())
        gaps.append(table.assign(comparison=name, members=members, others=others))
    out = pd.concat(gaps, ignore_index=True)
    return out.assign(effect_share=np.expm1(out["value"]))
