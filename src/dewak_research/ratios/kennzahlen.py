"""The NKF-Kennzahlenset NRW: 18 ratios (and 14b for Kreise) evaluated over named items (METHODS B.3).

Each ratio is defined once, in ``ratios.yaml``. A missing item or a zero denominator makes a ratio undefined,
with the reason beside it, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import compress
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from dewak_research.config import Group
from dewak_research.errors import entries, texts
from dewak_research.language import Named, Text

Basis = Literal["accrual", "cash_proxy", "balance"]
Undefined = Literal["zero_denominator", "negative_denominator", "no_deficit"]
COLUMNS = ["ags", "year", "ratio", "value", "unit", "basis", "reason"]

_text = texts(__package__)


class Item(Named):
    """A named input and where it comes from.

    Parameters
    ----------
    accounts : tuple of str
        Accrual accounts (prefixes of the NKF-Kontenrahmen; professional knowledge).
    plan, cash, balance : mapping
        Sums with sign of plan lines ("result_plan.10"), aggregates of the account map, balance items.
    plan_kinds : tuple of str
        Kinds of units for which the plan line means this item; empty = all.
    zero_from : int or None
        First year in which the item no longer exists and counts as 0.
    """

    accounts: tuple[str, ...] = ()
    plan: dict[str, float] = Field(default_factory=dict)
    cash: dict[str, float] = Field(default_factory=dict)
    balance: dict[str, float] = Field(default_factory=dict)
    plan_kinds: tuple[str, ...] = ()
    zero_from: int | None = None


class Ratio(Group):
    """One ratio of the set; see ``ratios.yaml`` for the meaning of its fields."""

    number: str
    group: Literal["overall", "assets", "finance", "income"]
    unit: Literal["pct", "years"]
    direction: Literal["up", "down", "none"]
    source: tuple[str, ...] = Field(min_length=1)
    tag: Literal["V", "K"]
    bases: tuple[Basis, ...] = Field(min_length=1)
    undefined_when: tuple[Undefined, ...] = Field(min_length=1)
    kinds: tuple[str, ...] = ()
    name: Text
    formula: Text
    numerator: dict[str, float] = Field(min_length=1)
    denominator: dict[str, float] = Field(min_length=1)

    @property
    def verified(self) -> bool:
        """Whether the whole formula was read at its source."""
        return self.tag == "V"

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of all items of the formula."""
        return tuple(dict.fromkeys([*self.numerator, *self.denominator]))


@cache
def items() -> dict[str, Item]:
    """All named items."""
    return {
        name: Item.model_validate(entry)
        for name, entry in entries(__package__, "ratios.yaml")["items"].items()
    }


@cache
def ratios() -> dict[str, Ratio]:
    """All ratios in the order of the set."""
    return {
        name: Ratio.model_validate(entry)
        for name, entry in entries(__package__, "ratios.yaml")["ratios"].items()
    }


def reason_text(reason: str) -> Text:
    """Say in words why a value is undefined; ``reason`` as in the result of `evaluate`."""
    code, _, names = reason.partition(":")
    if code != "missing":
        return _text(code)
    words = [items()[name].text for name in names.split(",")]
    return _text(code, items=Text("; ".join(w.de for w in words), "; ".join(w.en for w in words)))


def sum_of(frame: pd.DataFrame, formula: Mapping[str, float], suffix: str = "_eur") -> pd.Series:
    """Sum columns with their signs; an absent column or a missing value makes the sum unknown (NaN)."""
    total = pd.Series(0.0, index=frame.index)
    for name, sign in formula.items():
        total = total + sign * frame.get(f"{name}{suffix}", np.nan)
    return total


def _missing(frame: pd.DataFrame, needs: tuple[str, ...]) -> NDArray[np.object_]:
    """Names of the unknown items of every row, separated by commas; empty where all are known."""
    absent = frame[[f"{name}_eur" for name in needs]].isna().to_numpy()
    lacks = np.full(len(frame), "", dtype=object)
    for row in np.flatnonzero(absent.any(axis=1)):
        lacks[row] = ",".join(compress(needs, absent[row]))
    return lacks


def _one(frame: pd.DataFrame, ratio: Ratio) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Value (NaN = undefined) and reason (None = defined) of one ratio in every row."""
    numerator = sum_of(frame, ratio.numerator).to_numpy(dtype=float)
    denominator = sum_of(frame, ratio.denominator).to_numpy(dtype=float)
    reason = np.full(len(frame), None, dtype=object)
    checks = {
        "no_deficit": numerator <= 0,
        "negative_denominator": denominator < 0,
        "zero_denominator": denominator == 0,
    }
    for code in ratio.undefined_when:
        reason[checks[code]] = code
    lacks = _missing(frame, ratio.needs)
    incomplete = lacks != ""
    reason[incomplete] = "missing:" + lacks[incomplete]
    if ratio.kinds and "kind" in frame:
        reason[~frame["kind"].isin(list(ratio.kinds)).to_numpy()] = "not_applicable"
    factor = 100.0 if ratio.unit == "pct" else 1.0
    value = np.full(len(frame), np.nan)
    np.divide(factor * numerator, denominator, out=value, where=(denominator != 0) & pd.isna(reason))
    return value, reason


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of ratios sorted by ags, year and order of the set."""
    order = {key: position for position, key in enumerate(ratios())}
    return table.sort_values(
        ["ags", "year", "ratio"], key=lambda s: s.map(order) if s.name == "ratio" else s, ignore_index=True
    )


def evaluate(frame: pd.DataFrame, basis: Basis) -> pd.DataFrame:
    """Evaluate every ratio that this basis allows.

    Parameters
    ----------
    frame : DataFrame
        ags, year, optional kind (for 14 and 14b), and items as ``<item>_eur`` (NaN = unknown; a column that
        is absent is unknown too). Build it with `dewak_research.ratios.inputs`.
    basis : {"accrual", "cash_proxy", "balance"}

    Returns
    -------
    DataFrame
        ags, year, ratio, value (percent, or years for ratio 10; NaN = undefined), unit, basis, reason (NA
        where defined, else a code for `reason_text`); sorted by ags, year and order of the set.
    """
    wanted = {key: ratio for key, ratio in ratios().items() if basis in ratio.bases}
    needed = {f"{name}_eur" for ratio in wanted.values() for name in ratio.needs}
    full = frame.assign(**dict.fromkeys(sorted(needed - set(frame.columns)), np.nan))
    if not wanted:
        return pd.DataFrame(columns=COLUMNS)
    values, reasons = zip(*(_one(full, ratio) for ratio in wanted.values()), strict=True)
    table = pd.concat([frame[["ags", "year"]]] * len(wanted), ignore_index=True)
    each = len(frame)
    table["ratio"] = pd.Series(np.repeat(list(wanted), each), dtype="str")
    table["value"] = np.concatenate(values)
    table["unit"] = pd.Series(np.repeat([ratio.unit for ratio in wanted.values()], each), dtype="str")
    table["basis"] = pd.Series(np.full(len(table), basis), dtype="str")
    table["reason"] = pd.Series(np.concatenate(reasons), dtype="str")
    return in_order(table)
