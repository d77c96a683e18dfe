"""Who borders on whom, and do high values stand together? Weights, Moran's I and LISA (METHODS D.6)."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from esda.moran import Moran
from libpysal.weights import KNN, Queen, W
from scipy.stats import false_discovery_control

from dewak_research.disparities import refuse
from dewak_research.disparities.inequality import Array

METRIC = "EPSG:25832"
CLUSTERS = ("high_high", "low_low", "high_low", "low_high", "not_significant")


def with_geometry(boundaries: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return boundaries with geometry, also from a table that stores it as WKB."""
    if isinstance(boundaries, gpd.GeoDataFrame):
        return boundaries
    shapes = gpd.GeoSeries.from_wkb(boundaries["geometry"], crs="EPSG:4326")
    return gpd.GeoDataFrame(boundaries.drop(columns="geometry"), geometry=shapes, crs="EPSG:4326")


def weights(boundaries: gpd.GeoDataFrame, keys: Sequence[str], kind: str = "queen", neighbours: int = 5) -> W:
    """Return row-standardised spatial weights in the order of ``keys``.

    Parameters
    ----------
    boundaries : GeoDataFrame
        ``ags`` and ``geometry``.
    keys : sequence of str
        Units wanted, each once.
    kind : str
        ``queen`` (shared border or corner; a unit without any neighbour, an island, is joined to its nearest
        neighbour in both directions) or ``knn`` (nearest centres, made symmetric).
    neighbours : int
        Number of nearest neighbours for ``knn``.

    Raises
    ------
    InputError
        A unit has no boundary, or there are not more units than neighbours.
    """
    indexed = boundaries.set_index("ags")
    missing = [key for key in keys if key not in indexed.index]
    if missing or len(keys) <= (neighbours if kind == "knn" else 1):
        key = "no_boundary" if missing else "too_few_units"
        raise refuse(key, "weights", missing=", ".join(missing[:5]), units=len(keys))
    shapes = indexed.loc[list(keys)].to_crs(METRIC)
    centres = np.column_stack([shapes.geometry.centroid.x, shapes.geometry.centroid.y])
    if kind == "queen":
        contiguity = Queen.from_dataframe(shapes.reset_index(), use_index=False, silence_warnings=True)
        links = {i: set(near) for i, near in contiguity.neighbors.items()}
        nearest = KNN.from_array(centres, k=1, silence_warnings=True).neighbors
        for island in [i for i, near in links.items() if not near]:
            links[island].update(nearest[island])
    else:
        nearest = KNN.from_array(centres, k=neighbours, silence_warnings=True).neighbors
        links = {i: set(near) for i, near in nearest.items()}
    for i, near in list(links.items()):
        for j in near:
            links[j].add(i)
    w = W({i: sorted(near) for i, near in sorted(links.items())}, silence_warnings=True)
    w.transform = "r"
    return w


def islands(boundaries: gpd.GeoDataFrame, keys: Sequence[str]) -> list[str]:
    """Return the units without a contiguous neighbour."""
    shapes = boundaries.set_index("ags").loc[list(keys)].reset_index()
    found = Queen.from_dataframe(shapes, use_index=False, silence_warnings=True).islands
    return [keys[i] for i in found]


def morans_i(values: npt.ArrayLike, w: W, permutations: int, seed: int) -> dict[str, float]:
    """Return Moran's I with its permutation p-value.

    Parameters
    ----------
    values : array of shape (n,)
        None missing, not all equal.
    permutations : int
        Random relabellings; p = (larger or equal + 1)/(permutations + 1), one-sided as in esda.

    Returns
    -------
    dict of str to float
        ``i``, ``expected`` (−1/(n−1)), ``p_value``, ``null_low`` and ``null_high`` (95 % of the permutations).

    Raises
    ------
    InputError
        A value is missing or all are equal.
    """
    y = _varying(values)
    np.random.seed(seed)  # noqa: NPY002  esda draws from the global generator and takes no seed
    result = Moran(y, w, transformation=w.transform, permutations=permutations)
    low, high = np.quantile(result.sim, [0.025, 0.975])
    return {
        "i": float(result.I),
        "expected": float(result.EI),
        "p_value": float(result.p_sim),
        "null_low": float(low),
        "null_high": float(high),
    }


def _varying(values: npt.ArrayLike) -> Array:
    y = np.asarray(values, dtype=float)
    if np.isnan(y).any() or np.ptp(y) == 0:
        raise refuse("no_spatial_variation", "space")
    return y


def local_clusters(
    values: npt.ArrayLike,
    w: W,
    permutations: int,
    seed: int,
    level: float = 0.05,
    around: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Return LISA classes with control of the false discovery rate, of one variable or of two.

    Parameters
    ----------
    values : array of shape (n,)
        None missing, not all equal; in the order of the weights.
    w : W
        Row-standardised weights.
    permutations : int
        Conditional permutations: the value of the unit stays, its neighbours are drawn from all others.
    around : array of shape (n,), optional
        Another variable, looked at in the neighbours (bivariate); the same one by default.

    Returns
    -------
    DataFrame
        In the order of ``values``: ``local_i``, ``p_value`` (two-sided), ``q_value`` (Benjamini–Hochberg),
        ``cluster`` (``high_high``, ``low_low``, ``high_low``, ``low_high`` or ``not_significant`` where q > level): own
        value first, then that of the neighbours.

    Notes
    -----
    Anselin 1995; I_i = (n − 1) z_i Σ_j w_ij u_j / √(Σ z² Σ u²), u of the variable in the neighbours. Drawn here with
    NumPy and a seed of its own: esda's compiled version needs 20 s to compile in every fresh process; a test holds both
    against each other.
    """
    y = _varying(values)
    other = y if around is None else _varying(around)
    z, u = y - y.mean(), other - other.mean()
    n = len(z)
    near = [np.asarray(w.neighbors[i]) for i in range(n)]
    lag = np.array([u[j].mean() for j in near])
    generator = np.random.default_rng(seed)
    widest = max(len(j) for j in near)
    drawn = _without_replacement(n - 1, widest, permutations, generator)
    p_two_sided = np.empty(n)
    for i in range(n):
        chosen = drawn[:, : len(near[i])]
        simulated = u[chosen + (chosen >= i)].mean(axis=1)
        larger = int((simulated >= lag[i]).sum())
        p_two_sided[i] = min(1.0, 2 * (min(larger, permutations - larger) + 1) / (permutations + 1))
    q = false_discovery_control(p_two_sided, method="bh")
    own = np.where(z > 0, "high", "low").astype(object)
    names = own + "_" + np.where(lag > 0, "high", "low").astype(object)
    return pd.DataFrame(
        {
            "local_i": (n - 1) * z * lag / np.sqrt((z @ z) * (u @ u)),
            "p_value": p_two_sided,
            "q_value": q,
            "cluster": np.where(q <= level, names, "not_significant"),
        }
    )


def _without_replacement(
    size: int, wanted: int, rows: int, generator: np.random.Generator
) -> npt.NDArray[np.intp]:
    """Return ``rows`` draws of ``wanted`` different numbers below ``size`` (redrawing rows with a repetition)."""
    out = generator.integers(0, size, size=(rows, wanted))
    while True:
        ordered = np.sort(out, axis=1)
        twice = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
        if not twice.any():
            return out
        out[twice] = generator.integers(0, size, size=(int(twice.sum()), wanted))
