"""Which need outgrows its places, when to decide, and what could meet it: the page for a Tuesday morning.

Places are a municipality's own input. Without them the growth of need and its band are shown, never a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError
from dewak_research.planning.capacity import capacity_path, input_problems
from dewak_research.planning.cost import by_service
from dewak_research.planning.rates import SERVICES

Array = NDArray[np.floating[Any]]
LIKELY, SURE = 0.5, 0.8
"""Probabilities that need exceeds the places, at which a year is named."""
WITHOUT_CLAIM = ("youth_work", "open_elderly", "debt_advice", "integration_advice")
"""Services to which nobody has an individual right: what other sectors give can meet them. The others it only joins."""
_PERCENTILES = (5.0, 50.0, 95.0)


def growth_table(need: Array, years: Sequence[int], keys: Sequence[str]) -> pd.DataFrame:
    """Return how need grows and how far the draws part: what can be said without places.

    Parameters
    ----------
    need : array (draws, years, units, services)
    years : sequence of int
    keys : sequence of str
        Units.

    Returns
    -------
    DataFrame
        ags, service, first_year, last_year, need_now (P50 of the first year), p05, p50, p95 (of the last year),
        growth_low_share, growth_share, growth_high_share (each percentile of the draws' own growth). Missing where no
        rate is known.
    """
    last = np.percentile(need[:, -1], _PERCENTILES, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.percentile(need[:, -1] / need[:, 0] - 1.0, _PERCENTILES, axis=0)
    unit, service = (index.ravel() for index in np.indices(last.shape[1:]))
    found = {
        "ags": np.array(keys, dtype=object)[unit],
        "service": np.array(SERVICES, dtype=object)[service],
        "first_year": years[0],
        "last_year": years[-1],
        "need_now": np.median(need[:, 0], axis=0).ravel(),
    }
    found |= {name: last[i].ravel() for i, name in enumerate(("p05", "p50", "p95"))}
    names = ("growth_low_share", "growth_share", "growth_high_share")
    return pd.DataFrame(found | {name: growth[i].ravel() for i, name in enumerate(names)})


def exceeded(need: Array, capacity: Array) -> Array:
    """Return how likely need exceeds the places, shape (years, services); missing where either is not known.

    Parameters
    ----------
    need : array (draws, years, services)
    capacity : array (years, services)
    """
    share = (need > capacity).mean(axis=0)
    found: Array = np.where(np.isnan(need).any(axis=0) | np.isnan(capacity), np.nan, share)
    return found


def first_year(probability: Array, years: Sequence[int], level: float) -> Array:
    """Return the first year in which a probability reaches a level, by service; missing where it never does."""
    reached = np.nan_to_num(probability) >= level
    found: Array = np.where(reached.any(axis=0), np.asarray(years, float)[reached.argmax(axis=0)], np.nan)
    return found


def lead_years(lead_times: pd.DataFrame) -> tuple[Array, NDArray[np.bool_]]:
    """Return the lead time of every service, and whether it is the assumption of the rules (not an own entry)."""
    found, assumed = by_service("lead_time_years"), np.ones(len(SERVICES), bool)
    for service, years, own in zip(
        lead_times["service"], lead_times["lead_years"], ~lead_times["assumed"].astype(bool), strict=True
    ):
        place = SERVICES.index(service)
        found[place], assumed[place] = years, not own
    return found, assumed


def service_resources(instruments: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of every service without places: its lead time, and the instruments that could help.

    Parameters
    ----------
    instruments : DataFrame
        instrument, name_de, name_en, services ("; ").

    Returns
    -------
    DataFrame
        service, lead_years (assumption of the rules, missing = none made), claim (somebody has a right to it: no
        instrument stands for it), instruments (number), instruments_de, instruments_en (names, "; ").
    """
    each = instruments.assign(service=instruments["services"].str.split("; ")).explode("service")
    helpful = each[each["service"].isin(WITHOUT_CLAIM)].groupby("service", sort=False)
    names = (
        helpful[["name_de", "name_en"]].agg("; ".join).rename(columns=lambda name: f"instruments{name[4:]}")
    )
    found = pd.DataFrame({"service": SERVICES, "lead_years": by_service("lead_time_years")})
    found["claim"] = ~found["service"].isin(WITHOUT_CLAIM)
    found["instruments"] = found["service"].map(helpful.size()).fillna(0).astype(int)
    return found.join(names, on="service").fillna({"instruments_de": "", "instruments_en": ""})


def resource_table(
    likely: Array, start: int, measures: pd.DataFrame, instruments: pd.DataFrame
) -> pd.DataFrame:
    """Return what could meet a need: own measures, and instruments for a service to which nobody has a claim.

    Parameters
    ----------
    likely : array (services,)
        First year in which need probably exceeds the places; missing = none or not known.
    start : int
        First year of the plan: who decides then has the resource after its lead time.
    measures : DataFrame
        service, name, kind (``capacity.RESOURCES``), sector, places, lead_years, hsk_compatible.
    instruments : DataFrame
        instrument, services ("; "), sector, lead_time_years, hsk_compatible, hours_mobilised, eur_mobilised.

    Returns
    -------
    DataFrame
        service, resource, kind, sector, places, lead_years, ready_year, in_time (missing where no year is known),
        hsk_compatible, hours_mobilised, eur_mobilised. Hours are neither places nor money: an instrument has no places.
    """
    own = measures.rename(columns={"name": "resource"}).assign(hours_mobilised=np.nan, eur_mobilised=np.nan)
    listed = instruments.rename(columns={"instrument": "resource", "lead_time_years": "lead_years"})
    listed = listed.assign(kind="instrument", places=np.nan)
    columns = ["service", "resource", "kind", "sector", "places", "lead_years", "hsk_compatible"]
    columns += ["hours_mobilised", "eur_mobilised"]
    listed = listed.assign(service=listed["services"].str.split("; ")).explode("service")
    parts = [own[columns], listed.loc[listed["service"].isin(WITHOUT_CLAIM), columns]]
    found = pd.concat([part for part in parts if len(part)] or [own[columns]], ignore_index=True)
    found["ready_year"] = start + found["lead_years"].astype(float)
    year = found["service"].map(dict(zip(SERVICES, likely, strict=True))).astype(float)
    known = year.notna() & found["ready_year"].notna()
    found["in_time"] = (found["ready_year"] <= year).astype("boolean").where(known)
    found["_order"] = found["service"].map(SERVICES.index)
    return found.sort_values(["_order", "ready_year", "resource"], ignore_index=True).drop(columns="_order")


def largest_gap(need: Array, capacity: Array) -> Array:
    """Return what is missing most in any year, (services,): a gap that closes again is one all the same.

    Parameters
    ----------
    need, capacity : array (years, services)
        Years without known places are left out; missing where no year has any.
    """
    missing: pd.Series[float] = pd.DataFrame(np.clip(need - capacity, 0.0, None)).max()
    return missing.to_numpy(dtype=float)


def warnings(
    need: Array,
    years: Sequence[int],
    places: pd.DataFrame,
    lead_times: pd.DataFrame,
    measures: pd.DataFrame,
    instruments: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Return the early warning of one municipality: the most urgent decision first.

    Parameters
    ----------
    need : array (draws, years, services)
    years : sequence of int
        An unbroken row.
    places : DataFrame
        service, places, from_year, district (may lack); may be empty.
    lead_times : DataFrame
        service, lead_years, assumed; may be empty: the assumptions of the rules.
    measures, instruments : DataFrame
        As for :func:`resource_table`; may be empty.

    Returns
    -------
    dict
        ``warning``: service, need_now, p05, p50, p95 (last year), growth_share, places (last year), likely_year
        (P ≥ .5), sure_year (P ≥ .8), lead_years, lead_assumed, decide_by (likely_year less lead time), overdue, gap,
        gap_high (P50, P95 less places in the year in which most is missing), matched (places of measures ready in
        time), open_rest. Years, gap and rest are missing without places. ``resources``: see :func:`resource_table`.

    Raises
    ------
    InputError
        Every fault of :func:`capacity.input_problems`.
    """
    if problems := input_problems(places, lead_times, measures, years):
        raise InputError(problems)
    capacity = capacity_path(places, years)
    probability = exceeded(need, capacity)
    likely, sure = (first_year(probability, years, level) for level in (LIKELY, SURE))
    lead, assumed = lead_years(lead_times)
    found = growth_table(need[:, :, None], years, [""]).drop(
        columns=["ags", "growth_low_share", "growth_high_share"]
    )
    resources = resource_table(likely, int(years[0]), measures, instruments)
    ready = (
        resources[resources["in_time"].fillna(value=False).astype(bool)].groupby("service")["places"].sum()
    )
    found["places"] = capacity[-1]
    found["likely_year"], found["sure_year"] = likely, sure
    found["lead_years"], found["lead_assumed"] = lead, assumed
    found["decide_by"] = np.floor(likely - lead)
    late: pd.Series = found["decide_by"] < years[0]
    found["overdue"] = late.astype("boolean").where(found["decide_by"].notna())
    found["gap"], found["gap_high"] = (
        largest_gap(ends, capacity) for ends in np.percentile(need, (50, 95), axis=0)
    )
    known = found["gap"].notna()
    met = found["service"].map(ready).astype(float).fillna(0.0)
    found["matched"] = met.clip(upper=found["gap"]).where(known)
    found["open_rest"] = found["gap"] - found["matched"]
    urgent = found.sort_values(
        ["decide_by", "likely_year", "growth_share"],
        ascending=[True, True, False],
        na_position="last",
        kind="stable",
    )
    return {"warning": urgent.reset_index(drop=True), "resources": resources}
