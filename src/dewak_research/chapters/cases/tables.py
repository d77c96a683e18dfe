"""Tables of the case-study chapter: models, budget law, actors, QCA, context factors, relief."""

from __future__ import annotations

import pandas as pd

from dewak_research.cases.best_worst import BEST_WORST_LIMIT
from dewak_research.cases.stakeholders import CR_LIMIT
from dewak_research.chapters.cases.figures import SAY, names, of_case, place
from dewak_research.data.catalogue import table as catalogued
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.values import number


def _models(results: Results, language: Language, keys: pd.Series) -> pd.Series:
    """Return key and name of models."""
    return keys + " " + keys.map(names(results, "model", language))


def models_table(results: Results, language: Language) -> Table:
    """Return the library of models: legal form, what it needs, open legal questions."""
    table = results["models"]
    risks = table[f"risks_{language}"].replace("", label("case_none", language))
    shown = table.assign(model=_models(results, language, table["model"]), risks=risks)
    return SAY.table("models", shown, language, n=len(shown))


def scores_table(results: Results, language: Language, case: str) -> Table:
    """Return what every model is worth in every criterion, from 0 (worst anchor) to 1 (best anchor)."""
    wide = of_case(results, "scores", case).pivot_table(index="model", columns="criterion", values="value")
    criteria, models = names(results, "criterion", language), names(results, "model", language)
    shown = wide.reindex([m for m in models if m in wide.index], columns=[c for c in criteria if c in wide])
    key = "; ".join(f"{criterion}: {criteria[criterion]}" for criterion in shown.columns) + "."
    if missing := "; ".join(f"{key} {name}" for key, name in criteria.items() if key not in shown):
        key = f"{key} {SAY('scores.open', language, criteria=missing)}"
    shown = shown.rename(index=lambda m: f"{m} {models[m]}").rename_axis(label("case_model", language))
    shown.columns.name = None
    formats, where = dict.fromkeys(shown.columns, ".2f"), place(results, case, language)
    return SAY.table(
        "scores", shown.reset_index(), language, of=case, note=key, labels=False, formats=formats, case=where
    )  # fmt: skip


def ranking_table(results: Results, language: Language, case: str) -> Table:
    """Return ranks by three methods, the value with its range, and the share of weightings."""
    table = of_case(results, "ranking", case)
    shown = table.assign(model=_models(results, language, table["model"]))
    return SAY.table("ranking", shown, language, of=case, case=place(results, case, language))


def law_table(results: Results, language: Language) -> Table:
    """Return the budget-law checklist of every model."""
    law, model = results["budget_law"], names(results, "model", language)
    verdict = results["costs"].drop_duplicates("model").set_index("model")["hsk_compatible"]
    wide = law.pivot_table(index="model", columns="question", values="answer", aggfunc="first")
    shown = wide.join(verdict).reindex([m for m in model if m in wide.index]).reset_index()
    shown = shown.assign(model=_models(results, language, shown["model"]))
    columns = {f"case_{name}": name for name in ("model", *law["question"].unique(), "hsk_compatible")}
    return SAY.table("law", shown, language, columns=columns)


def checklist_table(results: Results, language: Language) -> Table:
    """Return the questions of budget law, the law behind them and whether it was read at the source."""
    return SAY.table("checklist", results["checklist"], language)


def instruments_table(results: Results, language: Language) -> Table:
    """Return the catalogue of financing instruments with their attributes."""
    table = results["instruments"]
    shown = table.replace({"yes": True, "no": False}).assign(
        instrument=table["instrument"].map(names(results, "instrument", language))
    )
    return SAY.table("instruments", shown, language)


def actors_table(results: Results, language: Language) -> Table:
    """Return the actors of all cases with quadrant, class, attitude and place in the network."""
    table = results["actors"].sort_values(["case", "actor"])
    called = [
        f"{names(results, f'actor_{case}', language)[actor]} ({place(results, case, language)})"
        for case, actor in zip(table["case"], table["actor"], strict=True)
    ]
    return SAY.table("actors", table.assign(actor=called), language)


def preferences_table(results: Results, language: Language, case: str) -> Table:
    """Return the actors' weights by pairwise comparison and by the best–worst method, with both consistency ratios."""
    pairs, best_worst = of_case(results, "preference_weights", case), of_case(results, "best_worst", case)
    both = pairs.merge(best_worst, on=["actor", "criterion"], suffixes=("_pairs", "_best_worst"))
    criteria, actors = names(results, "criterion", language), names(results, f"actor_{case}", language)

    def cell(name: str) -> pd.Series[str]:
        ends = ([number(v, language, 2) for v in both[f"{name}_{kind}"]] for kind in ("pairs", "best_worst"))
        return pd.Series([" / ".join(pair) for pair in zip(*ends, strict=True)], index=both.index)

    told = both.assign(weight=cell("weight"), ratio=cell("consistency_ratio"))
    wide = told.pivot_table(
        index=["actor", "ratio"], columns="criterion", values="weight", aggfunc="first", sort=False
    )
    heads = [label("case_actor", language), SAY("preferences.ratio", language)]
    shown = wide.rename(index=actors, columns=criteria).rename_axis(heads).reset_index()
    shown.columns.name = None
    where, limit, other = place(results, case, language), CR_LIMIT, BEST_WORST_LIMIT
    return SAY.table(
        "preferences", shown, language, of=case, labels=False, case=where, limit=limit, other=other
    )


def agreement_table(results: Results, language: Language) -> Table:
    """Return own and published solutions side by side."""
    table = results["qca_agreement"]
    dataset = table["dataset"].map(names(results, "dataset", language))
    return SAY.table("qca_agreement", table.assign(dataset=dataset), language)


def _of_dataset(key: str, table: pd.DataFrame, results: Results, language: Language, dataset: str) -> Table:
    """Return a table on one published data set."""
    shown, name = table[table["dataset"] == dataset], names(results, "dataset", language)[dataset]
    return SAY.table(key, shown, language, of=dataset, dataset=name)


def truth_table(results: Results, language: Language, dataset: str = "lipset_raw") -> Table:
    """Return the configurations that occur, with their cases and whether they lead to the outcome."""
    return _of_dataset("truth", results["qca_truth"], results, language, dataset)


def necessity_table(results: Results, language: Language, dataset: str = "lipset_raw") -> Table:
    """Return how necessary each condition and its absence is for the outcome."""
    return _of_dataset("necessity", results["qca_necessity"], results, language, dataset)


def fit_table(results: Results, language: Language, dataset: str = "lipset_raw") -> Table:
    """Return consistency, PRI and coverage of every path, for the outcome and its absence."""
    table = results["qca_fit"]
    formula = table["path"].replace("total", SAY("fit.whole", language)) + " → " + table["outcome"]
    return _of_dataset("fit", table.assign(formula=formula), results, language, dataset)


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
    return SAY.table("own", shown, language, labels=False)


def factor_table(results: Results, language: Language) -> Table:
    """Return every context factor with table, year and unit."""
    table = results["context_factors"]
    shown = table.assign(
        factor=[label(f"case_factor_{factor}", language, with_unit=True) for factor in table["factor"]],
        title=[catalogued(name).title[language] for name in table["table"]],
    )
    return SAY.table("factors", shown, language, sources=sorted(set(table["table"])))


def volunteer_table(results: Results, language: Language) -> Table:
    """Return the four valuations of the same volunteer hours."""
    return SAY.table("value", results["volunteer_value"], language)


def pooled_relief_table(results: Results, language: Language) -> Table:
    """Return the relief of shared rooms with an assumed area, and with what the plan of the rooms frees."""
    table = results["pooled_relief"]
    said = {rooms: SAY(f"pooled_relief.{rooms}", language) for rooms in table["rooms"]}
    return SAY.table("pooled_relief", table.assign(rooms=table["rooms"].map(said)), language)


def resilience_table(results: Results, language: Language) -> Table:
    """Return what the model changes in trigger probability and reverse-stress distance of the cases' towns."""
    table = results["resilience_shown"]
    variants = {
        case: SAY("resilience.variant", language, case=name)
        for case, name in names(results, "place", language).items()
    }
    variants["relief"] = SAY("resilience.relief", language)
    town = table["name"].replace("", SAY("resilience.median", language))
    points = 100.0 * table["probability_change"]
    shown = table.assign(town=town, variant=table["variant"].map(variants), change_points=points)
    prices = results["budget_prices"].iloc[0]
    euros_of, prices_of = (str(int(prices[name])) for name in ("euros_of", "prices_of"))
    return SAY.table("resilience", shown, language, euros_of=euros_of, prices_of=prices_of)
