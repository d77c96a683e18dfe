"""Propose how a file is to be read: official lines as towns print them, or accounts with signs from evidence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

import pandas as pd

from dewak_research.errors import InputError, messages
from dewak_research.own.intake.mapping import (
    ACCOUNT,
    ACCOUNT_SHARE,
    CLASSES,
    INTERNAL,
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
from dewak_research.own.official import account_lines
from dewak_research.own.template import PLANS, Line, cost_lines, load_template

_problem = messages(__package__)
_NUMBERED = re.compile(r"^\s*(?:Zeile\s*)?(\d{1,2})\s*(?:[-–=+./):]\s*)*(?P<label>\S.*)$")
ALIKE = 0.55
ALIKE_WITHOUT_NUMBER = 0.8
CLEAR_SHARE = 0.9


def propose(rows: Rows, where: str) -> ImportMap:
    """Propose a mapping from what the file shows.

    Raises
    ------
    InputError
        Neither official lines nor accounts can be recognised, or number format or signs stay undecided.
    """
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
    common = {
        "header_row": header + 1,
        "columns": filled,
        "numbers": number_format(frame[list(filled)], where),
        "factor": 1_000_000 if MILLION.search(preamble) else 1_000 if THOUSAND.search(preamble) else 1,
    }
    account = best_column(frame, texts, lambda cell: bool(ACCOUNT.match(cell)), ACCOUNT_SHARE)
    if account is not None:
        return propose_accounts(frame, account, common, where)
    return _propose_lines(frame, texts, common, where)


def _propose_lines(frame: pd.DataFrame, texts: list[str], common: dict[str, object], where: str) -> ImportMap:
    best: tuple[float, str, str, dict[str, str]] | None = None
    for column in texts:
        labels = list(dict.fromkeys(frame[column]))
        if len(labels) > 400:
            continue
        for plan in PLANS:
            matched: dict[str, str] = {}
            total = 0.0
            for label in labels:
                printed = printed_line(label)
                line, sure = match_line(printed, plan) if printed else (None, 0.0)
                if line is not None and line not in matched.values():
                    matched[label] = line
                    total += sure
            if best is None or total > best[0]:
                best = (total, column, plan, matched)
    if best is None or len(best[3]) < 5:
        raise InputError(_problem("lines_none", where))
    _, column, plan, matched = best
    groups = tuple(name for name in texts if name != column) if frame[column].duplicated().any() else ()
    draft = ImportMap(
        kind="lines", sheet=plan, label_column=column, group_columns=groups, lines=matched, **common
    )
    amounts, lines = amounts_of(frame, draft, where), load_template().grids[plan]
    costs, target = cost_lines(lines), frame[column].map(matched)
    plain = target[
        target.isin([name for name, line in lines.items() if line.sign == "positive" and line.need != "sum"])
    ]
    signs = {
        "income": sign_of(amounts.loc[plain[~plain.isin(costs)].index])[0] or "as_printed",
        "costs": sign_of(amounts.loc[plain[plain.isin(costs)].index])[0] or "as_printed",
    }
    return draft.model_copy(update=signs)


def sign_of(amounts: pd.DataFrame) -> tuple[str | None, float]:
    """Return how amounts that belong into the workbook without a sign are printed, and the share of positive money.

    At least 90 % of the money must carry one sign; else the answer is None.
    """
    money, positive = amounts.abs().sum().sum(), amounts.clip(lower=0).sum().sum()
    share = positive / money if money > 0 else 1.0
    return "as_printed" if share >= CLEAR_SHARE else "turned" if share <= 1 - CLEAR_SHARE else None, share


def propose_accounts(frame: pd.DataFrame, column: str, common: dict[str, object], where: str) -> ImportMap:
    """Propose the mapping of an account-level budget.

    The sign convention follows from the amounts (``sign_of``), of income accounts (class 4 or 6) and of costs (5 or 7).

    Raises
    ------
    InputError
        Neither sign prevails, or the accounts are of another chart.
    """
    first = frame[column].str[0]
    classes = set(first)
    if "5" in classes and "4" not in classes and classes & {"6", "7"}:
        raise InputError(_problem("chart_foreign", f"{where}: {column}"))
    sheet = "result_plan" if first.isin(["4", "5"]).sum() >= first.isin(["6", "7"]).sum() else "finance_plan"
    draft = ImportMap(
        kind="accounts", sheet=sheet, label_column=column, lines=account_lines()[sheet], **common
    )
    amounts = amounts_of(frame, draft, where)
    income, costs = CLASSES[sheet]
    internal = frame[column].str[:2].isin(INTERNAL)
    signs = {}
    for name, digit in (("income", income), ("costs", costs)):
        signs[name], share = sign_of(amounts[(first == digit) & ~internal])
        if signs[name] is None:
            raise InputError(_problem("signs_mixed", f"{where}: {column}", digit=digit, share=f"{share:.0%}"))
    return draft.model_copy(update=signs)


@dataclass(frozen=True)
class PrintedLine:
    """A line as a town prints it: its number (two digits, or None) and its label."""

    number: str | None
    label: str


def printed_line(text: str) -> PrintedLine | None:
    """Split ``10 = ordentliche Erträge`` into number and label; None for an empty cell."""
    stripped = text.strip()
    if not stripped:
        return None
    match = _NUMBERED.match(stripped)
    if match and not match["label"].replace(".", "").isdigit():
        return PrintedLine(f"{int(match[1]):02d}", match["label"].strip())
    return PrintedLine(None, stripped)


@lru_cache(maxsize=10_000)
def folded(label: str) -> str:
    """Return a label without case, accents, abbreviations' points and filling words."""
    text = unicodedata.normalize("NFKD", label.casefold().replace("ß", "ss"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"\([^)]*\)", " ", text)
    return " ".join(re.findall(r"[a-z]+", text))


@lru_cache(maxsize=10_000)
def _ratio(first: str, second: str) -> float:
    return SequenceMatcher(None, first, second).ratio()


@cache
def likeness(first: str, second: str) -> float:
    """Return how alike two labels are (0–1), abbreviations such as ``sonst.`` counting by their beginning."""
    a, b = folded(first).split(), folded(second).split()
    if not a or not b:
        return 0.0
    return max(_shared(a, b), _shared(b, a), _ratio(" ".join(a), " ".join(b)))


def _shared(words: list[str], others: list[str]) -> float:
    """Return the share of the longer words whose beginning is found among the others."""
    long, known = ([word for word in side if len(word) > 2] for side in (words, others))
    found = [any(x.startswith(y[:5]) or y.startswith(x[:5]) for y in known) for x in long]
    return sum(found) / max(len(long), 1)


def official_lines(plan: str) -> dict[str, Line]:
    """Return the official lines of a plan (two-digit ids only)."""
    return {name: line for name, line in load_template().grids[plan].items() if name.isdigit()}


def match_line(printed: PrintedLine, plan: str) -> tuple[str | None, float]:
    """Return the official line a printed one means, and how sure that is (0–1).

    The number decides where the label agrees; without a number the best label decides; a number whose label means
    something else (internal charges behind line 26, another numbering) is no match.
    """
    lines = official_lines(plan)
    if printed.number in lines:
        sure = likeness(printed.label, lines[printed.number].label.de)
        if sure >= ALIKE:
            return printed.number, sure
    label = folded(printed.label)
    scored = {name: _ratio(label, folded(line.label.de)) for name, line in lines.items()}
    best = max(scored, key=lambda name: scored[name])
    if printed.number is None and scored[best] >= ALIKE_WITHOUT_NUMBER:
        return best, scored[best]
    return None, scored[best]
