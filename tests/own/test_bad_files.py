# ruff: noqa: E501  (tables of cases, one a line)
"""Bad files, keys, mappings: each is refused with its own message before anything is written."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from dewak_research.data.genesis import read_genesis
from dewak_research.data.text_files import decode, guess_separator, split_rows
from dewak_research.errors import InputError
from dewak_research.own.check import check_workbook
from dewak_research.own.intake.applying import apply_map
from dewak_research.own.intake.mapping import dump_map, load_map
from dewak_research.own.intake.proposal import propose
from dewak_research.own.intake.understood import understand
from dewak_research.own.safety import check_key, own_folder
from dewak_research.own.workbook import new_workbook
from own import musterstadt, samples_small

KEYS = [
    "",
    " ",
    "..",
    ".",
    "/",
    "../05911000",
    "05911000/..",
    "C:\\x",
    "con",
    "NUL",
    "lpt1",
    "a b",
    "a\nb",
    "ä",
    "x" * 41,
    "05911000\x00",
    "<script>",
    "-x",
    "x-",
    "5911000",
    "5911",
    "123",
    "059110001",
    "$(id)",
    "~root",
    "%2e%2e",
    "a.b",
    "٠٥٩١١٠٠٠",
]


@pytest.mark.parametrize("key", KEYS)
def test_keys_that_must_not_become_folders(key: str, tmp_path: Path) -> None:
    for act in (
        check_key,
        lambda k: own_folder(k, tmp_path),
        lambda k: new_workbook(k, "de", 2026, name="x", own=tmp_path),
    ):
        with pytest.raises(InputError, match="is not an allowed key"):
            act(key)
    assert not list(tmp_path.iterdir())


def test_lost_zero_is_named() -> None:
    with pytest.raises(InputError, match="with a leading zero: 05911000"):
        check_key("5911000")


@pytest.mark.parametrize("key", ["05911000", "05911", "AT-40101", "ch_261", "Linz2", "a"])
def test_good_keys(key: str, tmp_path: Path) -> None:
    assert own_folder(key, tmp_path).parent == tmp_path.resolve()


def test_linked_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "own" / "05999000").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="leads out of data/own"):
        own_folder("05999000", tmp_path / "own")


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in parts.items():
            zipped.writestr(name, data)
    return buffer.getvalue()


def workbook(**extra: bytes) -> bytes:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in extra.items():
            zipped.writestr(name, data)
    return buffer.getvalue()


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


FILES: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty", lambda: b"", "the file is empty"),
    ("text", lambda: b"Steuern;1\n", "no workbook or damaged"),
    ("random bytes", lambda: bytes(range(256)) * 40, "no workbook or damaged"),
    ("old xls or password", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel format"),
    ("cut off", lambda: cut(workbook()), "no workbook or damaged"),
    ("a zip without a workbook", lambda: archive(readme=b"hello"), "no Excel workbook"),
    ("macros", lambda: workbook(**{"xl/vbaProject.bin": b"x"}), "has macros"),
    ("active x", lambda: workbook(**{"xl/activeX/activeX1.bin": b"x"}), "has macros"),
    ("path out of the archive", lambda: workbook(**{"../../evil.txt": b"x"}), "paths that lead outside"),
    ("absolute path", lambda: workbook(**{"/etc/x": b"x"}), "paths that lead outside"),
    (
        "zip bomb",
        lambda: workbook(**{"xl/media/big.bin": b"\0" * 70_000_000}),
        "unpacks to an excessive size",
    ),
    (
        "too dense",
        lambda: workbook(**{"xl/media/dense.bin": b"\0" * 5_000_000}),
        "unpacks to an excessive size",
    ),
    (
        "too many parts",
        lambda: workbook(**{f"xl/media/{i}.bin": b"x" for i in range(1_200)}),
        "unpacks to an excessive size",
    ),
    ("no template", lambda: workbook(), "no workbook of dewak"),
    ("document type", lambda: with_entities(), "damaged"),
    ("broken shared formula", lambda: with_shared_formula(), "the workbook is damaged"),
    ("unusual way of packing", lambda: packed(zipfile.ZIP_LZMA), "no workbook or damaged"),
    ("broken stream of an unusual way", lambda: broken(packed(zipfile.ZIP_LZMA)), "no workbook or damaged"),
    ("broken stream", lambda: broken(packed(zipfile.ZIP_DEFLATED)), "no workbook or damaged"),
    ("a part beyond all files", lambda: far_away(), "no workbook or damaged"),
]


def repacked(change: Callable[[bytes], bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A workbook with another sheet, its parts packed anew."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(target, "w", method) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, change(data) if "sheet1" in part.filename else data)
    return target.getvalue()


def packed(method: int) -> bytes:
    """A workbook packed in another way."""
    return repacked(bytes, method)


def broken(data: bytes) -> bytes:
    """An archive with other bytes in the stream of its largest part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        part = max(archive.infolist(), key=lambda part: part.compress_size)
    begin = part.header_offset + 30 + len(part.filename) + 12
    return data[:begin] + b"\xff" * 20 + data[begin + 20 :]


def far_away() -> bytes:
    """A workbook whose first part is said to lie farther away than any file is long."""
    data = workbook()
    extra = struct.pack("<HHQ", 1, 8, 2**63 + 5)
    begin, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    name_ends = begin + 46 + struct.unpack_from("<H", data, begin + 28)[0]
    entry = bytearray(data[begin:name_ends] + extra)
    entry[30:32], entry[42:46] = struct.pack("<H", len(extra)), b"\xff" * 4
    size = struct.pack("<I", end - begin + len(extra))
    return data[:begin] + bytes(entry) + data[name_ends : end + 12] + size + data[end + 16 :]


def with_shared_formula() -> bytes:
    """A workbook whose second cell repeats a formula that does not end."""
    rows = (
        b'<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">"abc</f></c></row>'
        b'<row r="2"><c r="A2"><f t="shared" si="0"/></c></row>'
    )
    return repacked(
        lambda sheet: re.sub(
            rb"<sheetData></sheetData>|<sheetData ?/>", b"<sheetData>" + rows + b"</sheetData>", sheet
        )
    )


def with_entities() -> bytes:
    """A workbook whose sheet defines entities that would grow without bound."""
    lol = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    )
    return repacked(lambda sheet: lol + sheet.split(b"?>", 1)[-1])


@pytest.mark.parametrize(("made", "message"), [case[1:] for case in FILES], ids=[case[0] for case in FILES])
def test_files_that_are_no_usable_workbook(made: Callable[[], bytes], message: str, tmp_path: Path) -> None:
    path = tmp_path / musterstadt.KEY / "eingabe.xlsx"
    path.parent.mkdir()
    path.write_bytes(made())
    with pytest.raises(InputError, match=message):
        check_workbook(musterstadt.KEY, tmp_path)
    assert [p.name for p in path.parent.iterdir()] == ["eingabe.xlsx"]


def test_missing_workbook_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the workbook is missing"):
        check_workbook(musterstadt.KEY, tmp_path)


G = samples_small.GENESIS_LINE
GENESIS = [
    ("not GENESIS", "a;b\n1;2\n", "no GENESIS table"),
    ("code missing", G.replace("GENESIS-Tabelle: 71231-01-02-5\n", ""), "no GENESIS table"),
    (
        "no header",
        "\n".join(line for line in G.splitlines() if not line.startswith(";;")),
        "header of the table is missing",
    ),
    ("no data", G[: G.index("DG;")] + "__________\n", "has no data rows|header of the table is missing"),
    (
        "row too short",
        G.replace("05;  Nordrhein-Westfalen;11000000;450;1000000", "05;  Nordrhein-Westfalen;11000000"),
        "3 cells instead of 5",
    ),
    ("row too long", G.replace("05;  Nordrhein", "05;zu viel;  Nordrhein"), "6 cells instead of 5"),
    (
        "quotation mark open",
        G.replace("      Musterstadt", '"Musterstadt'),
        "quotation mark|cells instead of",
    ),
    (
        "no key column",
        G.replace("DG;", "xx;").replace("05;", "yy;").replace("05999;", "zz;").replace("05998;", "ww;"),
        "no column with official keys",
    ),
    ("cut in a row", G[: G.index("05998;") + 9], "breaks off in the middle"),
    ("binary", "GENESIS-Tabelle: 1\x00\x01", "bytes that are no text"),
    ("empty", "  \n ", "the file is empty"),
]


@pytest.mark.parametrize(
    ("text", "message"), [case[1:] for case in GENESIS], ids=[case[0] for case in GENESIS]
)
def test_bad_genesis_tables(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_genesis(text.encode(), "t.csv")


P, A = samples_small.RESULT_PLAN, samples_small.ACCOUNTS
BUDGETS = [
    ("no headings", "a;b;c\n1;2;3\n", "no headings with year and kind"),
    (
        "year without a kind",
        P.replace("Ergebnis ", "").replace("Plan ", ""),
        "a question is open: Only years stand over the amounts",
    ),
    ("heading twice", P.replace("Plan 2025", "Plan 2024"), "columns occur twice: plan 2024"),
    ("nothing below", "Wert;Ergebnis 2023\n", "nothing below the headings"),
    ("all zero", "Wert;Ergebnis 2023\n01 - Steuern;0\n02 - Zuwendungen;0\n", "all amounts are empty or zero"),
    (
        "other lines",
        "Wert;Ergebnis 2023\nÄpfel;1\nBirnen;2\nNüsse;3\nQuitten;4\nTrauben;5\n",
        "neither official lines nor accounts",
    ),
    ("amount is a word", P.replace("61.200.000", "viel"), "“viel” is no amount"),
    ("amount is a formula", P.replace("61.200.000", "=1+1"), "“=1\\+1” is no amount"),
    ("amount with a unit", P.replace("61.200.000", "61.200 Mio. €"), "is no amount"),
    ("line twice", P + "01 - Steuern und ähnliche Abgaben;1;2;3\n", "occurs more than once"),
    (
        "mixed number formats",
        "Wert;Ergebnis 2023\n"
        + "\n".join(
            f"{i:02d} - Steuern;{n}" for i, n in enumerate(["1.234", "1,234", "5.678", "9,999", "2.222"], 1)
        ),
        "mixes German and English numbers",
    ),
    (
        "mixed signs",
        A.replace("-24.100.000,00", "24.100.000,00")
        .replace("-24.533.800,00", "24.533.800,00")
        .replace("-24.975.408,40", "24.975.408,40"),
        "signs of account class 4 are mixed",
    ),
]


@pytest.mark.parametrize(
    ("text", "message"), [case[1:] for case in BUDGETS], ids=[case[0] for case in BUDGETS]
)
def test_bad_budget_files(text: str, message: str) -> None:
    rows = split_rows(text, guess_separator(text), "t.csv")
    with pytest.raises(InputError, match=message):
        apply_map(rows, propose(rows, "t.csv"), "t.csv")


def good_map() -> str:
    rows = split_rows(P, ";", "t.csv")
    return dump_map(propose(rows, "t.csv"))


MAPS = [
    ("no YAML", "lines: [", "no valid YAML"),
    ("a list", "- 1\n", "mapping is empty"),
    ("empty", "", "mapping is empty"),
    ("python object", "!!python/object/apply:os.system ['true']", "no valid YAML"),
    ("unknown field", good_map() + "farbe: rot\n", "unknown parameter “farbe”"),
    ("unknown line", good_map().replace(": '26'", ": '99'"), "there is no line “99”"),
    ("line without quotes", good_map().replace(": '08'", ": 8"), "stands in quotes"),
    ("wrong kind", good_map().replace("kind: lines", "kind: zeilen"), "kind"),
    ("wrong column", good_map().replace("actual 2023", "ist 2023"), "columns"),
    ("wrong unit", good_map().replace("factor: 1", "factor: 100"), "factor"),
    ("huge", "a: '" + "x" * 300_000 + "'", "too large"),
]


@pytest.mark.parametrize(("text", "message"), [case[1:] for case in MAPS], ids=[case[0] for case in MAPS])
def test_bad_mappings(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_map(text, "map.yaml")


def test_mapping_of_another_file_is_refused() -> None:
    rows = split_rows(A, ";", "t.csv")
    with pytest.raises(InputError, match="column “Wert” is missing"):
        apply_map(rows, load_map(good_map(), "map.yaml"), "t.csv")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [("fehlt.csv", None, "no such file"), ("leer.csv", b"", "the file is empty"),
     ("mappe.csv", workbook(), "no CSV file but Excel"), ("bild.csv", b"%PDF-1.7\n", "no CSV file but Excel"),
     ("binaer.csv", bytes(range(256)), "bytes that are no text"), ("makro.xlsm", workbook(**{"xl/vbaProject.bin": b"x"}), "has macros"),
     ("lang.csv", b"Wert;Ergebnis 2023\n" + b"x" * 30_000, "longer than 20000 characters"),
     ("breit.csv", b";".join([b"a"] * 4_000) + b"\n", "too large")],
)  # fmt: skip
def test_files_that_cannot_be_imported(name: str, data: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError, match=message):
        understand(path, musterstadt.KEY)


def test_encodings() -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        assert "Erträge" in decode("ordentliche Erträge".encode(encoding), "t").text
