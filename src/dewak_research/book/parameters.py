"""The parameters of notebooks: plain literals in one tagged cell, checked against a model."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any, TypeVar

from nbformat import NotebookNode

from dewak_research.config import Ags, Group, validate
from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Language, Text

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
