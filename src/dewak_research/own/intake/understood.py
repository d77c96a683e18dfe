"""Understand a file: every table in it is read, parts and whole are held against each other, open points are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from dewak_research.data.genesis import looks_like_genesis, read_genesis
from dewak_research.data.text_files import decode, read_bytes
from dewak_research.errors import InputError, messages, texts
from dewak_research.own.contents import figures_from
from dewak_research.own.intake.applying import apply_map
from dewak_research.own.intake.headings import LONGEST_HEADING
from dewak_research.own.intake.heads import LOOKED_AT, flat, main_row
from dewak_research.own.intake.kind_rows import kinds_beside
from dewak_research.own.intake.mapping import ImportMap, read_map
from dewak_research.own.intake.part_plan import PART_ONLY
from dewak_research.own.intake.pdf_draft import as_draft, with_pages
from dewak_research.own.intake.pdf_tables import read_pdf
from dewak_research.own.intake.pieces import join, pieces_of
from dewak_research.own.intake.proposal import draft_of
from dewak_research.own.intake.questions import Question
from dewak_research.own.intake.result import Understood
from dewak_research.own.intake.signs import sign_questions, sums_question, unplaced_question
from dewak_research.own.intake.statistical import understand_genesis
from dewak_research.own.intake.statistical_sheets import statistical_text
from dewak_research.own.intake.tables import (
    WORKBOOKS,
    RawTable,
    check_saved,
    is_text,
    read_tables,
    table_of_text,
)
from dewak_research.own.intake.turned import upright
from dewak_research.own.intake.units import factor_in
from dewak_research.own.safety import clean_text

__all__ = ["Question", "Understood", "understand"]
_problem, _text = messages(__package__), texts(__package__)


def understand(
    path: Path, key: str, map_path: Path | None = None, answers: Mapping[str, str] | None = None
) -> Understood:
    """Read a file and say what it holds for this municipality.

    Parameters
    ----------
    path : Path
        A text file or a workbook (.xlsx, .xls, .ods) with a result plan, finance plan, balance sheet or accounts on any
        sheet; a table of the statistical offices; or a PDF, whose figures are a draft until they are confirmed.
    key : str
        Municipality key or own identifier.
    map_path : Path, optional
        A mapping in YAML; otherwise one is proposed.
    answers : mapping, optional
        Answers to questions that an earlier call returned, by key.

    Raises
    ------
    InputError
        The file is refused, not recognised, or the mapping does not fit.
    """
    if path.suffix.lower() == ".pdf":
        return _understand_pdf(path, key, map_path, answers or {})
    tables = _tables_or_statistics(path, key, answers)
    if isinstance(tables, Understood):
        return tables
    if map_path is not None:
        return _by_map(tables, read_map(map_path))
    return understand_tables(tables, key, answers or {})


def _tables_or_statistics(
    path: Path, key: str, answers: Mapping[str, str] | None
) -> list[RawTable] | Understood:
    if path.suffix.lower() in WORKBOOKS and not is_text(path):
        tables = read_tables(path)
        return _statistics_of(tables, key, answers or {}) or tables
    where = clean_text(path.name, 80)
    data = read_bytes(path)
    decoded = decode(data, where)
    if looks_like_genesis(decoded.text):
        return understand_genesis(read_genesis(data, where), key, where, answers)
    return [table_of_text(decoded.text, where, decoded.encoding)]


def _understand_pdf(path: Path, key: str, map_path: Path | None, answers: Mapping[str, str]) -> Understood:
    """Understand the plans in a PDF as those of a workbook; the result is a draft with pages."""
    draft = read_pdf(path)
    try:
        if map_path is not None:
            read = _by_map(draft.tables, read_map(map_path))
        else:
            read = understand_tables(draft.tables, key, answers)
    except InputError as error:
        raise with_pages(error, draft) from error
    return as_draft(read, draft, answers, clean_text(path.name, 80))


def _statistics_of(tables: list[RawTable], key: str, answers: Mapping[str, str]) -> Understood | None:
    """Understand the sheets that are tables of the statistical offices; None where there are none."""
    texts_of = [(table, text) for table in tables if (text := statistical_text(table))]
    parts = [
        (
            table.title,
            understand_genesis(read_genesis(text.encode(), table.where), key, table.where, answers),
        )
        for table, text in texts_of
    ]
    open_ones = [part for _, part in parts if part.questions]
    return open_ones[0] if open_ones else join(parts, answers) if parts else None


def understand_tables(tables: list[RawTable], key: str, answers: Mapping[str, str]) -> Understood:
    """Understand the tables of a file together.

    Raises
    ------
    InputError
        No table can be read; the reason of the one that comes nearest is given.
    """
    tables = with_covers(tables)
    parts: list[tuple[str, Understood]] = []
    refused: list[tuple[str, InputError]] = []
    for table in tables:
        for title, read in _pieces_read(table, key, answers):
            if isinstance(read, InputError):
                refused.append((title, read))
            else:
                parts.append((title, read))
    if not parts:
        raise min((error for _, error in refused), key=_how_far)
    parts = [(title, _as_part(one, [other for _, other in parts])) for title, one in parts]
    understood = join(parts, answers)
    skipped = [_text("sheet_skipped", title=title, why=error.problems[0].what) for title, error in refused]
    figures = figures_from([]) if understood.questions else understood.figures
    return replace(understood, figures=figures, notes=[*understood.notes, *skipped])


def with_covers(tables: list[RawTable]) -> list[RawTable]:
    """Return the tables with what sheets without a heading of amounts (a cover) say of the unit."""
    covers = [table for table in tables if main_row(table.rows) is None]
    if not covers or len(covers) == len(tables):
        return tables
    said = tuple(
        (f"»{cover.title}«", cell)
        for cover in covers
        for row in cover.rows[:LOOKED_AT]
        for cell in row
        if cell.strip() and len(cell) < LONGEST_HEADING and factor_in(cell)
    )
    return [table if table in covers else replace(table, hints=(*table.hints, *said[:3])) for table in tables]


def _pieces_read(
    table: RawTable, key: str, answers: Mapping[str, str]
) -> Iterator[tuple[str, Understood | InputError]]:
    """Read every plan in a table, turned where its lines stand in columns, or say why it is refused."""
    try:
        turned = upright(kinds_beside(table))
    except InputError as error:
        yield table.title or table.where, error
        return
    for piece in pieces_of(turned.table):
        title = piece.title or piece.where
        try:
            read = _understand_one(piece, key, answers)
        except InputError as error:
            yield title, turned.named(error)
            continue
        notes = [_text("table_turned"), *read.notes] if turned.columns else read.notes
        yield (
            title,
            replace(read, rows=read.rows.assign(where=read.rows["where"].map(turned.place)), notes=notes),
        )


def _as_part(one: Understood, parts: list[Understood]) -> Understood:
    """Return a table without the question whether it is the whole, where others of its sheet stand beside it."""
    sheets = [sheet for other in parts for sheet in other.figures["sheet"].unique()]
    if sheets.count(one.figures["sheet"].iloc[0]) < 2:
        return one
    return replace(one, questions=[question for question in one.questions if question.key != PART_ONLY])


def _how_far(error: InputError) -> bool:
    """Order refusals: a table without headings says least."""
    return error.problems[0].what == _problem("header_none", "").what


def _understand_one(table: RawTable, key: str, answers: Mapping[str, str]) -> Understood:
    draft = draft_of(table, key, answers)
    part = apply_map(draft.table.rows, draft.mapping, table.where, draft.table.numbers)
    settled, asked = sign_questions(draft.mapping, part.sums, answers)
    if settled != draft.mapping:
        part = apply_map(draft.table.rows, settled, table.where, draft.table.numbers)
    notes = [table.how, *draft.notes, *part.notes]
    asked += sums_question(part.sums, len(part.unmapped), answers, table.where)
    asked += unplaced_question(part, answers, table.where)
    return replace(part, notes=notes, questions=[*draft.questions, *asked])


def _has_headings(table: RawTable, mapping: ImportMap) -> bool:
    """Whether the headings of a mapping stand in one row as the file prints them: then none are put together."""
    row = table.rows[mapping.header_row - 1] if mapping.header_row <= len(table.rows) else []
    return {mapping.label_column, *mapping.columns} <= {cell.strip() for cell in row}


def _by_map(tables: list[RawTable], mapping: ImportMap) -> Understood:
    """Apply a mapping to the first table that has its headings."""
    first: InputError | None = None
    for table in tables:
        plain = table
        if not _has_headings(table, mapping):
            with suppress(InputError):
                plain, _ = flat(table)
        try:
            check_saved(
                plain, mapping.header_row, (*mapping.columns, mapping.label_column, mapping.number_column)
            )
            part = apply_map(plain.rows, mapping, table.where, plain.numbers)
            return replace(part, notes=[table.how, *part.notes])
        except InputError as error:
            first = first or error
    assert first is not None
    raise first
