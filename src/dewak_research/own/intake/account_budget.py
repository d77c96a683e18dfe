"""Propose how a budget by account is read: its chart of accounts, its plans, its signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.amounts import NUMBERS, amounts_of, side_column_of
from dewak_research.own.intake.charts import (
    Chart,
    ask_what_numbers_are,
    product_refused,
    said_by,
)
from dewak_research.own.intake.charts import recognise as recognise_chart
from dewak_research.own.intake.group_accounts import settle_groups
from dewak_research.own.intake.kept_apart import kept_apart, tells_apart
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.signs import sign_of
from dewak_research.own.roles import line_for
from dewak_research.own.template import PLANS
from dewak_research.rules import HOME

_problem, _text = messages(__package__), texts(__package__)


def account_map(
    frame: pd.DataFrame,
    column: str,
    names: list[str],
    common: dict[str, Any],
    where: str,
    known: NUMBERS,
    key: str,
    answers: Mapping[str, str],
) -> tuple[ImportMap, list[Question], list[Text]]:
    """Find the chart of accounts, then propose the mapping.

    Raises
    ------
    InputError
        The numbers are products, no chart fits, the signs are mixed, or only investments and loans are there.
    """
    apart = kept_apart(frame, _groups(frame, column, names), list(common["columns"]), where, answers)
    if apart is not None:
        rest = [name for name in names if name != apart.column]
        mapping, questions, notes = account_map(apart.frame, column, rest, common, where, known, key, answers)
        only = {**mapping.only, apart.column: apart.value}
        return mapping.model_copy(update={"only": only}), [*questions, *apart.questions], notes
    side = side_column_of(frame, names, list(common["columns"]))
    common, names = {**common, "side_column": side}, [name for name in names if name != side]
    named = _names_of(frame, column, names)
    accounts = list(named)
    asked = ask_what_numbers_are(column, accounts, list(named.values()))
    question = None
    if asked is not None and (said := answer_to(asked, answers)) != "account":
        if said == "product":
            raise product_refused(column, where)
        chart, question = (
            recognise_chart(accounts, [""] * len(accounts), key, where, {"chart": HOME})[0],
            asked,
        )
    else:
        chart, question = recognise_chart(accounts, list(named.values()), key, where, answers)
    mapping, notes = propose_accounts(frame, column, names, common, where, known, chart)
    mapping, groups = settle_groups(frame, mapping, where, known, answers)
    return mapping, [*([question] if question else []), *groups], notes


def _groups(frame: pd.DataFrame, column: str, names: list[str]) -> tuple[str, ...]:
    """Return the columns over which accounts are added: those that do not only name the account."""
    accounts = frame[column].map(plain_account)
    return tuple(n for n in names if n != column and (tells_apart(n) or not _follows(frame[n], accounts)))


def _names_of(frame: pd.DataFrame, column: str, texts: list[str]) -> dict[str, str]:
    """Return every account with its name: from the column with the most names that say what an account is."""
    accounts = frame[column].map(plain_account)
    known = accounts.str.fullmatch(r"\d{3,10}")
    told = {
        name: frame.loc[known, name].drop_duplicates().map(said_by).notna().sum()
        for name in texts
        if name != column
    }
    best = max(told, key=lambda name: (told[name], frame[name].str.contains("[A-Za-z]").mean()), default=None)
    texts_of = frame[best] if best is not None else pd.Series("", index=frame.index)
    pairs = pd.DataFrame({"account": accounts, "name": texts_of})[known].drop_duplicates("account")
    return dict(pairs.itertuples(index=False, name=None))


def propose_accounts(
    frame: pd.DataFrame,
    column: str,
    names: list[str],
    common: dict[str, Any],
    where: str,
    known: NUMBERS,
    chart: Chart,
) -> tuple[ImportMap, list[Text]]:
    """Propose the mapping of an account-level budget; result and finance accounts go each to their own plan.

    The sign convention follows from the amounts (``sign_of``) of income accounts and of cost accounts.

    Raises
    ------
    InputError
        Neither sign prevails, or only investments and loans are there.
    """
    accounts = frame[column].map(plain_account)
    plans = accounts.map(chart.plan_of)
    found = [plan for plan in PLANS if (plans == plan).any()]
    notes = []
    if "finance_plan" in found and not _has_current_payments(accounts[plans == "finance_plan"], chart):
        found.remove("finance_plan")
        notes.append(_text("finance_accounts_partial"))
    if not found:
        raise InputError(_problem("accounts_partial", f"{where}: {column}"))
    sheet = found[0] if len(found) == 1 else "both"
    lines = {prefix: line for plan in found for prefix, line in chart.lines[plan].items()}
    groups = _groups(frame, column, names)
    draft = ImportMap(
        kind="accounts",
        chart=chart.key,
        sheet=sheet,
        label_column=column,
        group_columns=groups,
        lines=lines,
        **common,
    )
    amounts = amounts_of(frame, draft, where, known).euro
    internal = (
        accounts.str.startswith(chart.internal) if chart.internal else pd.Series(False, index=frame.index)
    )
    signs = {}
    for name, cost in (("income", False), ("costs", True)):
        digits = tuple(digit for plan in found for digit in chart.digits(plan, cost))
        signs[name], share = sign_of(amounts[accounts.str[:1].isin(digits) & ~internal])
        if signs[name] is None:
            shown = ", ".join(digits)
            raise InputError(_problem("signs_mixed", f"{where}: {column}", digit=shown, share=f"{share:.0%}"))
    return draft.model_copy(update=signs), notes


def _follows(beside: pd.Series[str], accounts: pd.Series[str]) -> bool:
    """Whether a column only names the account (each account has one text)."""
    pairs = pd.DataFrame({"text": beside, "account": accounts}).drop_duplicates()
    return bool(len(pairs) <= 1.2 * accounts.nunique())


def _has_current_payments(accounts: pd.Series[str], chart: Chart) -> bool:
    """Whether receipts and payments of current administration are there, not only investments and loans."""
    receipts, payments = (chart.digits("finance_plan", cost) for cost in (False, True))
    lines = accounts.drop_duplicates().map(chart.line_of).dropna()
    digits = accounts[lines.index].str[:1]
    current = lines.str.isdigit() & (lines < line_for("finance_plan", "operating_balance"))
    return bool((digits.isin(receipts) & current).any() and (digits.isin(payments) & current).any())
