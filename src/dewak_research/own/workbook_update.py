"""Put imported figures into a workbook: what is there stays, what is imported replaces it, the old file is kept."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dewak_research.errors import InputError
from dewak_research.own.checks_form import check_lists
from dewak_research.own.prefill import embedded_figures
from dewak_research.own.safety import own_folder
from dewak_research.own.template import load_template
from dewak_research.own.workbook import FILE_NAME, save_workbook
from dewak_research.own.workbook_contents import Contents, Reading, merge_years
from dewak_research.own.workbook_new import keep_backup
from dewak_research.own.workbook_read import read_workbook

KEYS = ["sheet", "line", "year", "kind"]


def contents_of(reading: Reading, embedded: pd.DataFrame) -> Contents:
    """Turn a workbook that was read back into contents.

    Raises
    ------
    InputError
        Cells could not be read; rewriting the workbook would lose them.
    """
    lost = [
        found
        for found in reading.findings
        if found.severity == "error" or found.code in ("stray_value", "line_unknown")
    ]
    if lost:
        raise InputError([found.problem for found in lost])
    list(check_lists(reading))
    known = reading.figures[reading.figures["value"].notna()]
    official = embedded[[*KEYS, "value"]].rename(columns={"value": "official"})
    frame = known.merge(official, on=KEYS, how="left")
    same = (frame["value"] - frame["official"]).abs() <= 0.5
    frame["origin"] = same.map({True: "prefilled", False: "given"})
    figures = frame[[*KEYS, "value", "origin"]].reset_index(drop=True)
    form = dict(reading.form)
    form["rule_set"] = load_template().option_of(form.get("rule_set", ""), ("nrw", "none")) or ""
    lists = {
        sheet: [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]
        for sheet, rows in reading.lists.items()
    }
    return Contents(reading.language, form, figures, reading.years, lists)


def with_imported(contents: Contents, imported: pd.DataFrame, source: str) -> Contents:
    """Return the contents with imported figures in place of older ones, and the source noted.

    A sum that was entered before is left out in every column that the import touches; it is computed anew.
    A sheet that held no figures so far takes the years of the import instead of the empty columns it offered.
    """
    kept = contents.figures[~_stale_sums(contents.figures, imported)]
    figures = pd.concat([kept, imported], ignore_index=True).drop_duplicates(KEYS, keep="last")
    figures = figures.sort_values(KEYS, ignore_index=True)
    years = dict(contents.years)
    for sheet in imported["sheet"].unique():
        if not (contents.figures["sheet"] == sheet).any():
            years[sheet] = []
    lists = {name: list(rows) for name, rows in contents.lists.items()}
    for sheet in sorted(imported["sheet"].unique()):
        span = imported.loc[imported["sheet"] == sheet, "year"]
        note = {"sheet": sheet, "years": f"{span.min()}–{span.max()}", "source": source, "date": None}
        if not any(all(row.get(k) == v for k, v in note.items()) for row in lists["sources"]):
            lists["sources"].append(note)
    return Contents(contents.language, contents.form, figures, merge_years(years, figures), lists)


def _stale_sums(figures: pd.DataFrame, imported: pd.DataFrame) -> pd.Series[bool]:
    grids = load_template().grids
    touched = set(zip(imported["sheet"], imported["year"], imported["kind"], strict=True))
    stale = [
        grids[sheet][line].need == "sum" and (sheet, year, kind) in touched
        for sheet, line, year, kind in zip(*(figures[name] for name in KEYS), strict=True)
    ]
    return pd.Series(stale, index=figures.index, dtype=bool)


def changes(contents: Contents, imported: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that an import would replace by another value: sheet, line, year, kind, before, after."""
    before = contents.figures[[*KEYS, "value"]].rename(columns={"value": "before"})
    both = imported[[*KEYS, "value"]].rename(columns={"value": "after"}).merge(before, on=KEYS)
    return both[(both["after"] - both["before"]).abs() > 0.005].reset_index(drop=True)


def read_contents(key: str, own: Path | None = None) -> Contents:
    """Read ``data/own/<key>/eingabe.xlsx`` as contents.

    Raises
    ------
    InputError
        There is no workbook, or it has cells that cannot be read.
    """
    path = own_folder(key, own) / FILE_NAME
    return contents_of(read_workbook(path, key), embedded_figures(key))


def update_workbook(key: str, contents: Contents, own: Path | None = None) -> Path | None:
    """Write the contents, keep the old workbook as a numbered backup, and return the backup's path."""
    path = own_folder(key, own) / FILE_NAME
    backup = keep_backup(path)
    save_workbook(contents, path)
    return backup
