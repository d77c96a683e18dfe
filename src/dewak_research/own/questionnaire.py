"""The survey of the actors: a questionnaire as CSV and as a printable page, and what its answers say.

Ratings of actors (power, interest 0–10, attitude −2 … 2), pairwise comparisons of criteria (Saaty 1/9 … 9) and the
best–worst method (1 … 9). An empty answer stays empty: it is no zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path

import pandas as pd

from dewak_research.cases.library import Library, name_of
from dewak_research.cases.stakeholders import (
    CR_LIMIT,
    RATED,
    ahp_weights,
    best_worst_frame,
    clashing_judgements,
    pairwise_matrix,
    rating_table,
)
from dewak_research.errors import texts
from dewak_research.language import Language, Text
from dewak_research.own.answers import COLUMNS, read_answers
from dewak_research.own.safety import write_whole
from dewak_research.page.html import templates

_text = texts(__package__, "questionnaire.yaml")


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
    keys = " / ".join(f"{key}: {name[language]}" for key, name in criteria.items())
    rows += [(end, "", "", _text(f"ask_{end}")[language], keys, "") for end in ("best", "worst")]
    times = _text("scale_times")[language]
    for part in ("best_to", "to_worst"):
        asked_of = {key: _text(f"ask_{part}", name=name)[language] for key, name in criteria.items()}
        rows += [(part, key, "", asked, times, "") for key, asked in asked_of.items()]
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


def names_for(library: Library, case: str) -> tuple[dict[str, Text], dict[str, Text]]:
    """Return the actors of a case, or of an invented place, and the criteria they compare, by key."""
    criteria = library.criteria["criteria"]
    compared = {key: name_of(criteria[key]) for key in library.stakeholders["compared"]}
    if case in library.stakeholders["places"]:
        invented = library.stakeholders["places"][case]["actors"]
        return {actor: Text.of(name) for actor, name in invented.items()}, compared
    return {actor["id"]: name_of(actor) for actor in library.cases[case]["actors"]}, compared


def write_questionnaire(library: Library, case: str, language: Language, folder: Path) -> list[Path]:
    """Write the questionnaire of a case as CSV and printable page and return both paths."""
    questions = questionnaire(*names_for(library, case), language)
    page = as_page(questions, name_of({**library.stakeholders["places"], **library.cases}[case]), language)
    folder.mkdir(parents=True, exist_ok=True)
    written = {folder / f"{case}_{language}.csv": as_csv(questions), folder / f"{case}_{language}.html": page}
    for path, text in written.items():
        write_whole(path, text)
    return list(written)


def summarise(
    library: Library, case: str, paths: Iterable[Path]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read the answers of a case and evaluate them.

    Returns
    -------
    tuple
        (a) ``stakeholders.rating_table`` of the answers; (b) weights from all pairs: rater, criterion, weight,
        consistency_ratio, clash (the judgement furthest from the others where CR ≥ 0.10, else empty); only raters who
        compared every pair; (c) ``stakeholders.best_worst_frame`` with rater for actor; only raters who answered all.
    """
    actors, criteria = names_for(library, case)
    answers = read_answers(paths, actors, criteria)
    keys = list(criteria)
    pairs = list(combinations(keys, 2))
    rows = []
    for rater, group in answers.judgements.groupby("rater", sort=True):
        given = {(f, s): v for f, s, v in zip(group["first"], group["second"], group["value"], strict=True)}
        if any(pair not in given for pair in pairs):
            continue
        matrix = pairwise_matrix([float(given[pair]) for pair in pairs], len(keys))
        weights, _, ratio = ahp_weights(matrix)
        worst = clashing_judgements(matrix, keys, 1).iloc[0]
        clash = f"{worst['first']} : {worst['second']}" if ratio >= CR_LIMIT else ""
        rows += [(rater, key, float(w), ratio, clash) for key, w in zip(keys, weights, strict=True)]
    table = pd.DataFrame(rows, columns=["rater", "criterion", "weight", "consistency_ratio", "clash"])
    best_worst = best_worst_frame(answers.best_worst, keys).rename(columns={"actor": "rater"})
    return rating_table(answers.ratings), table, best_worst
