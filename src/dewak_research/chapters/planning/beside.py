"""The municipalities of a run side by side: one table or picture with a part for each, rows of the same thing once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from dewak_research.chapters.planning.measures import net_of_units, option_names
from dewak_research.chapters.planning.need import need_of_units
from dewak_research.chapters.planning.population import SAY
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.values import interval

OfUnit = Callable[[Results, Language, str, str], Table]
SAME = {
    "options_table": ("plan_option", "plan_sources", "plan_hsk"),
    "limits_table": ("plan_limit",),
    "front_table": (
        "plan_options",
        "plan_net_year",
        "plan_worst_year",
        "plan_kept",
        "plan_reached",
        "plan_risk",
    ),
    "ladder_table": ("plan_kept", "plan_options", "plan_net_year", "plan_worst_year", "plan_reached"),
    "relief_table": ("plan_relief_pc",),
    "unit_need_table": ("plan_service",),
    "warning_table": ("plan_service", "plan_lead", "plan_could_help"),
    "with_and_without_table": ("plan_variant", "plan_scenario"),
    "cost_growth_table": ("plan_cost_growth",),
}
"""Columns that say of what a row is, by table: they stand once, all others once per unit."""


def units_of(results: Results, names: pd.DataFrame) -> dict[str, str]:
    """Return key and name of the municipalities of the run, in its order.

    Parameters
    ----------
    names : DataFrame
        ags, name of all units.
    """
    known = names.set_index("ags")["name"]
    return {ags: known[ags] for ags in results["portfolio_standing"]["ags"]}


def _joined(rows: pd.DataFrame, one: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Return rows with those of one more unit, in the order of the first; what only the other has comes last."""
    numbered = rows.assign(row=range(len(rows)))
    found = numbered.merge(one, on=on, how="outer", validate="1:1").sort_values("row", kind="stable")
    return found.drop(columns="row").reset_index(drop=True)


def side_by_side(results: Results, language: Language, of_unit: OfUnit, names: pd.DataFrame) -> Table:
    """Return a table of single units as one, the columns of each under its name; a row that one lacks stays open."""
    units = units_of(results, names)
    together = ", ".join(units.values())
    tables = {
        name: of_unit(results, language, ags, together if len(units) > 1 else name)
        for ags, name in units.items()
    }
    same, first = SAME[of_unit.__name__], next(iter(tables.values()))
    heads = {
        name: {
            column: label(column, language, with_unit=True)
            if column in same or len(units) == 1
            else f"{name}: {label(column, language, with_unit=True)}"
            for column in map(str, table.frame)
        }
        for name, table in tables.items()
    }
    rows = None
    for name, table in tables.items():
        one = table.frame[[*same, *(c for c in table.frame if c not in same)]].rename(columns=heads[name])
        on = [heads[name][column] for column in same]
        rows = one if rows is None else _joined(rows, one, on)
    assert rows is not None
    patterns = first.labelled if isinstance(first.labelled, Mapping) else dict.fromkeys(first.labelled, "{}")

    def each(by_column: Mapping[str, str]) -> dict[str, str]:
        return {heads[name][column]: said for name in heads for column, said in by_column.items()}

    return replace(
        first,
        name=f"{of_unit.__name__}_{'_'.join(units)}",
        frame=rows,
        labels=False,
        formats=each(first.formats),
        labelled=each(patterns),
        absent=each(first.absent),
        note=" ".join(dict.fromkeys(table.note for table in tables.values() if table.note)) or None,
    )


def need_beside(results: Results, language: Language, names: pd.DataFrame) -> Figure:
    """Draw how need changes by service, one unit beside the other."""
    return need_of_units(results, language, units_of(results, names))


def net_beside(results: Results, language: Language, names: pd.DataFrame) -> Figure:
    """Draw the plan's net cost beyond what the budget holds, one unit beside the other."""
    return net_of_units(results, language, units_of(results, names))


def what_can_be_done(results: Results, language: Language, names: pd.DataFrame) -> Table:
    """Return the options in short: euros a year with their range at two digits, and budget law."""
    units, said = units_of(results, names), option_names(results["portfolio_options"], language)
    rows, heads = None, {column: label(column, language) for column in ("plan_option", "plan_hsk")}
    formats = {}
    options = results["portfolio_options"]
    for ags, name in units.items():
        own = options[options["ags"] == ags]
        amount, width = (SAY(f"what_can_be_done.{part}", language, unit=name) for part in ("amount", "range"))
        ends = [
            interval(low, high, "+2r", language)
            for low, high in zip(own["p05_eur"], own["p95_eur"], strict=True)
        ]
        one = pd.DataFrame(
            {
                heads["plan_option"]: [said[key] for key in own["option"]],
                amount: own["net_eur"].to_numpy(),
                width: ends,
                heads["plan_hsk"]: own["hsk_compatible"].to_numpy(),
            }
        )
        on, formats[amount] = list(heads.values()), "+2r"
        rows = one if rows is None else _joined(rows, one, on)
    assert rows is not None
    last = heads["plan_hsk"]
    return SAY.table(
        "what_can_be_done",
        rows[[*(c for c in rows if c != last), last]],
        language,
        said="own_assumptions",
        labels=False,
        formats=formats,
        labelled={last: "plan_hsk_{}"},
        unit=", ".join(units.values()),
        euros_of=str(results["portfolio_standing"]["euros_of"].iloc[0]),
    )
