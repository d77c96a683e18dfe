"""The contract of every official table: columns, types, ranges, keys and sums.

The columns come from the catalogue and become a pandera schema; sums and relations between columns stand here,
what tables say of each other in `relations`.
A table that breaks its contract is refused with everything that is wrong in it, never only the first finding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dewak_research.data.catalogue import Column, Table
from dewak_research.errors import InputError, Problem, messages

if TYPE_CHECKING:
    import pandera.pandas as pa

_problem = messages(__package__)
_SHOWN = 5
_DTYPES = {"string": "str", "integer": "Int64", "number": "Float64", "boolean": "boolean"}
_BOOLEANS = {"True": True, "False": False, "true": True, "false": False}


def _broken(key: str, table: Table, where: str, **values: object) -> Problem:
    return _problem(key, where, path=f"data/raw/{table.path}", **values)


def _rows(index: list[int]) -> str:
    lines = [str(int(i) + 2) for i in sorted(index)[:_SHOWN]]
    more = f" (+{len(index) - _SHOWN})" if len(index) > _SHOWN else ""
    return ", ".join(lines) + more


def _values(values: list[object]) -> str:
    return ", ".join(repr(v) for v in dict.fromkeys(values[:_SHOWN]))


def _where(table: Table, column: str, index: list[int] | None = None) -> str:
    where = f"{table.path}: {column}"
    return f"{where}, Zeile/row {_rows(index)}" if index else where


def missing_columns(frame: pd.DataFrame, table: Table) -> list[Problem]:
    """Return one problem for every column that is missing or not in the catalogue."""
    columns = ", ".join(table.fields)
    missing = [("column_missing", name) for name in table.fields if name not in frame.columns]
    unknown = [("column_unknown", str(name)) for name in frame.columns if name not in table.fields]
    return [
        _broken(key, table, _where(table, name), name=name, columns=columns)
        for key, name in (*missing, *unknown)
    ]


def _converted(text: pd.Series, column: Column) -> pd.Series:
    if column.type == "string":
        return text
    if column.type == "boolean":
        return text.map(_BOOLEANS).astype("boolean")
    numbers = pd.to_numeric(text, errors="coerce")
    numbers = numbers.where(np.isfinite(numbers.astype("float64")))
    if column.type == "integer":
        whole = numbers.where(numbers.isna() | (numbers % 1 == 0))
        return whole.astype("Float64").astype("Int64")
    return numbers.astype("Float64")


def convert(text: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Turn a table read as text into typed columns; an empty cell is missing.

    Raises
    ------
    InputError
        A column is missing or unknown, or cells are not of their column's type; all at once.
    """
    problems = missing_columns(text, table)
    columns = {}
    for name, column in table.fields.items():
        if name not in text.columns:
            continue
        columns[name] = _converted(text[name], column)
        wrong = text[name].notna() & columns[name].isna()
        if wrong.any():
            shown = _values(text.loc[wrong, name].tolist())
            where = _where(table, name, text.index[wrong].tolist())
            problems.append(_broken("cell_invalid", table, where, shown=shown, kind=column.type))
    if problems:
        raise InputError(problems)
    return pd.DataFrame(columns)


def _checks(column: Column) -> list[pa.Check]:
    import pandera.pandas as pa

    checks = []
    if column.pattern:
        checks.append(pa.Check.str_matches(column.pattern, error=f"pattern {column.pattern}"))
    if column.enum:
        checks.append(pa.Check.isin(list(column.enum), error="one of: " + ", ".join(column.enum)))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, error=f">= {column.minimum:g}"))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, error=f"<= {column.maximum:g}"))
    return checks


def schema(table: Table) -> pa.DataFrameSchema:
    """Return the pandera schema of a table, built from its catalogue entry."""
    import pandera.pandas as pa  # a quarter of a second that only a check needs

    columns = {
        name: pa.Column(_DTYPES[c.type], checks=_checks(c), nullable=not c.required)
        for name, c in table.fields.items()
    }
    return pa.DataFrameSchema(columns, strict=True, name=table.name)


def _schema_problems(frame: pd.DataFrame, table: Table) -> list[Problem]:
    import pandera.pandas as pa

    try:
        schema(table).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        problems = []
        for (column, check), cases in error.failure_cases.groupby(["column", "check"], dropna=False):
            index = [int(i) for i in cases["index"].dropna()]
            shown = _values(cases["failure_case"].tolist())
            key = "cell_empty" if check == "not_nullable" else "cell_not_allowed"
            where = _where(table, str(column), index)
            problems.append(_broken(key, table, where, shown=shown, rule=str(check)))
        return problems
    return []


def _duplicate_keys(frame: pd.DataFrame, table: Table) -> list[Problem]:
    doubled = frame.duplicated(list(table.keys), keep=False)
    if not table.keys or not doubled.any():
        return []
    first = frame.loc[doubled, list(table.keys)].astype(str).agg(" ".join, axis=1).tolist()
    where = _where(table, " + ".join(table.keys), frame.index[doubled].tolist())
    return [_broken("key_duplicate", table, where, shown=_values(list(first)))]


def _row_count(frame: pd.DataFrame, table: Table) -> list[Problem]:
    if table.rows is None or len(frame) == table.rows:
        return []
    return [_broken("row_count", table, table.path, found=len(frame), wanted=table.rows)]


def _sum_problem(key: str, table: Table, gaps: pd.Series) -> list[Problem]:
    gaps = gaps[gaps != 0]
    if gaps.empty:
        return []
    first = gaps.head(_SHOWN)
    keys = first.index.to_frame().astype(str).agg(" ".join, axis=1)
    shown = "; ".join(f"{key}: {gap:+,.0f}" for key, gap in zip(keys, first, strict=True))
    more = f" (+{len(gaps) - _SHOWN})" if len(gaps) > _SHOWN else ""
    return [_broken(key, table, f"{table.path}: amount_eur", shown=shown + more)]


def _payments_add_up(frame: pd.DataFrame, table: Table) -> list[Problem]:
    total = frame["product_group"] == "999"
    coarse = frame["account"].isin(["6", "7"])
    keys = ["ags", "year", "account"]
    whole = frame[total & ~coarse].groupby(keys)["amount_eur"].sum()
    parts = frame[~total & ~coarse].groupby(keys)["amount_eur"].sum()
    by_group = _sum_problem("groups_do_not_add_up", table, parts.sub(whole, fill_value=0))
    if not (total & coarse).any():
        return by_group
    by_head = ["ags", "year", "head"]
    headed = frame.assign(head=frame["account"].str[0])
    sums = headed[total & ~coarse].groupby(by_head)["amount_eur"].sum()
    totals = headed[total & coarse].groupby(by_head)["amount_eur"].sum()
    return by_group + _sum_problem("accounts_do_not_add_up", table, sums.sub(totals, fill_value=0))


def _kreis_begins_key(frame: pd.DataFrame, table: Table) -> list[Problem]:
    wrong = frame["ags"].str[:5] != frame["kreis"]
    if not wrong.any():
        return []
    where = _where(table, "kreis", frame.index[wrong].tolist())
    return [_broken("kreis_does_not_fit", table, where)]


_RULES: dict[str, Callable[[pd.DataFrame, Table], list[Problem]]] = {
    "booked_payments": _payments_add_up,
    "towns": _kreis_begins_key,
}


def check(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the table if it keeps its contract.

    Parameters
    ----------
    frame : DataFrame
        Typed columns, as `convert` returns them.
    table : Table
        Its catalogue entry.

    Raises
    ------
    InputError
        Every violation: column, rows, what would be right.
    """
    problems = missing_columns(frame, table)
    if problems:
        raise InputError(problems)
    problems = _schema_problems(frame, table) + _duplicate_keys(frame, table) + _row_count(frame, table)
    rule = _RULES.get(table.role)
    if rule and not problems:
        problems = rule(frame, table)
    if problems:
        raise InputError(problems)
    return frame
