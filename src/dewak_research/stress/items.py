"""The shock vector: thirteen budget items, where they are booked, who bears them, which block they form.

Source: METHODS C.1. The account and product keys are those of the NRW payment statistics (NKF, 2009–2011).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text

BLOCKS = ("taxes", "transfers", "social", "staff_goods", "interest", "umlagen")
ALL_PRODUCTS = "999"


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
    accounts : tuple of str
        Account prefixes that are added up.
    products : tuple of str
        Product group prefixes; empty = all (the printed total ``999``).
    less_accounts : tuple of str
        Account prefixes that are taken off (the federal share of housing costs).
    note : Text or None
        What the proxy leaves out.
    """

    key: str
    title: Text
    sign: int
    block: str
    accounts: tuple[str, ...]
    products: tuple[str, ...] = ()
    less_accounts: tuple[str, ...] = ()
    note: Text | None = None


ITEMS: tuple[Item, ...] = (
    Item("gewst", Text("Gewerbesteuer", "trade tax"), 1, "taxes", ("6013",)),
    Item("est", Text("Anteil an der Einkommensteuer", "income tax share"), 1, "taxes", ("6021",)),
    Item("ust", Text("Anteil an der Umsatzsteuer", "VAT share"), 1, "taxes", ("6022",)),
    Item("sz", Text("Schlüsselzuweisungen", "key grants"), 1, "transfers", ("6111",)),
    Item(
        "uml", Text("Kreis- und Landschaftsumlage", "Kreis and Landschaft levies"), -1, "umlagen", ("7372",)
    ),
    Item(
        "kdu",
        Text("Kosten der Unterkunft, netto", "housing costs, net of the federal share"),
        -1,
        "social",
        ("7333",),
        less_accounts=("6491",),
    ),
    Item(
        "hzp",
        Text("Sozialhilfe einschließlich Hilfe zur Pflege", "social assistance including care assistance"),
        -1,
        "social",
        ("733",),
        products=("311",),
        note=Text(
            "Die Statistik trennt Hilfe zur Pflege nicht von den übrigen Leistungen des SGB XII.",
            "The statistics do not separate care assistance from other SGB XII benefits.",
        ),
    ),
    Item(
        "egh",
        Text("Eingliederungshilfe", "integration assistance"),
        -1,
        "umlagen",
        (),
        note=Text(
            "Träger ist der Landschaftsverband; sie erreicht die Kommune über die Umlage.",
            "Borne by the Landschaftsverband; it reaches the unit through the levy.",
        ),
    ),
    Item(
        "sgb8",
        Text("Jugendhilfe einschließlich Kita", "youth welfare including day care"),
        -1,
        "social",
        ("7315", "7317", "7318", "7331", "7332", "7339"),
        products=("361", "362", "363", "364", "365", "366", "367"),
    ),
    Item(
        "asyl",
        Text("Leistungen für Asylbewerber", "benefits for asylum seekers"),
        -1,
        "social",
        ("733",),
        products=("313",),
    ),
    Item("pers", Text("Personal und Versorgung", "staff and pensions"), -1, "staff_goods", ("70", "71")),
    Item("sach", Text("Sach- und Dienstleistungen", "goods and services"), -1, "staff_goods", ("72",)),
    Item("zins", Text("Zinsen", "interest"), -1, "interest", ("751",)),
)
KEYS: tuple[str, ...] = tuple(item.key for item in ITEMS)
SIGNS: tuple[int, ...] = tuple(item.sign for item in ITEMS)
POSITION: dict[str, int] = {key: position for position, key in enumerate(KEYS)}
BLOCK_OF: dict[str, str] = {item.key: item.block for item in ITEMS}


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


def _starts(column: pd.Series, prefixes: tuple[str, ...]) -> pd.Series:
    return column.str.startswith(prefixes) if prefixes else pd.Series(False, index=column.index)


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
    units = payments[["ags", "year"]].drop_duplicates().sort_values(["ags", "year"])
    out = units.reset_index(drop=True).set_index(["ags", "year"])
    amounts = payments["amount_eur"].astype("float64")
    for item in ITEMS:
        in_products = (
            _starts(payments["product_group"], item.products)
            if item.products
            else payments["product_group"].eq(ALL_PRODUCTS)
        )
        total = pd.Series(0.0, index=out.index)
        for prefixes, factor in ((item.accounts, 1.0), (item.less_accounts, -1.0)):
            rows = in_products & _starts(payments["account"], prefixes)
            booked = amounts[rows].groupby([payments.loc[rows, "ags"], payments.loc[rows, "year"]]).sum()
            total = total + factor * booked.reindex(out.index).fillna(0.0)
        out[f"{item.key}_eur"] = total.clip(lower=0.0) if item.less_accounts else total
    return out.reset_index()
