"""What a page shows of a check and of a file that was read, as plain data in all languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dewak_research.errors import texts
from dewak_research.language import Text
from dewak_research.own.check import CheckResult
from dewak_research.own.contents import amount
from dewak_research.own.intake.pdf_draft import is_draft, place_heading, places_of
from dewak_research.own.intake.result import Understood
from dewak_research.own.safety import clean_text
from dewak_research.own.template import label_of, load_template

MOST_ROWS = 2_000
View = dict[str, Any]
_text = texts(__package__)


def findings_of(result: CheckResult) -> list[View]:
    """Return the findings, each with the figure that stands in its cell, if it is one of the grid sheets."""
    titles = {title: sheet for sheet, title in result.reading.titles.items()}
    placed = {
        (row["sheet"], row["cell"]): row for row in result.reading.figures.to_dict("records") if row["cell"]
    }
    kinds = load_template().kinds
    shown = []
    for found in result.findings[:MOST_ROWS]:
        figure = placed.get((titles.get(found.sheet or ""), found.cell))
        known = figure is not None and figure["value"] == figure["value"]
        shown.append(
            {
                "severity": found.severity,
                "sheet": found.sheet or "",
                "cell": found.cell or "",
                "where": found.problem.where,
                "label": label_of(figure["sheet"], figure["line"]) if figure else None,
                "column": _column(kinds[figure["kind"]], figure["year"]) if figure else None,
                "value": _amount(figure["value"]) if figure and known else None,
                "what": found.problem.what,
                "right": found.problem.right,
                "next_step": found.problem.next_step,
            }
        )
    return shown


def sums_of(result: CheckResult) -> list[View]:
    """Return the sums that were entered beside what their parts come to."""
    kinds = load_template().kinds
    return [
        {
            "line": label_of(one.sheet, one.line),
            "column": _column(kinds[one.kind], one.year),
            "given": _amount(one.given),
            "computed": None if one.computed is None else _amount(one.computed),
            "state": one.state,
        }
        for one in result.sums
        if one.given is not None
    ][:MOST_ROWS]


def tables_of(imported: Understood) -> list[View]:
    """Return the figures as they would stand in the workbook, one table a sheet: lines down, years across.

    Where the file has rows of its own, lines stand beside the words of the file, values beside what is printed; of a
    PDF also the page and the printed line.
    """
    template, tables = load_template(), []
    found = imported.rows if len(imported.rows) else imported.figures.assign(where="", label="", printed="")
    for sheet, part in found.groupby("sheet", sort=False):
        columns = sorted(set(zip(part["year"], part["kind"], strict=True)))
        from_words = [_text("understood_from")] if (part["label"] != "").any() else []
        at_place = [place_heading()] if is_draft(part) else []
        words_before = [*from_words, "", *at_place]
        rows = []
        for (label, line), of_line in part.groupby(["label", "line"], sort=False):
            cells = {(row["year"], row["kind"]): row for row in of_line.to_dict("records")}
            words: list[Text | str] = [str(label)] if from_words else []
            words.append(label_of(str(sheet), str(line)))
            if at_place:
                words.append(places_of(cells[at] for at in columns if at in cells) or "")
            rows.append(words + [_from_to(cells[at]) if at in cells else "" for at in columns])
        named = [_column(template.kinds[kind], year) for year, kind in columns]
        tables.append(
            {
                "title": template.sheets[str(sheet)],
                "head": [*from_words, _text("understood_line"), *at_place, *named],
                "numbers": list(range(len(words_before), len(words_before) + len(columns))),
                "places": [len(words_before) - 1] if at_place else [],
                "rows": rows[:MOST_ROWS],
            }
        )
    return tables


def _from_to(row: Mapping[Any, Any]) -> Text:
    """Write a value, and before it what the file prints where that is another number."""
    shown = _amount(row["value"])
    printed = clean_text(row["printed"], 40)
    if not printed or printed in (shown.de, shown.en):
        return shown
    return Text(f"{printed} → {shown.de}", f"{printed} → {shown.en}")


def _column(kind: Text, year: int) -> Text:
    return Text(f"{kind.de} {year}", f"{kind.en} {year}")


def _amount(value: float) -> Text:
    return Text(amount(round(value, 2), "de"), amount(round(value, 2), "en"))
