"""Documented cases elsewhere: what others did, as published; and whether they can show what makes such a place last.

A condition is read from a published fact that stands beside it; one that no fact tells is "unknown", never "no". Where
the outcome or a condition does not vary among the cases, nothing can be compared, and no solution is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dewak_research.cases.facts import fact_cells, sources_frame, told
from dewak_research.cases.library import CONDITIONS, Library, in_languages
from dewak_research.cases.qca import few_cases, without_variation
from dewak_research.language import LANGUAGES, Text

OUTCOME = "OUT"
ASKED = (OUTCOME, *CONDITIONS)
STATES = ("yes", "no", "unknown")
BLOCKS = (
    "carriers",
    "funding",
    "figures",
    "worked",
    "failed",
    "ended",
    "remark",
)  #: of facts, as a page shows them


def documented_frame(documented: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per documented case, in the order of the file.

    Returns
    -------
    DataFrame
        documented (key), name, place, family and legal_form in both languages ("" = not published), family (key),
        country, ags and kreis (missing abroad), start, last_evidence (missing = not published), ended (a source says
        so), outcome ("yes", "no", "unknown").
    """
    rows = []
    for key, case in documented["cases"].items():
        texts = {
            "name": case["name"],
            "place": case["place"],
            "family": documented["families"][case["family"]],
        }
        words = {
            name: cell for item, text in texts.items() for name, cell in in_languages(item, text).items()
        }
        form = case.get("legal_form") or {}
        ags = case.get("ags")
        rows.append(
            {
                "documented": key,
                **words,
                **{f"legal_form_{language}": form.get(language, "") for language in LANGUAGES},
                "family": case["family"],
                "country": case["country"],
                "ags": ags,
                "kreis": ags[:5] if ags else None,
                "start": case.get("start"),
                "last_evidence": case.get("last_evidence"),
                "ended": "ended" in case,
                "outcome": case.get("conditions", {}).get(OUTCOME, {}).get("state", "unknown"),
            }
        )
    return pd.DataFrame(rows).astype({"start": "Int64", "last_evidence": "Int64"})


def facts_of_documented(documented: Mapping[str, Any]) -> pd.DataFrame:
    """Return every published fact: documented, block, and the cells of ``facts.fact_cells``.

    Numbers are missing where none was published, texts empty.
    """
    rows = [
        {
            "documented": key,
            "block": block,
            **fact_cells(item, documented["units"].get(item.get("unit"), {}), documented["sources"]),
        }
        for key, case in documented["cases"].items()
        for block, item in told(case, BLOCKS)
    ]
    return pd.DataFrame(rows).astype({"year": "Int64"})


def readings_frame(documented: Mapping[str, Any]) -> pd.DataFrame:
    """Return the state of every case and condition, the outcome first: documented, condition, state, why, source.

    ``why`` stands in both languages; it is empty where nothing is published ("unknown").
    """
    rows = []
    for key, case in documented["cases"].items():
        read = case.get("conditions", {})
        for name in ASKED:
            found = read.get(name)
            why = Text.of(found["why"]) if found else None
            rows.append(
                {
                    "documented": key,
                    "condition": name,
                    "state": found["state"] if found else "unknown",
                    **{f"why_{language}": why[language] if why else "" for language in LANGUAGES},
                    "source": "; ".join([found["source"], *found.get("also", [])]) if found else "",
                }
            )
    return pd.DataFrame(rows)


def _by_case(readings: pd.DataFrame) -> pd.DataFrame:
    """One row per case, one column per condition."""
    return readings.pivot_table(index="documented", columns="condition", values="state", aggfunc="first")


def contrast_frame(readings: pd.DataFrame) -> pd.DataFrame:
    """Return, per condition, what the cases could be compared by.

    Parameters
    ----------
    readings : DataFrame
        Result of ``readings_frame``.

    Returns
    -------
    DataFrame
        condition, yes, no, unknown (cases), then yes_lasting, no_lasting, yes_ended, no_ended (cases whose outcome is
        known), and varies: both states occur among the cases whose outcome is known.
    """
    wide = _by_case(readings)
    outcome = wide[OUTCOME]
    rows = []
    for name in CONDITIONS:
        counts = {state: int((wide[name] == state).sum()) for state in STATES}
        split = {
            f"{state}_{end}": int(((wide[name] == state) & (outcome == out)).sum())
            for end, out in (("lasting", "yes"), ("ended", "no"))
            for state in ("yes", "no")
        }
        known = wide.loc[outcome != "unknown", name]
        rows.append({"condition": name, **counts, **split, "varies": {"yes", "no"} <= set(known)})
    return pd.DataFrame(rows)


def contrast_summary(readings: pd.DataFrame) -> dict[str, int | bool | str]:
    """Return whether the documented cases allow a solution.

    Returns
    -------
    dict
        cases, argued (cases with at least one condition stated), lasting, ended, outcome_unknown, complete (cases known
        in the outcome and every condition), fixed ("; ": what does not vary among the complete cases), solvable.
    """
    wide = _by_case(readings)[list(ASKED)]
    stated = (wide[list(CONDITIONS)] != "unknown").any(axis=1)
    complete = (wide[(wide != "unknown").all(axis=1)] == "yes").astype(float)
    fixed = without_variation(complete, list(CONDITIONS), OUTCOME)
    return {
        "cases": len(wide),
        "argued": int(stated.sum()),
        "lasting": int((wide[OUTCOME] == "yes").sum()),
        "ended": int((wide[OUTCOME] == "no").sum()),
        "outcome_unknown": int((wide[OUTCOME] == "unknown").sum()),
        "complete": len(complete),
        "fixed": "; ".join(fixed),
        "solvable": not fixed and not few_cases(len(complete), len(CONDITIONS)),
    }


def documented_tables(library: Library) -> dict[str, pd.DataFrame]:
    """Return the documented cases and what they could be compared by.

    Returns
    -------
    dict
        documented, documented_facts, documented_conditions, documented_sources, contrast, and contrast_summary (one
        row).
    """
    readings = readings_frame(library.documented)
    return {
        "documented": documented_frame(library.documented),
        "documented_facts": facts_of_documented(library.documented),
        "documented_conditions": readings,
        "documented_sources": sources_frame(library.documented),
        "contrast": contrast_frame(readings),
        "contrast_summary": pd.DataFrame([contrast_summary(readings)]),
    }
