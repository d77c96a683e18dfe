"""Figures of the case-study chapter: cost, ranks, actors, robustness, transfer and relief."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars, Dots, Reference
from dewak_research.page.results import Cells, Results
from dewak_research.page.style import PALETTE
from dewak_research.page.texts import ChapterTexts, named
from dewak_research.page.values import number, pct, rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

SAY = ChapterTexts(__package__)
_COST_PARTS = ("staff_eur", "rooms_eur", "activity_eur", "overhead_eur", "capital_per_year_eur")
_RANKS = {"case_rank_1": (1, 1), "case_rank_2": (2, 2), "case_rank_3": (3, 3), "case_rank_4": (4, 6),
          "case_rank_5": (7, 99)}  # fmt: skip
_RANK_COLOURS = ("#00224E", "#3B6098", "#7B9CC4", "#BCD0E5", "#E9EEF4")
_SOLUTIONS = ("conservative", "intermediate", "parsimonious")
THOUSAND = 1000.0


def names(results: Results, kind: str, language: Language) -> dict[str, str]:
    """Return key → name of models, criteria, actors (``actor_<case>``), conditions, places, cases or data sets."""
    table = results["names"]
    chosen = table[table["kind"] == kind]
    return dict(zip(chosen["key"], chosen[language], strict=True))


def of_case(results: Results, table: str, case: str) -> pd.DataFrame:
    """Return the rows of one case."""
    frame = results[table]
    return frame[frame["case"] == case].drop(columns="case")


def place(results: Results, case: str, language: Language) -> str:
    """Return the name of a case's place."""
    return names(results, "place", language)[case]


def context_sources(results: Results) -> list[str]:
    """Return the tables behind the context factors of municipalities."""
    factors = results["context_factors"]
    return sorted(set(factors.loc[factors["level"] == "town", "table"]))


def figure_of_case(
    key: str,
    drawing: Drawing,
    data: pd.DataFrame,
    results: Results,
    language: Language,
    case: str,
    **said: Any,
) -> Figure:
    """Return the figure of one case with its texts."""
    return SAY.figure(key, drawing, data, language, of=case, case=place(results, case, language), **said)


def origin_bars(results: Results, language: Language) -> Figure:
    """Draw how many inputs have a source and how many are assumptions, per group."""
    table = results["origin"]
    shown = table.melt("block", ["sourced", "assumption"], var_name="kind", value_name="n")
    shown["share"] = shown["n"] / shown.groupby("block")["n"].transform("sum")
    shown["text"] = [number(n, language) for n in shown["n"]]
    drawing = chart(
        named(shown, language, block="case_block_{}", kind="case_{}"),
        Bars("share", "block", group="kind", stacked=True, values="text"),
        language=language,
        x=Axis(spec=".0%", limits=(0, 1)),
        height=0.72,
        legend="above",
        legend_columns=2,
    )
    sums = Cells(results).origin_sums(scope="all")
    said = {"sourced": sums.sourced, "assumed": sums.assumption}
    return SAY.figure("origin", drawing, table, language, **said)


def cost_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw the parts of each model's cost and its net amount with range, cheapest on top."""
    table = of_case(results, "costs", case).sort_values("annual_eur")
    money = table.assign(model=table["model"].map(names(results, "model", language))).set_index("model")
    money = money.select_dtypes("number") / THOUSAND
    parts = money[list(_COST_PARTS)].reset_index().melt("model", var_name="part", value_name="cost")
    third = money[["third_party_eur"]].reset_index().assign(third=label("case_third_party_eur", language))
    net = money[["annual_eur", "p05_eur", "p95_eur"]].reset_index().assign(net=SAY("cost.net", language))
    drawing = chart(
        pd.concat([named(parts, language, part="case_{}"), third, net], ignore_index=True),
        Bars("cost", "model", group="part", stacked=True, width=0.62),
        Bars("third_party_eur", "model", group="third", stacked=True, width=0.62, colours=PALETTE[6:]),
        Dots("annual_eur", "model", "p05_eur", "p95_eur", group="net", colours=("#000000",)),
        Reference(x=0.0),
        language=language,
        x=Axis(SAY("cost.x", language), ",.0f"),
        y=Axis(wrap=24),
        height=1.3,
        legend="above",
        legend_columns=2,
    )
    (cheapest, dearest), (low, high) = money.index[[0, -1]], map(rounded, table["annual_eur"].iloc[[0, -1]])
    said = {"cheapest": cheapest, "low": low, "dearest": dearest, "high": high, "n": len(money)}
    return figure_of_case("cost", drawing, table, results, language, case, **said)


def rank_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw how often each model takes which rank over random weightings, most often first on top."""
    shares = of_case(results, "rank_share", case)
    groups = pd.DataFrame(
        {
            name: shares[shares["rank"].between(*ends)].groupby("model")["share"].sum()
            for name, ends in _RANKS.items()
        }
    ).sort_values(list(_RANKS)[:3], ascending=False)
    groups.index = pd.Index([names(results, "model", language)[m] for m in groups.index], name="model")
    shown = groups.reset_index().melt("model", var_name="rank", value_name="share")
    first = shown["rank"] == "case_rank_1"
    shown["text"] = [
        pct(share, language, 0) if top else "" for share, top in zip(shown["share"], first, strict=True)
    ]
    drawing = chart(
        named(shown, language, rank="{}"),
        Bars("share", "model", group="rank", stacked=True, colours=_RANK_COLOURS, values="text", width=0.8),
        language=language,
        x=Axis(SAY("rank.x", language), ".0%", (0, 1)),
        y=Axis(wrap=24),
        height=1.3,
        legend="above",
        legend_columns=3,
    )
    n = Cells(results).verdict(case=case).weightings
    said = {"n": n, "models": len(groups), "best": groups.index[0], "share": groups["case_rank_1"].iloc[0]}
    return figure_of_case("rank", drawing, shares, results, language, case, **said)


def stability_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw, per criterion, the range of weights within which the winner stays first."""
    table = of_case(results, "weight_stability", case)
    model = names(results, "model", language)
    shown = table.assign(criterion=table["criterion"].map(names(results, "criterion", language)))
    drawing = chart(
        shown,
        Dots("weight", "criterion", "low", "high"),
        language=language,
        x=Axis(SAY("stability.x", language), ".0%", (0, 1.08)),
        y=Axis(wrap=24),
        height=1.05,
        legend=None,
    )
    _write_rivals(drawing.axes[0], table)
    narrow = shown.assign(width=table["high"] - table["low"]).sort_values(["width", "criterion"]).iloc[0]
    rivals = sorted({*table["rival_low"], *table["rival_high"]} - {""})
    key = "; ".join(f"{rival}: {model[rival]}" for rival in rivals)
    winner = model[Cells(results).verdict(case=case).base_winner]
    said = {"winner": winner, "criterion": narrow["criterion"], "note": f"{key}." if key else ""}
    return figure_of_case("stability", drawing, table, results, language, case, **said)


def _write_rivals(ax: Axes, table: pd.DataFrame) -> None:
    """Write who takes over at the ends of the ranges."""
    for y, row in enumerate(table.to_dict("records")):
        if row["rival_high"]:
            ax.text(row["high"] + 0.012, y, f"→ {row['rival_high']}", va="center", fontsize=9)
        if row["rival_low"] and row["low"] > 0.0:
            ax.text(
                max(row["low"] - 0.012, 0.001), y - 0.36, f"{row['rival_low']} ←", va="center", fontsize=9
            )


def weight_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw the preference weights of each actor and of the group (geometric mean of the judgements)."""
    table = of_case(results, "preference_weights", case)
    actors = {**names(results, f"actor_{case}", language), "group_aij": SAY("weights.group", language)}
    shown = table[table["actor"] != "group_aip"].assign(
        actor=lambda t: t["actor"].map(actors),
        criterion=lambda t: t["criterion"].map(names(results, "criterion", language)),
    )
    drawing = chart(
        shown,
        Bars("weight", "actor", group="criterion", stacked=True, width=0.8),
        language=language,
        x=Axis(SAY("weights.x", language), ".0%", (0, 1)),
        y=Axis(wrap=24),
        height=0.6,
        legend="above",
    )
    w = Cells(results).stakeholder_summary(case=case).kendalls_w
    return figure_of_case("weights", drawing, table, results, language, case, w=w)


def robustness_bars(results: Results, language: Language, dataset: str = "lipset_raw") -> Figure:
    """Draw how often each path of a published data set is found again over the grid."""
    table = results["qca_robustness"]
    table = table[table["dataset"] == dataset].drop(columns="dataset")
    order = table["kind"].map({kind: i for i, kind in enumerate(_SOLUTIONS)})
    shown = table.assign(order=order).sort_values(["order", "found_share"], ascending=[True, False])
    kinds = [label(f"case_{kind}", language) for kind in shown["kind"]]
    paths = shown["path"].str.replace("*", " · ")
    drawing = chart(
        shown.assign(shown=[f"{path} ({kind})" for path, kind in zip(paths, kinds, strict=True)]),
        Bars("found_share", "shown", values=".0%", width=0.65),
        language=language,
        x=Axis(SAY("robust.x", language), ".0%", (0, 1.12)),
        height=0.85,
        legend=None,
    )
    worst, *_, best = table.sort_values(["found_share", "path"]).to_dict("records")
    said = {
        "n": int(table["runs"].max()),
        "best": best["path"],
        "high": best["found_share"],
        "worst": worst["path"],
        "low": worst["found_share"],
        "dataset": names(results, "dataset", language)[dataset],
    }
    return SAY.figure("robust", drawing, table, language, of=dataset, **said)


def peer_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw the nearest municipalities of the model town with their distance."""
    units = results["transfer"].drop_duplicates("ags").set_index("ags")["name"]
    found, town = results["peers"], Cells(results).studies(case=case).ags
    found = found[found["ags"] == town].sort_values("rank").assign(name=lambda f: f["peer"].map(units))
    drawing = chart(
        found,
        Bars("distance", "name", width=0.65),
        language=language,
        x=Axis(SAY("peers.x", language), ".1f"),
        height=0.95,
        legend=None,
    )
    said = {
        "town": units[town],
        "n": len(found),
        "first": found["name"].iloc[0],
        "distance": found["distance"].iloc[0],
        "factors": int(found["factors_used"].max()),
        "sources": context_sources(results),
    }
    return figure_of_case("peers", drawing, found, results, language, case, **said)
