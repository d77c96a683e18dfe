"""What has changed in the report, by day: corrections, tables taken in, versions; as a page and as an Atom feed.

No time of a build enters: every day is that of the entry itself, so the same input gives the same bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from dewak_research.book.corrections import PAGE as CORRECTIONS
from dewak_research.book.corrections import corrections
from dewak_research.data.catalogue import catalogue
from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.page import values
from dewak_research.page.files import write_whole
from dewak_research.paths import ROOT

PAGE = "changes"
FEED = "feed.xml"
ATOM = "http://www.w3.org/2005/Atom"
AUTHOR = "dewak-research"
#: Ids never change, wherever the report lies. It has no address of its own, so the authority of the tag (RFC 4151) is a
#: name that belongs to nobody (RFC 2606), and the year that of the first version.
TAG = "tag:dewak-research.invalid,2026"
_VERSION = re.compile(r"^## (\d+(?:\.\d+)+) \((\d{4}-\d{2}-\d{2})\)$", re.MULTILINE)
_text = texts(__package__)


@dataclass(frozen=True)
class Change:
    """One thing that changed.

    Parameters
    ----------
    kind : str
        ``correction``, ``data`` or ``version``.
    key : str
        Its key among those of its kind.
    day : date
        Day since which it holds.
    title, said : str
        What changed, and how, in the language of the edition.
    link : str
        Where it stands, seen from a page of the edition.
    """

    kind: str
    key: str
    day: date
    title: str
    said: str
    link: str


def versions(changelog: str) -> list[tuple[str, date]]:
    """Return number and day of every version that a changelog names."""
    return [(found[1], date.fromisoformat(found[2])) for found in _VERSION.finditer(changelog)]


def changes(language: Language, changelog: str | None = None) -> list[Change]:
    """Return all changes, the newest first; of one day corrections, then tables, then versions.

    Parameters
    ----------
    changelog : str, optional
        Text of ``CHANGELOG.md``, by default that of the project.
    """

    def say(key: str, **parts: str) -> str:
        return _text(key, **parts)[language]

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8") if changelog is None else changelog
    found = [
        Change(
            "correction", key, one.date, say("changed_correction", what=one.what[language]),
            say("changed_from_to", old=one.old[language], new=one.new[language], why=one.why[language]),
            f"{CORRECTIONS}.html#{key}",
        )
        for key, one in corrections().items()
    ]  # fmt: skip
    found += [
        Change(
            "data", name, one.taken, say("changed_data", title=one.title[language], vintage=one.vintage[language]),
            say("changed_table", publisher=one.publisher[language], number=one.number[language],
                licence=one.licence.name[language], change=one.changed[language]),
            f"sources.html#{name}",
        )
        for name, one in catalogue().items()
    ]  # fmt: skip
    found += [
        Change("version", number, day, say("changed_version", number=number), say("changed_log"), "cite.html")
        for number, day in versions(text)
    ]
    return sorted(found, key=lambda one: one.day, reverse=True)


def changes_page(intro: str, language: Language) -> str:
    """Return the page below its hand-written introduction: all changes by day and kind."""
    lines = [intro.rstrip(), ""]
    for day, members in groupby(changes(language), key=lambda one: one.day):
        lines += [f"## {values.date(day, language)}", ""]
        for kind, ones in groupby(members, key=lambda one: one.kind):
            lines += [f"### {_text(f'changed_{kind}s')[language]}", "", "```{raw} html", "<ul>"]
            lines += [_item(one, language) for one in ones]
            lines += ["</ul>", "```", ""]
    return "\n".join(lines)


def _item(one: Change, language: Language) -> str:
    """Return a change as the feed has it: title, day, and how it changed."""
    day = f'<time datetime="{one.day.isoformat()}">{values.date(one.day, language)}</time>'
    said = escape(values.kept_together(one.said, language))
    return f'<li><a href="{one.link}">{escape(one.title)}</a> ({day}). {said}</li>'


def feed(language: Language, changelog: str | None = None) -> str:
    """Return all changes as an Atom feed (RFC 4287); links are relative to where it lies."""
    found = changes(language, changelog)
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(_name("feed"), {"xml:lang": language})
    _put(root, "id", f"{TAG}:{language}")
    _put(root, "title", _text("changed_feed")[language])
    _put(root, "updated", _instant(max(one.day for one in found)))
    _put(root, "link", rel="self", type="application/atom+xml", href=FEED)
    _put(root, "link", rel="alternate", type="text/html", href=f"{PAGE}.html")
    _put(ElementTree.SubElement(root, _name("author")), "name", AUTHOR)
    _put(root, "rights", _text("changed_rights")[language])
    for one in found:
        entry = ElementTree.SubElement(root, _name("entry"))
        _put(entry, "id", f"{TAG}:{language}/{one.kind}/{one.key}")
        _put(entry, "title", one.title)
        _put(entry, "updated", _instant(one.day))
        _put(entry, "link", rel="alternate", type="text/html", href=one.link)
        _put(entry, "category", term=one.kind)
        _put(entry, "summary", one.said)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def write_feed(edition: Path, language: Language) -> None:
    """Write the feed of an edition into its folder."""
    write_whole(edition / FEED, feed(language))


def _instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _name(tag: str) -> str:
    return f"{{{ATOM}}}{tag}"


def _put(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> None:
    ElementTree.SubElement(parent, _name(tag), attributes).text = text
