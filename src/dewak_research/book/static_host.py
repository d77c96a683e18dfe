"""The folder that any static host serves: a checked copy of the finished report and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from dewak_research.book.builder import BookError
from dewak_research.book.certificate import offer_certificate
from dewak_research.book.pdf import offer
from dewak_research.book.site import broken_links, is_foreign, read_page
from dewak_research.book.social import write_previews
from dewak_research.errors import InputError, messages
from dewak_research.replaced import replace_folder

#: Tells a folder made here, which may be replaced, from any other.
MARK = ".dewak-report"
#: GitHub Pages would leave out folders such as ``_static`` without it; other hosts do not mind it.
_KEEP_ALL = ".nojekyll"
_OF_THIS_COMPUTER = {"localhost", "127.0.0.1", "::1"}
_problem = messages(__package__)


def links_to_this_computer(html: Path) -> list[str]:
    """Return ``page: target`` for links that hold on this computer only, sorted."""
    found = []
    for page in sorted(html.rglob("*.html")):
        for target in sorted(read_page(page)[0]):
            parts = urlsplit(target)
            if is_foreign(target) and (parts.scheme == "file" or parts.hostname in _OF_THIS_COMPUTER):
                found.append(f"{page.relative_to(html).as_posix()}: {target}")
    return found


def write_site(
    html: Path,
    target: Path,
    pdf: Path | None = None,
    address: str | None = None,
    units: bool = False,
    certificate: Path | None = None,
) -> Path:
    """Write the finished report as a folder for a static host and return the folder.

    Parameters
    ----------
    html : Path
        The finished report.
    target : Path
        Where it goes: a new or empty folder, or one made here before, which is replaced in one move.
    pdf : Path, optional
        Folder of the PDFs (``dewak pdf``); they are offered where they were made from this very build.
    address : str, optional
        Where the report will lie on the web; with it previews of links have pictures (``social.write_previews``).
    units : bool
        Every unit has a picture of its own.
    certificate : Path, optional
        Folder of the certificate (``dewak verify``); it is offered where it is about this very build.

    Raises
    ------
    InputError
        There is no finished report, the folder holds something else, or the address is none of a web server.
    BookError
        A link leads nowhere or to this computer only, or a file lies outside; the folder is as before.
    """
    if not (html / "index.html").is_file():
        raise InputError(_problem("no_built_report", html.name))
    target = target.resolve()
    taken = target.is_file() or (target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file())
    if taken or target.is_relative_to(html.resolve()):
        raise InputError(_problem("not_our_folder", target.name, mark=MARK))
    linked = [path.relative_to(html).as_posix() for path in sorted(html.rglob("*")) if path.is_symlink()]
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(
            html, aside, symlinks=True, ignore=shutil.ignore_patterns(".*", "*.doctree", "*.part")
        )
        offer(pdf, html, aside)
        offer_certificate(certificate, html, aside)
        write_previews(aside, address, units)
        problems = [*linked, *broken_links(aside), *links_to_this_computer(aside)]
        if problems:
            raise BookError("not fit for a host:\n" + "\n".join(problems[:50]))
        for name in (MARK, _KEEP_ALL):
            (aside / name).touch()
        replace_folder(target, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target
