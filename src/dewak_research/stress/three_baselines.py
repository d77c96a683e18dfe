"""Every light on three baselines: what the starting point does to the answer."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.config import StressParams
from dewak_research.stress.baseline import TAX_BASE_YEARS, TAX_BASES
from dewak_research.stress.light import LIGHTS
from dewak_research.stress.run import Run, prepare
from dewak_research.stress.sensitivity import drawn_lights


def lights_by_baseline(
    booked: Run, lights: pd.DataFrame, inputs: Mapping[str, pd.DataFrame], params: StressParams
) -> pd.DataFrame:
    """Light of every unit on each baseline.

    Parameters
    ----------
    booked : Run
        The run on the booked mean.
    lights : DataFrame
        Its lights: ags, probability, light; the other two are drawn by ``sensitivity.drawn_lights``.
    inputs : mapping
        As for ``run.prepare``.

    Returns
    -------
    DataFrame
        ags, baseline ("booked" = mean of the booked years, "mean5" = own taxes as the mean of five years,
        "structural" = the same without the trough; years in ``TAX_BASE_YEARS``), probability, light.
    """
    frames = [lights[["ags", "probability", "light"]].assign(baseline=TAX_BASES[0])]
    for option in TAX_BASE_YEARS:
        run = prepare(inputs, params, booked.seed, option, known=booked.known)
        frames.append(drawn_lights(run, inputs["units"]).reset_index().assign(baseline=option))
    found = pd.concat(frames)[["ags", "baseline", "probability", "light"]]
    return found.sort_values(["ags", "baseline"], ignore_index=True)


def baseline_counts(lights: pd.DataFrame) -> pd.DataFrame:
    """Count lights by baseline.

    Returns
    -------
    DataFrame
        baseline; first_year, last_year, years (number) of the own taxes' mean (NA for the booked mean, which differs
        by unit); green, amber, red; changed (known units whose light differs from that on the booked mean); same_on_all
        (known units with one light on all three).
    """
    wide = lights.pivot_table(index="ags", columns="baseline", values="light", aggfunc="first")
    known = wide[wide["booked"].isin(LIGHTS)]
    rows = []
    for option in TAX_BASES:
        years = TAX_BASE_YEARS.get(option, ())
        counts = {name: int((known[option] == name).sum()) for name in LIGHTS}
        rows.append(
            {
                "baseline": option,
                "first_year": min(years, default=None),
                "last_year": max(years, default=None),
                "years": len(years) or None,
                **counts,
                "changed": int((known[option] != known["booked"]).sum()),
                "same_on_all": int(known.eq(known["booked"], axis=0).all(axis=1).sum()),
            }
        )
    out = pd.DataFrame(rows)
    return out.astype(dict.fromkeys(("first_year", "last_year", "years"), "Int64"))
