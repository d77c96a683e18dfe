"""The survey of the actors: a questionnaire as CSV and as a printable page, and its answers read back in.

One file per person asked. Ratings of actors (power, interest 0–10, attitude −2 … 2) and pairwise comparisons of
criteria (Saaty 1/9 … 9). An empty answer stays empty: it is no zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from dewak_research.cases.library import Library, name_of
from dewak_research.cases.stakeholders import (
    CR_LIMIT,
    RATED,
    ahp_weights,
    clashing_judgements,
    pairwise_matrix,
    rating_table,
)
from dewak_research.data.text_files import decode, guess_separator, read_bytes, split_rows
from dewak_research.errors import InputError, Problem, messages, nearest_or, texts
from dewak_research.language import Language, Text
from dewak_research.own.safety import clean_text
from dewak_research.page.html import templates

COLUMNS = ("part", "first", "second", "question", "scale", "answer")
SCALES = {"power": (0.0, 10.0), "interest": (0.0, 10.0), "attitude": (-2.0, 2.0)}
_JUDGEMENT = (1 / 9, 9.0)
_text = texts(__package__, "questionnaire.yaml")
_problem = messages(__package__, "questionnaire.yaml")


def questionnaire(
    actors: Mapping[str, Text], criteria: Mapping[str, Text], language: Language
) -> pd.DataFrame:
    """Return the questions as a table with the columns ``COLUMNS``, answers empty.

    Parameters
    ----------
    actors, criteria : mapping of str to Text
        Key → name; criteria are compared pairwise.
    """
    rows = [("rater", "", "", _text("rater")[language], "", "")]
    for key, name in actors.items():
        for item in RATED:
            asked, scale = _text(f"ask_{item}", actor=name), _text(f"scale_{item}")
            rows.append(("rating", key, item, asked[language], scale[language], ""))
    scale = _text("scale_judgement")
    for first, second in combinations(criteria, 2):
        asked = _text("ask_judgement", first=criteria[first], second=criteria[second])
        rows.append(("judgement", first, second, asked[language], scale[language], ""))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def as_csv(questions: pd.DataFrame) -> str:
    """Return the questionnaire as CSV text (comma, LF), ready to be filled in."""
    return str(questions.to_csv(index=False, lineterminator="\n"))


def as_page(questions: pd.DataFrame, case: Text, language: Language) -> str:
    """Return the questionnaire as one printable HTML page without any outside file."""
    return (
        templates("dewak_research.own")
        .get_template("questionnaire.html")
        .render(
            language=language,
            title=_text("title", case=case)[language],
            how=_text("how")[language],
            heads=[_text(head)[language] for head in COLUMNS[3:]],
            rows=list(zip(questions["question"], questions["scale"], strict=True)),
        )
    )


def _number(text: str) -> float:
    """Read ``7``, ``2,5`` or ``1/3``."""
    first, _, second = text.replace(",", ".").replace("−", "-").partition("/")
    return float(first) / float(second) if second else float(first)


def _rows_of(path: Path) -> list[tuple[dict[str, str], str]]:
    """Return the filled lines of a questionnaire by column, each with its place."""
    name = clean_text(path.name, 80)
    text = decode(read_bytes(path), name).text
    head, *body = split_rows(text, guess_separator(text.partition("\n")[0]), name)
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


def _answer(row: Mapping[str, str], where: str, actors: set[str], criteria: set[str]) -> float | None:
    """Return the answer of one line as a number, None where it is left empty; raises what is wrong in it."""
    part, second, answer = row["part"], row["second"], row["answer"]
    known = {"rating": (actors, set(SCALES)), "judgement": (criteria, criteria), "rater": ({""}, {""})}
    if part not in known:
        raise InputError(_problem("unknown_part", where, part=part, near=nearest_or(part, known)))
    for given, allowed in zip((row["first"], second), known[part], strict=True):
        if given not in allowed:
            raise InputError(_problem("not_here", where, given=given, near=nearest_or(given, allowed)))
    if part == "rater" or not answer:
        return None
    low, high = SCALES[second] if part == "rating" else _JUDGEMENT
    try:
        value = _number(answer)
    except (ValueError, ZeroDivisionError) as error:
        raise InputError(_problem("no_number", where, answer=answer, low=low, high=high)) from error
    if not low - 1e-9 <= value <= high + 1e-9:
        raise InputError(_problem("off_scale", where, answer=answer, low=low, high=high))
    return value


def read_answers(
    paths: Iterable[Path], actors: Iterable[str], criteria: Iterable[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read filled-in questionnaires, one file per person.

    Returns
    -------
    tuple
        (a) ratings: actor, rater, power, interest, attitude (NaN = not answered); (b) judgements: rater,
        first, second, value (only those answered).

    Raises
    ------
    InputError
        All problems of all files, each with file and line.
    """
    known_actors, known_criteria = set(actors), set(criteria)
    problems: list[Problem] = []
    ratings: dict[tuple[str, str], dict[str, float]] = {}
    judgements = []
    for path in sorted(paths):
        try:
            rows = _rows_of(path)
        except InputError as error:
            problems += error.problems
            continue
        rater = next((row["answer"] for row, _ in rows if row["part"] == "rater"), "") or path.stem
        for row, where in rows:
            try:
                value = _answer(row, where, known_actors, known_criteria)
            except InputError as error:
                problems += error.problems
                continue
            if value is not None and row["part"] == "rating":
                ratings.setdefault((row["first"], rater), {})[row["second"]] = value
            elif value is not None:
                judgements.append((rater, row["first"], row["second"], value))
    if problems:
        raise InputError(problems)
    rated = [
        (actor, rater, *(given.get(item, np.nan) for item in RATED))
        for (actor, rater), given in sorted(ratings.items())
    ]
    return (
        pd.DataFrame(rated, columns=["actor", "rater", *RATED]),
        pd.DataFrame(sorted(judgements), columns=["rater", "first", "second", "value"]),
    )


def names_for(library: Library, case: str) -> tuple[dict[str, Text], dict[str, Text]]:
    """Return the actors of a case and the criteria they compare, by key."""
    actors = {actor["id"]: name_of(actor) for actor in library.cases[case]["actors"]}
    criteria = library.criteria["criteria"]
    return actors, {key: name_of(criteria[key]) for key in library.stakeholders["compared"]}


def write_questionnaire(library: Library, case: str, language: Language, folder: Path) -> list[Path]:
    """Write the questionnaire of a case as CSV and printable page and return both paths."""
    questions = questionnaire(*names_for(library, case), language)
    page = as_page(questions, name_of(library.cases[case]), language)
    folder.mkdir(parents=True, exist_ok=True)
    written = {folder / f"{case}_{language}.csv": as_csv(questions), folder / f"{case}_{language}.html": page}
    for path, text in written.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(written)


def summarise(library: Library, case: str, paths: Iterable[Path]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the answers of a case and return what the chapter shows of them.

    Returns
    -------
    tuple
        (a) ``stakeholders.rating_table`` of the answers; (b) weights: rater, criterion, weight,
        consistency_ratio, clash (the judgement furthest from the others where CR ≥ 0.10, else empty); only
        raters who compared every pair.
    """
    actors, criteria = names_for(library, case)
    ratings, judgements = read_answers(paths, actors, criteria)
    keys = list(criteria)
    pairs = list(combinations(keys, 2))
    rows = []
    for rater, group in judgements.groupby("rater", sort=True):
        given = {(f, s): v for f, s, v in zip(group["first"], group["second"], group["value"], strict=True)}
        if any(pair not in given for pair in pairs):
            continue
        matrix = pairwise_matrix([float(given[pair]) for pair in pairs], len(keys))
        weights, _, ratio = ahp_weights(matrix)
        worst = clashing_judgements(matrix, keys, 1).iloc[0]
        clash = f"{worst['first']} : {worst['second']}" if ratio >= CR_LIMIT else ""
        rows += [(rater, key, float(w), ratio, clash) for key, w in zip(keys, weights, strict=True)]
    table = pd.DataFrame(rows, columns=["rater", "criterion", "weight", "consistency_ratio", "clash"])
    return rating_table(ratings), table
