"""Which towns run a youth office of their own: inferred from what they booked, and correctable.

The youth office pays for help and day care (§§ 69, 79 SGB VIII). A town below a Kreis that booked neither leaves both
to its Kreis. No list of offices is part of the figures, so every answer for such a town is marked inferred.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.data.accounts import booked_amounts
from dewak_research.errors import InputError, messages
from dewak_research.rules import HOME, land

_problem = messages(__package__)
_YEAR = 2011


def threshold_eur_pc() -> float:
    """Return the spending on other youth welfare per inhabitant above which an own office is inferred."""
    return float(land(HOME).value("planning", "youth_office_threshold_eur_pc", _YEAR).value)


def youth_offices(
    payments: pd.DataFrame,
    population: pd.DataFrame,
    units: pd.DataFrame,
    corrections: Mapping[str, bool] | None = None,
) -> pd.DataFrame:
    """Return for every unit whether it runs a youth office.

    Parameters
    ----------
    payments : DataFrame
        Reported payments: ags, year, product_group, account, amount_eur.
    population : DataFrame
        ags, year, population.
    units : DataFrame
        ags, kind, kreis.
    corrections : mapping, optional
        What a municipality says of itself: key → whether it runs one.

    Returns
    -------
    DataFrame
        ags, youth_office (1, 0; missing where a town reported no year), help_eur_pc, childcare_eur_pc (highest year),
        inferred. A city outside a Kreis and a Kreis always run one.

    Raises
    ------
    InputError
        A correction is for a unit that does not exist; all are named.
    """
    said = corrections or {}
    known = set(units["ags"])
    if problems := [_problem("office_unknown", "youth_office", ags=ags) for ags in said if ags not in known]:
        raise InputError(problems)
    found = units[["ags", "kind"]].copy()
    for name, groups in (("help_eur_pc", "raising_help"), ("childcare_eur_pc", "child_care")):
        spent = booked_amounts(payments, groups, ("current_payments",)).merge(population, on=["ags", "year"])
        per_head = (spent["current_payments_eur"] / spent["population"]).groupby(spent["ags"]).max()
        found[name] = found["ags"].map(per_head)
    runs = (found["help_eur_pc"] > threshold_eur_pc()) & (found["childcare_eur_pc"] > 0)
    found["youth_office"] = runs.astype(float).where(found["help_eur_pc"].notna())
    town = found["kind"] == "kreisangehoerige_gemeinde"
    found["youth_office"] = found["youth_office"].where(town, 1.0)
    corrected = found["ags"].isin(said)
    found["youth_office"] = (
        found["ags"].map({k: float(v) for k, v in said.items()}).where(corrected, found["youth_office"])
    )
    found["inferred"] = town & ~corrected
    return found[["ags", "youth_office", "help_eur_pc", "childcare_eur_pc", "inferred"]]


def office_gaps(offices: pd.DataFrame) -> pd.DataFrame:
    """Return of how many towns and Kreise it is open who runs the youth office.

    Parameters
    ----------
    offices : DataFrame
        From :func:`youth_offices`; 8 digits a town, 5 a Kreis.

    Returns
    -------
    DataFrame
        One row: towns_open (towns of which it is not known), kreise_open (Kreise with such a town: what they pay
        themselves of the services of the office is not known), kreise (all).
    """
    keys = offices["ags"].astype(str)
    open_towns = keys[offices["youth_office"].isna()]
    kreise = set(keys[keys.str.len() == len(HOME) + 3])
    one = {
        "towns_open": len(open_towns),
        "kreise_open": len(kreise & set(open_towns.str[: len(HOME) + 3])),
        "kreise": len(kreise),
    }
    return pd.DataFrame([one])
