"""A printed budget: its plan is found among other pages, read cell by cell, and stays a draft until it is confirmed."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from rich.console import Console

from dewak_research.errors import InputError
from dewak_research.own.intake import pdf_tables, pdf_words
from dewak_research.own.intake.pdf_draft import CONFIRMED, NO, sources_of
from dewak_research.own.intake.pdf_tables import listed, read_pdf
from dewak_research.own.intake.showing import from_to
from dewak_research.own.intake.understood import Understood, understand
from own import musterstadt
from own.intake.printed_plans import (
    LOOKS,
    MORE_LOOKS,
    RESULT,
    Look,
    Print,
    add_plan,
    balance,
    book,
    finance_rows,
    printed,
    result_rows,
    save,
)
from own.intake.reading import confirmed
from own.intake.town_plans import YEARS
from own.intake.town_tables import german

KEY = musterstadt.KEY
Rows = list[tuple[str, str, list[float]]]


def _wrong(understood: Understood, rows: Rows) -> list[tuple[object, float, float | None]]:
    """Return cells that are not as printed: line, year; right, read."""
    got = {(one.line, one.year): one.value for one in understood.figures.itertuples()}
    right = {
        (line, year): value for line, _, some in rows for (year, _), value in zip(YEARS, some, strict=True)
    }
    return [(at, value, got.get(at)) for at, value in right.items() if (got.get(at) or 0.0) != value]


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    "look", [*LOOKS, *(pytest.param(look, marks=pytest.mark.slow) for look in MORE_LOOKS)]
)
def test_every_cell_of_a_printed_plan_is_read_as_it_stands(look: str, tmp_path: Path) -> None:
    path = printed(Print(RESULT, {**LOOKS, **MORE_LOOKS}[look]), tmp_path / "plan.pdf")
    assert not _wrong(confirmed(path), RESULT)


@pytest.mark.usefixtures("inside")
def test_nothing_is_written_before_the_draft_isconfirmed(tmp_path: Path) -> None:
    path = printed(Print(RESULT, LOOKS["two pages"]), tmp_path / "plan.pdf")
    draft = understand(path, KEY)
    assert [question.key for question in draft.questions] == [CONFIRMED]
    assert draft.questions[0].default is None and "156" in draft.questions[0].text.de
    assert draft.figures.empty and len(draft.rows) == len(RESULT) * len(YEARS)
    first = draft.rows[(draft.rows["line"] == "01") & (draft.rows["year"] == 2026)].iloc[0]
    last = draft.rows[(draft.rows["line"] == "26") & (draft.rows["year"] == 2026)].iloc[0]
    assert (first["page"], last["page"]) == (1, 2) and first["printed"] == "52.000.000"
    assert "Seite 1, Zeile" in first["where"] and first["where"].endswith("Spalte Ansatz 2026 EUR")
    shown = from_to(draft.rows, "de")
    assert len(shown) == 2 and all(
        "Stelle im PDF" in [str(c.header) for c in table.columns] for table in shown
    )
    narrow = Console(width=80, record=True, file=io.StringIO())
    for table in shown:
        narrow.print(table)
    text = narrow.export_text()
    assert "…" not in text and all(
        german(value) in text for _, _, some in RESULT for value in some if value >= 0
    )
    with pytest.raises(InputError, match="not confirmed"):
        understand(path, KEY, answers={CONFIRMED: NO})
    assert sources_of(confirmed(path), "plan.pdf", "de")["result_plan"] == "plan.pdf (PDF, Seite 1–2)"


def _text_page(pdf: FPDF, *lines: str) -> None:
    pdf.add_page()
    pdf.set_font("Helvetica", "", 9)
    for n, line in enumerate(lines):
        pdf.text(20, 20 + 6 * n, line)


def _whole_book(path: Path) -> Path:
    """Print a budget: contents, report, whole plans, plans of products; page 4 and 5, 6 hold the whole."""
    pdf = book()
    _text_page(pdf, "Haushaltsplan 2026", "der Stadt Musterhausen")
    _text_page(
        pdf,
        "Inhalt",
        "Gesamtergebnisplan ........ 4",
        "Gesamtfinanzplan ........ 6",
        "Teilergebnispläne ... 7",
    )
    _text_page(
        pdf,
        "Vorbericht",
        "Die Steuern und ähnliche Abgaben steigen auf 52.000.000 Euro.",
        "Personalaufwendungen 26 Mio.",
    )
    add_plan(pdf, Print(RESULT, LOOKS["two pages"]))
    add_plan(pdf, Print(finance_rows(), Look(title="Gesamtfinanzplan")))
    for n in range(1, 9):
        part = Look(title=f"Teilergebnisplan Produkt {n:02d}.01.01", before=("Stadt Musterhausen",))
        add_plan(pdf, Print(result_rows(0.1), part))
    return save(pdf, path)


@pytest.mark.usefixtures("inside")
def test_the_whole_plan_is_found_among_those_of_products(tmp_path: Path) -> None:
    draft = read_pdf(_whole_book(tmp_path / "haushalt.pdf"))
    pages = [sorted({page for page, _ in draft.places[table.where]}) for table in draft.tables]
    assert pages == [[4, 5], [6]]
    assert any("7–14" in note.de for note in draft.notes)
    read_plan = confirmed(tmp_path / "haushalt.pdf")
    result = replace(read_plan, figures=read_plan.figures[read_plan.figures["sheet"] == "result_plan"])
    finance = replace(read_plan, figures=read_plan.figures[read_plan.figures["sheet"] == "finance_plan"])
    assert not _wrong(result, RESULT) and not _wrong(finance, finance_rows())
    assert sources_of(read_plan, "haushalt.pdf", "en")["finance_plan"] == "haushalt.pdf (PDF, page 6)"


@pytest.mark.usefixtures("inside")
def test_without_a_title_the_plan_with_the_largest_amounts_is_the_whole(tmp_path: Path) -> None:
    pdf = book()
    for scale in (0.2, 1, 0.3):
        add_plan(pdf, Print(result_rows(scale), Look(title="Ergebnisplan", before=())))
    draft = read_pdf(save(pdf, tmp_path / "x.pdf"))
    assert [table.title for table in draft.tables] == ["Ergebnisplan (2)"]
    assert any("1, 3" in note.en for note in draft.notes)


@pytest.mark.usefixtures("inside")
def test_pages_that_are_not_read_or_searched_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _whole_book(tmp_path / "haushalt.pdf")
    monkeypatch.setattr(pdf_words, "MOST_READ", 2)
    assert any("not read: page 6" in note.en for note in read_pdf(path).notes)
    monkeypatch.setattr(pdf_words, "SEARCH_SHARE", 0.0)
    with pytest.raises(InputError, match="on 0 of 14 pages"):
        read_pdf(path)


@pytest.mark.usefixtures("inside")
def test_only_parts_are_refused_as_such(tmp_path: Path) -> None:
    plan = Print(result_rows(0.1), Look(title="Teilergebnisplan Produktbereich 05 Soziales"))
    with pytest.raises(InputError, match=r"only plans of parts of the municipality \(page 1\)"):
        read_pdf(printed(plan, tmp_path / "x.pdf"))


@pytest.mark.usefixtures("inside")
def test_a_scan_a_text_and_a_protected_file_are_refused_with_the_true_reason(tmp_path: Path) -> None:
    scan, text = book(), book()
    scan.add_page()
    scan.rect(10, 10, 100, 100, style="F")
    with pytest.raises(InputError, match="no text in the PDF: its 1 pages are pictures"):
        read_pdf(save(scan, tmp_path / "scan.pdf"))
    _text_page(text, "Vorbericht zum Haushalt 2026", "Die Lage ist ernst. " * 4)
    with pytest.raises(InputError, match="there is no result plan"):
        read_pdf(save(text, tmp_path / "text.pdf"))
    writer = PdfWriter(clone_from=printed(Print(RESULT), tmp_path / "plan.pdf"))
    writer.encrypt("geheim", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    with pytest.raises(InputError, match="protected by a password"):
        read_pdf(tmp_path / "locked.pdf")


@pytest.mark.usefixtures("inside")
def test_a_file_that_only_limits_printing_is_read(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=printed(Print(RESULT), tmp_path / "plan.pdf"))
    writer.encrypt("", "owner", algorithm="AES-256")
    writer.write(tmp_path / "limited.pdf")
    assert not _wrong(confirmed(tmp_path / "limited.pdf"), RESULT)


@pytest.mark.usefixtures("inside")
def test_scripts_and_attached_files_are_left_alone(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=printed(Print(RESULT), tmp_path / "plan.pdf"))
    script = {"/S": "/JavaScript", "/JS": "app.launchURL('http://127.0.0.1:9/');"}
    action = DictionaryObject(
        {NameObject(k): NameObject(v) if v[0] == "/" else TextStringObject(v) for k, v in script.items()}
    )
    writer.root_object[NameObject("/OpenAction")] = action
    writer.add_attachment("plan.csv", b"01 Steuern;1\n")
    writer.write(tmp_path / "more.pdf")
    assert len(PdfReader(tmp_path / "more.pdf").attachments) == 1
    assert not _wrong(confirmed(tmp_path / "more.pdf"), RESULT)


@pytest.mark.usefixtures("inside")
def test_two_years_in_a_heading_and_amounts_that_touch_are_never_guessed(tmp_path: Path) -> None:
    tight = printed(Print(RESULT, Look(wide=110, size=8)), tmp_path / "tight.pdf")
    with pytest.raises(InputError) as refused:
        confirmed(tight)
    assert "Seite 1" in refused.value.problems[0].where


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("beside", [True, False])
def test_both_sides_of_a_balance_sheet_are_one_table(beside: bool, tmp_path: Path) -> None:
    read_sheet = confirmed(balance(tmp_path / "bilanz.pdf", beside))
    got = read_sheet.figures[read_sheet.figures["year"] == 2024].set_index("line")["value"]
    right = {
        "umlaufvermoegen": 15, "aktive_rechnungsabgrenzung": 4, "allgemeine_ruecklage": 60, "sonderruecklagen": 1,
        "ausgleichsruecklage": 10, "rueckstellungen": 90, "verbindlichkeiten": 36, "passive_rechnungsabgrenzung": 2,
    }  # fmt: skip
    assert got.to_dict() == {line: value * 1e6 + 1000 for line, value in right.items()}


def test_pages_are_listed_as_spans() -> None:
    assert listed([4, 5, 7, 12, 13, 14]) == "4–5, 7, 12–14" and listed([]) == ""
    assert listed(range(1, 60, 2)).endswith(", …")


def _objects(*bodies: bytes, root: int = 1) -> bytes:
    """Return a PDF of these objects, numbered from 1."""
    out, places = b"%PDF-1.7\n", []
    for n, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, root, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table + tail


def _many_pages(count: int) -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(count))
    tree = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    return _objects(b"<</Type/Catalog/Pages 2 0 R>>", tree, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")


def _deep_tree(depth: int) -> bytes:
    """Pages in folders in folders; the last is a page."""
    folders = [b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (n + 3) for n in range(depth)]
    return _objects(b"<</Type/Catalog/Pages 2 0 R>>", *folders, b"<</Type/Page/MediaBox[0 0 9 9]>>")


HOSTILE = {
    "nothing": b"%PDF-1.7\n",
    "no PDF": b"Zeile;Plan 2026\n",
    "more pages than allowed": _many_pages(3_001),
    "a count that lies": _many_pages(2).replace(b"/Count 2", b"/Count 2000000000"),
    "a tree that holds itself": _objects(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>"
    ),
    "a deep tree": _deep_tree(5_000),
    "deep nesting": _objects(b"<</Type/Catalog/Pages " + b"[" * 50_000 + b"]" * 50_000 + b">>"),
}


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_refusal(name: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(InputError):
        understand(path, KEY)


def test_what_takes_too_long_or_dies_is_ended_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = printed(Print(RESULT), tmp_path / "plan.pdf")
    monkeypatch.setattr(pdf_tables, "MOST_SECONDS", 0.01)
    with pytest.raises(InputError, match="could not be read within"):
        understand(path, KEY)
    monkeypatch.undo()
    monkeypatch.setattr(pdf_tables, "LARGEST_BYTES", 100)
    with pytest.raises(InputError, match="too large"):
        understand(path, KEY)
    monkeypatch.undo()
    assert not _wrong(confirmed(path), RESULT)  # in a process of its own
