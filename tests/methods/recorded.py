"""Plugin of pytest (``-p tests.methods.recorded``): writes which analysis functions each test really calls.

The method packages are loaded so that each public function notes its calls. What a fixture calls while it is made
counts for every test that uses it, because a fixture of a session is made once. ``RECORD_CALLS`` names the file.
"""

from __future__ import annotations

import ast
import functools
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

PACKAGES = ("ratios", "stress", "disparities", "cases", "space", "planning")
NOTE = "_called_by_a_test"
_now: list[set[str]] = [set()]
_of: dict[str, set[str]] = defaultdict(set)


def called(function: str) -> None:
    """Note a call: for the test or fixture that runs, and for the fixtures that wait for it."""
    for level in _now:
        level.add(function)


def noting(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function so that its calls are noted, those too that a cache answers."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def noted_call(*args: Any, **options: Any) -> Any:
            called(name)
            return function(*args, **options)

        for attribute in ("cache_clear", "cache_info"):
            if hasattr(function, attribute):
                setattr(noted_call, attribute, getattr(function, attribute))
        return noted_call

    return decorated


def noted(source: str, module: str) -> ast.Module:
    """Return a module whose public functions say that they are called."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            note = f"__import__('sys').modules['{__name__}'].noting('{module}.{node.name}')"
            node.decorator_list.insert(0, ast.parse(note, mode="eval").body)
    return ast.fix_missing_locations(tree)


class Noted(importlib.abc.MetaPathFinder):
    """Finds the modules of the method packages."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith(tuple(f"dewak_research.{package}." for package in PACKAGES)):
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if found is None or found.origin is None:
            return found
        loader = _Loader(fullname, found.origin)
        return importlib.util.spec_from_file_location(
            fullname, found.origin, loader=loader, submodule_search_locations=found.submodule_search_locations
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_text(encoding="utf-8")
        return compile(noted(source, fullname.partition(".")[2]), self.path, "exec")


sys.meta_path.insert(0, Noted())


@contextmanager
def _noting(name: str) -> Iterator[None]:
    level: set[str] = set()
    _now.append(level)
    try:
        yield
    finally:
        _now.pop()
        _of[name] |= level


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[None]:
    with _noting(f"fixture {fixturedef.baseid}::{fixturedef.argname}"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Iterator[None]:
    with _noting(item.nodeid.partition("[")[0]):
        result = yield
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        for one in definitions:
            _of[item.nodeid.partition("[")[0]] |= _of[f"fixture {one.baseid}::{one.argname}"]
    return result


def pytest_sessionfinish() -> None:
    found = {
        test: sorted(functions) for test, functions in sorted(_of.items()) if not test.startswith("fixture ")
    }
    Path(os.environ["RECORD_CALLS"]).write_text(json.dumps(found, indent=0), encoding="utf-8")
