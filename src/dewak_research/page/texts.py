"""What a chapter says about its charts and tables, as data beside it: ``texts.yaml``, by key.

An entry is a text in both languages, or the parts of one chart or table::

    frontier:
      caption: {de: ..., en: ...}
      alt: {de: "Bei {none:.0%} …", en: ...}
      note: {de: ..., en: ...}
      x: {de: ..., en: ...}
      said: source                                     # key of the source line, where it is said in words
      name: case_frontier                              # where it is another than the key
    ranking:
      caption: {de: ..., en: ...}
      columns: {case_model: model, case_law: "law_{language}"}   # label to column; a list where both are the same
      formats: {case_value: .2f}
      labelled: {case_law: "law_{}"}
      absent: {case_value: {de: "keiner", en: "none"}}   # what a cell without a value says, else "not stated"

A placeholder takes a value with Python's format and is written with the marks of the language; ``eur`` and
``eur_m`` write amounts of money, no format writes names and years as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure as Drawing

from dewak_research.errors import entries
from dewak_research.language import Language, Text
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.values import filled


def named(frame: pd.DataFrame, language: Language, **patterns: str) -> pd.DataFrame:
    """Return the frame with keys replaced by their names of the registry.

    Parameters
    ----------
    frame : DataFrame
        Not changed.
    **patterns
        Column to the pattern of its keys, as ``benefit_type="benefit_{}"``.
    """
    return frame.assign(
        **{
            column: [label(pattern.format(key), language) for key in frame[column]]
            for column, pattern in patterns.items()
        }
    )


class ChapterTexts:
    """The texts of one chapter and the figures and tables that carry them.

    Parameters
    ----------
    package : str
        The chapter, usually ``__package__``, with its ``texts.yaml``.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    def __call__(self, key: str, language: Language, /, **values: Any) -> str:
        """Return one text with its placeholders filled; a part of an entry is ``"entry.part"``.

        Raises
        ------
        KeyError
            There is no such text, or a placeholder has no value.
        ValueError
            A language is missing, or a number stands without a format.
        """
        entry, _, part = key.partition(".")
        found = entries(self._package, "texts.yaml")[entry]
        words = found[part] if part else found
        return filled(Text(**words)[language], language, **values)

    def has(self, key: str) -> bool:
        """Tell whether there is such a text."""
        entry, _, part = key.partition(".")
        found = entries(self._package, "texts.yaml").get(entry, {})
        return bool(found.get(part) if part else found)

    def _look(self, key: str, part: str) -> Any:
        return entries(self._package, "texts.yaml")[key].get(part)

    def _parts(
        self,
        key: str,
        language: Language,
        name: str | None,
        of: str | None,
        said: str | None,
        note: str,
        values: dict[str, Any],
    ) -> dict[str, Any]:
        own = self(f"{key}.note", language, **values) if self.has(f"{key}.note") else ""
        said, name = said or self._look(key, "said"), name or self._look(key, "name") or key
        return {
            "name": f"{name}_{of}" if of else name,
            "caption": self(f"{key}.caption", language, **values),
            "note": " ".join(part for part in (own, note) if part) or None,
            "said": None if said is None else self(said, language, **values),
            "language": language,
        }

    def figure(
        self,
        key: str,
        drawing: Drawing,
        data: pd.DataFrame,
        language: Language,
        *,
        sources: Sequence[str] = (),
        said: str | None = None,
        name: str | None = None,
        of: str | None = None,
        note: str = "",
        **values: Any,
    ) -> Figure:
        """Return a figure with the caption, alt text and, where there is one, note of its entry.

        Parameters
        ----------
        key : str
            The entry, and the name of the figure unless another is given.
        drawing, data, language, sources
            As for `Figure`.
        said : str, optional
            Key of the source line in words, by default that of the entry.
        name : str, optional
            Another name than that of the entry.
        of : str, optional
            Stands behind the name, for figures of which there is one per case or unit.
        note : str
            Stands behind the note of the entry.
        **values
            Fill the placeholders of all its texts.
        """
        parts = self._parts(key, language, name, of, said, note, values)
        alt = self(f"{key}.alt", language, **values)
        return Figure(drawing, data=data, sources=sources, alt=alt, **parts)

    def table(
        self,
        key: str,
        frame: pd.DataFrame,
        language: Language,
        *,
        columns: Mapping[str, str] | None = None,
        sources: Sequence[str] = (),
        said: str | None = None,
        name: str | None = None,
        of: str | None = None,
        note: str = "",
        labels: bool = True,
        formats: Mapping[str, str] | None = None,
        labelled: Sequence[str] | Mapping[str, str] | None = None,
        **values: Any,
    ) -> Table:
        """Return a table with the caption and, where there is one, note of its entry.

        Parameters
        ----------
        columns : mapping of str to str, optional
            What is shown: label key of a column to its name in `frame`; by default as the entry says, or all.
        key, said, name, of, note, **values
            As for `figure`.
        frame, language, sources, labels, formats, labelled
            As for `Table`; `formats` and `labelled` name the columns as shown, by default as the entry says.
        """
        shown, wanted = frame, columns or self._look(key, "columns")
        if wanted is not None:
            pairs = wanted if isinstance(wanted, Mapping) else dict(zip(wanted, wanted, strict=True))
            found = [column.format(language=language) for column in pairs.values()]
            shown = frame[found].set_axis(list(pairs), axis="columns")
        formats = formats or self._look(key, "formats") or {}
        labelled = labelled or self._look(key, "labelled") or ()
        absent = {name: Text(**words)[language] for name, words in (self._look(key, "absent") or {}).items()}
        parts = self._parts(key, language, name, of, said, note, values)
        return Table(
            shown, sources=sources, labels=labels, formats=formats, labelled=labelled, absent=absent, **parts
        )
