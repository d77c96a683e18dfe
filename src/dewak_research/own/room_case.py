"""Own rooms, carriers, offers and bookings as a case of sharing, with the assumptions that stand beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from dewak_research.config import SpaceParams
from dewak_research.space.rooms import Rooms

if TYPE_CHECKING:
    from dewak_research.space.pooling import Shared

_ASSUMED = SpaceParams()
PRESETS = {
    "hire_eur_hour": _ASSUMED.hire_eur_hour,
    "weeks": _ASSUMED.offer_weeks,
    "reach_km": _ASSUMED.move_km,
    "detour": _ASSUMED.detour,
}
"""Assumptions of this project, those of the invented town too: no published figure stands behind them."""


@dataclass(frozen=True)
class OwnRooms:
    """Own figures on rooms.

    Attributes
    ----------
    data : Rooms
        Every table may be empty.
    as_of : date or None
        Day on which the tables were true; None = not entered.
    settings : DataFrame
        setting (keys of ``PRESETS``), value, source ("" = none given), assumed (bool: the preset stands unchanged).
    """

    data: Rooms
    as_of: date | None
    settings: pd.DataFrame

    @property
    def listed(self) -> bool:
        """Whether there are rooms to show, as of a day."""
        return self.as_of is not None and len(self.data.rooms) > 0

    @property
    def filled(self) -> bool:
        """Whether there is something to share."""
        return self.listed and len(self.data.offers) > 0

    @property
    def carriers(self) -> list[str]:
        """Names of the carriers that have a room or an offer, in the order of their sheet."""
        active = {*self.data.rooms["owner"], *self.data.offers["carrier"]}
        return [name for name in self.data.carriers["carrier"] if name in active]

    def setting(self, name: str) -> float:
        """Return the value of a setting."""
        return float(self.settings.set_index("setting")["value"][name])


def case_of(own: OwnRooms) -> tuple[Rooms, Shared]:
    """Return the tables as of their day and the case of sharing that they make; see ``space.room_case.case_on``."""
    from dewak_research.space.room_case import case_on  # brings a solver that only filled rooms need

    assert own.as_of is not None
    return case_on(own.data, own.as_of, **{name: own.setting(name) for name in PRESETS})
