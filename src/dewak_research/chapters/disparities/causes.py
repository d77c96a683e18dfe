"""The models side by side, how stable they are, and what accounts for the differences."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd

from dewak_research.chapters.disparities.text import PANEL, caption, dot_interval, spec, texts, wrapped
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis

MODELS = ("pooled", "two_way", "kreis_land_year", "mundlak", "first_differences", "long_differences")
SHOWN = (
    "unemployment_pct",
    "foreign_pct",
    "age_65plus_pct",
    "ln_tax_capacity_lag",
    "ln_gdp_pc",
    "ln_asking_rent",
)


def coefficient_plot(results: Results, language: Language) -> Figure:
    """Return the estimates of every model, one panel per variable."""
    table = results["ladder"]
    drawing, axes = plt.subplots(3, 2, figsize=figure_size(1.35), sharey=True)
    for ax, term in zip(axes.flat, SHOWN, strict=True):
        part = table[table["term"] == term].set_index("model")
        for place, model in enumerate(reversed(MODELS)):
            if model in part.index:
                row = part.loc[model]
                colour = PALETTE[0] if row["as_expected"] != "no" else PALETTE[1]
                dot_interval(ax, place, {**row, "value": row["estimate"]}, colour, 5)
        ax.axvline(0, color="#4D4D4D", linewidth=1)
        sign = label("sign_plus" if part["expected_sign"].iloc[0] == "+" else "sign_minus", language)
        ax.set_title(f"{wrapped(label(term, language), 26)}  [{sign}]", fontsize=10)
        ax.locator_params(axis="x", nbins=4)
        number_axis(ax.xaxis, language, ".2f")
        ax.grid(axis="y", visible=False)
    axes[0, 0].set_yticks(range(len(MODELS)), [label(f"{m}_short", language) for m in reversed(MODELS)])
    drawing.supxlabel(label("coefficient_axis", language), fontsize=9.5)
    return Figure(
        drawing, sources=[*PANEL], data=table, language=language, **texts("coefficient_plot", language)
    )


def ladder_table(results: Results, language: Language) -> Table:
    """Return one row per variable with expected sign, and the estimate of every model with its verdict."""
    table, facts = results["ladder"], results["ladder_facts"].set_index("model")
    rows = []
    for term in dict.fromkeys(table["term"]):
        part = table[table["term"] == term].set_index("model")
        row = {
            "term": label(term, language),
            "expected_sign": label(
                "sign_plus" if part["expected_sign"].iloc[0] == "+" else "sign_minus", language
            ),
        }
        for model in MODELS:
            row[model] = (
                _cell(part.loc[model], language) if model in part.index else label("not_estimable", language)
            )
        rows.append(row)
    for fact, pattern in (
        ("observations", ",.0f"),
        ("units", ",.0f"),
        ("singletons", ",.0f"),
        ("r_squared_within", ".2f"),
    ):
        row = {"term": label(fact, language), "expected_sign": ""}
        row |= {model: spec(facts.loc[model, fact], pattern, language) for model in MODELS}
        rows.append(row)
    return Table(
        pd.DataFrame(rows),
        sources=[*PANEL],
        language=language,
        note=label("ladder_table_note", language),
        **caption("ladder_table", language),
    )


def _cell(row: pd.Series, language: Language) -> str:
    low, high = (spec(row[k], ".3f", language) for k in ("low", "high"))
    interval = label("interval", language, low=low, high=high)
    return f"{spec(row['estimate'], '.3f', language)} ({interval}) {label('sign_' + row['as_expected'], language)}"


def need_price_models(results: Results, language: Language) -> Table:
    """Return the two-way estimates for KdU, recipients and cost per recipient."""
    table = results["need_price_models"]
    rows = []
    for term in dict.fromkeys(table["term"]):
        part = table[table["term"] == term].set_index("dependent")
        row = {"term": label(term, language)}
        for dependent, column in (("ln_kdu", "kdu_log"), ("ln_recipients", "need"), ("ln_cost", "price")):
            low, high = (spec(part.loc[dependent, k], ".3f", language) for k in ("low", "high"))
            interval = label("interval", language, low=low, high=high)
            row[column] = f"{spec(part.loc[dependent, 'estimate'], '.3f', language)} ({interval})"
        rows.append(row)
    return Table(
        pd.DataFrame(rows), sources=[*PANEL], language=language, **caption("need_price_models", language)
    )


def cautious_test(results: Results, language: Language) -> Table:
    """Return the two-way estimates with standard errors by Land and the wild bootstrap."""
    table = results["two_way_by_land"].copy()
    table["term"] = [label(term, language) for term in table["term"]]
    columns = ["term", "estimate", "low", "high", "wild_p_value"]
    formats = dict.fromkeys(columns[1:4], ".3f") | {"wild_p_value": ".4f"}
    return Table(
        table[columns],
        formats=formats,
        sources=[*PANEL],
        language=language,
        **caption("cautious_test", language),
    )


def rolling_windows(results: Results, language: Language) -> Figure:
    """Return the two-way estimates in rolling windows."""
    table = results["rolling"].assign(middle=lambda t: (t["first_year"] + t["last_year"]) / 2)
    drawing, axes = plt.subplots(2, 2, figsize=figure_size(0.9), sharex=True)
    for ax, term in zip(axes.flat, SHOWN[:4], strict=True):
        part = table[table["term"] == term]
        ax.fill_between(part["middle"], part["low"], part["high"], color=PALETTE[0], alpha=0.2, linewidth=0)
        ax.plot(part["middle"], part["estimate"], "o-", color=PALETTE[0], markersize=4)
        ax.axhline(0, color="#4D4D4D", linewidth=1)
        ax.set_title(wrapped(label(term, language), 26), fontsize=10)
        ax.set_xticks(sorted(set(part["middle"]))[::2])
        ax.xaxis.set_major_formatter("{x:.0f}")
        number_axis(ax.yaxis, language, ".2f")
    drawing.supxlabel(label("window_axis", language), fontsize=10)
    return Figure(
        drawing,
        sources=[*PANEL],
        data=table.drop(columns="middle"),
        language=language,
        **texts("rolling_windows", language),
    )


def shapley_blocks(results: Results, language: Language) -> Figure:
    """Return the Shapley shares of R² by block."""
    table = results["shapley"]
    blocks = table[table["block"] != "r_squared"].sort_values("value", ignore_index=True)
    drawing, ax = plt.subplots(figsize=figure_size(0.62))
    names = []
    for place, row in enumerate(blocks.to_dict("records")):
        dot_interval(ax, place, row, PALETTE[0], 7)
        ax.annotate(
            spec(row["value"], ".0%", language),
            (row["high"], place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
        names.append(wrapped(label("land_block" if row["block"] == "land" else row["block"], language), 24))
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.set_xlim(0, blocks["high"].max() * 1.2)
    number_axis(ax.xaxis, language, ".0%")
    ax.set_xlabel(label("r_squared_axis", language))
    ax.grid(axis="y", visible=False)
    return Figure(
        drawing, sources=[*PANEL], data=table, language=language, **texts("shapley_blocks", language)
    )


def oaxaca_gaps(results: Results, language: Language) -> Figure:
    """Return the Oaxaca–Blinder parts of both comparisons."""
    table = results["oaxaca"]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(1.15), sharex=True)
    for ax, comparison in zip(axes, ("ruhr", "indebted"), strict=True):
        part = table[table["comparison"] == comparison].iloc[::-1].reset_index(drop=True)
        names = []
        for place, row in enumerate(part.to_dict("records")):
            key = row["part"].removeprefix("explained_")
            whole = row["part"] in ("gap", "explained", "unexplained")
            dot_interval(ax, place, row, PALETTE[1] if whole else PALETTE[0])
            names.append(label(key, language))
        ax.set_yticks(range(len(names)), names)
        ax.axvline(0, color="#4D4D4D", linewidth=1)
        ax.set_title(label(comparison, language))
        number_axis(ax.xaxis, language, ".1f")
        ax.grid(axis="y", visible=False)
    axes[1].set_xlabel(label("gap_axis", language))
    return Figure(drawing, sources=[*PANEL], data=table, language=language, **texts("oaxaca_gaps", language))
