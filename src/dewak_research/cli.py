"""`dewak`: the report, a town's own report, checks and the proof, in plain words."""

from __future__ import annotations

from dewak_research import reproducible

reproducible.pin()

import os  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Annotated, Any  # noqa: E402

import typer  # noqa: E402
import typer.core  # noqa: E402

from dewak_research import terminal  # noqa: E402
from dewak_research.clone import need_project  # noqa: E402
from dewak_research.cluster import asked, help_from  # noqa: E402
from dewak_research.editions import vintage  # noqa: E402
from dewak_research.ending import exit_code  # noqa: E402
from dewak_research.errors import InputError, messages, texts  # noqa: E402
from dewak_research.faults import CALLER  # noqa: E402
from dewak_research.own import commands as own_cli  # noqa: E402
from dewak_research.own.command_line import given_path  # noqa: E402
from dewak_research.own.room_proposals import propose_rooms  # noqa: E402
from dewak_research.worker import lend  # noqa: E402


class Commands(typer.core.TyperGroup):
    """The commands; a call that cannot be taken apart says, too, where help is."""

    def invoke(self, ctx: Any) -> Any:
        """Call the command that is meant."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if getattr(error, "ctx", ctx) is None:  # an option without its value does not know its command
                error.ctx = ctx  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    cls=Commands,
    help="Open, reproducible analysis of municipal social spending and budget resilience.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

own_cli.register(app)
app.command("rooms")(propose_rooms)
app.command("vintage")(vintage)
app.command("worker")(lend)

AsPdf = Annotated[
    bool, typer.Option("--pdf", help="Print its pages as PDF too; needs an installed Chromium.")
]
Unit = Annotated[str, typer.Argument(help="Municipality key in 8 or 5 digits, or a name such as Bochum.")]


@contextmanager
def said_of_chromium() -> Iterator[None]:
    """Say what is wrong where the Chromium that was found does not start or ends while it prints.

    Raises
    ------
    InputError
        It is none that can be steered.
    """
    from playwright.sync_api import Error

    from dewak_research.book.printing import find_chromium

    try:
        yield
    except Error as error:
        detail = error.message.strip().partition("\n")[0]
        raise InputError(messages(__package__)("chromium_fails", find_chromium(), detail=detail)) from error


@contextmanager
def ending_when_asked(called: str) -> Iterator[None]:
    """End in order when asked by Ctrl+C, `kill` or the terminal, with one line; a stage ends with its run, too."""
    from dewak_research.processes import Stopped, end_with_parent, stoppable

    within = called == "stage" and CALLER in os.environ
    if within:
        end_with_parent()
    try:
        with stoppable():
            yield
    except Stopped as stopped:
        if not within:
            terminal.say(texts(__package__)(f"{called}_stopped")[own_cli.spoken(None)])
        raise typer.Exit(stopped.exit_code) from None


@app.command()
def run(
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler whose workers help; see: dewak worker.")
    ] = None,
) -> None:
    """Build the whole report: only what has changed is computed again."""
    need_project("run")
    from dewak_research import pipeline

    if cluster is not None:
        help_from(cluster)
    with ending_when_asked("run"):
        start_page = pipeline.reproduce()
    typer.echo(f"\nThe report is ready: {start_page}\nOpen it in a browser, or run: dewak serve")


@app.command()
def report(
    unit: Unit,
    room_shares: Annotated[
        bool,
        typer.Option(
            "--room-shares", help="Split the saving of shared rooms among 7 to 10 carriers; takes minutes."
        ),
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(help="An earlier workbook, or the name of a kept version: a page compares both plans."),
    ] = None,
    pdf: AsPdf = False,
) -> None:
    """Build the report of one municipality: from its own figures if there are any, else from official ones.

    Of a Kreis outside North Rhine-Westphalia: its profile.
    """
    from dewak_research.own.alone import alone
    from dewak_research.own.safety import REPORT_FOLDER, has_own_figures, own_folder

    own = has_own_figures(unit)
    if pdf or not own:
        need_project("report")
    from dewak_research.paths import ROOT
    from dewak_research.run_checks import checked_params, known_query

    params = checked_params(whole=False)
    if not own:
        known_query(unit)
    if pdf:
        from dewak_research.book.printing import find_chromium, print_unit_report

        find_chromium()  # said before minutes of work, not after
    if own:
        from dewak_research.own.ingested import ingested_tables
        from dewak_research.own.report import build_own_report
        from dewak_research.own.versions import earlier_workbook

        languages = params.run.languages
        earlier = earlier_workbook(unit, against) if against else None
        with alone(own_folder(unit) / REPORT_FOLDER, f"data/own/{unit}/{REPORT_FOLDER}"):
            page = build_own_report(
                unit,
                languages=languages,
                ingested=ingested_tables(),
                params=params,
                room_shares=room_shares,
                against=earlier,
            )
    else:
        from dewak_research.stages import run_unit_report

        with alone(ROOT / "reports" / unit, f"reports/{unit}"):
            page = run_unit_report(unit, params, ROOT / "reports")

        from dewak_research.unit.report import KREIS_PAGE  # heavy: after a message that nothing is there yet

        if page.name == KREIS_PAGE:
            typer.echo(texts(__package__)("kreis_report")[own_cli.spoken(None)])
    typer.echo(page)
    if pdf:
        with said_of_chromium():
            for printed in print_unit_report(page.parent.parent, params.run.languages):
                typer.echo(printed)


@app.command()
def verify(
    built: Annotated[
        bool, typer.Option("--built", help="Compare what the last run made; compute nothing again.")
    ] = False,
) -> None:
    """Compute everything again and compare it with the committed proof (dvc.lock)."""
    need_project("verify")
    from dewak_research import pipeline, proof

    proof.need_history()  # said before half an hour of work, not after
    with ending_when_asked("verify"):
        verdict = pipeline.verify_built() if built else pipeline.verify()
    typer.echo(verdict.render(own_cli.spoken(None)))
    typer.echo(pipeline.certify(verdict, computed_again=not built))
    raise typer.Exit(0 if verdict.holds else 1)


@app.command()
def serve(port: Annotated[int, typer.Option(help="Port on this computer.", min=1, max=65535)] = 8000) -> None:
    """Show the report in a browser from this computer, for this computer only."""
    need_project("serve")
    from dewak_research import pipeline

    pipeline.serve(port)


@app.command()
def publish(
    folder: Annotated[
        Path, typer.Argument(help="New or empty folder, or one written here before.", parser=given_path)
    ] = Path("dist/site"),
    address: Annotated[
        str | None, typer.Option(help="Where it will lie on the web: links shared elsewhere show a picture.")
    ] = None,
    unit_pictures: Annotated[
        bool, typer.Option("--unit-pictures", help="With an address: a picture for every unit.")
    ] = False,
) -> None:
    """Write the report as a folder that any static host serves, every link checked, with the PDFs if there are any."""
    need_project("publish")
    from dewak_research.book.static_host import write_site
    from dewak_research.own.alone import alone
    from dewak_research.pipeline import CERTIFICATE, HTML, PDF

    with alone(folder, folder.name):
        typer.echo(write_site(HTML, folder, PDF, address, unit_pictures, CERTIFICATE))


@app.command()
def pdf() -> None:
    """Print the built report and each of its chapters as PDF, in every language; needs an installed Chromium."""
    need_project("pdf")
    from dewak_research.book.pdf import print_report
    from dewak_research.pipeline import HTML, PDF

    with said_of_chromium():
        for printed in print_report(HTML, PDF):
            typer.echo(printed)


@app.command(hidden=True)
def stage(name: str) -> None:
    """Run one analysis stage (called by the pipeline)."""
    need_project("stage")
    from dewak_research.run_checks import checked_params, known_stage
    from dewak_research.stages import run_stage

    with ending_when_asked("stage"), asked() as engine:
        run_stage(known_stage(name), checked_params(whole=False), engine=engine)


@app.command(hidden=True)
def chapter(name: str, ags: str | None = None) -> None:
    """Run one notebook in all languages (called by the pipeline)."""
    need_project("chapter")
    from dewak_research.run_checks import checked_params, known_notebook
    from dewak_research.stages import run_chapter

    with ending_when_asked("stage"):
        run_chapter(known_notebook(name, ags), checked_params(), ags)


def _makes(made: str) -> None:
    """Add the hidden command that makes what the report consists of, or the report itself."""

    @app.command(made, hidden=True, help=f"Make the {made} of the report (called by the pipeline).")
    def make() -> None:
        need_project(made)
        from dewak_research import stages
        from dewak_research.run_checks import checked_params

        with ending_when_asked("stage"):
            getattr(stages, f"run_{made}")(checked_params())


for _made in ("sheets", "parts", "book"):
    _makes(_made)


def main() -> None:
    """Run the command line; a user's mistake ends with one message and exit code 2."""
    terminal.ready()
    raise SystemExit(exit_code(app))


if __name__ == "__main__":
    main()
