"""The light of every unit: green if P(no trigger in T years) ≥ 90 %, amber 70–90 %, red below (METHODS C.7 [P]).

The lights of an earlier report stand unit by unit in ``published.yaml`` with the version that published them and the
faults of its engine; the table of changes is counted anew in every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import entries
from dewak_research.language import Text
from dewak_research.rules import document, value

Floats = NDArray[np.float64]
LIGHTS, NO_DATA = ("green", "amber", "red"), "no_data"
CLASSES = (*LIGHTS, NO_DATA)


def _limits() -> dict[str, float]:
    return {k: float(value("council_grid", k).value) for k in ("green_from_share", "amber_from_share")}


def light(no_trigger_share: Floats | float) -> NDArray[np.str_]:
    """Light from the probability that no HSK trigger is hit within five years (METHODS C.7, proposal).

    Parameters
    ----------
    no_trigger_share : array or float
        0–1; NaN = no data.

    Returns
    -------
    ndarray of str
        "green" (≥ 0.9), "amber" (≥ 0.7), "red", "no_data".
    """
    share = np.asarray(no_trigger_share, np.float64)
    limits = _limits()
    conditions = [np.isnan(share), share >= limits["green_from_share"], share >= limits["amber_from_share"]]
    return np.select(conditions, [NO_DATA, *LIGHTS[:2]], default=LIGHTS[2])


def light_definitions() -> dict[str, tuple[Text, Text]]:
    """Name and definition of every class of the light, to be shown beside it."""
    limits = {name: f"{100 * share:.0f}" for name, share in _limits().items()}
    found = {}
    for entry in document("scorecards/light")["classes"]:
        definition = Text.of(entry["definition"])
        shown = definition.format(limit=limits[entry["limit"] or "amber_from_share"])
        found[entry["key"]] = (Text.of(entry["title"]), shown)
    return found


def light_table(probabilities: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Light of every unit of the register, reported or not.

    Returns
    -------
    DataFrame
        ags, name, kind, kreis, size_class, probability, frequency_low, frequency_high (any trigger, last year),
        light, light_low, light_high (at the friendlier and at the harsher end of the crisis frequency).
    """
    last = probabilities[(probabilities["trigger"] == "any")]
    last = last[last["year"] == last["year"].max()].set_index("ags")
    shown = {"light": "probability", "light_low": "frequency_low", "light_high": "frequency_high"}
    out = last[list(shown.values())].reindex(sorted(units["ags"]))
    for name, column in shown.items():
        out[name] = light(1.0 - out[column].to_numpy(float))
    register = units.set_index("ags")[["name", "kind", "kreis", "size_class"]]
    lights: pd.DataFrame = register.reindex(out.index).join(out).rename_axis("ags").reset_index()
    return lights


def light_counts(lights: pd.DataFrame) -> pd.DataFrame:
    """Count units by light.

    Parameters
    ----------
    lights : DataFrame
        light, light_low, light_high ("green", "amber", "red" or "no_data").

    Returns
    -------
    DataFrame
        light ("green", "amber", "red", "known" = the three together, "no_data"), units, units_low, units_high (at
        the friendlier and at the harsher end of the crisis frequency), changed (units of this light whose light
        differs between the two ends).
    """
    changed = lights["light_low"] != lights["light_high"]
    columns = {"units": "light", "units_low": "light_low", "units_high": "light_high"}
    rows = []
    for name in (*LIGHTS, "known", NO_DATA):
        meant = LIGHTS if name == "known" else (name,)
        counts = {shown: int(lights[column].isin(meant).sum()) for shown, column in columns.items()}
        own = int((lights["light"].isin(meant) & changed).sum())
        rows.append({"light": name, **counts, "changed": own})
    return pd.DataFrame(rows)


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
