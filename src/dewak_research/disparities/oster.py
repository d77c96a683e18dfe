"""How strong would what is not measured have to be? Oster 2019, "Unobservable Selection and Coefficient Stability"."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.disparities.choices import FOCAL
from dewak_research.disparities.inequality import Array, limits
from dewak_research.disparities.models import take_out_effects
from dewak_research.disparities.panel import estimation_sample

#: Oster's rule: all that could be measured explains at most 1.3 times what the observed controls explain.
R_MAX_FACTOR = 1.3


def moments(cross: Array, place: int) -> dict[str, Array]:
    """Return what Oster's formulas need, from cross products.

    Parameters
    ----------
    cross : array of shape (..., k + 1, k + 1)
        Cross products of the demeaned outcome (first) and k regressors; leading axes are draws.
    place : int
        Row of the treatment in ``cross`` (1 or more); the other regressors are the controls.

    Returns
    -------
    dict of str to array
        ``beta_short``, ``r_short`` (treatment alone), ``beta_full``, ``r_full`` (with the controls), ``var_y``,
        ``var_x`` (cross products), ``var_left`` (of the treatment after the controls).
    """
    k = cross.shape[-1]
    every = list(range(1, k))
    controls = [i for i in every if i != place]
    var_y, var_x, both = cross[..., 0, 0], cross[..., place, place], cross[..., 0, place]
    inside = cross[..., np.ix_(every, every)[0], every]
    with_y = cross[..., every, 0]
    beta = np.linalg.solve(inside, with_y[..., None])[..., 0]
    others = cross[..., np.ix_(controls, controls)[0], controls]
    with_x = cross[..., controls, place]
    explained = (with_x * np.linalg.solve(others, with_x[..., None])[..., 0]).sum(axis=-1)
    return {
        "beta_short": both / var_x,
        "r_short": both**2 / (var_x * var_y),
        "beta_full": beta[..., every.index(place)],
        "r_full": (beta * with_y).sum(axis=-1) / var_y,
        "var_y": var_y,
        "var_x": var_x,
        "var_left": var_x - explained,
    }


def delta(m: dict[str, Array], r_max: Array, target: float = 0.0) -> Array:
    """Return the proportional selection δ under which the effect would be ``target``.

    1 means: what is not measured would have to be as closely related to the treatment as all controls together.
    Negative: it would have to work against them.

    Notes
    -----
    Oster 2019, proposition 3, with β° and R° of the short and β̃, R̃ of the full regression.
    """
    away = m["beta_full"] - target
    gap = m["beta_short"] - m["beta_full"]
    left, var_x = m["var_left"], m["var_x"]
    room = (r_max - m["r_full"]) * m["var_y"]
    gained = (m["r_full"] - m["r_short"]) * m["var_y"]
    cubic = away**3 * (left * var_x - left**2)
    square = away**2 * left * gap * var_x
    above = away * gained * left + away * var_x * left * gap**2 + 2 * square + cubic
    below = room * gap * var_x + away * room * (var_x - left) + square + cubic
    return np.asarray(above / below)


def adjusted(m: dict[str, Array], r_max: Array) -> Array:
    """Return the effect if δ were 1: the other end of the identified set, the first being ``beta_full``.

    Notes
    -----
    Oster 2019, corollary 1: the root of the quadratic equation nearer to β̃.
    """
    gap = m["beta_short"] - m["beta_full"]
    left, var_x = m["var_left"], m["var_x"]
    room = (r_max - m["r_full"]) * m["var_y"]
    theta = room * (var_x - left) - (m["r_full"] - m["r_short"]) * m["var_y"] * left - var_x * left * gap**2
    root = np.sqrt(theta**2 + 4 * room * gap**2 * var_x**2 * left)
    steps = np.stack([theta - root, theta + root]) / (2 * left * gap * var_x)
    nearer = np.take_along_axis(steps, np.abs(steps).argmin(axis=0)[None], axis=0)[0]
    return np.asarray(m["beta_full"] - nearer)


def oster_table(panel: pd.DataFrame, years: tuple[int, int], draws: int, seed: int) -> pd.DataFrame:
    """Return δ and the identified set of every regressor of the two-way model.

    Parameters
    ----------
    draws : int
        Bootstrap draws of whole Kreise, for the intervals.

    Returns
    -------
    DataFrame
        ``term``, ``observations``, ``clusters`` (Kreise), ``beta_short`` and ``r_short`` (alone, effects taken out),
        ``beta_full`` and ``r_full`` (with the other regressors), ``r_max``, ``delta`` with ``delta_low``,
        ``delta_high``, ``adjusted`` (effect at δ = 1) with ``adjusted_low``, ``adjusted_high``, ``set_low``,
        ``set_high`` (the identified set), ``full_low``, ``full_high`` (of ``beta_full``) and ``holds``: ``open``
        where the interval of ``beta_full`` contains 0, ``no`` where the set does, ``yes`` where the interval of
        neither end does, else ``open``.
    """
    sample, _ = estimation_sample(panel, "ln_kdu", FOCAL, years)
    data = take_out_effects(sample, ["ln_kdu", *FOCAL], "kreis_year").to_numpy()
    codes = np.asarray(pd.factorize(sample["ags"])[0])
    products = np.einsum("ni,nj->nij", data, data)
    by_kreis = np.zeros((codes.max() + 1, *products.shape[1:]))
    np.add.at(by_kreis, codes, products)
    times = np.random.default_rng(seed).multinomial(
        len(by_kreis), np.full(len(by_kreis), 1 / len(by_kreis)), draws
    )
    drawn = np.einsum("dg,gij->dij", times.astype(float), by_kreis)
    whole = np.concatenate([by_kreis.sum(axis=0)[None], drawn])
    rows = []
    for place, term in enumerate(FOCAL, start=1):
        m = moments(whole, place)
        r_max = np.minimum(R_MAX_FACTOR * m["r_full"], 1.0)
        ratio, other = delta(m, r_max), adjusted(m, r_max)
        delta_low, delta_high = limits(ratio[1:])
        low, high = limits(other[1:])
        full_low, full_high = limits(m["beta_full"][1:])
        ends = sorted([float(m["beta_full"][0]), float(other[0])])
        rows.append(
            {
                "term": term,
                "observations": len(sample),
                "clusters": len(by_kreis),
                **{name: m[name][0] for name in ("beta_short", "r_short", "beta_full", "r_full")},
                "r_max": r_max[0],
                "delta": ratio[0],
                "delta_low": delta_low,
                "delta_high": delta_high,
                "adjusted": other[0],
                "adjusted_low": low,
                "adjusted_high": high,
                "set_low": ends[0],
                "set_high": ends[1],
                "full_low": full_low,
                "full_high": full_high,
                "holds": _holds([ends, [full_low, full_high], [low, high]]),
            }
        )
    return pd.DataFrame(rows)


def _holds(ranges: list[list[float]]) -> str:
    """Return whether the sign holds, from the identified set and the intervals of its two ends."""
    clear = [low > 0 or high < 0 for low, high in ranges]
    if not clear[1]:
        return "open"
    return "no" if not clear[0] else ("yes" if all(clear) else "open")
