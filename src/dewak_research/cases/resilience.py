"""What a model changes in the resilience of a budget: trigger probability and reverse-stress distance.

The yearly net cost (or relief) is added to the unshocked result of every plan year, with the interest that it adds or
saves; the stress engine then runs with and without it on the draws, and with the weights, of the stress test, so that
the difference is the option's and not chance's (METHODS F.5). Models are priced today, the budget is that of its time:
amounts are carried to its prices first, and its headroom is said in euros of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dewak_research.cases.cost import EUROS_OF
from dewak_research.config import StressParams
from dewak_research.data.measures import at_prices_of, priced_year
from dewak_research.stress.book import Book
from dewak_research.stress.reverse import bearable_loss_eur, critical_size, episode_direction
from dewak_research.stress.run import Run, prepare
from dewak_research.stress.scenarios import CRISIS, scenario
from dewak_research.stress.what_if import trigger_probabilities, with_change, with_interest


@dataclass(frozen=True)
class BudgetPrices:
    """What a euro of today is on the published budget: the same in the chapters on cases and plan and in the profiles.

    Parameters
    ----------
    euros_of, prices_of : int
        Year of what models and options cost; year of the budget's prices.
    price_factor : float
        Euros of ``prices_of`` per euro of ``euros_of``.
    """

    euros_of: int
    prices_of: int
    price_factor: float


def budget_prices(budget_year: int, prices: pd.DataFrame) -> BudgetPrices:
    """Return the prices of the published budget, which is that of the year before the first simulated one.

    Parameters
    ----------
    budget_year : int
        First simulated year.
    prices : DataFrame
        ``germany_cpi``; see :func:`dewak_research.data.measures.at_prices_of`.
    """
    before = budget_year - 1
    return BudgetPrices(EUROS_OF, priced_year(before, prices), at_prices_of(before, EUROS_OF, prices))


def _changed(run: Run, yearly_eur: float, factor: float) -> Book:
    """Return the book of a run with so many euros of today a year, and the interest on them."""
    path = np.full(run.book.years, factor * yearly_eur)
    return with_change(run.book, with_interest(path, run.settings.borrowing_rate_share))


def _distances(run: Run, books: Mapping[str, Book]) -> pd.DataFrame:
    """Return λ* in the direction of 2009 per unit and book; inf = not even ten times the episode."""
    towards = episode_direction(run, scenario(CRISIS))  # a change of the result leaves the items as they are
    out: dict[str, object] = {"ags": run.ags}
    for name, book in books.items():
        out[name] = critical_size(book, towards, run.settings)
    return pd.DataFrame(out)


def resilience(
    inputs: Mapping[str, pd.DataFrame],
    changes_eur: Mapping[str, float],
    params: StressParams,
    seed: int,
    price_factor: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the effect of yearly changes of the result on every reported unit, and its headroom.

    Parameters
    ----------
    inputs : mapping
        Tables of ``stress.run.prepare``, among them those of ``INGEST_TABLES``.
    changes_eur : mapping
        Variant → EUR a year in euros of today; negative = cost.
    params : StressParams
        Of the stress test: its draws hold with and without the change.
    price_factor : float
        Euros of the budget per euro of the changes (:class:`BudgetPrices`).

    Returns
    -------
    tuple
        (a) ags, variant, change_eur, probability_without, probability_with, probability_change,
        distance_without, distance_with, distance_change (λ* in units of the 2009 episode; NaN without a
        balance sheet or where a side is infinite). (b) ags, headroom_eur: loss a year, every year, that just
        crosses a line, in euros of the changes; negative = relief needed; NaN without a balance sheet.
    """
    run = prepare(inputs, params, seed)
    books = {
        "without": run.book,
        **{name: _changed(run, eur, price_factor) for name, eur in changes_eur.items()},
    }
    probability = trigger_probabilities(run, books, params.draws, run.frequencies[0]).set_index("ags")
    distance = _distances(run, books).set_index("ags").reindex(probability.index)
    frames = []
    for name, eur in changes_eur.items():
        before, after = distance["without"], distance[name]
        parts = {
            "variant": name,
            "change_eur": eur,
            "probability_without": probability["without"],
            "probability_with": probability[name],
            "probability_change": probability[name] - probability["without"],
            "distance_without": before,
            "distance_with": after,
            "distance_change": (after - before).where(np.isfinite(before) & np.isfinite(after)),
        }
        frames.append(pd.DataFrame(parts, index=probability.index).reset_index())
    effect = pd.concat(frames, ignore_index=True).sort_values(["ags", "variant"], ignore_index=True)
    headroom = bearable_loss_eur(run.book, run.settings) / price_factor
    room = pd.DataFrame({"ags": run.ags, "headroom_eur": headroom})
    return effect, room.sort_values("ags", ignore_index=True)


def shown_rows(effect: pd.DataFrame, units: pd.DataFrame, towns: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of the page: each case's town with its own variant, and the median change of all units.

    The row of the median says how much the unit in the middle changes. It names no value before or after:
    the median of the changes is not the change of the medians.

    Parameters
    ----------
    effect : DataFrame
        First result of ``resilience``.
    units : DataFrame
        ags, name.
    towns : mapping
        Variant → ags of the case's town.

    Returns
    -------
    DataFrame
        Columns of ``effect`` and name; in the rows of the median ags and name are empty and of the numbers only
        ``change_eur``, ``probability_change`` and ``distance_change`` are known.
    """
    named = units.set_index("ags")["name"]
    rows = []
    for variant, group in effect.groupby("variant", sort=True):
        own = group[group["ags"] == towns.get(str(variant), "")]
        rows.append(own.assign(name=own["ags"].map(named)))
        known = group[group["probability_change"].notna()]
        middle = known[["change_eur", "probability_change", "distance_change"]].median().to_frame().T
        rows.append(middle.assign(ags="", variant=variant, name=""))
    return pd.concat(rows, ignore_index=True)


def effect_summary(effect: pd.DataFrame) -> pd.DataFrame:
    """Sum up what each variant changes over the units with a balance sheet.

    Returns
    -------
    DataFrame
        variant, units (with a known probability), change_median_pp, change_max_pp (largest change either way, in
        percentage points), distance_median (median change of the distance).
    """
    change = 100.0 * effect["probability_change"]
    grouped = effect.assign(change=change, size=change.abs()).groupby("variant", as_index=False)
    return grouped.agg(
        units=("change", "count"),
        change_median_pp=("change", "median"),
        change_max_pp=("size", "max"),
        distance_median=("distance_change", "median"),
    )
