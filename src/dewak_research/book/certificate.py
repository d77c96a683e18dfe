"""What `dewak verify` has found, as a page of the report and as JSON: who reads a number can check it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dewak_research.book.site import write_below_title
from dewak_research.errors import texts
from dewak_research.language import LANGUAGES
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates
from dewak_research.page.values import date
from dewak_research.proof import hash_of

PAGE, BESIDE = "certificate", "rerun"
FILE = f"{PAGE}.json"
_text = texts(__package__)


def write_certificate(facts: Mapping[str, Any], folder: Path) -> Path:
    """Write the certificate of a verification and return its file.

    Parameters
    ----------
    facts : mapping
        day, commit, clean, computed_again, holds, said (by language), versions (by name), machine,
        lock, outputs (hash by path), report (hash of the report it is about).
    folder : Path
        Gets ``certificate.json`` and ``<language>/certificate.html``.
    """
    template = templates(__package__).get_template(f"{PAGE}.html")
    for language in LANGUAGES:
        page = template.render(
            facts,
            language=language,
            other=next(each for each in LANGUAGES if each != language),
            t=lambda key, language=language, **values: _text(f"certificate_{key}", **values)[language],
            written=date(facts["day"], language),
        )
        write_whole(folder / language / f"{PAGE}.html", page)
    write_whole(folder / FILE, json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return folder / FILE


def offer_certificate(folder: Path | None, html: Path, site: Path) -> bool:
    """Put the certificate into a site, with a link to it on the page that says how to run everything again.

    Parameters
    ----------
    folder : Path or None
        Folder that `write_certificate` wrote.
    html : Path
        The finished report, untouched; a certificate of another one is not offered, which is said.
    site : Path
        Copy of the report that gets the page.

    Returns
    -------
    bool
        Whether it is offered.
    """
    if folder is None or not (folder / FILE).is_file():
        return False
    facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
    if facts["report"] != hash_of(html):
        sys.stderr.write(_text("certificate_stale")["en"] + "\n")
        return False
    write_whole(site / FILE, (folder / FILE).read_text(encoding="utf-8"))
    for language in LANGUAGES:
        name = f"{language}/{PAGE}.html"
        write_whole(site / name, (folder / name).read_text(encoding="utf-8"))
        said = f'<p><a href="{PAGE}.html">{_text("certificate_title")[language]}</a></p>'
        write_below_title(site / language / f"{BESIDE}.html", said)
    return True
