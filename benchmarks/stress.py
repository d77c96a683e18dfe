"""Measure the stress engine against a bare loop, pandas per unit and the draws alone; write results/stress.md.

Run with ``python benchmarks/stress.py`` on an idle machine; nothing here is a test.
"""

from __future__ import annotations

import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from measured import conditions, write

from dewak_research.config import StressParams, load_params
from dewak_research.data import ingest
from dewak_research.data.tables import with_official
from dewak_research.stress import chapter
from dewak_research.stress.chapter import RAW_TABLES
from dewak_research.stress.contributions import subset_variances
from dewak_research.stress.distribution import count_hits, summarise_fan
from dewak_research.stress.items import POSITION
from dewak_research.stress.run import Run, prepare, town_history
from dewak_research.stress.shocks import CommonShocks
from dewak_research.stress.skill import backtest

SEED, DRAWS, YEARS = 20260101, 10_000, 5
HERE = Path(__file__).parent
SAMPLE = 8


def engine(run: Run, draws: int, **how: int) -> float:
    """Seconds of a whole run: shocks, paths, ladder, triggers, percentiles, probabilities."""
    started = time.perf_counter()
    common = run.shocks(draws)
    run.simulate(
        common,
        lambda paths: (summarise_fan(paths), count_hits(paths, common.crisis_years)),
        **{"workers": 2, **how},
    )
    return time.perf_counter() - started


def draws_only(run: Run) -> float:
    """Seconds of nothing but the random draws: a lower bound."""
    started = time.perf_counter()
    common = run.shocks(DRAWS)
    for unit in range(run.book.size):
        run.book.taxes.draw(np.array([unit]), common, SEED)
    return time.perf_counter() - started


def bare_loop(run: Run) -> float:
    """Seconds of the same arithmetic written as a plain loop over units, one core, no layers of functions."""
    book = run.book
    started = time.perf_counter()
    common = run.shocks(DRAWS)
    level = common.log_level
    shared = {
        k: np.exp(level[POSITION[k]]) - 1 for k in ("sz", "kdu", "hzp", "sgb8", "asyl", "pers", "sach", "egh")
    }
    crisis = common.crisis_years[-1] > 0
    for u in range(book.size):
        own = book.taxes.draw(np.array([u]), common, SEED)
        effect = np.zeros((YEARS, DRAWS), np.float32)
        items = book.items_eur[:, u].astype(np.float32)
        if own is not None:
            trade = np.exp(own[0, :, 0])
            idiosyncratic = items[:, 0, None] * (trade - np.exp(level[0]))
            effect += items[:, 0, None] * np.float32(book.net_share[u]) * (trade - 1)
            for k in (1, 2):
                effect += items[:, k, None] * (np.exp(own[k, :, 0]) - 1)
            for t in range(1, YEARS):
                back = np.zeros(DRAWS, np.float32)
                for lag, part in enumerate(book.refund_split[:t], start=1):
                    back -= np.float32(part * book.refund_share[u]) * idiosyncratic[t - lag]
                floored = np.maximum(back, -items[t, POSITION["sz"]] * (1 + shared["sz"][t]))
                effect[t] += floored - (floored - back).mean()
        for key, change in shared.items():
            sign = 1 if key == "sz" else -1
            at = POSITION["uml"] if key == "egh" else POSITION[key]
            effect += sign * items[:, at, None] * change
        a = np.full(DRAWS, book.ausgleichsruecklage_eur[u])
        g = np.full(DRAWS, book.allgemeine_ruecklage_eur[u])
        opening = book.opening_amount_eur[u]
        extra = np.zeros(DRAWS)
        above = np.zeros(DRAWS, bool)
        hit = np.zeros(DRAWS, bool)
        kept = []
        for t in range(YEARS):
            interest = book.exposed_eur[t, u] * common.rate_points[t] + extra * (0.03 + common.rate_points[t])
            deviation = effect[t] - interest
            result = book.result_eur[t, u] + deviation
            extra = extra - deviation
            need = np.maximum(-result, 0)
            covered = np.minimum(need, a)
            reduction = need - covered
            cap = np.maximum(opening, a)
            surplus = np.maximum(result, 0)
            to_a = np.minimum(surplus, cap - a)
            with np.errstate(divide="ignore", invalid="ignore"):
                q = reduction / g
            now = q > 0.05
            hit |= (q > 0.25) | (now & above)
            above = now
            a = a - covered + to_a
            g = g - reduction + surplus - to_a
            hit |= g <= 0
            kept += [result, a + g, extra]
        np.sort(np.stack(kept).astype(np.float32), axis=-1)
        (hit & crisis).mean()
    return time.perf_counter() - started


def pandas_per_unit(run: Run, common: CommonShocks, units: int) -> float:
    """Seconds per unit of a version that keeps every unit's draws in a DataFrame and groups them by year."""
    book = run.book
    chosen = [u for u in range(book.size) if book.taxes.draw(np.array([u]), common, SEED) is not None][:units]
    started = time.perf_counter()
    for u in chosen:
        own = book.taxes.draw(np.array([u]), common, SEED)
        frame = pd.DataFrame(
            {
                "year": np.repeat(np.arange(YEARS), common.draws),
                "draw": np.tile(np.arange(common.draws), YEARS),
                **{k: np.exp(common.log_level[p]).ravel() - 1 for k, p in POSITION.items()},
            }
        )
        frame["gewst"] = np.exp(own[0, :, 0]).ravel() - 1
        amounts = pd.DataFrame(book.items_eur[:, u], columns=list(POSITION)).rename_axis("year").reset_index()
        merged = frame.merge(amounts, on="year", suffixes=("", "_eur"))
        merged["result"] = sum(merged[k] * merged[f"{k}_eur"] for k in POSITION)
        merged["cumulated"] = merged.sort_values("year").groupby("draw")["result"].cumsum()
        merged.groupby("year")[["result", "cumulated"]].quantile([0.05, 0.25, 0.5, 0.75, 0.95])
    return (time.perf_counter() - started) / len(chosen)


def origins() -> float:
    """Seconds of the forecasts from all origins with every candidate."""
    started = time.perf_counter()
    params = load_params().stress
    towns = town_history(with_official(official(), RAW_TABLES))
    backtest(towns, params.horizon_years, params.backtest_draws, params.block_length, SEED)
    return time.perf_counter() - started


def stage() -> float:
    """Seconds of the whole stage of the chapter: all its tables, as the report sets it."""
    asked = load_params()
    started = time.perf_counter()
    chapter.run(with_official(official(), RAW_TABLES), asked.stress, SEED)
    return time.perf_counter() - started


def shapley(run: Run) -> float:
    """Seconds of the contributions of six blocks for all units, 500 draws, 64 subsets."""
    started = time.perf_counter()
    common = run.shocks(run.params.shapley_draws)
    run.simulate(common, subset_variances, workers=2)
    return time.perf_counter() - started


def best(function, *arguments, times: int = 3, **named) -> tuple[float, float]:
    """Shortest wall time and least processor time (all threads) of a few runs."""
    walls, cpus = [], []
    for _ in range(times):
        before = time.process_time()
        walls.append(function(*arguments, **named))
        cpus.append(time.process_time() - before)
    return min(walls), min(cpus)


def peak_mb() -> float:
    """Peak memory of one engine run in a process of its own."""
    code = (
        f"import sys; sys.path.insert(0, {str(HERE)!r}); import resource, stress;"
        "stress.engine(stress.prepared(), stress.DRAWS);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(out.stdout.split()[-1]) / 1024


def prepared(units: int | None = None) -> Run:
    """Real figures, default parameters; every so many-th unit if ``units`` is given."""
    params = StressParams(draws=DRAWS, horizon_years=YEARS)
    tables = with_official(official(), RAW_TABLES)
    if units is not None:
        reported = sorted(tables["payments"]["ags"].unique())
        chosen = [reported[round(i)] for i in np.linspace(0, len(reported) - 1, units)]
        for name in ("payments", "unit_totals"):
            tables[name] = tables[name][tables[name]["ags"].isin(chosen)]
    return prepare(tables, params, SEED)


@cache
def official() -> dict[str, pd.DataFrame]:
    """Ingest tables, read once."""
    return ingest.run({}, None, 0).tables


def main() -> None:
    """Measure and write."""
    run = prepared()
    whole = best(engine, run, DRAWS)
    one_core = best(engine, run, DRAWS, workers=1, times=2)
    bare = best(bare_loop, run)
    lower = best(draws_only, run)
    common = run.shocks(DRAWS)
    slow = best(pandas_per_unit, run, common, SAMPLE, times=1)
    blocks = best(shapley, run, times=1)
    grid = [(d, best(engine, run, d, times=2)) for d in (1_250, 2_500, 5_000, 10_000, 20_000)]
    by_units = [(k, best(engine, prepared(k), DRAWS, times=2)) for k in (100, 200, 300, 405)]
    memory = peak_mb()
    rolling, whole_stage = best(origins, times=1), best(stage, times=1)
    n = run.book.size
    carried = (slow[0] * n, slow[1] * n / SAMPLE)
    rows = [
        ("engine, 2 workers", whole),
        ("engine, 1 worker", one_core),
        ("bare NumPy loop over units, same arithmetic, 1 core", bare),
        ("draws alone (lower bound), 1 core", lower),
        (f"pandas per unit ({SAMPLE} units, carried over to {n})", carried),
        (f"Shapley, 6 blocks, 64 subsets, {run.params.shapley_draws} draws, 2 workers", blocks),
    ]
    lines = [
        "# Stress engine",
        "",
        f"{n} units × {DRAWS:,} draws × {YEARS} years × 13 items, with shocks, layers, ladder, triggers, percentiles",
        "and probabilities.",
        "Least of a few runs. Wall time depends on who else uses the machine; processor time (all threads added up)",
        "does so much less. A second worker gains little: the steps between the array operations hold Python's lock.",
        "",
        "| what | wall, s | processor, s | processor, relative to the bare loop |",
        "|---|---|---|---|",
        *(f"| {name} | {wall:.2f} | {cpu:.2f} | {cpu / bare[1]:.2f} |" for name, (wall, cpu) in rows),
        "",
        "All forecasts from past origins: "
        f"{rolling[0]:.0f} s wall, {rolling[1]:.0f} s processor; the chapter's stage without reading and writing: "
        f"{whole_stage[0]:.0f} s wall, {whole_stage[1]:.0f} s processor.",
        "",
        f"Peak memory of a process with the engine: {memory:.0f} MB (libraries and tables included).",
        "",
        "## Cost by number of draws",
        "",
        "| draws | wall, s | processor, s | processor microseconds per unit and draw |",
        "|---|---|---|---|",
        *(f"| {d:,} | {wall:.2f} | {cpu:.2f} | {1e6 * cpu / d / n:.3f} |" for d, (wall, cpu) in grid),
        "",
        "```",
        *(f"{d:>6,} {'█' * round(40 * cpu / grid[-1][1][1])} {cpu:.2f} s" for d, (_, cpu) in grid),
        "```",
        "",
        "## Cost by number of units",
        "",
        "| units | wall, s | processor, s | processor milliseconds per unit |",
        "|---|---|---|---|",
        *(f"| {k} | {wall:.2f} | {cpu:.2f} | {1e3 * cpu / k:.2f} |" for k, (wall, cpu) in by_units),
        "",
        "```",
        *(f"{k:>6} {'█' * round(40 * cpu / by_units[-1][1][1])} {cpu:.2f} s" for k, (_, cpu) in by_units),
        "```",
        "",
        conditions(more=f"NumPy {np.__version__}"),
    ]
    write("stress", lines)


if __name__ == "__main__":
    main()
