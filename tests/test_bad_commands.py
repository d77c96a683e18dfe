# ruff: noqa: E501  (a table of calls, one a line)
"""Every command, called wrongly: one message, an exit code, nothing written. A new command without rows here fails."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import typer
from own import musterstadt
from own.doors import state

from dewak_research import cli, config, paths, pipeline, proof, run_checks
from dewak_research.computing import Looked
from dewak_research.errors import InputError
from dewak_research.own import safety

KEY, CITY = musterstadt.KEY, "05911000"
FEWEST = 3  #: calls in the tables of every command, beside those that are made of its options
Content = str | bytes | None
"""Of a file; None makes a folder, a text that begins with ``->`` a link."""
Row = tuple[str, tuple[str, ...], str]

NO_KEYS = ("", " ", ".", "..", "../05911000", "/etc", "05911000/..", "05911000\n", "con", "NUL", "a" * 41, "ä", "5911000", "591", "0591100", "059110001", "-5", "05911 000", "05911000;", "٠٥٩١١٠٠٠", "\x1b[31m", "05911.000", "https://example.org", "a\\b")  # fmt: skip
BY_KEY = (("new",), ("check",), ("rooms", "--yes"), ("import", "plan.csv", "--yes", "--ags"), ("fetch", "12411-01-01-5", "--yes", "--ags"))  # fmt: skip
NO_UNITS = ("", "..", "/etc", "con", "a" * 41, "ä", "5911000", "591", "059110001", "05999999", "03999999", "05911.000", "Xyzzyx", "\x1b[31m")  # fmt: skip
BY_UNIT = (("report",), ("chapter", "40_profile", "--ags"))

FILES: dict[str, Content] = {
    "plan.csv": "Konto;Bezeichnung;Ansatz 2026\n4011;Grundsteuer A;100.000\n", "no.xlsx": b"PK\x03\x04", "empty": None, "empty.csv": "",
    "bracket.yaml": "kind: [", "list.yaml": "- a", "latin.yaml": "kind: case # Übung".encode("latin-1"), "other.yaml": "kind: recipe\n",
    "full/of": "things", "nowhere.csv": "->absent.csv", "loop.csv": "->loop.csv", "binary.csv": bytes(range(256)) * 40,
    "html/index.html": "<h1>report</h1>", "answers.csv": "a;b\n1;2\n",
}  # fmt: skip
LONG = "x" * 300
CALLS: tuple[Row, ...] = (
    ("a key of no register", ("new", "05999999"), "not in the register"), ("a Kreis of no register", ("new", "05000"), "not in the register"),
    ("a key of no register elsewhere", ("new", "03999999"), "not in the register"), ("an own identifier without a name", ("new", "heim"), "--name"),
    ("an empty name", ("new", "heim", "--name", ""), "the name is empty"), ("a name of spaces", ("new", "heim", "--name", "  "), "the name is empty"),
    ("a name that cannot be seen", ("new", "heim", "--name", "\u200b\x07"), "the name is empty"),
    ("a key of another Land", ("new", CITY, "--land", "03"), "does not belong"), ("an unknown language", ("new", CITY, "--language", "fr"), "“fr”"),
    ("an earlier workbook that is absent", ("new", CITY, "--from", "absent.xlsx"), "earlier workbook"), ("an earlier workbook without a name", ("new", CITY, "--from", ""), "--from"),
    ("an earlier workbook that is none", ("new", CITY, "--from", "no.xlsx"), "no workbook"), ("an earlier folder without one", ("new", CITY, "--from", "empty"), "earlier workbook"),
    ("a second workbook", ("new", KEY, "--name", "Musterstadt"), "already"),
    ("a town without a workbook", ("check", CITY), "dewak new"), ("a language of the check", ("check", KEY, "--language", "EN"), "“EN”"), ("an unknown identifier", ("check", "heim"), "dewak new"),
    ("no file", ("import", "absent.csv", "--ags", KEY), "no such file"), ("an empty path", ("import", "", "--ags", KEY), "the path is empty"), ("a path of spaces", ("import", "  ", "--ags", KEY), "the path is empty"),
    ("a town without a workbook to fill", ("import", "plan.csv", "--ags", CITY, "--yes"), "dewak new"),
    ("a folder of nothing", ("import", "empty", "--ags", KEY), "0 files"), ("a file below a file", ("import", "plan.csv/x", "--ags", KEY), "no such file"), ("a name without end", ("import", LONG, "--ags", KEY), "longer than the system"),
    ("a link to nowhere", ("import", "nowhere.csv", "--ags", KEY), "no such file"), ("a link to itself", ("import", "loop.csv", "--ags", KEY), "no such file"), ("a device", ("import", os.devnull, "--ags", KEY), "no such file"), ("a device without end", ("import", "/dev/zero", "--ags", KEY), "no such file"),
    ("a workbook that is none", ("import", "no.xlsx", "--ags", KEY), "damaged"), ("an empty file", ("import", "empty.csv", "--ags", KEY), "empty"), ("bytes", ("import", "binary.csv", "--ags", KEY), "binary.csv"),
    ("a mapping that is absent", ("import", "plan.csv", "--ags", KEY, "--map", "absent.yaml"), "no such file"), ("a mapping that is no YAML", ("import", "plan.csv", "--ags", KEY, "--map", "bracket.yaml"), "bracket.yaml"),
    ("an empty path of the mapping", ("import", "plan.csv", "--ags", KEY, "--map", ""), "the path is empty"), ("a mapping that is a list", ("import", "plan.csv", "--ags", KEY, "--map", "list.yaml"), "list.yaml"),
    ("an answer without a value", ("import", "plan.csv", "--ags", KEY, "--answer", "signs"), "KEY=VALUE"), ("nobody who answers", ("import", "plan.csv", "--ags", KEY), "--yes"),
    ("no code of a table", ("fetch", "table", "--ags", KEY), "no table code"), ("an empty code", ("fetch", "", "--ags", KEY), "no table code"), ("a path for a code", ("fetch", "../12411", "--ags", KEY), "no table code"),
    ("no account", ("fetch", "12411-01-01-5", "--ags", KEY), "credentials"), ("a language of the fetch", ("fetch", "12411-01-01-5", "--ags", KEY, "--language", "xx"), "credentials"),
    ("rooms of no town", ("rooms", CITY), "dewak new"), ("a language of the rooms", ("rooms", KEY, "--language", "xx"), "“xx”"), ("rooms of nobody", ("rooms", "heim"), "dewak new"),
    ("a language of the page", ("start", "--no-browser", "--language", "fr"), "“fr”"), ("a port in use", ("start", "--no-browser", "--port", "{taken}"), "taken"), ("an argument of the page", ("start", CITY), "unexpected"),
    ("a report against nothing", ("report", KEY, "--against", "absent"), "earlier workbook"), ("a report against no workbook", ("report", KEY, "--against", "no.xlsx"), "no workbook"),
    ("a folder of something else", ("publish", "full"), "something other than a report"), ("a file as folder", ("publish", "plan.csv"), "something other than a report"), ("a folder below a file", ("publish", "plan.csv/site"), "lies there already"), ("a folder without a name", ("publish", ""), "the path is empty"), ("a folder with too long a name", ("publish", LONG), "longer than the system"),
    ("the report itself as folder", ("publish", "html"), "something other than a report"), ("an address of no web server", ("publish", "site", "--address", "ftp://example.org"), "ftp://example.org"), ("an address that is none", ("publish", "site", "--address", "town"), "town"), ("an address of this computer", ("publish", "site", "--address", "javascript:alert(1)"), "javascript"),
    ("an unknown stage", ("stage", "ingst"), "“ingest”"), ("a stage without a name", ("stage", ""), "no stage"), ("a stage elsewhere", ("stage", "../ingest"), "“ingest”"), ("a chapter as stage", ("stage", "00_data"), "no stage"),
    ("an unknown chapter", ("chapter", "00_dat"), "“00_data”"), ("a chapter without a name", ("chapter", ""), "no notebook"), ("a chapter elsewhere", ("chapter", "../../etc/passwd"), "no notebook"), ("a profile of nobody", ("chapter", "40_profile"), "--ags"), ("a chapter of a town", ("chapter", "00_data", "--ags", CITY), "only the profile"), ("a profile by the short key", ("chapter", "40_profile", "--ags", "05911"), CITY),
    ("an argument of the run", ("run", "ingest"), "unexpected"), ("an argument of the book", ("book", "de"), "unexpected"), ("an argument of the proof", ("verify", "dvc.lock"), "unexpected"), ("an argument of the site", ("serve", "8000"), "unexpected"), ("a host of the site", ("serve", "--host", "0.0.0.0"), "--host"), ("a name of the site's port", ("serve", "--port", "http"), "--port"), ("an argument of the PDF", ("pdf", "de"), "unexpected"), ("a language of the PDF", ("pdf", "--language", "de"), "--language"),
    ("a proof without history", ("verify", "--built"), "git clone"), ("a proof without history, computed", ("verify",), "git clone"), ("a port of the site in use", ("serve", "--port", "{taken}"), "taken"), ("no Chromium", ("pdf",), "DEWAK_CHROMIUM"), ("no Chromium for a report", ("report", KEY, "--pdf"), "DEWAK_CHROMIUM"),
    ("an edition that is absent", ("vintage", "absent.csv"), "no such file"), ("an edition without a name", ("vintage", ""), "the path is empty"), ("an edition of no table", ("vintage", "answers.csv"), "no table of the catalogue"), ("an edition of an unknown table", ("vintage", "answers.csv", "--table", "people"), "no table of the catalogue"), ("a folder as edition", ("vintage", "empty"), "no such file"), ("an edition that links to itself", ("vintage", "loop.csv"), "no such file"),
    ("a scheduler without a port", ("worker", "nowhere"), "no Dask scheduler"), ("a scheduler without an address", ("worker", ""), "no Dask scheduler"), ("a scheduler of another kind", ("worker", "ftp://x:1"), "no Dask scheduler"), ("a port of the scheduler that is none", ("worker", "tcp://127.0.0.1:port"), "no Dask scheduler"),
    ("no case file", ("case", "check", "absent.yaml"), "no such file"), ("a case file without a name", ("case", "check", ""), "the path is empty"), ("a folder as case file", ("case", "check", "empty"), "no such file"), ("a case that is no YAML", ("case", "check", "bracket.yaml"), "bracket.yaml"), ("a case in Latin letters", ("case", "check", "latin.yaml"), "UTF-8"),
    ("a case that is a list", ("case", "check", "list.yaml"), "no mapping"), ("a case of another kind", ("case", "check", "other.yaml"), "other.yaml"), ("a case that links to nowhere", ("case", "check", "nowhere.csv"), "no such file"), ("a case that links to itself", ("case", "check", "loop.csv"), "no such file"), ("a case with too long a name", ("case", "check", LONG), "longer than the system"), ("a case of bytes", ("case", "check", "binary.csv"), "binary.csv"),
    ("an unknown kind", ("case", "schema", "cse"), "“case”"), ("a kind without a name", ("case", "schema", ""), "no kind"), ("a kind elsewhere", ("case", "schema", "../case"), "no kind"),
    ("an unknown case", ("case", "questionnaire", "hertn"), "“herten”"), ("a case elsewhere", ("case", "questionnaire", "../herten"), "“herten”"), ("a language of the questionnaire", ("case", "questionnaire", "herten", "--language", "fr"), "“fr”"), ("a file as its folder", ("case", "questionnaire", "herten", "--folder", "plan.csv"), "plan.csv"), ("a folder of it without a name", ("case", "questionnaire", "herten", "--folder", ""), "the path is empty"),
    ("answers that are absent", ("case", "answers", "herten", "absent.csv"), "no such file"), ("answers to no case", ("case", "answers", "hertn", "answers.csv"), "“herten”"), ("answers of another table", ("case", "answers", "herten", "answers.csv"), "columns are missing"), ("answers in no workbook", ("case", "answers", "herten", "no.xlsx"), "no.xlsx"), ("a folder of answers", ("case", "answers", "herten", "empty"), "no such file"), ("answers without a name", ("case", "answers", "herten", ""), "the path is empty"), ("empty answers", ("case", "answers", "herten", "empty.csv"), "empty.csv"), ("answers of bytes", ("case", "answers", "herten", "binary.csv"), "binary.csv"),
)  # fmt: skip

PARAMS: tuple[tuple[str, Content, str], ...] = (
    ("a decimal comma", "stress: {cost_correlation: '0,5'}", "stress.cost_correlation"), ("not a number", "stress: {cost_correlation: .nan}", "stress.cost_correlation"),
    ("infinity", "space: {hire_eur_hour: .inf}", "space.hire_eur_hour"), ("minus infinity", "stress: {rate_spread_pp: -.inf}", "stress.rate_spread_pp"),
    ("draws without end", "stress: {draws: 100000000000}", "at most 1000000"), ("draws of planning", "planning: {draws: 2000000}", "at most 1000000"),
    ("weightings without end", "cases: {weightings: 5000000}", "at most 1000000"), ("permutations without end", "space: {permutations: 1000001}", "at most 1000000"),
    ("a number as text", "stress: {draws: viele}", "stress.draws"), ("a negative number", "stress: {draws: -1}", "stress.draws"), ("half a draw", "stress: {draws: 1.5}", "stress.draws"),
    ("an unknown item", "stress: {drws: 5}", "“draws”"), ("an unknown group", "stres: {draws: 5}", "“stress”"), ("a group twice", "run: {seed: 1}\nrun: {seed: 2}", "twice"), ("a key twice", "stress:\n  draws: 5\n  draws: 6", "twice"),
    ("the first year after the last", "disparities: {first_year: 2015, last_year: 2010}", "first_year (2015)"), ("a year without figures", "disparities: {first_year: 1850}", "disparities.first_year"),
    ("an unknown municipality", "run: {municipalities: ['05999999']}", "05999999"), ("an unknown Kreis", "run: {municipalities: ['05562020', '05000']}", "municipalities.1"), ("a town of another Land", "run: {municipalities: ['03459024']}", "03459024"),
    ("two unknown municipalities", "run: {municipalities: ['05562020', '05954', '05999999', '05999998']}", "2 problem(s)"), ("a town by its name", "run: {municipalities: [Herten]}", "run.municipalities.0"), ("a key without quotes", "run: {municipalities: [05562020]}", "quotes"), ("a number as key", "run: {municipalities: [5562020]}", "quotes"),
    ("the short key of a city", "run: {municipalities: ['05911']}", CITY), ("no municipality", "run: {municipalities: []}", "run.municipalities"), ("a municipality as text", "run: {municipalities: '05562020'}", "run.municipalities"),
    ("an unknown language", "run: {languages: [fr]}", "run.languages"), ("no language", "run: {languages: []}", "run.languages"), ("one edition alone", "run: {languages: [de]}", "the edition en is missing"), ("without a unit of the chapters", "run: {municipalities: ['05562020', '05911000']}", "05954 is missing"), ("an unknown sampler", "stress: {sampler: dice}", "stress.sampler"), ("a horizon of a century", "stress: {horizon_years: 100}", "stress.horizon_years"),
    ("a list", "- stress\n- cases", "params.yaml"), ("a text", "stress", "params.yaml"), ("a group that is a number", "stress: 5", "stress"), ("a tab", "stress:\n\tdraws: 5", "params.yaml:2"), ("a bracket too few", "stress: {draws: 5", "params.yaml"),
    ("two documents", "run: {seed: 1}\n---\nrun: {seed: 2}", "params.yaml"), ("an object of Python", "run: !!python/object/apply:os.system ['true']", "params.yaml"), ("Latin letters", "run: {seed: 1} # Übung".encode("latin-1"), "UTF-8"), ("UTF-16", "run: {seed: 1}".encode("utf-16"), "UTF-8"),
    ("a folder", None, "params.yaml"), ("a link to nowhere", "->absent.yaml", "params.yaml"), ("a link to itself", "->params.yaml", "params.yaml"), ("deep nesting", "stress: " + "[" * 500 + "]" * 500, "params.yaml"), ("a value in itself", "stress: &a [*a]", "params.yaml"), ("six megabytes", "# " + "x" * 6_000_000, "params.yaml"),
)  # fmt: skip
WITH_PARAMS = (
    ("run",),
    ("verify",),
    ("stage", "ingest"),
    ("chapter", "00_data"),
    ("sheets",),
    ("parts",),
    ("book",),
    ("report", CITY),
)


def _commands(group: typer.core.TyperGroup, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], typer.core.TyperCommand]]:  # fmt: skip
    """Every command of the command line with its words, hidden ones too."""
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, (*before, name))
        else:
            yield (*before, name), command


COMMAND = typer.main.get_command(cli.app)  # put together once, not at every call
COMMANDS = dict(_commands(COMMAND))  # type: ignore[arg-type]


def _of_options() -> Iterator[tuple[str, ...]]:
    """Calls that follow from what a command takes: an option it does not know, too few, too many, no number."""
    for words, command in COMMANDS.items():
        arguments = [one for one in command.params if one.param_type_name == "argument"]
        options = [one for one in command.params if one not in arguments]
        given = (*words, *("x" for _ in arguments))
        yield (*given, "--nothing-like-this")
        if all(one.nargs == 1 for one in arguments):
            yield (*given, "one", "too", "many")
        if any(one.required for one in command.params):
            yield words
        for option in options:
            if not option.is_flag:
                yield (*given, option.opts[0])
            else:
                yield (*given, f"{option.opts[0]}=perhaps")
            if getattr(option, "min", None) is not None:
                yield from ((*given, option.opts[0], one) for one in ("many", "1.5", "", str(option.min - 1), str(option.max + 1), "1e3", "99999999999999999999"))  # fmt: skip


ALL_CALLS: tuple[Row, ...] = (
    *((f"{' '.join(words[:2])} of {key[:12]!r}", (*words, key), "key" if key != "-5" else "-5") for words in BY_KEY for key in NO_KEYS),
    *((f"{words[0]} of {unit[:12]!r}", (*words, unit), "AGS" if words[0] == "report" else "--ags") for words in BY_UNIT for unit in NO_UNITS),
    *CALLS,
    *((" ".join(words), words, "--help") for words in _of_options()),
)  # fmt: skip
ALL_PARAMS = [(("run",), *row) for row in PARAMS] + [
    (words, *row) for words in WITH_PARAMS[1:] for row in PARAMS if row[0] in ("an unknown municipality", "a key twice", "not a number")
]  # fmt: skip


def _lay(files: dict[str, Content], place: Path) -> None:
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.mkdir()
        elif isinstance(content, str) and content.startswith("->"):
            path.symlink_to(content[2:])
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a copy without history has it, with one town's workbook and a folder of odd files."""
    place = tmp_path_factory.mktemp("project")
    musterstadt.write(place / "own")
    _lay(FILES, place)
    (place / "dvc.lock").write_text("stages: {}\n", encoding="utf-8")
    return place


@pytest.fixture
def place(town: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module, names in ((safety, {"OWN": town / "own"}), (proof, {"ROOT": town, "LOCK": town / "dvc.lock"}),
                          (pipeline, {"ROOT": town, "HTML": town / "html", "PDF": town / "pdf", "CERTIFICATE": town / "certificate"}),
                          (cli, {"app": COMMAND})):  # fmt: skip
        for name, value in names.items():
            monkeypatch.setattr(module, name, value)
    monkeypatch.chdir(town)
    for name in ("DEWAK_GENESIS_USER", "DEWAK_GENESIS_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DEWAK_CHROMIUM", "/no/such/chromium")
    monkeypatch.setattr("dewak_research.data.fetch._from_keyring", lambda: ("", ""))
    return town


def _refusal(words: tuple[str, ...], place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str = "en") -> str:  # fmt: skip
    """Call the command line and return its message, once that is a clear one and nothing was written."""
    monkeypatch.setenv("DEWAK_LANGUAGE", language)
    monkeypatch.setattr(sys, "argv", ["dewak", *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    before = state(place)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2, said
    assert "Traceback" not in said and "Error(" not in said
    assert said.count("Next step:") + said.count("Nächster Schritt:") >= 1 or "--help" in said, said
    assert "\n  : " not in said, "it does not say where"
    assert len(said) < 4_000
    assert state(place) == before
    return said


def _rows() -> list[object]:
    """Every call with its name; those that load the libraries of the book or of an own report are slow."""

    def heavy(name: str, words: tuple[str, ...]) -> bool:
        return words[0] == "publish" or name.startswith("a report against")

    return [
        pytest.param(words, fragment, id=name, marks=[pytest.mark.slow] * heavy(name, words))
        for name, words, fragment in ALL_CALLS
    ]


@pytest.mark.parametrize(("words", "fragment"), _rows())
def test_a_wrong_call(words: tuple[str, ...], fragment: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    if "{taken}" in words:
        from dewak_research.own.start.command import listening

        with listening(0) as line:
            given = tuple(str(line.getsockname()[1]) if word == "{taken}" else word for word in words)
            said = _refusal(given, place, monkeypatch, capsys)
    else:
        said = _refusal(words, place, monkeypatch, capsys)
    assert fragment in said


@pytest.mark.parametrize(("words", "content", "fragment"), [(words, *row[1:]) for words, *row in ALL_PARAMS], ids=[f"{row[0][0]} with {row[1]}" for row in ALL_PARAMS])  # fmt: skip
def test_wrong_parameters(words: tuple[str, ...], content: Content, fragment: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    _lay({"params.yaml": content}, tmp_path)
    for module in (run_checks, pipeline):
        monkeypatch.setattr(module, "load_params", partial(config.load_params, tmp_path / "params.yaml"))
    monkeypatch.setattr(proof, "need_history", lambda: None)
    monkeypatch.setattr(pipeline, "look", lambda root: Looked(1, "", ""))  # `test_pipeline.py` lets DVC look
    assert fragment in _refusal(words, place, monkeypatch, capsys)


@pytest.mark.parametrize("words", [("report", "05999999"), ("stage", "ingset")])
def test_what_only_the_whole_report_needs_is_not_asked_elsewhere(words: tuple[str, ...], place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    """A report from own figures in one language is none of a unit of the chapters."""
    _lay({"params.yaml": "run: {languages: [de], municipalities: ['05911000']}"}, tmp_path)
    monkeypatch.setattr(run_checks, "load_params", partial(config.load_params, tmp_path / "params.yaml"))
    said = _refusal(words, place, monkeypatch, capsys)
    assert words[1] in said and "params.yaml" not in said
    with pytest.raises(InputError) as told:
        run_checks.checked_params()
    assert [one.where for one in told.value.problems] == [
        "params.yaml: run.languages",
        "params.yaml: run.municipalities",
    ]
    assert run_checks.checked_params(whole=False).run.languages == ("de",)


def test_a_parameter_that_dvc_watches_by_name_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DVC refuses to compute without it, in its own words and amid a run."""
    text = (
        paths.PARAMS.read_text(encoding="utf-8")
        .replace("  block_length: 2.0\n", "")
        .replace("  peers: 15\n", "")
    )
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(run_checks, "PARAMS", tmp_path / "params.yaml")
    with pytest.raises(InputError) as told:
        run_checks.checked_params()
    assert [(one.where, one.right.en) for one in told.value.problems] == [
        ("params.yaml: cases.peers", "a value, usually 15"),
        ("params.yaml: stress.block_length", "a value, usually 2.0"),
    ]
    run_checks.checked_params(whole=False)


def test_every_command_has_calls_here_and_they_are_many() -> None:
    told = Counter(
        name for _, words, _ in ALL_CALLS[: -len(list(_of_options()))] for name in COMMANDS if words[: len(name)] == name
    ) + Counter(words[:1] for words, *_ in ALL_PARAMS)  # fmt: skip
    assert {name: told[name] for name in COMMANDS if told[name] < FEWEST} == {}
    assert len({words for _, words, _ in ALL_CALLS}) + len(ALL_PARAMS) >= 350
    assert len(CALLS) + len(PARAMS) >= 130
    assert len({fragment for _, _, fragment in (*CALLS, *PARAMS)}) >= 60


def test_editions_of_no_table_are_told_together_before_any_table_is_read(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.setattr(
        "dewak_research.data.vintage.official", lambda *_, **__: pytest.fail("tables are read")
    )
    said = _refusal(("vintage", "answers.csv", "plan.csv"), place, monkeypatch, capsys)
    assert "answers.csv" in said and "plan.csv" in said and "2 problem(s)" in said


def test_a_message_comes_in_german_too(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    assert "Nächster Schritt" in _refusal(("stage", "ingst"), place, monkeypatch, capsys, "de")


def test_the_register_that_a_run_asks_is_that_of_the_project() -> None:
    assert run_checks.known_unit(CITY) == CITY
    assert all(run_checks.known_unit(key) for key in config.load_params(paths.PARAMS).run.municipalities)
    run_checks.known_query("Kreis Recklinghausen")
    run_checks.known_query("Landkreis Wittmund")
