"""A notebook as a file: its parameters, and an executed one without what differs between two equal runs.

Times, durations, versions, widget states, object addresses, paths of this machine and random ids go; names, text
and figures stay. Standard error is taken out of the outputs and handed back, so that nobody overlooks a warning.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbformat import NotebookNode

from dewak_research.config import Ags, Group, validate
from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.language import Language

TAG = "parameters"

_problem = messages(__package__)


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
    raise InputError(_problem("parameter_cells", where, n=len(found)))


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
        raise InputError(_problem("no_literal", where, error=error)) from error
    return found


def require_declared(parameters: NotebookParams, notebook: NotebookNode, where: str) -> int:
    """Check that a notebook declares every parameter it is given; return the cell's position."""
    position = parameter_cell(notebook, where)
    names = declared(notebook.cells[position].source, where)
    unknown = [name for name in type(parameters).model_fields if name not in names]
    if unknown:
        raise InputError(
            [
                _problem("unknown_parameter", where, name=name, right=nearest_or(name, names))
                for name in unknown
            ]
        )
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


def rewrite_html(cell: NotebookNode, write: Callable[[str], str]) -> None:
    """Put in place of every HTML output of a cell what ``write`` makes of it."""
    for output in cell.get("outputs", []):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = write("".join(output.data["text/html"]))


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook as version 4."""
    node: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return node


def notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook as text: sorted keys, UTF-8, one line feed at the end."""
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


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
