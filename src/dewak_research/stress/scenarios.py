"""Named episodes as overlays, each stating only what differs from the unshocked path.

An overlay is a small YAML document (``rules/scenarios``, or a user's own read by the caller). Keys:

``title``, ``reference`` (de/en), ``author``, ``source``, ``tag``, ``verified`` (every size was read at the source),
``unread`` (item: what of it was not, while the rest was; de/en); ``extends`` (name of another overlay); ``growth``
(yearly growth by item as observed, put against the growth of the path); ``level`` (deviation from the path by item and
year); ``rate_rise_pp`` (level by year); ``landschaftsumlage`` (points and rate); ``own_loss`` (the town alone is hit,
key grants refund part of it); ``compensated_years`` (tax losses of the first years are made good). The last value of a
list holds for the years after it. Source: METHODS C.7 level 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from dewak_research.config import Group, validate
from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.language import Text
from dewak_research.rules import document, names
from dewak_research.stress.items import POSITION, require_known

Floats = NDArray[np.float64]
CRISIS, COST_YEAR = "GFK2009", "COST2024"
_FOLDER = "scenarios"
LARGEST = (3.0, 30.0)
"""What no episode reaches: a change by three times the item, a rise of interest by thirty points."""
_problem = messages(__package__)


class Levy(Group):
    """Change of the Landschaftsumlage in points of its rate."""

    points_pp: float
    rate_pct: float = Field(gt=0)


class Overlay(Group):
    """Schema of a scenario document; ``by_hand`` marks a size read in the press or another second source."""

    title: Text
    reference: Text
    author: str = Field(min_length=1)
    source: tuple[str, ...] = Field(min_length=1)
    tag: str = Field(pattern="^[VDKP]$")
    verified: bool
    by_hand: bool = False
    unread: dict[str, Text] = Field({})
    growth: dict[str, tuple[float, ...]] = Field({})
    level: dict[str, tuple[float, ...]] = Field({})
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

    @property
    def status(self) -> str:
        """Whether its sizes were read at the source: "verified", "partly" or "unverified"."""
        return "verified" if self.overlay.verified else "partly" if self.overlay.unread else "unverified"

    @property
    def concerns_association(self) -> bool:
        """Whether it is about an Umlageverband above the Kreise, which not every Land has."""
        return self.overlay.landschaftsumlage is not None

    @property
    def first_fall_share(self) -> float:
        """Fall of the trade tax in the first year, positive (0.21 = 21 %)."""
        overlay = self.overlay
        return -(overlay.growth.get("gewst") or overlay.level.get("gewst") or (0.0,))[0]

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


def _checked(name: str, given: Mapping[str, Any], own: bool) -> Scenario:
    where = f"scenario {name}"
    overlay = validate(dict(given), Overlay, where)
    assert isinstance(overlay, Overlay)
    require_known([*overlay.growth, *overlay.level, *overlay.unread], where)
    rows = {f"growth.{key}": row for key, row in overlay.growth.items()}
    rows |= {f"level.{key}": row for key, row in overlay.level.items()}
    problems = []
    if overlay.verified and overlay.unread:
        problems.append(_problem("scenario_unread", f"{where}: verified", parts=", ".join(overlay.unread)))
    for path, row in [*rows.items(), ("rate_rise_pp", overlay.rate_rise_pp)]:
        for number in row:
            if not np.isfinite(number):
                problems.append(_problem("scenario_not_a_number", f"{where}: {path}"))
            elif abs(number) > LARGEST[path == "rate_rise_pp"]:
                problems.append(_problem("scenario_absurd", f"{where}: {path}", number=f"{number:g}"))
            elif number < -1.0 and not path.endswith("gewst") and path != "rate_rise_pp":
                problems.append(_problem("scenario_more_than_all", f"{where}: {path}", share=f"{number:.0%}"))
    problems += [_problem("scenario_no_values", f"{where}: {path}") for path, row in rows.items() if not row]
    if problems:
        raise InputError(problems)
    return Scenario(name, overlay, own)


def _resolved(
    name: str, documents: Mapping[str, Mapping[str, Any]], seen: tuple[str, ...] = ()
) -> dict[str, Any]:
    given = dict(documents[name])
    parent = given.pop("extends", None)
    if parent is None:
        return given
    if not isinstance(parent, str) or parent not in documents or parent in (*seen, name):
        near = nearest_or(str(parent), documents)
        raise InputError(_problem("scenario_parent", f"scenario {name}", parent=parent, known=near))
    base = _resolved(parent, documents, (*seen, name))
    for key in ("growth", "level"):
        if isinstance(given.get(key), Mapping) and isinstance(base.get(key), Mapping):
            given[key] = {**base[key], **given[key]}
    return {**base, **given}


@cache
def _packaged() -> dict[str, Mapping[str, Any]]:
    return {name.removeprefix(f"{_FOLDER}/"): document(name) for name in names(_FOLDER)}


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
    for name, given in (own or {}).items():
        if name in documents:
            raise InputError(_problem("scenario_name_taken", f"scenario {name}", name=name))
        if not isinstance(given, Mapping):
            raise InputError(_problem("scenario_empty", f"scenario {name}"))
        documents[name] = given
    return tuple(_checked(name, _resolved(name, documents), name not in _packaged()) for name in documents)


def scenario(name: str) -> Scenario:
    """Return one named episode."""
    return next(found for found in scenarios() if found.name == name)


def register(chosen: tuple[Scenario, ...]) -> pd.DataFrame:
    """Title, reference, author and status of each scenario, one row each.

    Returns
    -------
    DataFrame
        scenario, title_de, title_en, reference_de, reference_en (with the parts not read at the source), author,
        sources, tag, status ("verified", "partly", "unverified"), by_hand.
    """
    rows = [
        {
            "scenario": s.name,
            "title_de": s.title.de,
            "title_en": s.title.en,
            "reference_de": "; ".join([s.reference.de, *(part.de for part in s.overlay.unread.values())]),
            "reference_en": "; ".join([s.reference.en, *(part.en for part in s.overlay.unread.values())]),
            "author": s.overlay.author,
            "sources": ", ".join(s.overlay.source),
            "tag": s.overlay.tag,
            "status": s.status,
            "by_hand": s.overlay.by_hand,
        }
        for s in chosen
    ]
    return pd.DataFrame(rows).sort_values("scenario", ignore_index=True)
