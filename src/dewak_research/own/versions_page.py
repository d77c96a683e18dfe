"""The page "versions" of an own report: what changed between two versions of a plan, and what it does to the tests."""

from __future__ import annotations

from functools import partial
from typing import Any

from dewak_research.language import Language, Text
from dewak_research.own.amounts import millions
from dewak_research.own.compared_plans import ComparedPlans
from dewak_research.own.deficit_page import worded
from dewak_research.own.missing_cells import years_shown
from dewak_research.own.page_parts import sourced_table
from dewak_research.own.roles import line_for
from dewak_research.own.template import label_of, load_template
from dewak_research.page.columns import columns_around_zero
from dewak_research.page.labels import label
from dewak_research.page.values import eur, eur_m, is_missing, number
from dewak_research.rules import RuleSet

MOST_LINES = 30  #: changed lines that the page shows; the table beside it holds all
OF_A_DUTY = (
    "duty_year",
    "duty_line",
    "duty_arises",
    "bearable_eur",
    "needed_eur",
)  #: tests of a law that knows one
OF_A_LADDER = ("room_eur", "end_reserves_eur")  #: up to a line of the law, and the reserves that it counts


def versions_page(
    found: ComparedPlans, older: Text, language: Language, rules: RuleSet, newer: Text | None = None
) -> dict[str, Any]:
    """Return sentences, the tests of both versions, the changed lines, and the change of the result as a picture.

    Parameters
    ----------
    older, newer : Text
        What the versions are called; without ``newer`` it is the plan of the report.
    rules : RuleSet
        Law of the newer version: its tests have their own words.
    """
    say, name = partial(label, language=language), older[language]
    now = say("own_versions_present") if newer is None else newer[language]
    if not found.years:
        return {
            "version_lines": [say("own_versions_no_year", name=name, newer=now)],
            "version_parts": [],
            "version_picture": {},
        }
    years = years_shown(found.years)
    lines = [say("own_versions_lead", name=name, newer=now, years=years), _changed(found, language)]
    for side, cells in (("old", found.only_old), ("new", found.only_new)):
        if len(cells):
            lines.append(say(f"own_versions_only_{side}", n=len(cells)))
    return {
        "version_lines": lines,
        "version_parts": [
            _tests(found, rules, language),
            *([_lines(found, language)] if len(found.lines) else []),
        ],
        "version_picture": _picture(found, language),
    }


def _changed(found: ComparedPlans, language: Language) -> str:
    row = found.tests[found.tests["measure"] == "result_sum_eur"].to_dict("records")[0]
    if is_missing(row["old"]) or is_missing(row["new"]):
        return label("own_versions_unknown", language)
    change = float(row["new"]) - float(row["old"])
    kind = "same" if abs(change) < 1.0 else "better" if change > 0 else "worse"
    head = ""
    if found.heads > 0:
        head = label("own_per_head", language, amount=eur(abs(change) / found.heads, language))
    return label(f"own_versions_{kind}", language, amount=eur_m(abs(change), language, 2), head=head)


def _tests(found: ComparedPlans, rules: RuleSet, language: Language) -> dict[str, Any]:
    say = partial(label, language=language)
    rows = []
    for row in found.tests[~found.tests["measure"].isin(_not_asked(rules))].to_dict("records"):
        name = str(row["measure"])
        cells = [_tested(name, row[side], language) for side in ("old", "new")]
        change = "–"
        if (
            name.endswith("_eur")
            and not is_missing(row["old"])
            and not is_missing(row["new"])
            and found.heads > 0
        ):
            change = number((float(row["new"]) - float(row["old"])) / found.heads, language, 0)
        rows.append([say(worded(f"own_versions_{name}", rules), last=found.years[-1]), *cells, change])
    head = [say("own_versions_test"), *(say(f"own_versions_{side}") for side in ("old", "new", "change_pc"))]
    return sourced_table("own_versions_tests", head, rows, language)


def _not_asked(rules: RuleSet) -> tuple[str, ...]:
    """Return the tests that a law does not know: no value is missing there."""
    if rules.has_ladder:
        return ()
    return OF_A_LADDER[:1] if rules.tests_deficit else (*OF_A_DUTY, *OF_A_LADDER)


def _tested(name: str, value: Any, language: Language) -> str:
    if name.endswith("_eur"):
        return millions(value, language, 2)
    if is_missing(value):
        return label("own_versions_none" if value is None else "own_no_value", language)
    return str(int(value)) if name == "duty_year" else label(f"own_versions_{name}_{value}", language)


def _lines(found: ComparedPlans, language: Language) -> dict[str, Any]:
    largest = found.lines.reindex(
        found.lines["change_eur"].abs().sort_values(ascending=False).index[:MOST_LINES]
    )
    sheets = load_template().sheets
    rows = []
    for row in largest.sort_index().to_dict("records"):
        amounts = [millions(row[column], language, 2) for column in ("old_eur", "new_eur", "change_eur")]
        each = "–" if is_missing(row["change_eur_pc"]) else number(row["change_eur_pc"], language, 1)
        line = f"{label_of(row['sheet'], row['line'])[language]} ({sheets[row['sheet']][language]})"
        rows.append([line, str(row["year"]), *amounts, each])
    heads = ("old", "new", "change", "change_pc")
    head = [label("own_line", language), label("own_year", language)]
    head += [label(f"own_versions_{name}", language) for name in heads]
    part = sourced_table("own_versions_changed", head, rows, language, first_number=2)
    if len(found.lines) > MOST_LINES:
        part["note"] = label("own_versions_more", language, n=MOST_LINES, all=len(found.lines))
    return part


def _picture(found: ComparedPlans, language: Language) -> dict[str, Any]:
    rows = found.lines[
        (found.lines["sheet"] == "result_plan") & (found.lines["line"] == line_for("result_plan", "result"))
    ]
    change = rows.set_index("year")["change_eur"]
    if change.empty:
        return {}
    amounts = [float(change.get(year, 0.0)) / 1e6 for year in found.years]
    last = found.years[-1]
    alt = label(
        "own_versions_alt", language, year=last, amount=eur_m(float(change.get(last, 0.0)), language, 2)
    )
    picture = columns_around_zero(found.years, amounts, [], alt, partial(number, language=language, digits=1))
    return {"title": label("own_versions_picture", language), "picture": picture, "note": ""}
