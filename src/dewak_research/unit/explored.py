"""What the explorer shows of every town: one catalogue of indicators, their values from the tables of the profiles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from dewak_research.data.doubtful import doubted
from dewak_research.data.indicators import INDICATORS
from dewak_research.language import Language
from dewak_research.page.labels import find_label, label
from dewak_research.stress.today import MEASURES
from dewak_research.stress.today_shocks import UNCONFIRMED
from dewak_research.unit.outlook import NEED_SOURCES, OUTLOOK_AGES, OUTLOOK_SERVICES, OUTLOOK_SOURCES
from dewak_research.unit.sheet_data import COUNTED, STRESS_SOURCES
from dewak_research.unit.today import IN_WORDS_ONLY
from dewak_research.unit.view import ProfileTables

Certainty = Literal[
    "counted", "computed_estimate", "newest_by_hand", "by_hand", "unconfirmed", "estimate", "estimate_band"
]
COLUMNS = ("ags", "year", "value", "low", "high", "mark")


@dataclass(frozen=True)
class Explored:
    """One indicator of the explorer.

    Parameters
    ----------
    key : str
        Its name in addresses and file names.
    group : str
        Key of its subject in the label registry.
    called : str
        Key of its name in the label registry, with its unit.
    spec : str
        Python's format of a value.
    sources : tuple of str
        Names of the catalogue of tables.
    certainty : str
        What the page says of all its values (``explorer_sure_<certainty>``).
    said : mapping
        Fills the placeholders of its name.
    """

    key: str
    group: str
    called: str
    spec: str
    sources: tuple[str, ...]
    certainty: Certainty = "counted"
    said: Mapping[str, Any] = field(default_factory=dict)

    def name(self, language: Language) -> str:
        """Return its name."""
        return label(self.called, language, **self.said)

    def unit(self, language: Language) -> str:
        """Return its unit; empty where its name says it."""
        found = find_label(self.called).unit
        return found[language] if found is not None else ""


def _today() -> list[Explored]:
    return [
        Explored(
            measure, "explorer_group_today", f"today_{measure}", ",.0f", (table,),
            "unconfirmed" if table == UNCONFIRMED else "by_hand",
        )
        for measure, (table, _) in MEASURES.items()
        if measure not in IN_WORDS_ONLY
    ]  # fmt: skip


_SERIES = ("tax_capacity_eur_pc", "trade_tax_eur_pc")
PANEL = {
    f"panel_{column}": column for column in _SERIES
}  #: its key in addresses, for `tax_capacity_eur_pc` is today's


def _compared() -> list[Explored]:
    groups = {
        "population": "people", "age": "people", "unemployed": "people", "trade": "taxes", "social": "budget",
        "umlagen": "budget", "interest": "budget", "equity": "budget", "liquidity": "budget",
    }  # fmt: skip
    return [
        Explored(
            one.key, f"explorer_group_{groups[one.key.split('_')[0]]}", f"profile_{one.key}", one.spec, one.sources,
            said={"years": one.years},
        )
        for one in INDICATORS
        if one.level != "kreis" and one.key not in _SERIES
    ]  # fmt: skip


_ESTIMATED = ("explorer_group_outlook", "+.0f")
TOWN_INDICATORS: tuple[Explored, ...] = (
    *_today(),
    Explored("population", "explorer_group_people", "explorer_population", ",.0f", COUNTED),
    *(Explored(key, "explorer_group_taxes", f"explorer_{key}", ",.0f", ("tax_panel",)) for key in PANEL),
    *_compared(),
    *(
        Explored(
            f"people_{age.rstrip('+')}", _ESTIMATED[0], f"explorer_people_{age}", _ESTIMATED[1], OUTLOOK_SOURCES,
            "estimate_band",
        )
        for age in OUTLOOK_AGES
    ),
    *(
        Explored(
            f"need_{service}", _ESTIMATED[0], f"explorer_need_{service}", _ESTIMATED[1],
            (*OUTLOOK_SOURCES, *NEED_SOURCES), "estimate_band",
        )
        for service in OUTLOOK_SERVICES
    ),
    Explored(
        "stress_probability", "explorer_group_stress", "explorer_stress_probability", ".1p", STRESS_SOURCES, "estimate",
    ),
)  # fmt: skip
"""Every indicator of the towns, in the order of the page; the first of them is shown first."""


def _long(
    frame: pd.DataFrame,
    year: Any,
    value: str,
    low: str | None = None,
    high: str | None = None,
    per: float = 1.0,
) -> pd.DataFrame:
    """Return one indicator as ``COLUMNS``; ``per`` multiplies value and band."""
    parts = {
        name: frame[column] * per if column else float("nan")
        for name, column in (("low", low), ("high", high))
    }
    years = frame[year].astype(int).astype(str) if year in frame else str(year)
    return pd.DataFrame(
        {"ags": frame["ags"], "year": years, "value": frame[value] * per, **parts, "mark": ""}
    ).reset_index(drop=True)  # fmt: skip


def town_values(tables: ProfileTables) -> dict[str, pd.DataFrame]:
    """Return the values of the towns by indicator, in the order of `TOWN_INDICATORS`.

    Returns
    -------
    dict of str to DataFrame
        ags, year (what the value is of: a year, a day or a span), value and its band low and high (NaN = unknown or
        none), mark (``doubted``, ``to_be_confirmed``, ``derived`` or empty); in the unit and of the units that the
        profiles show. Shares of the outlook and of the stress test are in percent.
    """
    stress, ingest, planning = (tables.stages[name] for name in ("stress", "ingest", "planning"))
    towns = set(tables.units.loc[tables.units["kind"] != "kreis", "ags"])
    found: dict[str, pd.DataFrame] = {}
    today = stress["today"]
    for measure, (_, vintage_of) in MEASURES.items():
        long = _long(today[today["measure"] == measure], vintage_of, "value")
        long["mark"] = [
            "doubted" if (ags, measure) in doubted() else "to_be_confirmed" for ags in long["ags"]
        ]
        found[measure] = long
    counted = ingest["people_counted"]
    found["population"] = _long(counted, "year", "population").assign(
        mark=["derived" if derived else "" for derived in counted["derived"]]
    )
    for key, column in PANEL.items():
        found[key] = _long(ingest["tax_panel"], "year", column)
    years = {one.key: one.years for one in INDICATORS}
    for name, part in tables.stages["cases"]["comparison"].groupby("indicator"):
        found.setdefault(str(name), _long(part, years[str(name)], "value"))
    people = planning["population_change"]
    for age in OUTLOOK_AGES:
        part = people[people["age"] == age]
        span = _span(part, "shown_year")
        found[f"people_{age.rstrip('+')}"] = _long(
            part, span, "change_pct", "change_low_pct", "change_high_pct"
        )
    need = planning["need_growth"]
    for service in OUTLOOK_SERVICES:
        part = need[need["service"] == service]
        band = ("growth_share", "growth_low_share", "growth_high_share")
        found[f"need_{service}"] = _long(part, _span(part, "last_year"), *band, per=100.0)
    first, last = tables.stress_years
    band = ("probability", "frequency_low", "frequency_high")
    found["stress_probability"] = _long(stress["lights"], f"{first}–{last}", *band, per=100.0)
    return {
        one.key: found[one.key][found[one.key]["ags"].isin(towns)].reset_index(drop=True)
        for one in TOWN_INDICATORS
    }


def _span(part: pd.DataFrame, last: str) -> str:
    return f"{int(part['first_year'].iloc[0])}–{int(part[last].iloc[0])}"
