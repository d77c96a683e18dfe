"""Captions, alt texts and small drawing habits of the disparities chapter."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import formatted

PANEL = ("kreise_panel",)
MAP = ("kreise_panel", "boundaries_kreise")
BOOKED = ("nrw_payments", "nrw_payments_suppressed", "nrw_population")


def texts(name: str, language: Language, **values: Any) -> dict[str, Any]:
    """Return caption and alt text of a figure from the label registry."""
    return {
        "name": name,
        "caption": label(f"{name}_caption", language, **values),
        "alt": label(f"{name}_alt", language, **values),
    }


def caption(name: str, language: Language, **values: Any) -> dict[str, Any]:
    """Return name and caption of a table from the label registry."""
    return {"name": name, "caption": label(f"{name}_caption", language, **values)}


def wrapped(text: str, width: int = 26) -> str:
    """Return a name broken into lines."""
    return "\n".join(textwrap.wrap(text, width))


def short_name(name: str) -> str:
    """Return the name of a Kreis without its title: »Essen, Stadt« becomes »Essen«."""
    return name.split(",")[0]


def dot_interval(ax: Axes, y: float, row: Mapping[Any, Any], colour: str, size: float = 6) -> None:
    """Draw an estimate with its interval as a horizontal line."""
    ax.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
    ax.plot([row["value"]], [y], "o", color=colour, markersize=size)


def named(frame: pd.DataFrame, column: str, language: Language, prefix: str = "") -> pd.DataFrame:
    """Return the frame with the keys of a column replaced by their names."""
    names = [label(f"{prefix}{key}", language) for key in frame[column]]
    return frame.assign(**{column: names})


def spec(value: Any, pattern: str, language: Language) -> str:
    """Return a number in the marks of the language."""
    return formatted(value, pattern, language)
