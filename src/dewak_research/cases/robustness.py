"""How often each path of a QCA solution survives other cut-offs, anchors and cases (METHODS E.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from dewak_research.cases.qca import calibrate, solve, truth_table, with_cutoffs

CONSISTENCY_GRID = (0.75, 0.80, 0.85, 0.90)
ANCHOR_SHIFTS = (-0.10, 0.0, 0.10)
Anchors = Mapping[str, Sequence[float]]


def calibrated(raw: pd.DataFrame, anchors: Anchors, shift: float = 0.0) -> pd.DataFrame:
    """Return memberships by the direct method, the crossover moved by ``shift`` of the anchors' range.

    The crossover goes towards full membership for a positive shift (a stricter calibration), as far as it
    stays between the other two anchors.
    """
    out = {}
    for name, (low, middle, high) in anchors.items():
        room = (high - middle) if shift > 0 else (middle - low)
        out[name] = calibrate(raw[name], low, middle + shift * room, high)
    return pd.DataFrame(out, index=raw.index)


def _variants(data: pd.DataFrame, anchors: Anchors | None) -> Iterator[tuple[float, str, pd.DataFrame]]:
    shifts = ANCHOR_SHIFTS if anchors else (0.0,)
    for shift in shifts:
        base = calibrated(data, anchors, shift) if anchors else data
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
    cuts = tuple(sorted({*CONSISTENCY_GRID, base_consistency}))
    names = list(conditions)
    base_data = calibrated(data, anchors) if anchors else data
    base = solve(truth_table(base_data, names, outcome, consistency=base_consistency), names, expected)
    paths = {
        (kind, term.text(names)): 0
        for kind, found in base.items()
        for model in found.models
        for term in model
    }
    seen: list[tuple[bool, bool, bool, set[tuple[str, str]]]] = []
    for shift, left_out, variant in _variants(data, anchors):
        whole = truth_table(variant, names, outcome, consistency=base_consistency)
        for cut in cuts:
            found = solve(with_cutoffs(whole, consistency=cut), names, expected)
            terms = {(k, t.text(names)) for k, s in found.items() for model in s.models for t in model}
            base_cut, base_shift = cut == base_consistency, shift == 0
            seen.append(
                (
                    base_shift and not left_out,
                    base_cut and not left_out,
                    base_cut and base_shift and bool(left_out),
                    terms,
                )
            )
    rows = []
    for path in sorted(paths):
        hit = np.array([path in terms for *_, terms in seen])
        only = [np.array([run[i] for run in seen], dtype=bool) for i in range(3)]
        shares = [float(hit[chosen].mean()) for chosen in only]
        rows.append((*path, len(hit), float(hit.mean()), *shares))
    columns = ["kind", "path", "runs", "found_share", "by_consistency_share", "by_anchor_share"]
    return pd.DataFrame(rows, columns=[*columns, "by_case_share"])
