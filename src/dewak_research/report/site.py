"""What both editions share: the page on which a reader chooses the language."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


def environment() -> Environment:
    """Return the environment of the package's page templates; a wrong name is an error."""
    return Environment(
        loader=PackageLoader("dewak_research.report", "templates"),
        autoescape=select_autoescape(["html", "svg"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write_entrance(html: Path, static: Path, picture: Path | None = None) -> None:
    """Write ``index.html`` above the editions: two languages, one picture, no script.

    Parameters
    ----------
    html : Path
        Folder that holds ``de/`` and ``en/``.
    static : Path
        The book's ``_static`` folder with style sheet and logo.
    picture : Path, optional
        An SVG of a map shown beside the choice.
    """
    target = html / "_static"
    target.mkdir(parents=True, exist_ok=True)
    for name in ("dewak.css", "logo.svg"):
        shutil.copyfile(static / name, target / name)
    if picture is not None:
        shutil.copyfile(picture, target / "entrance.svg")
    page = environment().get_template("entrance.html").render(picture=picture is not None)
    (html / "index.html").write_text(page, encoding="utf-8")
