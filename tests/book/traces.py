"""What a source notebook must not carry: traces of a run."""

from __future__ import annotations

from nbformat import NotebookNode


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
