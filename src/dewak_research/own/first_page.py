"""The first page of an own report: three sentences, then pictures that stand on zero, each with its source."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.deficit_page import deficit_line, said, worded, years_without_cash
from dewak_research.own.missing_cells import years_shown
from dewak_research.own.not_met import further_reasons
from dewak_research.own.plan import plan_years, series
from dewak_research.own.plan_overview import Duty, Overview
from dewak_research.own.stress import OwnStress
from dewak_research.own.template import load_template
from dewak_research.page.columns import bars_beside_mark, columns_around_zero, stacked_columns
from dewak_research.page.labels import label
from dewak_research.page.values import eur, eur_m, is_missing, number, pct
from dewak_research.rules import RuleSet

MILLION = 1e6
RESERVES = ("allgemeine_ruecklage_eur", "ausgleichsruecklage_eur")
SURPLUS_RESERVES = ("ordinary_reserve_eur", "extraordinary_reserve_eur")


def law_lines(rules: RuleSet, language: Language) -> dict[str, Any]:
    """Return the shares of the law that sentences name, as they are written."""
    shares = {"n1": rules.n1_share, "n2": rules.n2_share}
    return {name: "" if share is None else pct(share, language, 0) for name, share in shares.items()}


def head_text(found: Overview, amount_eur: float, language: Language) -> str:
    """Write an amount per inhabitant in brackets, or nothing where it is unknown."""
    each = found.per_head(amount_eur)
    return "" if is_missing(each) else label("own_per_head", language, amount=eur(each, language))


def sentences(found: Overview | None, stress: OwnStress, language: Language) -> list[str]:
    """Return what the plan does, when which line of the law is crossed, and what would help."""
    if found is None:
        return [label("own_plan_none", language)]
    return [_does(found, language), _line(found, stress, language), _help(found, stress.rules, language)]


def _does(found: Overview, language: Language) -> str:
    say, results = partial(label, language=language), found.results
    first, last = int(results.index[0]), int(results.index[-1])
    if results.isna().any():
        gone = [int(year) for year in results.index[results.isna()]]
        return say("own_opening_unknown", first=first, last=last, years=years_shown(gone))
    year, worst, below = int(str(results.idxmin())), float(results.min()), results[results < 0]
    shown: dict[str, Any] = {"first": first, "last": last, "year": year, "worst": eur_m(worst, language)}
    if below.empty:
        return say("own_opening_surplus", head=head_text(found, worst, language), **shown)
    total = float(below.sum())
    shown |= {"sum": eur_m(-total, language), "worst": eur_m(-worst, language)}
    head = head_text(found, -total, language)
    kind = "one" if len(results) == 1 else "every" if len(below) == len(results) else "some"
    return say(f"own_opening_deficit_{kind}", head=head, n=len(below), all=len(results), **shown)


def duty_sentence(duty: Duty, stress: OwnStress, language: Language) -> str:
    """Return when which line of the law is crossed, and with which paper the duty arises."""
    say = partial(label, language=language)
    line = say(f"own_opening_line_{duty.line}", **law_lines(stress.rules, language))
    arises = f"own_opening_when_{duty.arises}" + ("_again" if duty.again else "")
    when = say(arises, budget=stress.budget_year, year=duty.year)
    return say("own_opening_duty", year=duty.year, line=line, when=when)


def room_sentence(found: Overview | None, rules: RuleSet, language: Language) -> str:
    """Return the smallest headroom of all plan years and what the plan bears in each; "" where it is unknown."""
    if found is not None and rules.tests_deficit and not is_missing(found.bearable_eur):
        text = worded("own_deficit_room", rules)
        return label(text, language, bearable=eur(found.bearable_eur, language))
    if found is None or found.room_year is None:
        return ""
    return label(
        "own_room_least", language, budget=int(found.results.index[0]), year=found.room_year,
        n2=law_lines(rules, language)["n2"],
        amount=eur_m(found.room_eur, language, 2), bearable=eur_m(found.bearable_eur, language, 2),
    )  # fmt: skip


def _line(found: Overview, stress: OwnStress, language: Language) -> str:
    say = partial(label, language=language)
    if stress.rules.tests_deficit:
        told = deficit_line(found, stress, language)
        if not told:
            cell = _unknown_cell(stress, language)
            return said("own_opening_duty_unknown", stress.rules, language, cell=cell)
        return " ".join([told, *further_reasons(found.duty, stress, language)])
    if not stress.rules.has_ladder:
        return say("own_opening_no_ladder", rules=stress.rules.title[language])
    law = law_lines(stress.rules, language)
    if found.duty is not None:
        return duty_sentence(found.duty, stress, language)
    if not found.known or found.room_year is None:
        return say("own_opening_duty_unknown", cell=_unknown_cell(stress, language))
    crossed = found.room_eur < 0
    room = abs(found.room_eur)
    return say(
        "own_opening_no_duty_crossed" if crossed else "own_opening_no_duty", year=found.room_year,
        room=eur_m(room, language), head=head_text(found, room, language), n2=law["n2"],
    )  # fmt: skip


def _unknown_cell(stress: OwnStress, language: Language) -> str:
    sheets = load_template().sheets
    if not stress.has_reserves:
        name = worded("own_opening_cell_reserves", stress.rules)
        return label(name, language, sheet=sheets["balance"][language])
    gone = stress.plan.loc[stress.plan["result_eur"].isna(), "year"]
    if stress.rules.tests_deficit and gone.empty:
        years, sheet = years_shown(years_without_cash(stress)), sheets["finance_plan"][language]
        return label("own_deficit_cell_cash", language, years=years, sheet=sheet)
    sheet = sheets["result_plan"][language]
    return label("own_opening_cell_result", language, years=years_shown(map(int, gone)), sheet=sheet)


def _help(found: Overview, rules: RuleSet, language: Language) -> str:
    say, last = partial(label, language=language), int(found.results.index[-1])
    brings = ""
    if not is_missing(found.measures_eur):
        name = "own_opening_measures" + ("_cost" if found.measures_eur < 0 else "")
        brings = say(name, year=last, amount=eur_m(abs(found.measures_eur), language))
    if np.isinf(found.needed_eur):
        return say(worded("own_opening_help_late", rules), measures=brings)
    if found.needed_eur > 0:
        gain = found.needed_eur
        return say(
            worded("own_opening_help_line", rules), gain=eur_m(gain, language, 2), measures=brings,
            head=head_text(found, gain, language),
        )  # fmt: skip
    if is_missing(found.to_balance_eur):
        return say("own_opening_help_unknown")
    if found.to_balance_eur > 0:
        gain = found.to_balance_eur
        return say(
            "own_opening_help_balance", gain=eur_m(gain, language, 2), measures=brings,
            head=head_text(found, gain, language),
        )  # fmt: skip
    known = not is_missing(found.bearable_eur)
    room = found.bearable_eur if known else float(found.results.min())
    most, head = eur_m(room, language, 2), head_text(found, room, language)
    if known:
        return said("own_opening_help_new", rules, language, room=most, head=head)
    return say("own_opening_help_surplus", room=most, head=head)


def pictures(
    found: Overview | None, frame: pd.DataFrame, stress: OwnStress, language: Language
) -> list[dict[str, Any]]:
    """Return title, picture, caption, and the page with the figures, of what is known."""
    drawn = [_result(frame, language), _reserves(stress, language)]
    return [one for one in (*drawn, cases_picture(found, stress, language)) if one]


def _scaled(values: Any, language: Language) -> Any:
    """Return how the amounts of a scale are written: whole millions where they reach ten."""
    known = [abs(float(v)) for v in values if not is_missing(v)]
    return partial(number, language=language, digits=0 if max(known, default=0.0) >= 10 else 1)


def _result(frame: pd.DataFrame, language: Language) -> dict[str, Any]:
    say, results = partial(label, language=language), series(frame, "result_plan", "result")
    if results.empty:
        return {}
    years = list(range(int(results.index.min()), int(results.index.max()) + 1))
    amounts = [float(results.get(year, float("nan"))) / MILLION for year in years]
    alt = say(
        "own_picture_result_alt", first=years[0], last=years[-1], year=int(str(results.idxmin())),
        from_value=eur_m(results.iloc[0], language), to_value=eur_m(results.iloc[-1], language),
        worst=eur_m(results.min(), language),
    )  # fmt: skip
    picture = columns_around_zero(years, amounts, plan_years(frame), alt, _scaled(amounts, language))
    return _shown("result", picture, say("own_picture_result_note"), "index.html#plan", language)


def _reserves(stress: OwnStress, language: Language) -> dict[str, Any]:
    say, plan = partial(label, language=language), stress.plan
    if not stress.has_reserves or plan.empty:
        return {}
    deficits = stress.rules.tests_deficit
    both = plan[[*(SURPLUS_RESERVES if deficits else RESERVES)]] / MILLION
    known = both.dropna()
    if known.empty or (deficits and not known.to_numpy().any()):
        return {}
    start = stress.booked.reserves[1] if stress.booked else float("nan")
    before = plan["allgemeine_ruecklage_eur"].shift(fill_value=start)
    rules, years = stress.rules, [int(year) for year in plan["year"]]
    shares = [share for share in (rules.n2_share, rules.n1_share) if share is not None]
    marks = [(before * (1 - share) / MILLION).tolist() for share in shares]
    ends = known.iloc[[0, -1]].to_numpy() * MILLION
    alt = say(
        worded("own_picture_reserves_alt", rules), first=years[known.index[0]], last=years[known.index[-1]],
        from_value=eur_m(ends[0, 0], language), to_value=eur_m(ends[1, 0], language),
        from_small=eur_m(ends[0, 1], language), to_small=eur_m(ends[1, 1], language),
    )  # fmt: skip
    columns = [both[name].tolist() for name in both]
    picture = stacked_columns(years, columns, marks, alt, _scaled(both.to_numpy().ravel(), language))
    note = say(
        "own_picture_reserves_note" if shares else worded("own_picture_reserves_plain", rules),
        **law_lines(rules, language),
    )
    shown = _shown("reserves", picture, note, "stress.html", language)
    title = worded("own_picture_reserves", rules)
    if not shares and title == "own_picture_reserves":
        title = "own_picture_reserves_plain_title"
    return {**shown, "title": say(title)}


def cases_picture(found: Overview | None, stress: OwnStress, language: Language) -> dict[str, Any]:
    """Return the cases as bars per inhabitant beside what the plan bears a year; empty without a case."""
    if found is None or stress.episodes.empty:
        return {}
    say, years = partial(label, language=language), len(found.results)
    heads = found.heads if found.heads > 0 else MILLION
    unit = say("own_unit_head" if found.heads > 0 else "own_million")
    cost = -stress.episodes.set_index(f"title_{language}")["effect_sum_eur"] / years / heads
    ordered = cost.dropna().sort_values(ascending=False)
    known = {str(name): float(value) for name, value in ordered.items()}
    if not known:
        return {}
    room = found.bearable_eur / heads
    bars = bars_beside_mark(known, room)
    digits = 0 if found.heads > 0 else 2
    ends: dict[str, Any] = {"first": int(found.results.index[0]), "last": int(found.results.index[-1])}
    has_line = not is_missing(room)
    note = say("own_picture_cases_note_plain", **ends)
    if has_line:
        bearable = f"{number(room, language, digits)} {unit}"
        note = said("own_picture_cases_note", stress.rules, language, room=bearable, **ends)
    return {
        "title": say("own_picture_cases", unit=unit),
        "bars": [(name, bars[name], number(value, language, digits)) for name, value in known.items()],
        "note": note,
        "target": "stress.html",
    }


def _shown(name: str, picture: Any, note: str, target: str, language: Language) -> dict[str, Any]:
    return {
        "title": label(f"own_picture_{name}", language),
        "picture": picture,
        "note": note,
        "target": target,
    }
