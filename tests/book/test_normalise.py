"""What differs between two equal runs goes; figures and text stay."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dewak_research.book.notebook import normalise, notebook_text, read_notebook
from dewak_research.paths import ROOT

from .traces import outputs_left


def executed(stamp: int) -> nbformat.NotebookNode:
    """Return a notebook as two runs at different times would leave it."""
    outputs = [
        new_output("stream", name="stdout", text="one\n"),
        new_output("stream", name="stderr", text=f"/tmp/run-{stamp}/x.py: careful\n"),
        new_output("stream", name="stdout", text=f"<object at 0x7f{stamp:010x}>\n"),
        new_output("display_data", {"text/html": [f'<table id="T_{stamp:05x}">', f"#T_{stamp:05x}_row0"]}),
        new_output(
            "execute_result",
            {
                "text/plain": f"Date: Sun, {10 + stamp} Nov 2026  Time: 0{stamp}:00:00 beta 0.123 /tmp/run-{stamp}/a",
                "application/json": {"path": f"/tmp/run-{stamp}/b", "n": 1},
            },
            execution_count=1,
        ),
    ]
    cell = new_code_cell("x", id="given", outputs=outputs, execution_count=1)
    cell.metadata = nbformat.from_dict(
        {"tags": ["b", "a"], "papermill": {"duration": stamp}, "execution": {"t": str(stamp)}}
    )
    injected = new_code_cell("language = 'de'", metadata={"tags": ["injected-parameters"]})
    node = new_notebook(cells=[injected, cell])
    node.metadata = nbformat.from_dict(
        {"papermill": {"t": stamp}, "language_info": {"name": "python", "version": f"3.{stamp}"}}
    )
    return node


def test_two_runs_become_one_text() -> None:
    texts = []
    for stamp in (1, 2):
        node, warnings = normalise(executed(stamp), {f"/tmp/run-{stamp}": "run"})
        assert warnings == ("run/x.py: careful",)
        texts.append(notebook_text(node))
    assert texts[0] == texts[1]
    node = nbformat.reads(texts[0], as_version=4)
    assert [cell.id for cell in node.cells] == ["injected-parameters", "given"]
    assert node.cells[1].metadata == {"tags": ["a", "b"]}
    assert [output.output_type for output in node.cells[1].outputs] == [
        "stream",
        "display_data",
        "execute_result",
    ]
    assert node.cells[1].outputs[0].text == "one\n<object at 0x0>\n"
    assert node.cells[1].outputs[2].data["application/json"] == {"path": "run/b", "n": 1}
    assert "beta 0.123 run/a" in texts[0] and "T_00000_row0" in texts[0]


def test_the_notebook_given_is_not_changed() -> None:
    node = executed(1)
    before = nbformat.writes(node)
    normalise(node, {})
    assert nbformat.writes(node) == before


def test_what_is_left_of_a_run_is_listed() -> None:
    assert outputs_left(executed(1)) == [
        "cell 2: outputs", "cell 2: execution count", "cell 2: times", "notebook: metadata of a run",
    ]  # fmt: skip


def test_the_hook_takes_every_trace_and_keeps_ids_sources_and_tags(tmp_path: Path) -> None:
    path, node = tmp_path / "n.ipynb", executed(1)
    path.write_text(notebook_text(node), encoding="utf-8")
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    entry = next(h["entry"] for repo in hooks for h in repo["hooks"] if "nbstripout" in h["entry"])
    command = [sys.executable, "-m", *shlex.split(entry.removeprefix(".venv/bin/")), str(path)]
    subprocess.run(command, check=True)
    clean = read_notebook(path)
    assert outputs_left(clean) == []
    assert [cell.id for cell in clean.cells] == [cell.id for cell in node.cells]
    assert clean.cells[1].source == "x" and clean.cells[1].metadata.tags == ["b", "a"]
    before = path.read_bytes()
    subprocess.run(command, check=True)
    assert path.read_bytes() == before
