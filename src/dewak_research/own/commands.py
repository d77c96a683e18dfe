"""`dewak new`, `dewak check`, `dewak import`, `dewak fetch`: a municipality's own figures, from the command line."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Language

if TYPE_CHECKING:
    from dewak_research.own.check import CheckResult

_problem, _text = messages(__package__), texts(__package__)
Key = Annotated[str, typer.Argument(help="Municipality key in 8 or 5 digits, or an own identifier.")]
SHOWN_FINDINGS = 60


def spoken(language: str | None) -> Language:
    """Return the language asked for, else DEWAK_LANGUAGE, else the system's, else German for the German workbook."""
    chosen = (language or os.environ.get("DEWAK_LANGUAGE") or os.environ.get("LANG", "de")).lower()
    if language is not None and language not in ("de", "en"):
        raise InputError(_problem("language_unknown", "--language", language=language))
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
    from dewak_research.own.workbook import new_workbook

    tongue: Language = spoken(language or "de")
    year = budget_year or datetime.date.today().year
    path = new_workbook(key, tongue, year, name, force)
    typer.echo(_text("said_new", path=path, key=key)[tongue])


def check(
    key: Key, language: Annotated[str | None, typer.Option(help="Language of the messages: de or en.")] = None
) -> None:
    """Check the workbook: what, where, what would be right, what to do. Exit code 2 if the report cannot be built."""
    from dewak_research.own.check import MARKED_NAME, REPORT_NAME, check_workbook, write_check
    from dewak_research.own.safety import own_folder

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

    from dewak_research.own.check import REPORT_NAME, word

    console = Console(highlight=False)
    summary = ", ".join(f"{word(weight, language)}: {n}" for weight, n in result.counts.items())
    if result.findings:
        table = Table(show_lines=True)
        for column in ("weight", "where", "what", "right", "next"):
            table.add_column(word(column, language), overflow="fold")
        for found in result.findings[:SHOWN_FINDINGS]:
            problem = found.problem
            table.add_row(
                *(
                    Plain(part)
                    for part in (
                        word(found.severity, language), problem.where, problem.what[language],
                        problem.right[language], problem.next_step[language],
                    )
                )
            )  # fmt: skip
        console.print(table)
        more = len(result.findings) - SHOWN_FINDINGS
        if more > 0:
            console.print(Plain(word("more_in_report", language, n=more, file=REPORT_NAME)))
    console.print(Plain(summary if result.findings else word("none", language)))


def import_file(
    file: Annotated[
        Path, typer.Argument(help="Result plan, finance plan, account-level budget or GENESIS table.")
    ],
    key: Annotated[
        str, typer.Option("--ags", help="Municipality key or own identifier; its workbook is filled.")
    ],
    map_file: Annotated[Path | None, typer.Option("--map", help="Your own mapping (YAML).")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    language: Annotated[str | None, typer.Option(help="Language of the messages: de or en.")] = None,
) -> None:
    """Fill the workbook from a file: show what was understood, ask, then write; the old workbook is kept."""
    from dewak_research.own.importing import understand
    from dewak_research.own.mapping import dump_map
    from dewak_research.own.safety import own_folder

    tongue = spoken(language or "de")
    folder = own_folder(key)
    understood = understand(file, key, map_file)
    for note in understood.notes:
        typer.echo(note[tongue])
    if understood.mapping is not None and map_file is None and folder.is_dir():
        letters = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in file.stem)
        proposal = folder / f"zuordnung-{letters[:60].strip('_') or 'datei'}.yaml"
        proposal.write_text(dump_map(understood.mapping), encoding="utf-8", newline="\n")
        typer.echo(_text("said_mapping", path=proposal)[tongue])
    write_figures(key, understood.figures, file.name, yes, tongue)


def write_figures(key: str, figures: object, source: str, yes: bool, language: Language) -> None:
    """Show what would change, ask unless told not to, and write the workbook."""
    import pandas as pd

    from dewak_research.own.safety import clean_text
    from dewak_research.own.workbook import (
        changes,
        read_contents,
        update_workbook,
        with_imported,
    )

    assert isinstance(figures, pd.DataFrame)
    contents = read_contents(key)
    replaced = changes(contents, figures)
    typer.echo(_text("said_figures", n=len(figures), key=key, replaced=len(replaced))[language])
    if not yes and not typer.confirm(_text("ask_write")[language]):
        typer.echo(_text("said_nothing")[language])
        return
    backup = update_workbook(key, with_imported(contents, figures, clean_text(source, 120)))
    previous = backup.name if backup else "-"
    typer.echo(_text("said_written", backup=previous, key=key)[language])


def fetch(
    table: Annotated[
        str, typer.Argument(help="Code of a table of regionalstatistik.de, such as 12411-01-01-5.")
    ],
    key: Annotated[str, typer.Option("--ags", help="Municipality key; its workbook is filled.")],
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    first_year: Annotated[int | None, typer.Option(help="First year wanted.", min=1990, max=2100)] = None,
    language: Annotated[str | None, typer.Option(help="Language of the messages: de or en.")] = None,
) -> None:
    """Get a table of the official databases and put it where an import would. Needs a free account."""
    from dewak_research.data.fetch import fetch_table
    from dewak_research.data.genesis import read_genesis
    from dewak_research.own.importing import understand_genesis
    from dewak_research.own.safety import own_folder

    tongue = spoken(language or "de")
    own_folder(key)
    data = fetch_table(table, key, first_year)
    understood = understand_genesis(read_genesis(data, table), key, table)
    for note in understood.notes:
        typer.echo(note[tongue])
    write_figures(key, understood.figures, f"regionalstatistik.de, {table}", yes, tongue)


def register(app: typer.Typer) -> None:
    """Add the four commands to the command line."""
    app.command("new")(new)
    app.command("check")(check)
    app.command("import")(import_file)
    app.command("fetch")(fetch)
