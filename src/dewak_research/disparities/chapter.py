"""The chapter on social spending disparities: from the ingest tables to its tables and numbers."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from dewak_research.config import DisparityParams
from dewak_research.data import read_boundaries
from dewak_research.data.result import Result, Value
from dewak_research.disparities.booked_section import checks, shares
from dewak_research.disparities.inequality_section import describe, need_or_price, unequal
from dewak_research.disparities.model_section import causes, models, squeezed
from dewak_research.disparities.panel import RULES, build_panel, implausible
from dewak_research.disparities.requirements import refuse
from dewak_research.disparities.space_section import spatial, with_geometry
from dewak_research.disparities.squeeze import relief_by_kreis
from dewak_research.language import Text

NEEDED = ("kreise", "payments", "units", "gesamtkreis")
MAP_COLUMNS = [
    "ags", "year", "name", "land", "land_name", "kind", "settlement", "kdu_eur_pc", "recipients_share",
    "cost_eur_per_recipient",
]  # fmt: skip


def run(inputs: Mapping[str, pd.DataFrame], params: DisparityParams, seed: int) -> Result:
    """Compute the whole chapter.

    Parameters
    ----------
    inputs : mapping of str to DataFrame
        The ingest tables ``kreise``, ``payments``, ``units``, ``gesamtkreis``; optionally ``boundaries_kreise`` (ags,
        geometry), otherwise the official boundaries are read.
    params : DisparityParams
    seed : int
        Seed of the run; each section has a child seed of its own, so one does not move another.

    Returns
    -------
    Result
        Same input, same bytes: linear algebra runs on one thread.

    Raises
    ------
    InputError
        A table or column is missing, the year is text, a regressor cannot be estimated, …
    """
    missing = [name for name in NEEDED if name not in inputs]
    if missing:
        raise refuse(
            Text(f"es fehlt: {', '.join(missing)}", f"missing: {', '.join(missing)}"),
            "disparities",
            Text("die Tabellen der Stufe ingest", "the tables of the stage ingest"),
            Text("zuerst: dewak run ingest", "first: dewak run ingest"),
        )
    boundaries = inputs.get("boundaries_kreise")
    shapes = with_geometry(read_boundaries("kreise") if boundaries is None else boundaries)
    with threadpool_limits(1):
        panel = build_panel(inputs["kreise"])
        relief = relief_by_kreis(panel)
        total = float(relief["relief_million_eur"].sum())
        parts = [
            shares(inputs["payments"], inputs["units"], inputs["gesamtkreis"], params, seed),
            describe(panel, params.last_year),
            unequal(panel, params, seed + 1),
            need_or_price(panel, params, seed + 2),
            models(panel, params, seed + 3),
            causes(panel, params, seed + 4),
            spatial(panel, shapes, params, seed + 5),
            squeezed(panel, relief, params),
            checks(panel, inputs["gesamtkreis"], total, params.last_year),
        ]
    tables: dict[str, pd.DataFrame] = {"kreis_year": panel.loc[panel["year"] >= 2008, MAP_COLUMNS]}
    values: dict[str, Value] = {
        "first_year": params.first_year,
        "last_year": params.last_year,
        "significance_share": 0.05,
    }
    tables["implausible"] = implausible(inputs["kreise"].sort_values(["ags", "year"]))
    rules = tables["implausible"]["rule"]
    values |= {f"records_{rule}": int((rules == rule).sum()) for rule in RULES}
    for part in parts:
        tables |= part.tables
        values |= part.values
    return Result(tables, values)
