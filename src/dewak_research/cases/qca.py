"""Qualitative comparative analysis: the combinations of conditions under which an outcome occurs.

Calibration, truth table, conservative, parsimonious and intermediate solution, measures of fit, robustness.
Method: METHODS E.5; Ragin 2008; Ragin & Sonnett 2005; Schneider & Wagemann 2012. The usual cut-offs are
conventions ([K]); the robustness grid shows what depends on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, Strict

from dewak_research.cases.minimise import Implicant, easy_counterfactuals, minimise
from dewak_research.cases.schema import InputFile, Part, Share
from dewak_research.errors import InputError, messages
from dewak_research.language import Named

Floats = NDArray[np.float64]
MIN_CASES = 12
MAX_CONDITIONS_SMALL_N = 5
CROSSOVER = 0.5
_problem = messages(__package__)


class Dataset(Part):
    """Published data of a QCA with the published solutions."""

    name: Named
    outcome: str
    conditions: list[str] = Field(min_length=2)
    expected: dict[str, Literal["present", "absent", "none"]] = Field(
        {}, description="Directional expectations"
    )
    consistency: Share = Field(description="Cut-off of the publication")
    source: str
    anchors: dict[str, Annotated[tuple[float, float, float], Strict(False)]] | None = Field(
        None, description="Membership 0.05, 0.5, 0.95; only where the data are raw"
    )
    columns: list[str]
    cases: dict[str, list[float]]
    published: dict[str, list[str]] = Field({}, description="kind of solution: its models")


class Hypothesis(Part):
    """A condition of success and who named it."""

    condition: str
    name: Named
    source_note: Named


class QcaFile(InputFile):
    """Published case data and the project's hypotheses."""

    kind: Literal["qca"]
    datasets: dict[str, Dataset]
    hypotheses: list[Hypothesis]


@dataclass(frozen=True)
class Solution:
    """One kind of solution; more than one model means that the data do not decide between them."""

    kind: str
    conditions: tuple[str, ...]
    models: tuple[tuple[Implicant, ...], ...]

    def texts(self) -> list[str]:
        """Return each model as ``A*B + ~C``, sorted."""
        return sorted(" + ".join(sorted(t.text(self.conditions) for t in model)) for model in self.models)

    def paths(self) -> set[str]:
        """Return every path of every model as ``A*~B``."""
        return {term.text(self.conditions) for model in self.models for term in model}


def calibrate(values: ArrayLike, out: float, crossover: float, full: float) -> Floats:
    """Return fuzzy membership by the direct method (logistic through log-odds −3, 0, +3).

    Parameters
    ----------
    values : array
        Raw values; NaN stays NaN.
    out, crossover, full : float
        Anchors of membership 0.05, 0.5, 0.95; strictly rising, or strictly falling for a set of low values.
    """
    if not (out < crossover < full or out > crossover > full):
        raise ValueError("anchors must rise or fall strictly: out, crossover, full")
    x = np.asarray(values, dtype=np.float64)
    above = (x - crossover) / (full - crossover)
    below = (x - crossover) / (crossover - out)
    return np.asarray(1.0 / (1.0 + np.exp(-3.0 * np.where(above >= 0, above, below))))


def sufficiency(x: ArrayLike, y: ArrayLike) -> dict[str, float]:
    """Return consistency, coverage and PRI of “x is sufficient for y” (NaN where x is empty)."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    both, three = np.minimum(x, y).sum(), np.minimum(np.minimum(x, y), 1 - y).sum()
    return {
        "consistency": float(both / x.sum()) if x.sum() > 0 else float("nan"),
        "coverage": float(both / y.sum()) if y.sum() > 0 else float("nan"),
        "pri": float((both - three) / (x.sum() - three)) if x.sum() > three else 0.0,
    }


def necessity(x: ArrayLike, y: ArrayLike) -> dict[str, float]:
    """Return consistency, coverage and relevance (RoN) of “x is necessary for y”."""
    mirrored, x = sufficiency(y, x), np.asarray(x, dtype=np.float64)
    room = (1 - np.minimum(x, y)).sum()
    ron = float((1 - x).sum() / room) if room > 0 else float("nan")
    return {"consistency": mirrored["consistency"], "coverage": mirrored["coverage"], "ron": ron}


def membership(data: pd.DataFrame, product: Implicant, conditions: Sequence[str]) -> Floats:
    """Return each case's membership in a product of literals (minimum rule)."""
    parts = [_of(data, name, negate=not present) for name, present in product.literals(conditions).items()]
    return np.min(parts, axis=0) if parts else np.ones(len(data))


def _of(data: pd.DataFrame, name: str, *, negate: bool) -> Floats:
    """Memberships in a condition or outcome, or in its absence."""
    values = data[name].to_numpy(dtype=np.float64)
    return np.asarray(1 - values if negate else values)


def without_variation(data: pd.DataFrame, conditions: Sequence[str], outcome: str) -> list[str]:
    """Return the outcome and the conditions that are more in than out of the set in all cases, or in none.

    Parameters
    ----------
    data : DataFrame
        Memberships, one row per case; none missing. Without cases nothing varies.
    """
    high = data[[outcome, *conditions]] > CROSSOVER
    return [str(name) for name in high.columns if high[name].nunique() < 2]


def truth_table(
    data: pd.DataFrame,
    conditions: Sequence[str],
    outcome: str,
    *,
    consistency: float = 0.8,
    pri: float = 0.0,
    frequency: int = 1,
    negate: bool = False,
) -> pd.DataFrame:
    """Return all 2^k configurations with their cases and measures.

    Parameters
    ----------
    data : DataFrame
        One row per case (index = name of the case), memberships in [0, 1], no missing values.
    consistency, pri, frequency
        Cut-offs from which a configuration counts as leading to the outcome.
    negate : bool
        Analyse the absence of the outcome.

    Returns
    -------
    DataFrame
        index row (0 … 2^k−1), one 0/1 column per condition, out ("1", "0", "?" = remainder), n, consistency,
        pri, cases. A case at exactly 0.5 in a condition belongs to no configuration.
    """
    k = len(conditions)
    values = data[list(conditions)].to_numpy(dtype=np.float64)
    y = _of(data, outcome, negate=negate)
    if np.isnan(values).any() or np.isnan(y).any():
        raise ValueError("memberships must be known for every case")
    if values.min() < 0 or values.max() > 1 or y.min() < 0 or y.max() > 1:
        raise ValueError("memberships lie between 0 and 1")
    if fixed := without_variation(data, conditions, outcome):
        raise InputError(_problem("no_variation", ", ".join(fixed), names=", ".join(fixed)))
    bits = (np.arange(1 << k)[:, None] >> np.arange(k - 1, -1, -1)) & 1
    own = (values > 0.5).astype(int) @ (1 << np.arange(k - 1, -1, -1))
    own = np.where((values == 0.5).any(axis=1), -1, own)
    inside = np.where(bits[:, None, :] == 1, values, 1 - values).min(axis=2)
    fits = [sufficiency(row, y) for row in inside]
    table = pd.DataFrame(bits, columns=list(conditions), index=pd.RangeIndex(1 << k, name="row"))
    table["n"] = [int((own == row).sum()) for row in range(1 << k)]
    table["consistency"] = [fit["consistency"] for fit in fits]
    table["pri"] = [fit["pri"] for fit in fits]
    names = np.asarray(data.index.astype(str), dtype=object)
    table["cases"] = [", ".join(names[own == row]) for row in range(1 << k)]
    return with_cutoffs(table, consistency=consistency, pri=pri, frequency=frequency)


def with_cutoffs(
    table: pd.DataFrame, *, consistency: float, pri: float = 0.0, frequency: int = 1
) -> pd.DataFrame:
    """Return a truth table with its column ``out`` judged by other cut-offs."""
    leads = (table["consistency"] >= consistency) & (table["pri"] >= pri)
    out = np.where(table["n"] < frequency, "?", np.where(leads, "1", "0"))
    return table.assign(out=out)


def solve(
    table: pd.DataFrame, conditions: Sequence[str], expected: Mapping[str, bool | None] | None = None
) -> dict[str, Solution]:
    """Return the conservative, parsimonious and intermediate solution of a truth table.

    Parameters
    ----------
    expected : mapping, optional
        Directional expectations: condition → present (True), absent (False) or none (None). Without any,
        the intermediate solution equals the conservative one.

    Returns
    -------
    dict
        "conservative", "parsimonious", "intermediate" → Solution; no models where no configuration leads to
        the outcome.
    """
    names, k = tuple(conditions), len(conditions)
    ones = [int(row) for row in table.index[table["out"] == "1"]]
    rest = [int(row) for row in table.index[table["out"] == "?"]]
    conservative, parsimonious = minimise(ones, [], k), minimise(ones, rest, k)
    middle: set[tuple[Implicant, ...]] = set()
    for careful in conservative:
        for simple in parsimonious:
            easy = easy_counterfactuals(careful, simple, rest, expected or {}, names)
            middle |= set(minimise([*ones, *easy], [], k))
    models = {"conservative": conservative, "parsimonious": parsimonious, "intermediate": sorted(middle)}
    return {kind: Solution(kind, names, tuple(found)) for kind, found in models.items()}


def fit_table(data: pd.DataFrame, solution: Solution, outcome: str, *, negate: bool = False) -> pd.DataFrame:
    """Return consistency, PRI, raw and unique coverage per path and for the whole of each model.

    Returns
    -------
    DataFrame
        model (1 …), path (``"total"`` last), consistency, pri, coverage, unique_coverage (NaN for the total).
    """
    y = _of(data, outcome, negate=negate)
    rows = []
    for number, model in enumerate(solution.models, start=1):
        parts = {t.text(solution.conditions): membership(data, t, solution.conditions) for t in model}
        whole = sufficiency(np.max(list(parts.values()), axis=0), y)
        for path in sorted(parts):
            others = [part for name, part in parts.items() if name != path]
            without = sufficiency(np.max(others, axis=0), y)["coverage"] if others else 0.0
            unique = whole["coverage"] - without
            fit = sufficiency(parts[path], y)
            rows.append({"model": number, "path": path, **fit, "unique_coverage": unique})
        rows.append({"model": number, "path": "total", **whole, "unique_coverage": float("nan")})
    columns = ["model", "path", "consistency", "pri", "coverage", "unique_coverage"]
    return pd.DataFrame(rows, columns=columns)


def necessity_table(data: pd.DataFrame, conditions: Sequence[str], outcome: str) -> pd.DataFrame:
    """Return necessity measures of every condition and its absence, most consistent first."""
    rows = [
        {"condition": "~" * absent + name, **necessity(_of(data, name, negate=absent), data[outcome])}
        for name in conditions
        for absent in (False, True)
    ]
    table = pd.DataFrame(rows)
    return table.sort_values(["consistency", "condition"], ascending=[False, True], ignore_index=True)


def few_cases(cases: int, conditions: int) -> bool:
    """Whether cases are too few for the number of conditions (METHODS E.5: ≤ 5 conditions for 12–25)."""
    return cases < MIN_CASES or (conditions > MAX_CONDITIONS_SMALL_N and cases <= 25)
