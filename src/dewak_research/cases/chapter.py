"""The case-study wing in one call: from the inputs under ``cases/`` and the official figures to the chapter."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.cases.activation import activation_tables, reference_problems
from dewak_research.cases.compare import model_tables
from dewak_research.cases.cost import relief_tables
from dewak_research.cases.documented import documented_tables
from dewak_research.cases.library import (
    Library,
    facts_frame,
    instruments_frame,
    models_frame,
    names_frame,
    studies_frame,
)
from dewak_research.cases.origin import origin_tables
from dewak_research.cases.platforms import platform_tables
from dewak_research.cases.pooled_relief import pooled_relief_tables
from dewak_research.cases.published import qca_tables
from dewak_research.cases.site_comparison import site_tables
from dewak_research.cases.stakeholders import stakeholder_tables
from dewak_research.cases.transfer import transfer_tables
from dewak_research.cases.unit_figures import figure_problems, unit_figure_tables
from dewak_research.cases.value_of_information import information_tables
from dewak_research.config import CaseParams
from dewak_research.data.peers import beside_peers
from dewak_research.data.result import Result
from dewak_research.errors import InputError


def run(inputs: Mapping[str, pd.DataFrame], library: Library, params: CaseParams, seed: int) -> Result:
    """Run the case-study evaluation; what it means for budgets is said by ``budgets``.

    Parameters
    ----------
    inputs : mapping
        units, the tables of ``data.context`` and, if known, rooms_by_carrier and shares (of stage pooling: with them
        the relief of computed rooms).
    library : Library
        Inputs under ``cases/``, read and checked.
    params : CaseParams
    seed : int

    Returns
    -------
    Result
        Tables of ``model_tables``, ``site_tables``, ``relief_tables``, ``pooled_relief_tables``, ``transfer_tables``,
        ``stakeholder_tables``, ``qca_tables``, ``documented_tables``, ``activation_tables``, ``platform_tables``,
        ``unit_figure_tables``, ``information_tables``; comparison: the indicators of the ingest stage beside the peers;
        and the library's own: studies, models, instruments, facts, names, origin, origin_sums.

    Raises
    ------
    InputError
        An input is not what its published figures give, an instrument names what its case or figure does not state, a
        computed score leaves the scale of its criterion, or a case lies in no known unit.
    """
    if problems := [*figure_problems(library), *reference_problems(library)]:
        raise InputError(problems)
    tables = model_tables(library, params.weightings, params.cost_draws, seed)
    tables |= site_tables(library, params.weightings, params.cost_draws, seed)
    tables |= relief_tables(library.criteria, params.cost_draws, seed)
    if "rooms_by_carrier" in inputs:
        rooms = (inputs["rooms_by_carrier"], inputs["shares"])
        tables |= pooled_relief_tables(library.criteria["relief"], *rooms, params.cost_draws, seed)
    tables |= unit_figure_tables(library, tables["costs"])
    tables |= information_tables(library, params.cost_draws, seed)
    winners = tables["verdict"].set_index("case")["base_winner"]
    tables |= transfer_tables(
        inputs,
        library,
        {str(case): str(model) for case, model in winners.items()},
        peer_count=params.peers,
        bootstrap_draws=params.bootstrap_draws,
        seed=seed,
    )
    if "unit_indicators" in inputs:
        tables["comparison"] = beside_peers(inputs["unit_indicators"], tables["peers"], by=["indicator"])
    return Result(
        {
            **tables,
            **stakeholder_tables(library.stakeholders),
            **qca_tables(library),
            **documented_tables(library),
            **activation_tables(library),
            **platform_tables(library.platforms),
            "studies": studies_frame(library),
            "models": models_frame(library),
            "instruments": instruments_frame(library),
            "facts": facts_frame(library),
            "names": names_frame(library),
            **origin_tables(library),
        }
    )
