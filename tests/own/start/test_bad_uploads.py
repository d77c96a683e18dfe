# ruff: noqa: E501  (a table of cases, one a line)
"""Bad uploads at the page: each is refused in words, nothing is half written, whatever bytes come, in bounded memory."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dewak_research.own.start.uploads import MOST_KEPT
from own import musterstadt, samples_small
from own.doors import check_clear, keys_of, state
from own.intake import town_plans
from own.start.conftest import Page
from own.test_bad_files import cut, workbook

KEY, P, T = musterstadt.KEY, samples_small.RESULT_PLAN, samples_small.genesis_town
MOST_GROWN_MB = 700


def saved(book: openpyxl.Workbook) -> bytes:
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


# Name, what is sent, key of the message.
PAGE: list[tuple[str, Callable[[Page], object], str]] = [
    ("a program instead of a table", lambda page: page.upload(("plan.exe", b"MZ")), "wrong_type"),
    ("a workbook with macros by name", lambda page: page.upload(("plan.xlsm", workbook())), "wrong_type"),
    ("an upload of nothing", lambda page: page.upload(("plan.csv", b"")), "empty_file"),
    ("no file chosen", lambda page: page.post(f"/town/{KEY}/files", files=[("files", ("", b"", "application/octet-stream"))]), "no_file"),
    ("a year of two digits", lambda page: page.post("/new", data={"key": "x", "year": "27", "language": "de"}), "year_odd"),
    ("a key of another Land", lambda page: page.post("/new", data={"key": "09162000", "name": "München", "land": "05", "year": "2027", "language": "de"}), "other_land"),
    ("a key that is a path", lambda page: page.post("/new", data={"key": "../x", "name": "x", "year": "2027", "language": "de"}), "key_not_allowed"),
    ("a town without a name", lambda page: page.post("/new", data={"key": "09162000", "year": "2027", "language": "de"}), "key_without_name"),
    ("a file that was thrown away", lambda page: page.get(f"/town/{KEY}/file/0123456789abcdef"), "gone"),
    ("a version that was never kept", lambda page: page.post(f"/town/{KEY}/versions/entwurf-1999"), "version_unknown"),
    ("written before it was answered", lambda page: written_unanswered(page), "questions_open"),
    ("a workbook cut off on its way", lambda page: shown(page, "mappe.xlsx", cut(saved(openpyxl.load_workbook(page.own / KEY / "eingabe.xlsx")))), "workbook_no_archive"),
    ("a workbook of a newer program", lambda page: page.upload(("mappe.xlsx", newer(page))), "template_newer"),
    ("a table without headings", lambda page: shown(page, "plan.csv", b"a;b;c\n1;2;3\n"), "header_none"),
    ("francs", lambda page: shown(page, "plan.csv", ("Beträge in CHF\n" + P).encode()), "currency_unsaid"),
    ("a table of other towns", lambda page: shown(page, "t.csv", T(rows="05911000;Bochum;365000;180000;185000").encode()), "table_without_key"),
]  # fmt: skip


def shown(page: Page, name: str, content: bytes) -> object:
    answer = page.upload((name, content))
    return page.get(answer.headers["location"]) if answer.status_code == 303 else answer


def written_unanswered(page: Page) -> object:
    place = page.upload(("plan.csv", P.replace("Ergebnis ", "").replace("Plan ", "").encode())).headers[
        "location"
    ]
    return page.post(place, data={"do": "write"})


def newer(page: Page) -> bytes:
    book = openpyxl.load_workbook(page.own / KEY / "eingabe.xlsx")
    book["Lies mich"]["A1"] = "dewak-template:99"
    return saved(book)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Collect the problems that the page shows."""
    from dewak_research.own.start import app, files

    kept: list[object] = []
    for module in (app, files):
        real = module.refused

        def spy(
            request: object, problems: list[object], *more: object, real: Callable[..., object] = real
        ) -> object:
            kept.extend(problems)
            return real(request, problems, *more)

        monkeypatch.setattr(module, "refused", spy)
    return kept


@pytest.mark.parametrize(("sent", "key"), [case[1:] for case in PAGE], ids=[case[0] for case in PAGE])
def test_a_fault_at_the_page(
    sent: Callable[[Page], object], key: str, page: Page, said: list[object]
) -> None:
    before = state(page.own)
    answer = sent(page)
    assert answer.status_code == 422 and "Traceback" not in answer.text, answer  # type: ignore[attr-defined]
    assert key in set().union(*map(keys_of, said)), said  # type: ignore[arg-type]
    for problem in said:
        check_clear(problem)  # type: ignore[arg-type]
    assert state(page.own) == before


SLOW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
ENDINGS = st.sampled_from([".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".geojson", ".XLSX", ".exe", ""])
ANSWERED = (200, 303, 400, 404, 422)


def grown_mb() -> float:
    """Return the most memory that this process has held."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024 if sys.platform != "darwin" else 1024**2
    )


def go_through(page: Page, name: str, content: bytes) -> None:
    """Upload a file and do with it what a person would: look at it, answer with nonsense, write it, look at findings."""
    answer = page.upload((name, content))
    assert answer.status_code in ANSWERED and "Traceback" not in answer.text
    for number, _ in page.office.desk.waiting(KEY):
        place = f"/town/{KEY}/file/{number}"
        for more in (
            page.get(place),
            page.post(place, data={"do": "answer", "answer:chart": "99"}),
            page.get(place),
        ):
            assert more.status_code in ANSWERED and "Traceback" not in more.text
        page.post(place, data={"do": "drop"})
    assert len(page.office.desk.waiting(KEY)) <= MOST_KEPT


@pytest.mark.slow
@SLOW
@given(content=st.binary(max_size=4_000), ending=ENDINGS, stem=st.text(max_size=30))
def test_any_bytes_under_any_name(content: bytes, ending: str, stem: str, page: Page) -> None:
    before, size = state(page.own), grown_mb()
    go_through(page, f"{stem}{ending}", content)
    assert state(page.own) == before and grown_mb() - size < MOST_GROWN_MB


@st.composite
def damaged_archive(draw: st.DrawFn, whole: bytes) -> bytes:
    """Return an archive with bytes of one part changed, a part left out, doubled or added, or cut off."""
    with zipfile.ZipFile(io.BytesIO(whole)) as old:
        parts = [(name, old.read(name)) for name in old.namelist()]
    victim = draw(st.integers(0, len(parts) - 1))
    how = draw(st.sampled_from(["bytes", "gone", "double", "empty", "huge number", "entity", "cut"]))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for n, (name, content) in enumerate(parts):
            part = bytearray(content)
            if n == victim and how == "gone":
                continue
            if n == victim and how == "empty":
                part = bytearray()
            if n == victim and how == "bytes" and part:
                for _ in range(draw(st.integers(1, 6))):
                    at = draw(st.integers(0, len(part) - 1))
                    part[at : at + draw(st.integers(1, 40))] = draw(st.binary(max_size=30))
            if n == victim and how == "huge number":
                part = bytearray(re.sub(rb"\d{2,}", b"9" * draw(st.integers(5, 400)), bytes(part), count=3))
            if n == victim and how == "entity":
                part = bytearray(
                    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
                    + bytes(part).split(b"?>", 1)[-1]
                )
            new.writestr(name, bytes(part))
            if n == victim and how == "double":
                new.writestr(f"xl/{draw(st.integers(0, 9))}/{name}", bytes(part))
    data = made.getvalue()
    return data[: draw(st.integers(1, len(data)))] if how == "cut" else data


@pytest.mark.slow
@SLOW
@given(data=st.data(), kind=st.sampled_from(["own", "town", "ods"]))
def test_damaged_workbooks_leave_the_workbook_whole(
    data: st.DataObject, kind: str, page: Page, written: Path
) -> None:
    path = page.own / KEY / "eingabe.xlsx"
    whole = {
        "own": (written / KEY / path.name).read_bytes,
        "town": town_plans.three_sheets,
        "ods": town_plans.open_document,
    }[kind]()
    size = grown_mb()
    go_through(page, "mappe.ods" if kind == "ods" else "mappe.xlsx", data.draw(damaged_archive(whole)))
    opened = openpyxl.load_workbook(path)  # taken only if it is sound
    assert "Lies mich" in opened.sheetnames or "Read me" in opened.sheetnames
    assert not [
        one for one in (page.own / KEY).iterdir() if ".part" in one.name or one.name.startswith("tmp")
    ]
    assert grown_mb() - size < MOST_GROWN_MB


@pytest.mark.slow
@SLOW
@given(
    words=st.dictionaries(st.text(max_size=12), st.text(max_size=40), max_size=6),
    path=st.sampled_from(["/new", f"/town/{KEY}/files", f"/town/{KEY}/versions", f"/town/{KEY}/file/{'0' * 16}", f"/town/{KEY}/versions/x", "/town/x/report"]),
    body=st.binary(max_size=300), plain=st.booleans(),
)  # fmt: skip
def test_any_form_is_answered_in_words(
    words: dict[str, str], path: str, body: bytes, plain: bool, page: Page
) -> None:
    before = state(page.own)
    kinds = {"content-type": "multipart/form-data; boundary=x"}
    given_words = {**words, "key": words.get("key", "../x")}
    answer = (
        page.post(path, data=given_words)
        if plain
        else page.client.post(path, content=body, headers={"origin": str(page.client.base_url), **kinds})
    )
    assert answer.status_code in (*ANSWERED, 413) and "Traceback" not in answer.text
    assert state(page.own) == before
