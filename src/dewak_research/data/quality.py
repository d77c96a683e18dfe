"""What official figures cannot be taken as they are: cells that are wrong, records that are missing or repeated.

Cells that cannot be right become missing, each with its reason; nothing is replaced by a guess. Of the records of
the payments statistics three things are told apart: a cell that is absent from a reported record (nothing was
booked), a record that the source prints as "." throughout (unreported, its cells are counted) and a record that
only repeats the year before (carried forward). Flags are computed and never typed.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import pandas as pd

from dewak_research.config import Group
from dewak_research.data.accounts import TOTAL_GROUP
from dewak_research.errors import InputError, messages
from dewak_research.language import Text, read_yaml

CARRIED_FORWARD_ABOVE = 0.5
_problem = messages(__package__)


class Expectation(Group):
    """What marks a cell as wrong: equal to a value, or not above one."""

    equal: float | None = None
    maximum: float | None = None


class Correction(Group):
    """Which cells of which table are taken out, and why."""

    table: str
    column: str
    keys: dict[str, str | tuple[int, ...]]
    expect: Expectation
    reason: Text

    def cells(self, frame: pd.DataFrame) -> pd.Series:
        """Return which rows of the table hold a cell of this kind."""
        hit = pd.Series(True, index=frame.index)
        for key, wanted in self.keys.items():
            hit &= frame[key].isin([wanted] if isinstance(wanted, str) else wanted)
        value = frame[self.column]
        if self.expect.equal is not None:
            hit &= (value == self.expect.equal).fillna(False)
        if self.expect.maximum is not None:
            hit &= (value <= self.expect.maximum).fillna(False)
        return hit


@cache
def corrections() -> tuple[Correction, ...]:
    """Return all corrections."""
    text = (files("dewak_research.data") / "corrections.yaml").read_text(encoding="utf-8")
    return tuple(Correction(**entry) for entry in read_yaml(text))


def corrected(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its wrong cells missing.

    Raises
    ------
    InputError
        A correction finds nothing to correct: the provider has mended the table.
    """
    problems = []
    own = [correction for correction in corrections() if correction.table == name]
    frame = frame.copy() if own else frame
    for correction in own:
        hit = correction.cells(frame)
        if not hit.any():
            problems.append(_problem("correction_needless", f"{name}.{correction.column}"))
        frame.loc[hit, correction.column] = pd.NA
    if problems:
        raise InputError(problems)
    return frame


def correction_log(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every cell taken out: table, column, ags, year, raw_value, reason_de, reason_en.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Raw tables (read with ``correct=False``) by name.
    """
    found = []
    for correction in corrections():
        if correction.table not in tables:
            continue
        frame = tables[correction.table]
        rows = frame.loc[correction.cells(frame), ["ags", "year", correction.column]]
        found.append(
            rows.rename(columns={correction.column: "raw_value"}).assign(
                table=correction.table,
                column=correction.column,
                reason_de=correction.reason.de,
                reason_en=correction.reason.en,
                raw_value=lambda d: d["raw_value"].astype(float),
            )
        )
    columns = ["table", "column", "ags", "year", "raw_value", "reason_de", "reason_en"]
    return pd.concat(found)[columns].sort_values(columns[:4], ignore_index=True)


def identical_shares(payments: pd.DataFrame) -> pd.DataFrame:
    """Return the share of a record's accounts that equal the year before to the euro.

    The rule: at product group 999 (all product groups), every account booked in a year is compared with the
    same account of the year before, the two totals ``6`` and ``7`` included; an account that was not booked
    in the year before counts as different. The denominator is the number of accounts booked this year.

    Parameters
    ----------
    payments : DataFrame
        ags, year, product_group, account, amount_eur.

    Returns
    -------
    DataFrame
        ags, year, identical_share (0-1); only unit-years whose year before is reported as well.
    """
    total = payments.loc[payments["product_group"] == TOTAL_GROUP, ["ags", "year", "account", "amount_eur"]]
    before = total.assign(year=total["year"] + 1).rename(columns={"amount_eur": "before_eur"})
    pair = total.merge(before, on=["ags", "year", "account"], how="left")
    pair["identical"] = (pair["amount_eur"] == pair["before_eur"]).fillna(False).astype(float)
    shares = pair.groupby(["ags", "year"])["identical"].mean().rename("identical_share").reset_index()
    has_before = before[["ags", "year"]].drop_duplicates()
    return shares.merge(has_before, on=["ags", "year"]).sort_values(["ags", "year"], ignore_index=True)


def record_status(payments: pd.DataFrame, suppressed: pd.DataFrame, ags: Iterable[str]) -> pd.DataFrame:
    """Say of every unit and year whether its record can be used.

    Parameters
    ----------
    payments : DataFrame
        ags, year, product_group, account, amount_eur.
    suppressed : DataFrame
        ags, year, suppressed_cells: cells printed as "." in the source.
    ags : iterable of str
        All units of the register.

    Returns
    -------
    DataFrame
        ags, year, status (``reported``, ``carried_forward``, ``unreported``), identical_share (missing where
        there is no record of the year before), suppressed_cells (0 in a record without ".").
    """
    years = sorted(payments["year"].unique())
    grid = pd.MultiIndex.from_product([sorted(set(ags)), years], names=["ags", "year"]).to_frame(index=False)
    present = payments[["ags", "year"]].drop_duplicates().assign(present=True)
    table = (
        grid.merge(present, on=["ags", "year"], how="left")
        .merge(identical_shares(payments), on=["ags", "year"], how="left")
        .merge(suppressed, on=["ags", "year"], how="left")
    )
    table["status"] = "unreported"
    table.loc[table["present"].notna(), "status"] = "reported"
    table.loc[table["identical_share"] > CARRIED_FORWARD_ABOVE, "status"] = "carried_forward"
    table["suppressed_cells"] = table["suppressed_cells"].fillna(0).astype("int64")
    return table[["ags", "year", "status", "identical_share", "suppressed_cells"]]


def usable(payments: pd.DataFrame, status: pd.DataFrame) -> pd.DataFrame:
    """Return the payments of reported records only; carried-forward unit-years are taken out."""
    keep = status.loc[status["status"] == "reported", ["ags", "year"]]
    return payments.merge(keep, on=["ags", "year"], how="inner").sort_values(
        ["ags", "year", "product_group", "account"], ignore_index=True
    )


def no_municipality(ags: Iterable[str], register: Iterable[str]) -> list[str]:
    """Return the keys that occur in a table and are none of the register's units."""
    return sorted(set(ags) - set(register))
