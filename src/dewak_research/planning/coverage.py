"""How many truths the bands of the backtests held, by age, and from what their widths were learned.

A band that was fitted to the years it is judged by proves little. So it is said where its parts come from: moves and
births of the Land from the years before the origin, what sets a Kreis apart from the other half of the Kreise; only how
far the ages of the Land were off beside births is known from the period of the backtest itself. Beside it stands the
coverage of bands without that part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS, membership
from dewak_research.planning.birth_misses import BirthMisses, grown
from dewak_research.planning.migration import Profile
from dewak_research.planning.spread import NINE_IN_TEN, Spread, Spreads

Floats = NDArray[np.floating[Any]]
TOTAL = "total"
AFTER = (1, 5, 10, 15)
_KEY = ["ags", "origin", "target", "age"]


def coverage_table(table: pd.DataFrame, without: pd.DataFrame, method: str) -> pd.DataFrame:
    """Return the share of truths within P05–P95, by age.

    Parameters
    ----------
    table : DataFrame
        Backtest of the Kreise: ags, age, origin, target, truth, p05, p95 and ``method``.
    without : DataFrame
        The same with bands that know nothing of the years after the origin.

    Returns
    -------
    DataFrame
        origin, target, age; coverage_pct: as the bands are; coverage_before_pct: with what was known before the origin
        and from other Kreise alone; shared_miss_pct: mean of the forecasts over the truth, which all Kreise share;
        width_pct: mean half width of the band, percent of the truth; ages_from_period (True where a width of the band
        was learned from the years it is judged by); n.
    """
    both = table.merge(without[[*_KEY, "p05", "p95"]], on=_KEY, suffixes=("", "_before"))
    rows = []
    for (origin, target, age), part in both.groupby(["origin", "target", "age"], sort=False):
        truth = part["truth"]
        rows.append(
            {
                "origin": origin,
                "target": target,
                "age": age,
                "coverage_pct": 100 * float(truth.between(part["p05"], part["p95"]).mean()),
                "coverage_before_pct": 100
                * float(truth.between(part["p05_before"], part["p95_before"]).mean()),
                "shared_miss_pct": 100 * float((part[method] / truth - 1).mean()),
                "width_pct": 50 * float(((part["p95"] - part["p05"]) / truth).mean()),
                "ages_from_period": age != TOTAL,
                "n": len(part),
            }
        )
    return pd.DataFrame(rows)


def birth_table(of: Sequence[tuple[int, BirthMisses]]) -> pd.DataFrame:
    """Return the widths of births per woman.

    Parameters
    ----------
    of : sequence of (int, BirthMisses)
        Last year looked at, and the widths.

    Returns
    -------
    DataFrame
        until, component (land, kreis), kept (part of a miss still there a year later), yearly_pct (standard deviation
        of what comes new each year), band_1_pct … band_15_pct: births per woman lie within plus or minus so much after
        so many years in nine of ten cases, percent.
    """
    rows = []
    for until, misses in of:
        for name, new in (("land", misses.land), ("kreis", misses.kreis)):
            after = {
                f"band_{h}_pct": 100 * NINE_IN_TEN * new * float(grown(misses.kept, np.array([h]))[0])
                for h in AFTER
            }
            rows.append(
                {"until": until, "component": name, "kept": misses.kept, "yearly_pct": 100 * new, **after}
            )
    return pd.DataFrame(rows)


def spread_table(widths: Mapping[int, Spreads], misses: AgeMisses, ages_until: int) -> pd.DataFrame:
    """Return widths by component and last year looked at; of ages, the log of a share after one year."""
    rows = []
    for last, spreads in widths.items():
        parts: dict[str, Spread] = {"land": spreads.land, "kreis": spreads.kreis, "town": spreads.town}
        rows += [
            {
                "until": last,
                "component": name,
                "age": TOTAL,
                "level_pct": 100 * width.level,
                "yearly_pct": 100 * width.yearly,
                "size": width.size,
            }
            for name, width in parts.items()
        ]
    stages, own = (
        [(name, group, float(width)) for group, width in zip(GROUPS, widths_of, strict=True)]
        for name, widths_of in (("land_age", misses.land), ("kreis_age", misses.kreis))
    )
    rows += [
        {"until": ages_until, "component": name, "age": group, "level_pct": 100 * width}
        for name, group, width in [*stages, *own]
    ]
    return pd.DataFrame(rows)


def ages_table(ages: Profile, misses: AgeMisses) -> pd.DataFrame:
    """Return who comes or goes, percent by group of age: in the Land, and where Kreise and towns deviate."""
    apart = ages.land if misses.movers is None else misses.movers
    shares = {
        name: of.sum(axis=0) @ membership() for name, of in (("land_pct", ages.land), ("apart_pct", apart))
    }
    return pd.DataFrame({"age": GROUPS, **{name: 100 * share for name, share in shares.items()}})
