"""Draws of the population of all towns and Kreise: ``python benchmarks/bench_planning.py [draws] [years]``.

Three ways to the same size of result, and their ratio to the first: the bare recursion in numpy (ages and sexes only,
nothing kept but the last year), the projection of this house year by year on two threads (migration alone), and the one
that it uses: reactions of each town to a year of moves and births and to the ages of its base, times drawn deviations,
added up to groups of age.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from measured import conditions, write

from dewak_research.config import load_params
from dewak_research.data import read_table
from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.base_misses import BaseMisses
from dewak_research.planning.birth_misses import BirthMisses
from dewak_research.planning.draws import deviations
from dewak_research.planning.outlook import RAW_TABLES, Outlook, prepare
from dewak_research.planning.population import step
from dewak_research.planning.population_range import drawn_population
from dewak_research.planning.spread import Spread, Spreads

CHUNK = 10
WIDE = Spreads(Spread(0.001, 0.001), Spread(0.001, 0.001), Spread(0.002, 0.002))

HALF = np.zeros((2, 101))
HALF[:, 30:45] = 1 / 30
MISSES = AgeMisses(
    np.full(len(GROUPS), 0.01),
    np.full(len(GROUPS), 0.01),
    movers=HALF,
    births=BirthMisses(0.98, 0.03, 0.02),
    base=BaseMisses(0.03 * np.eye(len(GROUPS)), Spread(1.0, 0.0, 0.2)),
)


def bare(outlook: Outlook, draws: int, years: int) -> None:
    """Age every cell by one multiplication and one addition per year: what no projection can do without."""
    rates = outlook.rates["base"]
    for _ in range(0, draws, CHUNK):
        persons = np.repeat(outlook.base.persons[None].astype(np.float32), CHUNK, axis=0)
        for year in range(years):
            older = np.zeros_like(persons)
            older[..., 1:] = persons[..., :-1] * rates[year].survival[:, :-1].astype(np.float32)
            older += rates[year].net_migration.astype(np.float32)
            persons = older


def yearly(outlook: Outlook, draws: int, years: int) -> None:
    """Project every draw with `population.step`, in chunks of draws on two threads."""
    single = [
        tuple(
            np.asarray(part, dtype=np.float32) for part in (r.survival, r.births, r.net_migration, r.newborn)
        )
        for r in outlook.rates["base"][:years]
    ]
    people = outlook.base.persons.sum(axis=(1, 2))
    moves = deviations(WIDE, list(outlook.base.towns), outlook.kreis, people, draws, years, 1)
    land = outlook.profile.land.astype(np.float32)
    base = outlook.base.persons.astype(np.float32)

    def chunk(first: int) -> None:
        now = np.repeat(base[None], len(moves[first : first + CHUNK]), axis=0)
        after = np.empty_like(now)
        for year, (survival, births, moved, newborn) in enumerate(single):
            more = (moves[first : first + CHUNK, year] * people.astype(np.float32))[..., None, None] * land
            more += moved
            step(now, survival, births, more, newborn, out=after)
            now, after = after, now

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(chunk, range(0, draws, CHUNK)))


def by_reaction(outlook: Outlook, draws: int, years: int) -> None:
    """Draw by the reaction of each town to moves, births and its base, Kreis by Kreis, with Kreise added up."""
    last_year = outlook.base.year + years
    units = sum(len(keys) for keys, _ in drawn_population(outlook, MISSES, draws, last_year, 1))
    assert units == 427


def measured(
    work: Callable[[Outlook, int, int], None], outlook: Outlook, draws: int, years: int
) -> tuple[float, float]:
    """Wall time and processor time of one run, seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work(outlook, draws, years)
    return time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    draws, years = (int(value) for value in (sys.argv[1:] if len(sys.argv) == 3 else (500, 15)))
    tables = {name: read_table(name) for name in RAW_TABLES}
    prepared = time.process_time()
    outlook = prepare(tables, load_params().planning)
    prepared = time.process_time() - prepared
    ways = {
        "bare recursion": bare,
        "year by year, two threads": yearly,
        "by reaction, Kreis by Kreis": by_reaction,
    }
    rows, least = [], 0.0
    for name, work in ways.items():
        wall, cpu = (
            min(times)
            for times in zip(*(measured(work, outlook, draws, years) for _ in range(3)), strict=True)
        )
        least = least or cpu
        rows.append(f"| {name} | {wall:.2f} | {cpu:.2f} | {cpu / least:.2f} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    text = f"""# Draws of the population

427 units (396 towns; a Kreis is the sum of its own) × {draws} draws × {years} years, both sexes. Least of three
runs. Processor time adds up all threads and depends less than wall time on who else uses the machine.

| what | wall, s | processor, s | processor, times the bare recursion |
|---|---|---|---|
{chr(10).join(rows)}

Base, rates and level of migration of all towns: {prepared:.1f} s processor. Peak memory {peak:.0f} MB.

{conditions(more=f"NumPy {np.__version__}")}"""
    write("population", [text])
