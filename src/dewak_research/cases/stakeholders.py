"""Who supports it? Power and interest of actors, their influence on each other, and what they value.

Method: METHODS E.3. Grid cut at the medians; classes after Mitchell, Agle & Wood 1997; AHP after Saaty 1980.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.best_worst import BEST_WORST_LIMIT, best_worst_weights, input_consistency
from dewak_research.data.result import together

Floats = NDArray[np.float64]
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random matrices for n = 1 … 10 (Saaty; METHODS E.3 [K])."""
CR_LIMIT = 0.10
MIN_RATERS = 3
SALIENCE = ("none", "dormant", "discretionary", "dominant", "demanding", "dangerous", "dependent",
            "definitive")  # fmt: skip
"""Mitchell's classes at the sum of power (1), legitimacy (2) and urgency (4)."""
RATED = ("power", "interest", "attitude")
ATTRIBUTES = ("has_power", "has_legitimacy", "has_urgency")


def rating_table(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return mean and spread of the ratings of every actor.

    Parameters
    ----------
    ratings : DataFrame
        actor, rater, power, interest (0–10), attitude (−2 … 2); missing = no rating given.

    Returns
    -------
    DataFrame
        actor, raters, then ``<item>_mean`` and ``<item>_sd`` (NaN with one rater: a spread needs two),
        quadrant ("manage_closely", "keep_satisfied", "keep_informed", "monitor"; a mean at the median counts
        as high), few_raters (fewer than three). Sorted by actor.
    """
    grouped = ratings.groupby("actor", sort=True)
    out = pd.DataFrame({"raters": grouped["rater"].nunique()})
    for item in RATED:
        out[f"{item}_mean"] = grouped[item].mean()
        out[f"{item}_sd"] = grouped[item].std(ddof=1)
    strong = out["power_mean"] >= out["power_mean"].median()
    keen = out["interest_mean"] >= out["interest_mean"].median()
    names = np.array([["monitor", "keep_informed"], ["keep_satisfied", "manage_closely"]])
    out["quadrant"] = names[strong.astype(int), keen.astype(int)]
    out["few_raters"] = out["raters"] < MIN_RATERS
    return out.reset_index()


def salience(attributes: pd.DataFrame) -> pd.DataFrame:
    """Return Mitchell's class of every actor.

    Parameters
    ----------
    attributes : DataFrame
        actor, has_power, has_legitimacy, has_urgency (bool, or missing: the class is then missing too).
    """
    flags = attributes[list(ATTRIBUTES)]
    known = flags.notna().all(axis=1)
    code = flags.where(flags.notna(), False).astype(int).to_numpy() @ np.array([1, 2, 4])
    label = pd.Series([SALIENCE[int(c)] for c in code], index=attributes.index).where(known)
    return pd.DataFrame({"actor": attributes["actor"], "salience": label})


def influence(links: pd.DataFrame, actors: Sequence[str]) -> pd.DataFrame:
    """Return how central each actor is in the network of influence.

    Parameters
    ----------
    links : DataFrame
        source, target, weight (> 0, strength of influence).
    actors : sequence of str
        All actors; one without links stays in the table.

    Returns
    -------
    DataFrame
        actor, influence_out, influence_in (summed weights), betweenness (share of shortest paths, a strong
        link is a short one: length 1/weight). Sorted by actor.
    """
    import networkx as nx  # type: ignore[import-untyped]

    graph = nx.DiGraph()
    graph.add_nodes_from(sorted(actors))
    ordered = links.sort_values(["source", "target"]).assign(length=1.0 / links["weight"])
    graph.add_edges_from(
        nx.from_pandas_edgelist(ordered, edge_attr=True, create_using=nx.DiGraph).edges.data()
    )
    between = nx.betweenness_centrality(graph, weight="length", normalized=True)
    rows = [
        (a, graph.out_degree(a, "weight"), graph.in_degree(a, "weight"), between[a]) for a in sorted(graph)
    ]
    return pd.DataFrame(rows, columns=["actor", "influence_out", "influence_in", "betweenness"])


def pairwise_matrix(upper: Sequence[float], n: int) -> Floats:
    """Return the reciprocal matrix of n criteria from its upper triangle, row by row."""
    matrix = np.ones((n, n))
    matrix[np.triu_indices(n, 1)] = upper
    lower = np.tril_indices(n, -1)
    matrix[lower] = 1.0 / matrix.T[lower]
    return matrix


def ahp_weights(matrix: Floats) -> tuple[Floats, float, float]:
    """Return weights, largest eigenvalue and consistency ratio of a pairwise comparison matrix.

    Parameters
    ----------
    matrix : ndarray, shape (n, n)
        Saaty judgements 1/9 … 9, reciprocal, n ≤ 10.

    Returns
    -------
    tuple
        weights (sum 1), λ_max, CR = ((λ_max − n)/(n − 1))/RI; CR is 0 for n ≤ 2.
    """
    a = np.asarray(matrix, dtype=np.float64)
    n = len(a)
    if a.shape != (n, n) or not 2 <= n <= len(RANDOM_INDEX):
        raise ValueError("a pairwise matrix is square, with two to ten criteria")
    if (a <= 0).any() or not np.allclose(a * a.T, 1.0, atol=1e-6):
        raise ValueError("a pairwise matrix is positive and reciprocal")
    eigenvalues, vectors = np.linalg.eig(a)
    top = int(np.argmax(eigenvalues.real))
    vector = np.abs(vectors[:, top].real)
    largest = float(eigenvalues[top].real)
    index = (largest - n) / (n - 1)
    ratio = index / RANDOM_INDEX[n - 1] if RANDOM_INDEX[n - 1] > 0 else 0.0
    return vector / vector.sum(), largest, max(0.0, ratio)


def clashing_judgements(matrix: Floats, names: Sequence[str], n: int = 3) -> pd.DataFrame:
    """Return the judgements furthest from what the others imply, worst first.

    Returns
    -------
    DataFrame
        first, second, stated (a_ij), implied (w_i/w_j), factor (how many times too large or small, ≥ 1).
    """
    a = np.asarray(matrix, dtype=np.float64)
    weights, _, _ = ahp_weights(a)
    named, (i, j) = np.asarray(names, dtype=object), np.triu_indices(len(a), 1)
    table = pd.DataFrame({"first": named[i], "second": named[j], "stated": a[i, j]})
    table["implied"] = weights[i] / weights[j]
    table["factor"] = np.exp(np.abs(np.log(table["stated"] / table["implied"])))
    return table.sort_values(["factor", "first", "second"], ascending=[False, True, True]).head(n)


def joint_judgements(matrices: Sequence[Floats]) -> Floats:
    """Return the group's matrix by geometric mean of the judgements (AIJ)."""
    from scipy.stats import gmean

    return np.asarray(gmean(np.array(matrices), axis=0))


def joint_priorities(matrices: Sequence[Floats]) -> Floats:
    """Return the group's weights by geometric mean of the individual priorities (AIP), sum 1."""
    from scipy.stats import gmean

    mean = gmean(np.array([ahp_weights(m)[0] for m in matrices]), axis=0)
    return np.asarray(mean / mean.sum())


def kendalls_w(scores: Floats) -> float:
    """Return Kendall's coefficient of concordance W (0 no agreement, 1 the same order), ties corrected.

    Parameters
    ----------
    scores : ndarray, shape (raters, items)
        Higher is better; at least two raters and two items, no missing values. NaN where no rater
        distinguishes the items.
    """
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=1)
    m, n = ranks.shape
    if m < 2 or n < 2:
        raise ValueError("agreement needs at least two raters and two items")
    counts = [np.unique(row, return_counts=True)[1] for row in ranks]
    ties = sum(float((c**3 - c).sum()) for c in counts)
    spread = float(((ranks.sum(axis=0) - m * (n + 1) / 2) ** 2).sum())
    room = m**2 * (n**3 - n) - m * ties
    return 12 * spread / room if room > 0 else float("nan")


def _ratings(group: Mapping[str, Any]) -> pd.DataFrame:
    rows = [
        (actor, rater, *values)
        for actor, raters in group["ratings"].items()
        for rater, values in raters.items()
    ]
    return pd.DataFrame(rows, columns=["actor", "rater", *RATED]).astype(dict.fromkeys(RATED, float))


def _attributes(group: Mapping[str, Any]) -> pd.DataFrame:
    states = {"yes": True, "no": False, "unknown": None}
    rows = [(actor, *(states[v] for v in values)) for actor, values in group["salience"].items()]
    return pd.DataFrame(rows, columns=["actor", *ATTRIBUTES]).astype(dict.fromkeys(ATTRIBUTES, "boolean"))


def actors_frame(group: Mapping[str, Any]) -> pd.DataFrame:
    """Return the actors of one case: ``rating_table`` with class and place in the network."""
    rated = rating_table(_ratings(group))
    links = pd.DataFrame(group["influence"], columns=["source", "target", "weight"]).astype({"weight": float})
    network = influence(links, rated["actor"].tolist())
    return rated.merge(salience(_attributes(group)), on="actor", how="left").merge(
        network, on="actor", how="left"
    )


def weights_frame(group: Mapping[str, Any], compared: Sequence[str]) -> pd.DataFrame:
    """Return what the actors of one case value: actor, criterion, weight, consistency_ratio.

    The group stands as two more actors: ``group_aij`` (geometric mean of the judgements) and ``group_aip`` (of
    the priorities; it has no consistency ratio).
    """
    single = {actor: pairwise_matrix(upper, len(compared)) for actor, upper in group["judgements"].items()}
    matrices = list(single.values())
    asked = {**single, "group_aij": joint_judgements(matrices)}
    weights = {actor: ahp_weights(matrix) for actor, matrix in asked.items()}
    weights["group_aip"] = (joint_priorities(matrices), float("nan"), float("nan"))
    rows = [
        (actor, criterion, float(weight), ratio)
        for actor, (values, _, ratio) in weights.items()
        for criterion, weight in zip(compared, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["actor", "criterion", "weight", "consistency_ratio"])


def best_worst_frame(answers: Mapping[str, Any], compared: Sequence[str]) -> pd.DataFrame:
    """Return what people value by the best–worst method.

    Parameters
    ----------
    answers : mapping
        Actor or rater → best, worst (criteria), best_to_others, others_to_worst in the order of ``compared``.

    Returns
    -------
    DataFrame
        actor, criterion, weight, deviation (ξ), consistency_ratio (of the answers), clash (the criterion whose answers
        fit least; "" where the ratio is below the limit).
    """
    keys, rows = list(compared), []
    for actor, said in answers.items():
        best, worst = keys.index(said["best"]), keys.index(said["worst"])
        over, under = said["best_to_others"], said["others_to_worst"]
        weights, deviation = best_worst_weights(over, under, best, worst)
        ratio, where = input_consistency(over, under, worst)
        clash = keys[where] if ratio >= BEST_WORST_LIMIT else ""
        rows += [(actor, k, float(w), deviation, ratio, clash) for k, w in zip(keys, weights, strict=True)]
    columns = ["actor", "criterion", "weight", "deviation", "consistency_ratio", "clash"]
    return pd.DataFrame(rows, columns=columns)


def stakeholder_tables(stakeholders: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return actors and preference weights of every place of the worked example: none of them is real.

    Parameters
    ----------
    stakeholders : mapping
        Content of ``stakeholders.yaml``.

    Returns
    -------
    dict
        actors (``actors_frame``), preference_weights (``weights_frame``), best_worst (``best_worst_frame``), and
        stakeholder_summary: actors, broker (highest betweenness), kendalls_w (agreement of the actors' weights),
        fictitious. All with a column case.
    """
    found = {}
    for place, group in stakeholders["places"].items():
        actors, weights = actors_frame(group), weights_frame(group, stakeholders["compared"])
        single = weights[~weights["actor"].str.startswith("group_")]
        wide = single.pivot_table(index="actor", columns="criterion", values="weight", sort=False)
        between = actors.sort_values(["betweenness", "actor"], ascending=[False, True])
        summary = {
            "actors": len(actors),
            "broker": between["actor"].iloc[0],
            "kendalls_w": kendalls_w(wide.to_numpy()),
            "fictitious": group["fictitious"],
        }
        found[place] = {
            "actors": actors,
            "preference_weights": weights,
            "best_worst": best_worst_frame(group["best_worst"], stakeholders["compared"]),
            "stakeholder_summary": pd.DataFrame([summary]),
        }
    return together(found, "case")
