"""The shock vector: thirteen budget items, who bears them, which block they form.

Source: METHODS C.1. Where they are booked stands in the one account map (``rules/land/05/accounts.yaml``). The
statistics do not separate care assistance from the other benefits of SGB XII (hzp); integration assistance (egh) is
borne by the Landschaftsverband and reaches a unit through the levy.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dewak_research.data.accounts import aggregate, item_amounts, signed_sum
from dewak_research.errors import InputError, messages, nearest_or, texts
from dewak_research.language import Text

BLOCKS = ("taxes", "transfers", "social", "staff_goods", "interest", "umlagen")
_problem = messages(__package__)
_text = texts(__package__)


@dataclass(frozen=True)
class Item:
    """One component of the shock vector.

    Parameters
    ----------
    key : str
        Short name of METHODS C.1.
    sign : int
        +1 receipt, −1 payment.
    block : str
        One of ``BLOCKS``.
    """

    key: str
    sign: int
    block: str

    @property
    def title(self) -> Text:
        """Name in both languages."""
        return _text(f"item_{self.key}")


ITEMS: tuple[Item, ...] = (
    Item("gewst", 1, "taxes"),
    Item("est", 1, "taxes"),
    Item("ust", 1, "taxes"),
    Item("sz", 1, "transfers"),
    Item("uml", -1, "umlagen"),
    Item("kdu", -1, "social"),
    Item("hzp", -1, "social"),
    Item("egh", -1, "umlagen"),
    Item("sgb8", -1, "social"),
    Item("asyl", -1, "social"),
    Item("pers", -1, "staff_goods"),
    Item("sach", -1, "staff_goods"),
    Item("zins", -1, "interest"),
)
KEYS: tuple[str, ...] = tuple(item.key for item in ITEMS)
SIGNS: tuple[int, ...] = tuple(item.sign for item in ITEMS)
POSITION: dict[str, int] = {key: position for position, key in enumerate(KEYS)}
BLOCK_OF: dict[str, str] = {item.key: item.block for item in ITEMS}
SOCIAL: tuple[str, ...] = tuple(key for key in KEYS if BLOCK_OF[key] == "social" or key == "egh")


def require_known(keys: list[str], where: str) -> None:
    """Refuse names that are no item of the vector, all at once.

    Raises
    ------
    InputError
        One problem for each unknown name, with the nearest item.
    """
    unknown = [key for key in keys if key not in POSITION]
    if unknown:
        shown = [(key, nearest_or(key, KEYS, len(KEYS))) for key in unknown]
        raise InputError(_problem("unknown_item", where, key=key, known=known) for key, known in shown)


def vector(payments: pd.DataFrame) -> pd.DataFrame:
    """Add up the thirteen items of every unit and year.

    Parameters
    ----------
    payments : DataFrame
        Columns ags, year, product_group, account, amount_eur (ingest table ``payments``).

    Returns
    -------
    DataFrame
        Columns ags, year and one column ``<key>_eur`` per item, sorted; amounts are positive for receipts
        and payments alike. A unit-year that reported without booking an item has 0 there (nothing was
        booked); a unit-year that did not report has no row. A negative tax (refunds) stays negative.
        Net housing costs are not below 0.
    """
    amounts = item_amounts()
    totals = aggregate(payments, sorted({name for parts in amounts.values() for name in parts}))
    out = totals[["ags", "year"]].copy()
    for key in KEYS:
        net = min(amounts[key].values(), default=1) < 0
        total = signed_sum(totals, amounts[key])
        out[f"{key}_eur"] = total.clip(lower=0.0) if net else total
    return out
