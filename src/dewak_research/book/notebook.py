"""A notebook as a file: its parameters, its clean source, and an executed one without what differs between equal runs.

Times, durations, versions, widget states, object addresses, paths of this machine and random ids go; names, text
and figures stay. Standard error is taken out of the outputs and handed back, so that nobody overlooks a warning.

``python -m dewak_research.book.notebook FILE…`` (the pre-commit hook) takes outputs, counts and times out of source
notebooks; it ends with 1 where a file had any, so that the commit is repeated.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbformat import NotebookNode

from dewak_research.config import Ags, Group, validate
from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Language, Text
from dewak_research.page.files import write_whole

TAG = "parameters"

_CELL = Text(
    'eine Codezelle mit dem Tag »parameters« aus Zeilen wie language = "de"',
    'a code cell tagged “parameters” of lines such as language = "de"',
)
_NEXT = Text("Notebook berichtigen", "correct the notebook")


class NotebookParams(Group):
    """What every notebook takes."""

    language: Language


class ProfileParams(NotebookParams):
    """What the profile of one unit takes."""

    ags: Ags


Model = TypeVar("Model", bound=NotebookParams)


def typed(values: Mapping[str, Any], model: type[Model], where: str) -> Model:
    """Build a notebook's parameters from plain values.

    Raises
    ------
    InputError
        Lists every unknown name, with the nearest known one, and every value of a wrong type.
    """
    found = validate(dict(values), model, where)
    assert isinstance(found, model)
    return found


def parameter_cell(notebook: NotebookNode, where: str) -> int:
    """Return the position of the one cell tagged ``parameters``.

    Raises
    ------
    InputError
        There is none, more than one, or it is no code cell.
    """
    found = [i for i, cell in enumerate(notebook.cells) if TAG in cell.metadata.get("tags", [])]
    if len(found) == 1 and notebook.cells[found[0]].cell_type == "code":
        return found[0]
    what = Text(
        f"das Notebook hat {len(found)} brauchbare Zellen mit dem Tag »parameters« statt einer",
        f"the notebook has {len(found)} usable cells tagged “parameters” instead of one",
    )
    raise InputError(Problem(what, where, _CELL, _NEXT))


def declared(source: str, where: str) -> dict[str, Any]:
    """Return the names and literals that a parameters cell declares.

    Raises
    ------
    InputError
        The cell holds something other than ``name = literal``.
    """
    found: dict[str, Any] = {}
    try:
        for line in ast.parse(source).body:
            match line:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    found[name] = ast.literal_eval(value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    found[name] = ast.literal_eval(value)
                case _:
                    raise ValueError(ast.unparse(line))
    except (SyntaxError, ValueError) as error:
        what = Text(f"kein einfacher Wert: {error}", f"no plain value: {error}")
        raise InputError(Problem(what, where, _CELL, _NEXT)) from error
    return found


def require_declared(parameters: NotebookParams, notebook: NotebookNode, where: str) -> int:
    """Check that a notebook declares every parameter it is given; return the cell's position."""
    position = parameter_cell(notebook, where)
    names = declared(notebook.cells[position].source, where)
    problems = []
    for name in type(parameters).model_fields:
        if name in names:
            continue
        near = nearest(name, names)
        right = Text(f"gemeint ist vielleicht »{near}«", f"perhaps “{near}” is meant") if near else _CELL
        what = Text(f"das Notebook kennt »{name}« nicht", f"the notebook does not know “{name}”")
        problems.append(Problem(what, where, right, _NEXT))
    if problems:
        raise InputError(problems)
    return position


INJECTED_ID = "injected-parameters"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_STAMP = (
    (re.compile(r"((?:Date|Datum):\s*)\w{3}, \d{1,2} \w{3} \d{4}"), r"\1-"),
    (re.compile(r"(Time:\s*)\d{2}:\d{2}:\d{2}"), r"\1-"),
    (re.compile(r"(<th>(?:Date|Time):</th>\s*<td>)[^<]*"), r"\1-"),
)
_RANDOM_ID = re.compile(
    r"\bT_[0-9a-f]{5}(?=[_\"\s{])|(?<=altair-viz-)[0-9a-f]{32}|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
)


def normalise(notebook: NotebookNode, paths: Mapping[str, str]) -> tuple[NotebookNode, tuple[str, ...]]:
    """Return the notebook as two equal runs both write it, and what it said on standard error.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook; it is not changed.
    paths : mapping of str to str
        Absolute path to what stands in its place; the longest is replaced first.
    """
    node = deepcopy(notebook)
    warnings: list[str] = []
    ids: dict[str, str] = {}
    for cell in node.cells:
        tags = sorted(set(cell.metadata.get("tags", [])))
        cell.metadata = _node({"tags": tags} if tags else {})
        if INJECTED_ID in tags:
            cell["id"] = INJECTED_ID
        if cell.cell_type == "code":
            cell.outputs, said = _outputs(cell.outputs, paths, ids)
            warnings += said
    node.metadata = _node(
        {"kernelspec": KERNEL, "language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    )
    node.nbformat, node.nbformat_minor = 4, 5
    return node, tuple(warnings)


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook as version 4."""
    node: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return node


def notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook as text: sorted keys, UTF-8, one line feed at the end."""
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def outputs_left(notebook: NotebookNode) -> list[str]:
    """Return what a source notebook still carries from a run, one line per cell; empty where it is clean."""
    found = []
    for position, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code":
            continue
        if cell.get("outputs"):
            found.append(f"cell {position}: outputs")
        if cell.get("execution_count") is not None:
            found.append(f"cell {position}: execution count")
        if {"execution", "papermill", "ExecuteTime"} & set(cell.metadata):
            found.append(f"cell {position}: times")
    if {"papermill", "widgets"} & set(notebook.metadata):
        found.append("notebook: metadata of a run")
    return found


def cleaned(notebook: NotebookNode) -> NotebookNode:
    """Return a source notebook without traces of a run; cells keep their ids and tags."""
    node = deepcopy(notebook)
    for cell in node.cells:
        for key in ("execution", "papermill", "ExecuteTime"):
            cell.metadata.pop(key, None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    for key in ("papermill", "widgets"):
        node.metadata.pop(key, None)
    node.metadata["kernelspec"] = _node(dict(KERNEL))
    node.metadata["language_info"] = _node({"name": "python"})
    return node


def _outputs(
    outputs: list[NotebookNode], paths: Mapping[str, str], ids: dict[str, str]
) -> tuple[list[NotebookNode], list[str]]:
    kept: list[NotebookNode] = []
    warnings = []
    for output in outputs:
        if output.output_type == "stream":
            text = _text("".join(output.text), paths, ids)
            if output.name == "stderr":
                warnings.append(text.strip())
                continue
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += text
                continue
            output.text = text
        elif "data" in output:
            output.metadata = _node({})
            output.data = _node({kind: _data(part, paths, ids) for kind, part in output.data.items()})
        kept.append(output)
    return kept, warnings


def _node(content: dict[str, Any]) -> NotebookNode:
    return NotebookNode(content)  # type: ignore[no-untyped-call]


def _data(part: Any, paths: Mapping[str, str], ids: dict[str, str]) -> Any:
    if isinstance(part, str):
        return _text(part, paths, ids)
    if isinstance(part, list):
        return [_data(each, paths, ids) for each in part]
    if isinstance(part, dict):
        return {key: _data(each, paths, ids) for key, each in part.items()}
    return part


def _text(text: str, paths: Mapping[str, str], ids: dict[str, str]) -> str:
    for path in sorted(paths, key=len, reverse=True):
        text = text.replace(path, paths[path])
    for pattern, instead in _STAMP:
        text = pattern.sub(instead, text)
    text = _ADDRESS.sub("0x0", text)
    return _RANDOM_ID.sub(lambda found: ids.setdefault(found[0], f"T_{len(ids):05d}"), text)


def clean(path: Path) -> list[str]:
    """Clean one notebook and return what it had carried; a clean one is not written."""
    notebook = read_notebook(path)
    found = outputs_left(notebook)
    if found:
        write_whole(path, notebook_text(cleaned(notebook)))
    return found


def main(arguments: Sequence[str]) -> int:
    """Clean the named notebooks and say which had outputs."""
    unclean = {name: found for name in arguments if (found := clean(Path(name)))}
    for name, found in unclean.items():
        sys.stderr.write(f"{name}: cleaned ({', '.join(found)})\n")
    return 1 if unclean else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
