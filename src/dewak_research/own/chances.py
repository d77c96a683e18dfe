"""The page "plan with probability" of an own report: sentences, pictures and rows, written in one language."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.deficit_page import worded
from dewak_research.own.probability import NOT_BALANCED, OwnProbability
from dewak_research.page.fans import bands_over_years, ranges_on_scale
from dewak_research.page.labels import label
from dewak_research.page.parameter_names import parameter_name
from dewak_research.page.values import chance, eur, eur_m, is_missing, number, pct
from dewak_research.rules import HOME, RuleSet, land, value
from dewak_research.stress.distribution import band_ends_pct, level_column
from dewak_research.stress.items import ITEMS
from dewak_research.stress.plan_outcomes import BANDS_PCT, EVENTS, TORNADO_DRAWS
from dewak_research.stress.pool import crisis_frequency
from dewak_research.stress.scenarios import scenario

MILLION = 1e6
STILL = 1e-9  #: share of a block that does not move
ENDS = {band: tuple(map(level_column, band_ends_pct(band))) for band in BANDS_PCT}
SENTENCES = (
    "cash",
    "levy",
    "multiplier",
    "split",
)  #: of what is missing; the others are items in one sentence
NOTHING: dict[str, Any] = {
    "chance_lines": [], "fans": [], "chance_tables": [], "chance_short": "",
}  # fmt: skip


def chance_page(found: OwnProbability, rules: RuleSet, language: Language) -> dict[str, Any]:
    """Return what the page shows; what cannot be computed is left out and said in one sentence."""
    say = partial(label, language=language)
    if found.reason:
        return {**NOTHING, "chance_lines": [say(f"own_chance_{found.reason}")]}
    return {
        **NOTHING,
        "chance_lines": _lines(found, rules, language),
        "fans": fans(found.tables["fan"], language, "", rules),
        "chance_tables": _tables(found, rules, language),
        "chance_short": _not_balanced(found, "own_chance_short_deficit", language)
        if rules.tests_deficit
        else _light(found, "own_chance_light_short", language),
    }


def _lines(found: OwnProbability, rules: RuleSet, language: Language) -> list[str]:
    say = partial(label, language=language)
    lines = [
        say(
            "own_chance_lead",
            draws=number(found.draws, language),
            span=say(
                "own_chance_years" if len(found.years) > 1 else "own_chance_one_year",
                first=found.years[0],
                last=found.years[-1],
            ),
        ),
        say(f"own_chance_basis_{found.basis}"),
        say(f"own_chance_kreis_{found.kreis}") if rules.has_ladder else say("own_chance_other_land"),
    ]
    titles = {item.key: item.title[language] for item in ITEMS}
    titles |= {name: say(worded(f"own_chance_lacks_{name}", rules)) for name in ("debt", "uml")}
    lacking = [titles[name] for name in found.missing if name not in SENTENCES]
    if lacking:
        lines.append(say("own_chance_missing", items="; ".join(lacking)))
    lines += [say(f"own_chance_{name}") for name in found.missing if name in SENTENCES]
    equity = found.tables["fan"].query("measure == 'equity'")
    if equity["p50_eur"].isna().any():
        lines.append(say(worded("own_chance_no_equity", rules)))
    return lines


def fans(table: pd.DataFrame, language: Language, suffix: str, rules: RuleSet) -> list[dict[str, Any]]:
    """Return title, picture and table of each measure that is known: result and equity around the plan."""
    shown = []
    for measure in ("result", "equity"):
        rows = table[table["measure"] == measure].sort_values("year")
        if rows[["plan_eur", "p50_eur"]].isna().any(axis=None):
            continue
        title = label(worded(f"own_chance_{measure}{suffix}", rules), language)
        years = [int(year) for year in rows["year"]]
        last = rows.iloc[-1]
        alt = label(
            "own_chance_fan_alt", language, title=title, year=years[-1], plan=eur_m(last["plan_eur"], language),
            low=eur_m(last["p10_eur"], language), high=eur_m(last["p90_eur"], language),
        )  # fmt: skip
        amounts = rows.select_dtypes("number").drop(columns="year") / MILLION
        wide = [
            (amounts[low].tolist(), amounts[high].tolist())
            for low, high in (ENDS[n] for n in reversed(BANDS_PCT))
        ]
        spread = max(amounts.abs().max()) if len(amounts) else 0.0
        digits = 0 if spread >= 10 else 1
        write = partial(number, language=language, digits=digits)
        shown.append(
            {
                "title": title,
                "picture": bands_over_years(years, amounts["plan_eur"].tolist(), wide, alt, write),
                "table": _bands_table(years, amounts, language),
            }
        )
    return shown


def _bands_table(years: list[int], amounts: pd.DataFrame, language: Language) -> dict[str, Any]:
    say = partial(label, language=language)
    write = partial(number, language=language, digits=1)
    rows = []
    for year, row in zip(years, amounts.to_dict("records"), strict=True):
        bands = [
            say("own_chance_between", low=write(row[low]), high=write(row[high]))
            for low, high in (ENDS[n] for n in BANDS_PCT)
        ]
        rows.append([str(year), write(row["plan_eur"]), *bands])
    head = [say("own_year"), say("own_chance_plan"), *(say("own_chance_band", n=n) for n in BANDS_PCT)]
    return {"head": head, "rows": rows, "numbers": list(range(1, len(head)))}


def _light(found: OwnProbability, text: str, language: Language) -> str:
    row = found.tables["light"].iloc[0]
    if is_missing(row["probability"]):
        return ""
    shown: dict[str, Any] = {name: chance(row[column], language) for name, column in
             (("p", "probability"), ("low", "frequency_low"), ("high", "frequency_high"))}  # fmt: skip
    shown |= {
        name: label(f"profile_light_{row[name]}", language) for name in ("light", "light_low", "light_high")
    }
    return label(text, language, first=found.years[0], last=found.years[-1], **shown)


def _not_balanced(found: OwnProbability, text: str, language: Language, **shown: Any) -> str:
    """Say how likely the budget is not balanced in at least one year; "" where it is unknown."""
    row = _by_year(found.tables["events"]).get((found.years[-1], NOT_BALANCED))
    if row is None or is_missing(row["probability"]):
        return ""
    shown |= {name: chance(row[column], language) for name, column in
             (("p", "probability"), ("low", "frequency_low"), ("high", "frequency_high"))}  # fmt: skip
    return label(text, language, first=found.years[0], last=found.years[-1], year=found.years[-1], **shown)


def _tables(found: OwnProbability, rules: RuleSet, language: Language) -> list[dict[str, Any]]:
    known = not is_missing(found.tables["light"]["probability"].iloc[0])
    parts = [_triggers(found, rules, language)] if known else []
    if not rules.has_ladder:
        parts.append(_events(found, rules, language))
    parts.append(_shares(found, language))
    if not rules.tests_deficit:
        parts.append(_reverse(found, language))
    if known:
        parts.append(_tornado(found, language))
    return parts


def _by_year(table: pd.DataFrame) -> dict[tuple[int, str], dict[Any, Any]]:
    return {(int(row["year"]), str(row["trigger"])): row for row in table.to_dict("records")}


def _triggers(found: OwnProbability, rules: RuleSet, language: Language) -> dict[str, Any]:
    say, share = partial(label, language=language), partial(chance, language=language, digits=0)
    known = _by_year(found.tables["probability"])
    rows = []
    for year in found.years:
        whole = known[year, "any"]
        span = say(
            "own_chance_between", low=share(whole["frequency_low"]), high=share(whole["frequency_high"])
        )
        single = [share(known[year, name]["probability"]) for name in ("n1", "n2", "n3")]
        rows.append([str(year), share(whole["probability"]), span, *single])
    middle, low, high = crisis_frequency()
    limits: dict[str, Any] = {
        name: pct(1 - float(value("council_grid", f"{name}_from_share").value), language, 0)
        for name in ("green", "amber")
    }
    shown: dict[str, Any] = {
        "low": pct(low, language),
        "high": pct(high, language),
        "middle": pct(middle, language),
    }
    return {
        "title": say("own_chance_trigger_title"),
        "lines": [
            _light(found, "own_chance_light", language),
            say("own_chance_light_limits", **limits),
        ],
        "head": [say("own_chance_until"), say("own_chance_any"), say("own_chance_range"),
                 *(say(f"stress_trigger_{name}") for name in ("n1", "n2", "n3"))],
        "rows": rows,
        "numbers": [1, 2, 3, 4, 5],
        "note": say("own_chance_trigger_note", rules=rules.title[language], **shown),
    }  # fmt: skip


def _events(found: OwnProbability, rules: RuleSet, language: Language) -> dict[str, Any]:
    say, share = partial(label, language=language), partial(chance, language=language, digits=0)
    known = _by_year(found.tables["events"])
    last = found.years[-1]
    asked = (*EVENTS[:1], NOT_BALANCED, *EVENTS[1:]) if rules.tests_deficit else EVENTS
    names = [n for n in asked if (last, n) in known and not is_missing(known[last, n]["probability"])]
    rows = []
    for year in found.years:
        cells = [known[year, name] for name in names]
        rows.append(
            [str(year)]
            + [f"{share(c['probability'])} ({share(c['frequency_low'])}–{share(c['frequency_high'])})" for c in cells]
        )  # fmt: skip
    return {
        "title": say(worded("own_chance_event_title", rules)),
        "lines": [_lead(found, rules, language)],
        "head": [
            say("own_chance_until"),
            *(say(worded(f"own_chance_event_{name}", rules)) for name in names),
        ],
        "rows": rows,
        "numbers": list(range(1, len(names) + 1)),
        "note": say("own_chance_event_note"),
    }


def _lead(found: OwnProbability, rules: RuleSet, language: Language) -> str:
    title = rules.title[language]
    if rules.tests_deficit:
        return _not_balanced(found, "own_chance_none_rules_deficit", language, rules=title)
    return label("own_chance_none_rules", language, rules=title)


def _shares(found: OwnProbability, language: Language) -> dict[str, Any]:
    say = partial(label, language=language)
    table = found.tables["shares"].sort_values("share", ascending=False, kind="stable")
    named = {
        say(f"stress_block_{block}"): float(part)
        for block, part in table[["block", "share"]].itertuples(index=False)
    }
    drawn = ranges_on_scale({name: (0.0, part) for name, part in named.items()})
    rows = [
        [name, pct(part, language, 0) if abs(part) > STILL else "–", drawn[name]]
        for name, part in named.items()
    ]
    return {
        "title": say("own_chance_shares_title"),
        "lines": [],
        "head": [say("own_chance_block"), say("own_chance_share"), ""],
        "rows": rows if table["share"].notna().all() else [],
        "numbers": [1],
        "note": say("own_chance_shares_note"),
    }


def _reverse(found: OwnProbability, language: Language) -> dict[str, Any]:
    say, table = partial(label, language=language), found.tables["reverse"]
    lines = [] if len(table) else [say("own_chance_reverse_none")]
    if len(table) and not is_missing(table["bearable_eur"].iloc[0]):
        amount, per_head = (float(table[c].iloc[0]) for c in ("bearable_eur", "bearable_eur_pc"))
        text = "own_chance_bearable" if amount >= 0 else "own_chance_relief"
        lines.append(say(text, amount=eur_m(abs(amount), language), per_head=eur(abs(per_head), language)))
    for row in table.to_dict("records"):
        star = float(row["lambda_star"])
        if np.isnan(star):
            continue
        kind = "_never" if np.isinf(star) else "_zero" if star == 0 else ""
        title = scenario(str(row["direction"])).title[language]
        lines.append(say(f"own_chance_star{kind}", episode=title, size=number(star, language, 2)))
    return {"title": say("own_chance_reverse_title"), "lines": lines, "rows": []}


def _tornado(found: OwnProbability, language: Language) -> dict[str, Any]:
    say, table = partial(label, language=language), found.tables["tornado"]
    of_law = {v.key: v.title[language] for v in land(HOME).values("equalisation")}
    rows, spans = [], {}
    for row in table.to_dict("records"):
        name = of_law.get(str(row["parameter"])) or parameter_name(str(row["parameter"]), language)
        spans[name] = (float(row["probability_low"]), float(row["probability_high"]))
        rows.append([name, *(_end(row, end, language) for end in ("low", "high"))])
    drawn = ranges_on_scale(spans, float(table["probability"].iloc[0]) if rows else 0.0)
    return {
        "title": say("own_chance_tornado_title"),
        "lines": [] if rows else [say("own_chance_tornado_none")],
        "head": [say("own_chance_parameter"), say("own_chance_lower"), say("own_chance_upper"), ""],
        "rows": [[*row, drawn[row[0]]] for row in rows],
        "numbers": [1, 2],
        "note": say(
            "own_chance_tornado_note",
            year=found.years[-1],
            draws=number(min(TORNADO_DRAWS, found.draws), language),
        ),
    }


def _end(row: dict[Any, Any], end: str, language: Language) -> str:
    size = float(row[end])
    shown = number(size, language, 0 if size.is_integer() else 1 if (10 * size).is_integer() else 2)
    return label("own_chance_at", language, p=chance(row[f"probability_{end}"], language, 1), value=shown)
