"""Integer programmes solved by HiGHS, the same input always alike: one thread, one seed, nodes instead of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from dewak_research.errors import InputError, messages

Array = NDArray[np.float64]
MOST_NODES = 20_000
"""Branches that are looked at before the best solution found is taken; never a limit of time."""
SEED = 20_260_101
_problem = messages(__package__)


@dataclass(frozen=True)
class Programme:
    """Minimise ``cost @ x`` with ``low <= rows @ x <= high`` and ``0 <= x <= most``, whole numbers where ``whole``."""

    cost: Array
    rows: sparse.csr_array
    low: Array
    high: Array
    most: Array
    whole: NDArray[np.bool_]


@dataclass(frozen=True)
class Solution:
    """What was found: the numbers, their cost, the least cost that is possible, and the gap between both as a share."""

    x: Array
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """How much cheaper a better solution could be at most, as a share of the cost found."""
        return max(self.cost - self.bound, 0.0) / max(abs(self.cost), 1e-12)


class _Quiet(highspy.Highs):
    """A solver that writes nothing: its banner comes with the first call, so output is off before that."""

    def enableCallbacks(self) -> None:  # noqa: N802  name of the library, called while the solver is made
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def solve(programme: Programme, gap: float = 0.0, nodes: int = MOST_NODES) -> Solution:
    """Return the best solution, or the best within the gap and the nodes allowed.

    Parameters
    ----------
    programme : Programme
    gap : float
        Share of the cost by which the solution may miss the least cost.
    nodes : int
        Branches at most.

    Raises
    ------
    InputError
        There is no solution, or none was found within the nodes.
    """
    rows = programme.rows.tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(programme.cost), rows.shape[0]
    lp.col_cost_, lp.col_lower_ = programme.cost, np.zeros(len(programme.cost))
    lp.col_upper_, lp.row_lower_, lp.row_upper_ = programme.most, programme.low, programme.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.indptr, rows.indices, rows.data
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in programme.whole]
    solver: Any = _Quiet()  # type: ignore[no-untyped-call]
    for option, value in (
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", SEED),
        ("mip_rel_gap", gap),
        ("mip_max_nodes", nodes),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise InputError(_problem("no_solution", "programme", nodes=nodes))
    found = np.array(solver.getSolution().col_value)
    found[programme.whole] = np.round(found[programme.whole])
    bound = info.mip_dual_bound if programme.whole.any() else info.objective_function_value
    return Solution(found, float(programme.cost @ found), float(bound))
