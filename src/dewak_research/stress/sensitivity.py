"""How much the lights rest on what was not verified: every open parameter at both ends of its range, all else equal.

The same few draws are used throughout, so that a difference comes from the parameter and not from chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from dewak_research.config import StressParams
from dewak_research.rules import HOME, document, land, values
from dewak_research.stress.book import Book
from dewak_research.stress.distribution import count_hits, probability_table
from dewak_research.stress.light import light_table
from dewak_research.stress.pool import CRISES
from dewak_research.stress.run import Run, gfg_of, prepare, settings_of
from dewak_research.stress.transmission import Gfg

DRAWS = 300
MOST_DRAWS = 2_000  #: where a whole run is compared with another
ANCHORED = ("growth_rates", "borrowing_rate_pp")  #: change the path or the stock of debt, so the book
LAW = {
    "levy_multiplier_pct": "levy_multiplier_pct",
    "fictitious_multiplier_trade_tax_pct": "fictitious_multiplier_pct",
}
INTEGRATION = "integration_assistance_share"
SPLIT = "refund_split"  #: its range is that of the part in the first year
ENDS = ("low", "high")


@dataclass(frozen=True)
class Variant:
    """A parameter and the smallest and largest value it may have."""

    parameter: str
    ends: tuple[float, float]
    of_law: bool = False


def variants(run: Run) -> list[Variant]:
    """Open parameters of a run with a range: those of the run, then those of the equalisation of its year."""
    known = type(run.params).model_fields
    chosen = [
        Variant(name, (float(ends[0]), float(ends[1])))
        for name, ends in document("sensitivity")["ranges"].items()
        if name in known or name.startswith(("growth_rates_", "cost_spread_"))
    ]
    year = run.params.equalisation_year or run.params.budget_year
    stated = [v for v in land(HOME).values("equalisation") if v.range is not None and not v.verified]
    law = [v for v in stated if v.key in (*LAW, INTEGRATION, SPLIT) and v.holds_in(year)]
    counted = [v for v in values("crises") if v.key == CRISES and not v.verified]
    return (
        chosen
        + [Variant(v.key, v.range) for v in counted if v.range is not None]
        + [Variant(v.key, v.range, of_law=True) for v in law if v.range is not None]
    )


def with_gfg(book: Book, old: Gfg, new: Gfg) -> Book:
    """Put other multipliers of the equalisation into a book: 1 − U/h and 0.9 (f − U)/h, whatever h is."""
    levy = new.levy_multiplier_pct / old.levy_multiplier_pct
    refund = (new.fictitious_multiplier_pct - new.levy_multiplier_pct) / (
        old.fictitious_multiplier_pct - old.levy_multiplier_pct
    )
    return replace(
        book, net_share=1.0 - (1.0 - book.net_share) * levy, refund_share=book.refund_share * refund
    )


def _changed(run: Run, again: Callable[[StressParams], Run], variant: Variant, value: float) -> Run:
    name, params = variant.parameter, run.params
    if name == INTEGRATION:
        return replace(run, settings=replace(run.settings, integration_assistance_share=value))
    if name == SPLIT:
        return replace(run, book=replace(run.book, refund_split=(value, 1.0 - value)))
    if name == CRISES:
        return replace(run, crises=int(value))
    if variant.of_law:
        old = gfg_of(params)
        changes: dict[str, Any] = {LAW[name]: value}
        return replace(run, book=with_gfg(run.book, old, replace(old, **changes)))
    if name == "cost_spread_all":
        update: dict[str, Any] = {"cost_spread": {key: value * s for key, s in params.cost_spread.items()}}
    elif name == "growth_rates_default":
        update = {"growth_rates": {**params.growth_rates, "default": value}}
    else:
        whole = type(params).model_fields[name].annotation is int
        update = {name: int(value) if whole else value}
    asked = params.model_copy(update=update)
    if any(key.startswith(ANCHORED) for key in update):
        return again(asked)
    return replace(run, params=asked, settings=settings_of(asked))


def drawn_lights(run: Run, units: pd.DataFrame, draws: int = MOST_DRAWS) -> pd.DataFrame:
    """Light of every unit, drawn at most ``draws`` times: probability, light; index ags."""
    common = run.shocks(min(run.params.draws, draws))
    hits = run.simulate(common, lambda paths: count_hits(paths, common.crisis_years), chunk_size=16)
    table = probability_table(
        hits, run.ags, run.has_balance, run.params.budget_year, frequencies=run.frequencies
    )
    return light_table(table, units).set_index("ags")[["probability", "light"]]


def _rows(
    run: Run, again: Callable[[StressParams], Run], units: pd.DataFrame, draws: int, usual: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    for variant in variants(run):
        found = usual[["probability"]].assign(parameter=variant.parameter)
        for end, value in zip(ENDS, variant.ends, strict=True):
            lights = drawn_lights(_changed(run, again, variant, value), units, draws)
            found[end] = value
            found[f"probability_{end}"] = lights["probability"]
            found[f"changes_{end}"] = lights["light"] != usual["light"]
        yield found[usual["probability"].notna()].reset_index()


def sensitivity(
    run: Run,
    inputs: Mapping[str, pd.DataFrame],
    draws: int = DRAWS,
    again: Callable[[StressParams], Run] | None = None,
) -> dict[str, pd.DataFrame]:
    """Vary every open parameter alone, lower and upper end of its range.

    Parameters
    ----------
    run : Run
    inputs : mapping
        As for :func:`dewak_research.stress.run.prepare`; with ``again`` only the register ``units``.
    again : callable, optional
        Prepares the run anew where a parameter changes its path; from ``inputs`` unless told.
    draws : int
        The same draws for every variant.

    Returns
    -------
    dict
        ``tornado``: ags, probability (nothing changed), parameter, low, high (tried), probability_low,
        probability_high (any trigger, last year; 0–1), changes_low, changes_high (the light is another one),
        swing_share (distance of the two), place (1 = moves this unit most). ``lights_by_parameter``: parameter, low,
        high, units_low, units_high, units (whose light changes at the lower, the upper, either end), mean_swing_share,
        moves_most (units it moves most; units that nothing moves count nowhere), sorted by units.
    """
    anew = again or (lambda asked: prepare(inputs, asked, run.seed, known=run.known))
    units = inputs["units"]
    usual = drawn_lights(run, units, draws)
    tornado = pd.concat(list(_rows(run, anew, units, draws, usual)), ignore_index=True)
    tornado["swing_share"] = (tornado["probability_high"] - tornado["probability_low"]).abs()
    ranks = tornado.groupby("ags")["swing_share"].rank(ascending=False, method="first")
    tornado["place"] = ranks.astype(int)
    either = tornado["changes_low"] | tornado["changes_high"]
    most = (tornado["place"] == 1) & (tornado["swing_share"] > 0)
    counted = tornado.assign(changes=either, most=most).groupby(["parameter", "low", "high"], sort=False)
    summary = counted.agg(
        units_low=("changes_low", "sum"),
        units_high=("changes_high", "sum"),
        units=("changes", "sum"),
        mean_swing_share=("swing_share", "mean"),
        moves_most=("most", "sum"),
    )
    ordered = summary.reset_index().sort_values(
        ["units", "parameter"], ascending=[False, True], ignore_index=True
    )
    return {
        "tornado": tornado.sort_values(["ags", "place"], ignore_index=True),
        "lights_by_parameter": ordered,
    }
