"""`dewak new`, `dewak check`, `dewak import`, `dewak fetch`: a municipality's own figures, from the command line."""

from __future__ import annotations

import datetime
import os
from typing import TYPE_CHECKING, Annotated

import typer

from dewak_research.errors import InputError, Problem
from dewak_research.language import Language, Text

if TYPE_CHECKING:
    from dewak_research.municipality.check import CheckResult

Key = Annotated[str, typer.Argument(help="Municipality key in 8 or 5 digits, or an own identifier.")]
SHOWN_FINDINGS = 60


def spoken(language: str | None) -> Language:
    """Return the language asked for, else DEWAK_LANGUAGE, else the system's, else German for the German workbook."""
    chosen = (language or os.environ.get("DEWAK_LANGUAGE") or os.environ.get("LANG", "de")).lower()
    if language is not None and language not in ("de", "en"):
        raise InputError(
            Problem(
                Text(
                    f"die Sprache »{language}« gibt es hier nicht", f"there is no language “{language}” here"
                ),
                "--language",
                Text("de oder en", "de or en"),
                Text("den Befehl mit --language de wiederholen", "run the command again with --language en"),
            )
        )
    return "en" if chosen.startswith("en") else "de"


def new(
    key: Key,
    language: Annotated[str | None, typer.Option(help="Language of the workbook: de or en.")] = None,
    budget_year: Annotated[
        int | None, typer.Option(help="Budget year; the columns follow it.", min=1995, max=2090)
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name, where the register does not know the key.")] = None,
    force: Annotated[
        bool, typer.Option(help="Make a new workbook; the old one is kept as a backup.")
    ] = False,
) -> None:
    """Make the workbook for a municipality's own figures, prefilled with what official statistics know."""
    from dewak_research.municipality.workbook_new import new_workbook

    tongue: Language = spoken(language or "de")
    year = budget_year or datetime.date.today().year
    path = new_workbook(key, tongue, year, name, force)
    typer.echo(
        Text(
            f"Arbeitsmappe: {path}\nAusfüllen, speichern, dann: dewak check {key}",
            f"Workbook: {path}\nFill it in, save it, then: dewak check {key}",
        )[tongue]
    )  # fmt: skip


def check(
    key: Key, language: Annotated[str | None, typer.Option(help="Language of the messages: de or en.")] = None
) -> None:
    """Check the workbook: what, where, what would be right, what to do. Exit code 2 if the report cannot be built."""
    from dewak_research.municipality.check import check_workbook
    from dewak_research.municipality.check_report import MARKED_NAME, REPORT_NAME, write_check
    from dewak_research.municipality.safety import own_folder

    result = check_workbook(key)
    tongue = spoken(language) if language else result.reading.language
    folder = own_folder(key)
    write_check(result, folder, tongue)
    print_findings(result, tongue)
    typer.echo(f"{folder / REPORT_NAME}\n{folder / MARKED_NAME}")
    if result.errors:
        raise typer.Exit(2)


def print_findings(result: CheckResult, language: Language) -> None:
    """Print the findings as a table; text from the workbook is shown as it is, never as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Plain

    from dewak_research.municipality.check_report import WORDS

    console = Console(highlight=False)
    counts = {s: sum(f.severity == s for f in result.findings) for s in ("error", "warning", "note")}
    summary = ", ".join(f"{WORDS[s][language]}: {n}" for s, n in counts.items())
    if result.findings:
        table = Table(show_lines=True)
        for column in ("weight", "where", "what", "right", "next"):
            table.add_column(WORDS[column][language], overflow="fold")
        for found in result.findings[:SHOWN_FINDINGS]:
            problem = found.problem
            table.add_row(
                *(
                    Plain(part)
                    for part in (
                        WORDS[found.severity][language], problem.where, problem.what[language],
                        problem.right[language], problem.next_step[language],
                    )
                )
            )  # fmt: skip
        console.print(table)
        if len(result.findings) > SHOWN_FINDINGS:
            console.print(Plain(f"… {len(result.findings) - SHOWN_FINDINGS} weitere/more: pruefbericht.html"))
    console.print(Plain(summary if result.findings else WORDS["none"][language]))
