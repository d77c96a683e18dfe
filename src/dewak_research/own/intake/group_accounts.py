"""Groups of accounts (4, 40, 401) among their accounts: totals where they add up, else it is asked what they are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.errors import texts
from dewak_research.own.contents import written
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.amounts import NUMBERS, amounts_of
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.totals import BETWEEN, Totals, account_totals
from dewak_research.own.safety import clean_text

_text = texts(__package__)


def side_by_side(frame: pd.DataFrame, names: list[str], between: str) -> pd.Series[str]:
    """Return the cells of some columns as one text per row; empty without a column."""
    rows = frame[names].to_numpy(dtype=object).tolist()
    return pd.Series([between.join(row) for row in rows], index=frame.index, dtype="str")


def totals_among(
    frame: pd.DataFrame, accounts: pd.Series[str], amounts: pd.DataFrame, mapping: ImportMap, where: str
) -> Totals:
    """Find the rows of accounts that repeat others, in every group of rows (product, cost centre) by itself.

    Parameters
    ----------
    frame : DataFrame
        The table as text, by place below its heading.
    accounts : Series of str
        The account of every row that counts, without spaces.
    amounts : DataFrame
        EUR, a column per heading; rows as ``accounts``.
    mapping : ImportMap
        Which columns hold what.
    where : str
        The file, for messages.

    Raises
    ------
    InputError
        An account calls itself a sum but is not that of the accounts below it.
    """
    rows = frame.loc[accounts.index]
    groups = [name for name in mapping.group_columns if name in frame.columns]
    named = [n for n in frame.columns if n not in (*mapping.columns, *groups, mapping.label_column)]
    beside, group = side_by_side(rows, named, " "), side_by_side(rows, groups, BETWEEN)
    return account_totals(accounts, beside, group, amounts, where, mapping.header_row)


def settle_groups(
    frame: pd.DataFrame, mapping: ImportMap, where: str, known: NUMBERS | None, answers: Mapping[str, str]
) -> tuple[ImportMap, list[Question]]:
    """Ask what groups of accounts are that stand above accounts but are not their sum.

    Returns
    -------
    mapping : ImportMap
        With the groups that are left out, as answered.
    questions : list of Question
        At most one.
    """
    accounts = frame[mapping.label_column].map(plain_account)
    amounts = amounts_of(frame, mapping, where, known).euro
    unclear = totals_among(frame, accounts, amounts, mapping, where).unclear
    if not unclear:
        return mapping, []
    named = list(dict.fromkeys(account for account, _, _ in unclear))
    account, printed, below = unclear[0]
    options = tuple((name, _text(f"groups_{name}")) for name in ("total", "account"))
    text = _text(
        "ask_groups",
        accounts=clean_text(", ".join(named), 120),
        account=account,
        **written(printed=printed, below=below),
    )
    question = Question("groups", text, options)
    answer = answer_to(question, answers)
    if answer is None:
        return mapping, [question]
    return mapping.model_copy(update={"totals": tuple(named)}) if answer == "total" else mapping, []
