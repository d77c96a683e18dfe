"""Named episodes as overlays: each states only what differs from the unshocked path.

An overlay is a small YAML document (folder ``rules/scenarios``, or a user's own folder read by the caller). Keys:

``title``, ``reference`` (de/en), ``author``, ``source``, ``tag``, ``verified``; ``extends`` (name of another
overlay); ``growth`` (yearly growth by item as observed, put against the growth of the path); ``level`` (deviation
from the path by item and year); ``rate_rise_pp`` (level by year); ``landschaftsumlage`` (points and rate);
``own_loss`` (the town alone is hit, key grants refund part of it); ``compensated_years`` (tax losses of the first
years are made good). The last value of a list holds for the years after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dewak_research.config import problems_of
from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text
from dewak_research.stress.items import KEYS, POSITION, require_known

Floats = NDArray[np.float64]
_AGAIN = Text("das Szenario berichtigen und den Befehl wiederholen", "correct the scenario and run again")


class Levy(BaseModel):
    """Change of the Landschaftsumlage in points of its rate."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    points_pp: float
    rate_pct: float = Field(gt=0)


class Overlay(BaseModel):
    """Schema of a scenario document."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Text
    reference: Text
    author: str = Field(min_length=1)
    source: tuple[str, ...] = Field(min_length=1)
    tag: str = Field(pattern="^[VDKP]$")
    verified: bool
    growth: dict[str, tuple[float, ...]] = {}
    level: dict[str, tuple[float, ...]] = {}
    rate_rise_pp: tuple[float, ...] = ()
    landschaftsumlage: Levy | None = None
    own_loss: bool = False
    compensated_years: int = Field(0, ge=0)


@dataclass(frozen=True)
class Scenario:
    """A checked scenario; ``overlay`` carries the numbers, ``own`` marks one a user added."""

    name: str
    overlay: Overlay
    own: bool = field(default=False)

    @property
    def title(self) -> Text:
        """Title in both languages."""
        return self.overlay.title

    @property
    def reference(self) -> Text:
        """What the size rests on."""
        return self.overlay.reference

    def rate_points(self, years: int) -> Floats:
        """Rise of the interest rate by year, share (0.03 = three points)."""
        return _held(self.overlay.rate_rise_pp or (0.0,), years) / 100.0


def _held(values: tuple[float, ...], years: int) -> Floats:
    """Values by year; the last one holds."""
    padded = [*values, *[values[-1]] * max(0, years - len(values))]
    return np.array(padded[:years], dtype=float)


def changes(scenario: Scenario, rates: Floats, years: int) -> Floats:
    """Deviation of every item from the unshocked path, shape (T, n, 13), share (−0.2 = 20 % below).

    Parameters
    ----------
    rates : ndarray, shape (n, 13)
        Growth of the path; observed growth is set against it.
    """
    overlay = scenario.overlay
    out = np.zeros((years, *rates.shape))
    for key, observed in overlay.growth.items():
        at = POSITION[key]
        relative = np.ones(rates.shape[0])
        for t in range(years):
            if t < len(observed):
                relative = relative * (1.0 + observed[t]) / (1.0 + rates[:, at])
            out[t, :, at] = relative - 1.0
    for key, levels in overlay.level.items():
        out[:, :, POSITION[key]] = _held(levels, years)[:, None]
    if overlay.landschaftsumlage is not None:
        out[:, :, POSITION["uml"]] += overlay.landschaftsumlage.points_pp / overlay.landschaftsumlage.rate_pct
    if overlay.compensated_years:
        taxes = out[: overlay.compensated_years, :, : POSITION["sz"]]
        np.maximum(taxes, 0.0, out=taxes)
    return out


def _checked(name: str, document: Mapping[str, Any], where: str, own: bool) -> Scenario:
    try:
        overlay = Overlay(**document)
    except ValidationError as error:
        raise InputError(problems_of(error, Overlay, where)) from error
    require_known([*overlay.growth, *overlay.level], where)
    problems = []
    numbers = [
        *(("growth." + key, v) for key, row in overlay.growth.items() for v in row),
        *(("level." + key, v) for key, row in overlay.level.items() for v in row),
        *(("rate_rise_pp", v) for v in overlay.rate_rise_pp),
    ]
    for path, number in numbers:
        if not np.isfinite(number):
            what = Text("kein Zahlenwert (NaN oder unendlich)", "not a number (NaN or infinite)")
            problems.append(Problem(what, f"{where}: {path}", Text("eine Zahl", "a number"), _AGAIN))
        elif number < -1.0 and not path.endswith("gewst") and path != "rate_rise_pp":
            what = Text(
                f"{number:.0%} ist mehr als der ganze Posten; nur die Gewerbesteuer kann negativ werden",
                f"{number:.0%} is more than the whole item; only the trade tax can turn negative",
            )
            problems.append(
                Problem(
                    what,
                    f"{where}: {path}",
                    Text("nicht unter −1,0 (−100 %)", "not below −1.0 (−100 %)"),
                    _AGAIN,
                )
            )
    for path, row in [*overlay.growth.items(), *overlay.level.items()]:
        if not row:
            what = Text("keine Werte", "no values")
            problems.append(
                Problem(what, f"{where}: {path}", Text("mindestens ein Wert", "at least one"), _AGAIN)
            )
    if problems:
        raise InputError(problems)
    return Scenario(name, overlay, own)


def _resolved(
    name: str, documents: Mapping[str, Mapping[str, Any]], seen: tuple[str, ...] = ()
) -> dict[str, Any]:
    document = dict(documents[name])
    parent = document.pop("extends", None)
    if parent is None:
        return document
    if parent not in documents or parent in (*seen, name):
        near = nearest(str(parent), documents) or ", ".join(sorted(documents))
        what = Text(
            f"»extends: {parent}« führt zu keinem Szenario", f"“extends: {parent}” leads to no scenario"
        )
        raise InputError(Problem(what, f"scenario {name}", Text(near, near), _AGAIN))
    base = _resolved(parent, documents, (*seen, name))
    for key in ("growth", "level"):
        if key in document and key in base:
            document[key] = {**base[key], **document[key]}
    return {**base, **document}


@cache
def _packaged() -> dict[str, dict[str, Any]]:
    folder = files("dewak_research.rules") / "scenarios"
    found = [p for p in folder.iterdir() if p.name.endswith(".yaml")]
    return {
        p.name[:-5]: yaml.safe_load(p.read_text(encoding="utf-8"))
        for p in sorted(found, key=lambda p: p.name)
    }


def scenarios(own: Mapping[str, Mapping[str, Any]] | None = None) -> tuple[Scenario, ...]:
    """All named episodes, then the user's own.

    Parameters
    ----------
    own : mapping, optional
        Name → parsed YAML document of a user; may extend a packaged one. A user's scenario must not take a
        packaged name.

    Raises
    ------
    InputError
        Every fault of the first faulty document: unknown key or item (with the nearest), a value that is no
        number, a loss above 100 % of an item that cannot turn negative.
    """
    documents: dict[str, Mapping[str, Any]] = {**_packaged()}
    for name, document in (own or {}).items():
        if name in documents or not isinstance(document, Mapping):
            what = (
                Text(f"der Name »{name}« ist vergeben", f"the name “{name}” is taken")
                if name in documents
                else Text("das Dokument ist leer oder keine Zuordnung", "the document is empty or no mapping")
            )
            raise InputError(
                Problem(what, f"scenario {name}", Text("ein eigener Name", "a name of its own"), _AGAIN)
            )
        documents[name] = document
    return tuple(
        _checked(name, _resolved(name, documents), f"scenario {name}", name not in _packaged())
        for name in documents
    )


assert len(KEYS) == 13
