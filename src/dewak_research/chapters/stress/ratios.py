"""The NKF ratios on the page: a unit beside its peers, the definitions, and the orientation values of 2009."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dewak_research.chapters.stress import SAY
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots
from dewak_research.page.results import Results
from dewak_research.ratios.inputs import formula_in_codes
from dewak_research.ratios.kennzahlen import ratios, reason_text
from dewak_research.ratios.tables import RATIOS

_SOURCES = ["booked_payments", "balance_sheets"]
_SERIES = {"own": ("mean_pct", "low_pct", "high_pct"),
           "published": ("published_mean_pct", "published_low_pct", "published_high_pct")}  # fmt: skip


def _name(key: str, language: Language) -> str:
    ratio = ratios()[key]
    return label(f"nkf_unit_{ratio.unit}", language, name=f"{ratio.number} {ratio.name[language]}")


def ratio_table(results: Results, language: Language, ags: str, name: str, year: int = 2009) -> Table:
    """Return all ratios of a unit in a year: value, peer median, position, basis, and why a value is missing.

    Parameters
    ----------
    results : Results
        Of the stress stage, with the tables ``nkf_ratios`` and ``run``.
    ags, name : str
        The unit and how the page calls it.
    year : int
        2009 stands for the balance sheets, which are of 31.12.2008 or 1.1.2009.
    """
    rows = results["nkf_ratios"]
    asked = (rows["ags"] == ags) & (rows["year"] == year) & (rows["reason"].fillna("") != "not_applicable")
    frame = rows[asked].reset_index(drop=True)
    frame["name"] = [_name(key, language) for key in frame["ratio"]]
    frame["why"] = ["–" if pd.isna(reason) else reason_text(reason)[language] for reason in frame["reason"]]
    return SAY.table(
        "nkf_ratios",
        frame,
        language,
        sources=_SOURCES,
        name=f"nkf_ratios_{ags}",
        unit=name,
        year=year,
        peers=int(results["run"]["peers"].iloc[0]),
    )


def ratio_definitions(language: Language) -> Table:
    """Return the definitions of the set: formula in words and in codes, direction, whether it was checked."""
    rows = [
        {
            "nkf_ratio": _name(key, language),
            "nkf_formula": ratio.formula[language],
            "nkf_codes": "; ".join(formula_in_codes(ratio, basis) for basis in ratio.bases),
            "nkf_basis": "; ".join(label(f"nkf_{basis}", language) for basis in ratio.bases),
            "nkf_direction": f"nkf_{ratio.direction}",
            "nkf_checked": ratio.verified,
        }
        for key, ratio in ratios().items()
    ]
    sources = sorted({source for ratio in ratios().values() for source in ratio.source})
    return SAY.table("nkf_definitions", pd.DataFrame(rows), language, sources=sources)


def orientation_figure(results: Results, language: Language) -> Figure:
    """Return mean and range of 2009 by type of unit beside the published orientation values."""
    table = results["nkf_orientation"]
    parts = []
    for series, columns in _SERIES.items():
        part = table[["ratio", "group", "n", *columns]].set_axis(
            ["ratio", "group", "n", "mean", "low", "high"], axis=1
        )
        parts.append(part.assign(series=label(f"orientation_{series}", language)))
    shown = pd.concat(parts, ignore_index=True)
    shown["title"] = [ratios()[key].name[language] for key in shown["ratio"]]
    shown["group"] = [
        SAY("orientation_values.group", language, name=label(f"orientation_{group}", language), n=n)
        for group, n in zip(shown["group"], shown["n"], strict=True)
    ]
    drawing = chart(
        shown,
        Dots("mean", "group", low="low", high="high", group="series", apart=0.3),
        language=language,
        x=Axis(SAY("orientation_values.x", language), ",.0f", limits=(-25, 100)),
        height=1.2,
        panel="title",
    )
    first = table[table["ratio"] == RATIOS[0]].set_index("group")["difference_pct_points"]
    said: dict[str, Any] = {"all": first["all"], "large": first["large"]}
    return SAY.figure("orientation_values", drawing, table, language, sources=["balance_sheets"], **said)


def short_term_table(results: Results, language: Language) -> Table:
    """Return mean, trimmed mean and median of the short-term ratios beside the published values, and why."""
    table = results["nkf_short_term"]
    frame = table.assign(
        ratio=[ratios()[key].name[language] for key in table["ratio"]],
        group=[label(f"orientation_{key}", language) for key in table["group"]],
        closest=[label(f"short_term_{key}", language) for key in table["closest"]],
        reason=[label(f"short_term_{key}", language) for key in table["reason"]],
    )
    return SAY.table("short_term_orientation", frame, language, sources=["balance_sheets"])
