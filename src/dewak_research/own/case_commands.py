"""`dewak case`: check a case file, hand out a questionnaire, read the answers back in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Language, Text

if TYPE_CHECKING:
    from dewak_research.cases.library import Library

app = typer.Typer(help="Check a case study, survey its actors.", no_args_is_help=True)

Case = Annotated[str, typer.Argument(help="Case study, for example herten.")]


def _library(case: str) -> Library:
    from dewak_research.cases.library import load_library

    library = load_library()
    if case not in library.cases:
        near = nearest(case, library.cases)
        known = ", ".join(sorted(library.cases))
        right = Text(f"»{near}«", f"“{near}”") if near else Text(f"einer von: {known}", f"one of: {known}")
        what = Text(f"das Fallbeispiel »{case}« gibt es nicht", f"there is no case study “{case}”")
        raise InputError(Problem(what, "cases/", right, Text("Namen berichtigen", "correct the name")))
    return library


@app.command()
def check(file: Annotated[Path, typer.Argument(help="YAML file made from cases/template.yaml.")]) -> None:
    """Check a case file: every mistake with file and line. Exit code 2 if there is one."""
    from dewak_research.cases.check import check_case

    if not file.is_file():
        what = Text("die Datei gibt es nicht", "there is no such file")
        right = Text("eine Datei wie cases/template.yaml", "a file such as cases/template.yaml")
        raise InputError(Problem(what, str(file), right, Text("Pfad prüfen", "check the path")))
    problems = check_case(file)
    if problems:
        raise InputError(problems)
    typer.echo(f"{file}: ✓")


@app.command()
def questionnaire(
    case: Case,
    language: Annotated[str, typer.Option(help="de or en.")] = "de",
    folder: Annotated[Path, typer.Option(help="Folder for the two files.")] = Path(),
) -> None:
    """Write the questionnaire for the actors of a case: a printable page and a CSV file to fill in."""
    from dewak_research.cases.questionnaire import write_questionnaire
    from dewak_research.own.commands import spoken

    tongue: Language = spoken(language)
    for path in write_questionnaire(_library(case), case, tongue, folder):
        typer.echo(path)


@app.command()
def answers(
    case: Case, files: Annotated[list[Path], typer.Argument(help="Filled-in CSV files, one per person.")]
) -> None:
    """Read filled-in questionnaires and show ratings and preference weights."""
    from dewak_research.cases.questionnaire import summarise

    for table in summarise(_library(case), case, files):
        typer.echo(table.to_string(index=False) + "\n")
