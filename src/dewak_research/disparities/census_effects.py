"""Does the census of 2011 move what the chapter says? The main model and the measures with and without its break."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dewak_research.disparities.census import POPULATION_FROM, rebased
from dewak_research.disparities.convergence import convergence_tables
from dewak_research.disparities.inequality import inequality
from dewak_research.disparities.ladder import MOVING
from dewak_research.disparities.models import fixed_effects
from dewak_research.disparities.panel import balanced

#: How the break is treated; the first is what the rest of the chapter uses.
TREATMENTS = ("as_printed", "step_as_regressor", "rebased", "one_base_only")


def census_models(panel: pd.DataFrame, years: tuple[int, int]) -> pd.DataFrame:
    """Return the two-way model under every treatment of the break.

    Returns
    -------
    DataFrame
        ``treatment`` (``as_printed``; ``step_as_regressor``: the step of each Kreis before 2011 as a further variable;
        ``rebased``; ``one_base_only``: years from 2012, in which the lagged tax capacity too stands on the new base),
        ``term``, ``estimate``, ``se``, ``low``, ``high``, ``p_value``, ``observations``, ``units``, ``clusters``.
    """
    one_base, later = rebased(panel), (max(years[0], POPULATION_FROM), years[1])
    printed = panel.assign(census_step=one_base["census_step"])
    parts = []
    for treatment, frame, regressors, period in (
        ("as_printed", printed, MOVING, years),
        ("step_as_regressor", printed, (*MOVING, "census_step"), years),
        ("rebased", one_base, MOVING, years),
        ("one_base_only", printed, MOVING, later),
    ):
        estimate = fixed_effects(frame, "ln_kdu", regressors, period, "kreis_year")
        parts.append(estimate.sized().assign(treatment=treatment))
    return pd.concat(parts, ignore_index=True)


def census_measures(
    panel: pd.DataFrame, years: tuple[int, int], lmdi: pd.DataFrame, draws: int, seed: int
) -> pd.DataFrame:
    """Return the measures over time with the printed figures and on one base.

    Parameters
    ----------
    lmdi : DataFrame
        From :func:`dewak_research.disparities.bridge.kdu_paths`.

    Returns
    -------
    DataFrame
        ``measure`` (``cv_first``, ``cv_last`` of the same Kreise; ``sigma_change``; ``beta_speed``; ``lmdi_people`` and
        ``lmdi_need`` in billion EUR, nominal, bridge), ``treatment`` (``as_printed``, ``rebased``), ``value``, ``low``,
        ``high`` (95 %; the value itself where nothing is estimated), ``kreise``.
    """
    rows = []
    for treatment, frame, base in (
        ("as_printed", panel, "as_printed"),
        ("rebased", rebased(panel), "census_2011"),
    ):
        same = balanced(frame, "kdu_eur_pc", range(years[0], years[1] + 1))
        moved = convergence_tables(frame, years, draws, seed)
        change = moved["sigma_path"].iloc[-1]
        speed = moved["beta_convergence"].set_index("model").loc["unconditional"]
        counted = lmdi[(lmdi["prices"] == "nominal") & (lmdi["level"] == "bridge")]
        parts = counted[counted["base"] == base].iloc[-1]
        first, last = (inequality(same.loc[same["year"] == year, "kdu_eur_pc"])["cv"] for year in years)
        found: dict[str, tuple[Any, ...]] = {
            "cv_first": (first,) * 3,
            "cv_last": (last,) * 3,
            "sigma_change": (change["change"], change["change_low"], change["change_high"]),
            "beta_speed": (speed["speed"], speed["speed_low"], speed["speed_high"]),
            "lmdi_people": (parts["people"],) * 3,
            "lmdi_need": (parts["need"],) * 3,
        }
        rows += [
            {"measure": name, "treatment": treatment, "kreise": same["ags"].nunique()}
            | dict(zip(("value", "low", "high"), values, strict=True))
            for name, values in found.items()
        ]
    return pd.DataFrame(rows)[["measure", "treatment", "value", "low", "high", "kreise"]]
