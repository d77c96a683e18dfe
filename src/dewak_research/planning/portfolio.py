"""Options together: every subset of up to twelve, what fits budget, posts and law, and which no other beats.

The page leads with euros, headroom and services kept. A change of the trigger probability stands beside them, on the
same draws with and without: relief of a few euros per inhabitant barely moves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages, nearest_or, texts
from dewak_research.planning.limits import FRONTS, MARKS, Limits, broken, dominated, goals, kept
from dewak_research.planning.options import LAW, PLACE, Option
from dewak_research.stress.one_unit import UnitShocks
from dewak_research.stress.what_if import with_interest

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST = 12
_problem = messages(__package__)
_text = texts(__package__, "messages.yaml")


def problems(options: Sequence[Option], years: int) -> list[Problem]:
    """Return what is wrong with a list of options for a run of so many years, all at once."""
    found = []
    if len(options) > MOST:
        found.append(_problem("too_many_options", "options", number=len(options), most=MOST))
    keys = [option.key for option in options]
    found += [_problem("option_twice", key) for key in sorted({key for key in keys if keys.count(key) > 1})]
    for option in options:
        if option.net_eur.shape != (years,) or not np.isfinite(option.net_eur).all():
            found.append(_problem("option_path", option.key, length=option.net_eur.size, years=years))
        length, gaps = option.draws_eur.size, int((~np.isfinite(option.draws_eur)).sum())
        if gaps or not length:
            found.append(_problem("option_draws_gap", option.key, length=length, gaps=gaps))
        if option.hsk_compatible not in (*LAW.values(), "no"):
            found.append(_problem("option_law", option.key, said=option.hsk_compatible))
    lengths = sorted({option.draws_eur.size for option in options})
    if len(lengths) > 1:
        found.append(_problem("option_draws", "options", lengths=", ".join(map(str, lengths))))
    return found


def chosen(options: Sequence[Option], keys: Iterable[str]) -> Flags:
    """Return somebody's own choice as one row of flags, shape (1, options).

    Raises
    ------
    InputError
        A key is unknown, or two options exclude each other: they draw on the same source, such as two organisation
        models for one place.
    """
    known, asked = [option.key for option in options], list(keys)
    wrong = [
        _problem("option_unknown", key, right=nearest_or(key, known)) for key in asked if key not in known
    ]
    taken = [option for option in options if option.key in asked]
    for source in sorted({source for option in taken for source in option.sources}):
        rivals = [option.key for option in taken if source in option.sources]
        if len(rivals) > 1:
            kind, *_ = source.partition("_") if source.startswith(PLACE) else (source,)
            wrong.append(_problem("same_source", " + ".join(rivals), source=_text(f"source_{kind}")))
    if wrong:
        raise InputError(wrong)
    return np.array([[key in asked for key in known]])


def subsets(options: Sequence[Option]) -> Flags:
    """Return every subset in which no two options draw on one source, shape (subsets, options); first the empty one."""
    count = len(options)
    every = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1
    for source in {source for option in options for source in option.sources}:
        members = np.array([source in option.sources for option in options])
        every = every[every[:, members].sum(axis=1) <= 1]
    return np.asarray(every)


def portfolio(
    options: Sequence[Option],
    unit: UnitShocks,
    limits: Limits,
    subset: Flags | None = None,
    price_factor: float = 1.0,
) -> pd.DataFrame:
    """Return what every portfolio brings and costs, whether it keeps to the limits, and the front.

    Parameters
    ----------
    options : sequence of Option
        Up to ``MOST``, over the years of the unit's run.
    unit : UnitShocks
        The municipality after one pass of the engine.
    subset : ndarray of bool, shape (k, options), optional
        Portfolios; by default all of :func:`subsets`.
    price_factor : float
        Euros of the unit's budget per euro of the options.

    Returns
    -------
    DataFrame
        One row per portfolio: options (keys, "; ", "" = nothing), count; net_eur (expected, mean a year, negative =
        cost), worst_year_eur (the same in its worst year), headroom_eur (loss a year beside it that just crosses a
        line; negative = relief needed; in euros of the options as all amounts), services_kept, persons_reached (whoever
        uses two services counts twice; missing where one of its options does not say, as staff_fte and
        volunteer_hours), p05_eur, p50_eur, p95_eur, risk_eur (P95 − P50 of the net cost; the four are missing where one
        of its options has no range), staff_fte, volunteer_hours (never money), staff_known_fte (posts as far as they
        are known), hsk_compatible, to_compensate_eur (cost of its worst year that consolidation wants covered
        elsewhere), probability, probability_change (against nothing, same draws), assumed, breaks ("", "law", "staff",
        "budget": the first limit it breaks), front and ``FRONTS``: nobody beats it among all, among those that keep the
        limits so far (:func:`limits.goals`). Missing without a balance sheet: headroom_eur, probability.

    Raises
    ------
    InputError
        More than ``MOST`` options, a key twice, a path of wrong length; all that is wrong at once.
    """
    years = unit.book.years
    wrong = problems(options, years)
    if wrong:
        raise InputError(wrong)
    picked = subsets(options) if subset is None else subset
    by_year = picked @ _stack([o.net_eur for o in options], years)
    table = _sums(options, picked, by_year)
    paths = with_interest(price_factor * by_year, unit.settings.borrowing_rate_share)
    table["headroom_eur"] = unit.bearable_loss_eur(paths) / price_factor
    table["probability"] = unit.probabilities(paths)
    table["probability_change"] = table["probability"] - unit.probability()
    table["breaks"] = broken(table, limits)
    table["front"] = ~dominated(goals(table))
    for limit, column in FRONTS.items():
        within = kept(table, limit)
        table[column] = False
        table.loc[within, column] = ~dominated(goals(table[within]))
    return table


def _stack(rows: list[Floats], width: int) -> Floats:
    return np.stack(rows) if rows else np.zeros((0, width))


def _sums(options: Sequence[Option], picked: Flags, by_year: Floats) -> pd.DataFrame:
    keys = np.array([option.key for option in options], dtype=object)
    sums = {
        name: _sum_of_known(picked, [float(getattr(option, name)) for option in options])
        for name in ("persons_reached", "staff_fte", "volunteer_hours")
    }
    services = picked & np.array([option.service for option in options], bool)
    posts = picked @ np.nan_to_num([float(option.staff_fte) for option in options])
    worst = by_year.min(axis=1)
    draws = _stack([option.draws_eur for option in options], 1)
    spread = np.stack([np.quantile(row @ draws, (0.05, 0.5, 0.95)) for row in picked])
    spread[(picked & ~np.array([option.ranged for option in options], bool)).any(axis=1)] = np.nan
    law = np.array([option.hsk_compatible for option in options], dtype=object)
    binds, costs = picked & (law == "no"), picked & (law == "conditional")
    uncovered = costs.any(axis=1) & (worst < 0)
    return pd.DataFrame(
        {
            "options": ["; ".join(keys[row]) for row in picked],
            "count": picked.sum(axis=1),
            "net_eur": by_year.mean(axis=1),
            "worst_year_eur": worst,
            "headroom_eur": np.nan,
            "services_kept": services.sum(axis=1),
            "persons_reached": sums.pop("persons_reached"),
            **dict(zip(("p05_eur", "p50_eur", "p95_eur"), spread.T, strict=True)),
            "risk_eur": spread[:, 1] - spread[:, 0],
            **sums,
            "staff_known_fte": posts,
            "hsk_compatible": np.select([binds.any(axis=1), uncovered], ["no", "conditional"], "yes"),
            "to_compensate_eur": np.where(uncovered | binds.any(axis=1), np.maximum(-worst, 0.0), 0.0),
            "assumed": (picked & np.array([option.assumed for option in options], bool)).any(axis=1),
        }
    )


def _sum_of_known(picked: Flags, values: Sequence[float]) -> Floats:
    """Add up what is known of every portfolio; missing where one of its options is."""
    each = np.array(values, dtype=np.float64)
    unknown = (picked & np.isnan(each)).any(axis=1)
    return np.where(unknown, np.nan, picked @ np.nan_to_num(each))


def front(table: pd.DataFrame, limit: str = "budget") -> pd.DataFrame:
    """Return the portfolios that no other beats among those that keep the limits up to one, most euros first."""
    shown = table[table[FRONTS[limit]]].drop(columns=[*MARKS, "breaks"])
    return shown.sort_values(["net_eur", "options"], ascending=[False, True], ignore_index=True)


def ladder(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cheapest portfolio for every number of services kept: what keeping one more costs.

    Returns
    -------
    DataFrame
        Columns of :func:`portfolio` without the fronts; services_kept rises. Of equal cost the one with fewer options.
    """
    ordered = table.sort_values(["services_kept", "net_eur", "count"], ascending=[True, False, True])
    return ordered.drop_duplicates("services_kept").drop(columns=MARKS).reset_index(drop=True)
