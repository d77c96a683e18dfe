"""Options together: every subset of up to twelve, what fits budget, posts and law, and which no other beats.

The page leads with euros, headroom and services kept. A change of the trigger probability stands beside them, on the
same draws with and without: relief of a few euros per inhabitant barely moves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.planning.options import LAW, Option
from dewak_research.stress.one_unit import UnitShocks
from dewak_research.stress.what_if import with_interest

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST = 12
NOTHING = ""
_problem = messages(__package__)


@dataclass(frozen=True)
class Limits:
    """What a portfolio has to keep to.

    Parameters
    ----------
    budget_eur : float
        Highest net cost a year, EUR.
    staff_fte : float
        Most municipal posts.
    consolidation : bool
        Under a consolidation concept (HSK): nothing that binds the budget for longer, and what costs must be covered
        within the portfolio.
    """

    budget_eur: float = float("inf")
    staff_fte: float = float("inf")
    consolidation: bool = False


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
        A key is unknown, or two options exclude each other, such as two organisation models for one place.
    """
    known, asked = [option.key for option in options], list(keys)
    wrong = [
        _problem("option_unknown", key, right=nearest_or(key, known)) for key in asked if key not in known
    ]
    taken = [option for option in options if option.key in asked]
    for group in sorted({option.excludes for option in taken if option.excludes}):
        rivals = [option.key for option in taken if option.excludes == group]
        if len(rivals) > 1:
            wrong.append(_problem("two_models", " + ".join(rivals), group=group))
    if wrong:
        raise InputError(wrong)
    return np.array([[key in asked for key in known]])


def subsets(options: Sequence[Option]) -> Flags:
    """Return every subset in which no two options exclude each other, shape (subsets, options); first the empty one."""
    count = len(options)
    every = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1
    for group in {option.excludes for option in options if option.excludes}:
        members = np.array([option.excludes == group for option in options])
        every = every[every[:, members].sum(axis=1) <= 1]
    return np.asarray(every)


def dominated(values: Floats) -> Flags:
    """Return which rows another row beats: at least as high in every column and higher in one.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        Higher is better; no missing values.
    """
    out = np.zeros(len(values), bool)
    for i, row in enumerate(values):
        at_least = (values >= row).all(axis=1)
        out[i] = bool((at_least & (values > row).any(axis=1)).any())
    return out


def portfolio(
    options: Sequence[Option], unit: UnitShocks, limits: Limits, subset: Flags | None = None
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

    Returns
    -------
    DataFrame
        One row per portfolio: options (keys, "; ", "" = nothing), count; net_eur (mean a year, negative = cost),
        headroom_eur (loss a year beside it that just crosses a line; negative = relief needed), services_kept,
        persons_reached (missing where one of its services does not say), p05_eur, p50_eur, p95_eur, risk_eur (P95 −
        P50 of the net cost), staff_fte, volunteer_hours (never money), hsk_compatible, to_compensate_eur (cost that
        consolidation wants covered elsewhere), probability, probability_change (against nothing, same draws), assumed,
        breaks ("", "budget", "staff", "law": the first limit it breaks), front and front_within: nobody beats it
        among all, among those within the limits (higher net_eur, reach, lower risk and probability; reach =
        persons_reached, or services_kept where that is missing anywhere). Missing without a balance sheet:
        headroom_eur, probability.

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
    table = _sums(options, picked)
    paths = with_interest(
        picked @ _stack([o.net_eur for o in options], years), unit.settings.borrowing_rate_share
    )
    table["headroom_eur"] = unit.bearable_loss_eur(paths)
    table["probability"] = unit.probabilities(paths)
    table["probability_change"] = table["probability"] - unit.probability()
    table["breaks"] = _broken(table, limits)
    within = (table["breaks"] == NOTHING).to_numpy(bool)
    goals = _goals(table)
    table["front"] = ~dominated(goals)
    table["front_within"] = False
    table.loc[within, "front_within"] = ~dominated(goals[within])
    return table


def _stack(rows: list[Floats], width: int) -> Floats:
    return np.stack(rows) if rows else np.zeros((0, width))


def _sums(options: Sequence[Option], picked: Flags) -> pd.DataFrame:
    keys = np.array([option.key for option in options], dtype=object)
    sums = {
        name: picked @ np.array([float(getattr(option, name)) for option in options])
        for name in ("staff_fte", "volunteer_hours")
    }
    services = picked & np.array([option.service for option in options], bool)
    persons = np.array([option.persons_reached if option.service else 0.0 for option in options])
    unknown = (services & np.isnan(persons)).any(axis=1)
    reached = np.where(unknown, np.nan, picked @ np.nan_to_num(persons))
    net = picked @ np.array([option.net_eur.mean() for option in options])
    draws = _stack([option.draws_eur for option in options], 1)
    spread = np.stack([np.quantile(row @ draws, (0.05, 0.5, 0.95)) for row in picked])
    law = np.array([option.hsk_compatible for option in options], dtype=object)
    binds, costs = picked & (law == "no"), picked & (law == "conditional")
    uncovered = costs.any(axis=1) & (net < 0)
    return pd.DataFrame(
        {
            "options": ["; ".join(keys[row]) for row in picked],
            "count": picked.sum(axis=1),
            "net_eur": net,
            "headroom_eur": np.nan,
            "services_kept": services.sum(axis=1),
            "persons_reached": reached,
            **dict(zip(("p05_eur", "p50_eur", "p95_eur"), spread.T, strict=True)),
            "risk_eur": spread[:, 1] - spread[:, 0],
            **sums,
            "hsk_compatible": np.select([binds.any(axis=1), uncovered], ["no", "conditional"], "yes"),
            "to_compensate_eur": np.where(uncovered | binds.any(axis=1), np.maximum(-net, 0.0), 0.0),
            "assumed": (picked & np.array([option.assumed for option in options], bool)).any(axis=1),
        }
    )


def _broken(table: pd.DataFrame, limits: Limits) -> NDArray[np.str_]:
    """Name the first limit that each portfolio breaks; "" = none."""
    cases = [
        (table["hsk_compatible"] != "yes") & limits.consolidation,
        -table["net_eur"] > limits.budget_eur,
        table["staff_fte"] > limits.staff_fte,
    ]
    return np.select([case.to_numpy(bool) for case in cases], ["law", "budget", "staff"], NOTHING)


def _goals(table: pd.DataFrame) -> Floats:
    """Return what is to be high: net euro, reach, less risk, less probability; a column unknown for all is left out."""
    known = table["persons_reached"].notna().all() and (table["persons_reached"] > 0).any()
    reach = table["persons_reached"] if known else table["services_kept"]
    columns = [table["net_eur"], reach, -table["risk_eur"], -table["probability"]]
    return np.stack([c.to_numpy(float) for c in columns if c.notna().all()], axis=1)


def front(table: pd.DataFrame) -> pd.DataFrame:
    """Return the portfolios that no other within the limits beats, most euros first."""
    shown = table[table["front_within"]].drop(columns=["front", "front_within", "breaks"])
    return shown.sort_values(["net_eur", "options"], ascending=[False, True], ignore_index=True)


def ladder(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cheapest portfolio for every number of services kept: what keeping one more costs.

    Returns
    -------
    DataFrame
        Columns of :func:`portfolio` without the fronts; services_kept rises. Of equal cost the one with fewer options.
    """
    ordered = table.sort_values(["services_kept", "net_eur", "count"], ascending=[True, False, True])
    return (
        ordered.drop_duplicates("services_kept")
        .drop(columns=["front", "front_within"])
        .reset_index(drop=True)
    )


def limit_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Count the portfolios by the first limit they break: breaks ("" = none), portfolios, best_net_eur."""
    grouped = table.groupby("breaks", sort=True, as_index=False)
    return grouped.agg(portfolios=("options", "size"), best_net_eur=("net_eur", "max"))
