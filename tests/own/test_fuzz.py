"""Whatever comes in: a result or one InputError, in bounded time and memory, nothing written elsewhere."""

from __future__ import annotations

import functools
import io
import resource
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell import WriteOnlyCell

from dewak_research.data.genesis import read_genesis
from dewak_research.data.text_files import decode, guess_separator, parse_number, split_rows
from dewak_research.errors import InputError
from dewak_research.own.check import check_workbook, render_check
from dewak_research.own.intake.applying import apply_map
from dewak_research.own.intake.proposal import propose
from dewak_research.own.intake.totals import account_totals
from dewak_research.own.intake.understood import understand
from dewak_research.own.safety import LARGEST_WORKBOOK_BYTES, clean_text
from own import musterstadt, samples_small
from own.intake import town_plans

pytestmark = pytest.mark.slow  # files are drawn, read and shown from end to end

KEY = musterstadt.KEY
FAST = settings(max_examples=120, deadline=5_000, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Read the layouts and charts of the Länder once, so that no single example pays for it."""
    for text in (samples_small.RESULT_PLAN, samples_small.ACCOUNTS, samples_small.BY_AREA):
        rows = split_rows(text, ";", "t")
        apply_map(rows, propose(rows, "t"), "t")


def quietly(act: object, *arguments: object) -> object | None:
    """Run a reader; an InputError with at least one complete problem is a good answer."""
    assert callable(act)
    try:
        return act(*arguments)
    except InputError as error:
        assert error.problems and all(p.where and p.what.de and p.right.en for p in error.problems)
        return None


@FAST
@given(st.binary(max_size=3_000))
def test_random_bytes_in_the_text_readers(data: bytes) -> None:
    quietly(read_genesis, data)
    quietly(read_genesis, b"GENESIS-Tabelle: 12411-01-01-5\n" + data)
    decoded = quietly(decode, data, "t")
    if decoded is not None:
        rows = quietly(split_rows, decoded.text, guess_separator(decoded.text), "t")  # type: ignore[attr-defined]
        if rows:
            quietly(propose, rows, "t")


@FAST
@given(st.text(max_size=200))
def test_random_text_is_no_number_or_a_finite_one(text: str) -> None:
    number = parse_number(text)
    assert number.value is None or abs(number.value) < 1e100
    assert "\x00" not in clean_text(text) and len(clean_text(text, 20)) <= 20


@FAST
@given(st.data())
def test_damaged_budget_files(data: st.DataObject) -> None:
    source = data.draw(
        st.sampled_from([samples_small.RESULT_PLAN, samples_small.ACCOUNTS, samples_small.BY_AREA])
    )
    text = _damage(source, data)
    rows = split_rows(text, ";", "t") if '"' not in text else quietly(split_rows, text, ";", "t")
    mapping = quietly(propose, rows, "t") if rows else None
    if mapping is not None:
        quietly(apply_map, rows, mapping, "t")


@FAST
@given(st.data())
def test_damaged_genesis_tables(data: st.DataObject) -> None:
    source = data.draw(
        st.sampled_from(
            [
                samples_small.GENESIS_LINE,
                samples_small.GENESIS_COLUMNS,
                samples_small.GENESIS_FIRST,
                samples_small.FLAT_GERMAN,
                samples_small.FLAT_ENGLISH,
                samples_small.GENESIS_AGES,
            ]
        )
    )
    quietly(read_genesis, _damage(source, data).encode("utf-8", "replace"))


def _damage(text: str, data: st.DataObject) -> str:
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, max(len(text) - 1, 0)))
        length = data.draw(st.integers(0, 60))
        piece = data.draw(st.text(";\n\t=+-@.,0123456789abcÄß\"' x", max_size=20))
        text = text[:at] + piece + text[at + length :]
    return text


@settings(max_examples=60, deadline=10_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_workbooks(data: st.DataObject, tmp_path: Path, whole: bytes) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(bytes(damaged[: cut or None]))
    quietly(check_workbook, KEY, tmp_path)
    assert [p.name for p in path.parent.iterdir()] == ["eingabe.xlsx"]


@settings(max_examples=25, deadline=10_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_parts_inside_a_sound_archive(data: st.DataObject, tmp_path: Path, whole: bytes) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        victim = data.draw(st.sampled_from(names))
        for name in names:
            part = bytearray(old.read(name))
            if name == victim and part:
                for _ in range(data.draw(st.integers(1, 5))):
                    at = data.draw(st.integers(0, len(part) - 1))
                    part[at : at + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=30))
            new.writestr(name, bytes(part))
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(target.getvalue())
    quietly(check_workbook, KEY, tmp_path)


NASTY = st.one_of(
    st.text(max_size=60), st.integers(-(10**18), 10**18), st.floats(), st.booleans(), st.none(),
    st.sampled_from(['=HYPERLINK("http://x.invalid","y")', "=cmd|'/C calc'!A0", "@SUM(1)",
                     "<script>alert(1)</script>",
                     "{{ 7*7 }}", "{% for i in range(9) %}", "[red]x[/red]", "%s%n",
                     "\u202e123", "1e400", "NaN", "inf"]),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=40, deadline=15_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(NASTY, min_size=1, max_size=25), seed=st.integers(0, 10_000))
def test_nasty_cells_anywhere(values: list[object], seed: int, tmp_path: Path, whole: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(whole))
    for i, value in enumerate(values):
        sheet = book.worksheets[(seed + i) % len(book.worksheets)]
        cell = sheet.cell((seed * 7 + i * 13) % 45 + 1, (seed + i * 5) % 12 + 1)
        try:
            cell.value = value  # type: ignore[assignment]
        except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
            continue
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir(exist_ok=True)
    try:
        book.save(path)
    except (ValueError, TypeError, OverflowError):
        return
    result = quietly(check_workbook, KEY, tmp_path)
    if result is not None:
        page = render_check(result, "de")  # type: ignore[arg-type]
        assert "<script" not in page and "\u202e" not in page


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return musterstadt.write(tmp_path_factory.mktemp("own")).read_bytes()


@pytest.mark.slow
def test_a_million_rows_are_refused_or_read_in_bounded_time_and_memory(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Ergebnisplan")
    row = [WriteOnlyCell(sheet, value=1)]
    for _ in range(1_000_000):
        sheet.append(row)
    path = tmp_path / KEY / "eingabe.xlsx"
    path.parent.mkdir()
    book.save(path)
    assert path.stat().st_size < LARGEST_WORKBOOK_BYTES
    start = time.perf_counter()
    with pytest.raises(InputError, match="unpacks to an excessive size"):
        check_workbook(KEY, tmp_path)
    assert time.perf_counter() - start < 20
    csv = tmp_path / "million.csv"
    csv.write_bytes(b"Wert;Ergebnis 2023\n" + b"01 - Steuern;1\n" * 1_000_000)
    start = time.perf_counter()
    with pytest.raises(InputError, match="too large"):
        understand(csv, KEY)
    assert time.perf_counter() - start < 60
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 1_500


@functools.cache
def town_workbook(suffix: str) -> bytes:
    """Return one and the same file for all examples: an archive holds the time at which it was written."""
    return town_plans.three_sheets() if suffix == "xlsx" else town_plans.open_document()


@settings(max_examples=12, deadline=60_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), suffix=st.sampled_from(["xlsx", "ods", "xls"]))
def test_damaged_workbooks_of_towns(data: st.DataObject, suffix: str, tmp_path: Path) -> None:
    damaged = bytearray(town_workbook(suffix))
    if suffix == "xls":
        damaged[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for _ in range(data.draw(st.integers(0, 8))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"plan.{suffix}"
    path.write_bytes(bytes(damaged[: data.draw(st.integers(len(damaged) // 2, len(damaged)))]))
    quietly(understand, path, KEY)


def test_cells_far_outside_are_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Zeile"
    book.active["XFD1048576"] = 1
    path = tmp_path / "weit.xlsx"
    book.save(path)
    start = time.perf_counter()
    with pytest.raises(InputError, match=r"far outside the table|too large"):
        understand(path, KEY)
    assert time.perf_counter() - start < 60


def test_names_from_outside_never_lead_out(tmp_path: Path) -> None:
    """The name of an imported file is only shown; nothing is written beside the folder of the municipality."""
    own = tmp_path / "own"
    musterstadt.write(own)
    before = set(tmp_path.rglob("*"))
    odd = tmp_path / "..%2f..%2fetc;rm -rf ~.csv"
    odd.write_text(samples_small.RESULT_PLAN, encoding="utf-8")
    understood = understand(odd, KEY)
    assert len(understood.figures) == 78
    assert set(tmp_path.rglob("*")) - before == {odd}


def test_a_budget_of_many_accounts_takes_time_that_grows_with_its_rows() -> None:
    rows = [str(400_000 + 7 * n) for n in range(3_000)]
    texts = [pd.Series(cells, dtype="str") for cells in (rows, ["Konto"] * len(rows), [""] * len(rows))]
    amounts = pd.DataFrame({2026: range(1, len(rows) + 1)}, dtype=float)
    start = time.process_time()
    assert account_totals(*texts, amounts, "budget.csv", 1).rows == []
    assert time.process_time() - start < 2
