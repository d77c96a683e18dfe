"""What can be done, for the municipalities of a run: options, portfolios, and the budget with and without the plan.

What is known of a place stands in the case study nearest to it: its own Kreis's, else the first. The budget is the
published one of the stress test (2009–2011). A path of net cost is put on its years one by one, as if they came next,
in the prices of that budget; what options bring and what relief is worth is carried there by the same function, and
shown in euros of the options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from dewak_research.cases.library import Library
from dewak_research.cases.resilience import budget_prices
from dewak_research.config import StressParams
from dewak_research.data.result import together
from dewak_research.planning.instruments import instrument_options
from dewak_research.planning.limits import FRONTS, limit_counts, limits_for
from dewak_research.planning.options import (
    INSTRUMENT,
    MODEL,
    Option,
    model_options,
    options_table,
    relief_options,
)
from dewak_research.planning.portfolio import MOST, front, ladder, portfolio
from dewak_research.planning.relief import relief_everywhere, relief_steps
from dewak_research.planning.warning import service_resources
from dewak_research.planning.with_and_without import by_growth, by_scenario
from dewak_research.stress.one_unit import UnitShocks, unit_shocks
from dewak_research.stress.run import INGEST_TABLES, Run, prepare

Tables = dict[str, pd.DataFrame]
NEEDED = (*INGEST_TABLES, "ranking", "transfer", "activation")
"""Tables of other stages without which nothing is computed here."""
RAW_TABLES = ("tax_panel", "kreise_panel", "multipliers")
MODELS = 4
"""Organisation models that are combined: those that lead under most weightings."""
LAW_ORDER = ("yes", "conditional", "no")


@dataclass(frozen=True)
class Asked:
    """For whom, and from what.

    Parameters
    ----------
    library : Library
        Inputs under ``cases/``.
    stress : StressParams
        Of the stress test; its draws hold here as well, so that nothing done gives its probability.
    municipalities : tuple of str
    """

    library: Library
    stress: StressParams
    municipalities: tuple[str, ...]


def asked_tables(inputs: Mapping[str, pd.DataFrame], asked: Asked, seed: int) -> Tables:
    """Return the tables of :func:`measure_tables`, relief_everywhere and service_resources (``warning``).

    None where one of ``NEEDED`` lacks.

    Parameters
    ----------
    inputs : mapping
        Tables of ``NEEDED`` and ``RAW_TABLES``; if known, those of ``cost_growth.budget_paths`` for the budget with and
        without the plan.
    """
    if not set(NEEDED) <= set(inputs):
        return {}
    run = prepare(inputs, asked.stress, seed)
    paths, grown = inputs.get("net_path"), inputs.get("cost_growth_paths")
    found = measure_tables(run, asked.library, inputs, asked.municipalities, asked.stress.draws, paths, grown)
    then = budget_prices(asked.stress.budget_year, asked.library.prices)
    found["service_resources"] = service_resources(inputs["activation"])
    found["relief_everywhere"] = relief_everywhere(run, price_factor=then.price_factor)
    return found


def nearest_case(library: Library, ags: str) -> str:
    """Return the case study in the unit or its Kreis, else the first."""
    near = [case for case, town in library.towns.items() if town[:5] == ags[:5]]
    own = [case for case in near if library.towns[case] == ags]
    return (own or near or list(library.towns))[0]


def leading_models(ranking: pd.DataFrame, case: str, number: int = MODELS) -> list[str]:
    """Return the models that are best for most weightings of the criteria; ``ranking`` as ``cases.compare`` has it."""
    own = ranking[ranking["case"] == case].sort_values(["first_share", "model"], ascending=[False, True])
    return [str(model) for model in own["model"].head(number)]


def shortlist(options: Iterable[Option], room: int) -> list[Option]:
    """Return as many options as there is room for: first what the law allows anybody, then the cheapest."""
    return sorted(options, key=lambda o: (LAW_ORDER.index(o.hsk_compatible), -o.net_eur.mean(), o.key))[:room]


def options_for(
    library: Library, tables: Mapping[str, pd.DataFrame], ags: str, years: int, draws: int, seed: int
) -> tuple[list[Option], pd.DataFrame]:
    """Return the options of a unit that are combined, at most ``MOST``, and those left out.

    Parameters
    ----------
    tables : mapping
        ranking, activation (stage cases).

    Returns
    -------
    tuple
        Options; DataFrame option, reason (of ``instruments.instrument_options``; "no_room"; "no_effect": nobody has
        stated one, it would add nothing to a portfolio).
    """
    case = nearest_case(library, ags)
    of_models = model_options(library, case, leading_models(tables["ranking"], case), years, draws, seed)
    of_relief = relief_options(library.criteria["relief"], years, draws, seed)
    usable, left_out = instrument_options(tables["activation"], years, draws, seed, library.prices)
    taken = shortlist(usable, MOST - len(of_models) - len(of_relief))
    offered = [*of_models, *of_relief, *taken]
    idle = [o for o in offered if not o.net_eur.any() and not o.draws_eur.any()]
    reasons = {option.key: "no_room" for option in usable if option not in taken}
    reasons |= {option.key: "no_effect" for option in idle}
    more = pd.DataFrame(list(reasons.items()), columns=["option", "reason"])
    left_out = left_out.rename(columns={"instrument": "option"})
    return [o for o in offered if o not in idle], pd.concat([left_out, more], ignore_index=True)


def _named(options: Sequence[Option], library: Library, activation: pd.DataFrame) -> pd.DataFrame:
    """Add the names of models and instruments in both languages; the kinds of relief are named by the page."""
    models = {str(key): model["name"] for key, model in library.models["models"].items()}
    instruments = activation.set_index("instrument")[["name_de", "name_en"]].T.to_dict("list")
    found = []
    for option in options:
        name = models[option.key.rpartition("_")[2]] if option.kind == MODEL else {"de": "", "en": ""}
        found.append(instruments[option.key] if option.kind == INSTRUMENT else [name["de"], name["en"]])
    return options_table(options).assign(
        **dict(zip(("name_de", "name_en"), zip(*found, strict=True), strict=True))
    )


def _of_unit(
    run: Run, library: Library, tables: Mapping[str, pd.DataFrame], ags: str, draws: int
) -> tuple[UnitShocks, Tables]:
    unit = unit_shocks(run, ags, draws)
    options, left_out = options_for(library, tables, ags, run.book.years, draws, run.seed)
    then = budget_prices(run.params.budget_year, library.prices)
    limits = limits_for(tables["transfer"], ags)
    found = portfolio(options, unit, limits, price_factor=then.price_factor)
    row = run.table.iloc[run.ags.index(ags)]
    standing = {
        "name": str(row.get("name", ags)),
        "case": nearest_case(library, ags),
        "consolidation": limits.consolidation,
        "budget_eur": limits.budget_eur if np.isfinite(limits.budget_eur) else np.nan,
        "staff_fte": limits.staff_fte if np.isfinite(limits.staff_fte) else np.nan,
        "headroom_eur": float(unit.bearable_loss_eur()[0]) / then.price_factor,
        "probability": unit.probability(),
        "options": len(options),
        "portfolios": len(found),
        "within": int((found["breaks"] == "").sum()),
        "draws": draws,
        **asdict(then),
    }
    fronts = [front(found, limit).assign(limit=limit) for limit in FRONTS]
    return unit, {
        "portfolio_options": _named(options, library, tables["activation"]),
        "portfolio_left_out": left_out,
        "portfolio_standing": pd.DataFrame([standing]),
        "portfolio": found,
        "portfolio_front": pd.concat(fronts, ignore_index=True),
        "portfolio_ladder": ladder(found),
        "portfolio_limits": limit_counts(found, limits),
        "relief_steps": relief_steps(unit, float(row["population"]), price_factor=then.price_factor),
    }


def measure_tables(
    run: Run,
    library: Library,
    tables: Mapping[str, pd.DataFrame],
    municipalities: Iterable[str],
    draws: int,
    net_cost: pd.DataFrame | None = None,
    by_cost_growth: pd.DataFrame | None = None,
) -> Tables:
    """Return options, portfolios and the budget with and without the plan for some units.

    Parameters
    ----------
    run : Run
        Of the stress test; units that it does not hold are left out.
    tables : mapping
        ranking, transfer, activation (stage cases).
    draws : int
        Draws of the engine and of every option.
    net_cost : DataFrame, optional
        scenario, ags, year, net_eur: what the plan costs the unit in each year beyond what its budget holds, EUR, as
        ``net_path``; NaN = not known: then the unit has no row with the plan.
    by_cost_growth : DataFrame, optional
        The same by cost_growth_share in place of scenario.

    Returns
    -------
    dict
        Each with a column ags: portfolio_options (``options.options_table``, name_de, name_en), portfolio_left_out
        (option, reason), portfolio_standing (one row: name, case, consolidation, budget_eur and staff_fte (limits; NaN
        = none), headroom_eur and probability without anything, options, portfolios, within (the limits), draws,
        euros_of (year of all amounts), prices_of and price_factor (euros of prices_of per euro)), portfolio,
        portfolio_front (with a column limit: the front under this limit and those before), portfolio_ladder,
        portfolio_limits, relief_steps. With ``net_cost`` also with_and_without, with_and_without_years,
        with_and_without_beside (``with_and_without.by_scenario``), with ``by_cost_growth`` with_and_without_growth
        (``with_and_without.by_growth``). Without ags: the tables of ``summaries``.
    """
    found: dict[str, Tables] = {}
    compared: dict[str, Tables] = {}
    for ags in municipalities:
        if ags not in run.ags:
            continue
        unit, found[ags] = _of_unit(run, library, tables, ags, draws)
        if net_cost is not None:
            own = net_cost[net_cost["ags"] == ags]
            if scenarios := by_scenario(unit, own, run.params.budget_year, library.prices):
                compared[ags] = scenarios
        if by_cost_growth is not None:
            own = by_cost_growth[by_cost_growth["ags"] == ags]
            grown = by_growth(unit, own, run.params.budget_year, library.prices)
            if len(grown):
                compared.setdefault(ags, {})["with_and_without_growth"] = grown
    tables_of_all = together(found, "ags") | together(compared, "ags")
    return tables_of_all | (summaries(tables_of_all) if found else {})


def summaries(tables: Tables) -> Tables:
    """Return measure_summary, one row: units, bound (by budget law), portfolios, within (the limits).

    Further services_within (most kept within them) and price_factor (of ``with_and_without``, missing without it).
    """
    standing, every = tables["portfolio_standing"], tables["portfolio"]
    kept = every[every["breaks"] == ""]
    compared = tables.get("with_and_without")
    one = {
        "units": len(standing),
        "bound": int(standing["consolidation"].sum()),
        "portfolios": len(every),
        "within": len(kept),
        "services_within": int(kept["services_kept"].max()),
        "price_factor": np.nan if compared is None else float(compared["price_factor"].iloc[0]),
    }
    return {"measure_summary": pd.DataFrame([one])}
