"""How far the ages of a projection were off beside its total, and draws of it.

The level of migration moves a total; that the ages within it are off as well (births per woman, who comes and who goes)
shows in the backtest of the Kreise from 2015 to 2024: log of the truth's share of an age over the forecast's. The miss
grows with the root of the years: births per woman in Germany changed by 0.03 (log) within one year, 0.08 within six and
0.10 within sixteen (1985-2023), far less than in proportion. One part is the same in all Kreise and of one sign in
a stage of life, the rest is each Kreis' and each group's own. It is one period: the widths are what these nine years
showed, and ages of a single town are off by more than this. Children born after the base miss by their births first
(``birth_misses``): only what births leave counts here, for the Land as for a Kreis.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.ages import GROUPS, bounds
from dewak_research.planning.base_misses import BaseMisses
from dewak_research.planning.birth_misses import BirthMisses
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
    land : array (groups,)
        Of each group, the same in all Kreise; ages of a stage of life are off together.
    kreis : array (groups,)
        Of each Kreis and group (``ages.GROUPS``).
    movers : array (2, ages), optional
        Ages and sexes of those who set a Kreis or town apart (``movers.movers``); without it those of the Land.
    births : BirthMisses, optional
        Births per woman deviate as well.
    base : BaseMisses, optional
        So do the ages of the base.
    """

    land: Floats
    kreis: Floats
    movers: Floats | None = None
    births: BirthMisses | None = None
    base: BaseMisses | None = None

    def factors(self, key: int, draws: int, years: int, seed: int) -> Floats32:
        """Return factors of the groups' persons in a Kreis: (draws, years + 1, groups), in mirrored pairs.

        Parameters
        ----------
        key : int
            The Kreis; 0 belongs to the Land.
        """
        half = (draws + 1) // 2
        shared = stream(seed, AGE_STREAM, 0).standard_normal((half, len(STAGES_OF_LIFE)))
        own = stream(seed, AGE_STREAM, key).standard_normal((half, len(GROUPS))) * self.kreis
        slope = shared[:, [stage_of_life(group) for group in GROUPS]] * self.land + own
        both = np.concatenate([slope, -slope])[:draws]
        found: Floats32 = np.exp(both[:, None] * np.sqrt(np.arange(years + 1))[None, :, None]).astype(
            np.float32
        )
        return found


def _shares_missed(table: pd.DataFrame, method: str) -> tuple[pd.DataFrame, int]:
    """Misses of the shares of age (log) by Kreis and group, and the years they took."""
    years = int(table["target"].iloc[0]) - int(table["origin"].iloc[0])
    total = table[table["age"] == TOTAL].set_index("ags")
    groups = table[table["age"] != TOTAL]
    of_total = total.loc[groups["ags"]]
    share = {
        name: groups[name].to_numpy(float) / of_total[name].to_numpy(float) for name in ("truth", method)
    }
    return groups[["ags", "age"]].assign(miss=np.log(share["truth"] / share[method])), years


def kreis_births(table: pd.DataFrame, method: str, births: BirthMisses) -> BirthMisses:
    """Return the widths with that of the Kreise: what sets them apart in the youngest group of age, all born since.

    Parameters
    ----------
    table, method
        As for ``age_misses``.
    births : BirthMisses
        Of the Land.
    """
    miss, years = _shares_missed(table, method)
    youngest = miss[miss["age"] == GROUPS[0]]["miss"]
    return replace(births, kreis=float(youngest.std()) / births.of_age(GROUPS[0], years))


def age_misses(table: pd.DataFrame, method: str, births: BirthMisses | None = None) -> AgeMisses:
    """Return the widths that a backtest by age asks for.

    Parameters
    ----------
    table : DataFrame
        ags (Kreise), age (groups that are sums of ``ages.GROUPS``, and ``total``), origin, target, truth and
        ``method``; one origin and target.
    method : str
        Column of the forecast.
    births : BirthMisses, optional
        What births explain is not learned once more.

    Returns
    -------
    AgeMisses
        What the Land shares is in each group at least as wide as it was off, and at least what its stage of life was
        off on average. Nine in ten of the misses of a stage lie within P05–P95. A group finer than the table's has the
        width of the table's.
    """
    miss, years = _shares_missed(table, method)
    by_age = miss.groupby("age")["miss"]
    shared, own = by_age.mean() / np.sqrt(years), by_age.std() / np.sqrt(years)
    since = pd.Series({age: births.of_age(str(age), years) if births else 0.0 for age in shared.index})
    stages = np.array([stage_of_life(str(age)) for age in shared.index])
    new = (births.land, births.kreis) if births else (0.0, 0.0)
    shared, own = (
        np.sqrt((w**2 - (sd * since) ** 2 / years).clip(lower=0))
        for w, sd in zip((shared, own), new, strict=True)
    )
    of_stage = np.array(
        [
            np.sqrt(np.mean(shared[stages == s] ** 2)) if s in stages else 0.0
            for s in range(len(STAGES_OF_LIFE))
        ]
    )
    land = shared.clip(lower=of_stage[stages])
    of_births = np.hypot(*new) * since / np.sqrt(years)
    width = np.sqrt(land**2 + own**2 + of_births**2)
    scaled = miss["miss"].abs() / np.sqrt(years) / width.reindex(miss["age"]).to_numpy(float)
    place = miss["age"].map(lambda age: stage_of_life(str(age))).to_numpy(int)
    fit = np.array([_widened(scaled[place == s]) for s in range(len(STAGES_OF_LIFE))])
    land, own = land * fit[stages], own * fit[stages]
    if births:
        births = replace(births, land=fit[0] * births.land, kreis=fit[0] * births.kreis)
    ends = {age: bounds(str(age)) for age in own.index}
    at = [
        next(age for age, (first, last) in ends.items() if first <= bounds(group)[0] <= last)
        for group in GROUPS
    ]
    return AgeMisses(land[at].to_numpy(), own[at].to_numpy(), births=births)


def _widened(scaled: pd.Series) -> float:
    """Factor under which nine in ten of the misses lie within P05–P95, at least 1."""
    return max(1.0, float(scaled.quantile(0.9)) / NINE_IN_TEN) if len(scaled) else 1.0
