"""Need and access of towns together: correlation, inequality along need, quadrants and clusters, each with how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from libpysal.weights import W

from dewak_research.disparities.inequality import limits, stratified_counts
from dewak_research.disparities.space import CLUSTERS, local_clusters
from dewak_research.space.access import Array
from dewak_research.space.driving import correlated
from dewak_research.space.fifths import ranks
from dewak_research.space.system import QUADRANTS, equity, steady

MEASURES = ("minutes", "per_1000")


@dataclass(frozen=True)
class Reach:
    """One way to measure access, in the order of the towns.

    Parameters
    ----------
    kind : str
        What is reached.
    measure : {"minutes", "per_1000"}
        Driving minutes (less is better), or schools per 1,000 children (more is better).
    versions : mapping of str to array (towns,)
        More is better, also for minutes, which stand with a minus; the first is the one that is shown.
    people : array (towns,)
        Whom it is for.
    """

    kind: str
    measure: str
    versions: Mapping[str, Array]
    people: Array

    @property
    def shown(self) -> Array:
        """Return the version that is shown, more is better."""
        return next(iter(self.versions.values()))

    @property
    def published(self) -> Array:
        """Return the version that is shown, as it is read: minutes without a minus."""
        return np.abs(self.shown)


def drawn(kreise: Sequence[str], draws: int, seed: int) -> Array:
    """Return how often every town is drawn when whole Kreise are, a kreisfreie town by itself: array (draws, towns).

    Towns of one Kreis are alike, in deprivation almost the same: drawn one by one they would look like so many more
    observations than there are.
    """
    names, place = np.unique(list(kreise), return_inverse=True)
    return np.asarray(stratified_counts([""] * len(names), draws, seed)[:, place])


def correlations(
    needs: Mapping[str, Array], reaches: Sequence[Reach], density: Array, counts: Array
) -> pd.DataFrame:
    """Return rank correlations of need and access over towns, as they are and at equal density of settlement.

    Parameters
    ----------
    density : array (towns,)
        Inhabitants per km².
    counts : array (draws, towns)
        How often each town is drawn.

    Returns
    -------
    DataFrame
        need, kind, measure, rho (above 0: who needs more reaches more), low, high, given (partial rank correlation,
        density taken out), given_low, given_high (95 % of the draws).
    """
    weight = np.vstack([np.ones(len(density)), counts])
    dense = ranks(density, weight)
    needed = {name: ranks(values, weight) for name, values in needs.items()}
    reached = [ranks(reach.shown, weight) for reach in reaches]
    to_dense = {name: correlated(rank, dense, weight) for name, rank in needed.items()}
    rows = []
    for need, rank in needed.items():
        for reach, other in zip(reaches, reached, strict=True):
            rho, of_reach = correlated(rank, other, weight), correlated(other, dense, weight)
            left = np.sqrt((1.0 - to_dense[need] ** 2) * (1.0 - of_reach**2))
            cells = []
            for found in (rho, (rho - to_dense[need] * of_reach) / left):
                low, high = limits(found[1:])
                cells += [float(found[0]), float(low), float(high)]
            rows.append((need, reach.kind, reach.measure, *cells))
    columns = ["need", "kind", "measure", "rho", "low", "high", "given", "given_low", "given_high"]
    return pd.DataFrame(rows, columns=columns)


def equity_table(needs: Mapping[str, Array], reaches: Sequence[Reach], counts: Array) -> pd.DataFrame:
    """Return concentration index and gap of access along need.

    Parameters
    ----------
    counts : array (draws, towns)
        How often each town is drawn.

    Returns
    -------
    DataFrame
        need, kind, measure (minutes, per_1000), index, index_low, index_high, gap, gap_low, gap_high (95 %); of
        minutes: above 0 and above 1 mean that the neediest have longer ways.
    """
    rows = []
    for need, values in needs.items():
        for reach in reaches:
            found = equity(reach.published, values, reach.people, counts).set_index("measure")
            cells = [found.loc[name, column] for name in ("concentration_index", "equity_gap")
                     for column in ("value", "low", "high")]  # fmt: skip
            rows.append((need, reach.kind, reach.measure, *cells))
    ends = [f"{name}{end}" for name in ("index", "gap") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["need", "kind", "measure", *ends])


def quadrant_table(
    needs: Mapping[str, Array], reaches: Sequence[Reach], towns: Sequence[str]
) -> pd.DataFrame:
    """Return the quadrant of every town.

    Returns
    -------
    DataFrame
        ags, need, kind, measure, quadrant, same_share (share of the other reaches and detours that give the same
        quadrant; missing for minutes: they are published as one number), people (for whom the access is).
    """
    parts = []
    for need, values in needs.items():
        for reach in reaches:
            table = steady(values, reach.versions, reach.people)
            parts.append(
                table.assign(
                    ags=list(towns), need=need, kind=reach.kind, measure=reach.measure, people=reach.people
                )
            )
    columns = ["ags", "need", "kind", "measure", "quadrant", "same_share", "people"]
    return pd.concat(parts, ignore_index=True)[columns]


def quadrant_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many towns and people stand in each quadrant.

    Returns
    -------
    DataFrame
        need, kind, measure, quadrant, towns, steady_towns (the same under all reaches and detours; missing for
        minutes), people_share.
    """
    keys = ["need", "kind", "measure", "quadrant"]
    known = table.assign(steady=(table["same_share"] == 1.0).astype(float).where(table["same_share"].notna()))
    found = known.groupby(keys, sort=False).agg(
        towns=("ags", "size"),
        steady_towns=("steady", lambda column: column.sum(min_count=1)),
        people=("people", "sum"),
    )
    names = table.drop_duplicates(keys[:3])[keys[:3]].merge(
        pd.DataFrame({"quadrant": QUADRANTS}), how="cross"
    )
    full = names.merge(found.reset_index(), on=keys, how="left")
    full[["towns", "people"]] = full[["towns", "people"]].fillna(0.0)
    share = full["people"] / full.groupby(keys[:3], sort=False)["people"].transform("sum")
    return full.assign(people_share=share, towns=full["towns"].astype(int)).drop(columns="people")


def access_agreement(table: pd.DataFrame) -> pd.DataFrame:
    """Return how often minutes and schools per child put a town on the same side of the middle, where both exist.

    Returns
    -------
    DataFrame
        kind, towns, same_towns, chance_towns (that would agree if the two had nothing to do with each other, with as
        many on each side), same_reach_share (mean over the towns of the share of the other reaches and detours that
        give the same quadrant by schools per child).
    """
    one = table[table["need"] == table["need"].iloc[0]]
    little = one.assign(little=one["quadrant"].str.endswith("reaches_little"))
    wide = little.pivot_table(
        index=["kind", "ags"], columns="measure", values="little", aggfunc="first", sort=False
    )
    both = wide.dropna().reset_index()
    same = (both["minutes"] == both["per_1000"]).groupby(both["kind"], sort=False).agg(["size", "sum"])
    counted: pd.DataFrame = same.set_axis(["towns", "same_towns"], axis="columns").astype(int)
    side = both.groupby("kind", sort=False)[list(MEASURES)].agg(lambda column: column.astype(float).mean())
    by, other = side["minutes"], side["per_1000"]
    chance = counted["towns"] * (by * other + (1.0 - by) * (1.0 - other))
    within = one.groupby("kind")["same_share"].mean()
    return counted.assign(chance_towns=chance, same_reach_share=within.loc[counted.index]).reset_index()


def looked_at_first(
    table: pd.DataFrame, towns: pd.DataFrame, needs: Mapping[str, Array], reaches: Sequence[Reach]
) -> pd.DataFrame:
    """Return towns that need much and reach little however access is measured: by minutes and under all reaches.

    Parameters
    ----------
    table : DataFrame
        Of :func:`quadrant_table`.
    towns : DataFrame
        ags, name, in the order of the towns.

    Returns
    -------
    DataFrame
        need, kind, ags, name, need_value, minutes, per_1000; the neediest first.
    """
    worst = table[(table["quadrant"] == QUADRANTS[0]) & (table["same_share"].fillna(1.0) == 1.0)]
    twice = worst.groupby(["need", "kind", "ags"], sort=False).size()
    kept = twice[twice == len(MEASURES)].reset_index()[["need", "kind", "ags"]]
    position = pd.Index(towns["ags"]).get_indexer(pd.Index(kept["ags"]))
    shown = {(reach.kind, reach.measure): reach.published for reach in reaches}
    rows = list(zip(kept["need"], kept["kind"], position, strict=True))
    kept = kept.assign(
        name=towns["name"].to_numpy()[position],
        need_value=[float(np.abs(needs[need][at])) for need, _, at in rows],
        **{m: [float(shown[kind, m][at]) for _, kind, at in rows] for m in MEASURES},
        order=[-float(needs[need][at]) for need, _, at in rows],
    )
    order = {name: place for place, name in enumerate(needs)}
    kept = kept.sort_values(
        ["need", "kind", "order", "ags"], key=lambda c: c.map(order) if c.name == "need" else c
    )
    return kept.drop(columns="order").reset_index(drop=True)


def clusters(
    needs: Mapping[str, Array],
    reaches: Sequence[Reach],
    towns: Sequence[str],
    weights: W,
    permutations: int,
    seed: int,
) -> pd.DataFrame:
    """Return bivariate local clusters: need of a town and access in its neighbours, false discoveries controlled.

    Returns
    -------
    DataFrame
        ags, need, kind, measure, local_i, p_value, q_value, cluster (need of the town first, then access of the
        neighbours: high_low needs much where the neighbours reach little). What is tested is whether the neighbours'
        access is unusual; the need of the town only gives its side.
    """
    parts = []
    for need, values in needs.items():
        for reach in reaches:
            table = local_clusters(values, weights, permutations, seed, around=reach.shown)
            parts.append(table.assign(ags=list(towns), need=need, kind=reach.kind, measure=reach.measure))
    columns = ["ags", "need", "kind", "measure", "local_i", "p_value", "q_value", "cluster"]
    return pd.concat(parts, ignore_index=True)[columns]


def cluster_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return towns by every kind of cluster, 0 where none is found: need, kind, measure, cluster, towns."""
    keys = ["need", "kind", "measure"]
    wide = table.pivot_table(index=keys, columns="cluster", aggfunc="size", fill_value=0, sort=False)
    every = wide.reindex(columns=list(CLUSTERS), fill_value=0).reset_index()
    return every.melt(keys, var_name="cluster", value_name="towns")
