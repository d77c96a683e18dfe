"""Apply a mapping to a table: amounts become figures of the workbook, and everything on the way is said."""

from __future__ import annotations

import pandas as pd

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.contents import figures_from, written
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.amounts import NUMBERS, Amounts, amounts_of, to_frame
from dewak_research.own.intake.both_plans import by_plan, chart_of, together
from dewak_research.own.intake.charts import chart_note
from dewak_research.own.intake.currencies import check_currency, currency_notes, euro_per_unit, unit_of
from dewak_research.own.intake.group_accounts import side_by_side, totals_among
from dewak_research.own.intake.kept_apart import kept_rows
from dewak_research.own.intake.line_names import labels_of
from dewak_research.own.intake.mapping import SIGNS, ImportMap
from dewak_research.own.intake.result import ROW_COLUMNS, SHOWN, Understood
from dewak_research.own.intake.signs import odd_signs
from dewak_research.own.intake.totals import BETWEEN, Totals, group_totals
from dewak_research.own.official import line_of
from dewak_research.own.roles import line_for, line_shown
from dewak_research.own.safety import clean_text
from dewak_research.own.template import (
    SumCheck,
    check_sums,
    columns_of,
    complete,
    cost_lines,
    label_of,
    load_template,
)

_problem, _text = messages(__package__), texts(__package__)
RESULT_ROLE = {"result_plan": "annual_result", "finance_plan": "change_in_funds"}


def apply_map(
    rows: list[list[str]], mapping: ImportMap, where: str, known: NUMBERS | None = None
) -> Understood:
    """Apply a mapping to the rows of a file.

    Parameters
    ----------
    rows : list of list of str
        The file, its headings in one row.
    mapping : ImportMap
        How it is read.
    where : str
        The file, for messages.
    known : mapping, optional
        Cells that a workbook holds as numbers.

    Raises
    ------
    InputError
        The mapping does not fit the file, cells are no amounts, rows would be counted twice, or nothing is left.
    """
    if mapping.header_row > len(rows):
        raise InputError(_problem("header_beyond", where, rows=len(rows)))
    check_currency(rows, mapping, where)
    rows = kept_rows(rows, mapping)
    return together([_apply(part, one, where, known) for part, one in by_plan(rows, mapping)], mapping)


def _apply(rows: list[list[str]], mapping: ImportMap, where: str, known: NUMBERS | None) -> Understood:
    """Apply a mapping of one sheet."""
    frame = to_frame(rows, mapping.header_row - 1)
    read = amounts_of(frame, mapping, where, known)
    labels = labels_of(frame, mapping.label_column, mapping.number_column)
    if mapping.kind == "accounts":
        labels = labels.map(plain_account)
        chart = chart_of(mapping)
        own = labels.map(lambda account: chart.plan_of(account) in (mapping.sheet, None))
        frame, labels = frame[own], labels[own]
        target = labels.map({account: line_of(account, mapping.lines) for account in labels.unique()})
    else:
        target = labels.map(mapping.lines)
    amounts = read.euro.loc[frame.index]
    totals = _totals(frame, labels, target, amounts, mapping, where)
    amounts, target = amounts.drop(totals.rows), target.drop(totals.rows)
    figures = _figures(amounts, target, mapping)
    if figures.empty:
        raise InputError(_problem("rows_unmapped", where, lines=", ".join(list(mapping.lines)[:5])))
    left = amounts[target.isna()].groupby(labels[target[target.isna()].index]).sum(min_count=1)
    rest = euro_per_unit(mapping) * left.abs().max(axis=1)
    unmapped = rest[rest > 0].sort_values(ascending=False, kind="stable")
    sums = check_sums(figures)
    notes = _notes(mapping, frame, totals, read, target.nunique(), len(unmapped))
    if mapping.kind == "accounts" and mapping.sheet in RESULT_ROLE:
        notes += account_notes(labels[amounts.index], amounts, figures, mapping)
    notes += _sum_notes(sums) + odd_signs(figures, sums) + _unmapped_notes(unmapped)
    table = _from_to(frame, labels, amounts, target, mapping, where)
    return Understood(figures, notes, [mapping], sums, unmapped, table)


def _factor_by_line(mapping: ImportMap) -> dict[str, float]:
    """Return what an amount of a line is multiplied by: its sign, and the euro for one unit of the currency."""
    lines = load_template().grids[mapping.sheet]
    costs, rate = cost_lines(lines), euro_per_unit(mapping)
    return {
        line: SIGNS[mapping.costs if line in costs else mapping.income]
        * (rate if spec.unit == "EUR" else 1.0)
        for line, spec in lines.items()
    }


def _figures(amounts: pd.DataFrame, target: pd.Series[str], mapping: ImportMap) -> pd.DataFrame:
    """Return the figures: rows of one line and columns of one year and kind are added."""
    factors = _factor_by_line(mapping)
    by_year = amounts.T.groupby([mapping.columns[name] for name in amounts.columns]).sum(min_count=1).T
    summed = by_year.groupby(target).sum(min_count=1)
    columns = [(name, int(name[-4:]), name[:-5]) for name in summed.columns]
    sheet: str = mapping.sheet
    filled = [
        (sheet, str(line), year, kind, round(value * factors[str(line)], 2) + 0.0, "imported")
        for name, year, kind in columns
        for line, value in summed[name].dropna().to_dict().items()
    ]
    known = [column for column in columns if summed[column[0]].notna().any()]
    absent = [
        (sheet, line, year, kind, 0.0, "imported") for _, year, kind in known for line in mapping.absent
    ]
    return figures_from([*filled, *absent])


def _totals(
    frame: pd.DataFrame,
    labels: pd.Series[str],
    target: pd.Series[str],
    amounts: pd.DataFrame,
    mapping: ImportMap,
    where: str,
) -> Totals:
    """Find the rows that repeat others; refuse a line that is printed twice where no group tells the rows apart."""
    names = [name for name in mapping.group_columns if name in frame.columns]
    groups = side_by_side(frame, names, BETWEEN)
    used = target[target.notna()].index
    found = Totals()
    if names:
        found = group_totals(groups[used], labels[used], amounts.loc[used], where, mapping.header_row)
    elif mapping.kind == "lines":
        found = _repeated(labels[used], amounts.loc[used], f"{where}: {mapping.label_column}")
    if mapping.kind == "accounts":
        told = labels[labels.isin(mapping.totals)].index.difference(pd.Index(found.rows))
        rest = labels.drop([*found.rows, *told])
        more = totals_among(frame, rest, amounts.loc[rest.index], mapping, where)
        found = Totals([*found.rows, *map(int, told), *more.rows], [*found.names, *labels[told], *more.names])
    return found


def _repeated(labels: pd.Series[str], amounts: pd.DataFrame, where: str) -> Totals:
    """Return rows that print a line again with the same amounts, such as both totals of a balance sheet.

    Raises
    ------
    InputError
        A line is printed again with other amounts.
    """
    again = labels[labels.duplicated()]
    first = amounts.groupby(labels).first().reindex(again)
    differs = (amounts.loc[again.index].fillna(0.0).to_numpy() != first.fillna(0.0).to_numpy()).any(axis=1)
    if twice := sorted(again[differs].unique()):
        raise InputError([_problem("line_twice", where, line=label) for label in twice])
    return Totals(list(again.index), list(again))


def _from_to(
    frame: pd.DataFrame,
    labels: pd.Series[str],
    amounts: pd.DataFrame,
    target: pd.Series[str],
    mapping: ImportMap,
    where: str,
) -> pd.DataFrame:
    """Return where every amount that was used stood and where it goes, one row per cell."""
    lines = target[target.notna()]
    used, factors = lines.index, lines.map(_factor_by_line(mapping)).astype("float64")
    parts = []
    for name in mapping.columns:
        year, kind = mapping.year_of(name)
        part = pd.DataFrame(
            {
                "where": [f"{where}: Zeile {int(n) + mapping.header_row}, Spalte {name}" for n in used],
                "label": labels[used].str.slice(0, 120),
                "printed": frame.loc[used, name].str.slice(0, 60),
                "sheet": mapping.sheet,
                "line": lines,
                "year": year,
                "kind": kind,
                "value": amounts.loc[used, name] * factors,
            }
        )
        parts.append(part[part["value"].notna()])
    return pd.concat(parts, ignore_index=True)[list(ROW_COLUMNS)]


def _notes(
    mapping: ImportMap, frame: pd.DataFrame, totals: Totals, read: Amounts, lines: int, unmapped: int
) -> list[Text]:
    numbers = "1.234,5" if mapping.numbers == "de" else "1,234.5"
    notes = [
        _text("note_kind", kind=_text(f"note_{mapping.kind}"), sheet=load_template().sheets[mapping.sheet]),
        _text("note_columns", columns=", ".join(mapping.columns)),
        _text("note_rows", rows=len(frame), lines=lines, unmapped=unmapped),
        _text("note_numbers", numbers=numbers, factor=mapping.factor, unit=unit_of(mapping)),
        *currency_notes(mapping),
    ]
    known = {
        mapping.label_column,
        mapping.number_column,
        mapping.unit_column,
        mapping.side_column,
        *mapping.columns,
        *mapping.group_columns,
    }
    unread = [name for name in frame.columns if name not in known and frame[name].str.contains("[1-9]").any()]
    if unread:
        notes.append(_text("note_unread", columns=clean_text(", ".join(unread[:SHOWN]), 500)))
    if read.percent:
        notes.append(_text("note_percent", places=clean_text("; ".join(read.percent[:SHOWN]), 500)))
    if totals.rows:
        named = clean_text("; ".join(dict.fromkeys(totals.names)), 300)
        notes.append(_text("note_totals", n=len(totals.rows), names=named))
    if mapping.kind == "lines" and "turned" in (mapping.income, mapping.costs):
        signs = {"income": _text(f"sign_{mapping.income}"), "costs": _text(f"sign_{mapping.costs}")}
        notes.append(_text("note_line_signs", **signs))
    if mapping.side_column:
        notes.append(_text("note_side_column", column=clean_text(mapping.side_column, 60)))
    for column, value in mapping.only.items():
        notes.append(_text("kept_only", column=clean_text(column, 60), value=clean_text(value, 60)))
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
    empty = {name for name, line in lines.items() if line.need == "required" or name.isdigit()}
    nothing = {name: 0.0 for name in lines if name in empty and lines[name].need != "sum"}
    columns = columns_of(figures, mapping.sheet)
    for name in sorted(mapping.columns, key=mapping.year_of):
        derived = complete({**nothing, **columns.get(mapping.year_of(name), {})}, lines).get(result_line)
        if mapping.year_of(name) not in columns or derived is None:
            continue
        printed = by_class[name]
        total = euro_per_unit(mapping) * (
            SIGNS[mapping.income] * printed[[*income]].sum() - SIGNS[mapping.costs] * printed[[*costs]].sum()
        )
        gap = round(derived - total, 2)
        verdict = _text("accounts_agree") if abs(gap) < 1 else _text("accounts_differ", **written(gap=gap))
        both = written(derived=round(derived), total=round(total))
        shown = line_shown(mapping.sheet, RESULT_ROLE[mapping.sheet])
        notes.append(_text("accounts_sum", column=name, line=shown, verdict=verdict, **both))
        charges = float(amounts.loc[internal, name].sum())
        if mapping.income != mapping.costs and abs(charges) >= 1:
            said = {"codes": ", ".join(chart.internal), **written(charges=round(charges))}
            notes.append(_text("accounts_internal", column=name, **said))
    return notes


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
