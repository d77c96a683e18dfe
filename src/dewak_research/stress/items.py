"""The shock vector: thirteen budget items, who bears them, which block they form.

Source: METHODS C.1. Where they are booked stands in the one account map (``rules/land/05/accounts.yaml``).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dewak_research.data.accounts import aggregate, item_amounts, signed_sum
from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text

BLOCKS = ("taxes", "transfers", "social", "staff_goods", "interest", "umlagen")


@dataclass(frozen=True)
class Item:
    """One component of the shock vector.

    Parameters
    ----------
    key : str
        Short name of METHODS C.1.
    title : Text
    sign : int
        +1 receipt, −1 payment.
    block : str
        One of ``BLOCKS``.
    note : Text or None
        What the proxy leaves out.
    """

    key: str
    title: Text
    sign: int
    block: str
    note: Text | None = None


ITEMS: tuple[Item, ...] = (
    Item("gewst", Text("Gewerbesteuer", "trade tax"), 1, "taxes"),
    Item("est", Text("Anteil an der Einkommensteuer", "income tax share"), 1, "taxes"),
    Item("ust", Text("Anteil an der Umsatzsteuer", "VAT share"), 1, "taxes"),
    Item("sz", Text("Schlüsselzuweisungen", "key grants"), 1, "transfers"),
    Item("uml", Text("Kreis- und Landschaftsumlage", "Kreis and Landschaft levies"), -1, "umlagen"),
    Item(
        "kdu", Text("Kosten der Unterkunft, netto", "housing costs, net of the federal share"), -1, "social"
    ),
    Item(
        "hzp",
        Text("Sozialhilfe einschließlich Hilfe zur Pflege", "social assistance including care assistance"),
        -1,
        "social",
        Text(
            "Die Statistik trennt Hilfe zur Pflege nicht von den übrigen Leistungen des SGB XII.",
            "The statistics do not separate care assistance from other SGB XII benefits.",
        ),
    ),
    Item(
        "egh",
        Text("Eingliederungshilfe", "integration assistance"),
        -1,
        "umlagen",
        Text(
            "Träger ist der Landschaftsverband; sie erreicht die Kommune über die Umlage.",
            "Borne by the Landschaftsverband; it reaches the unit through the levy.",
        ),
    ),
    Item("sgb8", Text("Jugendhilfe einschließlich Kita", "youth welfare including day care"), -1, "social"),
    Item("asyl", Text("Leistungen für Asylbewerber", "benefits for asylum seekers"), -1, "social"),
    Item("pers", Text("Personal und Versorgung", "staff and pensions"), -1, "staff_goods"),
    Item("sach", Text("Sach- und Dienstleistungen", "goods and services"), -1, "staff_goods"),
    Item("zins", Text("Zinsen", "interest"), -1, "interest"),
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
    problems = []
    for key in keys:
        if key in POSITION:
            continue
        near = nearest(key, KEYS)
        listed = ", ".join(KEYS)
        right = Text(f"»{near}«", f"“{near}”") if near else Text(f"einer von: {listed}", f"one of: {listed}")
        problems.append(
            Problem(
                Text(f"unbekannter Posten »{key}«", f"unknown item “{key}”"),
                where,
                right,
                Text("den Namen berichtigen und den Befehl wiederholen", "correct the name and run again"),
            )
        )
    if problems:
        raise InputError(problems)


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
