"""Tables of the case-study chapter: facts, models, budget law, actors, QCA, context factors, relief."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dewak_research.chapters.cases.figures import SAY, names, of_case, place
from dewak_research.data.catalogue import table as catalogued
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.values import number

_MEASURES = ("consistency", "pri", "coverage", "unique_coverage", "ron")
_EFFECT = ("change_eur", "probability_without", "probability_with", "probability_change", "distance_without",
           "distance_with", "distance_change")  # fmt: skip


def _columns(*names: str | tuple[str, str]) -> dict[str, str]:
    """Return label key → column: the key is ``case_`` and the column's name, or the first name of a pair."""
    pairs = [(name, name) if isinstance(name, str) else name for name in names]
    return {f"case_{key}": column for key, column in pairs}


def facts_table(results: Results, language: Language, case: str) -> Table:
    """Return the published facts of one case, each with its source."""
    facts = of_case(results, "facts", case)
    shown = facts.assign(
        value=[_value(value, language) for value in facts["value"]],
        unit=facts["unit"].fillna(""),
        year=["" if pd.isna(year) else str(year) for year in facts["year"]],
        cited=facts["source"] + ": " + facts["title"],
    )
    columns = _columns(
        ("fact", language), ("block_name", "block"), ("fact_value", "value"), ("fact_unit", "unit")
    )
    columns |= {"year": "year", "case_fact_source": "cited"}
    return SAY.table(
        "facts",
        shown,
        language,
        columns=columns,
        name=f"case_facts_{case}",
        said="source_town",
        labelled={"case_block_name": "case_facts_{}"},
        case=names(results, "case", language)[case],
        titles="; ".join(dict.fromkeys(facts["title"].dropna())),
    )


def _value(value: float, language: Language) -> str:
    """Write a fact's number with as many digits as it has; nothing where the fact is no number."""
    if np.isnan(value):
        return ""
    return number(value, language, 0 if float(value).is_integer() else 4 if value < 1 else 1)


def models_table(results: Results, language: Language) -> Table:
    """Return the library of models: legal form, what it needs, open legal questions."""
    table = results["models"]
    shown = table.assign(
        model=table["model"] + " " + table["model"].map(names(results, "model", language)),
        risks=[text or label("case_none", language) for text in table[f"risks_{language}"]],
    )
    told = [(part, f"{part}_{language}") for part in ("legal_form", "needs")]
    columns = _columns("model", *told, "risks")
    return SAY.table("models", shown, language, columns=columns, name="case_models", said="source")


def scores_table(results: Results, language: Language, case: str) -> Table:
    """Return what every model is worth in every criterion, from 0 (worst anchor) to 1 (best anchor)."""
    wide = of_case(results, "scores", case).pivot_table(index="model", columns="criterion", values="value")
    criteria = names(results, "criterion", language)
    models = names(results, "model", language)
    shown = wide.reindex([m for m in models if m in wide.index], columns=[c for c in criteria if c in wide])
    key = "; ".join(f"{criterion}: {criteria[criterion]}" for criterion in shown.columns)
    shown = shown.rename(index=lambda m: f"{m} {models[m]}").rename_axis(label("case_model", language))
    shown.columns.name = None
    return SAY.table(
        "scores",
        shown.reset_index(),
        language,
        name=f"case_scores_{case}",
        said="source",
        note=f"{key}.",
        labels=False,
        formats=dict.fromkeys(shown.columns, ".2f"),
        case=place(results, case, language),
    )


def ranking_table(results: Results, language: Language, case: str) -> Table:
    """Return ranks by three methods, the value with its range, and the share of weightings."""
    table = of_case(results, "ranking", case)
    scores = ("additive_score", "additive_low", "additive_high")
    ranks = ("additive_rank", "topsis_rank", "promethee_rank")
    model = table["model"] + " " + table["model"].map(names(results, "model", language))
    return SAY.table(
        "ranking",
        table.assign(model=model),
        language,
        columns=_columns("model", *scores, *ranks, "first_share"),
        name=f"case_ranking_{case}",
        said="source",
        formats={"case_first_share": ".1%", **{f"case_{c}": ".2f" for c in scores}},
        case=place(results, case, language),
    )


def law_table(results: Results, language: Language) -> Table:
    """Return the budget-law checklist of every model."""
    law, model = results["budget_law"], names(results, "model", language)
    verdict = results["costs"].drop_duplicates("model").set_index("model")["hsk_compatible"]
    asked = list(law["question"].unique())
    wide = law.pivot_table(index="model", columns="question", values="answer", aggfunc="first")
    shown = wide.join(verdict).reindex([m for m in model if m in wide.index]).reset_index()
    return SAY.table(
        "law",
        shown.assign(model=shown["model"] + " " + shown["model"].map(model)),
        language,
        columns=_columns("model", *asked, "hsk_compatible"),
        name="case_budget_law",
        said="source",
        labelled={"case_hsk_compatible": "case_hsk_{}"},
    )


def checklist_table(results: Results, language: Language) -> Table:
    """Return the questions of budget law, the law behind them and whether it was read at the source."""
    texts = [("question", f"text_{language}"), ("reason", f"reason_{language}")]
    columns = _columns(*texts, "law", "verified")
    return SAY.table(
        "checklist", results["checklist"], language, columns=columns, name="case_checklist", said="source"
    )


def instruments_table(results: Results, language: Language) -> Table:
    """Return the catalogue of financing instruments with their attributes."""
    table, attributes = results["instruments"], ["lasting", "in_kind", "earmarked", "co_funding"]
    shown = table.assign(
        instrument=table["instrument"].map(names(results, "instrument", language)),
        **{attribute: table[attribute].eq("yes") for attribute in attributes},
    )
    columns = _columns("instrument", *attributes, "horizon_years", "effort")
    return SAY.table("instruments", shown, language, columns=columns, name="case_instruments", said="source")


def actors_table(results: Results, language: Language) -> Table:
    """Return the actors of all cases with quadrant, class, attitude and place in the network."""
    table = results["actors"].sort_values(["case", "actor"])
    called = [
        f"{names(results, f'actor_{case}', language)[actor]} ({place(results, case, language)})"
        for case, actor in zip(table["case"], table["actor"], strict=True)
    ]
    return SAY.table(
        "actors",
        table.assign(actor=called),
        language,
        columns=_columns(
            "actor", "quadrant", "salience", "raters", ("attitude", "attitude_mean"), "betweenness"
        ),
        name="case_actors",
        said="source",
        formats={"case_attitude": ".1f", "case_betweenness": ".2f"},
        labelled={"case_quadrant": "case_{}", "case_salience": "case_salience_{}"},
    )


def agreement_table(results: Results, language: Language) -> Table:
    """Return own and published solutions side by side."""
    table = results["qca_agreement"]
    return SAY.table(
        "qca_agreement",
        table.assign(dataset=table["dataset"].map(names(results, "dataset", language))),
        language,
        columns=_columns("dataset", ("solution", "kind"), ("formula", "own"), "same"),
        name="case_qca_agreement",
        said="source_published",
        labelled={"case_solution": "case_{}"},
    )


def _of_dataset(
    key: str, shown: pd.DataFrame, results: Results, language: Language, columns: dict[str, str], **more: Any
) -> Table:
    """Return a table on one published data set, its measures with three digits."""
    dataset = shown["dataset"].iloc[0]
    return SAY.table(
        key,
        shown,
        language,
        columns=columns,
        name=f"case_qca_{key}_{dataset}",
        said="source_published",
        formats={c: ".3f" for c in columns if c.removeprefix("case_") in _MEASURES},
        dataset=names(results, "dataset", language)[dataset],
        **more,
    )


def truth_table(results: Results, language: Language, dataset: str = "lipset_raw") -> Table:
    """Return the configurations that occur, with their cases and whether they lead to the outcome."""
    table = results["qca_truth"]
    table = table[table["dataset"] == dataset]
    columns = _columns("configuration", "cases", "n", "consistency", "pri", "out")
    return _of_dataset("truth", table, results, language, columns)


def necessity_table(results: Results, language: Language, dataset: str = "lipset_raw") -> Table:
    """Return how necessary each condition and its absence is for the outcome."""
    table = results["qca_necessity"]
    columns = _columns("condition", "consistency", "coverage", "ron")
    return _of_dataset("necessity", table[table["dataset"] == dataset], results, language, columns)


def fit_table(results: Results, language: Language, dataset: str = "lipset_raw") -> Table:
    """Return consistency, PRI and coverage of every path, for the outcome and its absence."""
    table = results["qca_fit"]
    table = table[table["dataset"] == dataset]
    formula = table["path"].replace("total", SAY("fit.whole", language)) + " → " + table["outcome"]
    columns = _columns("formula", ("solution", "kind"), "consistency", "pri", "coverage", "unique_coverage")
    labelled = {"case_solution": "case_{}"}
    return _of_dataset("fit", table.assign(formula=formula), results, language, columns, labelled=labelled)


def own_conditions(results: Results, language: Language) -> Table:
    """Return what is known of the conditions in the project's own cases."""
    table = results["qca_own_cases"]
    states = table.assign(
        state=[label(f"case_state_{state}", language) for state in table["state"]],
        condition=table["condition"].map(names(results, "condition", language)),
        case=table["case"].map(names(results, "place", language)),
    )
    wide = states.pivot_table(index="condition", columns="case", values="state", aggfunc="first")
    wide = wide.reindex(states["condition"].unique(), columns=states["case"].unique())
    wide.columns.name = None
    shown = wide.rename_axis(label("case_condition", language)).reset_index()
    return SAY.table("own", shown, language, name="case_own_conditions", said="source", labels=False)


def factor_table(results: Results, language: Language) -> Table:
    """Return every context factor with table, year and unit."""
    table = results["context_factors"]
    shown = table.assign(
        factor=[label(f"case_factor_{factor}", language, with_unit=True) for factor in table["factor"]],
        title=[catalogued(name).title[language] for name in table["table"]],
    )
    return SAY.table(
        "factors",
        shown,
        language,
        columns=_columns("factor", "level", ("factor_table", "title"), "years"),
        name="case_factors",
        sources=sorted(set(table["table"])),
        labelled={"case_level": "case_level_{}"},
    )


def volunteer_table(results: Results, language: Language) -> Table:
    """Return the three valuations of the same volunteer hours."""
    return SAY.table(
        "value",
        results["volunteer_value"],
        language,
        columns=_columns("valuation", ("valuation_eur", "eur")),
        name="case_volunteer_value",
        said="source",
        labelled={"case_valuation": "case_valuation_{}"},
    )


def resilience_table(results: Results, language: Language) -> Table:
    """Return what the model changes in trigger probability and reverse-stress distance of the cases' towns."""
    table = results["resilience_shown"]
    variants = {
        case: SAY("resilience.variant", language, case=name)
        for case, name in names(results, "place", language).items()
    }
    variants["relief"] = SAY("resilience.relief", language)
    shown = table.assign(
        town=table["name"].replace("", SAY("resilience.median", language)),
        variant=table["variant"].map(variants),
    )
    return SAY.table(
        "resilience",
        shown,
        language,
        columns=_columns("town", "variant", *_EFFECT),
        name="case_resilience",
        said="source",
        formats={f"case_{column}": ".1%" if "probability" in column else ".3f" for column in _EFFECT[1:]},
    )
