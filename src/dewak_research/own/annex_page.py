"""The annex of an own report: empty cells by what they would open, and the plan without and with own measures."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.amounts import millions
from dewak_research.own.deficit_page import worded
from dewak_research.own.missing_cells import years_shown
from dewak_research.own.stress import OwnStress
from dewak_research.own.template import label_of, load_template
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, pct
from dewak_research.rules import RuleSet

MOST_NAMED = 3  #: cases that a row of the annex names before "and n more"


def gaps_part(
    opens: pd.DataFrame, missing: pd.DataFrame, stress: OwnStress, language: Language
) -> dict[str, Any]:
    """Return the empty cells that hold up a computation as a table, what opens most first.

    Parameters
    ----------
    opens : DataFrame
        Result of ``missing_cells.what_opens``.
    missing : DataFrame
        Empty cells of begun columns: sheet, line, year, kind.
    """
    say, sheets = partial(label, language=language), load_template().sheets
    names = (
        {} if stress.episodes.empty else stress.episodes.set_index("scenario")[f"title_{language}"].to_dict()
    )
    rows = []
    for row in opens.to_dict("records"):
        parts = [say(worded(f"own_gaps_{name}", stress.rules)) for name in row["others"]]
        if row["cases"]:
            parts.append(say("own_gaps_cases", names=_named([names[c] for c in row["cases"]], language)))
        if row["ratios"]:
            parts.append(say("own_gaps_ratios", names=", ".join(row["ratios"])))
        line = label_of(row["sheet"], row["line"])[language]
        rows.append([line, sheets[row["sheet"]][language], years_shown(row["years"]), "; ".join(parts)])
    held = opens[["sheet", "line"]].assign(held=True)
    others = missing.merge(held, on=["sheet", "line"], how="left")["held"].isna().sum() if len(missing) else 0
    title, head = say("own_missing_title"), [say("own_gaps_line"), say("own_sheet"), say("own_gaps_years")]
    lead = say("own_gaps_lead", n=len(missing)) if len(missing) else say("own_missing_none")
    lines = [lead, say("own_gaps_order")] if rows else [lead]
    return {
        "title": title, "lines": lines, "head": [*head, say("own_gaps_opens")], "rows": rows, "numbers": [],
        "note": say("own_gaps_more", n=int(others)), "stacked": True,
    }  # fmt: skip


def _named(names: list[str], language: Language) -> str:
    rest = len(names) - MOST_NAMED
    more = f" {label('own_missing_more', language, n=rest)}" if rest > 0 else ""
    return ", ".join(names[:MOST_NAMED]) + more


def measures_part(table: pd.DataFrame, language: Language, rules: RuleSet) -> dict[str, Any]:
    """Return the plan without and with the own measures by year; no rows without measures.

    Parameters
    ----------
    table : DataFrame
        Result of ``measures.with_measures``.
    rules : RuleSet
        Law of the plan: whether it knows a duty.
    """
    say, duty = partial(label, language=language), rules.knows_duty
    rows = []
    for row in table.to_dict("records"):
        amounts = (row["result_eur"], row["effect_eur"], row["result_with_eur"])
        cells = [str(row["year"]), *(millions(value, language, 2) for value in amounts)]
        rows.append(cells + ([_flag(row[name], language) for name in ("duty", "duty_with")] if duty else []))
    head = [say("own_year"), *(say(f"own_with_{name}") for name in ("result", "effect", "result_with"))]
    head += [say(worded(f"own_with_duty{name}", rules)) for name in ("", "_with")] if duty else []
    return {
        "title": say("own_with_title"), "lines": [], "head": head, "rows": rows, "numbers": [1, 2, 3],
        "note": say(worded("own_with_note", rules) if duty else "own_with_note_plain"), "stacked": True,
    }  # fmt: skip


def cases_part(
    table: pd.DataFrame,
    measures: pd.DataFrame,
    falls: tuple[float, float],
    language: Language,
    rules: RuleSet,
) -> dict[str, Any]:
    """Return the cases on the plan without and with the own measures; no rows without measures.

    Parameters
    ----------
    table : DataFrame
        Result of ``measures.cases_with``.
    measures : DataFrame
        Sheet of measures.
    falls : (float, float)
        Lasting fall of the trade tax that crosses a line, without and with the measures; inf = not even a complete
        one, NaN = not said.
    rules : RuleSet
        Law of the plan: whether it knows a duty.
    """
    say, duty = partial(label, language=language), rules.knows_duty
    rows = []
    for row in table.to_dict("records"):
        cells = [str(row[f"title_{language}"])]
        cells += [millions(row[name], language, 2) for name in ("effect_sum_eur", "effect_sum_with_eur")]
        if duty:
            none = say("own_no_value" if is_missing(row["end_reserve_eur"]) else "own_no")
            years = [row[name] for name in ("first_trigger_year", "first_trigger_with_year")]
            cells += [none if is_missing(year) else str(int(year)) for year in years]
        rows.append(cells)
    head = [say("own_episode"), *(say(f"own_cases_{name}") for name in ("effect", "effect_with"))]
    head += [say(worded(f"own_cases_trigger{name}", rules)) for name in ("", "_with")] if duty else []
    named = measures.dropna(subset="line") if "line" in measures else measures.head(0)
    booked = "; ".join(
        f"{name}: {label_of('result_plan', str(line))[language]}"
        for name, line in zip(named["name"], named["line"], strict=True)
    )
    lines = [
        say("own_cases_lead"),
        say("own_cases_booked", named=booked) if booked else say("own_cases_no_line"),
    ]
    if duty and np.isfinite(falls).any() and not np.isnan(falls).any() and any(falls):
        never = say("own_reverse_never_short")
        before, after = (pct(share, language, 0) if np.isfinite(share) else never for share in falls)
        lines.append(say(worded("own_cases_fall", rules), before=before, after=after))
    return {
        "title": say("own_cases_title"), "lines": lines, "head": head, "rows": rows,
        "numbers": [1, 2], "note": say("own_cases_note"), "stacked": True,
    }  # fmt: skip


def _flag(value: Any, language: Language) -> str:
    return label("own_no_value" if is_missing(value) else "own_yes" if value else "own_no", language)
