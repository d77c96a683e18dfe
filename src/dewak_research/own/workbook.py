"""The workbook of one municipality: made and prefilled, read back, filled by an import; an old one is never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.data.register import LAND_NAMES
from dewak_research.errors import InputError, messages, nearest
from dewak_research.language import Language
from dewak_research.own.access_files import new_files
from dewak_research.own.ages_and_dates import TOTAL
from dewak_research.own.contents import (
    KEYS,
    Contents,
    Reading,
    beside_official,
    default_years,
    merge_years,
)
from dewak_research.own.form import check_lists, lines_today, read_form, read_list
from dewak_research.own.grid import read_grid
from dewak_research.own.layout_in_hand import in_layout
from dewak_research.own.marks import read_mark
from dewak_research.own.official import embedded_figures, official_table, registered_name
from dewak_research.own.planning_sheets import ASSUMPTION, assumed_lead_times
from dewak_research.own.room_sheets import preset_settings
from dewak_research.own.safety import (
    FILE_NAME,
    check_key,
    clean_text,
    has_formulas,
    open_workbook,
    own_folder,
)
from dewak_research.own.sheets import save_workbook
from dewak_research.own.sources_by_hand import sources_by_hand
from dewak_research.own.template import GRIDS, LISTS, load_template
from dewak_research.own.versions import replacing
from dewak_research.planning.ages import OLDEST, SEXES
from dewak_research.rules import land, land_of, lands

_problem = messages(__package__)
REGISTER_AGES = (*map(str, range(OLDEST)), f"{OLDEST}+", TOTAL)  #: the empty form of a register's extract
READ_COLUMNS = [*KEYS, "value", "status", "cell"]


def read_workbook(path: Path, key: str) -> Reading:
    """Read all sheets; see :class:`Reading`. Lines of an earlier template come back with their ids of today.

    Raises
    ------
    InputError
        The file cannot be opened, or is no workbook of this template or an earlier one.
    """
    formulas = open_workbook(path, values=False)
    stored = open_workbook(path, values=True) if has_formulas(formulas) else formulas
    reading = Reading(book=formulas)
    read_mark(formulas, key, path.name, reading)
    with in_layout(reading.layout):
        return _read_sheets(reading, formulas, stored, key)


def _read_sheets(reading: Reading, formulas: Workbook, stored: Workbook, key: str) -> Reading:
    template = load_template()
    found: dict[str, tuple[Worksheet, Worksheet]] = {}
    for sheet in formulas.worksheets:
        name = template.sheet_of(sheet.title)
        if name is None or name in found:
            reading.odd("sheet_extra", sheet.title, tab=clean_text(sheet.title, 40))
            continue
        found[name] = (sheet, stored[sheet.title])
        reading.titles[name] = sheet.title
    parts = []
    for name, title in template.sheets.items():
        if name not in found:
            reading.titles[name] = title[reading.language]
            if name not in template.added_sheets:
                reading.odd("sheet_missing", title[reading.language], tab=title, key=key)
            continue
        shown, values = found[name]
        for area in list(shown.merged_cells.ranges)[:20]:
            reading.odd("merged_cells", shown.title, area.coord.split(":")[0], range=area.coord)
        if name == "readme":
            read_form(shown, values, reading)
        elif name in GRIDS:
            parts.extend(read_grid(name, shown, values, reading, key))
        else:
            read_list(name, shown, values, template, reading, key)
    lines_today(reading)
    reading.figures = pd.DataFrame(parts, columns=READ_COLUMNS).astype({"value": "float64"})
    return reading


def new_contents(
    key: str, language: Language, budget_year: int, name: str | None = None, land_key: str | None = None
) -> Contents:
    """Return the contents of a fresh workbook: the form and every embedded figure.

    Parameters
    ----------
    key : str
        Municipality key or own identifier.
    language : {"de", "en"}
        Language of the workbook.
    budget_year : int
        The year of the budget that is looked at; decides which columns are offered.
    name : str, optional
        Needed where the register does not know the key (a municipality outside NRW, an own identifier).
    land_key : str, optional
        Two digits of its Land, for an own identifier; decides on law and lines.

    Raises
    ------
    InputError
        The key is not allowed, it does not lie in the Land told, it is unknown and no name was given, or the name is
        empty.
    """
    check_key(key)
    if land_key and key.isdigit() and not key.startswith(land_key):
        raise InputError(_problem("other_land", key, land=LAND_NAMES.get(land_key, land_key)))
    told = land(land_key) if land_key and land_key in lands() else land_of(key)
    known = registered_name(key)
    if name is not None and not clean_text(name):
        raise InputError(_problem("name_option_empty", "--name"))
    if name is None and known is None:
        near = nearest(key, sorted(official_table("towns")["ags"])) or "05911000"
        raise InputError(_problem("key_without_name", "AGS", key=key, near=near))
    figures = embedded_figures(key)
    form = {
        "name": clean_text(name or known, 300),
        "key": key,
        "rule_set": told.rules,
        "peers": "",
        "contact": "",
    }
    lists: dict[str, list[dict[str, object]]] = {name: [] for name in LISTS}
    lists["register"] = [{"age": age} for age in REGISTER_AGES]
    lists["lead_times"] = [
        {"service": service, "lead_years": years, "source": ASSUMPTION[language]}
        for service, years in assumed_lead_times().items()
    ]
    lists["room_settings"] = preset_settings(language)
    lists["sources"] = sources_by_hand(key, language)
    years = merge_years(default_years(budget_year), figures)
    return Contents(language, form, figures, years, lists, told.layout)


def new_workbook(
    key: str,
    language: Language,
    budget_year: int,
    name: str | None = None,
    force: bool = False,
    own: Path | None = None,
    land_key: str | None = None,
) -> Path:
    """Write ``data/own/<key>/eingabe.xlsx`` and return its path; empty files of districts and facilities lie beside it.

    Raises
    ------
    InputError
        There is a workbook already and ``force`` is not set; with it, the old one is kept as a numbered backup.
    """
    contents = new_contents(key, language, budget_year, name, land_key)
    path = own_folder(key, own) / FILE_NAME
    if path.exists() and not force:
        raise InputError(_problem("workbook_exists", f"data/own/{key}/{FILE_NAME}", key=key))
    update_workbook(key, contents, own)
    new_files(path.parent, language)
    return path


def update_workbook(key: str, contents: Contents, own: Path | None = None) -> Path | None:
    """Write the contents, keep the old workbook as a numbered backup, and return the backup's path."""
    path = own_folder(key, own) / FILE_NAME
    with replacing(path) as backup:
        save_workbook(contents, path)
    return backup


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
    with in_layout(reading.layout):
        list(check_lists(reading))
    figures = beside_official(reading.figures, embedded)
    figures["origin"] = figures["origin"].replace("changed", "given")
    form = dict(reading.form)
    form["rule_set"] = load_template().rules_of(form.get("rule_set", "")) or ""
    lists = {
        sheet: [{k: v for k, v in row.items() if not k.startswith("_")} for row in rows]
        for sheet, rows in reading.lists.items()
    }
    return Contents(reading.language, form, figures, reading.years, lists, reading.layout)


def with_imported(
    contents: Contents,
    imported: pd.DataFrame,
    source: str | Mapping[str, str],
    register: Sequence[dict[str, object]] = (),
) -> Contents:
    """Return the contents with imported figures in place of older ones, and the source noted.

    Rows of the register fill its sheet only where nobody is entered there: an own extract is better.

    A sum that was entered before is left out in every column that the import touches; it is computed anew.
    A sheet that held no figures so far takes the years of the import instead of the empty columns it offered.
    """
    grids = load_template(contents.layout).grids
    touched = set(zip(imported["sheet"], imported["year"], imported["kind"], strict=True))
    stale = [
        grids[sheet][line].need == "sum" and (sheet, year, kind) in touched
        for sheet, line, year, kind in contents.figures[KEYS].itertuples(index=False, name=None)
    ]
    kept = contents.figures[~np.array(stale, dtype=bool)]
    figures = pd.concat([kept, imported], ignore_index=True).drop_duplicates(KEYS, keep="last")
    figures = figures.sort_values(KEYS, ignore_index=True)
    years = dict(contents.years)
    for sheet in imported["sheet"].unique():
        if not (contents.figures["sheet"] == sheet).any():
            years[sheet] = []
    lists = {name: list(rows) for name, rows in contents.lists.items()}
    for sheet in sorted(imported["sheet"].unique()):
        span = imported.loc[imported["sheet"] == sheet, "year"]
        own = source if isinstance(source, str) else source[str(sheet)]
        note = {"sheet": sheet, "years": f"{span.min()}–{span.max()}", "source": own, "date": None}
        if not any(all(row.get(k) == v for k, v in note.items()) for row in lists["sources"]):
            lists["sources"].append(note)
    if register and not any(row.get(name) for row in lists["register"] for name in (*SEXES, "persons")):
        lists["register"] = [dict(row) for row in register]
        own = source if isinstance(source, str) else source["register"]
        lists["sources"].append(
            {"sheet": "register", "years": str(register[0]["date"]), "source": own, "date": None}
        )
    return replace(contents, figures=figures, years=merge_years(years, figures), lists=lists)


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
