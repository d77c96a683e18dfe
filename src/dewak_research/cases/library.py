"""The inputs of the case studies as tables, with their ranges and draws from them.

Everything comes from the YAML files under ``cases/``; see ``check`` for what they must fulfil.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from dewak_research.cases.check import problems_in
from dewak_research.cases.check_sites import model_problems
from dewak_research.cases.placed import problem_at
from dewak_research.cases.schema import Conditions
from dewak_research.data.case_files import EXAMPLES, LIBRARY_FILES, CaseFiles
from dewak_research.documents import Document
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Text

Floats = NDArray[np.float64]
CONDITIONS = tuple(Conditions.model_fields)


@dataclass(frozen=True)
class Library:
    """All inputs, read and checked.

    Parameters
    ----------
    cases : dict
        case id → content of its file, in the order of the municipality keys.
    models, criteria, stakeholders, qca, documented, unit_figures, activation, platforms : dict
        Contents of the files of the same name.
    documents : dict
        File name without ending → document, to say where a value stands.
    prices : DataFrame
        Consumer prices: year, cpi_2020_100.
    examples : dict
        Invented cases, as ``cases``; no part of their tables.
    gained : dict
        Case or example with sites → what every place of it brings (``siting.with_gains``); empty: not computed, the
        criteria that hang on the site stay open.
    """

    cases: dict[str, Any]
    models: dict[str, Any]
    criteria: dict[str, Any]
    stakeholders: dict[str, Any]
    qca: dict[str, Any]
    documented: dict[str, Any]
    unit_figures: dict[str, Any]
    activation: dict[str, Any]
    platforms: dict[str, Any]
    prices: pd.DataFrame = field(repr=False)
    documents: dict[str, Document] = field(default_factory=dict, repr=False)
    examples: dict[str, Any] = field(default_factory=dict)
    gained: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def towns(self) -> dict[str, str]:
        """Municipality key of each case."""
        return {case: str(content["ags"]) for case, content in self.cases.items()}

    def study(self, case: str) -> Any:
        """Return the content of a case or of an example."""
        return {**self.cases, **self.examples}[case]

    def document(self, case: str) -> Document:
        """Return the file of a case."""
        return next(d for d in self.documents.values() if d.data.get("id") == case)


def library_of(files: CaseFiles) -> Library:
    """Check every input and return them as a library.

    Raises
    ------
    InputError
        With the problems of all files together, each with file and line.
    """
    problems = list(files.problems)
    right: list[tuple[str, Document]] = []
    examples = {f"{EXAMPLES}/{name}": document for name, document in files.examples.items()}
    for name, document in {**files.documents, **examples}.items():
        found = problems_in(document, name if name in LIBRARY_FILES else "case")
        problems += found
        right += [] if found or name in LIBRARY_FILES else [(name, document)]
    studies: dict[str, Document] = {}
    for _, document in right:
        case = document.data["id"]
        if case in studies:
            other = studies[case].path.name
            problems.append(problem_at(document, ("id",), "id_twice", case=case, other=other))
        studies[case] = document
        if "models" in files.documents:
            problems += model_problems(document, files.documents["models"].data.get("models") or {})
    if problems:
        raise InputError(problems)
    ordered = sorted(studies.items(), key=lambda item: (item[1].data["ags"], item[0]))
    invented = {document.data["id"] for name, document in right if name in examples}
    return Library(
        cases={case: document.data for case, document in ordered if case not in invented},
        **{name: files.documents[name].data for name in LIBRARY_FILES},
        prices=files.prices,
        documents={**files.documents, **examples},
        examples={case: document.data for case, document in ordered if case in invented},
    )


def name_of(item: Mapping[str, Any]) -> Text:
    """Return the name of a model, criterion, actor, data set or case."""
    return Text.of(item["name"])


def in_languages(name: str, text: Mapping[str, str]) -> dict[str, str]:
    """Return a text as one cell per language: ``<name>_de``, ``<name>_en``."""
    return {f"{name}_{language}": Text.of(text)[language] for language in LANGUAGES}


def bounds(item: Mapping[str, Any]) -> tuple[float, float, float]:
    """Return low, value, high of an input; without a range all three are the value; unknown is NaN."""
    value = float("nan") if item["value"] is None else float(item["value"])
    low, high = (value if item.get(end) is None else float(item[end]) for end in ("low", "high"))
    return low, value, high


def ranges(items: Mapping[str, Any]) -> pd.DataFrame:
    """Return inputs as a frame: index name; low, mode, high."""
    rows = {name: bounds(item) for name, item in items.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "mode", "high"])


def triangular(
    low: ArrayLike, mode: ArrayLike, high: ArrayLike, shape: tuple[int, ...], rng: np.random.Generator
) -> Floats:
    """Return independent triangular draws; low = high gives a constant.

    Parameters
    ----------
    low, mode, high : array
        Broadcast against ``shape``; no missing values.

    Raises
    ------
    ValueError
        low ≤ mode ≤ high does not hold.
    """
    low, mode, high = (np.asarray(end, dtype=np.float64) for end in (low, mode, high))
    if not ((low <= mode) & (mode <= high)).all():
        raise ValueError("low ≤ mode ≤ high does not hold")
    certain = low == high
    return np.where(certain, low, rng.triangular(low, mode, np.where(certain, low + 1.0, high), shape))


def drawn(spans: pd.DataFrame, draws: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Return draws of every input of ``ranges`` by name, one after the other."""
    wrong = spans.index[~((spans["low"] <= spans["mode"]) & (spans["mode"] <= spans["high"]))]
    if len(wrong):
        raise ValueError(f"{', '.join(wrong)}: low ≤ mode ≤ high does not hold")
    low, mode, high = (spans[[end]].to_numpy(dtype=np.float64) for end in ("low", "mode", "high"))
    values = triangular(low, mode, high, (len(spans), draws), rng)
    return dict(zip(spans.index.astype(str), values, strict=True))


def criteria_frame(library: Library, case: str = "") -> pd.DataFrame:
    """Return the criteria that are assessed: index C1 …; worst, best, weight (sum 1), direction, unit, origin.

    Parameters
    ----------
    case : str
        Those that hang on the site are assessed in a case whose sites are known; they then count beside the others, and
        all weights are rescaled in proportion.
    """
    columns = ["worst", "best", "weight", "direction", "unit", "origin"]
    frame = pd.DataFrame.from_dict(library.criteria["criteria"], orient="index")[columns]
    frame = frame.astype({"worst": float, "best": float, "weight": float})
    if case not in library.gained:
        return frame[~frame["origin"].isin(["open", "site"])]
    frame = frame[frame["origin"] != "open"]
    return frame.assign(weight=frame["weight"] / frame["weight"].sum())


def names_frame(library: Library) -> pd.DataFrame:
    """Return the names of cases, their places, models, criteria, actors, …: kind, key, de, en."""
    named: dict[str, Mapping[str, Any]] = {
        "model": library.models["models"],
        "criterion": library.criteria["criteria"],
        "case": {**library.cases, **library.examples},
        "place": {
            **{
                case: {"name": content["place"]}
                for case, content in {**library.cases, **library.examples}.items()
            },
            **library.stakeholders["places"],
        },
        **{
            f"actor_{case}": {actor["id"]: actor for actor in content["actors"]}
            for case, content in library.cases.items()
        },
        **{
            f"actor_{place}": {actor: {"name": name} for actor, name in content["actors"].items()}
            for place, content in library.stakeholders["places"].items()
        },
        "condition": {item["condition"]: item for item in library.qca["hypotheses"]},
        "dataset": library.qca["datasets"],
        "instrument": {item["id"]: item for item in library.models["instruments"]},
    }
    rows = [
        (kind, key, *(name_of(item)[language] for language in LANGUAGES))
        for kind, items in named.items()
        for key, item in items.items()
    ]
    return pd.DataFrame(rows, columns=["kind", "key", *LANGUAGES])


def studies_frame(library: Library) -> pd.DataFrame:
    """Return the case studies: case, ags of its town or Kreis."""
    return pd.DataFrame(list(library.towns.items()), columns=["case", "ags"])


def models_frame(library: Library) -> pd.DataFrame:
    """Return the library of models: model, legal_form and needs in both languages, open legal questions."""
    rows = []
    for key, item in library.models["models"].items():
        names = library.models["risk_list"]
        risks = [Text.of(names[name]) for name, answer in item["risks"].items() if answer == "yes"]
        said = {f"risks_{language}": "; ".join(risk[language] for risk in risks) for language in LANGUAGES}
        words = {**in_languages("legal_form", item["legal_form"]), **in_languages("needs", item["needs"])}
        rows.append({"model": key, "open_risks": len(risks), **words, **said})
    return pd.DataFrame(rows)


def instruments_frame(library: Library) -> pd.DataFrame:
    """Return the financing instruments: instrument, attributes ("yes"/"no"), horizon_years, effort, origin."""
    attributes = ["lasting", "in_kind", "earmarked", "co_funding", "horizon_years", "effort"]
    frame = pd.DataFrame(library.models["instruments"])
    origin = frame["source"].fillna("assumption")
    return frame[["id", *attributes]].rename(columns={"id": "instrument"}).assign(origin=origin)


def facts_frame(library: Library) -> pd.DataFrame:
    """Return the published facts of all cases: case, block, key, de, en, value, unit, year, source, link."""
    blocks = {"context": "label", "goals": "text", "timeline": "event", "outcome": "text"}
    rows = []
    for case, content in library.cases.items():
        for block, named in blocks.items():
            for i, item in enumerate(content[block], start=1):
                source = content["sources"].get(item.get("source"), {})
                row = {
                    "case": case,
                    "block": block,
                    "key": item.get("key", item.get("date", f"{block}_{i}")),
                    **{str(language): Text.of(item[named])[language] for language in LANGUAGES},
                    "value": np.nan if item.get("value") is None else float(item["value"]),
                    **{name: item.get(name) for name in ("unit", "year", "source")},
                    **{name: source.get(name) for name in ("title", "link")},
                }
                rows.append(row)
    return pd.DataFrame(rows).astype({"year": "Int64"})
