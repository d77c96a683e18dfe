"""A figure as files a reader can take away: its picture as SVG, its data as CSV, the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.page.machine import machine_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing
    from matplotlib.transforms import Bbox

SIGNIFICANT_DIGITS = 10
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame as a flat table: a named index becomes columns, a map's shapes are left out."""
    flat = pd.DataFrame(frame)
    if any(name is not None for name in flat.index.names):
        flat = flat.reset_index()
    return flat.drop(columns=[name for name in flat.columns if name == "geometry"])


def csv_text(frame: pd.DataFrame, language: Language | None = None) -> str:
    """Write a frame as CSV: UTF-8, LF, floats at 10 significant digits, missing values empty.

    Text that a spreadsheet would run as a formula gets an apostrophe before it. With a language, numbers that are
    written in its marks already are written for machines (``page.machine``).
    """
    flat = plain_frame(frame)
    safe = flat.rename(columns=_harmless)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            cells = safe[name] if language is None else safe[name].map(partial(_plain, language=language))
            safe[name] = cells.map(_harmless, na_action="ignore")
    return safe.to_csv(index=False, lineterminator="\n", float_format=_significant)


def csv_of_rows(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write rows as `csv_text` writes a frame of them: many small files, for each of which a frame is slow.

    Parameters
    ----------
    columns : sequence of str
        Names that no spreadsheet takes for a formula.
    rows : iterable of mapping
        Column to text or number; None or a column that is not there is an empty cell.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    return _significant(value) if isinstance(value, int | float) else _harmless(value)


def compact_json(content: Any) -> str:
    """Write content as JSON without spaces between its parts; it may stand in the script of a page too."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def write_whole(path: Path, text: str) -> None:
    """Write a UTF-8 text so that the file is either whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        aside.chmod(0o644)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _plain(value: Any, language: Language) -> Any:
    return machine_text(value, language) if isinstance(value, str) else value


def _harmless(value: Any) -> Any:
    risky = isinstance(value, str) and value.startswith(_FORMULA) and not _NUMBER.fullmatch(value)
    return f"'{value}" if risky else value


def _significant(value: object) -> str:
    text = format(value, f".{SIGNIFICANT_DIGITS}g")
    return "0" if text == "-0" else text


GRID_PT = 0.1
LONG_PATH_POINTS = 8
MARGIN_IN = 0.1

_PATH = re.compile(r'(?<=\sd=")[^"]*(?=")')
_STEP = re.compile(r"([A-Za-z])|(-?[\d.]+(?:e-?\d+)?)")
_ID = re.compile(r'\sid="([^"]+)"')
_LEAF = re.compile(r"<(?:use|path)\b(?! id=)[^>]*/>")
_STYLE = re.compile(r' style="([^"]*)"')
_CLIP = re.compile(r' clip-path="[^"]*"')
_PLACE = re.compile(r'(?<=\s[xy]=")-?\d+\.\d+(?=")')
_HANDED_DOWN = re.compile(r"stroke-(?:width|linecap|linejoin|dasharray|dashoffset): .*")
_REFERENCE = re.compile(r'(href="|url\()#([^")]+)')


def shown_part(drawing: Drawing) -> Bbox | None:
    """Return what is kept of a drawing with a map: areas keep their shape and may leave room above or below them.

    Returns
    -------
    matplotlib.transforms.Bbox or None
        In inches, as wide as the drawing; None where there is no map or hardly any room to take away.
    """
    from matplotlib.transforms import Bbox

    if all(ax.get_aspect() == "auto" for ax in drawing.axes):
        return None
    drawing.draw_without_rendering()
    width, height = drawing.get_size_inches()
    inked = drawing.get_tightbbox()
    low, high = max(0.0, inked.y0 - MARGIN_IN), min(height, inked.y1 + MARGIN_IN)
    if low + height - high < MARGIN_IN:
        return None
    return Bbox.from_extents(0.0, round(low, 1), width, round(high, 1))


def svg_of(drawing: Drawing, prefix: str, title: str, kept: Bbox | None = None) -> str:
    """Render a figure to SVG text.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        The figure; it is not changed.
    prefix : str
        Stands before every id, so that several figures fit on one page.
    title : str
        The picture's title for those who read it by ear.
    kept : matplotlib.transforms.Bbox, optional
        What is kept of the drawing (`shown_part`); by default all of it.

    Returns
    -------
    str
        SVG without date, creator and unused ids; coordinates of long paths on a grid of 0.1 points, others of 0.01;
        a style that neighbours share stands once, at their group.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "dewak-research", "svg.fonttype": "path"}), _laid_out(drawing):
        drawing.savefig(buffer, format="svg", bbox_inches=kept, metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<!--.*?-->", "", text, flags=re.DOTALL)
    text = _PATH.sub(lambda found: _short_path(found[0]), text)
    text = _own_ids(text, prefix)
    head = text.index(">") + 1
    text = f"{text[:head]}<title>{escape(title)}</title>{text[head:]}"
    return _styled_once(re.sub(r"\n\s*", "\n", text).strip()) + "\n"


@contextmanager
def _laid_out(drawing: Drawing) -> Iterator[None]:
    """Let the layout find the place of everything, then rest: saving would draw the whole picture only for that."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    layout, canvas, dpi = drawing.get_layout_engine(), drawing.canvas, drawing.dpi
    if layout is None:
        yield
        return
    try:
        drawing.dpi = FigureCanvasSVG(drawing).fixed_dpi  # takes the place of the canvas
        layout.execute(drawing)
    finally:
        drawing.dpi = dpi
        drawing.set_canvas(canvas)
    drawing.set_layout_engine("none")
    try:
        yield
    finally:
        drawing.set_layout_engine(layout)


def _styled_once(text: str) -> str:
    """Give the clip and the kind of line that marks or areas in a row share to a group around them.

    Colours stay where they are: ``page.night`` tells words from areas by them.
    """
    lines: list[str] = []
    for is_leaf, found in groupby(text.split("\n"), key=lambda line: _LEAF.fullmatch(line) is not None):
        row = list(found)
        lines += _grouped(row) if is_leaf and len(row) > 2 else row
    return "\n".join(lines)


def _grouped(row: list[str]) -> list[str]:
    row = [_PLACE.sub(lambda found: _digits(float(found[0])), leaf) for leaf in row]
    styles = [found[1].split("; ") if (found := _STYLE.search(leaf)) else [] for leaf in row]
    shared = [
        part for part in styles[0] if _HANDED_DOWN.fullmatch(part) and all(part in own for own in styles)
    ]
    clips = {found[0] if (found := _CLIP.search(leaf)) else "" for leaf in row}
    clip = clips.pop() if len(clips) == 1 and not any(" transform=" in leaf for leaf in row) else ""
    if not shared and not clip:
        return row
    for place, own in enumerate(styles):
        rest = "; ".join(part for part in own if part not in shared)
        row[place] = _STYLE.sub(f' style="{rest}"' if rest else "", row[place]).replace(clip, "", 1)
    style = f' style="{"; ".join(shared)}"' if shared else ""
    return [f"<g{clip}{style}>", *row, "</g>"]


def _own_ids(text: str, prefix: str) -> str:
    used = {found[2] for found in _REFERENCE.finditer(text)}
    ids: dict[str, str] = {}
    for found in _ID.finditer(text):
        if found[1] in used:
            ids.setdefault(found[1], f"{prefix}-{len(ids)}")
    text = _ID.sub(lambda found: f' id="{ids[found[1]]}"' if found[1] in ids else "", text)
    return _REFERENCE.sub(lambda found: f"{found[1]}#{ids.get(found[2], found[2])}", text)


def _short_path(path: str) -> str:
    steps = _STEP.findall(path)
    letters = {letter for letter, _ in steps if letter}
    if letters <= set("MLz") and sum(1 for _, digits in steps if digits) > 2 * LONG_PATH_POINTS:
        return _on_grid(path)
    return " ".join(letter or _digits(round(float(value), 2)) for letter, value in steps)


def _on_grid(path: str) -> str:
    """Write a path of straight lines as steps on the grid; points that fall together are kept once."""
    parts = []
    here = (0, 0)
    before = ""
    for letter, rest in re.findall(r"([MLz])([^MLz]*)", path):
        if letter == "z":
            parts.append("z")
            before = letter
            continue
        x, y = (round(float(value) / GRID_PT) for value in rest.split())
        step = (x, y) if letter == "M" else (x - here[0], y - here[1])
        here = (x, y)
        if letter == "L" and step == (0, 0):
            continue
        sign = letter.replace("L", "l")
        numbers = [
            _digits(value * GRID_PT).replace("0.", ".") if abs(value) < 10 else _digits(value * GRID_PT)
            for value in step
        ]
        glue = "" if numbers[1].startswith("-") else " "
        lead = "" if numbers[0].startswith("-") else " "
        parts.append((lead if sign == before == "l" else sign) + glue.join(numbers))
        before = sign
    return "".join(parts)


def _digits(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text
