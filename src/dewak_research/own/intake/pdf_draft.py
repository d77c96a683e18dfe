"""What a PDF yields is a draft: every figure has its page and line, and somebody must confirm it against the print."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Language, Text
from dewak_research.own.contents import figures_from
from dewak_research.own.intake.pdf_tables import Draft, listed
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.intake.result import Understood
from dewak_research.own.safety import clean_text

_problem, _text = messages(__package__), texts(__package__, "pdf.yaml")
CONFIRMED = "pdf_confirmed"
YES, NO = "yes", "no"
WHOLE_PLAN, WHOLE, PART = "pdf_whole", "whole", "part"
CODE_LENGTH = 10
_CODE = re.compile(rf"^{YES}(?:-[0-9a-f]*)?$")


def as_draft(understood: Understood, draft: Draft, answers: Mapping[str, str], where: str) -> Understood:
    """Return what was understood with the page and line of every figure, and the question whether it is confirmed.

    The question stands alone: it is asked when no other is open, so that what is confirmed is what will be written. Its
    answer holds for this draft only; that of another file, or of an earlier state, leaves it open.

    Raises
    ------
    InputError
        The draft was declined, or its plan is not that of the municipality.
    """
    rows = located(understood.rows, draft)
    notes = [_text("note_draft"), *draft.notes, *understood.notes]
    if asked := [*understood.questions, *_whole_question(draft, answers, where)]:
        return replace(understood, rows=rows, notes=notes, questions=asked, figures=figures_from([]))
    code, given = _code_of(rows), answers.get(CONFIRMED)
    count, pages = len(understood.figures), listed([int(page) for page in rows["page"].dropna()])
    options = ((code, _text("confirmed_yes")), (NO, _text("confirmed_no")))
    question = Question(CONFIRMED, _asked(understood, count, pages), options)
    if given is not None and given.strip().casefold() == code:
        return replace(understood, rows=rows, notes=[*notes, _text("note_confirmed")])
    if given is not None and not _CODE.match(given.strip().casefold()) and answer_to(question, answers) == NO:
        raise InputError(_problem("pdf_declined", where))
    notes += [_text("confirmed_other", code=code)] if given is not None else []
    return replace(understood, rows=rows, notes=notes, questions=[question], figures=figures_from([]))


def _code_of(rows: pd.DataFrame) -> str:
    """Return the answer that confirms exactly this draft: it changes with any figure, its line, its year and place."""
    told = rows[["page", "row", "label", "printed", "sheet", "line", "year", "kind", "value"]]
    seen = told.to_json(orient="values", double_precision=4, force_ascii=True).encode()
    return f"{YES}-{hashlib.sha256(seen).hexdigest()[:CODE_LENGTH]}"


def _whole_question(draft: Draft, answers: Mapping[str, str], where: str) -> list[Question]:
    """Ask whether a plan is that of the municipality where only its amounts are larger than those of others like it.

    Raises
    ------
    InputError
        It is not.
    """
    if not draft.unsure:
        return []
    named = "; ".join(f"{page} »{title}«" if title else str(page) for page, title in draft.unsure.items())
    options = ((WHOLE, _text("whole_yes")), (PART, _text("whole_no")))
    question = Question(WHOLE_PLAN, _text("ask_whole", plans=named), options)
    answer = answer_to(question, answers)
    if answer == PART:
        raise InputError(_problem("part_plan", where))
    return [] if answer else [question]


def _asked(understood: Understood, count: int, pages: str) -> Text:
    """Return the question; it names what the sums and the lines without a target say against the draft."""
    printed = [one for one in understood.sums if one.given is not None]
    fails = sum(one.state == "fails" for one in printed)
    said = {
        "n": count,
        "pages": pages,
        "sums": len(printed),
        "fails": fails,
        "left": len(understood.unmapped),
    }
    return _text("ask_confirmed", **said)


def located(rows: pd.DataFrame, draft: Draft) -> pd.DataFrame:
    """Return rows from → to with page and row (printed line on the page), and both in ``where``."""
    places = [draft.place(str(where)) for where in rows["where"]]
    known = rows.assign(
        page=pd.array([None if at is None else at[0] for at in places], dtype="Int64"),
        row=pd.array([None if at is None else at[1] for at in places], dtype="Int64"),
        where=[draft.named(str(where)) for where in rows["where"]],
    )
    return known


def with_pages(error: InputError, draft: Draft) -> InputError:
    """Return a refusal whose places name pages, and whose next step can be taken: nobody corrects a cell of a print."""
    in_a_file = [_problem(code, "", cell="").next_step for code in ("amount_unreadable", "header_none")]
    return InputError(
        [
            replace(
                one,
                where=draft.named(one.where),
                next_step=_text("next_of_print") if one.next_step in in_a_file else one.next_step,
            )
            for one in error.problems
        ]
    )


def is_draft(rows: pd.DataFrame) -> bool:
    """Whether rows from → to come from a PDF."""
    return "page" in rows.columns and bool(rows["page"].notna().any())


def place_of(row: Mapping[Any, Any]) -> Text | None:
    """Return where a figure stands in the PDF, or None where it comes from another file."""
    page, line = row.get("page"), row.get("row")
    return None if page is None or pd.isna(page) else _text("place", page=int(page), row=int(line or 0))


def places_of(rows: Iterable[Mapping[Any, Any]]) -> Text | None:
    """Return all places of the figures of a line: on facing pages it stands on two."""
    places = list(dict.fromkeys(filter(None, map(place_of, rows))))
    return Text("; ".join(one.de for one in places), "; ".join(one.en for one in places)) if places else None


def place_heading() -> Text:
    """Return the heading over places in a PDF."""
    return _text("column_place")


def sources_of(imported: Understood, name: str, language: Language) -> dict[str, str]:
    """Return what the workbook notes as the source of each sheet: the file, for a PDF with its pages."""
    name = clean_text(name, 120)
    sources = {str(sheet): name for sheet in (*imported.figures["sheet"].unique(), "register")}
    if not is_draft(imported.rows):
        return sources
    for sheet, own in imported.rows.groupby("sheet"):
        pages = [int(page) for page in own["page"].dropna()]
        if pages and str(sheet) in sources:
            sources[str(sheet)] = _text("origin", name=name, pages=listed(pages))[language]
    return sources
