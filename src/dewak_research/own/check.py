"""Check a workbook: all problems at once, the figures to be used, the page and the marked copy left behind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from dewak_research.errors import InputError, texts
from dewak_research.language import Language
from dewak_research.own.access_case import OwnAccess
from dewak_research.own.access_inputs import read_access
from dewak_research.own.cells import save_whole
from dewak_research.own.contents import KEYS, Finding, Reading, amount, beside_official
from dewak_research.own.form import check_form, check_lists, peers_of
from dewak_research.own.layout_in_hand import in_layout
from dewak_research.own.official import embedded_figures
from dewak_research.own.planning_sheets import OwnPlanning, own_planning
from dewak_research.own.plausibility import check_values
from dewak_research.own.room_case import OwnRooms
from dewak_research.own.room_sheets import own_rooms
from dewak_research.own.safety import FILE_NAME, MARKED_NAME, open_workbook, own_folder, write_whole
from dewak_research.own.template import GRIDS, SumCheck, check_sums, columns_of, label_of, load_template
from dewak_research.own.workbook import read_workbook
from dewak_research.page.html import templates
from dewak_research.rules import NEUTRAL, land

WEIGHT = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class CheckResult:
    """Findings (errors first), the state of every sum, and what was read."""

    key: str
    findings: list[Finding]
    sums: list[SumCheck]
    reading: Reading
    embedded: pd.DataFrame
    access: OwnAccess

    @property
    def errors(self) -> list[Finding]:
        """Findings that stop the report."""
        return [found for found in self.findings if found.severity == "error"]

    @property
    def counts(self) -> dict[str, int]:
        """Number of findings by weight."""
        return {weight: sum(found.severity == weight for found in self.findings) for weight in WEIGHT}


def check_workbook(key: str, own: Path | None = None, path: Path | None = None) -> CheckResult:
    """Check the workbook of one municipality, and the files of districts and facilities beside it.

    Parameters
    ----------
    key : str
        Municipality key or own identifier; names the folder below ``own``.
    own : Path, optional
        Folder of all own figures; ``data/own`` unless told.
    path : Path, optional
        Another workbook to check under this key.

    Raises
    ------
    InputError
        The key is not allowed, or the file cannot be read as a workbook of this template.
    """
    file = path or own_folder(key, own) / FILE_NAME
    reading = read_workbook(file, key)
    with in_layout(reading.layout):
        return _checked(reading, key, file)


def _checked(reading: Reading, key: str, file: Path) -> CheckResult:
    embedded = embedded_figures(key)
    findings = list(reading.findings)
    findings += check_form(reading, key)
    findings += check_lists(reading)
    sums = check_sums(reading.figures)
    findings += check_values(key, reading, embedded, sums)
    access, of_files = read_access(file.parent, reading)
    findings += of_files
    order = {title: index for index, title in enumerate(reading.titles.values())}
    findings.sort(key=lambda f: (WEIGHT[f.severity], order.get(f.sheet or "", 99), f.cell or "", f.code))
    return CheckResult(key, findings, sums, reading, embedded, access)


@dataclass(frozen=True)
class OwnFigures:
    """Own figures ready for analysis.

    Attributes
    ----------
    figures : DataFrame
        sheet, line, year, kind, value (never NA), origin (given, prefilled, changed, overridden), reason.
    missing : DataFrame
        sheet, line, year, kind of required lines without a value.
    currency : str
        Rate at which amounts of another currency became euro; empty where they were in euro.
    layout, rule_set : str
        Two digits of the Land whose lines the workbook has; law that judges it ("nrw", "nds", "none").
    """

    key: str
    name: str
    layout: str
    rule_set: str
    peers: list[str]
    figures: pd.DataFrame
    missing: pd.DataFrame
    services: pd.DataFrame
    measures: pd.DataFrame
    sources: pd.DataFrame
    planning: OwnPlanning
    rooms: OwnRooms
    access: OwnAccess
    currency: str


def load_own(key: str, own: Path | None = None, path: Path | None = None) -> OwnFigures:
    """Check the workbook, or another one under this key, and return its figures, with overrides applied.

    Raises
    ------
    InputError
        The check found errors; all of them are in it.
    """
    result = check_workbook(key, own, path)
    if result.errors:
        raise InputError([found.problem for found in result.errors])
    return own_figures(result)


def own_figures(result: CheckResult) -> OwnFigures:
    """Return the figures of a checked workbook; where each comes from stands beside it."""
    with in_layout(result.reading.layout):
        return _figures_of(result)


def _figures_of(result: CheckResult) -> OwnFigures:
    reading, template = result.reading, load_template()
    frame = beside_official(reading.figures, result.embedded).assign(reason="")
    for row in reading.lists.get("overrides", []):
        year = row.get("year")
        if not isinstance(year, float):
            continue
        kinds = {kind for known, kind in reading.years[str(row["sheet"])] if known == int(year)}
        place = [row["sheet"], row["line"], int(year), "plan" if kinds == {"plan"} else "actual"]
        frame = frame[~(frame[KEYS] == place).all(axis=1)]
        given = pd.Series([*place, row["value"], "overridden", row.get("reason", "")], index=frame.columns)
        frame = pd.concat([frame, given.to_frame().T.astype(frame.dtypes)], ignore_index=True)
    frame = frame.sort_values(KEYS, ignore_index=True)
    known = {sheet: columns_of(frame, sheet) for sheet in GRIDS}
    missing = [
        (sheet, line, year, kind)
        for sheet, columns in known.items()
        for line, spec in template.grids[sheet].items()
        for (year, kind), given in columns.items()
        if spec.need != "sum" and not spec.may_be_absent and line not in given
    ]
    rules = template.rules_of(reading.form.get("rule_set", "")) or land(NEUTRAL).rules
    return OwnFigures(
        key=result.key,
        name=reading.form.get("name", ""),
        layout=reading.layout,
        rule_set=rules,
        peers=peers_of(reading.form.get("peers", "")),
        figures=frame,
        missing=pd.DataFrame(missing, columns=KEYS),
        services=_rows(reading, "services"),
        measures=_rows(reading, "measures"),
        sources=_rows(reading, "sources"),
        planning=own_planning(reading),
        rooms=own_rooms(reading),
        access=result.access,
        currency=reading.form.get("currency", ""),
    )


def _rows(reading: Reading, sheet: str) -> pd.DataFrame:
    columns = [column.id for column in load_template().lists[sheet]]
    rows = [{name: row.get(name) for name in columns} for row in reading.lists.get(sheet, [])]
    return pd.DataFrame(rows, columns=columns)


REPORT_NAME = "pruefbericht.html"
MOST_FINDINGS = 1_000
PAINT = {
    "error": PatternFill("solid", fgColor="F4B6AC"),
    "warning": PatternFill("solid", fgColor="FBE0A6"),
    "note": PatternFill("solid", fgColor="DDE3E8"),
}
_text = texts(__package__)


def word(name: str, language: Language, **values: object) -> str:
    """Return a word or sentence of the check report."""
    return _text(f"check_{name}", **values)[language]


def render_check(result: CheckResult, language: Language) -> str:
    """Return the report as one HTML page; every text from the workbook is escaped."""
    with in_layout(result.reading.layout):
        return _rendered(result, language)


def _rendered(result: CheckResult, language: Language) -> str:
    layout = load_template()
    sums = [
        {
            "sheet": layout.sheets[check.sheet][language],
            "line": label_of(check.sheet, check.line)[language],
            "year": f"{layout.kinds[check.kind][language]} {check.year}",
            "given": "" if check.given is None else amount(check.given, language),
            "computed": "" if check.computed is None else amount(round(check.computed, 2), language),
            "state": check.state,
        }
        for check in result.sums
    ]
    return (
        templates(__package__)
        .get_template("check_report.html")
        .render(
            language=language,
            t=partial(word, language=language),
            name=result.reading.form.get("name") or result.key,
            key=result.key,
            findings=result.findings[:MOST_FINDINGS],
            more=word("more", language, n=MOST_FINDINGS) if len(result.findings) > MOST_FINDINGS else "",
            counts=result.counts,
            sums=sums,
        )
    )


def write_check(result: CheckResult, folder: Path, language: Language) -> None:
    """Write the page and the marked copy into the folder of the municipality."""
    write_whole(folder / REPORT_NAME, render_check(result, language))
    _mark_copy(result, folder / FILE_NAME, folder / MARKED_NAME, language)


def _mark_copy(result: CheckResult, source: Path, target: Path, language: Language) -> None:
    book = result.reading.book or open_workbook(source, values=False)
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for found in result.findings[:MOST_FINDINGS]:
        if found.sheet in book.sheetnames:
            text = (
                f"{word(found.severity, language)}: {found.problem.what[language]}\n"
                f"{word('right', language)}: {found.problem.right[language]}"
            )
            places.setdefault((str(found.sheet), found.cell or "B1"), []).append((found.severity, text))
    for (sheet, address), entries in places.items():
        cell = book[sheet][address]
        if type(cell).__name__ == "MergedCell":
            continue
        comment = Comment("\n\n".join(text for _, text in entries)[:3_000], "dewak")
        comment.width, comment.height = 380, 60 + 60 * min(len(entries), 6)
        cell.comment = comment
        if cell.coordinate != "B1":
            cell.fill = PAINT[entries[0][0]]
    save_whole(book, target)
