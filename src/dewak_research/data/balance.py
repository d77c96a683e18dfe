"""Named items of the municipal balance sheets called those of 2009: of 31.12.2008 or 1.1.2009, some perhaps older.

The map from item numbers to names is data (``balance.yaml``). Equity is shown as one number: what stands on the
liabilities side less the deficit that equity does not cover (which stands on the assets side).
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import pandas as pd

from dewak_research.config import Group
from dewak_research.errors import entries
from dewak_research.language import Named


class Item(Named):
    """One named balance item."""

    current: str
    previous: str | None = None
    absent: Literal["zero", "unknown"]


class Identity(Group):
    """A total and the parts that must add up to it."""

    total: str
    parts: tuple[str, ...]


class BalanceMap(Group):
    """The whole map with its identities."""

    source: str
    items: dict[str, Item]
    tolerance_eur: float
    identities: dict[str, Identity]


@cache
def balance_map() -> BalanceMap:
    """Return the map of balance items."""
    return BalanceMap(**entries(__package__, "balance.yaml"))


def with_register_keys(balance: pd.DataFrame, kreise: list[str]) -> pd.DataFrame:
    """Give the Kreise of the balance-sheet statistics the key they have everywhere else.

    The statistics list a Kreis under its own five digits and ``001`` (``05154001`` for Kreis Kleve); no town
    has such a key. That these 30 units are the Kreise is seen in the figures: they hold next to no tax
    receivables, and their equity ratio (mean 24 percent) is that published for the Kreise (METHODS B.3).

    Parameters
    ----------
    balance : DataFrame
        ``balance_sheets`` with column ``ags``.
    kreise : list of str
        Five-digit keys of the Kreise.
    """
    own_key = {f"{kreis}001": kreis for kreis in kreise}
    return balance.assign(ags=balance["ags"].replace(own_key))


def named_balance(balance: pd.DataFrame, units: list[str]) -> pd.DataFrame:
    """Return the balance sheets with one column per named item.

    Parameters
    ----------
    balance : DataFrame
        ``balance_sheets`` after `with_register_keys`: ags, item, side, value_eur.
    units : list of str
        Keys of the register; other units (the Landschaftsverbaende) are left out.

    Returns
    -------
    DataFrame
        ags, ``<item>_eur`` of the latest balance and ``<item>_previous_eur`` a year before, ``equity_eur`` (negative
        where a deficit is not covered) and ``borrowed_capital_eur`` (Fremdkapital: special items for fee
        equalisation, provisions, liabilities; METHODS B.3, tag K). Missing: see ``absent`` in the map.
    """
    known = balance[balance["ags"].isin(set(units))]
    wide = known.pivot_table(index="ags", columns="item", values="value_eur", aggfunc="first").astype(
        "float64"
    )
    columns: dict[str, pd.Series] = {}
    for name, item in balance_map().items.items():
        empty = pd.Series(float("nan"), index=wide.index)
        current = wide.get(item.current, empty)
        columns[f"{name}_eur"] = current.fillna(0.0) if item.absent == "zero" else current
        if item.previous is not None:
            columns[f"{name}_previous_eur"] = wide.get(item.previous, empty)
    table = pd.DataFrame(columns)
    table["equity_eur"] = table["equity_shown_eur"] - table["deficit_not_covered_eur"]
    table["borrowed_capital_eur"] = (
        table["special_items_fees_eur"] + table["provisions_eur"] + table["liabilities_eur"]
    )
    return table.reset_index()


def identity_gaps(named: pd.DataFrame) -> pd.DataFrame:
    """Return every identity that does not hold within the tolerance.

    Parameters
    ----------
    named : DataFrame
        Result of `named_balance`.

    Returns
    -------
    DataFrame
        ags, identity, gap_eur (sum of parts minus total); empty if all balance sheets add up.
    """
    found = []
    for name, identity in balance_map().identities.items():
        parts = named[[f"{part}_eur" for part in identity.parts]].sum(axis=1)
        gap = parts - named[f"{identity.total}_eur"]
        wrong = gap.abs() > balance_map().tolerance_eur
        found.append(pd.DataFrame({"ags": named.loc[wrong, "ags"], "identity": name, "gap_eur": gap[wrong]}))
    return pd.concat(found, ignore_index=True).sort_values(["ags", "identity"], ignore_index=True)
