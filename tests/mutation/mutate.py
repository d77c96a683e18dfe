"""``make mutate``: change the core in one small place at a time and see whether a fast test fails.

Libraries are loaded once; each mutant runs in a copy of that process in which one module is read from its mutated
source, so that no file is changed and a run may be stopped at any time: what was tried is kept in ``tried/``.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from types import CodeType, ModuleType

from tests.mutation import table
from tests.mutation.mutants import CODE, CONFIG, GROUPS, TOOL, Mutant, of_group

LIBRARIES = (
    *("pytest", "hypothesis", "numpy", "pandas", "scipy.stats", "scipy.optimize", "pydantic", "pandera"),
    *("openpyxl", "pdfplumber", "geopandas", "rapidfuzz"),
)
SPARE_SECONDS, SPARE_TIMES = 30, 5


class Mutated(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Finds one module and loads it from a source that is not the one on the disk."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.name, str(CODE / mutant.module))
        self.source = mutant.source

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec")


class AtFirst:
    """Plugin of pytest that puts a finder before its own, which takes every module named ``*_test`` for a test."""

    def __init__(self, finder: Mutated) -> None:
        self.finder = finder

    def pytest_load_initial_conftests(self) -> None:
        sys.meta_path.insert(0, self.finder)


def _in_copy(mutant: Mutant | None, tests: tuple[str, ...]) -> int:
    """Run the tests in this process, which is a copy, and return the exit code of pytest; 1 is a failed test."""
    os.setpgrp()
    log = os.open(TOOL / f"last-{os.getppid()}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for name in [name for name in sys.modules if name.split(".")[0] in ("dewak_research", "tests")]:
        del sys.modules[name]
    import pytest
    from hypothesis import settings

    settings.register_profile("mutation", deadline=None, derandomize=True, max_examples=10)
    plugins = [] if mutant is None else [AtFirst(Mutated(mutant))]
    plain = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutation"]
    return int(pytest.main([*plain, "-o", "addopts=-m 'not slow and not browser'", *tests], plugins))


def tried(mutant: Mutant | None, tests: tuple[str, ...], seconds: float) -> str:
    """Return "killed", "survived" or "timed out" for one mutant, or for the module as it is."""
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            code = _in_copy(mutant, tests)
        except BaseException:
            code = 71
        finally:
            os._exit(code)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"
        time.sleep(0.02)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "timed out"


@cache
def _bound(tests: tuple[str, ...]) -> float:
    """Return how many seconds these tests may take with a mutant, from what they take without one."""
    begun = time.monotonic()
    if tried(None, tests, 3600) != "survived":
        raise SystemExit(
            f"these fail without a mutant, see .mutation/last-{os.getpid()}.log: {' '.join(tests)}"
        )
    took = time.monotonic() - begun
    print(f"{took:.0f} s: {' '.join(tests)}", flush=True)
    return SPARE_SECONDS + SPARE_TIMES * took


def _tests_of(group: str, module: str) -> tuple[tuple[str, ...], float]:
    """Return the tests of a module and their time, once it is sure that they see what is changed in it."""
    tests = tuple(GROUPS[group][module])
    seconds = _bound(tests)
    if (
        tried(Mutant("", group, module, 0, "", "", "", source="raise RuntimeError"), tests, seconds)
        != "killed"
    ):
        raise SystemExit(f"{module}: the tests do not see what is changed in it")
    return tests, seconds


def run_group(group: str, size: int | None, again: bool) -> None:
    """Try the first mutants of a group that were not tried yet; with `again` also those that survived, whichever."""
    every = of_group(group)
    known = table.kept(group, every, again)
    survived = {row["id"] for row in table.rows(group)} - known
    chosen = {mutant.id for mutant in every[:size]} | survived
    open_ones = [mutant for mutant in every if mutant.id in chosen - known]
    tests = {module: _tests_of(group, module) for module in sorted({mutant.module for mutant in open_ones})}
    for number, mutant in enumerate(open_ones, start=1):
        outcome = tried(mutant, *tests[mutant.module])
        table.add(mutant, outcome)
        print(
            f"{group} {number}/{len(open_ones)} {mutant.module}:{mutant.line} {outcome}: {mutant.now}",
            flush=True,
        )


def main() -> None:
    """Try the groups that are named, or all of them, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "groups", nargs="*", help=f"which groups; without a name all of them: {', '.join(GROUPS)}"
    )
    parser.add_argument("--sample", type=int, help="how many of each group, instead of what groups.yaml says")
    parser.add_argument("--all", action="store_true", help="every mutant instead of the sample")
    parser.add_argument("--survivors", action="store_true", help="try those again that no test had killed")
    asked = parser.parse_args()
    os.environ.update(CI="true", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    for library in LIBRARIES:
        importlib.import_module(library)
    measured = asked.groups or list(GROUPS)
    for group in measured:
        size = asked.sample or CONFIG["samples"].get(group, CONFIG["sample"])
        run_group(group, None if asked.all else size, asked.survivors)
    table.write_table({group: Counter(mutant.module for mutant in of_group(group)) for group in measured})
    print(table.TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
