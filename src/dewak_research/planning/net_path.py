"""What the plan adds to a budget year by year: the municipal net cost of all services whose cost is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
KREIS = "kreis"
FIRST_BORNE = ("through_kreis", "through_landschaftsverband")
"""What meets the budget of a Kreis before it raises its levy; its towns' own part does not."""


def net_path(
    borne: Mapping[str, Array], units: pd.DataFrame, services: Sequence[str], years: Sequence[int]
) -> pd.DataFrame:
    """Return the net cost of every year beyond that of the first year.

    Parameters
    ----------
    borne : mapping of str to array (years, units, services)
        direct, through_kreis, through_landschaftsverband, net: as ``payer.net_municipal_cost`` gives them, EUR. In
        prices of one year: the budget it is put on grows with prices by itself.
    units : DataFrame
        ags, kind, in the order of the arrays.
    services, years : sequence
        In the order of the arrays; the first year is the one today's budget pays for already.

    Returns
    -------
    DataFrame
        ags, year (without the first), net_eur (beyond the first year; positive = the plan costs more), services_known,
        services_unknown (keys, "; ": their cost is not in it, never taken as zero cost). A town bears what comes
        through levies as well; a Kreis what it pays before its towns make it good. Missing where no service is known.
    """
    kreis = (units["kind"] == KREIS).to_numpy()[None, :, None]
    whole = np.where(kreis, sum(np.asarray(borne[name]) for name in FIRST_BORNE), borne["net"])
    known: NDArray[np.bool_] = np.asarray(np.isfinite(whole)).all(axis=0)
    total = np.where(known, whole, 0.0).sum(axis=-1)
    extra = np.where(known.any(axis=-1), total[1:] - total[0], np.nan)
    unknown = ["; ".join(np.array(services, dtype=object)[~row]) for row in known]
    ahead = len(years) - 1
    table = pd.DataFrame(
        {
            "ags": np.repeat(units["ags"].to_numpy(), ahead),
            "year": np.tile(np.asarray(years[1:], dtype=np.int64), len(units)),
            "net_eur": extra.T.ravel(),
            "services_known": np.repeat(known.sum(axis=-1), ahead),
            "services_unknown": np.repeat(np.array(unknown, dtype=object), ahead),
        }
    )
    return table.sort_values(["ags", "year"], ignore_index=True)
