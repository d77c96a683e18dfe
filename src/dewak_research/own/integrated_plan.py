"""The integrated plan of a report on own figures: the chain, its warning, its budget and its options in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from dewak_research.cases.activation import activation_frame
from dewak_research.config import Params
from dewak_research.data.case_files import CaseFiles
from dewak_research.data.handed_in import own_totals
from dewak_research.own.check import OwnFigures
from dewak_research.own.official import official_table
from dewak_research.own.plan_effects import budget_effects, early_warning, own_portfolio
from dewak_research.own.probability import OwnProbability
from dewak_research.own.service_inputs import FROM_INGEST
from dewak_research.own.social_plan import SocialPlan, needed_tables, social_plan
from dewak_research.own.stress import OwnStress
from dewak_research.rules import HOME, land_with
from dewak_research.stress.booked_plan import first_trigger

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class IntegratedPlan:
    """All results.

    Attributes
    ----------
    plan : SocialPlan
    tables : dict
        Those of ``plan``; warning, resources; with_and_without, with_and_without_years, with_and_without_beside,
        extra_cost; options, portfolio, portfolio_front, portfolio_decided, as far as they can be computed.
        entered: name and decided of the options of the workbook.
    """

    plan: SocialPlan
    tables: Tables = field(default_factory=dict)


def integrated_plan(
    figures: OwnFigures,
    frame: pd.DataFrame,
    kind: str,
    stress: OwnStress,
    chances: OwnProbability,
    ingested: Mapping[str, pd.DataFrame] | None,
    files: CaseFiles,
    params: Params,
) -> IntegratedPlan:
    """Compute the integrated plan; what is missing leaves out its part, never a guess.

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    ingested : mapping, optional
        Tables of the stage ingest; without ``FROM_INGEST`` among them there is no plan.
    files : CaseFiles
        Inputs of the case studies: the catalogue of instruments.
    """
    if land_with(figures.rule_set).key != HOME:
        return IntegratedPlan(SocialPlan("other_land"))
    if ingested is None or not set(FROM_INGEST) <= set(ingested):
        return IntegratedPlan(SocialPlan("no_pipeline"))
    own, seed = figures.planning, params.run.seed
    tables = {name: official_table(name) for name in needed_tables()}
    tables |= {name: ingested[name] for name in FROM_INGEST} | own_totals()
    plan = social_plan(figures.key, kind, own, tables, params.planning, seed)
    if plan.reason:
        return IntegratedPlan(plan)
    documents = files.documents
    instruments = activation_frame(documents["activation"].data, documents["unit_figures"].data["figures"])
    entered = own.options[["name", "decided"]]
    found = {**plan.tables, "entered": entered, **early_warning(plan, own, instruments)}
    rate, draws = params.stress.borrowing_rate_pp / 100.0, params.planning.draws
    found |= budget_effects(plan, own, frame, stress, chances, kind, rate)
    crossed = first_trigger(stress.plan) is not None if len(stress.plan) else False
    found |= own_portfolio(own, chances, crossed, draws, seed)
    return IntegratedPlan(plan, found)
