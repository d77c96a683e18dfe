"""What a municipality can do, as options of one shape: net euro by year, law, posts, and what is not known.

Cash alone counts: hours of volunteers stand beside an option and enter its euros only where they replace budgeted work
(METHODS F.4; the share is 0 unless somebody states another). Money that an instrument mobilises elsewhere is not the
municipality's and is no relief. How many people an option reaches is published for none of them: missing, until stated.
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
from dewak_research.cases.library import Library, drawn, ranges, triangular

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
        Effect on the result by year at the likely inputs, EUR; negative = cost.
    draws_eur : ndarray, shape (D,)
        Draws of its mean yearly effect over the ranges of the inputs, EUR; independent of other options.
    persons_reached, staff_fte : float
        People a year (missing = not known); municipal posts it takes.
    volunteer_hours : float
        Hours a year, never money.
    hsk_compatible : str
        For a town under a consolidation concept: "yes", "conditional" (only if compensated elsewhere), "no".
    service : bool
        It keeps a service going.
    excludes : str
        Of options with the same word here only one can be chosen; "" = excludes nothing.
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
    excludes: str = ""
    assumed: bool = True


def stream(seed: int, key: str) -> np.random.Generator:
    """Generator of one option: its draws do not depend on which other options there are."""
    return np.random.default_rng([seed, crc32(key.encode())])


def expected_path(spans: pd.DataFrame, years: int) -> Floats:
    """Return the expected yearly cost of a model, EUR, shape (years,): capital in equal parts over its ten years.

    Parameters
    ----------
    spans : DataFrame
        Index ``cost.INPUTS``; mode. Third-party money lasts with its expected probability.

    Raises
    ------
    ValueError
        More years than the cost of a model covers.
    """
    if years > YEARS:
        raise ValueError(f"the cost of a model covers {YEARS} years, not {years}")
    mode = {name: spans.loc[[name], "mode"].to_numpy(dtype=np.float64) for name in INPUTS}
    lasting = np.asarray(mode["renewal_share"][:, None] ** np.arange(YEARS), dtype=np.float64)
    path = cost_path(mode, lasting)[0]
    return np.asarray(path[1 : years + 1] + path[0] / YEARS, dtype=np.float64)


def drawn_cost(spans: pd.DataFrame, years: int, draws: int, rng: np.random.Generator) -> Floats:
    """Return draws of the same cost, mean of the years, EUR a year, shape (draws,): third-party money may end."""
    inputs = drawn(spans.loc[list(INPUTS)], draws, rng)
    renewed = rng.random((draws, YEARS - 1)) < inputs["renewal_share"][:, None]
    path = cost_path(inputs, np.hstack([np.ones((draws, 1)), np.cumprod(renewed, axis=1)]))
    return np.asarray(path[:, 1 : years + 1].mean(axis=1) + path[:, 0] / YEARS, dtype=np.float64)


def model_options(
    library: Library, case: str, models: Iterable[str], years: int, draws: int, seed: int
) -> list[Option]:
    """Return organisation models for the place of one case; of these only one can be chosen."""
    found = []
    for model in models:
        spans = model_ranges(library, case, model)
        mode = {str(name): float(value) for name, value in spans["mode"].items()}
        found.append(
            Option(
                key=f"{case}_{model}",
                kind=MODEL,
                net_eur=-expected_path(spans, years),
                draws_eur=-drawn_cost(spans, years, draws, stream(seed, f"{case}_{model}")),
                staff_fte=mode["staff_fte"] * mode["municipal_staff_share"],
                volunteer_hours=mode["volunteer_hours"] * mode["volunteer_factor"],
                hsk_compatible=hsk_compatible(library, model),
                service=True,
                excludes=f"{MODEL}_{case}",
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
        Their euros add up to the equation. Prevention has no effect unless cases are stated. Volunteers take
        coordination, which can be ended within a year (assumption) and has to be compensated under consolidation.
    """
    spans = ranges(relief)
    for end in ("low", "high"):
        spans.loc[AS_STATED, end] = spans.loc[AS_STATED, "mode"]
    mode = {str(name): float(value) for name, value in spans["mode"].items()}
    parts, hours = relief_parts(mode), mode["volunteer_hours"]
    found = []
    for kind, names in RELIEF_PARTS.items():
        varied = relief_parts(drawn(spans, draws, stream(seed, kind)))
        volunteers = kind == VOLUNTEERS
        found.append(
            Option(
                key=kind,
                kind=kind,
                net_eur=np.full(years, sum(float(parts[name]) for name in names)),
                draws_eur=np.sum([np.broadcast_to(varied[name], draws) for name in names], axis=0),
                volunteer_hours=hours if volunteers else 0.0,
                hsk_compatible="conditional" if volunteers else "yes",
                service=volunteers,
            )
        )
    return found


def instrument_options(
    activation: pd.DataFrame, years: int, draws: int, seed: int
) -> tuple[list[Option], pd.DataFrame]:
    """Return the instruments of the catalogue whose cost is known, and those left out with the reason.

    Parameters
    ----------
    activation : DataFrame
        One row per instrument: instrument, cost_low_eur, cost_eur, cost_high_eur, cost_per ("year", "once",
        "project"), cost_assumed, lead_time_years, hours_mobilised, hours_per, hsk_compatible ("yes", "depends",
        "no", "unknown").

    Returns
    -------
    tuple
        Options: the cost of a year, none before the lead time is over; that the municipality pays all of it is an
        assumption. Left out: instrument, reason ("cost_unknown"; "per_project": how many is not known; "paid_once": who
        pays it, and when, differs from case to case).
    """
    found, left_out = [], []
    for row in activation.to_dict("records"):
        key, cost = str(row["instrument"]), _range(row)
        if cost is None or row["cost_per"] != "year":
            reason = "paid_once" if row["cost_per"] == "once" else "per_project"
            left_out.append({"instrument": key, "reason": "cost_unknown" if cost is None else reason})
            continue
        low, likely, high = cost
        lead = 0 if pd.isna(row["lead_time_years"]) else int(np.ceil(row["lead_time_years"]))
        when = np.arange(years) >= lead
        yearly = when.mean() * triangular(low, likely, high, (draws,), stream(seed, key))
        known = row["hours_per"] == "year" and not pd.isna(row["hours_mobilised"])
        found.append(
            Option(
                key=key,
                kind=INSTRUMENT,
                net_eur=np.where(when, -likely, 0.0),
                draws_eur=-yearly,
                volunteer_hours=float(row["hours_mobilised"]) if known else 0.0,
                hsk_compatible=LAW.get(str(row["hsk_compatible"]), "no"),
                service=True,
            )
        )
    return found, pd.DataFrame(left_out, columns=["instrument", "reason"])


def _range(row: Mapping[Any, Any]) -> tuple[float, float, float] | None:
    """Low, likely, high cost; the middle stands for a likely value that is not published; None = not known."""
    low, likely, high = (float(row[name]) for name in ("cost_low_eur", "cost_eur", "cost_high_eur"))
    likely = 0.5 * (low + high) if np.isnan(likely) else likely
    low, high = (likely if np.isnan(end) else end for end in (low, high))
    return None if np.isnan(likely) else (low, likely, high)


def options_table(options: Iterable[Option]) -> pd.DataFrame:
    """Return the options, one row each.

    Returns
    -------
    DataFrame
        option, kind, net_first_eur, net_eur (mean a year; negative = cost), p05_eur, p50_eur, p95_eur, risk_eur (P95 −
        P50 of the net cost), persons_reached (missing = not known), staff_fte, volunteer_hours (never money),
        hsk_compatible, service, assumed.
    """
    rows = []
    for option in options:
        low, middle, high = (float(end) for end in np.quantile(option.draws_eur, (0.05, 0.5, 0.95)))
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
                "assumed": option.assumed,
            }
        )
    return pd.DataFrame(rows)
