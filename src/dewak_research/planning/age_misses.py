"""How far the ages of a projection were off beside its total, and draws of it.

The level of migration moves a total; that the ages within it are off as well (births per woman, who comes and who goes)
shows in the backtest of the Kreise from 2015 to 2024: log of the truth's share of an age over the forecast's. The miss
grows with the root of the years: births per woman in Germany changed by 0.03 (log) within one year, 0.08 within six and
0.10 within sixteen (1985-2023), far less than in proportion. One part is the same in all Kreise and in all ages of a
stage of life, the rest is each Kreis' and each group's own. It is one period: the widths are what these nine years
showed, and ages of a single town are off by more than this.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.ages import GROUPS, bounds
from dewak_research.planning.spread import NINE_IN_TEN
from dewak_research.stress.shocks import stream

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
AGE_STREAM = 14
STAGES_OF_LIFE = (0, 18, 45)
"""First ages: children, those who move, those who are settled."""
TOTAL = "total"


def stage_of_life(group: str) -> int:
    """Return the number of the stage of life that a group of age begins in."""
    return int(np.searchsorted(STAGES_OF_LIFE, bounds(group)[0], side="right")) - 1


@dataclass(frozen=True)
class AgeMisses:
    """Standard deviations of the miss of an age's share (log) one year after the base; they grow with its root.

    Attributes
    ----------
    land : array (stages,)
        Same in all Kreise and in all ages of a stage of life.
    kreis : array (groups,)
        Of each Kreis and group (``ages.GROUPS``).
    movers : array (2, ages), optional
        Ages and sexes of those who set a Kreis or town apart (``movers.movers``); without it those of the Land.
    """

    land: Floats
    kreis: Floats
    movers: Floats | None = None

    def of_land(self, group: str) -> float:
        """Return the shared width of a group of age."""
        return float(self.land[stage_of_life(group)])

    def factors(self, key: int, draws: int, years: int, seed: int) -> Floats32:
        """Return factors of the groups' persons in a Kreis: (draws, years + 1, groups), in mirrored pairs.

        Parameters
        ----------
        key : int
            The Kreis; 0 belongs to the Land.
        """
        half = (draws + 1) // 2
        shared = stream(seed, AGE_STREAM, 0).standard_normal((half, len(STAGES_OF_LIFE))) * self.land
        own = stream(seed, AGE_STREAM, key).standard_normal((half, len(GROUPS))) * self.kreis
        slope = shared[:, [stage_of_life(group) for group in GROUPS]] + own
        both = np.concatenate([slope, -slope])[:draws]
        found: Floats32 = np.exp(both[:, None] * np.sqrt(np.arange(years + 1))[None, :, None]).astype(
            np.float32
        )
        return found


def age_misses(table: pd.DataFrame, method: str) -> AgeMisses:
    """Return the widths that a backtest by age asks for.

    Parameters
    ----------
    table : DataFrame
        ags (Kreise), age (groups that are sums of ``ages.GROUPS``, and ``total``), origin, target, truth and
        ``method``; one origin and target.
    method : str
        Column of the forecast.

    Returns
    -------
    AgeMisses
        Nine in ten of the misses lie within P05–P95; a group finer than the table's has the width of the table's.
    """
    years = int(table["target"].iloc[0]) - int(table["origin"].iloc[0])
    total = table[table["age"] == TOTAL].set_index("ags")
    groups = table[table["age"] != TOTAL]
    of_total = total.loc[groups["ags"]]
    share = {
        name: groups[name].to_numpy(float) / of_total[name].to_numpy(float) for name in ("truth", method)
    }
    miss = groups[["ags", "age"]].assign(miss=np.log(share["truth"] / share[method]) / np.sqrt(years))
    by_age = miss.groupby("age")["miss"]
    shared, own = by_age.mean(), by_age.std()
    stages = np.array([stage_of_life(age) for age in shared.index])
    land = np.array([np.sqrt((shared[stages == s] ** 2).mean()) for s in range(len(STAGES_OF_LIFE))])
    width = np.sqrt(land[stages] ** 2 + own**2)
    scaled = miss["miss"].abs().to_numpy(float) / width.reindex(miss["age"]).to_numpy(float)
    fit = float(np.quantile(scaled, 0.9)) / NINE_IN_TEN
    ends = {age: bounds(str(age)) for age in own.index}
    of_group = [
        next(own[age] for age, (first, last) in ends.items() if first <= bounds(group)[0] <= last)
        for group in GROUPS
    ]
    return AgeMisses(land * fit, np.array(of_group) * fit)
