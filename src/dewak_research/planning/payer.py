"""Who pays for a service: shares by payer, and what of it comes back to the towns through the levies.

Shares of child care and youth welfare are those of the receipts booked in 2009 to 2011 (marked assumed: the law of 2020
changed them); those of care and integration help follow from who is responsible for whom. A service whose shares are
not known has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.planning.booked import BOOKED, COST_YEAR, PLAUSIBLE, booked_by_kreis
from dewak_research.planning.kreise import sums_of_towns
from dewak_research.planning.rates import SERVICES
from dewak_research.planning.unit_costs import OF_MINORS
from dewak_research.rules import HOME, land

Array = NDArray[np.floating[Any]]
PAYERS = ("town", "kreis", "landschaftsverband", "land", "federation", "insurance", "parents", "other")
MUNICIPAL = ("town", "kreis", "landschaftsverband")
BY_OFFICE = "youth_office"
"""Stands for town or Kreis, whichever runs the youth office."""
OF_OFFICE = ("childcare_u3", "childcare_3_6", "child_raising_help", "youth_work")
"""What a Kreis does here it does for towns without a youth office, and they alone bear it (§ 56(5) KrO NRW)."""
_SERVICES = {
    "childcare": ("childcare_u3", "childcare_3_6"),
    "child_raising_help": ("child_raising_help",),
    "youth_work": ("youth_work",),
}
COLUMNS = ["service", "area", "payer", "share", "source", "tag", "assumed"]
_problem = messages(__package__)


def _booked(payments: pd.DataFrame, gesamtkreis: pd.DataFrame) -> list[pd.DataFrame]:
    parts = []
    for booked, services in _SERVICES.items():
        amounts = booked_by_kreis(payments, gesamtkreis, BOOKED[booked].groups)
        columns = [c for c in amounts.columns if c.endswith("_eur")]
        sums = amounts.groupby("kreis")[columns].sum()
        sums.loc[HOME] = sums.sum()
        sums = sums[sums["gross_eur"] > 0]
        land_eur, parents = sums["current_grants_land_eur"], sums["fees_eur"] + sums["social_refunds_eur"]
        received = sums["current_receipts_eur"] - sums["same_level_receipts_eur"]
        wide = pd.DataFrame(
            {"land": land_eur, "parents": parents, "other": (received - land_eur - parents).clip(lower=0.0)}
        ).div(sums["gross_eur"], axis=0)
        seen = (wide["land"] * PLAUSIBLE >= float(wide["land"][HOME])) | (booked != "childcare")
        wide = wide[(wide.sum(axis=1) <= 1.0) & seen]
        wide[BY_OFFICE] = 1.0 - wide.sum(axis=1)
        long = wide.rename_axis("area").reset_index().melt("area", var_name="payer", value_name="share")
        parts += [
            long.assign(service=service, source="booked_payments", tag="D", assumed=True)
            for service in services
        ]
    return parts


def _responsible(checkpoints: pd.DataFrame, care_by_age: pd.DataFrame) -> list[tuple[object, ...]]:
    """Shares of care and integration help: the Landschaftsverband pays for homes under 65 and for adults.

    Of minors it pays what comes before school and homes; the Kreise pay most of the help at school (§ 1 AG-SGB IX NRW).
    """
    newest = care_by_age.query("care_type == 'residential' and year == year.max()").set_index("age")[
        "persons"
    ]
    young = float(newest["0-64"] / newest.sum())
    points = checkpoints.query(f"area == '{HOME}' and series == 'integration_sgb9'")
    spent = points[points["year"] == COST_YEAR].set_index("item")["value"].loc[list(OF_MINORS)]
    stated = land(HOME).value("planning", "education_share_of_kreise", COST_YEAR)
    school = float(stated.value) * float(spent["education_participation"] / spent.sum())
    shares = [
        ("care_residential", {"kreis": 1.0 - young, "landschaftsverband": young}, "care_by_age"),
        ("care_ambulatory", {"kreis": 1.0}, "METHODS"),
        ("integration_help_minors", {"kreis": school, "landschaftsverband": 1.0 - school}, "checkpoints"),
        ("integration_help_adults", {"landschaftsverband": 1.0}, "METHODS"),
    ]
    return [
        (service, HOME, payer, share, source, "K", True)
        for service, parts, source in shares
        for payer, share in parts.items()
    ]


def share_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the share of every payer in the gross cost of a service.

    Parameters
    ----------
    tables : mapping
        payments, gesamtkreis, checkpoints, care_by_age.

    Returns
    -------
    DataFrame
        service, area (Kreis or Land), payer (``PAYERS`` or ``BY_OFFICE``), share, source, tag, assumed; shares of a
        service and area add up to 1. A Kreis that booked hardly any grant of the Land for day care booked it elsewhere
        and takes the Land's shares. Insurance and people's own means are outside: the cost of care is its public part.
    """
    fixed = pd.DataFrame(_responsible(tables["checkpoints"], tables["care_by_age"]), columns=COLUMNS)
    found = pd.concat([*_booked(tables["payments"], tables["gesamtkreis"]), fixed], ignore_index=True)
    return found[COLUMNS].sort_values(["service", "area", "payer"], ignore_index=True)


def share_problems(shares: pd.DataFrame, where: str = "payers") -> list[Problem]:
    """Return every fault of a table of shares: unknown service or payer, share outside 0 to 1, sum other than 1."""
    found = []
    for i, (service, payer, share) in enumerate(
        zip(shares["service"], shares["payer"], shares["share"], strict=True), 1
    ):
        if service not in SERVICES:
            near = nearest_or(str(service), SERVICES)
            found.append(_problem("service_unknown", f"{where}: {i}", service=service, near=near))
        if payer not in (*PAYERS, BY_OFFICE):
            near = nearest_or(str(payer), PAYERS)
            found.append(_problem("payer_unknown", f"{where}: {i}", payer=payer, near=near))
        if not 0.0 <= share <= 1.0:
            found.append(_problem("payer_share", f"{where}: {i}", payer=payer, value=f"{share:g}"))
    sums = shares.groupby(["service", "area"], as_index=False)["share"].sum()
    for service, area, total in sums.itertuples(index=False):
        if abs(total - 1.0) > 1e-6:
            found.append(_problem("payer_sum", where, service=service, area=area, value=f"{total:.3f}"))
    return found


def payer_shares(shares: pd.DataFrame, units: pd.DataFrame, offices: pd.DataFrame) -> Array:
    """Return the shares of every unit: a town's own, else those of its Kreis, else those of its Land.

    Parameters
    ----------
    shares : DataFrame
        From :func:`share_table`; own rows have the unit's key as area.
    units : DataFrame
        ags, kind, kreis.
    offices : DataFrame
        ags, youth_office (1, 0, missing).

    Returns
    -------
    array (payers, units, services)
        What the youth office pays lies with the town or the Kreis; with neither where that is not known (both
        missing). A city outside a Kreis pays what is the Kreis's as town. Missing where no share is known.

    Raises
    ------
    InputError
        Every fault of :func:`share_problems`.
    """
    if problems := share_problems(shares):
        raise InputError(problems)
    rows = (*PAYERS, BY_OFFICE)
    given: dict[tuple[str, str], Array] = {}
    for area, service, payer, share in shares[["area", "service", "payer", "share"]].itertuples(index=False):
        given.setdefault((area, service), np.zeros(len(rows)))[rows.index(payer)] = share
    found = np.full((len(rows), len(units), len(SERVICES)), np.nan)
    for u, (ags, kreis) in enumerate(zip(units["ags"], units["kreis"], strict=True)):
        for k, service in enumerate(SERVICES):
            area = next((a for a in (ags, kreis, HOME) if (a, service) in given), None)
            if area is not None:
                found[:, u, k] = given[area, service]
    office = offices.set_index("ags")["youth_office"].reindex(units["ags"]).to_numpy()[:, None]
    shared, by_office = found[:-1], found[-1]
    town, kreis_ = PAYERS.index("town"), PAYERS.index("kreis")
    to_town = np.where(by_office > 0, by_office * office, by_office)
    shared[town] += to_town
    shared[kreis_] += by_office - to_town
    outside = (units["kind"] == "kreisfreie_stadt").to_numpy()
    shared[town][outside] += shared[kreis_][outside]
    shared[kreis_][outside] *= 0.0
    return shared


def net_municipal_cost(
    gross: Array, shares: Array, units: pd.DataFrame, levy: pd.DataFrame
) -> dict[str, Array]:
    """Return what a municipality bears in the end: directly, through its Kreis, through the Landschaftsverband.

    Parameters
    ----------
    gross : array (..., units, services)
        Gross cost; a Kreis is the sum of its towns and is not added to them.
    shares : array (payers, units, services)
        From :func:`payer_shares`.
    units : DataFrame
        ags, kind, kreis.
    levy : DataFrame
        From :func:`dewak_research.data.levy.levy_shares`: ags, levy_share. Among the towns without an office their
        shares of the general levy are those of the Mehrbelastung too: both are taken from the same Umlagegrundlagen.

    Returns
    -------
    dict of arrays (..., units, services)
        ``direct``, ``through_kreis``, ``through_landschaftsverband``, ``net``. A Kreis bears what its towns bear; all
        towns and cities together bear what the three municipal payers pay. Where it is not known who runs the youth
        office, direct and through_kreis are missing; net is then what the unit's own cost leaves to municipalities.
    """
    kind, kreis = units["kind"].to_numpy(), units["kreis"].to_numpy()
    town = kind == "kreisangehoerige_gemeinde"
    head_of = {key: i for i, (key, below) in enumerate(zip(kreis, town, strict=True)) if not below}
    part = levy.set_index("ags")["levy_share"].reindex(units["ags"]).to_numpy()
    below = kind != "kreis"
    parts = {payer: gross * shares[PAYERS.index(payer)] for payer in MUNICIPAL}
    bears = _bears_kreis(shares[PAYERS.index("kreis")])
    left = gross * (1.0 - shares[len(MUNICIPAL) :].sum(axis=0)) - parts["landschaftsverband"]
    direct, through_kreis, through_association, net = (np.zeros_like(gross) for _ in range(4))
    direct[..., below, :] = parts["town"][..., below, :]
    associations = np.array([land(HOME).association(str(ags)) or "" for ags in units["ags"]])
    for key, head in head_of.items():
        members = below & (kreis == key)
        paid = np.nansum(
            np.where(bears[members] > 0, parts["kreis"][..., members, :], 0.0), axis=-2, keepdims=True
        )
        region = below & (associations == associations[head])
        passed = part[head] * parts["landschaftsverband"][..., region, :].sum(axis=-2, keepdims=True)
        weight = np.where(town[members], part[members], 1.0)[:, None]
        among = np.nansum(weight * bears[members], axis=0)
        own = weight * bears[members] / np.where(among > 0, among, 1.0)
        through_kreis[..., members, :] = own * paid
        through_association[..., members, :] = weight * passed
        both = direct[..., members, :] + through_kreis[..., members, :]
        net[..., members, :] = np.where(np.isnan(both), left[..., members, :], both) + weight * passed
    borne = {
        "direct": direct,
        "through_kreis": through_kreis,
        "through_landschaftsverband": through_association,
        "net": net,
    }
    keys = [str(ags) for ags in units["ags"]]
    return {name: sums_of_towns(whole, keys, axis=-2) for name, whole in borne.items()}


def _bears_kreis(share: Array) -> Array:
    """Return who bears what a Kreis pays, 1 or 0; missing where not known. Shape (units, services)."""
    found = np.where(np.isnan(share), np.nan, 1.0)
    for service in OF_OFFICE:
        k = SERVICES.index(service)
        found[:, k] = np.where(np.isnan(share[:, k]), np.nan, (share[:, k] > 0).astype(float))
    return found
