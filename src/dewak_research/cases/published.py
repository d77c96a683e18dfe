"""QCA of published cases, as the project's own are too few: agreement with the published solutions, robustness.

How often each path survives other cut-offs, anchors and cases: METHODS E.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from dewak_research.cases.library import CONDITIONS, Library
from dewak_research.cases.minimise import parse_term
from dewak_research.cases.qca import (
    Solution,
    calibrate,
    few_cases,
    fit_table,
    necessity_table,
    solve,
    truth_table,
    with_cutoffs,
)
from dewak_research.data.result import together

CONSISTENCY_GRID = (0.75, 0.80, 0.85, 0.90)
ANCHOR_SHIFTS = (-0.10, 0.0, 0.10)
SETTLED = ("yes", "no")
Anchors = Mapping[str, Sequence[float]]
_EXPECTED: dict[str, bool | None] = {"present": True, "absent": False, "none": None}


def raw_data(dataset: Mapping[str, Any]) -> pd.DataFrame:
    """Return a data set as it was published: index case, one column per condition and outcome."""
    return pd.DataFrame.from_dict(dataset["cases"], orient="index", columns=dataset["columns"]).astype(float)


def calibrated(raw: pd.DataFrame, anchors: Anchors | None, shift: float = 0.0) -> pd.DataFrame:
    """Return memberships by the direct method, the crossover moved by ``shift`` of the anchors' range.

    The crossover goes towards full membership for a positive shift (a stricter calibration), as far as it
    stays between the other two anchors. Without anchors the data are memberships already.
    """
    if anchors is None:
        return raw
    out = {}
    for name, (low, middle, high) in anchors.items():
        room = (high - middle) if shift > 0 else (middle - low)
        out[name] = calibrate(raw[name], low, middle + shift * room, high)
    return pd.DataFrame(out, index=raw.index)


def _variants(data: pd.DataFrame, anchors: Anchors | None) -> Iterator[tuple[float, str, pd.DataFrame]]:
    """Every calibration, with all cases and with each case left out: shift, case left out, memberships."""
    for shift in ANCHOR_SHIFTS if anchors else (0.0,):
        base = calibrated(data, anchors, shift)
        yield shift, "", base
        for case in data.index:
            yield shift, str(case), base.drop(index=case)


def robustness(
    data: pd.DataFrame,
    conditions: Sequence[str],
    outcome: str,
    *,
    base_consistency: float,
    anchors: Anchors | None = None,
    expected: Mapping[str, bool | None] | None = None,
) -> pd.DataFrame:
    """Return how often each path of the base solutions is found again over the grid.

    Grid: consistency cut-off × crossover ±10 % × every case left out once (and none). Crisp data have one
    calibration only.

    Parameters
    ----------
    data : DataFrame
        Raw values with ``anchors``, else memberships.

    Returns
    -------
    DataFrame
        kind, path, runs, found_share, by_consistency_share, by_anchor_share, by_case_share (only the one thing
        varied, the others as in the base). Sorted by kind, path.
    """
    names = list(conditions)
    base = solve(
        truth_table(calibrated(data, anchors), names, outcome, consistency=base_consistency), names, expected
    )
    runs = []
    for shift, left_out, variant in _variants(data, anchors):
        whole = truth_table(variant, names, outcome, consistency=base_consistency)
        for cut in sorted({*CONSISTENCY_GRID, base_consistency}):
            found = solve(with_cutoffs(whole, consistency=cut), names, expected)
            paths = {(kind, path) for kind, solution in found.items() for path in solution.paths()}
            runs.append((cut == base_consistency, shift == 0, not left_out, paths))
    grid = pd.DataFrame(runs, columns=["base_cut", "base_anchors", "all_cases", "paths"])
    varied = {
        "by_consistency_share": grid["base_anchors"] & grid["all_cases"],
        "by_anchor_share": grid["base_cut"] & grid["all_cases"],
        "by_case_share": grid["base_cut"] & grid["base_anchors"] & ~grid["all_cases"],
    }
    rows = []
    for kind, path in sorted((kind, path) for kind, solution in base.items() for path in solution.paths()):
        hit = grid["paths"].map(lambda paths, wanted=(kind, path): wanted in paths)
        shares = {name: hit[chosen].mean() for name, chosen in varied.items()}
        rows.append({"kind": kind, "path": path, "runs": len(hit), "found_share": hit.mean(), **shares})
    return pd.DataFrame(rows)


def _as_solution(kind: str, formulas: Sequence[str], conditions: Sequence[str]) -> Solution:
    """Read published formulas, so that equal formulas become equal texts."""
    models = [tuple(parse_term(term, conditions) for term in text.split(" + ")) for text in formulas]
    return Solution(kind, tuple(conditions), tuple(models))


def _of_dataset(dataset: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    conditions, outcome, cut = dataset["conditions"], dataset["outcome"], dataset["consistency"]
    expected = {name: _EXPECTED[state] for name, state in dataset.get("expected", {}).items()}
    anchors, published = dataset.get("anchors"), dataset.get("published", {})
    data = calibrated(raw_data(dataset), anchors)
    truth = truth_table(data, conditions, outcome, consistency=cut)
    absent = truth_table(data, conditions, outcome, consistency=cut, negate=True)
    solved = solve(truth, conditions, expected)
    fits = [
        fit_table(data, found, outcome, negate=negate).assign(kind=kind, outcome="~" * negate + outcome)
        for negate, solutions in ((False, solved), (True, solve(absent, conditions)))
        for kind, found in solutions.items()
    ]
    rows = []
    for kind, formulas in published.items():
        own, other = solved[kind].texts(), _as_solution(kind, formulas, conditions).texts()
        rows.append((kind, "; ".join(own), "; ".join(other), own == other))
    seen = truth.loc[truth["n"] > 0].reset_index()
    seen["configuration"] = seen[conditions].astype(str).agg("".join, axis=1)
    return {
        "qca_truth": seen[["row", "configuration", "out", "n", "consistency", "pri", "cases"]],
        "qca_fit": pd.concat(fits),
        "qca_agreement": pd.DataFrame(rows, columns=["kind", "own", "published", "same"]),
        "qca_necessity": necessity_table(data, conditions, outcome),
        "qca_robustness": robustness(
            raw_data(dataset), conditions, outcome, base_consistency=cut, anchors=anchors, expected=expected
        ),
    }


def own_cases(library: Library) -> pd.DataFrame:
    """Return what is known of the project's own cases: case, condition, state, source."""
    rows = [
        (case, name, content["conditions"][name]["state"], content["conditions"][name].get("source"))
        for case, content in library.cases.items()
        for name in CONDITIONS
    ]
    return pd.DataFrame(rows, columns=["case", "condition", "state", "source"])


def qca_tables(library: Library) -> dict[str, pd.DataFrame]:
    """Return the QCA of every published data set, and what is known of the project's own cases.

    Returns
    -------
    dict
        qca_truth (observed configurations), qca_fit, qca_agreement (own and published solutions), qca_necessity,
        qca_robustness, each with a column dataset; qca_own_cases; qca_summary (one row: conditions, own_cases,
        own_complete: cases documented in all conditions, own_too_few, solutions compared and equal).
    """
    tables = together(
        {name: _of_dataset(dataset) for name, dataset in library.qca["datasets"].items()}, "dataset"
    )
    own = own_cases(library)
    complete = own["state"].isin(SETTLED).groupby(own["case"]).all()
    summary = {
        "conditions": len(CONDITIONS),
        "own_cases": len(complete),
        "own_complete": complete.sum(),
        "own_too_few": few_cases(int(complete.sum()), len(CONDITIONS)),
        "solutions_compared": len(tables["qca_agreement"]),
        "solutions_equal": tables["qca_agreement"]["same"].sum(),
    }
    return {**tables, "qca_own_cases": own, "qca_summary": pd.DataFrame([summary])}
