"""The solver: what it finds, what it says where there is nothing, and that it writes nothing."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

from dewak_research.errors import InputError
from dewak_research.space.programme import Programme, solve

KNAPSACK = """
import numpy as np
from scipy import sparse
from dewak_research.space.programme import Programme, solve
rows = sparse.csr_array(np.array([[3.0, 4.0, 5.0]]))
low, high, whole = np.array([-np.inf]), np.array([7.0]), np.ones(3, bool)
found = solve(Programme(-np.array([4.0, 5.0, 7.0]), rows, low, high, np.ones(3), whole))
assert found.cost == -9.0, found
"""


def test_the_solver_writes_nothing_not_even_its_name():
    # a process of its own: the banner comes once, with the first solver that is made
    done = subprocess.run([sys.executable, "-c", KNAPSACK], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_whole_numbers_are_whole_and_the_bound_is_met():
    rows = sparse.csr_array(np.array([[2.0, 2.0]]))
    case = Programme(
        -np.ones(2), rows, np.array([-np.inf]), np.array([3.0]), np.ones(2), np.array([True, True])
    )
    found = solve(case)
    assert found.x.sum() == 1.0 and found.cost == found.bound == -1.0 and found.gap == 0.0


def test_what_cannot_be_met_is_said():
    rows = sparse.csr_array(np.array([[1.0]]))
    case = Programme(np.ones(1), rows, np.array([2.0]), np.array([np.inf]), np.ones(1), np.array([True]))
    with pytest.raises(InputError, match="no solution"):
        solve(case)
