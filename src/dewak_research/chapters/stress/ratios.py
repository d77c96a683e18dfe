"""The NKF ratios on the page: a unit beside its peers, the definitions, and the orientation values of 2009."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dewak_research.chapters.rule_table import RuleTable
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import number
from dewak_research.ratios.inputs import formula_in_codes
from dewak_research.ratios.kennzahlen import ratios, reason_text
from dewak_research.ratios.tables import RATIOS

_SOURCES = ["nrw_payments", "nrw_balance_2009"]


def _name(key: str, language: Language, *, with_unit: bool = False) -> str:
    ratio = ratios()[key]
    text = f"{ratio.number} {ratio.name.text[language]}"
    return label(f"nkf_unit_{ratio.unit}", language, name=text) if with_unit else text


def ratio_table(
    results: Results, language: Language, ags: str, name: str, year: int = 2009, peers_note: bool = True
) -> Table:
    """Return all ratios of a unit in a year: value, peer median, position, basis, and why a value is missing.

    Parameters
    ----------
    results : Results
        Of the stress stage, with the table ``nkf_ratios``.
    ags, name : str
        The unit and how the page calls it.
    year : int
        2009 is the only year with balance sheets.
    """
    rows = results["nkf_ratios"]
    rows = rows[
        (rows["ags"] == ags) & (rows["year"] == year) & (rows["reason"].fillna("") != "not_applicable")
    ]
    frame = pd.DataFrame(
        {
            "nkf_ratio": [_name(key, language, with_unit=True) for key in rows["ratio"]],
            "nkf_value": rows["value"].to_numpy(),
            "nkf_peer_median": rows["peer_median"].to_numpy(),
            "nkf_percentile": rows["peer_percentile"].to_numpy(),
            "nkf_basis": [f"nkf_{basis}" for basis in rows["basis"]],
            "nkf_reason": [
                label("nkf_no_reason", language) if pd.isna(r) else reason_text(r)[language]
                for r in rows["reason"]
            ],
        }
    )
    return Table(
        frame,
        name=f"nkf_ratios_{ags}",
        caption=label("nkf_table_caption", language, name=name, year=year),
        note=label("nkf_table_note", language) if peers_note else None,
        sources=_SOURCES,
        formats={"nkf_value": ",.1f", "nkf_peer_median": ",.1f", "nkf_percentile": ".0f"},
        labelled=["nkf_basis"],
        language=language,
    )


def ratio_definitions(language: Language) -> RuleTable:
    """Return the definitions of the set: formula in words and in codes, direction, whether it was checked."""
    rows = [
        {
            "nkf_ratio": _name(key, language, with_unit=True),
            "nkf_formula": ratio.formula.text[language],
            "nkf_codes": "; ".join(formula_in_codes(ratio, basis) for basis in ratio.bases),
            "nkf_basis": "; ".join(label(f"nkf_{basis}", language) for basis in ratio.bases),
            "nkf_direction": f"nkf_{ratio.direction}",
            "nkf_checked": ratio.verified,
        }
        for key, ratio in ratios().items()
    ]
    return RuleTable(
        pd.DataFrame(rows),
        name="nkf_definitions",
        caption=label("nkf_definitions_caption", language),
        note=label("nkf_definitions_note", language),
        sources=sorted({s for ratio in ratios().values() for s in ratio.source}),
        labelled=["nkf_direction"],
        language=language,
    )


def _panel(ax: Axes, rows: pd.DataFrame, title: str, language: Language) -> None:
    y = np.arange(len(rows))[::-1]
    ax.hlines(y, rows["low_pct"], rows["high_pct"], color="#BBBBBB", linewidth=3, zorder=1)
    own, published = label("orientation_own", language), label("orientation_published", language)
    ax.scatter(rows["mean_pct"], y, label=own, color=PALETTE[0], s=42, zorder=3)
    hollow: dict[str, Any] = {"facecolor": "white", "edgecolor": PALETTE[1], "linewidth": 1.6}
    ax.scatter(rows["published_mean_pct"], y, label=published, marker="D", s=40, zorder=2, **hollow)
    names = [
        label(
            "orientation_group_n", language, name=label(f"orientation_{g}", language), n=number(n, language)
        )
        for g, n in zip(rows["group"], rows["n"], strict=True)
    ]
    ax.set_yticks(y, names)
    ax.set_xlim(-25, 100)
    ax.grid(visible=False, axis="y")
    ax.set_title(title)
    number_axis(ax.xaxis, language, ",.0f")


def orientation_figure(results: Results, language: Language) -> Figure:
    """Return the means of 2009 by type of unit beside the published orientation values."""
    table = results["nkf_orientation"]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(1.1), sharex=True)
    for position, (ax, ratio) in enumerate(zip(axes, RATIOS, strict=True), start=1):
        _panel(ax, table[table["ratio"] == ratio], label(f"orientation_title_{position}", language), language)
    axes[1].set_xlabel(label("orientation_axis", language))
    handles, names = axes[0].get_legend_handles_labels()
    drawing.legend(handles, names, loc="outside lower center", ncols=1)
    first = table[table["ratio"] == RATIOS[0]].set_index("group")["difference_pct_points"]
    return Figure(
        drawing,
        name="orientation_values",
        caption=label("orientation_caption", language),
        alt=label(
            "orientation_alt",
            language,
            all=number(first["all"], language, 1),
            large=number(first["large"], language, 1),
        ),
        note=label("orientation_note", language),
        sources=["nrw_balance_2009"],
        data=table,
        language=language,
    )


def orientation_table(results: Results, language: Language) -> Table:
    """Return the same comparison as a table, also for balance sheets with an annual result only."""
    table = results["nkf_orientation"]
    frame = pd.DataFrame(
        {
            "nkf_ratio": [_name(key, language) for key in table["ratio"]],
            "orientation_group": [f"orientation_{group}" for group in table["group"]],
        }
    )
    columns = [
        "n",
        "mean_pct",
        "published_mean_pct",
        "difference_pct_points",
        "n_with_result",
        "mean_with_result_pct",
    ]
    frame[columns] = table[columns].to_numpy()
    return Table(
        frame,
        name="orientation_table",
        caption=label("orientation_caption", language),
        sources=["nrw_balance_2009"],
        formats={c: ",.0f" if c.startswith("n") else ",.1f" for c in columns},
        labelled=["orientation_group"],
        language=language,
    )
