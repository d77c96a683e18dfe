"""Social spending in NRW since 2014 by law, its recipients, the federal share, and the quarter then and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from dewak_research.data.measures import real_eur
from dewak_research.disparities.squeeze import federal_shares
from dewak_research.rules import HOME, known

#: Laws and parts of laws → table (by what it holds) and column, in 1,000 EUR.
LAWS: dict[str, tuple[str, str]] = {
    "sgb8_gross": ("youth_welfare", "gross_keur"),
    "sgb8_net": ("youth_welfare", "net_keur"),
    "sgb12_net": ("social_assistance", "net_spending_keur"),
    "sgb12_basic_security": ("social_assistance", "basic_security_keur"),
    "sgb12_subsistence": ("social_assistance", "subsistence_keur"),
    "sgb12_health": ("social_assistance", "health_keur"),
    "sgb12_integration": ("social_assistance", "integration_keur"),
    "sgb12_care": ("social_assistance", "care_keur"),
    "sgb12_special": ("social_assistance", "special_keur"),
    "sgb9_gross": ("checkpoints", "gross_spending"),
    "sgb9_net": ("checkpoints", "net_spending"),
}
KINDS = ("sgb2", "subsistence_sgb12", "old_age_basic_security", "disability_basic_security", "asylum")
#: Definitions of the social share that stand beside the published national one.
QUARTER = ("soc_transfer_share", "soc_transfer_with_option_share", "soc_total_share")


def social_by_law(inputs: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return spending of the municipalities and associations of NRW by law and year, nominal and real.

    Parameters
    ----------
    inputs : mapping of str to DataFrame
        ``youth_welfare``, ``social_assistance``, ``checkpoints``, ``germany_cpi``.

    Returns
    -------
    DataFrame
        ``law`` (see :data:`LAWS`), ``year``, ``nominal_million_eur``, ``real_million_eur`` (in consumer prices of the
        last year), ``nominal_index`` and ``real_index`` (first year of the law = 100). Years without a figure are
        left out: integration help ends in SGB XII with 2019 and begins in SGB IX with 2022.
    """
    parts = []
    for law, (name, column) in LAWS.items():
        table = inputs[name]
        if name == "checkpoints":
            table = table[(table["series"] == "integration_sgb9") & (table["item"] == column)]
            table, column = table[table["area"] == HOME], "value"
        part = table[["year", column]].dropna().sort_values("year")
        parts.append(
            pd.DataFrame({"law": law, "year": part["year"], "nominal_million_eur": part[column] / 1e3})
        )
    out = pd.concat(parts, ignore_index=True)
    last = int(out["year"].max())
    out["real_million_eur"] = real_eur(out["nominal_million_eur"], out["year"], last, inputs["germany_cpi"])
    for kind in ("nominal", "real"):
        amount = out[f"{kind}_million_eur"]
        out[f"{kind}_index"] = 100 * amount / amount.groupby(out["law"]).transform("first")
    return out


def social_growth(by_law: pd.DataFrame) -> pd.DataFrame:
    """Return how much each law's spending grew between its first and last year.

    Returns
    -------
    DataFrame
        ``law``, ``first_year``, ``last_year``, ``first_million_eur``, ``last_million_eur`` (nominal),
        ``nominal_share`` and ``real_share`` (growth), ``real_yearly_share`` (compound, a year).
    """
    ends = by_law.groupby("law", sort=False).agg(["first", "last"])
    out = pd.DataFrame(
        {
            "first_year": ends["year", "first"],
            "last_year": ends["year", "last"],
            "first_million_eur": ends["nominal_million_eur", "first"],
            "last_million_eur": ends["nominal_million_eur", "last"],
            "nominal_share": ends["nominal_index", "last"] / 100 - 1,
            "real_share": ends["real_index", "last"] / 100 - 1,
        }
    )
    years = out["last_year"] - out["first_year"]
    out["real_yearly_share"] = (1 + out["real_share"]) ** (1 / years) - 1
    return out.reset_index()


def minimum_security_by_kind(table: pd.DataFrame) -> pd.DataFrame:
    """Return recipients of minimum security in NRW by kind: ``year``, ``kind``, ``persons``, ``part_share`` of all."""
    long = table.melt(["year", "total"], list(KINDS), "kind", "persons")
    long["part_share"] = long["persons"] / long["total"]
    return long.drop(columns="total").sort_values(["year", "kind"], ignore_index=True)


def minimum_security_change(table: pd.DataFrame) -> pd.DataFrame:
    """Return recipients in the first and the last year by ``kind`` (and ``total``).

    Returns
    -------
    DataFrame
        ``kind``, ``first_year``, ``last_year``, ``first_persons``, ``last_persons``, ``growth_share``.
    """
    first, last = (table.set_index("year").loc[year] for year in (table["year"].min(), table["year"].max()))
    kinds = [*KINDS, "total"]
    out = pd.DataFrame({"first_persons": first[kinds], "last_persons": last[kinds]}).rename_axis("kind")
    out = out.assign(growth_share=out["last_persons"] / out["first_persons"] - 1).reset_index()
    return out.assign(first_year=table["year"].min(), last_year=table["year"].max())


def federal_share_range(years: range) -> pd.DataFrame:
    """Return the federal share of gross KdU in NRW and over the Länder.

    Returns
    -------
    DataFrame
        ``year``, ``share`` and ``verified`` as from :func:`dewak_research.disparities.squeeze.federal_shares`,
        ``lowest_share``, ``median_share``, ``highest_share`` over the Länder with a value, ``lands`` of them.
    """
    out = federal_shares(HOME, years)
    found = [known("kdu_federal_share", "share", int(year)) for year in out["year"]]
    shares = [np.array(list(value.value.values()), dtype=float) for value in found if value is not None]
    out["lowest_share"], out["median_share"], out["highest_share"] = (
        [float(np.quantile(values, at)) for values in shares] for at in (0, 0.5, 1)
    )
    return out.drop(columns="land").assign(lands=[len(values) for values in shares])


def quarter(definition_shares: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return the share of social spending then (booked, NRW) and now (published, Germany).

    Parameters
    ----------
    definition_shares, published : DataFrame
        From :mod:`dewak_research.disparities.definitions`.

    Returns
    -------
    DataFrame
        ``place`` (``nrw_booked``, ``germany``), ``period`` (text), ``definition``, ``value_share``, ``low`` and
        ``high`` (of the reporting areas; the value itself where a figure is published), ``areas`` (missing where
        published).
    """
    return pd.DataFrame(_then_and_now(definition_shares, published))


def _then_and_now(definition_shares: pd.DataFrame, published: pd.DataFrame) -> Iterator[dict[str, object]]:
    then = definition_shares[definition_shares["kind"] == "all"]
    for name in QUARTER:
        for row in then[then["definition"] == name].itertuples():
            values = {"value_share": row.value_share, "low": row.low, "high": row.high, "areas": row.areas}
            yield {"place": "nrw_booked", "period": str(row.year), "definition": name, **values}
    for row in published[~published["wide"]].itertuples():
        values = dict.fromkeys(("value_share", "low", "high"), row.value_share)
        yield {"place": "germany", "period": row.period, "definition": QUARTER[0], **values}
