"""All reported units at once: lights, council grid, episodes, and the table within peers."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dewak_research.chapters.stress.text import LIGHT_COLOURS, RUN_SOURCES, texts, with_crisis_note
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, category_map, figure_size, number_axis
from dewak_research.page.values import number, pct
from dewak_research.stress.items import ITEMS, POSITION
from dewak_research.stress.score import light_definitions

KINDS = ("kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis")


def light_map(results: Results, language: Language) -> Figure:
    """Return the map of lights of the 396 towns; Kreise stand in the table."""
    lights = results["lights"]
    towns = lights[lights["kind"] != "kreis"].copy()
    towns["light"] = towns["light"].mask(towns["light"] == "no_data")
    areas = read_boundaries("nrw_gemeinden")[["ags", "geometry"]].merge(towns, on="ags", how="left")
    drawing, ax = plt.subplots(figsize=figure_size(1.2))
    names = {key: f"{title[language]}" for key, (title, _) in light_definitions().items()}
    category_map(
        ax,
        areas,
        "light",
        LIGHT_COLOURS,
        language=language,
        names=names,
        legend_title=label("stress_light", language),
    )
    counts = towns["light"].value_counts()
    filled = {colour: number(int(counts.get(colour, 0)), language) for colour in LIGHT_COLOURS}
    return Figure(
        drawing,
        name="stress_light_map",
        sources=[*RUN_SOURCES, "boundaries_nrw_gemeinden"],
        data=lights,
        note=with_crisis_note("stress_light_map_note", results, language),
        language=language,
        **texts("stress_light_map", language, **filled),
    )


def light_table(results: Results, language: Language) -> Table:
    """Return how many units have which light, also at both ends of the crisis frequency, with definitions."""
    lights = results["lights"]
    rows = []
    for key, (title, definition) in light_definitions().items():
        row: dict[str, str | int] = {
            "stress_light": title[language],
            "stress_definition": definition[language],
        }
        for kind in KINDS:
            part = lights[lights["kind"] == kind]
            row[f"stress_n_{kind}"] = int((part["light"] == key).sum())
        row["stress_n_at_low"] = int((lights["light_low"] == key).sum())
        row["stress_n_at_high"] = int((lights["light_high"] == key).sum())
        rows.append(row)
    return Table(
        pd.DataFrame(rows),
        name="stress_light_table",
        caption=label("stress_light_table_caption", language),
        note=with_crisis_note("stress_light_table_note", results, language),
        sources=[*RUN_SOURCES],
        language=language,
    )


def council_grid_figure(results: Results, language: Language) -> Figure:
    """Return the share of units beyond the law's line for every fall of revenue and rise of interest."""
    grid = results["council_grid"].merge(results["lights"][["ags", "kind"]], on="ags")
    known = grid[grid["trigger"].notna()]
    hit = known.assign(hit=known["trigger"] != "none")
    shares = hit.groupby(["kind", "revenue_fall_share", "interest_rise_pp"], as_index=False).agg(
        units=("hit", "size"), hit_share=("hit", "mean")
    )
    drawing, axes = plt.subplots(3, 1, figsize=figure_size(1.3), sharex=True)
    for ax, kind in zip(axes, KINDS, strict=True):
        part = shares[shares["kind"] == kind]
        base = float(part.loc[part["revenue_fall_share"] == 0, "hit_share"].iloc[0])
        falls = part[part["revenue_fall_share"] > 0]
        for i, (rise, line) in enumerate(falls.groupby("interest_rise_pp")):
            text = label("stress_points", language, n=number(rise, language, 1))
            x = np.arange(3) + (i - 1) * 0.26
            ax.bar(x, line["hit_share"], width=0.24, color=PALETTE[(4, 0, 6)[i]], label=text, zorder=2)
        ax.axhline(base, color="#222222", linewidth=1.2, linestyle="--", zorder=3)
        units = number(int(part["units"].max()), language)
        ax.set_title(
            label(
                "stress_kind_n", language, kind=label(kind, language), n=units, share=pct(base, language, 0)
            )
        )
        ax.set_ylim(0, 1.05)
        ax.set_yticks([0, 0.5, 1])
        number_axis(ax.yaxis, language, ".0%")
        ax.grid(visible=False, axis="x")
    falls_share = sorted(s for s in shares["revenue_fall_share"].unique() if s > 0)
    names = [label("stress_minus", language, share=pct(s, language, 0)) for s in falls_share]
    axes[-1].set_xticks(range(3), names)
    axes[-1].set_xlabel(label("stress_revenue_fall", language))
    handles, legend = axes[0].get_legend_handles_labels()
    drawing.legend(
        handles, legend, title=label("stress_interest_rise", language), loc="outside lower center", ncols=3
    )
    values = results.values
    return Figure(
        drawing,
        name="stress_council_grid",
        sources=[*RUN_SOURCES],
        data=shares,
        note=label("stress_council_grid_note", language),
        language=language,
        **texts(
            "stress_council_grid",
            language,
            ten=pct(values["grid_10_triggered_share"], language, 0),
            twenty=pct(values["grid_20_triggered_share"], language, 0),
            thirty=pct(values["grid_30_triggered_share"], language, 0),
        ),
    )


def episodes_figure(results: Results, language: Language) -> Figure:
    """Return the worst-year loss per head of each episode, by type of unit."""
    merged = results["episodes"].merge(results["lights"][["ags", "kind"]], on="ags")
    summary = merged.groupby(["scenario", "kind"], as_index=False).agg(
        low=("loss_worst_year_eur_pc", lambda s: s.quantile(0.25)),
        median=("loss_worst_year_eur_pc", "median"),
        high=("loss_worst_year_eur_pc", lambda s: s.quantile(0.75)),
    )
    order = summary.groupby("scenario")["median"].max().sort_values().index.tolist()
    register = results["scenarios"].set_index("scenario")
    drawing, ax = plt.subplots(figsize=figure_size(1.25))
    for i, kind in enumerate(KINDS):
        part = summary[summary["kind"] == kind].set_index("scenario").reindex(order)
        y = np.arange(len(order)) + (1 - i) * 0.22
        ax.hlines(y, part["low"], part["high"], color=PALETTE[i], linewidth=3, alpha=0.5)
        ax.plot(part["median"], y, "o", color=PALETTE[i], label=label(kind, language))
    names = [
        label(
            "stress_scenario_mark" if register["verified"][s] else "stress_scenario_unverified",
            language,
            name=label(f"stress_{s.lower()}", language),
        )
        for s in order
    ]
    ax.set_yticks(range(len(order)), names)
    ax.set_xlabel(label("stress_loss_worst_axis", language))
    ax.set_xlim(left=-2)
    number_axis(ax.xaxis, language)
    drawing.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=1)
    values = results.values
    top = number(values["episode_cost2024_kreisfreie_stadt_worst_median_eur_pc"], language)
    return Figure(
        drawing,
        name="stress_episodes",
        sources=[*RUN_SOURCES],
        data=summary,
        note=label("stress_episodes_note", language),
        language=language,
        **texts("stress_episodes", language, top=top),
    )


def scenario_table(results: Results, language: Language) -> Table:
    """Return what each episode assumes, where it comes from and how many units it pushes over the line."""
    register = results["scenarios"]
    values = results.values
    rows = pd.DataFrame(
        {
            "stress_scenario": register[f"title_{language}"],
            "stress_reference": register[f"reference_{language}"],
            "stress_sources": register["sources"],
            "stress_status": [
                label("stress_verified" if v else "stress_unverified", language) for v in register["verified"]
            ],
            "stress_added": [values[f"episode_{s.lower()}_added"] for s in register["scenario"]],
        }
    )
    return Table(
        rows,
        name="stress_scenarios",
        caption=label("stress_scenarios_caption", language),
        note=label("stress_scenarios_note", language, n=number(values["unshocked_triggered"], language)),
        sources=[*RUN_SOURCES],
        language=language,
    )


def units_table(results: Results, language: Language) -> Table:
    """Return every unit of the register with light, probability, interval and rank among its peers."""
    lights = results["lights"]
    joined = lights.merge(results["standing"].drop(columns=["probability"]), on="ags", how="left")
    titles = {key: title[language] for key, (title, _) in light_definitions().items()}
    frame = pd.DataFrame(
        {
            "name": joined["name"],
            "kind": joined["kind"],
            "stress_light": joined["light"].map(titles),
            "stress_probability": joined["probability"],
            "stress_frequency_low": joined["frequency_low"],
            "stress_frequency_high": joined["frequency_high"],
            "stress_peer_median": joined["probability_peer_median"],
            "stress_rank": [
                label("stress_rank_of", language, rank=int(r), n=int(n) + 1)
                if pd.notna(r) and pd.notna(n)
                else None
                for r, n in zip(joined["rank"], joined["peers_known"], strict=True)
            ],
            "stress_bearable_eur_pc": joined["bearable_eur_pc"],
            "ags": joined["ags"],
        }
    )
    share = dict.fromkeys(
        ["stress_probability", "stress_frequency_low", "stress_frequency_high", "stress_peer_median"], ".0%"
    )
    return Table(
        frame.sort_values(["kind", "name"], ignore_index=True),
        name="stress_units",
        caption=label("stress_units_caption", language, n=number(len(frame), language)),
        note=with_crisis_note("stress_units_note", results, language),
        sources=[*RUN_SOURCES],
        labelled=["kind"],
        formats=share,
        language=language,
    )


def _parameter_name(parameter: str, language: Language) -> str:
    for family in ("growth_rates", "cost_spread"):
        if parameter.startswith(f"{family}_"):
            key = parameter.removeprefix(f"{family}_")
            item = (
                ITEMS[POSITION[key]].title[language]
                if key in POSITION
                else label("stress_all_items", language)
            )
            return label(f"stress_param_{family}", language, item=item)
    return label(f"stress_param_{parameter}", language)


def assumptions_table(results: Results, language: Language) -> Table:
    """Return the parameters of the run that are assumptions, marked as unverified."""
    table = results["assumptions"]
    frame = pd.DataFrame(
        {
            "stress_parameter": [_parameter_name(str(p), language) for p in table["parameter"]],
            "stress_value": table["value"],
            "stress_status": label("stress_unverified", language),
        }
    )
    return Table(
        frame,
        name="stress_assumptions",
        caption=label("stress_assumptions_caption", language),
        note=label("stress_assumptions_note", language),
        sources=[*RUN_SOURCES],
        formats={"stress_value": ".3g"},
        language=language,
    )
