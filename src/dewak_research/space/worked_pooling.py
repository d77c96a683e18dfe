"""Sharing rooms in an invented town: before and after, what becomes free when, who moves, who gets what of it.

Prices and reaches are assumptions. What is computed is exact for them: every coalition of the carriers is solved.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from dewak_research.config import SpaceParams
from dewak_research.data.result import Result
from dewak_research.space.effects import by_carrier, freed, moves, today_eur, use
from dewak_research.space.pooling import Pooled, Shared, pool
from dewak_research.space.room_case import case_on
from dewak_research.space.rooms import Rooms
from dewak_research.space.sharing import core_is_empty, leaving, savings, shapley, shares


def _case(data: Rooms, as_of: date, params: SpaceParams, move_km: float) -> tuple[Rooms, Shared]:
    return case_on(data, as_of, params.hire_eur_hour, params.offer_weeks, move_km, params.detour)


def _summary(case: Shared, data: Rooms, plan: Pooled) -> dict[str, float]:
    """One plan in figures: money a year, area, hours and sessions a week, and the way of those who move."""
    before, moved = today_eur(case), moves(case, data, plan)
    known = moved[moved["km"].notna()]
    weight = (known["persons"] * known["sessions"]).to_numpy(float)
    far = known["km"].to_numpy(float)
    return {
        "before_eur": before,
        "after_eur": plan.cost_eur,
        "saved_eur": before - plan.cost_eur,
        "freed_m2": float(freed(case, plan)["area_m2"].sum()),
        "hired_sessions": float(plan.hired["sessions"].sum()),
        "hired_eur": float(plan.hired["eur"].sum()),
        "sessions": float(case.times.sum()),
        "moved_sessions": float(moved["sessions"].sum()),
        "moved_km": float(far @ weight / weight.sum()) if weight.sum() > 0 else np.nan,
        "longest_km": float(far.max()) if len(far) else np.nan,
        "gap": plan.gap,
    }


def _freed(case: Shared, plan: Pooled) -> pd.DataFrame:
    """Rooms given up, in the order of their dates, as text: what is written to files."""
    found = freed(case, plan)
    return found.assign(ends=found["ends"].dt.strftime("%Y-%m-%d"))


def _sharing(case: Shared, carriers: list[str]) -> dict[str, pd.DataFrame]:
    """Who gets what: every coalition solved, Shapley value and nucleolus, and who would leave."""
    gaps = []

    def saved(some: tuple[str, ...]) -> float:
        part = case.of(some)
        plan = pool(part, gap=0.0, near=False)
        gaps.append(plan.gap)
        return today_eur(part) - plan.cost_eur

    value = savings(carriers, saved)
    gone = leaving(carriers, value, shapley(value))
    parts = shares(carriers, value)
    near = leaving(carriers, value, parts["nucleolus_eur"].to_numpy(float))
    return {
        "shares": parts,
        "leaving": gone,
        "sharing": pd.DataFrame(
            {
                "carriers": [len(carriers)],
                "coalitions": [len(value) - 1],
                "saved_eur": [float(value[-1])],
                "alone_eur": [float(parts["alone_eur"].sum())],
                "core_is_empty": [core_is_empty(value)],
                "leaving_shapley": [len(gone)],
                "leaving_nucleolus": [len(near)],
                "gap": [max(gaps)],
            }
        ),
    }


def run(
    tables: Mapping[str, pd.DataFrame], as_of: date, params: SpaceParams, municipality: str = ""
) -> Result:
    """Compute the worked example of sharing rooms; nothing in it is random.

    Parameters
    ----------
    tables : mapping
        rooms, carriers, offers, bookings, as :class:`Rooms` has them.
    as_of : date
        Day from which notice runs.
    params : SpaceParams
        detour, hire_eur_hour, offer_weeks, move_km, other_move_km.
    municipality : str
        The carrier that is the municipality; "" = none is.

    Returns
    -------
    Result
        reaches: one row for every longest way that is put up with (move_km, shown: the one of the other tables), money
        a year, area, hours and sessions a week (before_eur: rooms that can be given up; after_eur: those kept, and
        hire); rooms_by_carrier: ``effects.by_carrier`` for every such way, municipal (the carrier is the municipality);
        use, freed, moves: ``effects`` of the plan shown; shares, leaving: ``sharing``; sharing: carriers, coalitions,
        saved_eur (together), alone_eur (all saving by themselves), core_is_empty, leaving_shapley and
        leaving_nucleolus (coalitions that would save more alone), gap (share of its cost that a better plan could save
        any coalition; 0: none does); assumptions: assumption, value.
    """
    data, rows, carriers = Rooms(**tables), [], []
    cases = {km: _case(data, as_of, params, km) for km in sorted({params.move_km, *params.other_move_km})}
    plans = {km: pool(case, gap=0.0) for km, (_, case) in cases.items()}
    for km, (today, case) in cases.items():
        at = {"move_km": km, "shown": km == params.move_km}
        rows.append({**at, **_summary(case, today, plans[km])})
        carriers.append(by_carrier(case, plans[km]).assign(**at))
    (today, case), plan = cases[params.move_km], plans[params.move_km]
    assumed = {
        "hire_eur_hour": params.hire_eur_hour,
        "offer_weeks": params.offer_weeks,
        "move_km": params.move_km,
        "detour": params.detour,
    }
    return Result(
        {
            "reaches": pd.DataFrame(rows),
            "rooms_by_carrier": pd.concat(carriers, ignore_index=True).assign(
                municipal=lambda table: table["carrier"] == municipality
            ),
            "use": use(case, today, plan),
            "freed": _freed(case, plan),
            "moves": moves(case, today, plan),
            **_sharing(case, list(data.carriers["carrier"])),
            "assumptions": pd.DataFrame({"assumption": list(assumed), "value": list(assumed.values())}),
        }
    )
