"""Two workbooks of a municipality compared: each is checked and called by its name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import LANGUAGES, Text
from dewak_research.own.check import OwnFigures, load_own
from dewak_research.own.compared_plans import ComparedPlans, compare_plans
from dewak_research.own.plan import budget_year, plan_frame
from dewak_research.own.safety import clean_text
from dewak_research.own.versions import version_of

_problem, _text = messages(__package__), texts(__package__)


@dataclass(frozen=True)
class ComparedFiles:
    """Two versions of a plan and what they are called; ``newer`` is None where it is the workbook as it is now."""

    plans: ComparedPlans
    older: Text
    newer: Text | None


def compare_files(
    key: str, figures: OwnFigures, older: Path, newer: Path | None = None, own: Path | None = None
) -> ComparedFiles:
    """Compare a workbook with another one, or with the figures of the workbook as it is now.

    Parameters
    ----------
    figures : OwnFigures
        The workbook as it is now.
    older, newer : Path
        Kept versions, or workbooks that lie anywhere (last year's).

    Raises
    ------
    InputError
        One of them cannot be read or has errors; every problem names the file.
    """
    before = _loaded(key, older, own, figures.layout)
    after = figures if newer is None else _loaded(key, newer, own, figures.layout)
    named = None if newer is None else _name(newer, after)
    return ComparedFiles(compare_plans(before, after), _name(older, before), named)


def _loaded(key: str, path: Path, own: Path | None, layout: str) -> OwnFigures:
    """Return the figures of a workbook; one whose lines are those of another Land is refused."""
    try:
        found = load_own(key, own, path)
    except InputError as error:
        raise InputError([replace(one, where=_placed(path, one.where)) for one in error.problems]) from error
    if found.layout != layout:
        raise InputError(_problem("from_other_lines", path.name))
    return found


def _placed(path: Path, where: str) -> str:
    return where if path.name in where else f"{path.name}: {where}"


def _name(path: Path, figures: OwnFigures) -> Text:
    """Return what a version is called: draft, adopted or supplementary with its year, else file and budget year."""
    if (version := version_of(path)) is not None:
        kind, of_year, number = version
        more = f" ({number})" if number > 1 else ""
        return Text(*(f"{_text(f'version_{kind}')[language]} {of_year}{more}" for language in LANGUAGES))
    year = budget_year(plan_frame(figures.figures))
    file = clean_text(path.name, 80)
    return _text("version_file", file=file, year=year) if year else Text(file, file)
