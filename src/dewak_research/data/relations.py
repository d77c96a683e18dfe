"""Relations between official tables: what one says must fit what another says."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text

_NEXT = Text("beide Tabellen prüfen", "check both tables")
_SHOWN = 5


def _keys_outside(table: pd.DataFrame, register: pd.DataFrame, name: str, column: str) -> list[Problem]:
    outside = sorted(set(table[column]) - set(register[column]))
    if not outside:
        return []
    shown = ", ".join(outside[:_SHOWN])
    what = Text(f"unbekannt: {shown}", f"unknown: {shown}")
    return [Problem(what, f"{name}.{column}", Text("ein bekannter Schlüssel", "a known key"), _NEXT)]


def _age_adds_up(age: pd.DataFrame, population: pd.DataFrame) -> list[Problem]:
    people = population[population["year"] == 2015].set_index("ags")["population"]
    gap = age.groupby("ags")["persons"].sum().sub(people, fill_value=0)
    gap = gap[gap != 0]
    if gap.empty:
        return []
    shown = "; ".join(f"{ags}: {value:+,.0f}" for ags, value in gap.head(_SHOWN).items())
    what = Text(f"Altersgruppen ergeben nicht die Bevölkerung: {shown}",
                f"age groups do not add up to the population: {shown}")  # fmt: skip
    right = Text("Summe = Bevölkerung am 31.12.2015", "sum = population at 31.12.2015")
    return [Problem(what, "nrw_age_2015.persons", right, _NEXT)]


def _suppressed_are_absent(payments: pd.DataFrame, suppressed: pd.DataFrame) -> list[Problem]:
    both = suppressed.merge(payments[["ags", "year"]].drop_duplicates(), on=["ags", "year"])
    if both.empty:
        return []
    shown = ", ".join(f"{row.ags} {row.year}" for row in both.head(_SHOWN).itertuples())
    what = Text(f"zugleich gemeldet und unterdrückt: {shown}", f"both reported and suppressed: {shown}")
    right = Text("eine Einheit ist gemeldet oder nicht", "a unit is reported or it is not")
    return [Problem(what, "nrw_payments_suppressed", right, _NEXT)]


def check_relations(tables: Mapping[str, pd.DataFrame]) -> None:
    """Check what the tables say about each other.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables of the catalogue by name.

    Raises
    ------
    InputError
        Everything that does not fit: towns that are not in the register, age groups that do not add up to the
        population, units both reported and suppressed, balance items without a label.
    """
    register = tables["nrw_gemeinden"]
    problems = [
        problem
        for name in ("nrw_population", "nrw_age_2015", "nrw_multipliers_2015", "nrw_tax_panel",
                     "nrw_unemployment", "nrw_gisd", "nrw_census_2022")
        for problem in _keys_outside(tables[name], register, name, "ags")
    ]  # fmt: skip
    problems += _keys_outside(tables["kreise_panel"], tables["kreise"], "kreise_panel", "ags")
    problems += _keys_outside(
        tables["nrw_balance_2009"], tables["nrw_balance_items"], "nrw_balance_2009", "item"
    )
    problems += _age_adds_up(tables["nrw_age_2015"], tables["nrw_population"])
    problems += _suppressed_are_absent(tables["nrw_payments"], tables["nrw_payments_suppressed"])
    if problems:
        raise InputError(problems)
