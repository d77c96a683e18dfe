"""A figure is more than a picture: caption, alt text, source line and its data belong to it.

In a run (see ``runner``) ``show`` writes picture and data into the run's folder and puts a reference into the
page; in JupyterLab it shows the picture itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.transforms import Bbox

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.credit import credit
from dewak_research.page.files import csv_text, plain_frame, shown_part, svg_of, write_whole
from dewak_research.page.labels import label
from dewak_research.page.night import follows_the_page
from dewak_research.page.values import default_format, formatted, is_missing, is_number_column
from dewak_research.page.widths import opened
from dewak_research.page.years import about_years

FOLDER_VARIABLE = "DEWAK_FIGURES"
ADDRESS_VARIABLE = "DEWAK_FIGURES_ADDRESS"
LANGUAGE_VARIABLE = "DEWAK_LANGUAGE"
CSS_PX_PER_IN = 100

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def language_of_run() -> Language:
    """Return the language the runner set, German without a runner."""
    found = os.environ.get(LANGUAGE_VARIABLE, "de")
    return next((language for language in LANGUAGES if language == found), "de")


def run_folder() -> Path | None:
    """Return the folder that takes this run's figures, None outside a run."""
    found = os.environ.get(FOLDER_VARIABLE)
    return Path(found) if found else None


@dataclass(frozen=True, kw_only=True)
class _Shown:
    name: str
    caption: str
    sources: Sequence[str]
    said: str | None = None
    note: str | None = None
    language: Language | None = None

    def _lacks(self) -> list[str]:
        lacks = []
        if not _NAME.fullmatch(self.name):
            lacks.append(f"name must be snake_case, not {self.name!r}")
        if not str(self.caption).strip():
            lacks.append("caption is empty")
        listed = not isinstance(self.sources, str) and all(str(s).strip() for s in self.sources)
        if not listed or not (self.sources or str(self.said or "").strip()):
            lacks.append("sources must list at least one name of the catalogue")
        return lacks

    def _foot(self, shown: pd.DataFrame, language: Language, address: str | None) -> str:
        notes = [note for note in (self.note, about_years(shown, language)) if note]
        parts = [f'<div class="dewak-note">{escape(" ".join(notes))}</div>'] if notes else []
        parts.append(credit(self.sources, language, self.said))
        if address is not None:
            link = f'<a class="dewak-data" href="{escape(address)}/{self.name}.csv" download>'
            parts.append(f"{link}{escape(label('data_csv', language))}</a>")
        return "".join(parts)


@dataclass(frozen=True)
class Figure(_Shown):
    """A picture with everything a reader needs to understand, check and reuse it.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        The picture, drawn with the theme of ``style``.
    name : str
        Name of its files and anchor, snake_case; once per output folder.
    caption : str
        What is shown, in the language of the run.
    alt : str
        What the picture says, for those who do not see it.
    sources : sequence of str
        Names of the catalogue or ids of the rules; they become the source and licence line.
    said : str, optional
        The source line in words, for what rests on neither.
    data : DataFrame
        The figures behind the picture, written as CSV beside it; a map's geometry is left out.
    note : str, optional
        One sentence on how to read it.
    language : {"de", "en"}, optional
        By default the language of the run.

    Raises
    ------
    ValueError
        Names everything that is missing or empty.
    """

    drawing: Drawing
    alt: str = field(kw_only=True)
    data: pd.DataFrame = field(kw_only=True, repr=False)

    def __post_init__(self) -> None:
        lacks = self._lacks()
        if not str(self.alt).strip():
            lacks.append("alt is empty")
        if not isinstance(self.data, pd.DataFrame) or plain_frame(self.data).empty:
            lacks.append("data is empty")
        if lacks:
            raise ValueError(f"figure {self.name!r}: " + "; ".join(lacks))

    @cached_property
    def _part(self) -> Bbox | None:
        return shown_part(self.drawing)

    def svg(self) -> str:
        """Return the picture as SVG text."""
        return svg_of(self.drawing, self.name, self.alt, self._part)

    def save(self, folder: Path) -> tuple[Path, Path]:
        """Write ``<name>.svg``, which follows a dark page, and ``<name>.csv`` and return both paths."""
        picture, data = folder / f"{self.name}.svg", folder / f"{self.name}.csv"
        alone = svg_of(self.drawing, "p", self.alt, self._part)  # in a file of its own no id meets another's
        write_whole(picture, follows_the_page(alone))
        write_whole(data, csv_text(self.data, self.language or language_of_run()))
        return picture, data

    def html(self, language: Language, address: str | None = None) -> str:
        """Return the figure as HTML; `address` is where its files lie, None puts the picture itself in."""
        alt = escape(self.alt)
        if address is None:
            picture = f'<div role="img" aria-label="{alt}">{self.svg()}</div>'
        else:
            inches = self.drawing.get_size_inches() if self._part is None else self._part.size
            width, height = (round(length * CSS_PX_PER_IN) for length in inches)
            size = f'width="{width}" height="{height}"'
            picture = f'<img src="{escape(address)}/{self.name}.svg" alt="{alt}" {size} loading="lazy">'
        return (
            f'<figure class="dewak-figure" id="{self.name}">{picture}'
            f'<figcaption><div class="dewak-caption">{escape(self.caption)}</div>'
            f"{self._foot(self.data, language, address)}</figcaption></figure>"
        )

    def show(self, language: Language | None = None) -> None:
        """Show the figure in the notebook; in a run also write its files."""
        _show(self, language)
        plt.close(self.drawing)


@dataclass(frozen=True)
class Table(_Shown):
    """A table with caption and source, its columns named through the label registry.

    Parameters
    ----------
    frame : DataFrame
        Rows in the order to show; the first column heads its rows. A named index becomes columns.
    labels : bool
        Name the columns through the registry, with their units.
    formats : mapping of str to str
        Column to Python format, as ``{"gini": ".3f", "cut_share": ".1%"}``. Without one, integers get marks
        between thousands and floats the digits their unit suggests.
    labelled : sequence of str, or mapping of str to str
        Columns whose cells are keys of the registry, or column to the pattern of its keys (``"benefit_{}"``).
    absent : mapping of str to str
        Column to what stands in a cell without a value, where it means something else than "not stated".
    name, caption, sources, said, note, language
        As for `Figure`.
    """

    frame: pd.DataFrame = field(repr=False)
    labels: bool = field(default=True, kw_only=True)
    formats: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    labelled: Sequence[str] | Mapping[str, str] = field(default=(), kw_only=True)
    absent: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        lacks = self._lacks()
        if not isinstance(self.frame, pd.DataFrame) or self.frame.empty:
            lacks.append("the frame is empty")
        else:
            known = set(plain_frame(self.frame).columns)
            strange = sorted({*self.formats, *self.labelled, *self.absent} - known)
            if strange:
                lacks.append(f"no such columns: {', '.join(strange)}")
        if lacks:
            raise ValueError(f"table {self.name!r}: " + "; ".join(lacks))

    def save(self, folder: Path) -> tuple[Path]:
        """Write ``<name>.csv`` into a folder and return its path."""
        data = folder / f"{self.name}.csv"
        write_whole(data, csv_text(self.frame, self.language or language_of_run()))
        return (data,)

    def html(self, language: Language, address: str | None = None) -> str:
        """Return the table as HTML; `address` is where its data lie."""
        flat = plain_frame(self.frame)
        columns = list(flat.columns)
        right = [is_number_column(flat[c]) and c not in self.labelled for c in columns]
        number = ' class="dewak-number"'
        specs = {c: self.formats.get(str(c)) or default_format(str(c), flat[c]) for c in columns}
        heads = [self._head(column, language) for column in columns]
        rows = [
            [self._cell(v, c, specs[c], language) for v, c in zip(row, columns, strict=True)]
            for row in flat.itertuples(index=False, name=None)
        ]
        above = "".join(
            f'<th scope="col"{number if is_right else ""}>{escape(head)}</th>'
            for head, is_right in zip(heads, right, strict=True)
        )
        below = []
        for cells in rows:
            tail = "".join(
                f"<td{number if is_right else ''}>{escape(cell)}</td>"
                for cell, is_right in zip(cells[1:], right[1:], strict=True)
            )
            below.append(f'<tr><th scope="row">{escape(cells[0])}</th>{tail}</tr>')
        region = escape(label("scroll_table", language, caption=self.caption))
        body = "\n".join(below)
        return (
            f"{opened(self.name, heads, rows, language)}"
            f'<div class="dewak-scroll table-scroll" role="region" tabindex="0" aria-label="{region}">'
            f"<table><caption>{escape(self.caption)}</caption>\n"
            f"<thead><tr>{above}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
            f"{self._foot(self.frame, language, address)}</div>"
        )

    def show(self, language: Language | None = None) -> None:
        """Show the table in the notebook; in a run also write its data."""
        _show(self, language)

    def _head(self, column: Any, language: Language) -> str:
        return label(str(column), language, with_unit=True) if self.labels else str(column)

    def _cell(self, value: Any, column: Any, spec: str, language: Language) -> str:
        if is_missing(value):
            return self.absent.get(str(column)) or label("no_data", language)
        if column in self.labelled:
            pattern = self.labelled[column] if isinstance(self.labelled, Mapping) else "{}"
            return label(pattern.format(value), language)
        if pd.api.types.is_bool(value):
            return label(str(bool(value)).lower(), language)
        if not pd.api.types.is_number(value):
            return str(value)
        return formatted(value, spec, language)


def _show(item: Figure | Table, language: Language | None) -> None:
    spoken = item.language or language or language_of_run()
    folder = run_folder()
    address = None
    if folder is not None:
        if (folder / f"{item.name}.csv").exists():
            raise ValueError(f"the name {item.name!r} is taken: a figure or table has a name of its own")
        item.save(folder)
        address = os.environ.get(ADDRESS_VARIABLE, "_figures")
    html = item.html(spoken, address)
    from IPython.display import display  # where there is a notebook

    display({"text/html": html, "text/plain": item.caption}, raw=True)  # type: ignore[no-untyped-call]
