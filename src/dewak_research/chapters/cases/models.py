"""Figures of the model comparison: cost, rank acceptability, weight stability, ranking, budget law."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dewak_research.chapters.cases.origin import INPUTS, CaseFigure, CaseTable, names, wrapped
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import eur, number, pct

_PARTS = ("staff_eur", "rooms_eur", "activity_eur", "overhead_eur", "capital_per_year_eur")
_LAW = ("termination", "funded", "no_own_staff", "no_participation")
_RANK_GROUPS = ((1, 1), (2, 2), (3, 3), (4, 6), (7, 99))
_RANK_COLOURS = ("#00224E", "#3B6098", "#7B9CC4", "#BCD0E5", "#E9EEF4")


def _of_case(results: Results, table: str, case: str) -> pd.DataFrame:
    frame = results[table]
    return frame[frame["case"] == case].drop(columns="case")


def _short(case: str, language: Language) -> str:
    return label(f"case_short_{case}", language)


def cost_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw the parts of each model's cost and its net amount with range, cheapest on top."""
    table = _of_case(results, "costs", case).sort_values("annual_eur", ascending=False)
    model = names(results, "model", language)
    drawing, ax = plt.subplots(figsize=figure_size(1.3))
    positions = np.arange(len(table))
    left = np.zeros(len(table))
    for part, colour in zip(_PARTS, PALETTE, strict=False):
        widths = table[part].to_numpy() / 1000
        ax.barh(
            positions, widths, left=left, color=colour, height=0.62, label=label(f"case_{part}", language)
        )
        left = left + widths
    money = table["third_party_eur"].to_numpy() / 1000
    ax.barh(positions, money, color=PALETTE[6], height=0.62, label=label("case_third_party_eur", language))
    low, mid, high = (table[c].to_numpy() / 1000 for c in ("p05_eur", "annual_eur", "p95_eur"))
    ax.errorbar(
        mid,
        positions,
        xerr=[np.maximum(mid - low, 0), np.maximum(high - mid, 0)],
        fmt="o",
        color="black",
        markerfacecolor="white",
        capsize=2,
        label=label("case_cost_net", language),
    )
    ax.axvline(0, color="#222222", linewidth=0.8)
    ax.set_yticks(positions, [wrapped(model[m]) for m in table["model"]])
    number_axis(ax.xaxis, language)
    ax.set_xlabel(label("case_cost_axis", language))
    ax.grid(visible=False, axis="y")
    drawing.legend(loc="outside upper left", ncols=2)
    cheap, dear = table.iloc[-1], table.iloc[0]
    return CaseFigure(
        drawing,
        name=f"case_cost_{case}",
        caption=label("case_cost_caption", language, case=_short(case, language)),
        alt=label(
            "case_cost_alt",
            language,
            cheapest=model[cheap["model"]],
            low=eur(cheap["annual_eur"], language),
            dearest=model[dear["model"]],
            high=eur(dear["annual_eur"], language),
        ),
        note=label("case_cost_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=table.iloc[::-1],
        language=language,
    )


def rank_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw how often each model takes which rank over random weightings, most often first on top."""
    shares = _of_case(results, "rank_share", case)
    groups = pd.DataFrame(
        {
            f"rank_{i + 1}": shares[shares["rank"].between(first, last)].groupby("model")["share"].sum()
            for i, (first, last) in enumerate(_RANK_GROUPS)
        }
    ).sort_values(["rank_1", "rank_2", "rank_3"])
    model = names(results, "model", language)
    drawing, ax = plt.subplots(figsize=figure_size(1.3))
    positions = np.arange(len(groups))
    left = np.zeros(len(groups))
    for group, colour in zip(groups.columns, _RANK_COLOURS, strict=True):
        widths = groups[group].to_numpy()
        text = label(f"case_{group}", language)
        ax.barh(positions, widths, left=left, color=colour, edgecolor="#888888", linewidth=0.3, label=text)
        left = left + widths
    for y, share in zip(positions.tolist(), groups["rank_1"], strict=True):
        if share >= 0.08:
            ax.text(
                share / 2, y, pct(share, language, 0), ha="center", va="center", color="white", fontsize=9
            )
    ax.set_yticks(positions, [wrapped(model[m]) for m in groups.index])
    ax.set_xlim(0, 1)
    number_axis(ax.xaxis, language, ".0%")
    ax.set_xlabel(label("case_rank_axis", language))
    ax.grid(visible=False, axis="y")
    drawing.legend(loc="outside upper left", ncols=3)
    best = str(groups.index[-1])
    return CaseFigure(
        drawing,
        name=f"case_rank_{case}",
        caption=label("case_rank_caption", language, case=_short(case, language)),
        alt=label(
            "case_rank_alt",
            language,
            n=number(results.values["weightings"], language),
            best=model[best],
            share=pct(groups["rank_1"].iloc[-1], language, 0),
        ),
        note=label("case_rank_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=shares,
        language=language,
    )


def stability_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw, per criterion, the range of weights within which the winner stays first."""
    table = _of_case(results, "weight_stability", case).iloc[::-1]
    criterion, model = names(results, "criterion", language), names(results, "model", language)
    drawing, ax = plt.subplots(figsize=figure_size(1.05))
    positions = np.arange(len(table))
    ax.barh(positions, table["high"] - table["low"], left=table["low"], color=PALETTE[4], height=0.5)
    ax.plot(table["weight"], positions, "o", color="black")
    for y, row in zip(positions.tolist(), table.to_dict("records"), strict=True):
        if row["rival_high"]:
            ax.text(row["high"] + 0.012, y, f"→ {row['rival_high']}", va="center", fontsize=9)
        if row["rival_low"] and row["low"] > 0.0:
            ax.text(
                max(row["low"] - 0.012, 0.001), y + 0.36, f"{row['rival_low']} ←", va="center", fontsize=9
            )
    ax.set_yticks(positions, [wrapped(criterion[c]) for c in table["criterion"]])
    ax.set_xlim(0, 1.08)
    number_axis(ax.xaxis, language, ".0%")
    ax.set_xlabel(label("case_stability_axis", language))
    ax.grid(visible=False, axis="y")
    narrow = table.assign(width=table["high"] - table["low"]).sort_values(["width", "criterion"]).iloc[0]
    winner = model[results.values[f"{case}_base_winner"]]
    rivals = sorted({*table["rival_low"], *table["rival_high"]} - {""})
    key = "; ".join(f"{rival}: {model[rival]}" for rival in rivals)
    return CaseFigure(
        drawing,
        name=f"case_stability_{case}",
        caption=label("case_stability_caption", language, case=_short(case, language)),
        alt=label("case_stability_alt", language, winner=winner, criterion=criterion[narrow["criterion"]]),
        note=f"{label('case_stability_note', language)} {key}."
        if key
        else label("case_stability_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=table.iloc[::-1],
        language=language,
    )


def ranking_table(results: Results, language: Language, case: str) -> Table:
    """Return ranks by three methods, the value with its range, and the share of weightings."""
    table = _of_case(results, "ranking", case)
    model = names(results, "model", language)
    columns = [
        "additive_score",
        "additive_low",
        "additive_high",
        "additive_rank",
        "topsis_rank",
        "promethee_rank",
    ]
    shown = table[[*columns, "first_share"]].rename(columns=lambda c: f"case_{c}")
    shown.insert(0, "case_model", table["model"] + " " + table["model"].map(model))
    return CaseTable(
        shown,
        name=f"case_ranking_{case}",
        caption=label("case_ranking_caption", language, case=_short(case, language)),
        sources=INPUTS,
        said=label("case_source", language),
        formats={"case_first_share": ".1%", **{f"case_{c}": ".2f" for c in columns[:3]}},
        language=language,
    )


def law_table(results: Results, language: Language) -> Table:
    """Return the budget-law checklist of every model."""
    law = results["budget_law"].pivot_table(
        index="model", columns="question", values="answer", aggfunc="first"
    )
    costs = results["costs"].drop_duplicates("model").set_index("model")
    model = names(results, "model", language)
    order = [m for m in model if m in law.index]
    verdict = costs["hsk_compatible"].astype(str)
    shown = pd.DataFrame({"case_model": [f"{m} {model[m]}" for m in order]})
    for question in _LAW:
        shown[f"case_{question}"] = [bool(law.loc[m, question]) for m in order]
    shown["case_hsk_compatible"] = [f"case_hsk_{verdict[m]}" for m in order]
    return CaseTable(
        shown,
        name="case_budget_law",
        caption=label("case_law_caption", language),
        note=label("case_law_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        labelled=["case_hsk_compatible"],
        language=language,
    )


def models_table(results: Results, language: Language) -> Table:
    """Return the library of models: legal form, what it needs, open legal questions."""
    table = results["models"]
    model = names(results, "model", language)
    shown = pd.DataFrame(
        {
            "case_model": table["model"] + " " + table["model"].map(model),
            "case_legal_form": table[f"legal_form_{language}"],
            "case_needs": table[f"needs_{language}"],
            "case_risks": [text or label("case_none", language) for text in table[f"risks_{language}"]],
        }
    )
    return CaseTable(
        shown,
        name="case_models",
        caption=label("case_models_caption", language),
        note=label("case_models_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        language=language,
    )


def instruments_table(results: Results, language: Language) -> Table:
    """Return the catalogue of financing instruments with their attributes."""
    table = results["instruments"]
    instrument = names(results, "instrument", language)
    shown = pd.DataFrame({"case_instrument": table["instrument"].map(instrument)})
    for column in ("lasting", "in_kind", "earmarked", "co_funding"):
        shown[f"case_{column}"] = table[column].eq("yes")
    shown["case_horizon_years"] = table["horizon_years"]
    shown["case_effort"] = table["effort"]
    return CaseTable(
        shown,
        name="case_instruments",
        caption=label("case_instruments_caption", language),
        sources=INPUTS,
        said=label("case_source", language),
        language=language,
    )
