"""Several files at once: every table file of a folder is read, and what they hold is put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dewak_research.errors import InputError, messages, texts
from dewak_research.own.contents import figures_from
from dewak_research.own.intake.pieces import join
from dewak_research.own.intake.result import Understood
from dewak_research.own.intake.tables import WORKBOOKS
from dewak_research.own.intake.understood import understand
from dewak_research.own.safety import clean_text

_problem, _text = messages(__package__), texts(__package__)
READ = (*WORKBOOKS, ".csv", ".txt", ".tsv", ".pdf")
MOST_FILES = 40


def understand_folder(folder: Path, key: str, answers: Mapping[str, str] | None = None) -> Understood:
    """Read all table files of a folder; a file that is refused is named with the reason, the others are read.

    Parameters
    ----------
    folder : Path
        Its files are read in order of their names; folders in it are not.
    key : str
        Municipality key or own identifier.
    answers : mapping, optional
        Answers to questions of an earlier call; a question of one file has the name of the file before its key.

    Raises
    ------
    InputError
        There is no such file, there are too many, or none can be read; then every reason is given.
    """
    where = clean_text(folder.name, 80)
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in READ)
    if not files or len(files) > MOST_FILES:
        raise InputError(_problem("folder_files", where, n=len(files), most=MOST_FILES))
    given = answers or {}
    parts: list[tuple[str, Understood]] = []
    refused: list[tuple[str, InputError]] = []
    for path in files:
        name, prefix = clean_text(path.name, 60), f"{clean_text(path.stem, 40)}:"
        own = {one.removeprefix(prefix): value for one, value in given.items() if one.startswith(prefix)}
        try:
            read = understand(path, key, answers=own)
        except InputError as error:
            refused.append((name, error))
            continue
        asked = [replace(question, key=f"{prefix}{question.key}") for question in read.questions]
        notes = [_text("note_file", name=name), *read.notes]
        parts.append((name, replace(read, questions=asked, notes=notes)))
    if not parts:
        raise InputError([problem for _, error in refused for problem in error.problems])
    filled = [part for part in parts if not part[1].figures.empty]
    waiting = [part for part in parts if part[1].figures.empty]
    joined = join(filled, given) if filled else waiting[0][1]
    questions = [*joined.questions, *(q for _, part in waiting for q in part.questions)]
    questions = list({question.key: question for question in questions}.values())
    notes = [*joined.notes, *(note for _, part in waiting if part is not joined for note in part.notes)]
    notes += [_text("file_skipped", name=name, why=error.problems[0].what) for name, error in refused]
    figures = figures_from([]) if questions else joined.figures
    register = [row for _, part in parts for row in part.register]
    return replace(joined, figures=figures, notes=notes, questions=questions, register=register)
