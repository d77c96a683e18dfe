"""What the page has done in a process of its own: the functions of the commands, their results as plain data."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from dewak_research.config import load_params
from dewak_research.data.register import LAND_NAMES, tidy_kreis_name
from dewak_research.errors import InputError, messages
from dewak_research.language import Language
from dewak_research.own.access_files import CSV, GEOJSON, layouts
from dewak_research.own.check import CheckResult, check_workbook, write_check
from dewak_research.own.contents import KEYS
from dewak_research.own.intake.filled import filled_with
from dewak_research.own.intake.mapping import read_map
from dewak_research.own.intake.pdf_draft import CONFIRMED
from dewak_research.own.intake.understood import understand
from dewak_research.own.layout_in_hand import in_layout
from dewak_research.own.marks import in_layout_of_workbook, is_own_workbook
from dewak_research.own.official import official_table
from dewak_research.own.safety import CASE_NAME, FILE_NAME, REPORT_FOLDER, own_folder
from dewak_research.own.start.shown import View, findings_of, sums_of, tables_of
from dewak_research.own.start.uploads import LARGEST_MAPPING
from dewak_research.own.start.worker import Say
from dewak_research.own.template import load_template
from dewak_research.own.versions import keep_version, put_in_place, replacing, version_named
from dewak_research.own.workbook import (
    changes,
    new_workbook,
    read_contents,
    update_workbook,
)
from dewak_research.rules import HOME

_problem = messages(__package__)


def register() -> View:
    """Return the municipalities and Kreise whose figures are embedded, and the Länder.

    Returns
    -------
    dict
        units: list of (key, name, kind, name of the Kreis), by name; lands: list of (key, name).
    """
    towns, kreise = official_table("towns"), official_table("kreise")
    names = {
        str(key): tidy_kreis_name(str(name))
        for key, name in zip(kreise["ags"], kreise["name"], strict=True)
        if str(key).startswith(HOME)
    }
    within = set(towns.loc[~towns["kreisfrei"], "kreis"])
    units = [
        (
            str(row["ags"]),
            str(row["name"]),
            "city" if row["kreisfrei"] else "town",
            names.get(row["kreis"], ""),
        )
        for row in towns.to_dict("records")
    ]
    units += [(key, name, "kreis", "") for key, name in names.items() if key in within]
    return {"units": sorted(units, key=lambda unit: (unit[1], unit[0])), "lands": sorted(LAND_NAMES.items())}


def make(key: str, language: Language, year: int, name: str | None, land_key: str | None, own: Path) -> None:
    """Make the workbook of a municipality, prefilled with what official statistics know.

    Parameters
    ----------
    land_key : str, optional
        Two digits of its Land, "" outside Germany; None where the key tells.

    Raises
    ------
    InputError
        The key is not allowed or does not lie in that Land, it is unknown and has no name, or a workbook is
        there already.
    """
    new_workbook(key, language, year, name, own=own, land_key=land_key)


def take(key: str, given: Path, language: Language, own: Path) -> View | None:
    """Put an upload where it belongs: a workbook in place of the one there, districts or a case study beside it.

    What was there before is kept as a backup.

    Returns
    -------
    dict or None
        As :func:`check`; None if it is neither, so that its figures have to be understood first.

    Raises
    ------
    InputError
        It is a workbook of this project that cannot be read, or a case study with mistakes; then nothing is changed.
    """
    folder = own_folder(key, own)
    name = given.name.casefold()
    if name == CASE_NAME:
        from dewak_research.own.case_study import check_case_file  # heavy, and few have a case study

        check_case_file(given, key)
    elif given.suffix.lower() == ".yaml":
        raise InputError(_problem("other_yaml", given.name, file=CASE_NAME))
    if name in {CASE_NAME, *_beside()}:
        put_in_place(given, folder / name)
        return check(key, language, own)
    if given.suffix.lower() != ".xlsx" or not is_own_workbook(given):
        return None
    target = folder / FILE_NAME
    aside = target.with_name(f".{FILE_NAME}.part.xlsx")
    try:
        shutil.copyfile(given, aside)
        result = check_workbook(key, own, aside)
        with replacing(target):
            aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return _checked(result, language, own)


def _beside() -> set[str]:
    """Return the names of the files of districts, facilities and ways."""
    found = set()
    for layout in layouts().values():
        found |= {f"{name}{CSV}" for name in layout.names}
        found |= {f"{name}{GEOJSON}" for name in layout.names if layout.shapes}
    return found


def check(key: str, language: Language, own: Path) -> View:
    """Check the workbook, leave the report and the marked copy beside it, and return what a page shows.

    Returns
    -------
    dict
        name, language (of the workbook), counts (by weight); findings, a list of dicts: severity, sheet, cell, where,
        label, column, value, what, right, next_step (texts in both languages); sums, a list of dicts: line, column,
        given, computed, state.

    Raises
    ------
    InputError
        There is no workbook, or it cannot be read.
    """
    return _checked(check_workbook(key, own), language, own)


def _checked(result: CheckResult, language: Language, own: Path) -> View:
    write_check(result, own_folder(result.key, own), language)
    with in_layout(result.reading.layout):
        return {
            "name": result.reading.form.get("name") or result.key,
            "language": result.reading.language,
            "counts": result.counts,
            "findings": findings_of(result),
            "sums": sums_of(result),
        }


def check_mapping(key: str, mapping: Path, own: Path) -> None:
    """Check a mapping for the lines of the workbook.

    Raises
    ------
    InputError
        It is too large, no YAML or no mapping; every mistake is named, as by the command.
    """
    if mapping.stat().st_size > LARGEST_MAPPING:
        raise InputError(_problem("mapping_large", mapping.name, kilobytes=LARGEST_MAPPING // 1_000))
    with in_layout_of_workbook(key, own):
        read_map(mapping)


def read_file(
    key: str, given: Path, answers: Mapping[str, str], own: Path, mapping: Path | None = None
) -> View:
    """Read a file for the workbook, by a mapping where one is given; say what was understood, write nothing.

    Returns
    -------
    dict
        notes, questions, confirms (whether they only ask to compare the tables with a print), tables (as
        :func:`.shown.tables_of`), n (figures), replaced (figures that would change).

    Raises
    ------
    InputError
        The file is refused, or there is no workbook that could take its figures.
    """
    with in_layout_of_workbook(key, own):
        imported = understand(given, key, mapping, answers)
        contents, figures = read_contents(key, own), imported.figures
        if figures.empty and len(imported.rows):  # while a question is open: what the table shows
            figures = imported.rows.groupby(KEYS, as_index=False)[["value"]].sum()
        return {
            "notes": list(imported.notes),
            "questions": list(imported.questions),
            "confirms": [question.key for question in imported.questions] == [CONFIRMED],
            "tables": tables_of(imported),
            "n": len(figures),
            "replaced": len(changes(contents, figures)),
        }


def write_file(
    key: str, given: Path, answers: Mapping[str, str], own: Path, mapping: Path | None = None
) -> None:
    """Write the figures of a file into the workbook; the workbook of before is kept as a backup.

    Raises
    ------
    InputError
        As :func:`read_file`.
    """
    with in_layout_of_workbook(key, own):
        imported = understand(given, key, mapping, answers)
    if imported.questions:
        raise InputError(_problem("questions_open", given.name))
    update_workbook(key, filled_with(read_contents(key, own), imported, given.name), own)


def keep_given(key: str, kind: str, year: int, given: Path, own: Path) -> None:
    """Keep a workbook that was given (last year's, a draft of another computer) as a version; the one there stays.

    Raises
    ------
    InputError
        It is no workbook of this project, or cannot be read.
    """
    if not is_own_workbook(given):
        raise InputError(_problem("no_version_file", given.name))
    check_workbook(key, own, given)
    keep_version(key, kind, year, own, given)


def build(key: str, own: Path, older: str, newer: str, say: Say) -> str:
    """Build the report of one municipality and return its start page below the municipality's folder.

    Parameters
    ----------
    older, newer : str
        Names of kept versions that a page compares; "" = none, and the workbook as it is now.
    say : callable
        Told ``reading``, ``computing`` and ``done``.

    Raises
    ------
    InputError
        The check found errors, or another process builds this report.
    """
    say("loading")
    from dewak_research.own.alone import alone
    from dewak_research.own.ingested import ingested_tables
    from dewak_research.own.report import build_own_report

    say("reading")
    params, tables = load_params(), ingested_tables()
    say("computing")
    before, after = (version_named(key, name, own).path if name else None for name in (older, newer))
    with alone(own_folder(key, own) / REPORT_FOLDER, f"data/own/{key}/{REPORT_FOLDER}"):
        page = build_own_report(
            key,
            languages=params.run.languages,
            ingested=tables,
            own=own,
            params=params,
            against=before,
            newer=after,
        )
    return page.relative_to(own_folder(key, own)).as_posix()


def warm() -> None:
    """Load what the work needs, so that the first upload does not wait for it."""
    official_table("towns")
    load_template()


def warm_report() -> None:
    """Load what the report needs."""
    from dewak_research.own import report

    assert report.PAGES
