"""Social spending by definition and type of benefit, in the amounts of the one account map (METHODS D.1, D.2)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict

from dewak_research.data.accounts import aggregate, benefit_types, shares, signed_sum
from dewak_research.disparities.requirements import require_columns

TRANSFERS = "social_benefits"


class Published(BaseModel):
    """A published value to compare with; ``wide`` tells the wider definition of the published one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int
    period: str
    value_share: float
    source: tuple[str, ...]
    tag: Literal["V", "D", "K", "P"]
    wide: bool = False


@cache
def published() -> tuple[Published, ...]:
    """Return the published shares of ``definitions.yaml``, the narrow ones first."""
    text = (files("dewak_research.disparities") / "definitions.yaml").read_text(encoding="utf-8")
    found = yaml.safe_load(text)
    narrow, wide = found["published"], found["published_wide"]
    return (*(Published(**entry) for entry in narrow), *(Published(**entry, wide=True) for entry in wide))


def unit_amounts(payments: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return numerator and denominator of every definition, and every type of benefit, for each unit-year.

    Parameters
    ----------
    payments : DataFrame
        ags, year, product_group, account, amount_eur of reported records.
    units : DataFrame
        ags, kreis, kind.

    Returns
    -------
    DataFrame
        ``ags``, ``year``, ``kreis``, ``kind``, then ``<definition>_numerator_eur``, ``<definition>_denominator_eur``
        and ``<type>_eur``; 0 where a reported unit booked nothing, no row where it did not report. The types add
        up to the social transfers: what belongs to none is ``other``.
    """
    require_columns(payments, ["ags", "year", "product_group", "account", "amount_eur"], "payments")
    named = [name for name in benefit_types().values() if name is not None]
    used = {name for entry in shares().values() for name in (*entry.numerator, *entry.denominator)}
    totals = units[["ags", "kreis", "kind"]].merge(
        aggregate(payments, sorted(used | {*named, TRANSFERS})), on="ags"
    )
    table = totals[["ags", "kreis", "kind", "year"]].copy()
    head = totals["kind"] != "kreisangehoerige_gemeinde"
    for name, entry in shares().items():
        counted = totals.assign(**{f"{a}_eur": totals[f"{a}_eur"].where(head, 0.0) for a in entry.heads})
        table[f"{name}_numerator_eur"] = signed_sum(counted, entry.numerator)
        table[f"{name}_denominator_eur"] = signed_sum(totals, entry.denominator)
    rest = {TRANSFERS: 1, **dict.fromkeys(named, -1)}
    for name, amount in benefit_types().items():
        table[f"{name}_eur"] = signed_sum(totals, rest if amount is None else {amount: 1})
    return table.sort_values(["ags", "year"], ignore_index=True)


def by_gesamtkreis(amounts: pd.DataFrame, gesamtkreis: pd.DataFrame) -> pd.DataFrame:
    """Add up to Gesamtkreise, keep those whose every body reported, and form the shares.

    Parameters
    ----------
    amounts : DataFrame
        From :func:`unit_amounts`.
    gesamtkreis : DataFrame
        kreis, year, name, kind, population, complete.

    Returns
    -------
    DataFrame
        ``kreis``, ``year``, ``name``, ``kind``, ``population``, one share per definition at this level, and each
        benefit type in EUR per inhabitant.
    """
    money = [c for c in amounts.columns if c.endswith("_eur")]
    sums = amounts.groupby(["kreis", "year"])[money].sum().reset_index()
    complete = gesamtkreis.loc[
        gesamtkreis["complete"].astype(bool), ["kreis", "year", "name", "kind", "population"]
    ]
    table = complete.merge(sums, on=["kreis", "year"], how="left")
    for name in shares():
        table[name] = table[f"{name}_numerator_eur"] / table[f"{name}_denominator_eur"]
    for name in benefit_types():
        table[f"{name}_eur_pc"] = table[f"{name}_eur"] / table["population"]
    return table.sort_values(["kreis", "year"], ignore_index=True)
