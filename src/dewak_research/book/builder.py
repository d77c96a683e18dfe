"""Jupyter Book in a process of its own that loads while the source of an edition is still being put together.

Loading takes longer than building a single page. A builder that is told nothing ends without having built anything.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from dewak_research.book.site import tidy_edition
from dewak_research.errors import RunError
from dewak_research.language import Language
from dewak_research.page.files import write_whole
from dewak_research.processes import end_with_parent

HTML, TIDIED = Path("_build") / "html", Path("tidied")  #: pages of an edition in its output
_CALL = ("Search.setIndex(", ")")  #: about the index of the search
#: What that index says of words; the rest of it says which pages there are, with all their titles.
OF_WORDS = {"terms", "titleterms"}


class BookError(RunError):
    """The book cannot be built; the message carries what Jupyter Book said."""


class Builder:
    """A process that loads Jupyter Book and builds one edition; left as a context, it does not go on."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env={**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1767225600", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Builder:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(BrokenPipeError), self._process:  # an order that was not wholly sent
            if self._process.poll() is None:
                self._process.kill()

    def start(self, source: Path, output: Path, language: Language, whole: bool = True) -> None:
        """Begin to build; warnings are errors; no network is needed.

        Parameters
        ----------
        source : Path
            Source of an edition, as of `edition.assemble`.
        output : Path
            Gets its pages as Sphinx writes them (`HTML`) and tidied (`TIDIED`).
        language : {"de", "en"}
            Language of the edition.
        whole : bool
            Build everything; if not, Jupyter Book keeps what it has read and written and builds pages that are newer.
        """
        order = {"source": str(source), "output": str(output), "language": language, "whole": whole}
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended; what it said is said by `finish`
            self._process.stdin.write(json.dumps(order))
            self._process.stdin.close()
        self._process.stdin = None

    def finish(self, output: Path, language: Language) -> Path:
        """Wait and return the folder of the tidied pages.

        Raises
        ------
        BookError
            Jupyter Book failed or warned.
        """
        said, _ = self._process.communicate()
        if self._process.returncode < 0:
            said += f"\nended by signal {-self._process.returncode}"
        if self._process.returncode != 0 or not (output / TIDIED / "index.html").is_file():
            raise BookError(f"{language}: Jupyter Book could not build the edition\n{said.strip()}")
        return output / TIDIED


def search_index(output: Path) -> dict[str, Any]:
    """Return what stands in the index of the search of an edition, as Sphinx has written it."""
    text = (output / HTML / "searchindex.js").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.removeprefix(_CALL[0]).removesuffix(_CALL[1]))
    return found


def _forget_words_of_no_page(output: Path) -> None:
    """Take out of the index of the search the words that Sphinx has left there without a page."""
    index = search_index(output)
    for name in OF_WORDS:
        index[name] = {word: pages for word, pages in index[name].items() if pages != []}
    write_whole(output / HTML / "searchindex.js", json.dumps(index, sort_keys=True).join(_CALL))


def _load() -> None:
    """Load what Jupyter Book loads only when it builds."""
    from jupyter_book.config import get_default_sphinx_config
    from sphinx.application import builtin_extensions

    default = get_default_sphinx_config()
    for name in ("jupyter_book.sphinx", *builtin_extensions, *default["extensions"], default["html_theme"]):
        import_module(name)


def _build(source: Path, output: Path, language: Language, whole: bool) -> None:
    from jupyter_book.cli.main import main as jupyter_book

    if whole:
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir(parents=True)
    arguments = ["build", str(source), "--path-output", str(output), "-W", "--keep-going", "-q"]
    try:
        jupyter_book([*arguments, *(["--all"] if whole else [])])
    except SystemExit as ended:
        if ended.code:
            raise
    if not whole:
        _forget_words_of_no_page(output)
    shutil.rmtree(output / TIDIED, ignore_errors=True)
    shutil.copytree(output / HTML, output / TIDIED)
    tidy_edition(output / TIDIED, language)


def main() -> None:
    """Load, wait for what is to be built, and build it."""
    end_with_parent()
    _load()
    order = sys.stdin.read()
    if order:
        told = json.loads(order)
        _build(Path(told["source"]), Path(told["output"]), told["language"], told["whole"])


if __name__ == "__main__":
    main()
