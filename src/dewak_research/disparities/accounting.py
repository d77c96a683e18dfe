"""Need or price? Exact splits before any regression (METHODS D.5)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from dewak_research.disparities.inequality import Array
from dewak_research.disparities.requirements import refuse
from dewak_research.language import Text


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
    w = np.ones((1, total.size)) if weights is None else np.atleast_2d(np.asarray(weights, dtype=float))
    p = w / w.sum(axis=1, keepdims=True)
    variance = p @ total**2 - (p @ total) ** 2
    if (variance <= 1e-15).any():
        raise refuse(
            Text("alle Einheiten haben denselben Wert", "all units have the same value"),
            "variance_shares",
            Text("mindestens zwei verschiedene Werte", "at least two different values"),
        )
    return {name: (p @ (x * total) - (p @ x) * (p @ total)) / variance for name, x in logs.items()}


def _logs(name: str, values: npt.ArrayLike) -> Array:
    x = np.asarray(values, dtype=float)
    if np.isnan(x).any() or (x <= 0).any():
        raise refuse(
            Text(
                f"Faktor »{name}« ist an mindestens einer Stelle unbekannt, 0 oder negativ",
                f"factor “{name}” is unknown, 0 or negative at least once",
            ),
            "accounting",
            Text("bekannte Werte über 0", "known values above 0"),
        )
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
        raise refuse(
            Text("vorher und nachher haben verschiedene Faktoren", "before and after name different factors"),
            "lmdi",
            Text(", ".join(sorted(before)), ", ".join(sorted(before))),
        )
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
