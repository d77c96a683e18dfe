"""Exact splits before any regression: between groups and within them (METHODS D.3), need or price (D.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dewak_research.disparities import refuse
from dewak_research.disparities.inequality import (
    Array,
    as_shares,
    limits,
    measures,
    stratified_counts,
    weight_rows,
    weightings,
)
from dewak_research.engines import Engine, or_threads


def _membership(groups: Sequence[str]) -> Array:
    codes = pd.Categorical(list(groups), categories=sorted(set(groups))).codes
    return np.asarray(np.eye(int(codes.max()) + 1)[codes])


def _between(y: Array, w: Array, groups: Sequence[str]) -> tuple[Array, Array]:
    """Return Theil T and MLD of the group means for each row of weights."""
    member = _membership(groups)
    group_weight = w @ member
    total = group_weight.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = ((w * y) @ member / group_weight) / ((w @ y)[:, None] / total)
        share = group_weight / total
        logs = np.where(group_weight > 0, np.log(ratio), 0.0)
        theil = np.where(group_weight > 0, share * ratio * logs, 0.0).sum(axis=1)
    return theil, -(share * logs).sum(axis=1)


def decompose(
    values: npt.ArrayLike, levels: Sequence[Sequence[str]], weights: npt.ArrayLike | None = None
) -> dict[str, Array]:
    """Split Theil T and MLD into nested components.

    Parameters
    ----------
    values : array of shape (n,)
        Per-head values above 0, none missing.
    levels : sequence of sequences of length n
        Grouping from coarse to fine, for instance ``[land, kind]``; each finer level is crossed with the
        coarser ones, so that it is nested by construction.
    weights : array of shape (n,) or (draws, n), optional
        Population weights.

    Returns
    -------
    dict of str to array of shape (draws,)
        ``theil_total``, ``theil_between_1`` (between the groups of level 1), ``theil_between_2`` (between
        the groups of level 2 within those of level 1), …, ``theil_within``; the same for ``mld``. The
        components add up to the total.

    Raises
    ------
    InputError
        A value is missing, 0 or negative.

    Notes
    -----
    A group with a single member has inequality 0 within itself; it is kept. METHODS D.3.
    """
    y = np.asarray(values, dtype=float)
    if np.isnan(y).any() or (y <= 0).any():
        raise refuse("decomposition_not_positive", "decomposition")
    w = weight_rows(weights, y.size)
    total = measures(y, w)
    out: dict[str, Array] = {"theil_total": total["theil"], "mld_total": total["mld"]}
    before: tuple[Array, Array] = (np.zeros(len(w)), np.zeros(len(w)))
    keys = [""] * y.size
    for number, level in enumerate(levels, start=1):
        keys = [f"{key}|{part}" for key, part in zip(keys, level, strict=True)]
        now = _between(y, w, keys)
        out[f"theil_between_{number}"] = now[0] - before[0]
        out[f"mld_between_{number}"] = now[1] - before[1]
        before = now
    out["theil_within"] = total["theil"] - before[0]
    out["mld_within"] = total["mld"] - before[1]
    return out


def inequality_parts(
    panel: pd.DataFrame, draws: int, seed: int, engine: Engine | None = None
) -> pd.DataFrame:
    """Return which part of Theil T and MLD lies between Länder, between settlement types of a Land, and within.

    Parameters
    ----------
    engine : Engine, optional
        Where the years are done, by default one after the other.

    Returns
    -------
    DataFrame
        ``index_name`` (``theil``, ``mld``), ``component`` (``between_1`` Länder, ``between_2`` types within a Land,
        ``within``), ``value``, ``share`` of the total with ``low``/``high`` (bootstrap), ``year``, ``weighting``.
    """
    known = panel.loc[panel["kdu_eur_pc"].notna(), ["year", "land", "settlement", "kdu_eur_pc", "weight"]]
    parts = or_threads(engine).map(_parts_of_year, (draws, seed), known.groupby("year"))
    columns = ["index_name", "component", "value", "share", "low", "high", "year", "weighting"]
    return pd.DataFrame(chain.from_iterable(parts), columns=columns)


def _parts_of_year(given: tuple[int, int], block: tuple[Any, pd.DataFrame]) -> list[tuple[object, ...]]:
    """Return the rows of one year."""
    (draws, seed), (year, now) = given, block
    counts = stratified_counts(now["land"].tolist(), draws, seed)
    y, levels = now["kdu_eur_pc"].to_numpy(), [now["land"].tolist(), now["settlement"].tolist()]
    rows: list[tuple[object, ...]] = []
    for weighting, base in weightings(now).items():
        point, drawn = decompose(y, levels, base), decompose(y, levels, counts * base)
        for index in ("theil", "mld"):
            for component in ("between_1", "between_2", "within"):
                value, total = (point[f"{index}_{name}"][0] for name in (component, "total"))
                low, high = limits(drawn[f"{index}_{component}"] / drawn[f"{index}_total"])
                rows.append((index, component, value, value / total, low, high, year, weighting))
    return rows


def variance_shares(
    factors: Mapping[str, npt.ArrayLike], weights: npt.ArrayLike | None = None
) -> dict[str, Array]:
    """Split the variance of ln y exactly among the factors of a product y = Π x_k.

    Parameters
    ----------
    factors : mapping of str to array of shape (n,)
        Factors, all above 0 and none missing.
    weights : array of shape (n,) or (draws, n), optional

    Returns
    -------
    dict of str to array of shape (draws,)
        c_k = Cov(ln x_k, ln y) / Var(ln y); the shares add up to 1. A share may be negative.

    Raises
    ------
    InputError
        A factor is missing, 0 or negative, or y does not vary.
    """
    logs = {name: _logs(name, values) for name, values in factors.items()}
    total = np.sum(list(logs.values()), axis=0)
    p = as_shares(weight_rows(weights, total.size))
    variance = p @ total**2 - (p @ total) ** 2
    if (variance <= 1e-15).any():
        raise refuse("all_equal", "variance_shares")
    return {name: (p @ (x * total) - (p @ x) * (p @ total)) / variance for name, x in logs.items()}


def _logs(name: str, values: npt.ArrayLike) -> Array:
    x = np.asarray(values, dtype=float)
    if np.isnan(x).any() or (x <= 0).any():
        raise refuse("factor_not_positive", "accounting", name=name)
    return np.asarray(np.log(x))


def log_mean(a: npt.ArrayLike, b: npt.ArrayLike) -> Array:
    """Return the logarithmic mean (a − b)/(ln a − ln b), and a where both are equal."""
    first, second = np.broadcast_arrays(np.asarray(a, dtype=float), np.asarray(b, dtype=float))
    ratio = np.log(first / second)
    small = np.abs(ratio) < 1e-7
    safe = np.where(small, 1.0, ratio)
    # series of the log mean around a = b, exact to second order in ln(a/b)
    return np.asarray(np.where(small, np.sqrt(first * second) * (1 + ratio**2 / 24), (first - second) / safe))


def lmdi(before: Mapping[str, npt.ArrayLike], after: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
    """Split the change of a product exactly among its factors, without a residual.

    Parameters
    ----------
    before, after : mapping of str to array of shape (n,)
        The same factors at both times, all above 0.

    Returns
    -------
    dict of str to array of shape (n,)
        Δ_k = L(y₁, y₀) · ln(x_k1 / x_k0), in the unit of y; the parts add up to y₁ − y₀ (additive LMDI-I,
        Ang; METHODS D.5).

    Raises
    ------
    InputError
        A factor is missing, 0 or negative, or the two sides name different factors.
    """
    if set(before) != set(after):
        raise refuse("factors_differ", "lmdi", names=", ".join(sorted(before)))
    logs_before = {name: _logs(name, values) for name, values in before.items()}
    logs_after = {name: _logs(name, values) for name, values in after.items()}
    y0 = np.exp(np.sum(list(logs_before.values()), axis=0))
    y1 = np.exp(np.sum(list(logs_after.values()), axis=0))
    scale = log_mean(y1, y0)
    return {name: scale * (logs_after[name] - logs_before[name]) for name in before}


def lmdi_path(frame: pd.DataFrame, factors: list[str], unit: str = "ags", time: str = "year") -> pd.DataFrame:
    """Chain the LMDI of a sum over units through the years.

    Parameters
    ----------
    frame : DataFrame
        Balanced unit × year with the ``factors`` whose product is the amount of each unit.

    Returns
    -------
    DataFrame
        ``year``, one column per factor with its cumulated contribution since the first year, ``total``
        (cumulated change of the sum); all in the unit of the amount. First year = 0.
    """
    years = sorted(int(year) for year in frame[time].unique())
    by_year = {year: frame[frame[time] == year].sort_values(unit)[factors] for year in years}
    rows = [{"year": years[0], **dict.fromkeys(factors, 0.0)}]
    for earlier, later in pairwise(years):
        parts = lmdi(
            {f: by_year[earlier][f].to_numpy() for f in factors},
            {f: by_year[later][f].to_numpy() for f in factors},
        )
        rows.append({"year": later, **{f: rows[-1][f] + float(parts[f].sum()) for f in factors}})
    out = pd.DataFrame(rows)
    out["total"] = out[factors].sum(axis=1)
    return out


def need_or_price(panel: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """Return the share of the differences in KdU per head that recipients and cost per recipient account for.

    Returns
    -------
    DataFrame
        ``year``, ``scope`` (``germany``; ``within_land``: means of the Länder taken out), ``factor`` (``need`` =
        recipients, ``price`` = cost per recipient), ``share`` with ``low`` and ``high`` (bootstrap).
    """
    rows = []
    for year, now in panel[panel["kdu_eur_pc"].notna()].groupby("year"):
        counts = stratified_counts(now["land"].tolist(), draws, seed)
        logs = {"need": now["ln_recipients"], "price": now["ln_cost"]}
        centred = {name: x - x.groupby(now["land"]).transform("mean") for name, x in logs.items()}
        for scope, chosen in (("germany", logs), ("within_land", centred)):
            factors = {name: np.exp(x) for name, x in chosen.items()}
            drawn = variance_shares(factors, counts)
            for factor, share in variance_shares(factors).items():
                rows.append((year, scope, factor, share[0], *limits(drawn[factor])))
    return pd.DataFrame(rows, columns=["year", "scope", "factor", "share", "low", "high"])
