"""The work of the pipeline in a single process: import once, compute all stages, run all cells, build the book.

``python benchmarks/measured/in_one_process.py [names]`` in a copy of the project whose results may be written anew;
prints JSON: by part, wall and processor seconds, and how many notebooks were run. ``names`` limits it to some stages,
notebooks or ``book`` (all that is neither).
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from dewak_research import reproducible
from dewak_research.dependencies import ENTRIES, closure, entry_imports, notebook_imports
from dewak_research.paths import BOOK, NOTEBOOKS, ROOT
from measured import timed


def modules() -> list[str]:
    """Return every module of the project that stages and notebooks need."""
    source = ROOT / "src" / "dewak_research"
    functions = {name for names in ENTRIES.values() for name in names}
    functions |= {f"_{name}" for name in _stages()}
    names = entry_imports(functions, source)
    for path in NOTEBOOKS.glob("*.ipynb"):
        names |= notebook_imports(path)
    found = [path.relative_to(source.parent).with_suffix("") for path in closure(names, source)]
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in found)


def _commands() -> Iterator[list[str]]:
    """Give the words of every command of the pipeline; one for each municipality where a stage stands for all."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"].values()
    units = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))["run"]["municipalities"]
    for stage in stages:
        words = stage.get("do", stage)["cmd"].split("dewak_research.cli ")[1]
        yield from (
            words.replace("${item}", unit).split() for unit in (units if "foreach" in stage else [""])
        )


def _stages() -> list[str]:
    return [words[1] for words in _commands() if words[0] == "stage"]


def notebooks(languages: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give every notebook of the pipeline with its parameters, once per language and unit."""
    for words in _commands():
        if words[0] == "chapter":
            given = {"ags": words[words.index("--ags") + 1]} if "--ags" in words else {}
            yield from ((words[1], {"language": language, **given}) for language in languages)


def put_together() -> None:
    """Run what is neither an analysis nor a notebook: the pages of all units and the book."""
    from dewak_research.book.kept import FOLDER
    from dewak_research.cli import app

    shutil.rmtree(BOOK / "_build" / FOLDER, ignore_errors=True)  # what a run has built before is built again
    for words in _commands():
        if words[0] not in ("stage", "chapter"):
            app(words, standalone_mode=False)


def run_cells(name: str, given: dict[str, str]) -> None:
    """Run the code cells of a notebook in this process, as a kernel would.

    Raises
    ------
    Exception
        Whatever a cell raises.
    """
    from IPython.core.interactiveshell import InteractiveShell

    from dewak_research.book.notebook import read_notebook
    from dewak_research.page import figure

    shell = InteractiveShell.instance()
    shell.display_formatter.active_types = shell.display_formatter.format_types
    shell.reset()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.environ |= {
            figure.FOLDER_VARIABLE: folder,
            figure.ADDRESS_VARIABLE: "_figures",
            figure.LANGUAGE_VARIABLE: given["language"],
        }
        for cell in read_notebook(NOTEBOOKS / f"{name}.ipynb").cells:
            tags = set(cell.metadata.get("tags", []))
            if cell.cell_type != "code" or tags & ({"de", "en"} - {given["language"]}):
                continue
            shell.run_cell(cell.source).raise_error()
            if "parameters" in tags:
                shell.user_ns.update(given)


def main() -> None:
    """Measure and print."""
    reproducible.pin()
    os.environ.setdefault("MPLBACKEND", "agg")
    wanted = set(sys.argv[1:])
    spent = {"imports": timed(lambda: [importlib.import_module(name) for name in modules()])}
    from dewak_research import stages
    from dewak_research.config import load_params

    params = load_params()
    chosen = [name for name in _stages() if not wanted or name in wanted]
    spent["stages"] = timed(lambda: [stages.run_stage(name, params) for name in chosen])
    asked = [one for one in notebooks(params.run.languages) if not wanted or one[0] in wanted]
    program = sys.modules["__main__"]
    spent["cells"] = timed(lambda: [run_cells(name, given) for name, given in asked])
    # IPython has put a module of its own there, which new processes cannot be told to load
    sys.modules["__main__"] = program
    if not wanted or "book" in wanted:
        spent["book"] = timed(put_together)
    sys.stdout.write(json.dumps({"spent": spent, "notebooks": len(asked)}))


if __name__ == "__main__":
    main()
