"""The same bytes on a cluster as in one process, with a worker killed half way, and a message for what goes wrong.

A cluster of this computer alone: a scheduler in this process, two workers in processes of their own, no dashboard.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import cloudpickle
import dask
import numpy as np
import pandas as pd
import pytest
from distributed import Client, LocalCluster
from stress import engine_case as case
from stress.test_own_taxes import towns
from threadpoolctl import threadpool_limits
from typer.testing import CliRunner

from dewak_research import cluster, worker
from dewak_research.cli import app
from dewak_research.cluster import Cluster, connected
from dewak_research.config import load_params
from dewak_research.data.result import Result
from dewak_research.disparities.curve import curve
from dewak_research.disparities.decomposition import inequality_parts
from dewak_research.disparities.inequality import inequality_path
from dewak_research.disparities.panel import build_panel
from dewak_research.engines import Engine, Threads
from dewak_research.errors import InputError
from dewak_research.packing import packed, unpacked
from dewak_research.rules import rule_set
from dewak_research.stages import STAGES, Stage, run_stage
from dewak_research.stress import early_warning
from dewak_research.stress.all_units import simulate
from dewak_research.stress.book import Book, Layers
from dewak_research.stress.distribution import count_hits, summarise_fan
from dewak_research.stress.rolling_origins import rolling_scores
from dewak_research.stress.shocks import OwnTaxes
from dewak_research.stress.simulation import Settings

ALONE = "127.0.0.1"
cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers do not know the tests


def of_new_processes() -> dict[str, str]:
    """Return what a process that is started now would compute with."""
    code = "import json; from dewak_research.worker import description; print(json.dumps(description()))"
    alone = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code], env=alone, capture_output=True, text=True, check=True)
    said: dict[str, str] = json.loads(done.stdout)
    return said


def test_a_worker_from_an_installed_package_has_the_code_of_a_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def code() -> str:
        worker._code.cache_clear()
        return worker._code()

    monkeypatch.setattr(worker, "__file__", str(tmp_path / "worker.py"))
    (tmp_path / "rule.yaml").write_text("a: 1", encoding="utf-8")
    in_clone = code()
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "params.yaml").write_text("run: {}", encoding="utf-8")
    assert code() == in_clone, "what a package carries along of the project is no code"
    (tmp_path / "rule.yaml").write_text("a: 2", encoding="utf-8")
    assert code() != in_clone
    worker._code.cache_clear()


@pytest.fixture(scope="module")
def environment() -> Iterator[None]:
    """The workers compute with the instructions of this process: set before it loaded NumPy, or only afterwards."""
    began = Path("/proc/self/environ").read_text(encoding="utf-8").split("\0")
    at_start = dict(entry.split("=", 1) for entry in began if "=" in entry)
    with pytest.MonkeyPatch.context() as patch, threadpool_limits(1):
        worker.description.cache_clear()
        if worker.description() != of_new_processes():
            for name in ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES"):
                patch.delenv(name, raising=False)
                if name in at_start:
                    patch.setenv(name, at_start[name])
        assert worker.description() == of_new_processes()
        with dask.config.set({"distributed.admin.tick.interval": "1s"}):
            yield
    worker.description.cache_clear()


def local(workers: int) -> LocalCluster:
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host=ALONE,
        dashboard_address=f"{ALONE}:0",
        scheduler_kwargs={"dashboard": False},
        memory_limit=0,
        silence_logs=50,
    )


@pytest.fixture  # one for each test: some kill a worker, and a busy machine may not start another in time
def two(environment: None) -> Iterator[LocalCluster]:
    with local(2) as made:
        yield made


@pytest.fixture
def engine(two: LocalCluster) -> Iterator[Cluster]:
    with connected(two.scheduler_address) as found:
        found.client.wait_for_workers(2, timeout=120)
        yield found


def dies_once(work: Any, marker: str, at: int, given: Any, block: tuple[int, Any]) -> Any:
    number, own = block
    if number == at and not os.path.exists(marker):  # noqa: PTH110
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return work(given, own)


@dataclass(frozen=True)
class OneDies:
    """The cluster, on which the worker that takes a certain block is killed, once."""

    engine: Engine
    marker: Path
    at: int
    together: int = 2

    def map(self, work: Any, given: Any, blocks: Iterable[Any]) -> Iterator[Any]:
        deadly = partial(dies_once, work, str(self.marker), self.at)
        return self.engine.map(deadly, given, enumerate(blocks))


@pytest.fixture
def deadly(engine: Cluster, tmp_path: Path) -> Iterator[OneDies]:
    before = set(engine.client.run(os.getpid).values())
    yield OneDies(engine, tmp_path / "died", 3)
    assert (tmp_path / "died").exists(), "nobody was killed: the test would show nothing"
    assert set(engine.client.run(os.getpid).values()) != before


def many(times: int) -> Book:
    """The made-up Land several times: each with its Kreis, towns and a town whose Kreis is unknown."""
    one = case.book()
    at = np.tile(np.arange(one.size), times)
    copy = np.repeat(np.arange(times), one.size)
    linked = one.layers.kreis_of[at] >= 0
    layers = Layers(
        np.where(linked, copy, -1),
        *(getattr(one.layers, n)[at] for n in ("share", "youth_share", "booked_share")),
        np.flatnonzero(at == one.layers.kreise[0]),
        one.layers.estimated[at],
        np.tile(one.layers.outside_share, times),
        one.layers.member[at],
        np.tile(one.layers.received_eur, times),
    )
    by_year = ("items_eur", "result_eur", "liquidity_flow_eur", "exposed_eur")
    by_unit = (
        "ausgleichsruecklage_eur",
        "allgemeine_ruecklage_eur",
        "liquidity_credit_eur",
        "net_share",
        "refund_share",
    )
    taxes = OwnTaxes(
        np.arange(len(at), dtype=np.int64), one.taxes.scale[:, :, at], one.taxes.mean_log[:, :, at],
        one.taxes.residuals, one.taxes.widest,
    )  # fmt: skip
    parts = {n: getattr(one, n)[:, at] for n in by_year} | {n: getattr(one, n)[at] for n in by_unit}
    return replace(one, taxes=taxes, layers=layers, quota_before=None, opening_amount_eur=None, **parts)


def simulated(engine: Engine) -> list[Any]:
    common = case.common(300)
    settings = Settings(rule_set(2010))
    return simulate(
        many(12), common, settings, 7,
        lambda paths: (summarise_fan(paths), count_hits(paths, common.crisis_years)),
        chunk_size=3, engine=engine,
    )  # fmt: skip


def same(one: Any, other: Any) -> bool:
    """Whether all numbers and texts of two results are the same to the last byte."""
    if isinstance(one, pd.DataFrame):
        return list(one) == list(other) and all(same(one[c].to_numpy(), other[c].to_numpy()) for c in one)
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype and one.shape == other.shape
        if one.dtype == object:  # a missing value is not equal to another one
            return alike and list(map(repr, one)) == list(map(repr, other))
        return bool(alike and one.tobytes() == other.tobytes())
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return same(vars(one), vars(other)) if hasattr(one, "__dict__") else bool(one == other)


@pytest.mark.slow
def test_units_are_simulated_to_the_same_bytes_though_a_worker_dies(deadly: OneDies) -> None:
    found = simulated(deadly)
    assert len(found) == len(simulated(Threads(2))) == 4 + 16
    assert same(found, simulated(Threads()))


@pytest.mark.slow
def test_rolling_origins_are_scored_to_the_same_bytes_though_a_worker_dies(deadly: OneDies) -> None:
    asked = towns(), range(2006, 2016), 3, 200, 1, 2.0
    assert same(rolling_scores(*asked, deadly), rolling_scores(*asked))


@pytest.mark.slow
def test_noise_of_the_early_warning_is_the_same_on_a_cluster(engine: Cluster) -> None:
    panel = early_warning.panel_of(towns())
    one, other = (early_warning.noise_scores(panel, 3, "amount", 2, engine=e) for e in (engine, Threads()))
    assert same(one, other)


@pytest.mark.slow
def test_bootstraps_are_drawn_to_the_same_bytes_though_a_worker_dies(
    deadly: OneDies, engine: Cluster, stages_run: Path
) -> None:
    panel = build_panel(pd.read_parquet(stages_run / "ingest" / "kreise.parquet"))
    assert same(inequality_path(panel, 40, 5, deadly), inequality_path(panel, 40, 5))
    assert same(inequality_parts(panel, 40, 5, engine), inequality_parts(panel, 40, 5))
    assert same(curve(panel, (2010, 2019), 3, 5, engine), curve(panel, (2010, 2019), 3, 5))


@pytest.mark.slow
def test_what_the_work_raises_is_raised_here(engine: Cluster) -> None:
    with pytest.raises(InputError, match=r"stress\.draws") as told:
        simulate(case.book(), case.common(10), Settings(rule_set(2010)), 7, refuse, engine=engine)
    assert told.value.problems[0].what["de"] != told.value.problems[0].what["en"]
    with pytest.raises(ZeroDivisionError):
        list(engine.map(lambda given, block: given / block, 1, [1, 0]))
    assert list(engine.map(lambda given, block: given + block, 1, range(40))) == list(range(1, 41))


def refuse(paths: object) -> None:
    case.common(0)


@pytest.mark.slow
def test_a_worker_that_computes_with_something_else_is_named_at_once_and_when_it_joins_later(
    two: LocalCluster, engine: Cluster
) -> None:
    _, second = sorted(engine.client.nthreads())
    engine.client.run(other_numpy, True, workers=[second])
    try:
        with pytest.raises(InputError) as told, connected(two.scheduler_address):
            pass
        (problem,) = told.value.problems
        assert second in problem.where and "numpy 1.26.4" in problem.what["de"]
        assert problem.right["en"] == f"numpy {np.__version__}" and "dewak worker" in problem.next_step["en"]
        with pytest.raises(InputError, match=r"numpy 1\.26\.4"):
            list(engine.map(lambda given, block: block, None, range(40)))
    finally:
        engine.client.run(other_numpy, False, workers=[second])
    with connected(two.scheduler_address) as again:
        assert again.expected == engine.expected


def other_numpy(other: bool) -> None:
    from dewak_research import worker

    worker.description.cache_clear() if hasattr(worker.description, "cache_clear") else None
    if other:
        worker.numpy_before = worker._version
        worker._version = lambda name: "1.26.4" if name == "numpy" else worker.numpy_before(name)
    else:
        worker._version = worker.numpy_before


@pytest.mark.slow
def test_a_cluster_without_workers_and_one_whose_workers_all_go_say_so(environment: None) -> None:
    with local(0) as empty:
        with (
            pytest.raises(InputError, match="dewak worker tcp://") as told,
            connected(empty.scheduler_address),
        ):
            pass
        assert "no worker" in told.value.problems[0].what["en"]
        with Client(empty.scheduler_address, set_as_default=False) as client:
            empty.scale(1)
            client.wait_for_workers(1, timeout=120)
        with connected(empty.scheduler_address, patience_seconds=1) as engine:
            blocks = engine.map(lambda given, block: block, None, range(100))
            assert next(blocks) == 0
            empty.scale(0)
            with pytest.raises(InputError, match="for 1 seconds; nothing was written"):
                list(blocks)


@pytest.mark.slow
def test_a_block_that_ends_every_worker_is_not_tried_for_ever(environment: None) -> None:
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        local(1) as made,
        connected(made.scheduler_address) as engine,
        pytest.raises(InputError, match="has ended 1 workers"),
    ):
        list(engine.map(lambda given, block: os.kill(os.getpid(), given), signal.SIGKILL, [1]))


def test_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    for address in (f"tcp://{ALONE}:1", "nowhere", "ftp://x:1"):
        with pytest.raises(InputError, match="no Dask scheduler answers") as told, connected(address):
            pass
        assert told.value.problems[0].where == f"--cluster {address}"
        assert "dask scheduler" in told.value.problems[0].next_step["de"]


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "find_spec", lambda name: None)
    with pytest.raises(InputError, match="make test"), connected("tcp://10.0.0.5:8786"):
        pass
    done = CliRunner().invoke(app, ["worker", "tcp://10.0.0.5:8786"])
    assert isinstance(done.exception, InputError) and "make test" in str(done.exception)


def test_a_stage_is_given_the_cluster_that_the_run_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(cluster.VARIABLE, raising=False)
    with cluster.asked() as engine:
        assert engine is None
    monkeypatch.setenv(cluster.VARIABLE, f"tcp://{ALONE}:1")
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(InputError, match="no Dask scheduler answers"), cluster.asked():
        pass
    given: list[object] = []

    def run(inputs: object, params: object, engine: object) -> Result:
        given.append(engine)
        return Result({"table": pd.DataFrame({"a": [1.0]})})

    monkeypatch.setitem(STAGES, "mine", Stage(run))
    run_stage("mine", load_params(), tmp_path, engine=Threads(3))
    assert given == [Threads(3)]


def test_the_address_is_no_input() -> None:
    params = load_params().model_dump_json()
    assert "cluster" not in params and "tcp" not in params


def test_a_problem_comes_whole_out_of_another_process() -> None:
    with pytest.raises(InputError) as told:
        case.common(0)
    again = pickle.loads(pickle.dumps(told.value))
    assert again.problems == told.value.problems and str(again) == str(told.value)


def test_threads_take_blocks_as_they_need_them_and_give_them_in_order() -> None:
    taken: list[int] = []

    def blocks() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    found = Threads(2).map(lambda given, block: given * block, 2, blocks())
    assert next(found) == 0 and len(taken) <= 5
    assert list(found) == list(range(2, 100, 2))
    with pytest.raises(ZeroDivisionError):
        list(Threads(2).map(lambda given, block: given / block, 1, [1, 0, 1]))


def test_arrays_keep_their_layout_in_another_process() -> None:
    """Sums run along the layout: made compact, the last digit of this one would be another."""
    whole = np.random.default_rng(1).standard_normal((60, 70, 80)) * 1e6
    for view in (whole, whole.T, whole[::-1], whole[:, ::2], whole[1:, :, 3:5], whole[::-2, ::-1, 1:],
                 np.broadcast_to(whole[0, 0], (3, 80)), whole.astype(np.float32)[:, 1:], whole[:, :, 0]):  # fmt: skip
        again = unpacked(packed({"given": view}))["given"]
        assert again.strides == view.strides and again.dtype == view.dtype
        np.testing.assert_array_equal(again, view)
        assert again.sum() == view.sum() and again.flags.writeable
    lines = unpacked(packed(lambda given: given + 1))
    assert lines(1) == 2


def test_the_command_line_loads_nothing_of_it_before_it_is_asked_for() -> None:
    heavy = {"numpy", "scipy", "dask", "distributed", "cloudpickle"}
    code = f"import sys, dewak_research.cli; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
