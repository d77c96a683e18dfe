"""What a portfolio has to keep to, which limit rules out how many, and which no other beats among those that are left.

The limits come one after the other: budget law first, then posts, then money. Each is shown by itself, because the last
two can be moved by those who decide, the first cannot.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
NOTHING = ""
NEW_POSTS = 0.0  #: that a unit under consolidation pays in addition (assumption)
FRONTS = {"law": "front_law", "staff": "front_staff", "budget": "front_within"}
"""Limits in their order, and the column that marks the best of those that keep them so far."""
MARKS = ["front", *FRONTS.values()]


@dataclass(frozen=True)
class Limits:
    """What a portfolio has to keep to.

    Parameters
    ----------
    budget_eur : float
        Highest net cost of any year, EUR.
    staff_fte : float
        Most posts that the municipality pays, as far as they are known: what nobody states rules nothing out.
    consolidation : bool
        Under a consolidation concept (HSK). Law: nothing that binds the budget for longer. Budget: what costs is
        covered within the portfolio in every year, or elsewhere up to ``elsewhere_eur``.
    elsewhere_eur : float
        Cost a year that is compensated outside the portfolio, EUR.
    """

    budget_eur: float = float("inf")
    staff_fte: float = float("inf")
    consolidation: bool = False
    elsewhere_eur: float = 0.0


def limits_for(transfer: pd.DataFrame, ags: str) -> Limits:
    """Return the limits of a unit: its headroom where it has one; budget law where it is under consolidation.

    As in the chapter on cases: under an official consolidation concept, or over a threshold already, what costs must be
    covered. How many posts are free nobody publishes: under consolidation none (assumption), else any number.

    Parameters
    ----------
    transfer : DataFrame
        ags, headroom_eur (in euros of the options; negative = over a threshold; NaN = not known), consolidation (NA =
        not known).
    """
    row = transfer[transfer["ags"] == ags].iloc[0]
    headroom = float(row["headroom_eur"])
    under = headroom < 0 or (not pd.isna(row["consolidation"]) and bool(row["consolidation"]))
    return Limits(
        budget_eur=headroom if headroom >= 0 else float("inf"),
        staff_fte=NEW_POSTS if under else float("inf"),
        consolidation=under,
    )


def breaches(table: pd.DataFrame, limits: Limits) -> dict[str, Flags]:
    """Return by limit which portfolios break it, whether or not they break another.

    Parameters
    ----------
    table : DataFrame
        worst_year_eur, staff_known_fte, hsk_compatible, to_compensate_eur.
    """
    cost = -table["worst_year_eur"] > limits.budget_eur
    open_eur = table["to_compensate_eur"] > limits.elsewhere_eur
    found = {
        "law": (table["hsk_compatible"] == "no") & limits.consolidation,
        "staff": table["staff_known_fte"] > limits.staff_fte,
        "budget": cost | (open_eur & limits.consolidation),
    }
    return {name: flags.to_numpy(bool) for name, flags in found.items()}


def broken(table: pd.DataFrame, limits: Limits) -> NDArray[np.str_]:
    """Name the first limit that each portfolio breaks; "" = none."""
    found = breaches(table, limits)
    return np.select(list(found.values()), list(found), NOTHING)


def kept(table: pd.DataFrame, limit: str) -> Flags:
    """Return which portfolios keep all limits up to one."""
    names = list(FRONTS)
    return np.asarray(~table["breaks"].isin(names[: names.index(limit) + 1]), dtype=bool)


def dominated(values: Floats) -> Flags:
    """Return which rows another row beats: at least as high in every column and higher in one.

    Parameters
    ----------
    values : ndarray, shape (rows, columns)
        Higher is better; no missing values.
    """
    out = np.zeros(len(values), bool)
    for i, row in enumerate(values):
        at_least = (values >= row).all(axis=1)
        out[i] = bool((at_least & (values > row).any(axis=1)).any())
    return out


def goals(table: pd.DataFrame) -> Floats:
    """Return what is to be high among the portfolios that are compared, shape (rows, goals).

    Net euro, services kept, people reached where known of all that are compared, less risk, less probability where it
    is known. A risk that is not known counts as the highest: it is never an advantage.
    """
    columns = [table["net_eur"], table["services_kept"]]
    columns += [one for one in (table["persons_reached"], -table["probability"]) if one.notna().all()]
    columns.append((-table["risk_eur"]).fillna(-np.inf))
    return np.stack([column.to_numpy(float) for column in columns], axis=1)


def limit_counts(table: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Count what each limit rules out and what is left after it.

    Returns
    -------
    DataFrame
        One row for no limit ("") and one for each of ``FRONTS``: limit, ruled_out (portfolios that break it, whatever
        else they break), first (of them those that keep all limits before), left, services_left (most services kept),
        best_net_eur, front (how many no other beats) among what is left; the last three missing where nothing is left.
    """
    rules, rows = breaches(table, limits), []
    for limit in (NOTHING, *FRONTS):
        left = table[kept(table, limit)] if limit else table
        rows.append(
            {
                "limit": limit,
                "ruled_out": int(rules[limit].sum()) if limit else 0,
                "first": int((table["breaks"] == limit).sum()) if limit else 0,
                "left": len(left),
                "services_left": left["services_kept"].max(),
                "best_net_eur": left["net_eur"].max(),
                "front": int(left[FRONTS[limit] if limit else "front"].sum()),
            }
        )
    return pd.DataFrame(rows)
