"""The notebooks run with the tools themselves: papermill as a command, and as JupyterLab runs all cells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager

from dewak_research.paths import NOTEBOOKS, ROOT

QUICK = pytest.mark.parametrize("name", ["00_data", "60_space"])
"""Both languages, figures and tables, results of stages; the others take longer and are run by the pipeline itself."""


def run(folder: Path, *command: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


def ended_well(path: Path) -> nbformat.NotebookNode:
    """Return an executed notebook; every cell was run, none failed, figures and tables are shown."""
    node = nbformat.read(path, as_version=4)
    codes = [cell for cell in node.cells if cell.cell_type == "code" and cell.source.strip()]
    outputs = [out for cell in codes for out in cell.outputs]
    assert codes and all(cell.execution_count for cell in codes)
    assert not [out for out in outputs if out.output_type == "error"]
    assert sum(out.output_type in ("display_data", "execute_result") for out in outputs) >= 3
    return node


def test_the_kernel_that_the_notebooks_name_is_installed() -> None:
    named = {nbformat.read(path, as_version=4).metadata.kernelspec.name for path in NOTEBOOKS.glob("*.ipynb")}
    assert named <= set(KernelSpecManager().find_kernel_specs())


@pytest.mark.slow
@QUICK
def test_papermill_runs_it_with_parameters(stages_run: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out.ipynb"
    source = str(NOTEBOOKS / f"{name}.ipynb")
    run(
        ROOT, sys.executable, "-m", "papermill", source, str(out), "-p", "language", "en", "--no-progress-bar"
    )
    (given,) = (
        cell for cell in ended_well(out).cells if "injected-parameters" in cell.metadata.get("tags", ())
    )
    assert 'language = "en"' in given.source


@pytest.mark.slow
@QUICK
def test_jupyter_runs_all_its_cells(stages_run: Path, tmp_path: Path, name: str) -> None:
    """With the parameters that stand in it, as ``make lab`` opens it."""
    copy = shutil.copyfile(NOTEBOOKS / f"{name}.ipynb", tmp_path / f"{name}.ipynb")
    run(tmp_path, str(Path(sys.executable).with_name("jupyter")), "execute", "--inplace", copy.name)
    ended_well(copy)
