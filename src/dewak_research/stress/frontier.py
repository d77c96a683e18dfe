"""Two shocks at once: the frontier of what a unit bears, and the most likely scenario that breaks it.

Source: METHODS C.8 (iso-line map; minimum of x' Σ^-1 x subject to a trigger, SLSQP from twenty starts).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from dewak_research.stress.book import Book
from dewak_research.stress.items import BLOCKS, KEYS, POSITION, SOCIAL
from dewak_research.stress.reverse import critical_size, episode_direction
from dewak_research.stress.run import Run
from dewak_research.stress.samplers import full_covariance
from dewak_research.stress.scenarios import CRISIS, scenario
from dewak_research.stress.simulation import Settings, book_paths
from dewak_research.stress.what_if import Effects, effects_eur, with_change, with_interest

Floats = NDArray[np.float64]
SOCIAL_GROWTH = np.linspace(0.0, 0.20, 11)
STARTS = 20
STEP = 1e-3


@dataclass(frozen=True)
class Breaking:
    """Most likely breaking scenario of a unit.

    Parameters
    ----------
    change : ndarray, shape (13,)
        Change of the level of every item from the first year on, share; NaN if no scenario was found.
    distance : float
        Mahalanobis distance: how many standard deviations away; 0 = the line is crossed without a shock.
    """

    change: Floats
    distance: float


def social_change(book: Book, growth_share: float) -> Floats:
    """Social items higher by a share in all years, shape (T, n, 13)."""
    change = np.zeros((*book.result_eur.shape, len(KEYS)))
    for key in SOCIAL:
        change[:, :, POSITION[key]] = growth_share
    return change


def iso_line(
    ags: list[str], book: Book, towards: Effects, growth_shares: Floats, settings: Settings
) -> pd.DataFrame:
    """λ* of a direction for every level of social growth; both cost interest on the credit that they make.

    Returns
    -------
    DataFrame
        ags, social_growth_share, lambda_star; sorted.
    """
    frames = []
    for growth in growth_shares:
        burden = effects_eur(book, social_change(book, float(growth)), settings)
        total = np.sum(list(burden.values()), axis=0)
        higher = with_interest(total.T, settings.borrowing_rate_share).T
        star = critical_size(with_change(book, higher), towards, settings)
        frames.append(pd.DataFrame({"ags": ags, "social_growth_share": float(growth), "lambda_star": star}))
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "social_growth_share"], ignore_index=True)


def frontier(run: Run) -> pd.DataFrame:
    """λ* of a trade-tax crisis for social spending 0–20 % higher, every unit with a balance sheet.

    Returns
    -------
    DataFrame
        ags, social_growth_share, lambda_star, fall_share (of the trade tax, first year).
    """
    crisis = scenario(CRISIS)
    lines = iso_line(run.ags, run.book, episode_direction(run, crisis), SOCIAL_GROWTH, run.settings)
    known = run.table.loc[run.table["has_balance"], "ags"]
    lines["fall_share"] = crisis.first_fall_share * lines["lambda_star"]
    return lines[lines["ags"].isin(known)].reset_index(drop=True)


def margins(alone: Book, effect_eur: Floats, settings: Settings) -> Floats:
    """How far a unit is beyond its nearest line, share of the allgemeine Rücklage; ≥ 0 = crossed.

    Below the line it goes on falling while the Ausgleichsrücklage still covers the deficit, so that a search sees
    the way: the quota is taken as (deficit − Ausgleichsrücklage) / allgemeine Rücklage, negative or not.

    Parameters
    ----------
    alone : Book
        One unit.
    effect_eur : ndarray, shape (T, D)
        Changes of the result, one column per variant.

    Returns
    -------
    ndarray, shape (D,)
    """
    rules = settings.rules
    years, variants = effect_eur.shape
    blocks = {block: np.zeros((years, 1, variants), np.float32) for block in BLOCKS}
    blocks["taxes"] = effect_eur[:, None, :].astype(np.float32)
    rates = np.zeros((years, variants), np.float32)
    paths = book_paths(alone, np.array([0]), blocks, rates, settings)
    general, equity = paths.general_reserve_eur[:, 0], paths.equity_eur[:, 0]
    opening = np.broadcast_to(alone.ausgleichsruecklage_eur[:, None], (1, variants))
    before = np.concatenate([opening, equity[:-1] - general[1:-1]])
    quota = (-paths.result_eur[:, 0] - before) / np.maximum(general[:-1], 1.0)
    assert rules.n1_share is not None
    assert rules.n2_share is not None
    beyond = quota.max(axis=0) - rules.n1_share
    if years > 1:
        both = np.minimum(quota[1:], quota[:-1]).max(axis=0)
        beyond = np.maximum(beyond, both - rules.n2_share)
    lowest = equity if rules.n3_wording == "deficit_not_covered" else general[1:]
    used_up = -lowest.min(axis=0) / np.maximum(np.abs(general[0]), 1.0)
    return np.asarray(np.minimum(np.maximum(beyond, used_up), 10.0))


def unit_effects(book: Book, unit: int, settings: Settings, keys: tuple[str, ...]) -> Floats:
    """Effect of a change by one (100 %) of each item on the result of a unit, shape (T, items); layers included."""
    columns = []
    for key in keys:
        change = np.zeros((*book.result_eur.shape, len(KEYS)))
        change[:, :, POSITION[key]] = 1.0
        blocks = effects_eur(book, change, settings)
        columns.append(np.sum([part[:, unit] for part in blocks.values()], axis=0))
    return np.stack(columns, axis=1)


def unit_covariance(common: Floats, own: Floats | None) -> Floats:
    """Covariance of a unit's growth: the state's plus that of its own taxes against the state's.

    Parameters
    ----------
    common : ndarray, shape (items, items)
        Covariance of the state's growth; the taxes come first.
    own : ndarray, shape (3, 3), or None
        Covariance of the unit's own moves in a year; None = no own taxes.
    """
    out = common.copy()
    if own is not None:
        out[: len(own), : len(own)] += own
    return out


def most_likely_breaking(
    book: Book,
    unit: int,
    covariance: Floats,
    keys: tuple[str, ...],
    settings: Settings,
    rng: np.random.Generator,
) -> Breaking:
    """Nearest scenario (Mahalanobis) in which a trigger holds.

    Parameters
    ----------
    covariance : ndarray, shape (items, items)
        Of one year's growth of ``keys``, for this unit; the change stays for all years.

    Returns
    -------
    Breaking
        NaN where there is no balance sheet or no start reaches the line.
    """
    unknown = Breaking(np.full(len(KEYS), np.nan), float("nan"))
    if np.isnan(book.allgemeine_ruecklage_eur[unit]):
        return unknown
    standard = unit_effects(book, unit, settings, keys) @ np.linalg.cholesky(covariance)
    alone = book.only(unit)

    def beyond(points: Floats) -> Floats:
        return margins(alone, standard @ points, settings)

    def slope(z: Floats) -> Floats:
        moved = z[:, None] + STEP * np.concatenate([np.eye(len(z)), -np.eye(len(z))], axis=1)
        values = beyond(moved)
        return np.asarray((values[: len(z)] - values[len(z) :]) / (2 * STEP))

    if beyond(np.zeros((len(keys), 1)))[0] >= 0.0:
        return Breaking(np.zeros(len(KEYS)), 0.0)
    steepest = -standard.mean(axis=0)
    steepest = steepest / max(float(np.linalg.norm(steepest)), 1e-12)
    best: Floats | None = None
    for start in range(STARTS):
        noise = 0.0 if start == 0 else 0.5
        found = minimize(
            lambda z: 0.5 * float(z @ z),
            2.0 * (steepest + noise * rng.standard_normal(len(keys))),
            jac=lambda z: z,
            constraints={"type": "ineq", "fun": lambda z: beyond(z[:, None]), "jac": slope},
            method="SLSQP",
            options={"maxiter": 60, "ftol": 1e-9},
        )
        reached = beyond(found.x[:, None])[0] >= -1e-5
        if reached and (best is None or found.x @ found.x < best @ best):
            best = np.asarray(found.x, float)
    if best is None:
        return unknown
    change = np.zeros(len(KEYS))
    change[[POSITION[key] for key in keys]] = np.linalg.cholesky(covariance) @ best
    return Breaking(change, float(np.linalg.norm(best)))


def breaking(run: Run, chosen: list[str]) -> pd.DataFrame:
    """Most likely breaking scenario of some units.

    Parameters
    ----------
    chosen : list of str
        Keys of units in the run.

    Returns
    -------
    DataFrame
        ags, distance (standard deviations; 0 = crossed without a shock; NaN = none found), item, change_share.
    """
    params, taxes = run.params, run.book.taxes
    keys, common = full_covariance(run.pool, dict(params.cost_spread), params.cost_correlation)
    rows = []
    for ags in chosen:
        unit = run.ags.index(ags)
        spread = unit_covariance(common, taxes.covariance(unit))
        rng = np.random.default_rng(run.seed)
        found = most_likely_breaking(run.book, unit, spread, keys, run.settings, rng)
        rows += [
            {"ags": ags, "distance": found.distance, "item": key, "change_share": found.change[POSITION[key]]}
            for key in KEYS
            if key in keys
        ]
    return pd.DataFrame(rows, columns=["ags", "distance", "item", "change_share"])
