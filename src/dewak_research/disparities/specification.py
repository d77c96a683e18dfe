"""The specification curve: the main model under every defensible choice, and one test for all of them together.

Simonsohn, Simmons and Nelson 2020. The choices are those a reader could have made instead of ours; none of them is
chosen by its result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from dewak_research.disparities.choices import (
    CLUSTERS,
    EAST,
    FOCAL,
    FORMS,
    WEIGHTS,
    control_sets,
)
from dewak_research.disparities.inequality import Array
from dewak_research.disparities.models import Effects
from dewak_research.disparities.panel import estimation_sample


@dataclass(frozen=True)
class Cell:
    """One choice of rows, weights and effects, with the effects taken out of regressors and outcomes.

    Attributes
    ----------
    choice : dict of str to str
        ``period``, ``sample``, ``weights``, ``effects``.
    regressors : array of shape (n, k)
    outcomes : dict of str to array of shape (n, 1 + draws)
        By form; the first column is the sample, the others are its permutations.
    kreise, lands : int arrays of shape (n,)
        Clusters of the rows, counted from 0 and sorted.
    nested_out : dict of str to int
        By cluster: levels of the effects that count in the small-sample factor.
    """

    choice: dict[str, str]
    regressors: Array
    outcomes: dict[str, Array]
    kreise: npt.NDArray[np.intp]
    lands: npt.NDArray[np.intp]
    nested_out: dict[str, int]


def effects_remover(rows: pd.DataFrame, effects: Effects, weights: Array) -> Callable[[Array], Array]:
    """Return a function that takes Kreis and period effects out of the columns of an (n, m) array.

    Parameters
    ----------
    rows : DataFrame
        ``ags``, ``land``, ``year``; sorted by ``ags``, so the rows of a Land stand together.
    weights : array of shape (n,)
        Constant within a Kreis. What comes back is multiplied by their square root, so that plain least squares
        on it is weighted least squares.
    """
    starts = np.flatnonzero(rows["ags"].ne(rows["ags"].shift()).to_numpy())
    sizes = np.diff([*starts, len(rows)])
    root = np.sqrt(weights)[:, None]
    whole = pd.Series("", index=rows.index)
    parts = (rows["land"] if effects == "kreis_land_year" else whole).to_numpy()
    blocks = [np.flatnonzero(parts == part) for part in pd.unique(parts)]

    def demeaned(data: Array) -> Array:
        means = np.add.reduceat(data, starts, axis=0) / sizes[:, None]
        return (data - np.repeat(means, sizes, axis=0)) * root

    dummies = demeaned(pd.get_dummies(rows["year"], dtype=float).to_numpy())
    bases = []
    for block in blocks:
        left, size, _ = np.linalg.svd(dummies[block], full_matrices=False)
        bases.append(left[:, size > 1e-8 * max(size[0], 1e-300)])

    def taken_out(data: Array) -> Array:
        out = demeaned(data)
        for block, basis in zip(blocks, bases, strict=True):
            out[block] -= basis @ (basis.T @ out[block])
        return out

    return taken_out


def orders(sample: pd.DataFrame, draws: int, seed: int) -> npt.NDArray[np.intp]:
    """Return which Kreis lends its outcome to which, of shape (1 + draws, Kreise); the first row changes nothing.

    Kreise change places within their Land and only with Kreise observed in the same years; a Kreis keeps its whole
    path over the years, so what is alike from year to year stays alike.
    """
    seen = sample.groupby("ags").agg(land=("land", "first"), years=("year", lambda y: tuple(sorted(y))))
    codes = pd.factorize(pd.Series(list(zip(seen["land"], seen["years"], strict=True))))[0]
    groups = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]
    generator = np.random.default_rng(seed)
    out = np.tile(np.arange(len(seen)), (1 + draws, 1))
    for row in out[1:]:
        for group in groups:
            row[group] = generator.permutation(group)
    return out


def _rows_of(sample: pd.DataFrame, span: tuple[int, int], part: str, effects: Effects) -> pd.DataFrame:
    """Return the rows of a choice, without Kreise of one year and rows alone in their Land and year."""
    rows = sample[sample["year"].between(*span)]
    if part == "west":
        rows = rows[~rows["land"].isin(EAST)]
    if part == "kreise_only":
        rows = rows[rows["kind"] == "kreis"]
    before = -1
    while len(rows) != before:
        before = len(rows)
        rows = rows[rows.groupby("ags")["year"].transform("size") > 1]
        if effects == "kreis_land_year":
            rows = rows[rows.groupby("land_year")["year"].transform("size") > 1]
    return rows


@dataclass(frozen=True)
class Material:
    """What every choice is made of.

    Attributes
    ----------
    sample : DataFrame
        Rows complete in all regressors, so the controls do not change the rows. ``people`` is the mean population of
        a Kreis over the years.
    permuted : int array of shape (1 + draws, Kreise)
        From :func:`orders`.
    tables : dict of str to DataFrame
        Outcome by form: Kreise × years.
    """

    sample: pd.DataFrame
    permuted: npt.NDArray[np.intp]
    tables: dict[str, pd.DataFrame]

    @classmethod
    def of(cls, panel: pd.DataFrame, years: tuple[int, int], draws: int, seed: int) -> Material:
        """Take it from the panel (:func:`dewak_research.disparities.panel.build_panel`)."""
        sample, _ = estimation_sample(panel, "ln_kdu", FOCAL, years)
        sample["kdu_relative"] = sample["kdu_eur_pc"] / sample["kdu_eur_pc"].mean()
        sample["people"] = sample.groupby("ags")["weight"].transform("mean")
        sample["people"] /= sample["people"].mean()
        tables = {form: sample.pivot_table(index="ags", columns="year", values=form) for form in FORMS}
        return cls(sample, orders(sample, draws, seed), tables)


def cells(given: Material, period: str, span: tuple[int, int], part: str, effects: Effects) -> Iterator[Cell]:
    """Yield a choice of years, sample and effects under every weighting, with the effects taken out."""
    forms = next(iter(given.tables.values()))
    at_year = {year: place for place, year in enumerate(forms.columns)}
    rows = _rows_of(given.sample, span, part, effects)
    owners, times = forms.index.get_indexer(pd.Index(rows["ags"])), rows["year"].map(at_year).to_numpy()
    drawn = {f: t.to_numpy()[given.permuted[:, owners], times].T for f, t in given.tables.items()}
    numbers = rows["land"].nunique(), rows["year"].nunique(), rows["land_year"].nunique()
    own = {"ags": numbers[1], "land": numbers[1]}
    if effects == "kreis_land_year":
        own = {"ags": numbers[2], "land": 1}
    for weighting in WEIGHTS:
        weights = np.ones(len(rows)) if weighting == "units" else rows["people"].to_numpy()
        remove = effects_remover(rows, effects, weights)
        yield Cell(
            {"period": period, "sample": part, "weights": weighting, "effects": effects},
            remove(rows[list(FOCAL)].to_numpy(float)),
            {form: remove(values) for form, values in drawn.items()},
            np.asarray(pd.factorize(rows["ags"])[0], dtype=np.intp),
            np.asarray(pd.factorize(rows["land"])[0], dtype=np.intp),
            own,
        )


def _designs() -> dict[tuple[str, ...], list[tuple[str, str]]]:
    """Return every design once with the (term, controls) that read from it."""
    out: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for term in FOCAL:
        for name, controls in control_sets(term).items():
            out.setdefault(tuple(r for r in FOCAL if r in {term, *controls}), []).append((term, name))
    return out


def _sums(groups: npt.NDArray[np.intp], values: Array) -> sparse.csr_array:
    """Return the matrix of shape (groups, n) that multiplies by ``values`` and adds up by group."""
    n = len(groups)
    return sparse.csr_array((values, (groups, np.arange(n))), shape=(int(groups.max()) + 1, n))


def estimates(cell: Cell) -> Iterator[tuple[dict[str, str], dict[str, int], Array, Array]]:
    """Yield each specification of a cell: its choices, its sizes, and estimate and standard error by draw.

    Standard errors are cluster-robust with the small-sample factor of
    :func:`dewak_research.disparities.models.fixed_effects`.
    """
    n = len(cell.kreise)
    land_of = np.zeros(int(cell.kreise.max()) + 1, dtype=np.intp)
    land_of[cell.kreise] = cell.lands
    to_land = _sums(land_of, np.ones(len(land_of)))
    counts = {"ags": len(land_of), "land": int(cell.lands.max()) + 1}
    for columns, readers in _designs().items():
        x = cell.regressors[:, [FOCAL.index(name) for name in columns]]
        solve = np.linalg.solve(x.T @ x, x.T)
        for form, outcome in cell.outcomes.items():
            beta = solve @ outcome
            for term, controls in readers:
                place = columns.index(term)
                by_kreis = _sums(cell.kreise, solve[place])
                scores = {"ags": by_kreis @ outcome - (by_kreis @ x) @ beta}
                scores["land"] = to_land @ scores["ags"]
                for cluster in CLUSTERS:
                    g, free = counts[cluster], n - len(columns) - cell.nested_out[cluster]
                    se = np.sqrt((scores[cluster] ** 2).sum(axis=0) * (g / (g - 1) * (n - 1) / free))
                    choice = {"term": term, **cell.choice, "controls": controls, "form": form}
                    sizes = {"observations": n, "units": counts["ags"], "clusters": g}
                    yield choice | {"cluster": cluster}, sizes, beta[place], se
