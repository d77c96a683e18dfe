"""Both cases side by side: what every model costs and how often it comes first, and who would bear its cost."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.cases.figures import SAY, THOUSAND, names
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots, Reference
from dewak_research.page.results import Results
from dewak_research.page.values import rounded

_REASONS = ("bears", "tight", "too_dear", "compensate", "unknown")


def _cases(results: Results) -> list[str]:
    return [str(case) for case in results["studies"]["case"]]


def costs_compared(results: Results, language: Language) -> Figure:
    """Draw every model's net cost with its range, both cases beside each other, cheapest of the first on top."""
    costs = results["costs"]
    order = costs[costs["case"] == _cases(results)[0]].sort_values("annual_eur")["model"].tolist()
    table = costs.assign(place=costs["model"].map(order.index)).sort_values(["place", "case"])
    table = table[["model", "case", "annual_eur", "p05_eur", "p95_eur"]].reset_index(drop=True)
    shown = table.assign(
        model=table["model"].map(names(results, "model", language)),
        case=table["case"].map(names(results, "place", language)),
        **{end: table[end] / THOUSAND for end in ("annual_eur", "p05_eur", "p95_eur")},
    )
    drawing = chart(
        shown,
        Dots("annual_eur", "model", "p05_eur", "p95_eur", group="case"),
        Reference(x=0.0),
        language=language,
        x=Axis(SAY("costs_compared.x", language), ",.0f"),
        y=Axis(wrap=24),
        height=1.05,
        legend="above",
        legend_columns=2,
    )
    ends = table.groupby("case")["annual_eur"].agg(["min", "max"])
    places = names(results, "place", language)
    said = [
        SAY("yardsticks.between", language, case=places[case], low=rounded(low), high=rounded(high))
        for case, low, high in ends.loc[_cases(results)].itertuples(name=None)
    ]
    return SAY.figure("costs_compared", drawing, table, language, n=len(order), ends="; ".join(said))


def models_compared(results: Results, language: Language) -> Table:
    """Return every model's net cost and share of first places, the cases side by side."""
    both = results["ranking"].merge(results["costs"], on=["case", "model"])
    cases, models = _cases(results), names(results, "model", language)
    wide = both.pivot_table(index="model", columns="case", values=["annual_eur", "first_share"])
    wide = wide.sort_values(("first_share", cases[0]), ascending=False, kind="stable")
    columns = {label("case_model", language): [models[model] for model in wide.index]}
    formats = {}
    for case in cases:
        for value, spec in (("annual_eur", "2r"), ("first_share", "0p")):
            head = SAY(f"models_compared.{value}", language, case=names(results, "place", language)[case])
            columns[head], formats[head] = wide[value, case].tolist(), spec
    return SAY.table("models_compared", pd.DataFrame(columns), language, labels=False, formats=formats)


def feasibility_compared(results: Results, language: Language) -> Table:
    """Return how many units would bear a cost as in each case, and how many would not, side by side."""
    counts, cases = results["feasibility_counts"], _cases(results)
    wide = counts.pivot_table(index="reason", columns="case", values="units", fill_value=0, sort=False)
    wide = wide.reindex(_REASONS, columns=cases, fill_value=0)
    places = names(results, "place", language)
    heads = [SAY("feasibility_compared.as_in", language, case=places[case]) for case in cases]
    rows = [SAY(f"feasibility_compared.{reason}", language) for reason in _REASONS]
    shown = wide.set_axis(heads, axis="columns").reset_index(drop=True)
    shown.insert(0, SAY("feasibility_compared.budget", language), rows)
    shown.columns.name = None
    formats = dict.fromkeys(heads, ",.0f")
    return SAY.table("feasibility_compared", shown, language, labels=False, formats=formats)
