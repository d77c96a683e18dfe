"""The stress test of an own plan, written in one language."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.stress import OwnStress, first_trigger
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, number, pct
from dewak_research.stress.items import ITEMS


def stress_page(stress: OwnStress, language: Language) -> dict[str, Any]:
    """Return sentences, the path of the plan, and the episodes; what does not apply is left out and said."""
    say = partial(label, language=language)
    empty: dict[str, Any] = {"stress_rows": [], "episode_rows": [], "episodes_title": ""}
    if stress.plan.empty:
        return {**empty, "stress_lines": [say("own_stress_no_plan")]}
    lines = [say("own_stress_lead", rules=stress.rules.title[language])]
    ladder = stress.rules.has_ladder
    if not ladder:
        lines.append(say("own_stress_none_rules"))
    if not stress.has_reserves:
        lines.append(say("own_stress_no_balance"))
    elif stress.start is not None:
        lines.append(say("own_stress_start", year=int(stress.start["year"])))
    if ladder:
        lines += [_trigger_line(stress, language), _reverse_line(stress.critical_fall_share, language)]
    return {"stress_lines": lines, **_path(stress, language), **_episodes(stress, language)}


def _trigger_line(stress: OwnStress, language: Language) -> str:
    year = first_trigger(stress.plan)
    if year is not None:
        return label("own_first_trigger", language, year=year)
    known = stress.plan["quota_share"].notna().all()
    return label("own_first_trigger_none" if known else "own_first_trigger_unknown", language)


def _reverse_line(share: float, language: Language) -> str:
    if np.isnan(share):
        return label("own_reverse_unknown", language)
    if np.isinf(share):
        return label("own_reverse_never", language)
    if share == 0:
        return label("own_reverse_zero", language)
    return label("own_reverse", language, share=pct(share, language, 0))


def _money(value: object, language: Language) -> str:
    return (
        label("own_no_value", language) if is_missing(value) else number(float(str(value)) / 1e6, language, 2)
    )


def _path(stress: OwnStress, language: Language) -> dict[str, Any]:
    say, ladder = partial(label, language=language), stress.rules.has_ladder
    head = ["own_year", "own_stress_result"]
    if ladder:
        head += [
            "own_stress_equalisation",
            "own_stress_general",
            "own_stress_quota",
            "own_stress_status",
            "own_stress_hsk",
        ]
    rows = []
    for row in stress.plan.to_dict("records"):
        cells = [str(row["year"]), _money(row["result_eur"], language)]
        if ladder:
            quota = row["quota_share"]
            cells += [
                _money(row[c], language) for c in ("ausgleichsruecklage_eur", "allgemeine_ruecklage_eur")
            ]
            cells.append(
                say("own_no_value") if is_missing(quota) or np.isinf(quota) else pct(quota, language, 2)
            )
            cells += [say(f"own_status_{row['status']}"), _due(row, language)]
        rows.append(cells)
    million = "Mio. €" if language == "de" else "€ m"
    named = [say(key) for key in head]
    named[1:4] = [f"{text} ({million})" for text in named[1:4]]
    return {"stress_head": named, "stress_rows": rows, "stress_numbers": [1, 2, 3, 4] if ladder else [1]}


def _due(row: dict[Any, Any], language: Language) -> str:
    flags = [row[name] for name in ("n1", "n2", "n3")]
    if any(not is_missing(flag) and bool(flag) for flag in flags):
        return label("own_yes", language)
    return label("own_no_value" if any(is_missing(flag) for flag in flags) else "own_no", language)


def _episodes(stress: OwnStress, language: Language) -> dict[str, Any]:
    say, ladder = partial(label, language=language), stress.rules.has_ladder
    last = int(stress.plan["year"].iloc[-1])
    head = [
        say("own_episode"),
        say("own_effect_first", year=stress.budget_year),
        say("own_effect_sum", year=last),
    ]
    head += [say("own_episode_trigger")] if ladder else []
    rows = []
    for row in stress.episodes.to_dict("records"):
        title = str(row[f"title_{language}"])
        if not row["verified"]:
            title += f" ({say('own_assumption')})"
        if row["missing"]:
            lacking = ", ".join(_item(key, language) for key in str(row["missing"]).split("; "))
            rows.append([f"{title}: {say('own_episode_missing', items=lacking)}", *["–"] * (len(head) - 1)])
            continue
        cells = [
            title,
            _money(row["effect_budget_year_eur"], language),
            _money(row["effect_sum_eur"], language),
        ]
        rows.append(cells + ([_year(row, stress, language)] if ladder else []))
    title = say("own_episodes_title", year=stress.budget_year)
    return {"episode_head": head, "episode_rows": rows, "episode_numbers": [1, 2, 3], "episodes_title": title}


def _year(row: dict[Any, Any], stress: OwnStress, language: Language) -> str:
    if not is_missing(row["first_trigger_year"]):
        return str(int(row["first_trigger_year"]))
    known = stress.has_reserves and not pd.isna(row["end_reserve_eur"])
    return label("own_no" if known else "own_no_value", language)


def _item(key: str, language: Language) -> str:
    known = {item.key: item.title for item in ITEMS}
    return known[key][language] if key in known else label("own_item_landschaftsumlage", language)
