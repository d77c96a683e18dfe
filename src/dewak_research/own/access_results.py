"""What follows from own districts and facilities: access by kind and district, need beside it, where one more helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dewak_research.config import SpaceParams
from dewak_research.own.access_case import OwnAccess, kinds_of
from dewak_research.space.access import Array
from dewak_research.space.district_need import (
    INDICATORS,
    equity_rows,
    need_beside_access,
    need_score,
    quadrant_rows,
)
from dewak_research.space.district_sites import more_sites, one_more
from dewak_research.space.districts import OwnKind, district_table, kind_summary
from dewak_research.space.fifths import fifths

Tables = dict[str, pd.DataFrame]
NEED_ORIGINS = ("own", "computed", "none")


@dataclass(frozen=True)
class AccessResults:
    """Results on access.

    Attributes
    ----------
    reason : str
        Why there are none: ``empty`` (no files), ``districts`` or ``facilities`` (that file is missing), ``one`` (one
        district), or "".
    tables : dict
        access_kinds, access_districts, access_need, access_quadrants, access_equity, access_one_more, access_more: see
        ``space.districts``, ``space.district_need``, ``space.district_sites``. access_need: district, people, share of
        every count that was entered (``people_65_share``, …), need, fifth (of the people, 5 = neediest; both missing
        where need is not known).
    need : str
        Where need comes from: one of ``NEED_ORIGINS``.
    indicators : tuple of str
        Counts whose shares make the computed need.
    even : tuple of str
        Counts that are left out, because they lack a number or are equal everywhere.
    alone : dict of str
        Why need and access of a kind cannot be set against each other.
    """

    access: OwnAccess
    reason: str = ""
    kinds: tuple[OwnKind, ...] = ()
    tables: Tables = field(default_factory=dict)
    need: str = "none"
    indicators: tuple[str, ...] = ()
    even: tuple[str, ...] = ()
    alone: dict[str, str] = field(default_factory=dict)


def why_none(access: OwnAccess) -> str:
    """Say why nothing can be told; see :class:`AccessResults`."""
    if not len(access.districts):
        return "districts" if len(access.facilities) else "empty"
    if not len(access.facilities):
        return "facilities"
    return "one" if len(access.districts) == 1 else ""


def access_results(access: OwnAccess, params: SpaceParams, seed: int) -> AccessResults:
    """Compute what the page of access shows.

    Parameters
    ----------
    access : OwnAccess
    params : SpaceParams
        Assumed reach on foot, other detours and reaches that are tried, draws.
    seed : int
    """
    if reason := why_none(access):
        return AccessResults(access, reason)
    names = access.districts["district"].tolist()
    kinds = kinds_of(access, params)
    need, origin, indicators, even, needed = _need(access)
    tables = {
        "access_kinds": kind_summary(kinds, names),
        "access_districts": district_table(kinds, names),
        "access_need": needed,
        "access_one_more": one_more(kinds, need, names),
        "access_more": more_sites(kinds, names),
    }
    alone = {}
    if need is not None:
        alone = {kind.kind: why for kind in kinds if (why := need_beside_access(kind))}
        tables["access_quadrants"] = quadrant_rows(kinds, need, names, params.reach_factors)
        tables["access_equity"] = equity_rows(kinds, need, params.draws, seed)
    return AccessResults(access, "", tuple(kinds), tables, origin, indicators, even, alone)


def _need(access: OwnAccess) -> tuple[Array | None, str, tuple[str, ...], tuple[str, ...], pd.DataFrame]:
    """Return need by district, where it comes from, which counts make it, which do not, and the table of it."""
    districts = access.districts
    people = districts["people"].to_numpy(float)
    entered = [name for name in INDICATORS if districts[name].notna().any()]
    computed, parts = need_score(districts[entered], people)
    used = _names(parts, used=True)
    need: Array | None = districts["need"].to_numpy(float)
    origin = "own"
    if districts["need"].isna().any() or bool((districts["need"] == districts["need"].iloc[0]).all()):
        need, origin = computed, "computed" if computed is not None else "none"
    table = pd.DataFrame({"district": districts["district"], "people": people})
    for name in entered:
        table[f"{name}_share"] = districts[name].to_numpy(float) / people
    unknown = np.full(len(table), np.nan)
    table["need"] = unknown if need is None else need
    table["fifth"] = unknown if need is None else fifths(need, people).astype(float)
    return need, origin, used if origin == "computed" else (), _names(parts, used=False), table


def _names(parts: pd.DataFrame, used: bool) -> tuple[str, ...]:
    names: Sequence[str] = parts.loc[parts["used"] == used, "indicator"].unique().tolist()
    return tuple(names)
