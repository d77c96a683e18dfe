"""A municipality's own case study: its needs and conditions beside those of the model towns, and what each model costs.

The file is ``fallstudie.yaml`` beside the workbook (made from ``cases/template.yaml``), else a file under ``cases/`` of
this municipality. Nothing is scored: the page holds what the files state, and sums of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.compare import model_ranges
from dewak_research.cases.cost import simulate
from dewak_research.cases.library import Library, bounds, name_of
from dewak_research.cases.schema import Conditions, Resources
from dewak_research.documents import read_document
from dewak_research.errors import InputError, messages
from dewak_research.own.case_check import problems_of_file
from dewak_research.own.safety import CASE_NAME, own_folder

NEEDS, CONDITIONS = tuple(Resources.model_fields), tuple(Conditions.model_fields)
ENDS_PCT = (5, 50, 95)
_OWN = "own"
_problem = messages(__package__)


@dataclass(frozen=True)
class OwnCase:
    """The own case beside the case studies of other towns.

    Attributes
    ----------
    content : dict
        The file.
    towns : dict
        Case → content of the file; the own one first, under "own".
    needs : DataFrame
        case, need (``NEEDS``), low, value, high, unit, assumed (bool); NaN = not known.
    conditions : DataFrame
        case, condition (``CONDITIONS``), state ("yes", "no", "unknown"), as the files state it.
    costs : DataFrame
        model, name_de, name_en, low_eur, value_eur, high_eur: yearly net cost to the municipality (5th, 50th and 95th
        percentile of the draws), mean of ten years in euro of 2024; empty where a need is not known.
    """

    content: dict[str, Any]
    towns: dict[str, dict[str, Any]]
    needs: pd.DataFrame
    conditions: pd.DataFrame
    costs: pd.DataFrame


def own_case(key: str, library: Library, draws: int, seed: int, own: Path | None = None) -> OwnCase | None:
    """Return the case study of a municipality, None where it has no file.

    Parameters
    ----------
    library : Library
        Inputs of the case studies.
    draws : int
        Of the cost of each model.

    Raises
    ------
    InputError
        The file has mistakes (each with its line), or is of another municipality.
    """
    content = _content(key, library, own)
    if content is None:
        return None
    others = {name: case for name, case in library.cases.items() if str(case["ags"]) != str(content["ags"])}
    towns = {_OWN: content, **others}
    return OwnCase(content, towns, _needs(towns), _conditions(towns), _costs(library, content, draws, seed))


def _content(key: str, library: Library, own: Path | None) -> dict[str, Any] | None:
    path = own_folder(key, own) / CASE_NAME
    if not path.is_file():
        return next((case for case in library.cases.values() if str(case["ags"]) == key), None)
    check_case_file(path, key)
    found: dict[str, Any] = read_document(path).data
    return found


def check_case_file(path: Path, key: str) -> None:
    """Check a case file of a municipality.

    Raises
    ------
    InputError
        It has mistakes (each with its line), is no case, or is of another municipality (told where both have a key).
    """
    if problems := problems_of_file(path):
        raise InputError(problems)
    document = read_document(path)
    if document.data["kind"] != "case":
        raise InputError(_problem("case_no_case", document.where(("kind",))))
    ags = str(document.data["ags"])
    if key.isdigit() and ags != key:
        raise InputError(_problem("case_other_town", document.where(("ags",)), value=ags, key=key))


def _needs(towns: dict[str, dict[str, Any]]) -> pd.DataFrame:
    rows = []
    for case, content in towns.items():
        for need in NEEDS:
            item = content["resources"][need]
            low, value, high = bounds(item)
            assumed = bool(item.get("assumption"))
            rows.append((case, need, low, value, high, item["unit"], assumed))
    return pd.DataFrame(rows, columns=["case", "need", "low", "value", "high", "unit", "assumed"])


def _conditions(towns: dict[str, dict[str, Any]]) -> pd.DataFrame:
    rows = [
        (case, condition, content["conditions"][condition]["state"])
        for case, content in towns.items()
        for condition in CONDITIONS
    ]
    return pd.DataFrame(rows, columns=["case", "condition", "state"])


def _costs(library: Library, content: dict[str, Any], draws: int, seed: int) -> pd.DataFrame:
    columns = ["model", "name_de", "name_en", "low_eur", "value_eur", "high_eur"]
    whole, rows = replace(library, cases={**library.cases, _OWN: content}), []
    for model, item in library.models["models"].items():
        spans = model_ranges(whole, _OWN, model)
        if spans.isna().to_numpy().any():
            return pd.DataFrame(columns=columns)
        ends = np.percentile(simulate(spans, draws, seed).annual_eur, ENDS_PCT)
        rows.append((model, name_of(item).de, name_of(item).en, *map(float, ends)))
    return pd.DataFrame(rows, columns=columns)
