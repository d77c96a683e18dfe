"""Figures of the qualitative comparative analysis: agreement with published solutions, robustness."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.patches import Patch

from dewak_research.chapters.cases.origin import INPUTS, CaseFigure, CaseTable, names
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import number, pct

_KINDS = ("conservative", "intermediate", "parsimonious")
_TITLES = "Ragin 2009; Rihoux/De Meur 2009; Krook 2010"


def agreement_table(results: Results, language: Language) -> Table:
    """Return own and published solutions side by side."""
    table = results["qca_agreement"]
    dataset = names(results, "dataset", language)
    shown = pd.DataFrame(
        {
            "case_dataset": table["dataset"].map(dataset),
            "case_solution": "case_" + table["kind"],
            "case_formula": table["own"],
            "case_same": table["same"],
        }
    )
    return CaseTable(
        shown,
        name="case_qca_agreement",
        caption=label("case_qca_agreement_caption", language),
        sources=INPUTS,
        said=label("case_source_published", language, titles=_TITLES),
        labelled=["case_solution"],
        language=language,
    )


def fit_table(results: Results, language: Language, dataset: str = "lipset_raw") -> Table:
    """Return consistency, PRI and coverage of every path, for the outcome and its absence."""
    table = results["qca_fit"]
    table = table[table["dataset"] == dataset]
    whole = label("case_whole", language)
    shown = pd.DataFrame(
        {
            "case_formula": table["path"].replace("total", whole) + " → " + table["outcome"],
            "case_solution": "case_" + table["kind"],
            "case_consistency": table["consistency"],
            "case_pri": table["pri"],
            "case_coverage": table["coverage"],
            "case_unique_coverage": table["unique_coverage"],
        }
    )
    measures = ("consistency", "pri", "coverage", "unique_coverage")
    return CaseTable(
        shown,
        name=f"case_qca_fit_{dataset}",
        caption=label("case_fit_caption", language, dataset=names(results, "dataset", language)[dataset]),
        note=label("case_fit_note", language),
        sources=INPUTS,
        said=label("case_source_published", language, titles=_TITLES),
        formats={f"case_{c}": ".3f" for c in measures},
        labelled=["case_solution"],
        language=language,
    )


def robustness_bars(results: Results, language: Language, dataset: str = "lipset_raw") -> Figure:
    """Draw how often each path of a published data set is found again over the grid."""
    table = results["qca_robustness"]
    table = table[table["dataset"] == dataset].drop(columns="dataset")
    order = {kind: i for i, kind in enumerate(_KINDS)}
    shown = table.assign(order=table["kind"].map(order)).sort_values(
        ["order", "found_share", "path"], ascending=[False, True, True]
    )
    colours = dict(zip(_KINDS, PALETTE, strict=False))
    drawing, ax = plt.subplots(figsize=figure_size(0.75))
    positions = np.arange(len(shown))
    ax.barh(positions, shown["found_share"], color=[colours[k] for k in shown["kind"]], height=0.65)
    for y, share in zip(positions.tolist(), shown["found_share"], strict=True):
        ax.text(share + 0.01, y, pct(share, language, 0), va="center", fontsize=9)
    ax.set_yticks(positions, [path.replace("*", " · ") for path in shown["path"]])
    ax.set_xlim(0, 1.12)
    number_axis(ax.xaxis, language, ".0%")
    ax.set_xlabel(label("case_robust_axis", language))
    ax.grid(visible=False, axis="y")
    handles = [Patch(color=colours[kind], label=label(f"case_{kind}", language)) for kind in _KINDS]
    drawing.legend(handles=handles, loc="outside upper left", ncols=3)
    ranked = shown.sort_values(["found_share", "path"])
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    return CaseFigure(
        drawing,
        name=f"case_robust_{dataset}",
        caption=label("case_robust_caption", language, dataset=names(results, "dataset", language)[dataset]),
        alt=label(
            "case_robust_alt",
            language,
            n=number(int(shown["runs"].max()), language),
            best=best["path"],
            high=pct(best["found_share"], language, 0),
            worst=worst["path"],
            low=pct(worst["found_share"], language, 0),
        ),
        note=label("case_robust_note", language),
        sources=INPUTS,
        said=label("case_source_published", language, titles=_TITLES),
        data=table,
        language=language,
    )


def own_conditions(results: Results, language: Language) -> Table:
    """Return what is known of the conditions in the project's own two cases."""
    table = results["qca_own_cases"]
    condition = names(results, "condition", language)
    wide = table.assign(state="case_state_" + table["state"]).pivot_table(
        index="condition", columns="case", values="state", aggfunc="first"
    )
    wide = wide.rename(columns={case: f"case_short_{case}" for case in wide.columns})
    shown = wide.rename(index=condition).rename_axis("case_condition", axis=0).reset_index()
    shown.columns.name = None
    return CaseTable(
        shown,
        name="case_own_conditions",
        caption=label("case_own_caption", language),
        sources=INPUTS,
        said=label("case_source", language),
        labelled=[c for c in shown.columns if c.startswith("case_short_")],
        language=language,
    )
