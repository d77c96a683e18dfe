"""Which column of a table holds account numbers, and which names lines of a plan."""

from __future__ import annotations

import re

import pandas as pd

from dewak_research.errors import InputError, messages
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.charts import (
    is_account_heading,
    is_product_heading,
    product_refused,
)
from dewak_research.own.intake.layouts import recognise
from dewak_research.own.intake.line_names import MOST_LABELS
from dewak_research.own.intake.printed import printed_line

_problem = messages(__package__)
ACCOUNT = re.compile(r"^[3-7]\d{3,9}$")
GROUP = re.compile(r"^[3-7]\d{0,2}$")
ACCOUNT_SHARE = 0.8
LEAST_FILLED = 0.3  #: of the rows have an account where the heading says so; the others are totals


def account_column(frame: pd.DataFrame, names: list[str], where: str) -> str | None:
    """Return the column with account numbers; one that calls itself a product or an office is none.

    Raises
    ------
    InputError
        Only products look like accounts, and no column names lines of a plan.
    """
    least = {name: LEAST_FILLED if is_account_heading(name) else 1 - ACCOUNT_SHARE / 2 for name in names}
    filled = [name for name in names if frame[name].ne("").mean() >= least[name]]
    shares = {name: _account_share(frame[name]) for name in filled}
    alike = sorted((name for name in filled if shares[name] >= ACCOUNT_SHARE), key=lambda name: -shares[name])
    for some in (filter(is_account_heading, alike), (n for n in alike if not is_product_heading(n))):
        if best := next(iter(some), None):
            return best
    lines = any(has_lines(frame[name]) for name in names)
    only = [name for name in filled if is_account_heading(name) and _all_groups(frame[name])]
    if only and not lines:
        raise InputError(_problem("groups_only", f"{where}: {only[0]}"))
    if alike and not lines:
        raise product_refused(alike[0], where)
    return None


def _account_share(cells: pd.Series[str]) -> float:
    """Return the share of accounts among the cells of a column; groups above them (4, 40, 401) do not count.

    Groups of three digits alone are accounts where the heading says so.
    """
    filled = cells[cells != ""].map(plain_account)
    groups = filled.str.fullmatch(GROUP.pattern)
    if (
        groups.all()
        and is_account_heading(str(cells.name))
        and filled.str.len().eq(3).mean() >= ACCOUNT_SHARE
    ):
        return 1.0
    return float(filled[~groups].map(_is_account).mean()) if not groups.all() else 0.0


def _all_groups(cells: pd.Series[str]) -> bool:
    """Whether a column holds groups of accounts and nothing else."""
    filled = cells[cells != ""].map(plain_account)
    return bool(len(filled)) and bool(filled.str.fullmatch(GROUP.pattern).all())


def _is_account(cell: str) -> bool:
    return bool(ACCOUNT.match(plain_account(cell)))


def has_lines(cells: pd.Series[str]) -> bool:
    """Whether a column names lines of a plan."""
    printed = [line for cell in cells.unique()[:MOST_LABELS] if (line := printed_line(cell)) is not None]
    return recognise(printed) is not None
