"""Which functions a test can reach, read from the code: what it names, what that names, and so on.

Node: a name at the top of a module (function, class, constant). A fixture is reached by the argument of its name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dewak_research.paths import ROOT

CODE = ROOT / "src"
PACKAGES = ("ratios", "stress", "disparities", "cases", "space", "planning")
#: What an annotation may name without a figure: words, faults, and what holds them.
NO_FIGURE = {"str", "Text", "Problem", "None", "InputError"} | {"Iterator", "list", "tuple", "dict", "Any"}
NO_FIGURE |= {"object", "Mapping", "Key"}

Node = tuple[str, str]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _module(path: Path) -> str:
    parts = path.relative_to(CODE if CODE in path.parents else ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def _path(module: str) -> Path | None:
    base = (CODE if module.startswith("dewak_research") else ROOT) / Path(*module.split("."))
    found = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in found if path.exists()), None)


def functions() -> list[str]:
    """Return the public analysis functions, as ``package.module.function``.

    What stands at the top of a module of the method packages without an underscore, and whose annotated result names
    a figure: a number, an array, a table or what holds one; not what returns words or faults only.
    """
    found = []
    for package in PACKAGES:
        for path in sorted((CODE / "dewak_research" / package).rglob("*.py")):
            for node in parsed(path).body:
                if (
                    isinstance(node, ast.FunctionDef)
                    and not node.name.startswith("_")
                    and node.returns is not None
                ):
                    named = {one.id for one in ast.walk(node.returns) if isinstance(one, ast.Name)}
                    if named - NO_FIGURE:
                        found.append(f"{_module(path).partition('.')[2]}.{node.name}")
    return found


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return [one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)]


@cache
def _top(module: str) -> dict[str, ast.stmt]:
    path = _path(module)
    return {} if path is None else {name: node for node in parsed(path).body for name in _names(node)}


@cache
def _imported(module: str) -> dict[str, str]:
    """Return the full name of what a module knows by each name, wherever in it that was imported."""
    path = _path(module)
    nodes = () if path is None else ast.walk(parsed(path))
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _resolved(module: str, name: str) -> Node | None:
    """Return the node that a name stands for; a package that hands a name on is followed."""
    if name in _top(module):
        return module, name
    full = _imported(module).get(name)
    if full is None or not full.startswith(("dewak_research", "tests")):
        return None
    return _resolved(*full.rsplit(".", 1)[:2]) if _path(full) is None else None


def _fixture(module: str, name: str) -> Node | None:
    """Return the fixture of a name as a test of a module sees it: its own, or that of a conftest above."""
    places = [module]
    while "." in places[-1]:
        places.append(places[-1].rpartition(".")[0])
    for place in (module, *(f"{one}.conftest" for one in places[1:])):
        if (node := _resolved(place, name)) is not None:
            return node
    return None


@cache
def _next(node: Node) -> frozenset[Node]:
    return frozenset(_steps(*node))


def _steps(module: str, name: str) -> Iterator[Node]:
    body = _top(module)[name]
    for one in ast.walk(body):
        found = None
        if isinstance(one, ast.Name):
            found = _resolved(module, one.id)
        elif isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
            inside = _imported(module).get(one.value.id)
            found = _resolved(inside, one.attr) if inside and _path(inside) else None
        elif isinstance(one, ast.arg) and module.startswith("tests"):
            found = _fixture(module, one.arg)
        if found is not None and found != (module, name):
            yield found


@cache
def reached(test: str) -> frozenset[str]:
    """Return what a test reaches, as ``package.module.function``; empty where there is no such test."""
    file, _, name = test.partition("::")
    start = (_module(ROOT / "tests" / file), name)
    if name not in _top(start[0]):
        return frozenset()
    seen, ahead = {start}, [start]
    while ahead:
        for node in _next(ahead.pop()):
            if node not in seen:
                seen.add(node)
                ahead.append(node)
    return frozenset(
        f"{module.partition('.')[2]}.{name}" for module, name in seen if module.startswith("dewak_research.")
    )
