"""What closes the gap of an own plan, as sentences and rows of its page: measures, Minderaufwand, multipliers."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.chances import MILLION, fans
from dewak_research.own.deficit_page import worded
from dewak_research.own.probability import OwnProbability
from dewak_research.own.roles import has_line, line_for
from dewak_research.page.labels import label
from dewak_research.page.values import chance, is_missing, number, pct
from dewak_research.rules import RuleSet


def gap_section(found: OwnProbability, rules: RuleSet, language: Language) -> dict[str, Any]:
    """Return the steps that close the gap, what each does, and the bands with all of them."""
    if found.reason:
        return {"policy_lines": [], "policy_tables": [], "policy_fans": []}
    say, table = partial(label, language=language), found.tables["policy"]
    last = found.years[-1]
    rows = []
    for row in table.to_dict("records"):
        effect = "–" if row["step"] == "plan" else number(row["effect_last_eur"] / MILLION, language, 1)
        likely = (
            say("own_no_value") if is_missing(row["probability"]) else chance(row["probability"], language)
        )
        gaps = [number(row[f"gap_{gap}_eur"] / MILLION, language, 1) for gap in ("median", "safe")]
        pairs = [_points(row, tax, language) for tax in ("land_tax_b", "trade_tax")]
        rows.append([say(f"own_policy_{row['step']}"), effect, likely, *gaps, *pairs])
    names = [say(f"own_policy_{name}", year=last) for name in ("step", "effect", "probability")]
    names[-1] = say(worded("own_policy_probability", rules), year=last)
    names += [say(f"own_policy_{name}") for name in ("gap_median", "gap_safe", "land_tax_b", "trade_tax")]
    lines = [
        line
        for line in (say(worded("own_policy_lead", rules), year=last), _lump(found, rules, language))
        if line
    ]
    if "measures" not in set(table["step"]):
        entered = len(found.tables["measures"]) > 0
        lines.append(say("own_policy_later_measures" if entered else "own_policy_no_measures"))
    if table[["land_tax_b_points_safe", "trade_tax_points_safe"]].isna().any(axis=None):
        lines.append(say("own_policy_no_points"))
    steps = {"title": "", "lines": [], "head": names, "rows": rows, "numbers": list(range(1, len(names)))}
    tables = [{**steps, "note": say("own_policy_points_note") + _of_years(table.iloc[0], language)}]
    if "measures" in set(table["step"]):
        tables.append(_measures(found.tables["measures"], language))
    shown = found.tables["fan_with"]
    return {
        "policy_lines": lines,
        "policy_tables": tables,
        "policy_fans": fans(shown, language, "_with", rules) if len(shown) else [],
    }


def _points(row: dict[Any, Any], tax: str, language: Language) -> str:
    values = [row[f"{tax}_points_{gap}"] for gap in ("median", "safe")]
    if any(is_missing(v) for v in values):
        return label("own_no_value", language)
    return " / ".join(number(np.ceil(v), language) for v in values)


def _of_years(row: pd.Series[Any], language: Language) -> str:
    """Say of which years the multipliers are that the points rest on."""
    years = {tax: row.get(f"{tax}_multiplier_year") for tax in ("land_tax_b", "trade_tax")}
    if any(is_missing(year) for year in years.values()):
        return ""
    shown: dict[str, Any] = {tax: int(str(year).partition(".")[0]) for tax, year in years.items()}
    return " " + label("own_policy_points_years", language, **shown)


def _lump(found: OwnProbability, rules: RuleSet, language: Language) -> str:
    if not has_line("result_plan", "spending_cut"):
        return ""
    planned = found.tables["spending_cut"]["planned_eur"].fillna(0.0)
    if (planned > 0).any():
        cut, result = (line_for("result_plan", name) for name in ("spending_cut", "result"))
        return label("own_policy_lump_planned", language, cut=cut, result=result)
    table = found.tables["policy"]
    title, cap = rules.title[language], rules.minderaufwand_cap_share
    if not cap:
        return label("own_policy_lump_none", language, rules=title)
    if "minderaufwand" not in set(table["step"]):
        return label("own_policy_lump_zero", language, line=line_for("result_plan", "costs"))
    return label("own_policy_lump_law", language, rules=title, cap=pct(cap, language, 0))


def _measures(table: pd.DataFrame, language: Language) -> dict[str, Any]:
    wide = table.pivot_table(index="name", columns="year", values="effect_eur", sort=False, aggfunc="sum")
    rows = [
        [str(name), *(number(v / MILLION, language, 2) for v in row)]
        for name, row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    head = [label("own_policy_measure", language), *(str(year) for year in wide.columns)]
    note = label("own_policy_measure_note", language)
    shown = {"title": "", "lines": [], "head": head, "rows": rows}
    return {**shown, "numbers": list(range(1, len(head))), "note": note}
