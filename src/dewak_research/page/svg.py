"""A matplotlib figure as SVG: small, and the same bytes each time."""

from __future__ import annotations

import io
import re
from html import escape

import matplotlib as mpl
from matplotlib.figure import Figure as Drawing

GRID_PT = 0.1
LONG_PATH_POINTS = 8

_PATH = re.compile(r'(?<=\sd=")[^"]*(?=")')
_STEP = re.compile(r"([A-Za-z])|(-?[\d.]+(?:e-?\d+)?)")
_ID = re.compile(r'\sid="([^"]+)"')
_REFERENCE = re.compile(r'(href="|url\()#([^")]+)')


def svg_of(drawing: Drawing, prefix: str, title: str) -> str:
    """Render a figure to SVG text.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        The figure; it is not changed.
    prefix : str
        Stands before every id, so that several figures fit on one page.
    title : str
        The picture's title for those who read it by ear.

    Returns
    -------
    str
        SVG without date, creator and unused ids; coordinates of long paths on a grid of 0.1 points.
    """
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": "dewak-research", "svg.fonttype": "path"}):
        drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"\s*<!--.*?-->", "", text, flags=re.DOTALL)
    text = _PATH.sub(lambda found: _short_path(found[0]), text)
    text = _own_ids(text, prefix)
    head = text.index(">") + 1
    text = f"{text[:head]}<title>{escape(title)}</title>{text[head:]}"
    return re.sub(r"\n\s*", "\n", text).strip() + "\n"


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
