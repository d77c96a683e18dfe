"""What an earlier report published, beside what this run finds: lights of every unit, and faults of the engine of then.

The former lights stand unit by unit in ``published.yaml`` with the version that published them; the table of changes is
counted anew in every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.errors import entries
from dewak_research.stress.light import LIGHTS, NO_DATA

CLASSES = (*LIGHTS, NO_DATA)


def published() -> dict[str, Any]:
    """Return version, engine (measured on that version) and lights (key of the light → its units)."""
    return entries(__package__, "published.yaml")


def light_changes(lights: pd.DataFrame, before: Mapping[str, str]) -> pd.DataFrame:
    """Count units by their light then and now.

    Parameters
    ----------
    lights : DataFrame
        ags, light.
    before : mapping
        Light to its units, keys parted by blanks; a unit that stands nowhere had no data.

    Returns
    -------
    DataFrame
        before (light then, or "all"), green, amber, red, no_data (units by light now), units (together), changed
        (units whose light is another one).
    """
    then = {ags: name for name in CLASSES for ags in before[name].split()}
    old = lights["ags"].map(then).fillna(NO_DATA)
    counts = pd.crosstab(old, lights["light"]).reindex(
        index=list(CLASSES), columns=list(CLASSES), fill_value=0
    )
    same = np.diag(counts)
    counts["units"] = counts.sum(axis=1)
    counts["changed"] = counts["units"] - same
    counts.loc["all"] = counts.sum()
    return counts.rename_axis(index="before", columns=None).reset_index()


def before_and_now(lights: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Compare the lights with those published before and name the faults found in the engine of then.

    Returns
    -------
    dict
        light_changes; published_engine: one row with version, trade_tax_lift_share (mean of the drawn trade tax in the
        fifth year over its plan, less 1), mean_stress_median_town_eur_pc (mean of the deviation over five years; above
        zero is a gain), band_80_five_years_share (truth inside the 80 % band), crisis_frequency_share (per year, of the
        central probability), centre_outside_interval_units.
    """
    document = published()
    engine = pd.DataFrame([{"version": document["version"], **document["engine"]}])
    return {"light_changes": light_changes(lights, document["lights"]), "published_engine": engine}
