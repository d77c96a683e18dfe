"""What shared use of the own rooms would change: which rooms are kept, what is saved from when on, who gets what."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dewak_research.own.room_case import OwnRooms, case_of
from dewak_research.space.effects import by_carrier, freed, moves, today_eur, use
from dewak_research.space.pooling import Pooled, Shared, pool
from dewak_research.space.sharing import MOST_CARRIERS, core_is_empty, leaving, savings, shapley, shares

AT_ONCE = 6
"""Carriers up to which the split is computed without being asked for: 64 groups."""
SPLIT_GAP = 5.0 / 1_000.0
"""Share of the cost by which the plan of a group may miss the least cost."""
Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class RoomSharing:
    """Results of shared use.

    Attributes
    ----------
    reason : str
        Why there is none: ``empty`` (the sheets are not filled), or "".
    split : str
        Whether the saving is split: ``yes``, ``one`` (carrier), ``asked`` (takes long: on request), ``many`` (above
        ``MOST_CARRIERS``).
    tables : dict
        rooms_summary (one row: rooms, offers, given_up, area_m2, saved_eur, hired_hours, hired_eur, net_eur, gap,
        split_gap), rooms_use, rooms_freed, rooms_years, rooms_carriers (``effects.by_carrier``),
        rooms_moves, rooms_hired, rooms_split, rooms_leaving, rooms_settings; EUR a year, hours a week.
    """

    reason: str = ""
    split: str = ""
    core_empty: bool = False
    carriers: tuple[str, ...] = ()
    as_of: str = ""
    tables: Tables = field(default_factory=dict)


def room_sharing(own: OwnRooms, asked: bool = False) -> RoomSharing:
    """Compute which rooms are needed together, and how the saving splits.

    Parameters
    ----------
    asked : bool
        Whether to split the saving among seven to ten carriers as well, which takes minutes.
    """
    if not own.filled:
        return RoomSharing("empty")
    data, case = case_of(own)
    plan = pool(case)
    names = own.carriers
    tables: Tables = {
        "rooms_use": use(case, data, plan),
        "rooms_freed": freed(case, plan),
        "rooms_moves": moves(case, data, plan),
        "rooms_hired": _hired(case, plan),
        "rooms_settings": own.settings,
    }
    tables["rooms_carriers"] = by_carrier(case, plan)
    tables["rooms_years"] = by_year(tables["rooms_freed"], plan, int(str(own.as_of)[:4]))
    split, gaps, empty = split_state(len(names), asked), [plan.gap], False
    if split == "yes":
        value = _savings(case, names, plan, gaps)
        tables["rooms_split"] = shares(names, value)
        tables["rooms_leaving"] = leaving(names, value, shapley(value))
        empty = core_is_empty(value)
    tables["rooms_summary"] = _summary(case, plan, tables, max(gaps))
    return RoomSharing("", split, empty, tuple(names), str(own.as_of), tables)


def split_state(carriers: int, asked: bool) -> str:
    """Say whether the saving of so many carriers is split; see :class:`RoomSharing`."""
    if carriers < 2:
        return "one"
    if carriers > MOST_CARRIERS:
        return "many"
    return "yes" if asked or carriers <= AT_ONCE else "asked"


def _savings(case: Shared, names: list[str], plan: Pooled, gaps: list[float]) -> np.ndarray:
    """Saving of every group over what its own rooms cost today, in its own rooms and in hired ones."""

    def together(some: tuple[str, ...]) -> float:
        part = case.of(some)
        found = plan if len(some) == len(names) else pool(part, SPLIT_GAP, near=False)
        gaps.append(found.gap)
        return today_eur(part) - found.cost_eur

    return savings(names, together)


def _hired(case: Shared, plan: Pooled) -> pd.DataFrame:
    """Sessions that find no room, with their carrier."""
    carrier = case.offers.set_index("offer")["carrier"]
    hired = plan.hired.assign(carrier=plan.hired["offer"].map(carrier))
    return hired[["offer", "carrier", "sessions", "hours", "eur"]]


def by_year(given_up: pd.DataFrame, plan: Pooled, first_year: int) -> pd.DataFrame:
    """Return what is saved in every year from that of the tables to the first in which all is saved.

    Returns
    -------
    DataFrame
        year, area_m2 (free at its end), saved_eur (by days from the end of each lease), hired_eur (from the end of the
        first lease on; all of it), net_eur.
    """
    hired = float(plan.hired["eur"].sum())
    ends = pd.to_datetime(given_up["ends"])
    last = int(ends.dt.year.max()) + 1 if len(ends) else first_year
    rows = []
    for year in range(first_year, last + 1):
        start, end = pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)
        part = (end - ends.where(ends > start, start)).dt.days.clip(lower=0).to_numpy(float) / (
            end - start
        ).days
        begun = float(part.max()) if len(part) else 1.0
        saved = float(part @ given_up["cost_eur"].to_numpy(float))
        area = float(given_up["area_m2"][ends < end].sum())
        rows.append((year, area, saved, begun * hired, saved - begun * hired))
    return pd.DataFrame(rows, columns=["year", "area_m2", "saved_eur", "hired_eur", "net_eur"])


def _summary(case: Shared, plan: Pooled, tables: Tables, split_gap: float) -> pd.DataFrame:
    given_up, hired = tables["rooms_freed"], tables["rooms_hired"]
    return pd.DataFrame(
        {
            "rooms": [len(case.rooms)],
            "offers": [len(case.offers)],
            "given_up": [len(given_up)],
            "area_m2": [float(given_up["area_m2"].sum())],
            "saved_eur": [float(given_up["cost_eur"].sum())],
            "hired_hours": [float(hired["hours"].sum())],
            "hired_eur": [float(hired["eur"].sum())],
            "net_eur": [today_eur(case) - plan.cost_eur],
            "gap": [plan.gap],
            "split_gap": [split_gap],
        }
    )
