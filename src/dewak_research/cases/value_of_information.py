"""Which assumption, if known, would change the choice? Value of perfect information on all inputs and on each of them.

EVPI = E[max over models] − max over models of E; EVPPI the same with the expectation given one input, estimated by
regression on a spline of that input (Strong, Oakley & Brennan 2014). Two rules of choice: lowest net cost (EUR a year),
highest additive value at the stated weights (0–1). What finding out costs is not set against it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import BSpline

from dewak_research.cases.cost import ITEMS_OF_MODEL, YEARS, CostResult, cost_of
from dewak_research.cases.library import Library, criteria_frame, drawn, ranges
from dewak_research.cases.siting import site_scores
from dewak_research.data.result import together

Floats = NDArray[np.float64]
KNOTS = 5
NOISE_RUNS = 40
"""Inputs that have nothing to do with the choice, drawn to see what the regression finds in pure noise."""
ROUNDING = 1e-3
"""Less than this share of the value of knowing everything counts as nothing [P]."""
RULES = ("cost", "value")


@dataclass(frozen=True)
class Draws:
    """Joint draws of one case.

    Parameters
    ----------
    models : list of str
        Alternatives.
    benefit : dict
        Rule → draws × models, higher is better: minus the net cost a year (EUR), the additive value (0–1).
    inputs : dict
        (owner, input) → draws; the owner is "" for what all models share.
    """

    models: list[str]
    benefit: dict[str, Floats]
    inputs: dict[tuple[str, str], Floats]


def evpi(benefit: Floats) -> float:
    """Return the expected value of perfect information.

    Parameters
    ----------
    benefit : ndarray, draws × alternatives
        Higher is better, no missing values.
    """
    return float(benefit.max(axis=1).mean() - benefit.mean(axis=0).max())


def expected_given(benefit: Floats, values: Floats, knots: int = KNOTS) -> Floats:
    """Return the expected benefit of every alternative given one input, draws × alternatives.

    Least squares on a cubic spline over the quantiles of the input; a constant input leaves the plain mean.
    """
    inner = np.unique(np.quantile(values, np.linspace(0, 1, knots + 2)))
    if inner.size < 2:
        return np.broadcast_to(benefit.mean(axis=0), benefit.shape)
    ends = np.r_[np.repeat(inner[0], 4), inner[1:-1], np.repeat(inner[-1], 4)]
    basis = BSpline.design_matrix(values, ends, 3)
    crossed = (basis.T @ basis).toarray()
    return np.asarray(basis @ np.linalg.lstsq(crossed, basis.T @ benefit, rcond=None)[0])


def evppi(benefit: Floats, values: Floats) -> tuple[float, float]:
    """Return what knowing one input is worth, and how often the choice would change.

    Parameters
    ----------
    benefit : ndarray, draws × alternatives
    values : ndarray, draws
        The input in the same draws.

    Returns
    -------
    tuple
        Expected value of perfect partial information (never below 0), and the share of draws in which another
        alternative is best once the input is known.
    """
    given = expected_given(benefit, values)
    base = int(benefit.mean(axis=0).argmax())
    worth = float(given.max(axis=1).mean() - given.mean(axis=0).max())
    return max(0.0, worth), float((given.argmax(axis=1) != base).mean())


def _value(library: Library, case: str, model: str, cost: CostResult, scores: dict[str, Floats]) -> Floats:
    """Additive value of one model per draw; cost risk is one number per model."""
    criteria = criteria_frame(library, case)
    item = library.models["models"][model]
    size = cost.annual_eur.shape
    law = float(sum(answer == "yes" for answer in item["budget_law"].values()))
    risk = 1.0 + sum(answer == "yes" for answer in item["risks"].values())
    by_criterion = {
        "C1": cost.annual_eur,
        "C2": np.full(size, cost.risk_eur),
        "C3": cost.capital_eur,
        "C4": np.full(size, law),
        "C5": cost.third_party_eur,
        "C6": cost.volunteer_hours,
        "C11": np.full(size, risk),
        **scores,
    }
    total = np.zeros(size)
    for name, row in criteria.iterrows():
        total += row["weight"] * (by_criterion[str(name)] - row["worst"]) / (row["best"] - row["worst"])
    return total


def joint_draws(library: Library, case: str, draws: int, seed: int) -> Draws:
    """Draw everything at once: what models share is the same in all of them, the rest is drawn for each."""
    rng = np.random.default_rng(seed)
    shared = drawn(
        pd.concat([ranges(library.cases[case]["resources"]), ranges(library.criteria["prices"])]), draws, rng
    )
    inputs = {("", name): values for name, values in shared.items()}
    columns: dict[str, list[Floats]] = {rule: [] for rule in RULES}
    for model, item in library.models["models"].items():
        own = drawn(ranges(item["inputs"]).loc[list(ITEMS_OF_MODEL)], draws, rng)
        spans = ranges(item["scores"])
        for name, ends in site_scores(library, case, model).items():
            spans.loc[name] = ends
        scores = drawn(spans, draws, rng)
        cost = cost_of({**shared, **own}, rng.random((draws, YEARS - 1)))
        inputs |= {(model, name): values for name, values in {**own, **scores}.items()}
        columns["cost"].append(-cost.annual_eur)
        columns["value"].append(_value(library, case, model, cost, scores))
    benefit = {rule: np.column_stack(found) for rule, found in columns.items()}
    return Draws(list(library.models["models"]), benefit, inputs)


def _of_case(library: Library, case: str, draws: int, seed: int) -> dict[str, pd.DataFrame]:
    found = joint_draws(library, case, draws, seed)
    rng = np.random.default_rng([seed, 1])
    noise = [rng.random(draws) for _ in range(NOISE_RUNS)]
    rows, sums = [], []
    for rule, benefit in found.benefit.items():
        whole = evpi(benefit)
        floor = max(ROUNDING * whole, *(evppi(benefit, values)[0] for values in noise))
        best = found.models[int(benefit.mean(axis=0).argmax())]
        part = []
        for (owner, name), values in found.inputs.items():
            worth, changed = evppi(benefit, values)
            part.append(
                (rule, owner, name, worth, worth / whole if whole > 0 else 0.0, changed, worth > floor)
            )
        part.sort(key=lambda row: (-row[3], row[1], row[2]))
        rows += part
        above = [row for row in part if row[6]]
        first = above[0] if above else ("", "", "", 0.0, 0.0, 0.0, False)
        sums.append((rule, best, draws, len(part), whole, floor, len(above), *first[1:6]))
    columns = ["rule", "owner", "input", "evppi", "evpi_share", "changed_share", "above_noise"]
    names = ["rule", "best", "draws", "inputs", "evpi", "noise", "above", "owner", "input", "evppi", "evpi_share",
             "changed_share"]  # fmt: skip
    return {
        "information": pd.DataFrame(rows, columns=columns),
        "information_summary": pd.DataFrame(sums, columns=names),
    }


def information_tables(library: Library, draws: int, seed: int) -> dict[str, pd.DataFrame]:
    """Return the value of information of every case, with a column case.

    Returns
    -------
    dict
        information: rule ("cost": EUR a year, "value": points of 0–1), owner (model, "" = shared), input, evppi,
        evpi_share, changed_share (draws in which knowing it changes the choice), above_noise (more than any of
        ``NOISE_RUNS`` inputs that have nothing to do with it); most valuable first within case and rule.
        information_summary: per case and rule best (model), draws, inputs, evpi, noise, above (inputs above the
        noise), and the most valuable of them ("" where none is).
    """
    return together({case: _of_case(library, case, draws, seed) for case in library.cases}, "case")
