"""The survey of the actors: a questionnaire as CSV and as a printable page, and its answers read back in.

One file per person asked. Ratings of actors (power, interest 0–10, attitude −2 … 2) and pairwise comparisons of
criteria (Saaty 1/9 … 9). An empty answer stays empty: it is no zero.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from dewak_research.cases.check import pairwise_matrix
from dewak_research.cases.library import Library
from dewak_research.cases.stakeholders import CR_LIMIT, ahp_weights, clashing_judgements, rating_table
from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Language, Text

COLUMNS = ("part", "first", "second", "question", "scale", "answer")
SCALES = {"power": (0.0, 10.0), "interest": (0.0, 10.0), "attitude": (-2.0, 2.0)}
_JUDGEMENT = (1 / 9, 9.0)
_ASK = {
    "power": Text("Wie viel kann »{actor}« bewirken?", "How much can “{actor}” bring about?"),
    "interest": Text(
        "Wie wichtig ist das Vorhaben für »{actor}«?", "How much does the project matter to “{actor}”?"
    ),
    "attitude": Text(
        "Wie steht »{actor}« zum Vorhaben?", "What is the attitude of “{actor}” to the project?"
    ),
}
_SCALE = {
    "power": Text("0 nichts bis 10 alles", "0 nothing to 10 everything"),
    "interest": Text("0 gar nicht bis 10 sehr", "0 not at all to 10 very much"),
    "attitude": Text("−2 dagegen bis 2 dafür", "−2 against to 2 in favour"),
}
_COMPARE = Text(
    "Wie viel wichtiger ist »{first}« als »{second}«?",
    "How much more important is “{first}” than “{second}”?",
)
_COMPARE_SCALE = Text(
    "1 gleich, 3 etwas, 5 deutlich, 9 viel wichtiger; umgekehrt 1/3, 1/5, 1/9",
    "1 equal, 3 somewhat, 5 clearly, 9 much more important; the other way 1/3, 1/5, 1/9",
)
_RATER = Text("Kürzel der antwortenden Person", "Initials of the person answering")
_TITLE = Text("Fragebogen: {case}", "Questionnaire: {case}")
_HOW = Text(
    "Bitte jede Frage für sich beantworten; was Sie nicht wissen, bleibt frei. Antworten in die Spalte ganz rechts.",
    "Please answer every question on its own; leave free what you do not know. Answers go into the last column.",
)
_HEADS = {
    "question": Text("Frage", "Question"),
    "scale": Text("Skala", "Scale"),
    "answer": Text("Antwort", "Answer"),
}
_AGAIN = Text(
    "Antwort berichtigen und die Datei erneut einlesen", "correct the answer and read the file again"
)


def questionnaire(
    actors: Mapping[str, Text], criteria: Mapping[str, Text], language: Language
) -> pd.DataFrame:
    """Return the questions as a table with the columns ``COLUMNS``, answers empty.

    Parameters
    ----------
    actors, criteria : mapping of str to Text
        Key → name; criteria are compared pairwise.
    """
    rows = [("rater", "", "", _RATER[language], "", "")]
    for key, name in actors.items():
        rows += [
            ("rating", key, item, ask[language].format(actor=name[language]), _SCALE[item][language], "")
            for item, ask in _ASK.items()
        ]
    for first, second in combinations(criteria, 2):
        asked = _COMPARE[language].format(first=criteria[first][language], second=criteria[second][language])
        rows.append(("judgement", first, second, asked, _COMPARE_SCALE[language], ""))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def as_csv(questions: pd.DataFrame) -> str:
    """Return the questionnaire as CSV text (comma, LF), ready to be filled in."""
    return str(questions.to_csv(index=False, lineterminator="\n"))


def as_page(questions: pd.DataFrame, case: Text, language: Language) -> str:
    """Return the questionnaire as one printable HTML page without any outside file."""
    title = escape(_TITLE[language].format(case=case[language]))
    head = "".join(f'<th scope="col">{escape(text[language])}</th>' for text in _HEADS.values())
    body = "\n".join(
        f"<tr><td>{escape(question)}</td><td>{escape(scale)}</td><td></td></tr>"
        for question, scale in zip(questions["question"], questions["scale"], strict=True)
    )
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>'
        "body{font:11pt sans-serif;margin:2em auto;max-width:50em;padding:0 1em}"
        "table{border-collapse:collapse;width:100%}th,td{border:1px solid #888;padding:.4em;text-align:left}"
        "td:last-child{min-width:6em}tr{break-inside:avoid}@media print{body{margin:0;max-width:none}}"
        f"</style></head><body><h1>{title}</h1><p>{escape(_HOW[language])}</p>\n"
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></body></html>\n"
    )


def _number(text: str) -> float:
    """Read ``7``, ``2,5`` or ``1/3``."""
    first, _, second = text.replace(",", ".").replace("−", "-").partition("/")
    return float(first) / float(second) if second else float(first)


def _check(row: dict[str, str], where: str, actors: set[str], criteria: set[str]) -> Iterator[Problem]:
    part, first, second = row["part"], row["first"], row["second"]
    known = {"rating": (actors, set(SCALES)), "judgement": (criteria, criteria), "rater": ({""}, {""})}
    if part not in known:
        near = nearest(part, known) or "rating"
        what = Text(f"unbekannter Teil »{part}«", f"unknown part “{part}”")
        yield Problem(what, where, Text(f"»{near}«", f"“{near}”"), _AGAIN)
        return
    for given, allowed in zip((first, second), known[part], strict=True):
        if given not in allowed:
            near = nearest(given, allowed) or ", ".join(sorted(allowed))
            what = Text(f"»{given}« gibt es hier nicht", f"there is no “{given}” here")
            yield Problem(what, where, Text(f"»{near}«", f"“{near}”"), _AGAIN)
            return
    if part == "rater" or not row["answer"].strip():
        return
    low, high = SCALES[second] if part == "rating" else _JUDGEMENT
    right = Text(f"eine Zahl von {low:.3g} bis {high:.3g}", f"a number from {low:.3g} to {high:.3g}")
    try:
        value = _number(row["answer"].strip())
    except (ValueError, ZeroDivisionError):
        what = Text(f"»{row['answer']}« ist keine Zahl", f"“{row['answer']}” is not a number")
        yield Problem(what, where, right, _AGAIN)
        return
    if not low - 1e-9 <= value <= high + 1e-9:
        what = Text(f"{row['answer']} liegt außerhalb der Skala", f"{row['answer']} lies outside the scale")
        yield Problem(what, where, right, _AGAIN)


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
        text = path.read_text(encoding="utf-8-sig")
        reader = csv.DictReader(
            io.StringIO(text), delimiter=";" if text.partition("\n")[0].count(";") else ","
        )
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            what = Text(f"Spalten fehlen: {', '.join(missing)}", f"columns are missing: {', '.join(missing)}")
            right = Text(", ".join(COLUMNS), ", ".join(COLUMNS))
            problems.append(Problem(what, f"{path.name}:1", right, _AGAIN))
            continue
        rows = [({key: row[key] or "" for key in COLUMNS}, reader.line_num) for row in reader]
        rater = next((r["answer"].strip() for r, _ in rows if r["part"] == "rater"), "") or path.stem
        for row, line in rows:
            found = list(_check(row, f"{path.name}:{line}", known_actors, known_criteria))
            problems += found
            answer = row["answer"].strip()
            if found or not answer or row["part"] == "rater":
                continue
            value = _number(answer)
            if row["part"] == "rating":
                ratings.setdefault((row["first"], rater), {})[row["second"]] = value
            else:
                judgements.append((rater, row["first"], row["second"], value))
    if problems:
        raise InputError(problems)
    rated = [
        (actor, rater, *(given.get(item, np.nan) for item in SCALES))
        for (actor, rater), given in sorted(ratings.items())
    ]
    return (
        pd.DataFrame(rated, columns=["actor", "rater", *SCALES]),
        pd.DataFrame(sorted(judgements), columns=["rater", "first", "second", "value"]),
    )


def names_for(library: Library, case: str) -> tuple[dict[str, Text], dict[str, Text]]:
    """Return the actors of a case and the criteria they compare, by key."""
    actors = {a["id"]: Text(a["name"]["de"], a["name"]["en"]) for a in library.cases[case]["actors"]}
    compared = library.stakeholders["groups"][case]["judgements"]["criteria"]
    named = library.criteria["criteria"]
    return actors, {key: Text(named[key]["name"]["de"], named[key]["name"]["en"]) for key in compared}


def write_questionnaire(library: Library, case: str, language: Language, folder: Path) -> list[Path]:
    """Write the questionnaire of a case as CSV and printable page and return both paths."""
    actors, criteria = names_for(library, case)
    questions = questionnaire(actors, criteria, language)
    title = Text(library.cases[case]["name"]["de"], library.cases[case]["name"]["en"])
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{case}_{language}.{end}" for end in ("csv", "html")]
    for path, text in zip(paths, (as_csv(questions), as_page(questions, title, language)), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


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
