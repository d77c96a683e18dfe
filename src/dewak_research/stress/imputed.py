"""How much of the spread of the result rests on years that were not observed.

Housing costs and asylum were not counted in every year of the pool; the gaps are filled from the year with the nearest
trade-tax growth. What all units draw from the pool together is a real year only for the observed items. An item is
followed through the layers: what a Kreis passes on it gets back, and its towns pay it beside their own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.items import KEYS, POSITION, SIGNS
from dewak_research.stress.kreis_levy import YOUTH_OFFICE, Raised, passed_on
from dewak_research.stress.pool import OBSERVED, TAXES, imputed_variance_share
from dewak_research.stress.run import Run
from dewak_research.stress.simulation import Paths

Floats = NDArray[np.float64]


def imputed_variance(run: Run, draws: int) -> pd.DataFrame:
    """Share of the five-year variance of the result that comes from items with filled years.

    Parameters
    ----------
    draws : int
        Draws of the engine.

    Returns
    -------
    DataFrame
        kind ("all" and each kind of unit), units, items_share (median over units of the covariance of these items'
        five-year effect, passed on by the Kreise, with the total, in the variance of the total), imputed_share (the
        same, each item weighted by the part of its variance that rests on filled years).
    """
    common = run.shocks(draws)
    rests_on = imputed_variance_share(run.pool)
    shared = [
        POSITION[key] for key in OBSERVED if key not in TAXES and run.pool.filled[:, POSITION[key]].any()
    ]
    relative = {at: np.expm1(common.log_level[at].astype(np.float64)) for at in shared}
    book, settings = run.book, run.settings

    def own_eur(units: NDArray[np.int64], at: int) -> Floats:
        return np.asarray(
            SIGNS[at] * book.items_eur[:, units, at][:, :, None] * relative[at][:, None, :], np.float64
        )

    kreise = book.layers.kreise
    raised = {}
    for at in shared:
        own = own_eur(kreise, at).astype(np.float32)
        youth = own if KEYS[at] in YOUTH_OFFICE else None
        raised[at] = Raised.by(own, youth, settings.pass_through_share, settings.pass_through_lag_years)

    def shares(paths: Paths) -> tuple[NDArray[np.int64], Floats]:
        total = paths.deviation_eur.sum(axis=0)
        total = total - total.mean(axis=1, keepdims=True)
        variance = (total**2).mean(axis=1)
        found = np.zeros((2, len(paths.units)))
        for at in shared:
            effect = own_eur(paths.units, at) + passed_on(book, raised[at], paths.units)
            received = np.isin(paths.units, kreise)
            effect[:, received] += raised[at].total_eur[:, np.searchsorted(kreise, paths.units[received])]
            part = (effect.sum(axis=0) * total).mean(axis=1) / np.where(variance > 0, variance, np.nan)
            found += np.stack([part, rests_on[at] * part])
        return paths.units, found

    parts = run.simulate(common, shares)
    units = np.concatenate([units for units, _ in parts])
    frame = pd.DataFrame(
        np.concatenate([found for _, found in parts], axis=1).T, columns=["items_share", "imputed_share"]
    )
    frame["kind"] = run.table["kind"].to_numpy()[units]
    grouped = frame.groupby("kind")
    by_kind = grouped.median().assign(units=grouped.size()).reset_index()
    everyone = frame.drop(columns="kind").median().to_frame().T.assign(kind="all", units=len(frame))
    out = pd.concat([everyone, by_kind], ignore_index=True)
    return out[["kind", "units", "items_share", "imputed_share"]]
