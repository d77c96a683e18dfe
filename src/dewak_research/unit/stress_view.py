"""What the stress test found about one unit, gathered from its rows of the result tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
    first_year, last_year : int
        Years simulated.
    grid : list of rows
        revenue_fall_share, interest_rise_pp, loss_total_eur_pc, trigger, trigger_year (1 = first year); empty where the
        unit did not report.
    already : bool
        A trigger is hit without any shock.
    bearable_eur_pc : float or None
        Reverse test: loss per inhabitant, in every year, that just reaches the law's line; negative = relief needed.
    without : tuple or None
        Trigger and its year without any shock; None where the unit did not report.
    baselines : dict
        Light by baseline: booked, mean5, structural.
    tornado : list of rows
        parameter, low, high, probability, probability_low, probability_high: the assumptions that move the
        probability, the strongest first.
    steps : row
        Row of ``multiplier_steps``; empty for a Kreis and a town that did not report.
    """

    light: str
    probability: float | None
    low: float | None
    high: float | None
    first_year: int
    last_year: int
    grid: list[Row]
    already: bool
    bearable_eur_pc: float | None
    without: tuple[Any, Any] | None = None
    baselines: dict[str, str] = field(default_factory=dict)
    tornado: list[Row] = field(default_factory=list)
    steps: Row = field(default_factory=dict)


def stress_view(
    light: Row,
    grid: Sequence[Row],
    reverse: Sequence[Row],
    years: tuple[int, int],
    baselines: Sequence[Row] = (),
    tornado: Sequence[Row] = (),
    steps: Sequence[Row] = (),
) -> StressView:
    """Return the stress test of one unit from its rows of the result tables.

    Parameters
    ----------
    light, grid, reverse, baselines, tornado, steps
        Rows of ``lights``, ``council_grid``, ``reverse``, ``lights_by_baseline``, ``tornado``, ``multiplier_steps``.
    years : tuple of int
        First and last year simulated.
    """
    base = [row for row in grid if row["revenue_fall_share"] == 0]
    shocks = [row for row in grid if row["revenue_fall_share"] > 0]
    return StressView(
        light=str(light["light"]),
        probability=_known(light["probability"]),
        low=_known(light["frequency_low"]),
        high=_known(light["frequency_high"]),
        first_year=years[0],
        last_year=years[1],
        grid=sorted(shocks, key=lambda row: (row["revenue_fall_share"], row["interest_rise_pp"])),
        already=any(not is_missing(row["trigger"]) and row["trigger"] != "none" for row in base),
        bearable_eur_pc=next((_known(row["bearable_eur_pc"]) for row in reverse), None),
        without=next(((row["trigger"], row["trigger_year"]) for row in base), None),
        baselines={str(row["baseline"]): str(row["light"]) for row in baselines},
        tornado=[row for row in sorted(tornado, key=lambda row: row["place"]) if row["swing_share"] > 0],
        steps=next((row for row in steps if not is_missing(row["trade_tax_points_safe"])), {}),
    )


def _known(value: object) -> float | None:
    return None if is_missing(value) else float(str(value))
