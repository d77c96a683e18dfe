"""How much of the inequality lies between groups, and how much within them (METHODS D.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from dewak_research.disparities.inequality import Array, measures
from dewak_research.disparities.requirements import refuse
from dewak_research.language import Text


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
        raise refuse(
            Text("Zerlegung braucht bekannte Werte über 0", "a decomposition needs known values above 0"),
            "decomposition",
            Text("fehlende Werte vorher herausnehmen", "take missing values out beforehand"),
        )
    w = np.ones((1, y.size)) if weights is None else np.atleast_2d(np.asarray(weights, dtype=float))
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
