"""`dewak vintage`: what a new edition of an official table changes, before it takes the place of the old one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dewak_research.clone import need_project
from dewak_research.errors import texts
from dewak_research.own.command_line import confirmed, given_path
from dewak_research.own.commands import spoken


def vintage(
    files: Annotated[
        list[Path],
        typer.Argument(help="New editions of official tables, named as in data/raw.", parser=given_path),
    ],
    table: Annotated[
        str | None, typer.Option(help="The table, where the name of the file does not say it.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask; refused where a contract does not hold.")
    ] = False,
) -> None:
    """Show what a new edition of an official table changes, and put it in place when you say so."""
    need_project("vintage")
    from datetime import date

    from dewak_research.data.swap import swap
    from dewak_research.data.vintage import compare, pages

    say, language = texts(__package__), spoken(None)
    found, problems = compare(files, table)
    for page in pages(found, problems, language):
        typer.echo(page)
    if problems:
        typer.echo(say("vintage_broken", n=len(problems))[language])
    unread = any(one.problems for one in found)
    if not any(one.changed for one in found):
        return
    if unread or not (not problems if yes else confirmed(say("vintage_ask")[language])):
        typer.echo(say("vintage_kept")[language])
        raise typer.Exit(1)
    replaced = ", ".join(path.name for path in swap(found, date.today()))
    typer.echo(say("vintage_done", files=replaced)[language])
