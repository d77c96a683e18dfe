"""The stress engine on as many units as Germany has, in threads and on a cluster of this computer: results/germany.md.

Run with ``python benchmarks/germany.py`` on an idle machine; nothing here is a test. There are no booked figures of all
units of Germany in one table: the reported units of North Rhine-Westphalia stand in, repeated until there are as many
Kreise, cities and towns, each with a stream of random numbers of its own. The figures say nothing; the work is that.
"""

from __future__ import annotations

from dewak_research import reproducible

reproducible.pin()

import hashlib  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import replace  # noqa: E402
from threading import Event, Thread  # noqa: E402

import numpy as np  # noqa: E402
import psutil  # noqa: E402
from measured import conditions, load, write  # noqa: E402

from dewak_research.cluster import connected  # noqa: E402
from dewak_research.config import StressParams  # noqa: E402
from dewak_research.data import ingest  # noqa: E402
from dewak_research.data.tables import with_official  # noqa: E402
from dewak_research.stress.book import OUTSIDE, Layers  # noqa: E402
from dewak_research.stress.chapter import RAW_TABLES  # noqa: E402
from dewak_research.stress.distribution import count_hits, summarise_fan  # noqa: E402
from dewak_research.stress.run import Run, prepare  # noqa: E402

KREISE, CITIES, UNITS = 294, 107, 11_000
DRAWS, YEARS, SEED = 10_000, 5, 20260101
ADDRESS = "tcp://127.0.0.1:18786"
BY_YEAR = ("items_eur", "result_eur", "liquidity_flow_eur", "exposed_eur")
BY_UNIT = (
    "ausgleichsruecklage_eur", "allgemeine_ruecklage_eur", "opening_amount_eur", "liquidity_credit_eur", "net_share",
    "refund_share", "quota_before",
)  # fmt: skip


def repeated(units: int) -> Run:
    """The units of North Rhine-Westphalia, repeated to the number of Kreise, cities and towns of Germany."""
    params = StressParams(draws=DRAWS, horizon_years=YEARS)
    run = prepare(with_official(ingest.run({}, None, 0).tables, RAW_TABLES), params, SEED)
    book, layers, kind = run.book, run.book.layers, run.table["kind"].to_numpy()
    kreise, cities = KREISE * units // UNITS, CITIES * units // UNITS
    towns = np.flatnonzero(kind == "kreisangehoerige_gemeinde")
    some = np.resize(towns, units - kreise - cities)
    at = np.concatenate(
        [
            np.resize(layers.kreise, kreise),
            np.resize(np.flatnonzero(kind == "kreisfreie_stadt"), cities),
            some,
        ]
    )
    above = layers.kreis_of[some]
    copy = np.arange(len(some)) // len(towns) * len(layers.kreise)
    kreis_of = np.full(units, OUTSIDE)
    kreis_of[kreise + cities :] = np.where(above >= 0, (above + copy) % kreise, OUTSIDE)
    links = Layers(
        kreis_of,
        *(getattr(layers, name)[at] for name in ("share", "youth_share", "booked_share")),
        np.arange(kreise),
        layers.estimated[at],
        np.resize(layers.outside_share, kreise),
        layers.member[at],
        np.resize(layers.received_eur, kreise),
    )
    taxes = replace(
        book.taxes,
        keys=10**9 + np.arange(units),
        scale=book.taxes.scale[:, :, at],
        mean_log=book.taxes.mean_log[:, :, at],
    )
    parts = {name: getattr(book, name)[:, at] for name in BY_YEAR}
    parts |= {name: getattr(book, name)[at] for name in BY_UNIT}
    return replace(run, book=replace(book, taxes=taxes, layers=links, **parts))


@contextmanager
def peak_mb() -> Iterator[list[float]]:
    """Largest sum of the memory of this process and all that it has started, looked at ten times a second."""
    found, ended, me = [0.0], Event(), psutil.Process()

    def look() -> None:
        while not ended.wait(0.1):
            alive = [p for p in (me, *me.children(recursive=True)) if p.is_running()]
            try:
                found[0] = max(found[0], sum(p.memory_info().rss for p in alive) / 2**20)
            except psutil.NoSuchProcess:
                continue

    watching = Thread(target=look, daemon=True)
    watching.start()
    try:
        yield found
    finally:
        ended.set()
        watching.join()


def seconds() -> float:
    """Processor seconds of this process and of all that it has started."""
    me = psutil.Process()
    times = [p.cpu_times() for p in (me, *me.children(recursive=True))]
    return sum(t.user + t.system for t in times)


def measured(run: Run) -> tuple[float, float, float, str]:
    """Wall and processor seconds, peak memory in MB, and a hash of all percentiles and counts."""
    with peak_mb() as peak:
        wall, processor = time.perf_counter(), seconds()
        common = run.shocks(DRAWS)
        parts = run.simulate(
            common, lambda paths: (summarise_fan(paths), count_hits(paths, common.crisis_years)), workers=2
        )
        spent = time.perf_counter() - wall, seconds() - processor
    digest = hashlib.sha256()
    for fan, hits in parts:
        for array in (*fan.percentiles_eur.values(), *hits.hits.values()):
            digest.update(np.ascontiguousarray(array).tobytes())
    return *spent, peak[0], digest.hexdigest()[:16]


@contextmanager
def local_cluster() -> Iterator[str]:
    """A scheduler and two workers of this computer, ended afterwards."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    python = [sys.executable, "-m"]
    host, port = ADDRESS.removeprefix("tcp://").split(":")
    commands = (
        [*python, "dask", "scheduler", "--host", host, "--port", port, "--no-dashboard"],
        [*python, "dewak_research.cli", "worker", ADDRESS, "--processes", "2"],
    )
    running = [subprocess.Popen(command, **quiet) for command in commands]
    try:
        yield ADDRESS
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(60)


def on_cluster(run: Run) -> tuple[float, float, float, str]:
    """The same on two workers, which are there before the clock starts."""
    from distributed import Client

    with local_cluster() as address:
        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        with connected(address) as engine:
            return measured(replace(run, engine=engine))


def main() -> None:
    """Measure and write."""
    before, units = load(), int(sys.argv[1]) if len(sys.argv) > 1 else UNITS
    run = repeated(units)
    rows = [("two threads of one process", measured(run)), ("a scheduler and two workers", on_cluster(run))]
    lines = [
        "# All units of Germany",
        "",
        f"{units:,} units × {DRAWS:,} draws × {YEARS} years × 13 items ({KREISE * units // UNITS} Kreise, "
        f"{CITIES * units // UNITS} cities, towns), with percentiles and probabilities.",
        "One run each; memory: largest sum of all processes.",
        "",
        "| where | wall, s | processor, s | memory, MB | hash of the results |",
        "|---|---:|---:|---:|---|",
        *(
            f"| {where} | {wall:.0f} | {cpu:.0f} | {mb:.0f} | `{digest}` |"
            for where, (wall, cpu, mb, digest) in rows
        ),
        "",
        conditions(before, f"NumPy {np.__version__}"),
    ]
    if units == UNITS:
        write("germany", lines)
    else:
        print("\n".join(lines))


if __name__ == "__main__":
    main()
