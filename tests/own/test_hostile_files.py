# ruff: noqa: E501  (a table of files, one a line)
"""Files made to exhaust a computer end with one message; large ones of towns are read; two runs do not meet."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from dewak_research import cli
from dewak_research.errors import InputError
from dewak_research.own import safety
from dewak_research.own.alone import alone
from dewak_research.own.archive_bounds import MOST_MERGED_CELLS, MOST_OWN_ELEMENTS, counted
from dewak_research.own.check import check_workbook
from dewak_research.own.intake.tables import read_tables
from dewak_research.own.start.worker import Worker
from own import musterstadt
from own.doors import check_clear, keys_of

KEY, SHEET, STYLES = musterstadt.KEY, "xl/worksheets/sheet2.xml", "xl/styles.xml"
END = b"</sheetData>"
Change = Callable[[bytes], bytes]


def _rows(cell: bytes, n: int) -> bytes:
    return b"".join(b'<row r="%d">%s</row>' % (i, cell) for i in range(5_000, 5_000 + n)) + END


def _merged(*areas: bytes) -> bytes:
    return (
        END + b"<mergeCells>" + b"".join(b'<mergeCell ref="%s"/>' % area for area in areas) + b"</mergeCells>"
    )


BOMBS: dict[str, tuple[str, Change]] = {
    "the whole sheet merged": (SHEET, lambda x: x.replace(END, _merged(b"A1:XFD1048576"))),
    "a whole column merged": (SHEET, lambda x: x.replace(END, _merged(b"Z1:Z1048576"))),
    "many areas merged": (SHEET, lambda x: x.replace(END, _merged(*(b"A%d:Z%d" % (i, i) for i in range(200, 9_000))))),
    "one area merged forty times": (SHEET, lambda x: x.replace(END, _merged(*[b"A100:ZZ1000"] * 40))),
    "merged under another prefix": (SHEET, lambda x: x.replace(END, _merged(b"A1:XFD1048576").replace(b"<mergeCell ref", b"<x:mergeCell xmlns:x='x' ref"))),
    "merged from below": (SHEET, lambda x: x.replace(END, _merged(b"XFD1048576:A1"))),
    "formats of cells": (STYLES, lambda x: x.replace(b"</cellXfs>", b'<xf fontId="%d"/>' % 0 * 70_000 + b"</cellXfs>")),
    "fonts": (STYLES, lambda x: x.replace(b"</fonts>", b"<font/>" * 70_000 + b"</fonts>")),
    "formulas": (SHEET, lambda x: x.replace(END, _rows(b"<c><f>1+1</f></c>", 130_000))),
    "rows": (SHEET, lambda x: x.replace(END, _rows(b"<c><v>1</v></c>", 130_000))),
    "texts": (SHEET, lambda x: x.replace(END, _rows(b'<c t="inlineStr"><is><t>a</t></is></c>', 90_000))),
    "one formula for a column": (SHEET, lambda x: x.replace(END, _rows(b'<c><f t="shared" si="0"/></c>', 220_000))),
    "choices": (SHEET, lambda x: x.replace(END, END + b"<dataValidations>" + b'<dataValidation sqref="A1"/>' * 700_000 + b"</dataValidations>")),
    "sheets": ("xl/workbook.xml", lambda x: x.replace(b"</sheets>", b'<sheet name="a" sheetId="9"/>' * 16_000 + b"</sheets>")),
    "names": ("xl/workbook.xml", lambda x: x.replace(b"</workbook>", b"<definedNames>" + b'<definedName name="a">1</definedName>' * 400_000 + b"</definedNames></workbook>")),
    "nesting": (SHEET, lambda x: x.replace(END, END + b"<extLst>" + b"<g>" * 400_000 + b"</g>" * 400_000 + b"</extLst>")),
    "one giant text": (SHEET, lambda x: x.replace(END, _rows(b"<c><is><t>" + b"a" * 26_000_000 + b"</t></is></c>", 1))),
}  # fmt: skip


def _changed(book: bytes, part: str, change: Change) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            content = before.read(name)
            told = change(content) if name == part else content
            assert name != part or told != content
            after.writestr(name, told)
    return out.getvalue()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    own = tmp_path_factory.mktemp("own")
    musterstadt.write(own)
    return (own / KEY / safety.FILE_NAME).read_bytes()


@pytest.mark.parametrize("name", BOMBS)
def test_a_workbook_of_too_much_is_refused_before_it_is_read(name: str, book: bytes, tmp_path: Path) -> None:
    path = tmp_path / KEY / safety.FILE_NAME
    path.parent.mkdir()
    path.write_bytes(_changed(book, *BOMBS[name]))
    with pytest.raises(InputError) as caught:
        check_workbook(KEY, tmp_path)
    for problem in caught.value.problems:
        check_clear(problem)
        assert keys_of(problem) & {"archive_holds", "archive_unpacks"}


@pytest.mark.parametrize("name", [name for name in BOMBS if "merged" in name or name in ("sheets", "fonts")])
def test_a_file_of_a_town_is_bounded_too(name: str, book: bytes, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(_changed(book, *BOMBS[name]))
    with pytest.raises(InputError) as caught:
        safety.check_sheet_file(path)
    assert all(keys_of(problem) & {"archive_holds", "archive_unpacks"} for problem in caught.value.problems)


def test_a_hundred_thousand_tables_of_an_open_document_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "content.xml", b"<a>" + b'<table:table table:name="a"></table:table>' * 20_000 + b"</a>"
        )
    with pytest.raises(InputError, match="20000 sheets"):
        safety.check_sheet_file(path)


def test_the_bounds_leave_room_for_what_towns_fill_in(book: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        found = counted(archive)
    assert found.elements * 10 < MOST_OWN_ELEMENTS and found.merged * 10 < MOST_MERGED_CELLS
    assert found.sheets > 10 and found.formats > 10 and not found.too_many(MOST_OWN_ELEMENTS)


@pytest.mark.slow
def test_a_ledger_of_fifty_thousand_entries_is_read(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Journal")
    sheet.append(["Konto", "Bezeichnung", "Kostenstelle", "Text", "Beleg", "Ergebnis 2024"])
    for n in range(50_000):
        sheet.append([f"{4000 + n % 1000}", f"Konto {n % 1000}", n % 90, f"Buchung {n}", n, 12.5])
    path = tmp_path / "journal.xlsx"
    book.save(path)
    assert safety.check_sheet_file(path) == "xlsx"
    assert sum(len(table.rows) for table in read_tables(path)) >= 50_000


# ---- the process with bounds


def _hog() -> int:
    kept = [bytearray(50_000_000) for _ in range(100)]
    return len(kept)


def _run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, env=os.environ | {"DEWAK_LANGUAGE": "en"}
    )  # fmt: skip


posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="only where a running process can be copied")
BOUNDED = "import os, sys, time, resource\nfrom dewak_research.own.bounded import bounded\nfrom dewak_research.errors import InputError\ntry:\n    code = bounded(lambda: {work}, {bytes}, {seconds})\nexcept InputError as error:\n    print(error.render('en')); code = 2\nsys.exit(code)\n"


@posix
@pytest.mark.parametrize(
    ("work", "code", "words"),
    [
        ("0", 0, ""),
        ("7", 7, ""),
        ("len([bytearray(10**8) for _ in range(60)])", 2, "2 GB"),
        ("[i for i in iter(int, 1)]", 2, "more time or memory"),
        ("os.abort()", 2, "more time or memory"),
        ("print('said') or 3", 3, "said"),
        ("1 / 0", 1, ""),
    ],
)  # fmt: skip
def test_what_a_process_with_bounds_ends_with(work: str, code: int, words: str) -> None:
    done = _run(BOUNDED.format(work=work, bytes=2_000_000_000, seconds=2))
    assert done.returncode == code, done
    assert words in done.stdout and done.stdout.count(words or "\0") <= 1


@posix
def test_ending_the_command_ends_its_copy() -> None:
    code = BOUNDED.format(
        work="print(os.getpid(), flush=True) or time.sleep(60)", bytes=2 * 10**9, seconds=50
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        copy = int(command.stdout.readline())
        command.send_signal(signal.SIGTERM)
        assert command.wait(20) == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(copy, 0)


def test_the_command_reads_in_such_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call whose streams are its own is copied; one from Python, as in these tests, is not."""
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("dewak_research.ending.bounded", lambda work, *bounds: asked.append(bounds) or 0)
    monkeypatch.setattr(sys, "argv", ["dewak", "check", KEY])
    monkeypatch.setattr(sys, "__stdout__", sys.stdout)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0 and asked and asked[0][0] < 5 * 10**9
    monkeypatch.setattr(sys, "argv", ["dewak", "report", "..", "--pdf"])
    with pytest.raises(SystemExit):
        cli.main()
    assert len(asked) == 1, "a browser does not start within the bounds of a reader"


@posix
@pytest.mark.slow
def test_the_process_of_the_page_has_bounds_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "greedy.py").write_text(
        "import os\ndef eats():\n    return len([bytearray(10**8) for _ in range(60)])\ndef dies():\n    os.abort()\ndef works():\n    return 5\n",
        encoding="utf-8",
    )  # fmt: skip
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.syspath_prepend(tmp_path)
    worker = Worker("greedy", 2_000_000_000)
    try:
        for work in ("eats", "dies"):
            with pytest.raises(InputError, match="more time or memory"):
                worker.call(work, seconds=60)
        assert worker.call("works", seconds=60) == 5
    finally:
        worker.stop()


# ---- two runs at once


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    code = "import sys, time\nfrom pathlib import Path\nfrom dewak_research.own.alone import alone\nwith alone(Path(sys.argv[1]), 'x'):\n    print('held', flush=True)\n    time.sleep(60)\n"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "bericht")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_the_second_run_says_so_and_the_third_goes_on_where_the_first_has_died(
    holder: subprocess.Popen[str], tmp_path: Path
) -> None:
    with (
        pytest.raises(InputError, match="another call is writing there") as caught,
        alone(tmp_path / "bericht", "bericht"),
    ):
        pass  # pragma: no cover
    check_clear(caught.value.problems[0])
    with alone(tmp_path / "other", "other"):
        assert not list(tmp_path.iterdir())
    holder.kill()
    holder.wait(20)
    for _ in range(50):
        try:
            with alone(tmp_path / "bericht", "bericht"):
                return
        except InputError:
            time.sleep(0.1)
    pytest.fail("a lock that nobody holds is in the way")
