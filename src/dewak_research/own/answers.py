"""Filled-in questionnaires read back in: CSV or Excel, one file per person, every mistake with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.stakeholders import RATED
from dewak_research.data.text_files import decode, guess_separator, read_bytes, split_rows
from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.own.safety import clean_text, open_workbook

COLUMNS = ("part", "first", "second", "question", "scale", "answer")
SCALES = {"power": (0.0, 10.0), "interest": (0.0, 10.0), "attitude": (-2.0, 2.0)}
_JUDGEMENT = (1 / 9, 9.0)
_TIMES = (1.0, 9.0)
_ENDS = ("best", "worst")
_VECTORS = {"best_to": "best_to_others", "to_worst": "others_to_worst"}
_problem = messages(__package__, "questionnaire.yaml")


@dataclass(frozen=True)
class Answers:
    """What came back.

    Parameters
    ----------
    ratings : DataFrame
        actor, rater, power, interest, attitude (NaN = not answered).
    judgements : DataFrame
        rater, first, second, value (only those answered).
    best_worst : dict
        Rater → best, worst, best_to_others, others_to_worst in the order of the criteria; only who answered all of it.
    """

    ratings: pd.DataFrame
    judgements: pd.DataFrame
    best_worst: dict[str, dict[str, Any]]


def _number(text: str) -> float:
    """Read ``7``, ``2,5`` or ``1/3``."""
    first, _, second = text.replace(",", ".").replace("−", "-").partition("/")
    return float(first) / float(second) if second else float(first)


def _cells(path: Path, name: str) -> list[list[str]]:
    """Return the rows of a CSV file or of the first sheet of a workbook as text."""
    if path.suffix.lower() == ".xlsx":
        sheet = open_workbook(path, values=True).worksheets[0]
        return [["" if v is None else f"{v:g}" if isinstance(v, float) else str(v) for v in row]
                for row in sheet.iter_rows(values_only=True)]  # fmt: skip
    text = decode(read_bytes(path), name).text
    return split_rows(text, guess_separator(text.partition("\n")[0]), name)


def _rows_of(path: Path) -> list[tuple[dict[str, str], str]]:
    """Return the filled lines of a questionnaire by column, each with its place."""
    name = clean_text(path.name, 80)
    head, *body = _cells(path, name) or [[]]
    missing = [column for column in COLUMNS if column not in head]
    if missing:
        said = {"missing": ", ".join(missing), "columns": ", ".join(COLUMNS)}
        raise InputError(_problem("columns", f"{name}:1", **said))
    lines = (
        (dict.fromkeys(COLUMNS, "") | dict(zip(head, row, strict=False)), n)
        for n, row in enumerate(body, 2)
        if any(row)
    )
    return [({column: cell.strip() for column, cell in line.items()}, f"{name}:{n}") for line, n in lines]


def _answer(row: Mapping[str, str], where: str, actors: set[str], criteria: set[str]) -> float | str | None:
    """Return the answer of one line as a number or a criterion, None where it is empty; raises what is wrong in it."""
    part, second, answer = row["part"], row["second"], row["answer"]
    nothing = {""}
    known = {
        "rater": (nothing, nothing),
        "rating": (actors, set(SCALES)),
        "judgement": (criteria, criteria),
        **dict.fromkeys(_ENDS, (nothing, nothing)),
        **dict.fromkeys(_VECTORS, (criteria, nothing)),
    }
    if part not in known:
        raise InputError(_problem("unknown_part", where, part=part, near=nearest_or(part, known)))
    for given, allowed in zip((row["first"], second), known[part], strict=True):
        if given not in allowed:
            raise InputError(_problem("not_here", where, given=given, near=nearest_or(given, allowed)))
    if part == "rater" or not answer:
        return None
    if part in _ENDS:
        if answer not in criteria:
            near = nearest_or(answer, criteria)
            raise InputError(_problem("no_criterion", where, answer=answer, near=near))
        return answer
    low, high = SCALES[second] if part == "rating" else _JUDGEMENT if part == "judgement" else _TIMES
    try:
        value = _number(answer)
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(_problem("no_number", where, answer=answer, low=low, high=high)) from error
    if not low - 1e-9 <= value <= high + 1e-9:
        raise InputError(_problem("off_scale", where, answer=answer, low=low, high=high))
    return value


def _best_worst(
    given: Mapping[tuple[str, str], Any], criteria: list[str], where: str
) -> dict[str, Any] | None:
    """Return one person's best–worst answers, None where not all are given; raises where they cannot be."""
    wanted = [(end, "") for end in _ENDS] + [(part, key) for part in _VECTORS for key in criteria]
    if any(key not in given for key in wanted):
        return None
    best, worst = (str(given[(end, "")]) for end in _ENDS)
    if best == worst:
        raise InputError(_problem("best_and_worst", where))
    vectors = {name: [float(given[(part, key)]) for key in criteria] for part, name in _VECTORS.items()}
    for name, end in zip(vectors, (best, worst), strict=True):
        if vectors[name][criteria.index(end)] != 1:
            raise InputError(_problem("not_one", where, name=end))
    return {"best": best, "worst": worst, **vectors}


def read_answers(paths: Iterable[Path], actors: Iterable[str], criteria: Iterable[str]) -> Answers:
    """Read filled-in questionnaires, one file per person.

    Parameters
    ----------
    paths : iterable of Path
        CSV files, or Excel workbooks whose first sheet holds the same columns.

    Raises
    ------
    InputError
        All problems of all files, each with file and line.
    """
    keys = list(criteria)
    known_actors, known_criteria = set(actors), set(keys)
    problems: list[Problem] = []
    ratings: dict[tuple[str, str], dict[str, float]] = {}
    judgements, best_worst = [], {}
    for path in sorted(paths):
        try:
            rows = _rows_of(path)
        except InputError as error:
            problems += error.problems
            continue
        rater = next((row["answer"] for row, _ in rows if row["part"] == "rater"), "") or path.stem
        ends: dict[tuple[str, str], Any] = {}
        for row, where in rows:
            try:
                value = _answer(row, where, known_actors, known_criteria)
            except InputError as error:
                problems += error.problems
                continue
            if value is None:
                continue
            if row["part"] == "rating":
                ratings.setdefault((row["first"], rater), {})[row["second"]] = float(value)
            elif row["part"] == "judgement":
                judgements.append((rater, row["first"], row["second"], value))
            else:
                ends[(row["part"], row["first"])] = value
        try:
            if (told := _best_worst(ends, keys, clean_text(path.name, 80))) is not None:
                best_worst[rater] = told
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    rated = [
        (actor, rater, *(given.get(item, np.nan) for item in RATED))
        for (actor, rater), given in sorted(ratings.items())
    ]
    return Answers(
        pd.DataFrame(rated, columns=["actor", "rater", *RATED]),
        pd.DataFrame(sorted(judgements), columns=["rater", "first", "second", "value"]),
        dict(sorted(best_worst.items())),
    )
