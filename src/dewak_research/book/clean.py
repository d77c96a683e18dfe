"""Keep notebook sources clean: ``python -m dewak_research.book.clean FILE…`` (the pre-commit hook).

Takes outputs, counts and times out of the files; ends with 1 where a file had any, so that the commit is repeated.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from dewak_research.book.normalise import cleaned, notebook_text, outputs_left, read_notebook
from dewak_research.page.download import write_whole


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
