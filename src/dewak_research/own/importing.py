"""Recognise a budget file, propose a mapping, apply it: official lines or accounts become lines of the workbook."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

import pandas as pd

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.contents import figures_from, written
from dewak_research.own.mapping import (
    ACCOUNT,
    ACCOUNT_SHARE,
    MILLION,
    SIGNS,
    THOUSAND,
    ImportMap,
    Rows,
    amounts_of,
    best_column,
    find_header,
    has_amounts,
    heading_of,
    number_format,
    to_frame,
)
from dewak_research.own.official import account_lines, line_of
from dewak_research.own.sums import SumCheck, check_sums, columns_of, complete
from dewak_research.own.template import Line, load_template


@dataclass(frozen=True)
class Imported:
    """What an import yields.

    Attributes
    ----------
    figures : DataFrame
        sheet, line, year, kind, value in euro, origin ``imported``.
    sums : list of SumCheck
        Printed sums against their parts, where the file prints them.
    unmapped : DataFrame
        label, amount_eur (largest absolute amount of a year): what has no line in the workbook.
    notes : list of Text
        What was understood, in words.
    """

    figures: pd.DataFrame
    sums: list[SumCheck]
    unmapped: pd.DataFrame
    notes: list[Text]


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
    filled = {name: value for name, value in columns.items() if has_amounts(frame[name])}
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
    return ImportMap(
        kind="lines", sheet=plan, label_column=column, group_columns=groups, lines=matched, **common
    )


def apply_map(rows: Rows, mapping: ImportMap, where: str) -> Imported:
    """Apply a mapping to the rows of a file.

    Raises
    ------
    InputError
        The mapping does not fit the file, cells are no amounts, or nothing is left.
    """
    if mapping.header_row > len(rows):
        raise InputError(_problem("header_beyond", where, rows=len(rows)))
    frame = to_frame(rows, mapping.header_row - 1)
    amounts = amounts_of(frame, mapping, where)
    labels = frame[mapping.label_column]
    if mapping.kind == "accounts":
        prefixes = dict(mapping.lines)
        target = labels.map({a: line_of(a, prefixes) for a in labels.unique()})
    else:
        target = labels.map(mapping.lines)
        _once(labels[target.notna()], mapping, where)
    lines = load_template().grids[mapping.sheet]
    summed = amounts.groupby(target).sum(min_count=1)
    figures: list[tuple[str, str, int, str, float, str]] = []
    for line, values in summed.iterrows():
        sign = SIGNS[mapping.income if is_income(str(line), mapping.sheet) else mapping.costs]
        for name, value in values.items():
            if pd.notna(value):
                year, kind = mapping.year_of(str(name))
                figures.append(
                    (mapping.sheet, str(line), year, kind, round(float(value) * sign, 2) + 0.0, "imported")
                )
    if not figures:
        raise InputError(_problem("rows_unmapped", where, lines=", ".join(list(mapping.lines)[:5])))
    rest = amounts[target.isna()].groupby(labels[target.isna()]).sum(min_count=1)
    unmapped = pd.DataFrame(
        {"label": rest.index.astype("str"), "amount_eur": rest.abs().max(axis=1).to_numpy()}
    )
    unmapped = unmapped[unmapped["amount_eur"] > 0].sort_values(
        "amount_eur", ascending=False, ignore_index=True
    )
    frame_figures = figures_from(figures)
    notes = _notes(mapping, frame, len(summed), len(unmapped))
    if mapping.kind == "accounts":
        notes += account_notes(labels, amounts, target, frame_figures, mapping)
    assert all(line in lines for line in frame_figures["line"])
    return Imported(frame_figures, check_sums(frame_figures), unmapped, notes)


def _once(labels: pd.Series, mapping: ImportMap, where: str) -> None:
    twice = sorted(labels[labels.duplicated()].unique())
    if twice and not mapping.group_columns:
        place = f"{where}: {mapping.label_column}"
        raise InputError([_problem("line_twice", place, line=label) for label in twice])


def is_income(line: str, sheet: str) -> bool:
    """Whether a line holds income or receipts (sums and balances count as income: their sign is as printed)."""
    costs = {
        "result_plan": {
            "11",
            "12",
            "13",
            "14",
            "15",
            "16",
            "17",
            "20",
            "24",
            "gewerbesteuerumlage",
            "kreisumlage",
            "soziale_leistungen",
        },
        "finance_plan": {"10", "11", "12", "13", "14", "15", "16", *(str(n) for n in range(24, 31)), "34"},
    }
    return line not in costs[sheet]


def _notes(mapping: ImportMap, frame: pd.DataFrame, lines: int, unmapped: int) -> list[Text]:
    numbers = "1.234,5" if mapping.numbers == "de" else "1,234.5"
    notes = [
        _text("note_kind", kind=_text(f"note_{mapping.kind}"), sheet=load_template().sheets[mapping.sheet]),
        _text("note_columns", columns=", ".join(mapping.columns)),
        _text("note_rows", rows=len(frame), lines=lines, unmapped=unmapped),
        _text("note_numbers", numbers=numbers, factor=mapping.factor),
    ]
    if mapping.group_columns:
        first = mapping.group_columns[0]
        count = frame[first].nunique() if first in frame.columns else 0
        notes.append(_text("note_added_up", count=count, column=first))
    return notes


_problem, _text = messages(__package__), texts(__package__)
CLASSES = {"result_plan": ("4", "5"), "finance_plan": ("6", "7")}
CLEAR_SHARE = 0.9


def propose_accounts(frame: pd.DataFrame, column: str, common: dict[str, object], where: str) -> ImportMap:
    """Propose the mapping of an account-level budget.

    The sign convention follows from the amounts: of all money booked on income accounts (class 4 or 6) at least 90 %
    must carry one sign, and the same for costs (5 or 7).

    Raises
    ------
    InputError
        Neither sign prevails.
    """
    first = frame[column].str[0]
    sheet = "result_plan" if first.isin(["4", "5"]).sum() >= first.isin(["6", "7"]).sum() else "finance_plan"
    draft = ImportMap(
        kind="accounts", sheet=sheet, label_column=column, lines=account_lines()[sheet], **common
    )
    amounts = amounts_of(frame, draft, where)
    income, costs = CLASSES[sheet]
    internal = frame[column].str[:2].isin(["48", "58"])
    signs = {}
    for name, digit in (("income", income), ("costs", costs)):
        part = amounts[(first == digit) & ~internal].to_numpy().ravel()
        part = part[~pd.isna(part)]
        money, positive = abs(part).sum(), part[part > 0].sum()
        share = positive / money if money > 0 else 1.0
        if 1 - CLEAR_SHARE < share < CLEAR_SHARE:
            raise InputError(_problem("signs_mixed", f"{where}: {column}", digit=digit, share=f"{share:.0%}"))
        signs[name] = "as_printed" if share >= CLEAR_SHARE else "turned"
    return draft.model_copy(update=signs)


def account_notes(
    labels: pd.Series, amounts: pd.DataFrame, target: pd.Series, figures: pd.DataFrame, mapping: ImportMap
) -> list[Text]:
    """Say how the signs were read and hold the derived sums against the sum over all accounts.

    In the check, not in the workbook, a line without any account counts as zero.
    """
    income, costs = CLASSES[mapping.sheet]
    income_sign, costs_sign = _text(f"sign_{mapping.income}"), _text(f"sign_{mapping.costs}")
    notes = [_text("note_signs", income=income, income_sign=income_sign, costs=costs, costs_sign=costs_sign)]
    first = labels.str[0]
    internal = labels.str[:2].isin(["48", "58"])
    lines = load_template().grids[mapping.sheet]
    result_line = "26" if mapping.sheet == "result_plan" else "36"
    for (year, kind), given in columns_of(figures, mapping.sheet).items():
        name = next(n for n in mapping.columns if mapping.year_of(n) == (year, kind))
        printed = amounts[name]
        direct = sum(
            SIGNS[sign] * direction * float(printed[(first == digit) & ~internal].sum())
            for digit, sign, direction in ((income, mapping.income, 1), (costs, mapping.costs, -1))
        )
        nothing = {name: 0.0 for name, line in lines.items() if line.need != "sum" and name.isdigit()}
        derived = complete({**nothing, **given}, lines).get(result_line)
        if derived is None:
            continue
        gap = round(derived - direct, 2)
        verdict = _text("accounts_agree") if abs(gap) < 1 else _text("accounts_differ", **written(gap=gap))
        both = written(derived=round(derived), total=round(direct))
        notes.append(_text("accounts_sum", column=name, line=result_line, verdict=verdict, **both))
        charges = float(printed[internal].sum()) if mapping.income != mapping.costs else None
        if charges is not None and abs(charges) >= 1:
            notes.append(_text("accounts_internal", column=name, **written(charges=round(charges))))
    return notes


PLANS = ("result_plan", "finance_plan")
_NUMBERED = re.compile(r"^\s*(?:Zeile\s*)?(\d{1,2})\s*(?:[-–=+./):]\s*)*(?P<label>\S.*)$")
ALIKE = 0.55
ALIKE_WITHOUT_NUMBER = 0.8


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


def folded(label: str) -> str:
    """Return a label without case, accents, abbreviations' points and filling words."""
    text = unicodedata.normalize("NFKD", label.casefold().replace("ß", "ss"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"\([^)]*\)", " ", text)
    return " ".join(re.findall(r"[a-z]+", text))


@cache
def likeness(first: str, second: str) -> float:
    """Return how alike two labels are (0–1), abbreviations such as ``sonst.`` counting by their beginning."""
    a, b = folded(first).split(), folded(second).split()
    if not a or not b:
        return 0.0
    hits = sum(
        any(x.startswith(y[:5]) or y.startswith(x[:5]) for y in b if len(y) > 2) for x in a if len(x) > 2
    )
    back = sum(
        any(x.startswith(y[:5]) or y.startswith(x[:5]) for y in a if len(y) > 2) for x in b if len(x) > 2
    )
    words = max(hits / max(sum(len(x) > 2 for x in a), 1), back / max(sum(len(x) > 2 for x in b), 1))
    return max(words, SequenceMatcher(None, " ".join(a), " ".join(b)).ratio())


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
    scored = {
        name: SequenceMatcher(None, folded(printed.label), folded(line.label.de)).ratio()
        for name, line in lines.items()
    }
    best = max(scored, key=lambda name: scored[name])
    if printed.number is None and scored[best] >= ALIKE_WITHOUT_NUMBER:
        return best, scored[best]
    return None, scored[best]
