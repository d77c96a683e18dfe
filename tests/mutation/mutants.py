"""Mutants of the core: every small change of a module that cosmic-ray knows, and a sample that stays the same."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dewak_research.paths import ROOT

HERE = Path(__file__).parent
CODE = ROOT / "src" / "dewak_research"
TOOL = ROOT / ".mutation"
CONFIG: dict[str, Any] = yaml.safe_load((HERE / "groups.yaml").read_text(encoding="utf-8"))
GROUPS: dict[str, dict[str, list[str]]] = CONFIG["groups"]


def seed_of(group: str) -> int:
    """Return the seed that puts the mutants of a group into a random order."""
    return int(CONFIG["seeds"].get(group, CONFIG["seed"]))


@dataclass(frozen=True)
class Mutant:
    """One change of one module.

    Attributes
    ----------
    id : str
        Twelve digits from seed, module, operator, line as it stood, line as it is now and how often that came before:
        it stays the same when other lines change. Mutants ordered by it are a random order of all.
    """

    id: str
    group: str
    module: str
    line: int
    operator: str
    was: str
    now: str
    source: str = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return ".".join(("dewak_research", *Path(self.module).with_suffix("").parts)).removesuffix(
            ".__init__"
        )


class _Bare(ast.NodeTransformer):
    """Take away what a program does not do: annotations, and names for a choice of literals (``F = Literal[1, 2]``)."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        value = node.value
        if isinstance(value, ast.Subscript) and getattr(value.value, "id", "") == "Literal":
            node.value = ast.Constant(None)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _does(source: str) -> str:
    return ast.dump(_Bare().visit(ast.parse(source)))


def _changed(source: str, mutated: str) -> tuple[int, str, str]:
    pairs = enumerate(zip(source.splitlines(), mutated.splitlines(), strict=False), start=1)
    return next((number, was.strip(), now.strip()) for number, (was, now) in pairs if was != now)


def _changes(source: str) -> Iterator[tuple[str, str]]:
    """Yield operator and mutated source of every change; needs cosmic-ray (`make mutate` puts it into `TOOL`)."""
    sys.path.append(str(TOOL))
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    for operator in CONFIG["operators"]:
        occurrence = 0
        while (mutated := mutate_code(source, get_operator(f"core/{operator}")(), occurrence)) is not None:
            yield operator, mutated
            occurrence += 1


def of_module(group: str, module: str) -> list[Mutant]:
    """Return all mutants of a module that are other programs; kept in `TOOL` until module or list of changes differ."""
    source = (CODE / module).read_text(encoding="utf-8")
    state = hashlib.sha256(json.dumps([seed_of(group), CONFIG["operators"], group, module, source]).encode())
    kept = TOOL / "mutants" / f"{state.hexdigest()}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(
            json.dumps([asdict(mutant) for mutant in _mutants(group, module, source)]), encoding="utf-8"
        )
    return [Mutant(**mutant) for mutant in json.loads(kept.read_text(encoding="utf-8"))]


def _mutants(group: str, module: str, source: str) -> Iterator[Mutant]:
    does, before = _does(source), Counter[str]()
    for operator, mutated in _changes(source):
        try:
            if _does(mutated) == does:
                continue
        except SyntaxError:
            continue
        line, was, now = _changed(source, mutated)
        key = "|".join((str(seed_of(group)), module, operator, was, now))
        before[key] += 1
        name = hashlib.sha256(f"{key}|{before[key]}".encode()).hexdigest()[:12]
        yield Mutant(name, group, module, line, operator, was, now, mutated)


def of_group(group: str) -> list[Mutant]:
    """Return all mutants of a group in random order; its first ones are a sample without choice."""
    every = [mutant for module in GROUPS[group] for mutant in of_module(group, module)]
    return sorted(every, key=lambda mutant: mutant.id)
