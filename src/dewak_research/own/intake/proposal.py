"""Propose how a file is to be read: official lines as towns print them, or accounts with signs from evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dewak_research.errors import InputError, messages
from dewak_research.own.intake.charts import (
    Chart,
    ask_what_numbers_are,
    is_product_heading,
    plain_account,
    product_refused,
    refuse_cameral,
    said_by,
)
from dewak_research.own.intake.charts import recognise as recognise_chart
from dewak_research.own.intake.layouts import Recognised, recognise
from dewak_research.own.intake.mapping import (
    ACCOUNT,
    ACCOUNT_SHARE,
    MILLION,
    THOUSAND,
    ImportMap,
    Rows,
    amounts_of,
    best_column,
    find_header,
    heading_of,
    number_format,
    to_frame,
)
from dewak_research.own.intake.printed import is_number, printed_line
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.template import PLANS, cost_lines, load_template
from dewak_research.rules import HOME

_problem = messages(__package__)
NUMBER_SHARE = 0.6  #: of the rows of a plan carry a number, where numbers have a column
MOST_LABELS = 400
CLEAR_SHARE = 0.9


def propose(rows: Rows, where: str, key: str = f"{HOME}000") -> ImportMap:
    """Propose a mapping; what stays open is decided as the file suggests. See :func:`propose_asking`."""
    return propose_asking(rows, where, key)[0]


def propose_asking(
    rows: Rows, where: str, key: str, answers: Mapping[str, str] | None = None
) -> tuple[ImportMap, Question | None]:
    """Propose a mapping from what the file shows, and the question that it leaves open.

    Raises
    ------
    InputError
        Neither official lines nor accounts can be recognised, or number format or signs stay undecided.
    """
    refuse_cameral(rows[:60], where)
    header = find_header(rows, where)
    frame = to_frame(rows, header)
    if frame.empty:
        raise InputError(_problem("rows_none", where))
    amounts = {name: h for name in frame.columns if (h := heading_of(name))}
    texts = [name for name in frame.columns if name not in amounts]
    columns = {name: f"{kind} {year}" for name, (year, kind) in amounts.items()}
    filled = {name: value for name, value in columns.items() if frame[name].str.contains("[1-9]").any()}
    if not filled:
        raise InputError(_problem("amounts_none", where))
    preamble = " ".join(cell for row in rows[: header + 1] for cell in row)
    common: dict[str, Any] = {
        "template": load_template().version,
        "header_row": header + 1,
        "columns": filled,
        "numbers": number_format(frame[list(filled)], where),
        "factor": 1_000_000 if MILLION.search(preamble) else 1_000 if THOUSAND.search(preamble) else 1,
    }
    account = best_column(frame, texts, lambda cell: bool(ACCOUNT.match(cell)), ACCOUNT_SHARE)
    if account is not None and is_product_heading(account):
        others = [name for name in texts if not is_product_heading(name)]
        account = best_column(frame, others, lambda cell: bool(ACCOUNT.match(cell)), ACCOUNT_SHARE)
        if account is None and not any(map(_has_lines, (frame[name] for name in texts))):
            raise product_refused(
                best_column(frame, texts, lambda c: bool(ACCOUNT.match(c)), 0.0) or "", where
            )
    if account is not None:
        return _propose_accounts(frame, account, texts, common, where, key, answers or {})
    return _propose_lines(frame, texts, common, where, answers or {})


def _propose_lines(
    frame: pd.DataFrame, texts: list[str], common: dict[str, Any], where: str, answers: Mapping[str, str]
) -> tuple[ImportMap, Question | None]:
    """Propose a mapping of official lines: the column of names, with the numbers in it or beside it, and its layout."""
    values = amounts_of(
        frame, ImportMap(kind="lines", label_column=texts[0], lines={"": ""}, **common), where
    )
    best: tuple[Recognised, str, list[str]] | None = None
    for column in texts:
        labels = list(dict.fromkeys(label for label in frame[column] if label))
        if not labels or len(labels) > MOST_LABELS:
            continue
        numbers = _numbers_beside(frame, column, texts)
        printed = [printed_line(label, numbers.get(label, "")) for label in labels]
        sums = values.groupby(frame[column]).sum(min_count=1).reindex(labels).reset_index(drop=True)
        kept = [n for n, line in enumerate(printed) if line is not None]
        lines = [line for line in printed if line is not None]
        found = recognise(lines, sums.loc[kept].reset_index(drop=True), answers=answers)
        if found is not None and (best is None or found.found > best[0].found):
            best = (found, column, [labels[n] for n in kept])
    if best is None:
        raise InputError(_problem("lines_none", where))
    found, column, names = best
    matched = {name: line for name, line in zip(names, found.lines, strict=True) if line is not None}
    number = _number_column(frame, column, texts)
    beside = [name for name in texts if name not in (column, number)]
    groups = tuple(beside) if frame[column].duplicated().any() else ()
    plan = found.layout.plan
    signs = _signs_of_lines(values, frame[column].map(matched), plan)
    draft = ImportMap(
        kind="lines",
        sheet=plan,
        label_column=column,
        group_columns=groups,
        lines=matched,
        **{**common, **signs},
    )
    return draft, found.question


def _number_column(frame: pd.DataFrame, column: str, texts: list[str]) -> str | None:
    """Return the column of line numbers beside a column of names: every name has one number, no two have the same."""

    def numbers(other: str) -> bool:
        pairs = frame[[column, other]].drop_duplicates()
        pairs = pairs[pairs[other].map(is_number) & (pairs[column] != "")]
        return not pairs[column].duplicated().any() and not pairs[other].duplicated().any()

    beside = [name for name in texts if name != column and numbers(name)]
    return best_column(frame, beside, is_number, NUMBER_SHARE)


def _numbers_beside(frame: pd.DataFrame, column: str, texts: list[str]) -> dict[str, str]:
    """Return the number that stands beside each name."""
    number = _number_column(frame, column, texts)
    if number is None:
        return {}
    return dict(frame[[column, number]].drop_duplicates(column).itertuples(index=False, name=None))


def _signs_of_lines(amounts: pd.DataFrame, target: pd.Series[str], plan: str) -> dict[str, str]:
    """Return how income and costs are printed, from the amounts of lines that belong there without a sign."""
    lines = load_template().grids[plan]
    costs = cost_lines(lines)
    plain = target[
        target.isin([name for name, line in lines.items() if line.sign == "positive" and line.need != "sum"])
    ]
    return {
        "income": sign_of(amounts.loc[plain[~plain.isin(costs)].index])[0] or "as_printed",
        "costs": sign_of(amounts.loc[plain[plain.isin(costs)].index])[0] or "as_printed",
    }


def sign_of(amounts: pd.DataFrame) -> tuple[str | None, float]:
    """Return how amounts that belong into the workbook without a sign are printed, and the share of positive money.

    At least 90 % of the money must carry one sign; else the answer is None.
    """
    money, positive = amounts.abs().sum().sum(), amounts.clip(lower=0).sum().sum()
    share = positive / money if money > 0 else 1.0
    return "as_printed" if share >= CLEAR_SHARE else "turned" if share <= 1 - CLEAR_SHARE else None, share


def _propose_accounts(
    frame: pd.DataFrame,
    column: str,
    texts: list[str],
    common: dict[str, Any],
    where: str,
    key: str,
    answers: Mapping[str, str],
) -> tuple[ImportMap, Question | None]:
    """Find the chart of accounts, then propose the mapping."""
    names = _names_of(frame, column, texts)
    accounts = list(names)
    asked = ask_what_numbers_are(column, accounts, list(names.values()))
    if asked is not None and (said := answer_to(asked, answers)) != "account":
        if said == "product":
            raise product_refused(column, where)
        chart = recognise_chart(accounts, [""] * len(accounts), key, where, {"chart": HOME})[0]
        return propose_accounts(frame, column, common, where, chart), asked
    chart, question = recognise_chart(accounts, list(names.values()), key, where, answers)
    return propose_accounts(frame, column, common, where, chart), question


def _names_of(frame: pd.DataFrame, column: str, texts: list[str]) -> dict[str, str]:
    """Return every account with its name: from the column with the most names that say what an account is."""
    accounts = frame[column].map(plain_account)
    known = accounts.str.fullmatch(r"\d{4,10}")
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
    frame: pd.DataFrame, column: str, common: dict[str, Any], where: str, chart: Chart
) -> ImportMap:
    """Propose the mapping of an account-level budget.

    The sign convention follows from the amounts (``sign_of``) of income accounts and of cost accounts.

    Raises
    ------
    InputError
        Neither sign prevails.
    """
    accounts = frame[column].map(plain_account)
    plans = accounts.map(chart.plan_of)
    found = [plan for plan in PLANS if (plans == plan).any()]
    sheet = found[0] if len(found) == 1 else "both"
    lines = {prefix: line for plan in found for prefix, line in chart.lines[plan].items()}
    draft = ImportMap(
        kind="accounts", chart=chart.key, sheet=sheet, label_column=column, lines=lines, **common
    )
    amounts = amounts_of(frame, draft, where)
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
    return draft.model_copy(update=signs)


def _has_lines(cells: pd.Series[str]) -> bool:
    """Whether a column names lines of a plan."""
    printed = [line for cell in cells.unique()[:MOST_LABELS] if (line := printed_line(cell)) is not None]
    return recognise(printed) is not None
