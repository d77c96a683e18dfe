"""What both editions share: the page on which a reader chooses the language."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def templates(package: str) -> Environment:
    """Return the page templates of a package, of its folder ``templates``; a wrong name is an error."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=select_autoescape(["html", "svg"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_entrance(html: Path, static: Path) -> None:
    """Write ``index.html`` above the editions: two languages, no script.

    Parameters
    ----------
    html : Path
        Folder that holds ``de/`` and ``en/``.
    static : Path
        The book's ``_static`` folder with style sheet and logo.
    """
    target = html / "_static"
    target.mkdir(parents=True, exist_ok=True)
    for name in ("dewak.css", "logo.svg"):
        shutil.copyfile(static / name, target / name)
    page = templates("dewak_research.page").get_template("entrance.html").render()
    (html / "index.html").write_text(page, encoding="utf-8")
