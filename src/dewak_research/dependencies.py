"""Which code each stage of the pipeline rests on, read from the imports; ``dvc.yaml`` says exactly that.

``python -m dewak_research.dependencies`` renews the lines of ``dvc.yaml`` that name code; a test fails where they
differ. A package counts as a whole, with the data files beside its modules: a change in it makes the stage stale.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import yaml

from dewak_research.paths import ROOT

NAME = "dewak_research"
CODE = f"src/{NAME}"
ALWAYS = ("stages.py", "reproducible.py")
# What a stage calls in `stages`: the other functions of that module are other stages' code.
ENTRIES = {
    "stage": ("run_stage",),
    "chapter": ("run_chapter", "chapter_jobs"),
    "sheets": ("run_sheets",),
    "parts": ("run_parts",),
    "book": ("run_book",),
}


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _imports(node: ast.AST, into_functions: bool) -> Iterator[str]:
    """Yield every imported name of a tree, as ``package.module`` or ``package.module.name``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom) and child.level == 0 and child.module:
            yield child.module
            yield from (f"{child.module}.{alias.name}" for alias in child.names)
        elif _for_types_only(child):
            continue
        elif into_functions or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _imports(child, into_functions)


@cache
def _imports_of_file(path: Path) -> frozenset[str]:
    return frozenset(_imports(_parsed(path), into_functions=True))


def _file_of(module: str, source: Path) -> Path | None:
    """Return the file of a module of ours, None where the name is no module of ours."""
    parts = module.split(".")
    if parts[0] != NAME:
        return None
    base = source.joinpath(*parts[1:])
    candidates = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def closure(names: Iterable[str], source: Path) -> set[Path]:
    """Return the files of all modules that the named ones import, directly or through others.

    Parameters
    ----------
    names : iterable of str
        Modules, or names inside modules; those of other libraries are passed over.
    source : Path
        Folder of the package.
    """
    found: set[Path] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        path = _file_of(name, source)
        if path is not None and path not in found:
            found.add(path)
            waiting += [name.rpartition(".")[0], *_imports_of_file(path)]
    return found


def entry_imports(functions: Iterable[str], source: Path) -> set[str]:
    """Return what ``stages`` imports at its head and inside the functions that a stage calls."""
    tree = _parsed(source / "stages.py")
    names = set(_imports(tree, into_functions=False))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in functions:
            names |= set(_imports(node, into_functions=True))
    return names


def notebook_imports(path: Path) -> set[str]:
    """Return what the code cells of a notebook import."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return set(_imports(ast.parse(code), into_functions=True))


def _place(path: Path, source: Path, files: set[Path]) -> str:
    """Return how a file is named in ``dvc.yaml``: its package; itself at the top, or in a hall of which only
    some rooms are needed.
    """
    rooms = set(path.parent.glob("*/__init__.py"))
    named = path if path.parent == source or not rooms <= files else path.parent
    return f"{CODE}/{named.relative_to(source).as_posix()}"


def code_of(command: str, root: Path = ROOT) -> list[str]:
    """Return the packages and top-level modules that a stage's command runs.

    Parameters
    ----------
    command : str
        Such as ``python -m dewak_research.cli chapter 20_fiscal_stress_test``.
    root : Path
        The project's folder.
    """
    source = root / CODE
    kind, *arguments = command.split(f"{NAME}.cli ")[1].split()
    names = entry_imports({*ENTRIES[kind], *([f"_{arguments[0]}"] if kind == "stage" else [])}, source)
    if kind == "chapter":
        names |= notebook_imports(root / "notebooks" / f"{arguments[0]}.ipynb")
    files = closure(names, source) | {source / name for name in ALWAYS}
    places = {_place(path, source, files) for path in files if path != source / "__init__.py"}
    return sorted(p for p in places if not any(p.startswith(f"{other}/") for other in places))


def wanted(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the code each stage of ``dvc.yaml`` rests on."""
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return {name: code_of(stage.get("do", stage)["cmd"], root) for name, stage in stages.items()}


def declared(root: Path = ROOT) -> dict[str, list[str]]:
    """Return the code each stage of ``dvc.yaml`` names as a dependency."""
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return {
        name: [dep for dep in stage.get("do", stage)["deps"] if dep.startswith(CODE)]
        for name, stage in stages.items()
    }


def renewed(root: Path = ROOT) -> str:
    """Return the text of ``dvc.yaml`` with the right code in every stage; all else stays as it is."""
    code, stage, lines = wanted(root), "", []
    for line in (root / "dvc.yaml").read_text(encoding="utf-8").splitlines():
        named = re.fullmatch(r"  (\w+):", line)
        stage = named[1] if named else stage
        if line.strip().startswith(f"- {CODE}"):
            continue
        lines.append(line)
        if line.strip() == "deps:":
            indent = " " * (len(line) - len(line.lstrip()) + 2)
            lines += [f"{indent}- {place}" for place in code[stage]]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "dvc.yaml").write_text(renewed(), encoding="utf-8", newline="\n")
    sys.stdout.write("dvc.yaml\n")
