"""`dewak case`: check a case file, show what it may hold, hand out a questionnaire, read the answers back in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dewak_research.errors import InputError, messages, nearest_or

if TYPE_CHECKING:
    from dewak_research.cases.library import Library

app = typer.Typer(help="Check a case study, survey its actors.", no_args_is_help=True)
_problem = messages(__package__, "questionnaire.yaml")

Case = Annotated[str, typer.Argument(help="Case study, for example herten.")]


def _library(case: str) -> Library:
    from dewak_research.cases.library import library_of
    from dewak_research.data.case_files import read_case_files

    library = library_of(read_case_files())
    if case not in library.cases:
        raise InputError(_problem("no_case", "cases/", case=case, near=nearest_or(case, library.cases)))
    return library


@app.command()
def check(file: Annotated[Path, typer.Argument(help="YAML file made from cases/template.yaml.")]) -> None:
    """Check a case file: every mistake with file and line. Exit code 2 if there is one."""
    from dewak_research.cases.check import problems_in
    from dewak_research.data.case_files import read_document

    if not file.is_file():
        raise InputError(_problem("no_file", str(file)))
    problems = problems_in(read_document(file))
    if problems:
        raise InputError(problems)
    typer.echo(f"{file}: ✓")


@app.command()
def schema(
    kind: Annotated[str, typer.Argument(help="case, models, criteria, stakeholders, qca.")] = "case",
) -> None:
    """Print the JSON schema of a file under cases/, for an editor that completes and checks."""
    from dewak_research.cases.check import KINDS

    if kind not in KINDS:
        raise InputError(_problem("no_kind", kind, kind=kind, near=nearest_or(kind, KINDS)))
    typer.echo(json.dumps(KINDS[kind].model_json_schema(), ensure_ascii=False, indent=1))


@app.command()
def questionnaire(
    case: Case,
    language: Annotated[str, typer.Option(help="de or en.")] = "de",
    folder: Annotated[Path, typer.Option(help="Folder for the two files.")] = Path(),
) -> None:
    """Write the questionnaire for the actors of a case: a printable page and a CSV file to fill in."""
    from dewak_research.own.commands import spoken
    from dewak_research.own.questionnaire import write_questionnaire

    for path in write_questionnaire(_library(case), case, spoken(language), folder):
        typer.echo(path)


@app.command()
def answers(
    case: Case, files: Annotated[list[Path], typer.Argument(help="Filled-in CSV files, one per person.")]
) -> None:
    """Read filled-in questionnaires and show ratings and preference weights."""
    from dewak_research.own.questionnaire import summarise

    for table in summarise(_library(case), case, files):
        typer.echo(table.to_string(index=False) + "\n")
