"""Measure access beside the library ``access``, shared rooms and savings of all coalitions; write results/space.md.

Run with ``python benchmarks/space.py`` on an idle machine; nothing here is a test.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from access import Access, weights
from measured import conditions, load, write

from dewak_research.space.access import Ways, shared_access, zones
from dewak_research.space.pooling import Pooled, Shared, pool
from dewak_research.space.sharing import savings, shapley
from dewak_research.space.week import Week

CELLS, FACILITIES, MINUTES = 34_000, 1_200, 30.0
ROOMS, OFFERS = 30, 60
SLOTS = Week(
    parts=tuple("abcdefgh"),
    begins=tuple(8 + 1.5 * i for i in range(8)),
    ends=tuple(9.5 + 1.5 * i for i in range(8)),
)


def timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """Result, wall time and processor time of one call, seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = act()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def cells() -> tuple[Ways, np.ndarray, np.ndarray]:
    """Synthetic cells and facilities on a plane where a minute is a kilometre: pairs up to half an hour."""
    rng = np.random.default_rng(1)
    home, place = rng.uniform(0, 200, (CELLS, 2)), rng.uniform(0, 200, (FACILITIES, 2))
    pairs = [np.linalg.norm(home - one, axis=1) for one in place]
    near = [np.flatnonzero(minutes <= MINUTES) for minutes in pairs]
    j = np.repeat(np.arange(FACILITIES), [len(some) for some in near])
    i = np.concatenate(near)
    cost = np.concatenate([minutes[some] for minutes, some in zip(pairs, near, strict=True)])
    people, supply = rng.integers(1, 900, CELLS), rng.integers(1, 90, FACILITIES)
    return Ways(i, j, cost, CELLS, FACILITIES), people.astype(float), supply.astype(float)


def by_library(ways: Ways, people: np.ndarray, supply: np.ndarray) -> np.ndarray:
    """The same by the library ``access``."""
    cost = pd.DataFrame({"o": ways.home, "d": ways.place, "cost": ways.cost})
    other = Access(
        demand_df=pd.DataFrame({"id": range(ways.homes), "people": people}),
        demand_index="id",
        demand_value="people",
        supply_df=pd.DataFrame({"id": range(ways.places), "supply": supply}),
        supply_index="id",
        supply_value="supply",
        cost_df=cost,
        cost_origin="o",
        cost_dest="d",
        cost_name="cost",
    )
    step = weights.step_fn({10: 1, 20: 0.68, 30: 0.22})
    return other.two_stage_fca(name="x", max_cost=MINUTES, weight_fn=step)["x_supply"].fillna(0.0).to_numpy()


def rooms(carriers: int, seed: int, week: Week) -> Shared:
    """Random rooms and offers of so many carriers, on a line of four kilometres."""
    rng = np.random.default_rng(seed)
    days, parts = len(week.days), len(week.parts)
    owner = [f"c{i % carriers}" for i in range(OFFERS)]
    room = pd.DataFrame(
        {
            "room": [f"r{i:02d}" for i in range(ROOMS)],
            "owner": owner[:ROOMS],
            "cost_eur": rng.integers(4_000, 24_000, ROOMS).astype(float),
            "ends": np.where(rng.random(ROOMS) < 0.7, "2027-12-31", None),
            "owner_hours": rng.choice([0.0, 3, 6, 9], ROOMS),
        }
    )
    offer = pd.DataFrame(
        {
            "offer": [f"o{i:02d}" for i in range(OFFERS)],
            "carrier": owner,
            "persons": rng.choice([8, 12, 18, 25, 45], OFFERS),
            "hours": np.minimum(rng.choice([1.5, 2.0, 3.0], OFFERS), week.hours.max()),
            "times": rng.choice([1, 2, 3, 5], OFFERS),
        }
    )
    seats = rng.choice([12, 20, 30, 50, 80], ROOMS)
    has, needs = rng.random((ROOMS, 3)) < 0.6, rng.random((OFFERS, 3)) < 0.25
    km = np.abs(rng.random((OFFERS, 1)) * 4 - rng.random((1, ROOMS)) * 4)
    fits = (seats >= offer["persons"].to_numpy()[:, None]) & (km < 3)
    fits &= (needs[:, None] <= has).all(axis=2)
    allowed = rng.random((OFFERS, days, parts)) < 0.6
    return Shared(
        room,
        offer,
        fits,
        km,
        allowed,
        np.ones((ROOMS, days, parts), bool),
        np.tile(week.hours, (ROOMS, days, 1)),
        week,
        hire_eur_hour=25.0,
        weeks=46.0,
    )


def coalitions(carriers: int) -> tuple[float, float, float]:
    """Wall and processor time of the saving of every coalition, and the widest gap of all programmes."""
    case, gaps = rooms(carriers, 4, Week()), []

    def together(some: tuple[str, ...]) -> float:
        part = case.of(some)
        plan: Pooled = pool(part, gap=0.005, near=False)
        gaps.append(plan.gap)
        return float(part.rent_eur.sum()) - plan.cost_eur

    names = [f"c{i}" for i in range(carriers)]
    value, wall, cpu = timed(lambda: savings(names, together))
    assert np.isclose(shapley(value).sum(), value[-1])
    return wall, cpu, max(gaps)


def main() -> None:
    """Measure and write."""
    begun = load()
    ways, people, supply = cells()
    decay = zones((10, 20, 30), (1.0, 0.68, 0.22))
    ours, wall, cpu = timed(lambda: shared_access(ways, people, supply, decay))
    theirs, wall_other, cpu_other = timed(lambda: by_library(ways, people, supply))
    assert np.allclose(ours, theirs, atol=1e-12)
    lines = [
        "# Access and shared rooms",
        "",
        "Wall time grows with what else runs on the machine; processor time is close to the wall time of an idle one",
        "(one thread).",
        "",
        f"| catchment areas, three zones, {CELLS:,} cells, {FACILITIES:,} facilities, {len(ways.cost):,} pairs "
        "| wall, s | processor, s | processor, times the library |",
        "|---|---|---|---|",
        f"| the library `access` | {wall_other:.2f} | {cpu_other:.2f} | 1.00 |",
        f"| this project | {wall:.2f} | {cpu:.2f} | {cpu / cpu_other:.2f} |",
        "",
        f"| {ROOMS} rooms, {OFFERS} offers | wall, s | processor, s | largest gap |",
        "|---|---|---|---|",
    ]
    for name, week in (("15 day parts", Week()), ("40 slots", SLOTS)):
        for seed in (1, 2, 3):
            plan, wall, cpu = timed(lambda seed=seed, week=week: pool(rooms(6, seed, week)))
            lines.append(f"| {name}, example {seed} | {wall:.1f} | {cpu:.1f} | {plan.gap:.2%} |")
    for carriers in (6, 8):
        wall, cpu, gap = coalitions(carriers)
        name = f"all {2**carriers} coalitions of {carriers} carriers, 15 day parts"
        lines.append(f"| {name} | {wall:.0f} | {cpu:.0f} | {gap:.2%} |")
    lines += [
        "",
        conditions(begun, f"NumPy {np.__version__}"),
    ]
    write("space", lines)


if __name__ == "__main__":
    main()
