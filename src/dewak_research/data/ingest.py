"""Assemble the tables that every analysis starts from.

The one place where sources, municipality and budget meet; reads the official tables, writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.data.accounts import account_frame, option_municipalities, unit_totals
from dewak_research.data.balance import identity_gaps, named_balance, with_register_keys
from dewak_research.data.catalogue import catalogue_frame
from dewak_research.data.consolidation import gesamtkreise
from dewak_research.data.coverage import kdu_breaks, summaries
from dewak_research.data.indicators import age_groups, kdu_places, unit_indicators
from dewak_research.data.kreis_comparison import among_kreise
from dewak_research.data.kreis_indicators import kreis_indicators
from dewak_research.data.kreis_register import kreis_register
from dewak_research.data.measures import QUOTED_SHARES, kdu_overlap, trade_tax_overlap
from dewak_research.data.official import official
from dewak_research.data.people_counted import people_counted
from dewak_research.data.quality import correction_log, no_municipality, record_status, usable
from dewak_research.data.register import build_units, kreis_panel, population_of_units
from dewak_research.data.result import Result

PASSED_ON = (
    "kreise_panel",
    "town_age",
    "census",
    "towns",
    "deprivation",
    "multipliers",
    "town_population",
    "tax_panel",
    "unemployment",
)
"""Official tables that later stages read as they are, checked and corrected."""


def run(inputs: Mapping[str, pd.DataFrame], params: object, seed: int) -> Result:
    """Check all official tables and return the ingest tables; rows sorted by key, nothing random.

    Parameters
    ----------
    inputs, params, seed
        Not used: the stage reads the official tables only.

    Raises
    ------
    InputError
        A table is damaged, breaks its contract or does not fit another one.
    """
    found = official()
    raw, tables = found.raw, found.tables
    payments, population, gemeinden = (
        tables["booked_payments"],
        tables["town_population"],
        tables["towns"],
    )
    kreis_keys = gemeinden.loc[~gemeinden["kreisfrei"], "kreis"].unique().tolist()
    balance = with_register_keys(tables["balance_sheets"], kreis_keys)
    units = build_units(gemeinden, tables["kreise"], population, payments, balance)
    people = population_of_units(population, units)
    status = record_status(payments, tables["suppressed_payments"], units["ags"])
    reported = usable(payments, status)
    totals = unit_totals(reported, people)
    named = named_balance(balance, units["ags"].tolist())
    kreise = kreis_panel(tables["kreise"], tables["kreise_panel"])
    whole = gesamtkreise(units, status, totals, people)
    outside = no_municipality(balance["ags"], units["ags"])
    result = {
        **{name: tables[name] for name in PASSED_ON},
        "units": units,
        "population": people,
        "people_counted": people_counted(
            population, gemeinden, tables["town_population_derived"], tables["town_population_today"], units
        ),
        "record_status": status,
        "payments": reported,
        "unit_totals": totals,
        "gesamtkreis": whole,
        "kdu_breaks": kdu_breaks(whole),
        "option_municipalities": option_municipalities(totals, units).merge(
            whole[["kreis", "year", *QUOTED_SHARES]], on=["kreis", "year"]
        ),
        "balance": named,
        "balance_gaps": identity_gaps(named),
        "no_municipality": pd.DataFrame({"ags": outside, "table": "balance_sheets"}),
        "corrections": correction_log(raw),
        "catalogue": catalogue_frame({name: len(frame) for name, frame in raw.items()}),
        "kreise": kreise,
        "account_map": account_frame(),
        "trade_tax_overlap": trade_tax_overlap(payments, tables["tax_panel"], people, status),
        "kdu_overlap": kdu_overlap(whole, kreise),
    }
    register = kreis_register(tables["kreise"], tables["gemeinden_tax_capacity_2022"]["ags"])
    kreis_figures = kreis_indicators({**tables, "kdu": kreise})
    described = {
        "unit_indicators": unit_indicators(result),
        "age_groups": age_groups(tables["town_age"], units, tables["kreise_age"]),
        "kdu_places": kdu_places(kreise),
        "kreis_register": register,
        "kreis_indicators": kreis_figures,
        **among_kreise(kreis_figures, tables["kreise_panel"], register),
    }
    return Result({**result, **described, **summaries(result)})
