"""The page "stress test" of an own report: sentences, the path of the plan, the cases; of a Kreis its own questions."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.amounts import millions
from dewak_research.own.deficit_page import deficit_lines, deficit_path, worded
from dewak_research.own.first_page import duty_sentence, head_text, room_sentence
from dewak_research.own.missing_cells import cell_text, cells_missing, years_missing
from dewak_research.own.not_met import further_reasons, old_lines
from dewak_research.own.plan import plan_lines
from dewak_research.own.plan_overview import Overview, first_duty
from dewak_research.own.roles import line_shown
from dewak_research.own.stress import OwnStress
from dewak_research.page.labels import label
from dewak_research.page.values import eur_m, is_missing, pct
from dewak_research.stress.items import ITEMS


def stress_page(
    stress: OwnStress, frame: pd.DataFrame, found: Overview | None, language: Language
) -> dict[str, Any]:
    """Return sentences, the path of the plan, and the cases; what does not apply is left out and said."""
    say = partial(label, language=language)
    empty: dict[str, Any] = {"stress_rows": [], "episode_rows": [], "episodes_title": ""}
    if stress.plan.empty:
        return {**empty, "stress_lines": [say("own_stress_no_plan")]}
    lines = [say("own_stress_lead", rules=stress.rules.title[language])]
    ladder, deficits = stress.rules.has_ladder, stress.rules.tests_deficit
    if not stress.rules.knows_duty:
        lines.append(say("own_stress_none_rules"))
    if not stress.has_reserves:
        old = stress.start is not None and stress.start["year"] < stress.plan["year"].iloc[0]
        year = int(stress.start["year"]) if stress.start is not None and old else 0
        lines.append(say(worded(f"own_stress_{'old' if old else 'no'}_balance", stress.rules), year=year))
    elif stress.start is not None:
        lines.append(say("own_stress_start", year=int(stress.start["year"])))
    if ladder:
        lines += [_trigger_line(stress, language), *_restoration_lines(stress.restoration, language)]
        lines += filter(None, [room_sentence(found, stress.rules, language)])
        if stress.kreis:
            lines += _kreis_lines(stress, frame, found, language)
        else:
            lines.append(_reverse_line(stress, language))
    if deficits:
        room = filter(None, [room_sentence(found, stress.rules, language)])
        asked = (
            _kreis_lines(stress, frame, found, language)
            if stress.kreis
            else [_reverse_line(stress, language)]
        )
        first, *others = deficit_lines(stress, found, language)
        lines += [first, *further_reasons(first_duty(stress), stress, language), *others]
        lines += [*old_lines(frame, stress, language), *room, *asked]
    path = deficit_path(stress, language) if deficits else _path(stress, language)
    return {"stress_lines": lines, **path, **_episodes(stress, frame, language)}


def _kreis_lines(
    stress: OwnStress, frame: pd.DataFrame, found: Overview | None, language: Language
) -> list[str]:
    """What a Kreis asks instead of the trade tax: how much less levy, how much more in benefits it bears."""
    if stress.booked is None or found is None:
        return []
    say, years = partial(label, language=language), stress.booked.years
    income, social = (plan_lines(frame, (line,), years) for line in ("grants", "soziale_leistungen"))
    lines = []
    share = stress.booked.critical_fall_share(income)
    if np.isfinite(share):
        lines.append(
            say(
                worded("own_kreis_levy", stress.rules),
                amount=eur_m(found.bearable_eur, language, 2), share=pct(share, language, 1),
                head=head_text(found, found.bearable_eur, language), line=line_shown("result_plan", "grants")[language],
            )
        )  # fmt: skip
    rise = stress.booked.critical_fall_share(social)
    if np.isfinite(rise):
        lines.append(say(worded("own_kreis_social", stress.rules), share=pct(rise, language, 1)))
    elif np.isnan(social).any():
        cell = ("result_plan", "soziale_leistungen")
        gone = years_missing(frame, cell, years)
        lines.append(say("own_kreis_social_unknown", cell=cell_text(cell, gone, language)))
    return lines


def _trigger_line(stress: OwnStress, language: Language) -> str:
    duty = first_duty(stress)
    if duty is not None:
        return duty_sentence(duty, stress, language)
    known = stress.plan["quota_share"].notna().all()
    return label("own_first_trigger_none" if known else "own_first_trigger_unknown", language)


def _restoration_lines(found: pd.DataFrame, language: Language) -> list[str]:
    """By when balance must be back and whether the plan gets there; nothing without a duty or a known period."""
    if found.empty or is_missing(found["balanced_by_year"].iloc[0]):
        return []
    row = found.iloc[0]
    reached = "open" if is_missing(row["within_period"]) else "yes" if row["within_period"] else "no"
    asked = label(
        f"own_restoration_{'kreis' if row['must_clear'] else 'town'}", language, year=row["balanced_by_year"]
    )
    return [asked + " " + label(f"own_restoration_{reached}", language)]


def _reverse_line(stress: OwnStress, language: Language) -> str:
    share = stress.critical_fall_share
    special = "unknown" if np.isnan(share) else "never" if np.isinf(share) else "zero" if share == 0 else ""
    if special:
        return label(worded(f"own_reverse_{special}", stress.rules), language)
    return label(worded("own_reverse", stress.rules), language, share=pct(share, language, 0))


def _path(stress: OwnStress, language: Language) -> dict[str, Any]:
    say, ladder = partial(label, language=language), stress.rules.has_ladder
    head = ["year", "stress_result"]
    if ladder:
        head += [f"stress_{name}" for name in ("equalisation", "general", "quota", "status", "hsk")]
    rows = []
    for row in stress.plan.to_dict("records"):
        cells = [str(row["year"]), millions(row["result_eur"], language, 2)]
        if ladder:
            quota = row["quota_share"]
            reserves = (row["ausgleichsruecklage_eur"], row["allgemeine_ruecklage_eur"])
            cells += [millions(reserve, language, 2) for reserve in reserves]
            unknown = is_missing(quota) or np.isinf(quota)
            cells.append(say("own_no_value") if unknown else pct(quota, language, 2))
            cells += [say(f"own_status_{row['status']}"), _due(row, language)]
        rows.append(cells)
    million = "Mio. €" if language == "de" else "€ m"
    named = [say(f"own_{name}") for name in head]
    named[1:4] = [f"{text} ({million})" for text in named[1:4]]
    return {"stress_head": named, "stress_rows": rows, "stress_numbers": [1, 2, 3, 4] if ladder else [1]}


def _due(row: dict[Any, Any], language: Language) -> str:
    flags = pd.Series([row[name] for name in ("n1", "n2", "n3")], dtype="boolean")
    if flags.any():
        dates = [row.get(f"{name}_arises") for name in ("n1", "n2", "n3")]
        return label("own_due_budget" if "budget" in dates else "own_due_accounts", language)
    return label("own_no_value" if flags.isna().any() else "own_no", language)


def _episodes(stress: OwnStress, frame: pd.DataFrame, language: Language) -> dict[str, Any]:
    say, duty = partial(label, language=language), stress.rules.knows_duty
    last = int(stress.plan["year"].iloc[-1])
    first = say("own_effect_first", year=stress.budget_year)
    head = [say("own_episode"), first, say("own_effect_sum", year=last)]
    head += [say(worded("own_episode_trigger", stress.rules))] if duty else []
    rows = []
    for row in stress.episodes.to_dict("records"):
        title = str(row[f"title_{language}"])
        if row["status"] != "verified":
            title += f" ({say('own_episode_' + row['status'])})"
        if not row.get("applies", True):
            rows.append([f"{title}: {say('own_episode_not_kreis')}", *["–"] * (len(head) - 1)])
            continue
        if row["missing"]:
            lacking = _lacking(stress, frame, str(row["missing"]).split("; "), language)
            rows.append([f"{title}: {say('own_episode_missing', items=lacking)}", *["–"] * (len(head) - 1)])
            continue
        effects = (row["effect_budget_year_eur"], row["effect_sum_eur"])
        cells = [title, *(millions(effect, language, 2) for effect in effects)]
        rows.append(cells + ([_year(row, stress, language)] if duty else []))
    title = say("own_episodes_title", year=stress.budget_year)
    return {"episode_head": head, "episode_rows": rows, "episode_numbers": [1, 2, 3], "episodes_title": title}


def _year(row: dict[Any, Any], stress: OwnStress, language: Language) -> str:
    if not is_missing(row["first_trigger_year"]):
        return str(int(row["first_trigger_year"]))
    known = stress.has_reserves and not pd.isna(row["end_reserve_eur"])
    return label("own_no" if known else "own_no_value", language)


def _lacking(stress: OwnStress, frame: pd.DataFrame, missing: list[str], language: Language) -> str:
    """Name the empty cells that hold up a case, or the item itself where no line holds it."""
    years = stress.booked.years if stress.booked else []
    named: list[str] = []
    for key in missing:
        named += cells_missing(frame, key, years, language) or [_item(key, language)]
    return "; ".join(dict.fromkeys(named))


def _item(key: str, language: Language) -> str:
    known = {item.key: item.title for item in ITEMS}
    return known[key][language] if key in known else label("own_item_landschaftsumlage", language)
