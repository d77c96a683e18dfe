"""Tables of published costs and of what is worth knowing: inputs on figures, whole places, value of information."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from dewak_research.chapters.cases.facts import unit_word
from dewak_research.chapters.cases.figures import SAY, names, of_case, place
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.labels import label
from dewak_research.page.results import Cells, Results
from dewak_research.page.values import eur, number, rounded

_SHOWN = 5


def _input(name: str, results: Results, language: Language) -> str:
    """Name an input of a model or one of the criteria that experts score."""
    criteria = names(results, "criterion", language)
    return criteria[name] if name in criteria else label(f"case_input_{name}", language)


def inputs_table(results: Results, language: Language) -> Table:
    """Return the inputs that rest on published figures, with the figures and the assumed factor."""
    table, figures = results["inputs_published"], results["unit_figures"].set_index("figure")
    owners = names(results, "place", language) | names(results, "model", language)

    def told(keys: str) -> str:
        rows = [figures.loc[key] for key in keys.split("; ")]
        said = (f"{row[f'text_{language}']}, {row['publisher']}" for row in rows)
        return "; ".join(said)

    shown = table.assign(
        input=[_input(name, results, language) for name in table["input"]],
        owner=[
            owners[owner] if owner else label(f"case_part_{part}", language)
            for part, owner in zip(table["part"], table["owner"], strict=True)
        ],
        value=[number(v, language, 0 if float(v).is_integer() else 2) for v in table["value"]],
        unit=[unit_word(unit, language) for unit in table["unit"]],
        figures=[told(keys) for keys in table["figures"]],
    )
    return SAY.table("inputs", shown, language, year=Cells(results).unit_figure_summary().base_year)


def yardsticks_table(results: Results, language: Language) -> Table:
    """Return what whole places cost as published, beside what was computed for the cases."""
    between = {
        place(results, row["case"], language): {end: rounded(row[f"{end}_eur"]) for end in ("low", "high")}
        for row in results["gross_cost"].to_dict("records")
    }
    spans = [SAY("yardsticks.between", language, case=case, **ends) for case, ends in between.items()]
    year = Cells(results).unit_figure_summary().base_year
    return SAY.table("yardsticks", results["yardsticks"], language, year=year, computed="; ".join(spans))


def information_table(results: Results, language: Language, case: str) -> Table:
    """Return the inputs that are worth knowing, by rule of choice, most valuable first."""
    table = of_case(results, "information", case)
    first = table[table["above_noise"]].groupby("rule", sort=False).head(_SHOWN)
    models = names(results, "model", language)
    shown = first.assign(
        input=[_input(name, results, language) for name in first["input"]],
        owner=[models.get(owner, label("case_part_price", language)) for owner in first["owner"]],
        shown=[_worth(row, language) for row in first.to_dict("records")],
    )
    return SAY.table("information", shown, language, of=case, case=place(results, case, language))


def _worth(row: Mapping[Hashable, Any], language: Language) -> str:
    """Write the value of knowing in euros a year, or in points of the scale."""
    return (
        eur(rounded(row["evppi"]), language) if row["rule"] == "cost" else number(row["evppi"], language, 4)
    )
