"""Tables of the disparities chapter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.chapters.disparities.figures import BOOKED, MAP, MODELS, PANEL, short_name
from dewak_research.disparities.definitions import WITH_OPTION, WITHOUT_OPTION
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.texts import ChapterTexts
from dewak_research.page.values import formatted, with_interval

_SAY = ChapterTexts(__package__)


def _side_by_side(table: pd.DataFrame, cells: pd.Series, by: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per ``term`` in its order, and ``cells`` in one column per model (``by``: key to name)."""
    wide = table.assign(cell=cells).pivot_table(index="term", columns=by, values="cell", aggfunc="first")
    ordered = wide.reindex(index=table["term"].unique(), columns=list(columns))
    return ordered.rename(columns=columns).reset_index()


def definition_list(results: Results, language: Language) -> Table:
    """Return the definitions in account codes."""
    frame = results["definition_list"]
    shown = frame.assign(
        reference=frame["reference"].replace("own", label("own_definition", language)),
        certainty=np.where(frame["verified"], "certainty_read", "certainty_assumption"),
    )
    return _SAY.table("definition_list", shown, language, sources=BOOKED)


def published_comparison(results: Results, language: Language) -> Table:
    """Return the share in NRW by year and kind of area."""
    frame = results["definition_shares"].query("definition == 'soc_transfer_share'")
    shown = frame.replace({"kind": {"all": "all_areas"}})
    return _SAY.table("published_comparison", shown, language, sources=BOOKED)


def option_areas(results: Results, language: Language) -> Table:
    """Return the areas of opting municipalities with the social share without and with their federal money."""
    table, lacking = results["option_areas"], label("not_all_reported", language)
    shares = {
        name: [lacking if pd.isna(share) else formatted(share, ".1%", language) for share in table[name]]
        for name in (WITHOUT_OPTION, WITH_OPTION)
    }
    return _SAY.table("option_areas", table.assign(**shares), language, sources=BOOKED)


def implausible_records(results: Results, language: Language) -> Table:
    """Return the records treated as unknown, counted by rule and Kreis."""
    groups = results["implausible"].groupby(["name", "variable", "rule"])["year"]
    counted = groups.agg(first_year="min", last_year="max", records="count").reset_index()
    counted = counted.sort_values(["variable", "name"], ignore_index=True)
    counted["name"] = counted["name"].map(short_name)
    return _SAY.table("implausible_records", counted, language, sources=PANEL)


def inequality_measures(results: Results, language: Language) -> Table:
    """Return every measure in the first and last year of the panel, weighted and unweighted."""
    table, period = results["inequality_path"], results["period"].iloc[0]
    years = [period["first_year"], period["last_year"]]
    some = table[(table["sample"] == "all") & table["year"].isin(years) & (table["measure"] != "mean")]
    cells = some.assign(cell=with_interval(some, ".2f", language, "value"))
    wide = cells.pivot_table("cell", ["measure", "year"], "weighting", aggfunc="first")
    rows = pd.MultiIndex.from_product([some["measure"].unique(), years], names=["measure", "year"])
    frame = wide.loc[rows, ["units", "people"]].add_suffix("_weighting").reset_index()
    return _SAY.table("inequality_measures", frame, language, sources=PANEL)


def ladder_table(results: Results, language: Language) -> Table:
    """Return one row per variable with expected sign, and the estimate of every model with its verdict."""
    table, facts = results["ladder"], results["ladder_facts"].set_index("model")
    verdicts = [label(f"sign_{verdict}", language) for verdict in table["as_expected"]]
    cells = with_interval(table, ".3f", language) + pd.Series([f" {v}" for v in verdicts], index=table.index)
    frame = _side_by_side(table, cells, "model", {model: model for model in MODELS})
    frame = frame.fillna(label("not_estimable", language))
    signs = table.groupby("term")["expected_sign"].first().map({"+": "sign_plus", "-": "sign_minus"})
    frame.insert(1, "expected_sign", [label(signs[term], language) for term in frame["term"]])
    patterns = dict.fromkeys(("observations", "units", "singletons"), ",.0f") | {"r_squared_within": ".2f"}
    below = [
        {"term": fact, "expected_sign": ""}
        | {model: formatted(facts.loc[model, fact], pattern, language) for model in MODELS}
        for fact, pattern in patterns.items()
    ]
    whole = pd.concat([frame, pd.DataFrame(below)], ignore_index=True)
    return _SAY.table("ladder_table", whole, language, sources=PANEL)


def with_sizes(
    frame: pd.DataFrame, table: pd.DataFrame, by: str, columns: Mapping[str, str], language: Language
) -> pd.DataFrame:
    """Return the frame with the observations and clusters of every model in two rows below its estimates."""
    sizes = table.drop_duplicates(by).set_index(by)
    below = [
        {"term": fact}
        | {name: formatted(sizes.loc[key, fact], ",.0f", language) for key, name in columns.items()}
        for fact in ("observations", "clusters")
    ]
    return pd.concat([frame, pd.DataFrame(below)], ignore_index=True)


def need_price_models(results: Results, language: Language) -> Table:
    """Return the two-way estimates for KdU, recipients and cost per recipient."""
    table = results["need_price_models"]
    columns = {"ln_kdu": "kdu_log", "ln_recipients": "need", "ln_cost": "price"}
    frame = _side_by_side(table, with_interval(table, ".3f", language), "dependent", columns)
    frame = with_sizes(frame, table, "dependent", columns, language)
    return _SAY.table("need_price_models", frame, language, sources=PANEL)


def cautious_test(results: Results, language: Language) -> Table:
    """Return the two-way estimates with standard errors by Land and the wild bootstrap."""
    table = results["two_way_by_land"]
    n, lands = (int(table[fact].iloc[0]) for fact in ("observations", "clusters"))
    return _SAY.table("cautious_test", table, language, sources=PANEL, n=n, lands=lands)


def moran_table(results: Results, language: Language) -> Table:
    """Return Moran's I under both neighbourhoods, for Germany and within Länder."""
    period = results["period"].iloc[0]
    first, last = int(period["first_year"]), int(period["last_year"])
    return _SAY.table("moran_table", results["moran"], language, sources=MAP, first=first, last=last)


def squeeze_table(results: Results, language: Language) -> Table:
    """Return the estimates of the squeeze test."""
    table = results["squeeze"]
    logs = table["model"].str.endswith("_log")
    cells = with_interval(table, ".1f", language).mask(logs, with_interval(table, ".3f", language))
    models = {model: model for model in table["model"].unique()}
    frame = with_sizes(_side_by_side(table, cells, "model", models), table, "model", models, language)
    return _SAY.table("squeeze_table", frame, language, sources=PANEL)


def squeeze_readings(results: Results, language: Language) -> Table:
    """Return θ₂ by what is compared, in euros and in logarithms, with and without the Länder that took credit over."""
    table = results["squeeze_readings"]
    logs = table["dependent"] == "log"
    cells = with_interval(table, ".1f", language).mask(logs, with_interval(table, ".3f", language))
    return _SAY.table("squeeze_readings", table.assign(estimate=cells), language, sources=PANEL)


def national_totals(results: Results, language: Language) -> Table:
    """Return our national totals beside the published ones."""
    frame = results["national_totals"].rename(columns={"kreise": "kreise_n"})
    return _SAY.table("national_totals", frame, language, sources=PANEL)


def extreme_kreise(results: Results, language: Language) -> Table:
    """Return the Kreise at both ends, and whether need or price puts them there."""
    frame = results["extremes"].assign(name=lambda d: d["name"].map(short_name))
    year = int(results["kdu_range"]["year"].iloc[0])
    return _SAY.table("extreme_kreise", frame, language, sources=PANEL, year=year)


def household_size(results: Results, language: Language) -> Table:
    """Return what a moving household size would change."""
    frame = results["persons_per_unit"]
    persons = frame["persons_assumed"].iloc[0]
    return _SAY.table("household_size", frame, language, sources=PANEL, persons=persons)
