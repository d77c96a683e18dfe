"""A workbook taken into the next year: what stays true is carried over, the columns move on by the years between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from dewak_research.errors import InputError, messages
from dewak_research.own.access_files import new_files
from dewak_research.own.contents import KEYS, Contents, default_years, figures_from, merge_years
from dewak_research.own.official import embedded_figures
from dewak_research.own.safety import FILE_NAME, own_folder
from dewak_research.own.template import PLANS
from dewak_research.own.workbook import contents_of, read_workbook, update_workbook

_problem = messages(__package__)


def budget_year_of(contents: Contents) -> int | None:
    """Return the budget year of a workbook by its columns: the year after the first planned one; None without any."""
    planned = [year for sheet in PLANS for year, kind in contents.years[sheet] if kind == "plan"]
    return min(planned) + 1 if planned else None


def moved_on(old: Contents, budget_year: int, embedded: pd.DataFrame) -> Contents:
    """Return the contents of the workbook of a later budget year.

    Actuals stay. A plan stays for the years that are still planned; where a planned year has become one of the
    actuals, its plan is left out and its column waits for the result. Official figures are those of today, own ones go
    before them. Lists stay, overrides of columns that are gone are left out.

    Parameters
    ----------
    embedded : DataFrame
        Result of ``official.embedded_figures``.
    """
    first_planned = budget_year - 1
    kept = old.figures[(old.figures["kind"] == "actual") | (old.figures["year"] >= first_planned)]
    own = kept[kept["origin"] != "prefilled"]
    figures = figures_from(pd.concat([own, embedded]).drop_duplicates(KEYS))
    lists = dict(old.lists)
    known = {(sheet, year) for sheet, year in zip(figures["sheet"], figures["year"], strict=True)}
    lists["overrides"] = [
        row for row in old.lists.get("overrides", []) if (row.get("sheet"), row.get("year")) in known
    ]
    return replace(old, figures=figures, years=merge_years(default_years(budget_year), figures), lists=lists)


def workbook_of_next_year(
    key: str,
    old: Path,
    budget_year: int | None = None,
    own: Path | None = None,
    *,
    force: bool = False,
) -> tuple[Path, int]:
    """Write the workbook of a municipality from an earlier one and return its path and budget year.

    Parameters
    ----------
    old : Path
        An earlier workbook of this municipality, of this template or an earlier one; it is not changed, except that
        the workbook of the municipality itself is kept as a numbered backup.
    budget_year : int, optional
        The year after the old one unless told.

    Raises
    ------
    InputError
        The old workbook is none, holds errors, or is that of another municipality; it has no planned year, it is of the
        year asked for or later, or there is another workbook already and ``force`` is not set.
    """
    path = own_folder(key, own) / FILE_NAME
    if not old.is_file():
        raise InputError(_problem("from_absent", old.name))
    same = path.exists() and path.resolve() == old.resolve()
    if path.exists() and not same and not force:
        raise InputError(_problem("workbook_exists", f"data/own/{key}/{FILE_NAME}", key=key))
    embedded = embedded_figures(key)
    contents = contents_of(read_workbook(old, key), embedded)
    named = contents.form.get("key", "")
    if named != key and named.isdigit() and key.isdigit():
        raise InputError(_problem("key_mismatch", old.name, value=named, key=key))
    before = budget_year_of(contents)
    year = budget_year or (before or 0) + 1
    if before is None or year <= before:
        raise InputError(
            _problem("from_no_later", old.name, found=str(before or "–"), asked=str(budget_year or "–"))
        )
    update_workbook(key, moved_on(contents, year, embedded), own)
    new_files(path.parent, contents.language)
    return path, year
