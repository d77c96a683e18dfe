# ruff: noqa: E501  (tables of cases, one a line)
"""Bad inputs at every door, counted: each gets its own clear message, and nothing is left half written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from dewak_research import cli
from dewak_research.errors import InputError, entries
from dewak_research.own import safety
from dewak_research.own.intake.folder import understand_folder
from own import (
    musterstadt,
    samples_small,
    test_access_files,
    test_bad_workbooks,
    test_planning_sheets,
    test_room_sheets,
)
from own.doors import MESSAGES, check_clear, keys_of, state
from own.intake.town_tables import plan
from own.start.test_bad_uploads import PAGE
from own.test_bad_files import archive, cut, good_map, workbook

OWN_CODE = Path(safety.__file__).parent
KEY, P, A, G = musterstadt.KEY, samples_small.RESULT_PLAN, samples_small.ACCOUNTS, samples_small.GENESIS_LINE
T = samples_small.genesis_town
FLAT = samples_small.FLAT_GERMAN
MAP = good_map()
BY_AREA = "\n".join(
    [
        "Bereich;Zeile;Ansatz 2026",
        *(
            f"{area};{name};{share}.000"
            for area, share in (("Inneres", 30), ("Soziales", 50), ("Gesamt", 90))
            for name in (
                "01 Steuern und ähnliche Abgaben",
                "02 Zuwendungen und allgemeine Umlagen",
                "04 Öffentlich-rechtliche Leistungsentgelte",
                "11 Personalaufwendungen",
                "13 Aufwendungen für Sach- und Dienstleistungen",
                "15 Transferaufwendungen",
            )
        ),
    ]
)
VERSIONS = "\n".join(
    [
        "Konto;Version;Ansatz 2026",
        *(
            f"{account};{which};{n}.000.000"
            for which in ("Entwurf", "Beschluss")
            for n, account in enumerate(("4011", "4111", "5011", "5321"), 5)
        ),
    ]
)
CAMERAL = "Haushaltsstelle;Bezeichnung;Ansatz 2026\n1.9000.0000;Grundsteuer A;1\n1.9000.0010;Grundsteuer B;2\n1.4640.4140;Vergütungen;3\n"
SAXON = "\n".join(
    [
        "Nr.;Bezeichnung;Ansatz 2026",
        "1;Steuern und ähnliche Abgaben;50.000.000",
        "2;Zuwendungen und Umlagen nach Arten sowie aufgelöste Sonderposten;30.000.000",
        "3;sonstige Transfererträge;1.000.000",
        "4;öffentlich-rechtliche Leistungsentgelte;9.000.000",
        "11;Personalaufwendungen;25.000.000",
        "13;Aufwendungen für Sach- und Dienstleistungen;18.000.000",
        "16;Transferaufwendungen und Abschreibungen auf Sonderposten;44.000.000",
        "17;sonstige ordentliche Aufwendungen;5.000.000",
    ]
)
SUMS = (
    plan().replace("44.000.000", "40.000.000")
    + "\n10 Ordentliche Erträge;100.000.000\n17 Ordentliche Aufwendungen;102.000.000\n18 Ordentliches Ergebnis;-2.500.000"
)

# What a treasurer types or an attacker tries: name, words after `dewak`, files beside it, key of the message.
Files = dict[str, str | bytes]
COMMAND: list[tuple[str, tuple[str, ...], Files, str]] = [
    ("the key lost its zero", ("new", "5911000"), {}, "key_zero_lost"),
    ("the key leads out of the folder", ("new", "../x", "--name", "x"), {}, "key_not_allowed"),
    ("the key is a device of Windows", ("new", "con", "--name", "x"), {}, "key_not_allowed"),
    ("a town that the register does not know", ("new", "05911999"), {}, "key_without_name"),
    ("a workbook is there already", ("new", KEY, "--name", "x"), {}, "workbook_exists"),
    ("a language that is not spoken", ("new", "x1", "--name", "x", "--language", "fr"), {}, "language_unknown"),
    ("last year's workbook is not there", ("new", KEY, "--from", "alt.xlsx", "--force"), {}, "from_absent"),
    ("next year is a year before", ("new", KEY, "--from", f"own/{KEY}/eingabe.xlsx", "--budget-year", "2020", "--force"), {}, "from_no_later"),
    ("checked before it was made", ("check", "09162000"), {}, "workbook_absent"),
    ("reported against nothing", ("report", KEY, "--against", "entwurf-1999"), {}, "from_absent"),
    ("imported before it was made", ("import", "p.csv", "--ags", "09162000", "--yes"), {"p.csv": P}, "workbook_absent"),
    ("a file that is not there", ("import", "fehlt.csv", "--ags", KEY), {}, "file_missing"),
    ("an empty file", ("import", "p.csv", "--ags", KEY), {"p.csv": b""}, "file_empty"),
    ("a picture as CSV", ("import", "p.csv", "--ags", KEY), {"p.csv": bytes(range(256))}, "file_not_text"),
    ("a workbook called CSV", ("import", "p.csv", "--ags", KEY), {"p.csv": b"PK\x03\x04" + b"x" * 50}, "file_not_csv"),
    ("a novel in one cell", ("import", "p.csv", "--ags", KEY), {"p.csv": "Zeile;Plan 2026\n" + "x" * 30_000}, "cell_too_long"),
    ("four thousand columns", ("import", "p.csv", "--ags", KEY), {"p.csv": ";".join(["a"] * 4_000) + "\n"}, "too_many_cells"),
    ("only separators", ("import", "p.csv", "--ags", KEY), {"p.csv": ";;;\n;;;\n"}, "header_none"),
    ("headings without a year", ("import", "p.csv", "--ags", KEY), {"p.csv": "a;b;c\n1;2;3\n"}, "header_none"),
    ("headings and nothing below", ("import", "p.csv", "--ags", KEY), {"p.csv": "Wert;Ergebnis 2023\n"}, "rows_none"),
    ("a plan of zeros", ("import", "p.csv", "--ags", KEY), {"p.csv": "Wert;Ergebnis 2023\n01 - Steuern;0\n02 - Zuwendungen;0\n"}, "amounts_none"),
    ("fruit instead of lines", ("import", "p.csv", "--ags", KEY), {"p.csv": "Wert;Ergebnis 2023\nÄpfel;1\nBirnen;2\nNüsse;3\nQuitten;4\nTrauben;5\n"}, "lines_none"),
    ("two years in one column", ("import", "p.csv", "--ags", KEY), {"p.csv": "Zeile;Plan 2025/2026\n01 Steuern und ähnliche Abgaben;5.000\n02 Zuwendungen;6.000\n"}, "column_no_year"),
    ("the same year twice", ("import", "p.csv", "--ags", KEY), {"p.csv": P.replace("Plan 2025", "Plan 2024")}, "column_twice"),
    ("a word among the amounts", ("import", "p.csv", "--ags", KEY), {"p.csv": P.replace("61.200.000", "viel")}, "amount_unreadable"),
    ("German beside English numbers", ("import", "p.csv", "--ags", KEY), {"p.csv": "Wert;Ergebnis 2023\n" + "\n".join(f"{i:02d} - Steuern;{n}" for i, n in enumerate(["1.234", "1,234", "5.678", "9,999", "2.222"], 1))}, "numbers_mixed"),
    ("a line with two amounts", ("import", "p.csv", "--ags", KEY), {"p.csv": P + "16 - sonstige ordentl. Aufwendungen;1;2;3\n"}, "line_twice"),
    ("signs as they come", ("import", "p.csv", "--ags", KEY), {"p.csv": A.replace("-24.100.000,00", "24.100.000,00").replace("-24.533.800,00", "24.533.800,00").replace("-24.975.408,40", "24.975.408,40")}, "signs_mixed"),
    ("draft and decision in one table", ("import", "p.csv", "--ags", KEY), {"p.csv": VERSIONS}, "question_open"),
    ("a total that is none", ("import", "p.csv", "--ags", KEY), {"p.csv": BY_AREA}, "totals_unclear"),
    ("products without lines", ("import", "p.csv", "--ags", KEY), {"p.csv": "Produkt;Erträge 2026;Aufwendungen 2026\n0101 Rat;1.000;5.000\n0102 Amt;2.000;7.000\n"}, "products_only"),
    ("products taken for accounts", ("import", "p.csv", "--ags", KEY), {"p.csv": "Produkt;Bezeichnung;Plan 2026\n54101;Gemeindestraßen;5\n55101;Grünflächen;6\n61101;Steuern und Umlagen;7\n"}, "product_no_account"),
    ("a cameral budget", ("import", "p.csv", "--ags", KEY), {"p.csv": CAMERAL}, "cameral_file"),
    ("part of a town, said so", ("import", "p.csv", "--ags", KEY, "--answer", "part_only=part"), {"p.csv": "Teilergebnisplan Produktbereich 05\n" + P}, "part_plan"),
    ("a plan of Saxony", ("import", "p.csv", "--ags", KEY), {"p.csv": SAXON}, "layout_foreign"),
    ("a large line that no plan has, left", ("import", "p.csv", "--ags", KEY, "--answer", "unplaced=stop"), {"p.csv": plan() + "\n77 Rätselhafte Lasten;44.000.000"}, "lines_unplaced"),
    ("sums that disagree, left", ("import", "p.csv", "--ags", KEY, "--answer", "sums=stop"), {"p.csv": SUMS}, "sums_disagree"),
    ("years without a kind, nobody to ask", ("import", "p.csv", "--ags", KEY), {"p.csv": P.replace("Ergebnis ", "").replace("Plan ", "")}, "question_open"),
    ("an answer without its question", ("import", "p.csv", "--ags", KEY, "--answer", "ja"), {"p.csv": P}, "answer_form"),
    ("an answer that is none of them", ("import", "p.csv", "--ags", KEY, "--answer", "part_only=vielleicht"), {"p.csv": "Teilergebnisplan Produktbereich 05\n" + P}, "answer_unknown"),
    ("an empty folder", ("import", "leer", "--ags", KEY), {"leer/bild.png": b"x"}, "folder_files"),
    ("a folder of a whole office", ("import", "voll", "--ags", KEY), {f"voll/{n}.csv": P for n in range(45)}, "folder_files"),
    ("a folder of nothing but faults", ("import", "schlecht", "--ags", KEY), {"schlecht/a.csv": b"", "schlecht/b.csv": "a;b\n1;2\n"}, "file_empty"),
    ("francs without a rate", ("import", "p.csv", "--ags", KEY), {"p.csv": "Beträge in CHF\n" + P}, "currency_unsaid"),
    ("francs, and the rate of the krona", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": "Beträge in CHF\n" + P, "m.yaml": MAP.replace("header_row: 1", "header_row: 2").replace("currency: null", "currency: {code: ISK, euro: 0.007, basis: Annahme}")}, "currency_other"),
    ("a mapping that is no YAML", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": "lines: ["}, "mapping_no_yaml"),
    ("a mapping that runs commands", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": "!!python/object/apply:os.system ['true']"}, "mapping_no_yaml"),
    ("an empty mapping", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": "- 1\n"}, "mapping_empty"),
    ("a mapping without end", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": "a: '" + "x" * 300_000 + "'"}, "mapping_too_large"),
    ("a line that the workbook lacks", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": MAP.replace(": '26'", ": '99'")}, "mapping_line_unknown"),
    ("a field of one's own", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": MAP + "farbe: rot\n"}, "unknown_parameter"),
    ("hundred euro as unit", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": MAP.replace("factor: 1\n", "factor: 100\n")}, "wrong_value"),
    ("headings further down than the file", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": MAP.replace("header_row: 1", "header_row: 150")}, "header_beyond"),
    ("the mapping of another file", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": A, "m.yaml": MAP}, "column_missing"),
    ("a mapping that no row follows", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": "\n".join([P.strip().split("\n", 1)[0], "Äpfel;1;2;3", "Birnen;4;5;6"]), "m.yaml": MAP}, "rows_unmapped"),
    ("a line that is there and absent", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": MAP.replace("absent: []", "absent: ['01']")}, "mapping_absent_filled"),
    ("an old finance plan, template unsaid", ("import", "p.csv", "--ags", KEY, "--map", "m.yaml"), {"p.csv": P, "m.yaml": "kind: lines\nsheet: finance_plan\nlabel_column: Wert\ncolumns: {Ergebnis 2023: actual 2023}\nlines: {'34 Tilgung': '34'}\n"}, "mapping_template"),
    ("a statistical table without its head", ("import", "t.csv", "--ags", KEY), {"t.csv": "\n".join(line for line in G.splitlines() if not line.startswith(";;"))}, "genesis_no_header"),
    ("a row that is too short", ("import", "t.csv", "--ags", KEY), {"t.csv": T(rows="05999000;Musterstadt;48455\n05998;Kreis;1;2;3")}, "genesis_width"),
    ("a download that broke off", ("import", "t.csv", "--ags", KEY), {"t.csv": G[: G.index("05998;") + 9]}, "genesis_cut_off"),
    ("a row that is too long", ("import", "t.csv", "--ags", KEY), {"t.csv": G.replace("05;  Nordrhein", "05;zu viel;  Nordrhein")}, "genesis_width"),
    ("names where keys belong", ("import", "t.csv", "--ags", KEY), {"t.csv": T(rows="Musterstadt;05999000;48455;23755;24700\nKleindorf;Land;1;2;3")}, "genesis_no_key_column"),
    ("a flat file without its columns", ("import", "t.csv", "--ags", KEY), {"t.csv": FLAT.replace("Zeit;1_Merkmal_Code", "Zeit2;1_Merkmal_Code")}, "genesis_flat_columns"),
    ("a table of something else", ("import", "t.csv", "--ags", KEY), {"t.csv": T().replace("12411-01-01-5", "46251-01-02-4")}, "table_no_line"),
    ("a table of other towns", ("import", "t.csv", "--ags", KEY), {"t.csv": T(rows="05911000;Bochum;365000;180000;185000")}, "table_without_key"),
    ("the middle of the year", ("import", "t.csv", "--ags", KEY), {"t.csv": T(times="30.06.2023;30.06.2023;30.06.2023", day="30.06.")}, "table_other_times"),
    ("secret everywhere", ("import", "t.csv", "--ags", KEY), {"t.csv": T(rows="05999000;Musterstadt;.;.;.")}, "table_no_value"),
    ("the town twice", ("import", "t.csv", "--ags", KEY), {"t.csv": T(rows="05999000;Musterstadt;48455;23755;24700\n05999000;Musterstadt;48000;23000;25000")}, "table_row_twice"),
]  # fmt: skip
BINARY: list[tuple[str, Callable[[], bytes], str]] = [
    ("a text called workbook", lambda: b"Steuern;1\n" * 9, "header_none"),
    ("a workbook cut off", lambda: cut(workbook()), "workbook_no_archive"),
    ("an archive of something else", lambda: archive(readme=b"hello"), "archive_no_workbook"),
    ("macros", lambda: workbook(**{"xl/vbaProject.bin": b"x"}), "archive_macros"),
    ("paths that lead out", lambda: workbook(**{"../../evil.txt": b"x"}), "archive_paths"),
    ("paths of Windows that lead out", lambda: workbook(**{"xl\\..\\..\\evil.txt": b"x"}), "archive_paths"),
    ("a bomb", lambda: workbook(**{"xl/media/big.bin": b"\0" * 70_000_000}), "archive_unpacks"),
    ("nothing on any sheet", lambda: workbook(), "rows_none"),
    ("formulas never calculated", lambda: unsaved(), "formula_unsaved"),
    ("a damaged .xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook_damaged"),
    ("a cell at the end of the world", lambda: far_out(), "sheet_too_large"),
]  # fmt: skip


def saved(book: openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def unsaved() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Zeile", "Plan 2026"])
    for number, name in (
        (1, "Steuern und ähnliche Abgaben"),
        (2, "Zuwendungen und allgemeine Umlagen"),
        (11, "Personalaufwendungen"),
    ):
        book.worksheets[0].append([f"{number:02d} {name}", "=1000*3"])
    return saved(book)


def far_out() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"], book.worksheets[0]["A60000"] = "Zeile", 1
    return saved(book)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("town")
    musterstadt.write(place / "own")
    return place


def refused_by_command(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, own: Path) -> InputError:
    """Call the command line; return what it refuses with."""
    monkeypatch.setattr(safety, "OWN", own)
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(InputError) as caught:
        cli.app(list(words), standalone_mode=False)
    return caught.value


def put(files: Files, place: Path) -> None:
    for name, content in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(
    ("words", "files", "key"), [case[1:] for case in COMMAND], ids=[case[0] for case in COMMAND]
)
def test_a_fault_at_the_command_line(
    words: tuple[str, ...],
    files: Files,
    key: str,
    written: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(files, tmp_path)
    (tmp_path / "own").symlink_to(written / "own")
    monkeypatch.chdir(tmp_path)
    before = state(written)
    error = refused_by_command(words, monkeypatch, written / "own")
    assert key in set().union(*map(keys_of, error.problems)), error
    for problem in error.problems:
        check_clear(problem)
    assert state(written) == before


@pytest.mark.slow
@pytest.mark.parametrize(("made", "key"), [case[1:] for case in BINARY], ids=[case[0] for case in BINARY])
@pytest.mark.parametrize("door", ["command", "folder"])
def test_a_faulty_workbook_of_a_town(
    made: Callable[[], bytes],
    key: str,
    door: str,
    written: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "files" / "plan.xlsx"
    path.parent.mkdir()
    path.write_bytes(made())
    before = state(written)
    if door == "command":
        error = refused_by_command(("import", str(path), "--ags", KEY, "--yes"), monkeypatch, written / "own")
    else:
        with pytest.raises(InputError) as caught:
            understand_folder(path.parent, KEY)
        error = caught.value
    assert key in set().union(*map(keys_of, error.problems)), error
    for problem in error.problems:
        check_clear(problem)
    assert state(written) == before


def test_there_are_150_distinct_faults_each_with_its_message() -> None:
    """A fault counts once, by its name, whatever the door; the same message may serve several faults."""
    findings = {
        (str(case[0]), str(case[2]))
        for table in (
            test_bad_workbooks.BAD,
            test_planning_sheets.BAD,
            test_room_sheets.BAD,
            test_access_files.BAD,
        )
        for case in table
    }  # type: ignore[index, attr-defined]
    doors = {(name, key) for name, *_, key in COMMAND} | {(name, key) for name, _, key in (*BINARY, *PAGE)}
    assert len(doors) >= len(COMMAND) + len(BINARY) + len(PAGE) - 1  # one name at two doors
    assert len(findings | doors) >= 350
    assert len({key for _, key in findings | doors}) >= 220
    assert len({key for _, key in doors}) >= 60


@pytest.mark.parametrize(("package", "file"), MESSAGES[:4])
def test_no_message_waits_for_a_fault_that_nothing_finds(package: str, file: str) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in OWN_CODE.rglob("*.py"))
    keys = [
        key for key, entry in entries(package, file).items() if "what" in entry and "severity" not in entry
    ]
    assert keys and not [key for key in keys if f'"{key}"' not in code]


def test_the_archive_of_a_case_is_one() -> None:
    assert zipfile.is_zipfile(io.BytesIO(unsaved()))
