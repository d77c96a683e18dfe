"""Understand a file, say what was understood, and turn it into figures for the workbook of one municipality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.data.genesis import looks_like_genesis, read_genesis
from dewak_research.data.text_files import decode, guess_separator, read_bytes, split_rows
from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.contents import figures_from, written
from dewak_research.own.intake.both_plans import by_plan, chart_of, together
from dewak_research.own.intake.charts import chart_note, plain_account
from dewak_research.own.intake.mapping import (
    SIGNS,
    ImportMap,
    Rows,
    amounts_of,
    check_rows,
    heading_of,
    read_map,
    to_frame,
)
from dewak_research.own.intake.proposal import propose_asking
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.result import SHOWN, Understood
from dewak_research.own.intake.statistical import understand_genesis
from dewak_research.own.official import line_of
from dewak_research.own.roles import line_for
from dewak_research.own.safety import clean_text, open_workbook
from dewak_research.own.template import (
    SumCheck,
    check_sums,
    columns_of,
    complete,
    cost_lines,
    label_of,
    load_template,
)

__all__ = ["Question", "Understood", "understand"]
_problem, _text = messages(__package__), texts(__package__)
RESULT_ROLE = {"result_plan": "annual_result", "finance_plan": "change_in_funds"}
MOST_SHEET_ROWS, MOST_SHEET_COLUMNS = 50_000, 200


def apply_map(rows: Rows, mapping: ImportMap, where: str) -> Understood:
    """Apply a mapping to the rows of a file, each plan on its own; see :func:`_apply`."""
    return together([_apply(part, one, where) for part, one in by_plan(rows, mapping)], mapping)


def _apply(rows: Rows, mapping: ImportMap, where: str) -> Understood:
    """Apply a mapping of one plan.

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
        labels = labels.map(plain_account)
        target = labels.map({account: line_of(account, mapping.lines) for account in labels.unique()})
    else:
        target = labels.map(mapping.lines)
        check_rows(amounts[target.notna()], frame, mapping, where)
    summed = amounts.groupby(target).sum(min_count=1)
    costs = cost_lines(load_template().grids[mapping.sheet])
    signs = {line: SIGNS[mapping.costs if line in costs else mapping.income] for line in summed.index}
    figures = figures_from(
        [
            (
                mapping.sheet,
                str(line),
                *mapping.year_of(name),
                round(value * signs[line], 2) + 0.0,
                "imported",
            )
            for name in mapping.columns
            for line, value in summed[name].dropna().to_dict().items()
        ]
    )
    if figures.empty:
        raise InputError(_problem("rows_unmapped", where, lines=", ".join(list(mapping.lines)[:5])))
    rest = amounts[target.isna()].groupby(labels[target.isna()]).sum(min_count=1).abs().max(axis=1)
    unmapped = rest[rest > 0].sort_values(ascending=False, kind="stable")
    sums = check_sums(figures)
    notes = _notes(mapping, frame, len(summed), len(unmapped))
    if mapping.kind == "accounts":
        notes += account_notes(labels, amounts, figures, mapping)
    return Understood(figures, notes + _sum_notes(sums) + _unmapped_notes(unmapped), mapping, sums, unmapped)


def _notes(mapping: ImportMap, frame: pd.DataFrame, lines: int, unmapped: int) -> list[Text]:
    numbers = "1.234,5" if mapping.numbers == "de" else "1,234.5"
    notes = [
        _text("note_kind", kind=_text(f"note_{mapping.kind}"), sheet=load_template().sheets[mapping.sheet]),
        _text("note_columns", columns=", ".join(mapping.columns)),
        _text("note_rows", rows=len(frame), lines=lines, unmapped=unmapped),
        _text("note_numbers", numbers=numbers, factor=mapping.factor),
    ]
    known = {mapping.label_column, *mapping.columns, *mapping.group_columns}
    unread = [name for name in frame.columns if name not in known and frame[name].str.contains("[1-9]").any()]
    if unread:
        notes.append(_text("note_unread", columns=clean_text(", ".join(unread[:SHOWN]), 500)))
    if mapping.kind == "lines" and "turned" in (mapping.income, mapping.costs):
        signs = {"income": _text(f"sign_{mapping.income}"), "costs": _text(f"sign_{mapping.costs}")}
        notes.append(_text("note_line_signs", **signs))
    if mapping.group_columns:
        first = mapping.group_columns[0]
        count = frame[first].nunique() if first in frame.columns else 0
        notes.append(_text("note_added_up", count=count, column=first))
    return notes


def account_notes(
    labels: pd.Series[str], amounts: pd.DataFrame, figures: pd.DataFrame, mapping: ImportMap
) -> list[Text]:
    """Say how the signs were read and hold the derived sums against the sum over all accounts.

    In the check, not in the workbook, a line without any account counts as zero.
    """
    chart = chart_of(mapping)
    income, costs = (chart.digits(mapping.sheet, cost) for cost in (False, True))
    income_sign, costs_sign = _text(f"sign_{mapping.income}"), _text(f"sign_{mapping.costs}")
    signs = {"income_sign": income_sign, "costs_sign": costs_sign}
    notes = [
        chart_note(chart),
        _text("note_signs", income=", ".join(income), costs=", ".join(costs), **signs),
    ]
    internal = labels.str.startswith(chart.internal) if chart.internal else labels.eq("-")
    by_class = amounts[~internal].groupby(labels.str[0]).sum().reindex([*income, *costs], fill_value=0.0)
    lines = load_template().grids[mapping.sheet]
    result_line = line_for(mapping.sheet, RESULT_ROLE[mapping.sheet])
    nothing = {name: 0.0 for name, line in lines.items() if line.need != "sum" and name.isdigit()}
    columns = columns_of(figures, mapping.sheet)
    for name in sorted(mapping.columns, key=mapping.year_of):
        derived = complete({**nothing, **columns.get(mapping.year_of(name), {})}, lines).get(result_line)
        if mapping.year_of(name) not in columns or derived is None:
            continue
        printed = by_class[name]
        total = (
            SIGNS[mapping.income] * printed[[*income]].sum() - SIGNS[mapping.costs] * printed[[*costs]].sum()
        )
        gap = round(derived - total, 2)
        verdict = _text("accounts_agree") if abs(gap) < 1 else _text("accounts_differ", **written(gap=gap))
        both = written(derived=round(derived), total=round(total))
        notes.append(_text("accounts_sum", column=name, line=result_line, verdict=verdict, **both))
        charges = float(amounts.loc[internal, name].sum())
        if mapping.income != mapping.costs and abs(charges) >= 1:
            notes.append(_text("accounts_internal", column=name, **written(charges=round(charges))))
    return notes


def understand(
    path: Path, key: str, map_path: Path | None = None, answers: Mapping[str, str] | None = None
) -> Understood:
    """Read a file and say what it holds for this municipality.

    Parameters
    ----------
    path : Path
        A CSV file (result plan, finance plan, account-level budget, GENESIS table) or a workbook with such a table.
    key : str
        Municipality key or own identifier.
    map_path : Path, optional
        A mapping in YAML; otherwise one is proposed.
    answers : mapping, optional
        Answers to questions that an earlier call returned, by key.

    Raises
    ------
    InputError
        The file is refused, not recognised, or the mapping does not fit.
    """
    where = clean_text(path.name, 80)
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        rows, how = _sheet_rows(path, where)
    else:
        data = read_bytes(path)
        decoded = decode(data, where)
        if looks_like_genesis(decoded.text):
            return understand_genesis(read_genesis(data, where), key, where, answers)
        rows = split_rows(decoded.text, guess_separator(decoded.text), where)
        how = _text("file_encoding", encoding=decoded.encoding)
    mapping, open_question = (
        propose_asking(rows, where, key, answers) if map_path is None else (read_map(map_path), None)
    )
    if open_question is not None and answer_to(open_question, answers or {}) is None:
        return Understood(figures_from([]), [how], mapping, questions=[open_question])
    imported = apply_map(rows, mapping, where)
    return replace(imported, notes=[how, *imported.notes])


def _sheet_rows(path: Path, where: str) -> tuple[Rows, Text]:
    """Return the rows of the first sheet with headings of years, else of the first sheet, and which sheet that is."""
    book = open_workbook(path, values=True)
    if not book.worksheets:
        raise InputError(_problem("rows_none", where))
    found = (sheet for sheet in book.worksheets if any(map(heading_of, _cells(sheet, last_row=60))))
    sheet = next(found, book.worksheets[0])
    place = f"{where}: {clean_text(sheet.title, 40)}"
    if (sheet.max_row or 0) > MOST_SHEET_ROWS or (sheet.max_column or 0) > MOST_SHEET_COLUMNS:
        raise InputError(_problem("sheet_too_large", place, rows=MOST_SHEET_ROWS))
    shown = open_workbook(path, values=False)[sheet.title]
    formulas = [cell.coordinate for row in shown.iter_rows() for cell in row if cell.data_type == "f"]
    if formulas and all(sheet[coordinate].value is None for coordinate in formulas):
        raise InputError([_problem("formula_unsaved", f"{place}!{coordinate}") for coordinate in formulas])
    rows = [[_printed(value) for value in values] for values in sheet.iter_rows(values_only=True)]
    return rows, _text("file_workbook", sheet=clean_text(sheet.title, 40))


def _cells(sheet: Worksheet, last_row: int) -> Iterator[str]:
    for values in sheet.iter_rows(max_row=last_row, max_col=MOST_SHEET_COLUMNS, values_only=True):
        yield from map(_printed, values)


def _printed(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.10f}".rstrip("0").replace(".", ",")
    return clean_text(value, 500)


def _sum_notes(sums: list[SumCheck]) -> list[Text]:
    printed = [check for check in sums if check.given is not None]
    fails = [check for check in printed if check.state == "fails"]
    good = sum(check.state in ("ok", "rounded") for check in printed)
    notes = [_text("sums_agree", good=good, printed=len(printed))] if printed else []
    for check in fails[:SHOWN]:
        numbers = written(given=check.given, computed=check.computed)
        notes.append(_text("sum_differs", line=label_of(check.sheet, check.line), year=check.year, **numbers))
    return notes


def _unmapped_notes(unmapped: pd.Series[float]) -> list[Text]:
    notes = []
    for label, value in unmapped.head(SHOWN).items():
        name = clean_text(label, 60) or _text("label_empty")
        notes.append(_text("no_target", label=name, **written(amount=round(value))))
    if len(unmapped) > SHOWN:
        notes.append(_text("more_without_target", n=len(unmapped) - SHOWN))
    return notes
