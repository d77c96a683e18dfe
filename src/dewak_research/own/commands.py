"""`dewak new`, `check`, `import`, `fetch`: a municipality's own figures; `dewak case`: a case study and its actors."""

from __future__ import annotations

import datetime
import gc
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dewak_research.errors import InputError, messages, nearest_or, texts
from dewak_research.language import Language
from dewak_research.own.command_line import confirmed, given_path
from dewak_research.own.safety import FIRST_YEAR, LAST_YEAR, check_key

if TYPE_CHECKING:
    from dewak_research.cases.library import Library
    from dewak_research.own.intake.result import Understood

_problem, _text = messages(__package__), texts(__package__)
_case_problem = messages(__package__, "questionnaire.yaml")
Key = Annotated[str, typer.Argument(help="Municipality key in 8 or 5 digits, or an own identifier.")]
Target = Annotated[
    str, typer.Option("--ags", help="Municipality key or own identifier; its workbook is filled.")
]
Told = Annotated[str | None, typer.Option("--language", help="Language of the messages: de or en.")]
Yes = Annotated[bool, typer.Option("--yes", help="Write without asking.")]
Case = Annotated[str, typer.Argument(metavar="case", help="Case study, for example herten.")]

case = typer.Typer(help="Check a case study, survey its actors.", no_args_is_help=True)


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
        int | None, typer.Option(help="Budget year; the columns follow it.", min=FIRST_YEAR, max=LAST_YEAR)
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name, where the register does not know the key.")] = None,
    land: Annotated[
        str | None, typer.Option(help="First two digits of its Land, for an own identifier: law and lines.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Make a new workbook; the old one is kept as a backup.")
    ] = False,
    earlier: Annotated[
        str | None,
        typer.Option(
            "--from", help="An earlier workbook, or the name of a kept version: taken into the next year."
        ),
    ] = None,
) -> None:
    """Make the workbook for a municipality's own figures, prefilled with what official statistics know."""
    check_key(key)
    tongue: Language = spoken(language or "de")

    if earlier is not None:
        from dewak_research.own.next_year import workbook_of_next_year
        from dewak_research.own.versions import earlier_workbook

        path, year = workbook_of_next_year(key, earlier_workbook(key, earlier), budget_year, force=force)
        typer.echo(_text("said_from", path=path, key=key, year=year)[tongue])
        return

    from dewak_research.own.workbook import new_workbook

    year = budget_year or datetime.date.today().year
    path = new_workbook(key, tongue, year, name, force, land_key=land)
    typer.echo(_text("said_new", path=path, key=key)[tongue])


def check(key: Key, language: Told = None) -> None:
    """Check the workbook: what, where, what would be right, what to do. Exit code 2 if the report cannot be built."""
    from dewak_research.own.safety import MARKED_NAME, own_folder

    folder = own_folder(key)
    gc.set_threshold(100_000)  # hunting for cycles took a tenth of the time of this short process
    from dewak_research.own.check import REPORT_NAME, check_workbook, write_check
    from dewak_research.own.findings_table import print_findings

    result = check_workbook(key)
    tongue = spoken(language) if language else result.reading.language
    print_findings(result, tongue)
    write_check(result, folder, tongue)
    typer.echo(f"{folder / REPORT_NAME}\n{folder / MARKED_NAME}")
    raise typer.Exit(2 if result.errors else 0)


def import_file(
    file: Annotated[
        Path,
        typer.Argument(
            help="Result plan, finance plan, balance sheet, accounts, GENESIS table; or a folder.",
            parser=given_path,
        ),
    ],
    key: Target,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="Your own mapping (YAML).", parser=given_path)
    ] = None,
    answer: Annotated[
        list[str] | None, typer.Option("--answer", help="Answer to a question, KEY=VALUE; repeatable.")
    ] = None,
    yes: Yes = False,
    language: Told = None,
) -> None:
    """Fill the workbook from a file: show what was understood, ask, then write; the old workbook is kept."""
    from dewak_research.own.safety import own_folder, write_whole

    folder = own_folder(key)

    from dewak_research.own.intake.asking import answers_of, ask_until_clear
    from dewak_research.own.intake.mapping import dump_map
    from dewak_research.own.intake.showing import print_from_to
    from dewak_research.own.marks import in_layout_of_workbook

    tongue = spoken(language or "de")
    with in_layout_of_workbook(key):
        imported = ask_until_clear(file, key, map_file, answers_of(answer or []), tongue)
        notes = list(imported.notes)
        print_from_to(imported.rows, tongue)
        for n, mapping in enumerate(
            imported.mappings if map_file is None and folder.is_dir() else (), start=1
        ):
            letters = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in file.stem)
            which = "" if len(imported.mappings) == 1 else f"-{n}-{mapping.sheet}"
            proposal = folder / f"zuordnung-{letters[:60].strip('_') or 'datei'}{which}.yaml"
            write_whole(proposal, dump_map(mapping))
            notes.append(_text("said_mapping", path=proposal))
        fill_workbook(key, replace(imported, notes=notes), file.name, yes, tongue)


def fill_workbook(key: str, imported: Understood, source: str, yes: bool, language: Language) -> None:
    """Say what was understood and what would change, ask unless told not to, and write the workbook."""
    from dewak_research.own.intake.filled import filled_with
    from dewak_research.own.workbook import changes, read_contents, update_workbook

    typer.echo("\n".join(note[language] for note in imported.notes))
    contents = read_contents(key)
    filled = filled_with(contents, imported, source)
    said = {"n": len(imported.figures), "replaced": len(changes(contents, imported.figures))}
    typer.echo(_text("said_figures", key=key, **said)[language])
    if not yes and not confirmed(_text("ask_write")[language]):
        typer.echo(_text("said_nothing")[language])
        return
    backup = update_workbook(key, filled)
    typer.echo(_text("said_written", backup=backup.name if backup else "-", key=key)[language])


def fetch(
    table: Annotated[
        str, typer.Argument(help="Code of a table of regionalstatistik.de, such as 12411-01-01-5.")
    ],
    key: Target,
    yes: Yes = False,
    first_year: Annotated[int | None, typer.Option(help="First year wanted.", min=1990, max=2100)] = None,
    language: Told = None,
) -> None:
    """Get a table of the official databases and put it where an import would. Needs a free account."""
    from dewak_research.own.safety import own_folder

    own_folder(key)

    from dewak_research.data.fetch import fetch_table
    from dewak_research.data.genesis import read_genesis
    from dewak_research.own.intake.statistical import understand_genesis

    data = fetch_table(table, first_year)
    imported = understand_genesis(read_genesis(data, table), key, table)
    fill_workbook(key, imported, f"regionalstatistik.de, {table}", yes, spoken(language or "de"))


def start(
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    port: Annotated[
        int, typer.Option(help="Port on this computer; 0 takes a free one.", min=0, max=65535)
    ] = 0,
    language: Told = None,
) -> None:
    """Open a page on this computer: choose the town, fill in, see every finding, read the report. Ends with Ctrl+C."""
    from dewak_research.own.start.command import run_page

    run_page(port, browser, spoken(language))


def register(app: typer.Typer) -> None:
    """Add the commands of this room to the command line."""
    app.command("start")(start)
    app.command("new")(new)
    app.command("check")(check)
    app.command("import")(import_file)
    app.command("fetch")(fetch)
    app.add_typer(case, name="case")


def _library(name: str) -> Library:
    from dewak_research.cases.library import library_of
    from dewak_research.data.case_files import read_case_files

    library = library_of(read_case_files())
    known = [*library.cases, *library.stakeholders["places"]]
    if name not in known:
        raise InputError(_case_problem("no_case", "cases/", case=name, near=nearest_or(name, known)))
    return library


@case.command("check")
def check_case(
    file: Annotated[Path, typer.Argument(help="YAML file made from cases/template.yaml.", parser=given_path)],
) -> None:
    """Check a case file: every mistake with file and line. Exit code 2 if there is one."""
    if not file.is_file():
        raise InputError(_case_problem("no_file", str(file)))

    from dewak_research.own.case_check import problems_of_file

    problems = problems_of_file(file)
    if problems:
        raise InputError(problems)
    typer.echo(f"{file}: ✓")


@case.command()
def schema(
    kind: Annotated[
        str,
        typer.Argument(
            help="case, models, criteria, stakeholders, qca, documented, unit_figures, activation or platforms"
        ),
    ] = "case",
) -> None:
    """Print the JSON schema of a file under cases/, for an editor that completes and checks."""
    from dewak_research.cases.check import KINDS

    if kind not in KINDS:
        raise InputError(
            _case_problem("no_kind", "dewak case schema", kind=kind, near=nearest_or(kind, KINDS))
        )
    typer.echo(json.dumps(KINDS[kind].model_json_schema(), ensure_ascii=False, indent=1))


@case.command()
def questionnaire(
    name: Case,
    language: Annotated[str, typer.Option(help="de or en.")] = "de",
    folder: Annotated[Path, typer.Option(help="Folder for the two files.", parser=given_path)] = Path(),
) -> None:
    """Write the questionnaire for the actors of a case: a printable page and a CSV file to fill in."""
    tongue, library = spoken(language), _library(name)

    from dewak_research.own.questionnaire import write_questionnaire

    for path in write_questionnaire(library, name, tongue, folder):
        typer.echo(path)


@case.command()
def answers(
    name: Case,
    files: Annotated[
        list[Path], typer.Argument(help="Filled-in CSV or Excel files, one per person.", parser=given_path)
    ],
) -> None:
    """Read filled-in questionnaires and show ratings and preference weights."""
    library = _library(name)

    from dewak_research.own.questionnaire import summarise

    for table in summarise(library, name, files):
        typer.echo(table.to_string(index=False) + "\n")
