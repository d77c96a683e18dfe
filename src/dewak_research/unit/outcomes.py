"""What the stress test and the transferability check found for one unit, as the profile shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dewak_research.page.values import is_missing

Row = dict[str, Any]


@dataclass(frozen=True)
class StressView:
    """The stress test of one unit.

    Parameters
    ----------
    light : str
        green, amber, red or no_data.
    probability, low, high : float or None
        Probability of a trigger within the years simulated, and at both ends of the crisis frequency.
    light_low, light_high : str
        Lights at these ends.
    first_year, last_year : int
        Years simulated.
    grid : list of rows
        revenue_fall_share, interest_rise_pp, loss_total_eur_pc, trigger, trigger_year (1 = first year); empty where the
        unit did not report.
    already : bool
        A trigger is hit without any shock.
    bearable_eur_pc : float or None
        Reverse test: loss per inhabitant, in every year, that just reaches the law's line; negative = relief needed.
    """

    light: str
    probability: float | None
    low: float | None
    high: float | None
    light_low: str
    light_high: str
    first_year: int
    last_year: int
    grid: list[Row]
    already: bool
    bearable_eur_pc: float | None


@dataclass(frozen=True)
class TransferView:
    """Can this unit copy a case? Three lights with what they rest on."""

    case: str
    context: str
    is_model: bool
    closer_share: float | None
    conditions: str
    conditions_known: int
    conditions_asked: int
    feasibility: str
    reason: str


def _known(value: object) -> float | None:
    return None if is_missing(value) else float(str(value))


def stress_view(
    light: Row, grid: Sequence[Row], reverse: Sequence[Row], years: tuple[int, int]
) -> StressView:
    """Return the stress test of one unit from its rows of ``lights``, ``council_grid`` and ``reverse``."""
    base = [row for row in grid if row["revenue_fall_share"] == 0]
    shocks = [row for row in grid if row["revenue_fall_share"] > 0]
    return StressView(
        light=str(light["light"]),
        probability=_known(light["probability"]),
        low=_known(light["frequency_low"]),
        high=_known(light["frequency_high"]),
        light_low=str(light["light_low"]),
        light_high=str(light["light_high"]),
        first_year=years[0],
        last_year=years[1],
        grid=sorted(shocks, key=lambda row: (row["revenue_fall_share"], row["interest_rise_pp"])),
        already=any(not is_missing(row["trigger"]) and row["trigger"] != "none" for row in base),
        bearable_eur_pc=next((_known(row["bearable_eur_pc"]) for row in reverse), None),
    )


def transfer_views(rows: Sequence[Row]) -> list[TransferView]:
    """Return the transferability of both cases from the unit's rows of ``transfer``, sorted by case."""
    views = []
    for row in sorted(rows, key=lambda row: str(row["case"])):
        views.append(
            TransferView(
                case=str(row["case"]),
                context=str(row["context_light"]),
                is_model=_known(row["distance"]) == 0.0,
                closer_share=_known(row["closer_share"]),
                conditions=str(row["mechanism_light"]),
                conditions_known=int(row["conditions_known"]),
                conditions_asked=int(row["conditions_asked"]),
                feasibility=str(row["feasibility_light"]),
                reason=str(row["feasibility_reason"]),
            )
        )
    return views
