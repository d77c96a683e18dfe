"""What a municipality can do, as options of one shape: net euro by year, law, posts, and what is not known.

Cash alone counts: hours of volunteers stand beside an option and enter its euros only where they replace budgeted work
(METHODS F.4; the share is 0 unless somebody states another). Money that an instrument mobilises elsewhere is not the
municipality's and is no relief. How many people an option reaches is published for none of them: missing, until stated.

An amount is the mean of its draws, so that it lies within its own range and amounts add up. What is published as one
number keeps it and has no range. Every option names what it draws on: two that draw on the same rooms, money, staff or
volunteers would count the same euro or hour twice and exclude each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.compare import hsk_compatible, model_ranges
from dewak_research.cases.cost import INPUTS, YEARS, cost_path, relief_parts
from dewak_research.cases.library import Library, drawn, ranges

Floats = NDArray[np.float64]
MODEL, ROOMS, MONEY, PREVENTION, VOLUNTEERS, INSTRUMENT = (
    "organisation_model",
    "pooled_rooms",
    "third_party_money",
    "prevention",
    "volunteers",
    "instrument",
)
RELIEF_PARTS = {
    ROOMS: ("rooms_eur",),
    MONEY: ("third_party_eur", "transaction_eur"),
    PREVENTION: ("prevention_eur",),
    VOLUNTEERS: ("volunteers_eur", "coordination_eur", "insurance_training_eur", "room_support_eur"),
}
"""Parts of the relief equation by option; together they are the whole equation."""
PLACE, SHARED_ROOMS, OTHERS_MONEY, STAFF, HOURS = "place", "rooms", "third_party_money", "staff", "volunteers"
"""What an option can draw on: the place it runs, rooms shared with others, others' money, posts others pay or that are
no longer needed, hours of the place's volunteers."""
DRAWS_ON = {ROOMS: SHARED_ROOMS, MONEY: OTHERS_MONEY, VOLUNTEERS: HOURS}
AS_STATED = ["substitution_share", "cases_prevented", "attribution_share"]
"""Inputs that are not drawn: hours become cash, and cases are prevented, only as far as somebody states it."""
LAW = {"yes": "yes", "conditional": "conditional", "depends": "conditional"}
"""Readings of budget law; any other word is "no": what nobody has judged cannot be relied on."""


@dataclass(frozen=True)
class Option:
    """One thing that can be done or left.

    Parameters
    ----------
    key, kind : str
        Unique key; kind such as ``MODEL``.
    net_eur : ndarray, shape (T,)
        Expected effect on the result by year, EUR; negative = cost.
    draws_eur : ndarray, shape (D,)
        Draws of its mean yearly effect over the ranges of the inputs, EUR; independent of other options. Their mean is
        that of ``net_eur``.
    persons_reached, staff_fte, volunteer_hours : float
        People a year; posts that the municipality pays, its own or a carrier's; hours a year, never money. Missing =
        not known.
    hsk_compatible : str
        For a town under a consolidation concept: "yes", "conditional" (only if compensated elsewhere), "no".
    service : bool
        It keeps a service going.
    sources : tuple of str
        What it draws on, such as ``SHARED_ROOMS``; of options with one in common only one can be chosen.
    ranged : bool
        A range of its euros is known; without one there is none, and the draws are one number.
    assumed : bool
        Its euros rest on assumptions, at least in part.
    """

    key: str
    kind: str
    net_eur: Floats
    draws_eur: Floats
    persons_reached: float = float("nan")
    staff_fte: float = 0.0
    volunteer_hours: float = 0.0
    hsk_compatible: str = "yes"
    service: bool = False
    sources: tuple[str, ...] = ()
    ranged: bool = True
    assumed: bool = True


def stream(seed: int, key: str) -> np.random.Generator:
    """Generator of one option: its draws do not depend on which other options there are."""
    return np.random.default_rng([seed, crc32(key.encode())])


def drawn_paths(inputs: Mapping[str, Floats], years: int, chance: Floats) -> Floats:
    """Return draws of a model's cost by year, EUR, shape (draws, years): capital in equal parts over its ten years.

    Parameters
    ----------
    inputs : mapping
        Items of ``cost.INPUTS``, one value per draw.
    chance : ndarray, shape (draws, ``cost.YEARS`` − 1)
        Even draws from 0 to 1: third-party money goes on into the next year where one is below the renewal share.

    Raises
    ------
    ValueError
        More years than the cost of a model covers.
    """
    if years > YEARS:
        raise ValueError(f"the cost of a model covers {YEARS} years, not {years}")
    renewed = np.cumprod(chance < inputs["renewal_share"][:, None], axis=1)
    path = cost_path(inputs, np.hstack([np.ones((len(chance), 1)), renewed]))
    return np.asarray(path[:, 1 : years + 1] + path[:, :1] / YEARS, dtype=np.float64)


def model_sources(spans: pd.DataFrame) -> tuple[str, ...]:
    """Return what a model draws on by its inputs: which part of rooms, money, staff and hours comes from others.

    Parameters
    ----------
    spans : DataFrame
        Index ``cost.INPUTS``; low, mode, high.
    """
    least, most = (
        dict(zip(spans.index.astype(str), spans[end].to_numpy(float), strict=True)) for end in ("low", "high")
    )
    uses = {
        SHARED_ROOMS: least["room_share"] < 1.0,
        OTHERS_MONEY: most["third_party_eur"] > 0.0,
        STAFF: least["municipal_staff_share"] < 1.0,
        HOURS: most["volunteer_hours"] * most["volunteer_factor"] > 0.0,
    }
    return tuple(source for source, used in uses.items() if used)


def model_options(
    library: Library, case: str, models: Iterable[str], years: int, draws: int, seed: int
) -> list[Option]:
    """Return organisation models for the place of one case; of these only one can be chosen."""
    found = []
    for model in models:
        key, spans = f"{case}_{model}", model_ranges(library, case, model)
        rng = stream(seed, key)
        inputs = drawn(spans.loc[list(INPUTS)], draws, rng)
        paths = -drawn_paths(inputs, years, rng.random((draws, YEARS - 1)))
        found.append(
            Option(
                key=key,
                kind=MODEL,
                net_eur=paths.mean(axis=0),
                draws_eur=paths.mean(axis=1),
                staff_fte=float((inputs["staff_fte"] * inputs["municipal_staff_share"]).mean()),
                volunteer_hours=float((inputs["volunteer_hours"] * inputs["volunteer_factor"]).mean()),
                hsk_compatible=hsk_compatible(library, model),
                service=True,
                sources=(f"{PLACE}_{case}", *model_sources(spans)),
            )
        )
    return found


def relief_options(relief: Mapping[str, Any], years: int, draws: int, seed: int) -> list[Option]:
    """Return the relief equation as options: pooled rooms, third-party money, prevention, volunteers.

    Parameters
    ----------
    relief : mapping
        Block ``relief`` of ``criteria.yaml``.

    Returns
    -------
    list of Option
        Each is its part of the equation, the mean over the ranges of the inputs. Prevention has no effect unless cases
        are stated. Volunteers take coordination (a part of a post that is not stated), which can be ended within a year
        (assumption) and has to be compensated under consolidation; where hours replace paid work they draw on staff as
        well.
    """
    spans = ranges(relief)
    for end in ("low", "high"):
        spans.loc[AS_STATED, end] = spans.loc[AS_STATED, "mode"]
    replaced = bool((spans.loc[["substitution_share"], "mode"] > 0.0).any())
    found = []
    for kind, names in RELIEF_PARTS.items():
        inputs = drawn(spans, draws, stream(seed, kind))
        varied = relief_parts(inputs)
        effect = np.sum([np.broadcast_to(varied[name], draws) for name in names], axis=0)
        volunteers = kind == VOLUNTEERS
        source = (DRAWS_ON[kind],) if kind in DRAWS_ON else ()
        found.append(
            Option(
                key=kind,
                kind=kind,
                net_eur=np.full(years, effect.mean()),
                draws_eur=effect,
                staff_fte=np.nan if volunteers else 0.0,
                volunteer_hours=float(inputs["volunteer_hours"].mean()) if volunteers else 0.0,
                hsk_compatible="conditional" if volunteers else "yes",
                service=volunteers,
                sources=(*source, STAFF) if volunteers and replaced else source,
            )
        )
    return found


def options_table(options: Iterable[Option]) -> pd.DataFrame:
    """Return the options, one row each.

    Returns
    -------
    DataFrame
        option, kind, net_first_eur, net_eur (expected, mean a year; negative = cost), p05_eur, p50_eur, p95_eur,
        risk_eur (P95 − P50 of the net cost; like the percentiles missing where no range is known), persons_reached,
        staff_fte and volunteer_hours (never money; missing = not known), hsk_compatible, service, sources ("; "),
        ranged, assumed.
    """
    rows = []
    for option in options:
        ends = np.quantile(option.draws_eur, (0.05, 0.5, 0.95))
        low, middle, high = (float(end) if option.ranged else np.nan for end in ends)
        rows.append(
            {
                "option": option.key,
                "kind": option.kind,
                "net_first_eur": float(option.net_eur[0]),
                "net_eur": float(option.net_eur.mean()),
                "p05_eur": low,
                "p50_eur": middle,
                "p95_eur": high,
                "risk_eur": middle - low,
                "persons_reached": option.persons_reached,
                "staff_fte": option.staff_fte,
                "volunteer_hours": option.volunteer_hours,
                "hsk_compatible": option.hsk_compatible,
                "service": option.service,
                "sources": "; ".join(option.sources),
                "ranged": option.ranged,
                "assumed": option.assumed,
            }
        )
    return pd.DataFrame(rows)
