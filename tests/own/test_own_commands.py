"""The commands as a user calls them: new, import, fetch, check; exit codes and what lies in the folder afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from dewak_research.errors import InputError
from dewak_research.own import commands as own_cli
from dewak_research.own import safety
from dewak_research.own.check import load_own
from dewak_research.own.ingested import ingested_tables
from dewak_research.own.report import build_own_report
from dewak_research.own.safety import has_own_figures
from dewak_research.own.workbook import read_contents
from dewak_research.page.results import PROCESSED_VARIABLE
from own import musterstadt, samples_small
from own.intake import printed_plans

KEY = musterstadt.KEY
RUNNER = CliRunner()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(safety, "OWN", tmp_path / "own")
    return tmp_path / "own"


def run(*words: str, answer: str | None = None) -> tuple[int, str]:
    app = typer.Typer(pretty_exceptions_enable=False)
    own_cli.register(app)
    result = RUNNER.invoke(app, list(words), input=answer)
    if isinstance(result.exception, InputError):
        return 2, result.exception.render("de")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_a_printed_plan_needs_more_than_yes(own: Path, tmp_path: Path) -> None:
    musterstadt.write(own)
    before = (own / KEY / safety.FILE_NAME).read_bytes()
    plan = printed_plans.printed(printed_plans.Print(printed_plans.RESULT), tmp_path / "plan.pdf")
    code, text = run("import", str(plan), "--ags", KEY, "--yes")
    told = re.search(r"--answer (pdf_confirmed=yes-[0-9a-f]{10})", text)
    assert code == 2 and told is not None
    code, text = run("import", str(plan), "--ags", KEY, "--yes", "--answer", "pdf_confirmed=yes")
    assert code == 2 and told[1] in text  # without the code of this draft
    assert (own / KEY / safety.FILE_NAME).read_bytes() == before
    code, text = run("import", str(plan), "--ags", KEY, "--yes", "--answer", told[1])
    assert code == 0 and "Seite 1," in text and "Geschrieben" in text
    sources = [row["source"] for row in read_contents(KEY, own).lists["sources"]]
    assert "plan.pdf (PDF, Seite 1)" in sources


def test_from_new_to_report(own: Path, tmp_path: Path) -> None:
    assert run("new", KEY, "--name", "Musterstadt", "--budget-year", "2025")[0] == 0
    code, text = run("check", KEY)
    assert code == 2 and "Planjahr" in text
    for name, content in (("plan.csv", samples_small.RESULT_PLAN), ("fp.csv", samples_small.FINANCE_PLAN),
                          ("einwohner.csv", samples_small.GENESIS_COLUMNS)):  # fmt: skip
        file = tmp_path / name
        file.write_text(content, encoding="utf-8")
        code, text = run("import", str(file), "--ags", KEY, "--yes")
        assert code == 0 and "Geschrieben" in text, text
    code, text = run("check", KEY)
    assert code == 0, text
    figures = load_own(KEY, own).figures.set_index(["sheet", "line", "year", "kind"])["value"]
    assert figures["result_plan", "26", 2025, "plan"] == -2_866_494
    assert figures["population", "einwohner", 2023, "actual"] == 48_455
    folder = own / KEY
    assert {"eingabe.xlsx", "eingabe_geprueft.xlsx", "pruefbericht.html", "zuordnung-plan.yaml"} <= {
        p.name for p in folder.iterdir()
    }
    assert len(list(folder.glob("eingabe.sicherung-*.xlsx"))) == 3
    assert build_own_report(KEY, own=own).is_file()
    assert {p.name for p in own.iterdir()} == {KEY}


def test_import_asks_before_it_writes(own: Path, tmp_path: Path) -> None:
    path = musterstadt.write(own)
    before = path.read_bytes()
    file = tmp_path / "plan.csv"
    file.write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    code, text = run("import", str(file), "--ags", KEY, answer="n\n")
    assert code == 0 and "Nichts geschrieben" in text and path.read_bytes() == before
    assert "Summen: 21 von 21 stimmen" in text and "78 Zahlen" in text


def test_proposed_mapping_can_be_given_back(own: Path, tmp_path: Path) -> None:
    musterstadt.write(own)
    file = tmp_path / "konten.csv"
    file.write_bytes(samples_small.ACCOUNTS.encode("cp1252"))
    run("import", str(file), "--ags", KEY, answer="n\n")
    proposal = own / KEY / "zuordnung-konten.yaml"
    changed = tmp_path / "meine.yaml"
    changed.write_text(
        proposal.read_text(encoding="utf-8").replace("'448': '06'", "'448': '05'"), encoding="utf-8"
    )
    code, text = run("import", str(file), "--ags", KEY, "--map", str(changed), "--yes")
    assert code == 0, text
    values = read_contents(KEY, own).figures.set_index(["sheet", "line", "year", "kind"])["value"]
    assert values["result_plan", "05", 2023, "actual"] == 3_100_000.50
    assert ("result_plan", "26", 2023, "actual") not in values.index  # the older sum is computed anew


def test_import_into_nothing_names_the_command(own: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    code, text = run("import", str(file), "--ags", KEY, "--yes")
    assert code == 2 and "die Arbeitsmappe fehlt" in text and not own.exists()


def test_import_does_not_lose_what_it_cannot_read(own: Path, tmp_path: Path) -> None:
    path = musterstadt.write(own)
    book = openpyxl.load_workbook(path)
    book["Bilanz"]["F6"] = "etwa 300 Mio."
    book.save(path)
    before = path.read_bytes()
    file = tmp_path / "plan.csv"
    file.write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    code, text = run("import", str(file), "--ags", KEY, "--yes")
    assert code == 2 and "etwa 300 Mio." in text and path.read_bytes() == before


def test_import_keeps_everything_else(own: Path, tmp_path: Path) -> None:
    musterstadt.write(own)
    before = read_contents(KEY, own)
    file = tmp_path / "e.csv"
    file.write_text(samples_small.GENESIS_COLUMNS, encoding="utf-8")
    assert run("import", str(file), "--ags", KEY, "--yes")[0] == 0
    after = read_contents(KEY, own)
    assert after.form == before.form and after.lists["services"] == before.lists["services"]
    keys = ["sheet", "line", "year", "kind"]
    both = before.figures.merge(after.figures, on=keys, how="left", suffixes=("", "_after"))
    assert both["value_after"].notna().all()
    assert (both["value"] == both["value_after"]).mean() > 0.99


def test_budget_in_a_workbook_is_read_like_a_csv(own: Path, tmp_path: Path) -> None:
    musterstadt.write(own)
    book = openpyxl.Workbook()
    for row in samples_small.RESULT_PLAN.strip().split("\n"):
        cells = row.split(";")
        book.active.append([cells[0], *(int(c.replace(".", "")) if c[-1].isdigit() and i and "." in c else c for i, c in enumerate(cells[1:], 1))])  # fmt: skip # noqa: E501
    file = tmp_path / "plan.xlsx"
    book.save(file)
    code, text = run("import", str(file), "--ags", KEY, "--yes")
    assert code == 0 and "78 Zahlen" in text


@pytest.mark.parametrize("name", ["Bochum", "Hagen (Westf.)", "05911000", "..", ""])
def test_no_own_figures_is_no_error(own: Path, name: str) -> None:
    assert not has_own_figures(name)


def test_own_figures_need_no_report_of_all_municipalities(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROCESSED_VARIABLE, str(tmp_path / "nothing has run"))
    assert ingested_tables() is None
    (tmp_path / "nothing has run" / "ingest").mkdir(parents=True)
    (tmp_path / "nothing has run" / "ingest" / "units.parquet").write_bytes(b"cut short")
    assert ingested_tables() is None


def test_unknown_language_is_refused(own: Path) -> None:
    code, text = run("new", KEY, "--name", "x", "--language", "fr")
    assert code == 2 and "die Sprache »fr« gibt es hier nicht" in text
