"""The stakeholder part of the chapter: actors from public descriptions, ratings as a worked example."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.cases.library import (
    Library,
    influence_frame,
    judgement_matrices,
    ratings_frame,
    salience_frame,
)
from dewak_research.cases.stakeholders import (
    ahp_weights,
    influence,
    joint_judgements,
    joint_priorities,
    kendalls_w,
    rating_table,
    salience,
)


def _actors(library: Library, case: str) -> pd.DataFrame:
    rated = rating_table(ratings_frame(library, case))
    network = influence(influence_frame(library, case), rated["actor"].tolist())
    classes = salience(salience_frame(library, case))
    return rated.merge(classes, on="actor", how="left").merge(network, on="actor", how="left")


def _weights(library: Library, case: str) -> tuple[pd.DataFrame, float]:
    names, matrices = judgement_matrices(library, case)
    rows = []
    single = []
    for actor, matrix in matrices.items():
        weights, _, ratio = ahp_weights(matrix)
        single.append(weights)
        rows += [(case, actor, name, float(w), ratio) for name, w in zip(names, weights, strict=True)]
    joint = joint_judgements(list(matrices.values()))
    together, _, ratio = ahp_weights(joint)
    for label, weights in (
        ("group_aij", together),
        ("group_aip", joint_priorities(list(matrices.values()))),
    ):
        own = ratio if label == "group_aij" else float("nan")
        rows += [(case, label, name, float(w), own) for name, w in zip(names, weights, strict=True)]
    table = pd.DataFrame(rows, columns=["case", "actor", "criterion", "weight", "consistency_ratio"])
    return table, kendalls_w(np.array(single))


def stakeholder_section(
    library: Library,
) -> tuple[dict[str, pd.DataFrame], dict[str, float | int | str | bool]]:
    """Return actors (with ratings, class and network position), links and preference weights per case."""
    actors, links, weights = [], [], []
    values: dict[str, float | int | str | bool] = {
        "ratings_are_example": bool(library.stakeholders["worked_example"])
    }
    for case in library.cases:
        actors.append(_actors(library, case).assign(case=case))
        links.append(influence_frame(library, case).assign(case=case))
        table, agreement = _weights(library, case)
        weights.append(table)
        values[f"{case}_actors"] = len(actors[-1])
        values[f"{case}_kendalls_w"] = agreement
        values[f"{case}_broker"] = str(
            actors[-1].sort_values(["betweenness", "actor"], ascending=[False, True])["actor"].iloc[0]
        )
        ratios = table.loc[~table["actor"].str.startswith("group_"), "consistency_ratio"]
        values[f"{case}_consistency_ratio_high"] = float(ratios.max())
    tables = {
        "actors": pd.concat(actors, ignore_index=True),
        "influence_links": pd.concat(links, ignore_index=True),
        "preference_weights": pd.concat(weights, ignore_index=True),
    }
    return tables, values
