"""A small, made-up Land: one Kreis with two towns, a town whose Kreis is unknown, a city. For tests only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.rules import rule_set
from dewak_research.stress.book import Book, Layers
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.own_taxes import OwnMoves
from dewak_research.stress.pool import Pool
from dewak_research.stress.run import Run
from dewak_research.stress.shocks import CommonShocks, OwnTaxes, common_shocks
from dewak_research.stress.simulation import Settings

UNITS = ("05001", "05001001", "05001002", "05002001", "05101000")


def pool(years: int = 12, seed: int = 5) -> Pool:
    rng = np.random.default_rng(seed)
    factors = np.zeros((years, len(KEYS)))
    for key in ("gewst", "est", "ust", "sz", "kdu", "asyl"):
        factors[:, POSITION[key]] = rng.normal(0, 0.08, years)
    factors -= factors.mean(axis=0)
    if years > 3:
        factors[3, POSITION["gewst"]] = -0.25
    return Pool(np.arange(2000, 2000 + years), factors, np.zeros(factors.shape, bool), np.zeros(len(KEYS)))


def moves(years: int = 5, width: float = 0.2, seed: int = 6) -> OwnMoves:
    """Own moves of the towns and the city: the wider, the later; residuals of a standard normal."""
    rng = np.random.default_rng(seed)
    towns = UNITS[1:]
    scale = width * np.sqrt(np.arange(1, years + 1))[None, :, None] * np.ones((3, 1, len(towns)))
    residuals = rng.standard_normal((3, years, 300)).astype(np.float32)
    widest = np.tile(np.array([-3.0, 2.0]), (3, years, 1))
    return OwnMoves(towns, np.zeros_like(scale), scale, residuals, widest, np.zeros((3, 4)))


def book(years: int = 5, scale: float = 1.0, result: float = -1.0) -> Book:
    base = np.zeros((len(UNITS), len(KEYS)))
    base[0, [POSITION[k] for k in ("sz", "uml", "kdu", "hzp", "pers", "sach")]] = (8, 30, 20, 15, 25, 10)
    for row in (1, 2, 3):
        base[row, [POSITION[k] for k in ("gewst", "est", "ust", "sz", "uml", "sgb8", "pers", "sach")]] = (
            np.array((20, 15, 2, 6, 25, 8, 18, 12)) * row
        )
    base[2, POSITION["sz"]] = 0.0
    base[4] = (90, 60, 8, 40, 35, 30, 25, 0, 40, 2, 110, 60, 9)
    items = np.repeat(base[None], years, axis=0) * scale
    has_taxes = np.array([0, 1, 1, 1, 1], bool)
    receives = has_taxes & (base[:, POSITION["sz"]] > 0)
    layers = Layers(
        kreis_of=np.array([-1, 0, 0, -1, -1]),
        share=np.array([0.0, 0.4, 0.6, 0.5, 0.0]),
        youth_share=np.array([0.0, 0.4, 0.6, 0.5, 0.0]),
        booked_share=np.array([0.0, 0.4, 0.6, 0.5, 0.0]),
        kreise=np.array([0]),
        estimated=np.array([0, 0, 0, 1, 0], bool),
        outside_share=np.array([0.0]),
        member=np.array([1, 0, 0, 0, 1], bool),
        received_eur=np.array([75.0]) * scale,
    )
    exposed = np.linspace(1, 3, years)[:, None] * np.array([5.0, 8, 4, 2, 60])[None] * scale
    return Book(
        taxes=OwnTaxes.of(UNITS, moves(years)),
        items_eur=items,
        result_eur=np.full((years, len(UNITS)), result * scale),
        liquidity_flow_eur=np.full((years, len(UNITS)), result * scale),
        ausgleichsruecklage_eur=np.array([3.0, 10, 5, np.nan, 20]) * scale,
        allgemeine_ruecklage_eur=np.array([40.0, 100, 150, np.nan, 300]) * scale,
        liquidity_credit_eur=np.array([2.0, 5, 0, np.nan, 50]) * scale,
        exposed_eur=exposed,
        net_share=np.where(has_taxes, 1 - 35 / 480, 1.0),
        refund_share=np.where(receives, 0.9 * (414 - 35) / 480, 0.0),
        refund_split=(0.5, 0.5),
        layers=layers,
    )


def common(draws: int = 200, years: int = 5, seed: int = 11, sampler: str = "bootstrap") -> CommonShocks:
    return common_shocks(
        pool(),
        sampler,
        years,
        draws,
        seed,
        cost_spread={"hzp": 0.04, "egh": 0.03, "sgb8": 0.04, "pers": 0.02, "sach": 0.03},
        rate_spread_points=0.01,
    )


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ags": UNITS,
            "kind": ["kreis", *["kreisangehoerige_gemeinde"] * 3, "kreisfreie_stadt"],
            "size_class": [None, "small", "small", "small", "small"],
            "population": [1000, 400, 600, 500, 3000],
            "receipts_eur": [90.0, 60, 90, 120, 250],
            "umlagen_received_eur": [75.0, 0, 0, 0, 0],
            "has_balance": [True, True, True, False, True],
        }
    )


def run() -> Run:
    """A run on the made-up Land: five units, no growth of the path."""
    params = StressParams(draws=200, workers=1)
    rates = np.zeros((len(UNITS), len(KEYS)))
    return Run(params, 3, table(), rates, book(), pool(), Settings(rule_set(2010)))
