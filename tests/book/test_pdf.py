"""The report as PDF: contents with the right pages, bookmarks, the same bytes again, offered for its own build only."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader, PdfWriter
from tests.conftest import missing

from dewak_research.book import pdf, printing
from dewak_research.book.site import broken_links
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES
from dewak_research.paths import BOOK
from dewak_research.pipeline import PDF

PAGE = (
    '<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{name}</title>'
    '<link rel="stylesheet" href="_static/dewak.css"></head><body><nav>menu</nav><article class="bd-article">'
    '<section id="top"><h1>Title {name}</h1><section id="one"><h2>Part one of {name}</h2>{body}</section>'
    '<section id="two"><h2>Part two of {name}</h2><p><a href="00_data.html#two">there</a></p></section></section>'
    "<script>document.title = 'run'</script></article></body></html>"
)
LARGEST = 15e6
SHORTEST = 160
SPARSEST = 0.2


def built(folder: Path) -> Path:
    """A report of two pages an edition, the second several sheets long."""
    for language in LANGUAGES:
        (folder / language / "_static").mkdir(parents=True)
        style = (BOOK / "_static" / "dewak.css").read_bytes()
        (folder / language / "_static" / "dewak.css").write_bytes(style)
        for name in ("index", "00_data"):
            body = "".join(f"<p>Paragraph {n} of {name}</p>" for n in range(150 if name == "00_data" else 2))
            page = PAGE.format(language=language, name=name, body=body)
            (folder / language / f"{name}.html").write_text(page, encoding="utf-8")
    (folder / "index.html").write_text("<html></html>", encoding="utf-8")
    return folder


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return built(tmp_path / "html")


def plain(text: str) -> str:
    """Return a text without breaks and hyphens, ligatures as letters."""
    return re.sub(r"[\s\u00ad-]+", "", unicodedata.normalize("NFKC", text))


def entries(outline: list[Any]) -> Iterator[Any]:
    for entry in outline:
        if isinstance(entry, list):
            yield from entries(entry)
        else:
            yield entry


def test_without_a_chromium_the_next_step_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(printing.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError) as caught:
        printing.find_chromium()
    for language in LANGUAGES:
        said = caught.value.render(language)
        assert "apt-get install chromium" in said and printing.VARIABLE in said
    monkeypatch.setenv(printing.VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(InputError, match="gone"):
        printing.find_chromium()


def test_a_finished_pdf_has_title_and_language_and_no_day() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/CreationDate": "D:20260101", "/ModDate": "D:20260101", "/Producer": "x"})
    raw = io.BytesIO()
    writer.write(raw)
    once = printing.finished(raw.getvalue(), "Titel ä", "de")
    reader = PdfReader(io.BytesIO(once))
    assert reader.metadata is not None and reader.metadata.title == "Titel ä"
    assert "/CreationDate" not in reader.metadata and "/ModDate" not in reader.metadata
    assert reader.root_object["/Lang"] == "de"
    assert once == printing.finished(raw.getvalue(), "Titel ä", "de")


def offered(html: Path, folder: Path) -> Path:
    for language in LANGUAGES:
        (folder / language).mkdir(parents=True)
        for name in pdf.documents(html, language):
            (folder / language / f"{name}.pdf").write_bytes(b"%PDF" + bytes(2_000_000))
    (folder / pdf.MADE_FROM).write_text(pdf.fingerprint(html) + "\n")
    return folder


def test_pdfs_are_offered_below_the_titles(report: Path, tmp_path: Path) -> None:
    made, site = offered(report, tmp_path / "pdf"), built(tmp_path / "site")
    assert pdf.offer(made, report, site)
    chapter = (site / "de" / "00_data.html").read_text(encoding="utf-8")
    assert '</h1>\n<p class="dewak-pdf' in chapter
    assert 'href="pdf/00_data.pdf">dieses Kapitel als PDF, 2,0 MB</a>' in chapter
    start = (site / "en" / "index.html").read_text(encoding="utf-8")
    assert 'href="pdf/report.pdf"' in start and "this chapter" not in start
    assert broken_links(site) == []


def test_pdfs_of_another_build_are_not_offered(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, site = offered(report, tmp_path / "pdf"), built(tmp_path / "site")
    page = report / "en" / "index.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert not pdf.offer(made, report, site)
    assert "dewak pdf" in capsys.readouterr().err
    assert not pdf.offer(tmp_path / "none", report, site)
    assert not list(site.rglob("*.pdf"))
    assert "dewak-pdf" not in (site / "de" / "00_data.html").read_text(encoding="utf-8")


@pytest.mark.browser
def test_contents_name_the_pages_and_the_second_print_is_the_same(browser: Browser, report: Path) -> None:
    printed, contents = pdf.compose(browser, report, ["index", "00_data"], "de")
    reader = PdfReader(io.BytesIO(printed))
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 5
    for entry in contents:
        assert entry["text"] in texts[entry["page"] - 1], entry
        assert re.search(rf"{re.escape(entry['text'])}\s+{entry['page']}\b", texts[1]), entry
    assert [e["page"] for e in contents] == sorted(e["page"] for e in contents)
    assert [entry.title for entry in entries(reader.outline)] == ["Inhalt", *(e["text"] for e in contents)]
    assert "menu" not in "".join(texts)
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert printed == pdf.compose(browser, report, ["index", "00_data"], "de")[0]


@pytest.mark.browser
def test_a_chapter_carries_its_own_title_above_its_contents(browser: Browser, report: Path) -> None:
    printed, _ = pdf.compose(browser, report, ["00_data"], "en")
    reader = PdfReader(io.BytesIO(printed))
    cover = " ".join(reader.pages[0].extract_text().split())
    assert cover.startswith(pdf._text("title")["en"] + " Title 00_data")
    assert re.search(r"Contents Title 00_data 2 Part one of 00_data 2 Part two of 00_data \d", cover)
    assert "Main pages of the report" not in cover


@pytest.mark.browser
def test_a_chapter_is_set_closer_where_a_sheet_would_hold_a_few_lines(
    browser: Browser, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sheets() -> list[float]:
        printed, _ = pdf.compose(browser, report, ["00_data"], "de")
        return [printing.filled(page) for page in PdfReader(io.BytesIO(printed)).pages[2:]]

    file = report / "de" / "00_data.html"
    whole = file.read_text(encoding="utf-8")
    for lines in range(60, 90):
        body = "".join(f"<p>Line {n}</p>" for n in range(lines))
        file.write_text(re.sub(r"(<h2>Part one of 00_data</h2>).*?(?=</section>)", rf"\1{body}", whole))
        monkeypatch.setattr(pdf, "CLOSEST", 0)
        loose = sheets()
        if min(loose, default=1) < 0.2:
            break
    assert min(loose) < 0.2
    monkeypatch.undo()
    assert min(sheets(), default=1) >= pdf.NEARLY_EMPTY


@pytest.mark.browser
def test_a_term_and_a_source_stay_on_one_sheet(browser: Browser, report: Path) -> None:
    terms = "".join(f"<dl><dt>Term{n}a</dt><dd><p>Word<br>word<br>Term{n}z</p></dd></dl>" for n in range(60))
    sources = "".join(
        f'<section><h2>Source{n}a</h2><dl class="facts"><dt>Table</dt><dd>one<br>two</dd>'
        f"<dt>Day</dt><dd>Source{n}z</dd></dl></section>"
        for n in range(40)
    )
    for name, body in (("glossary", terms), ("sources", sources)):
        page = PAGE.format(language="de", name=name, body=body)
        (report / "de" / f"{name}.html").write_text(page, encoding="utf-8")
        printed, _ = pdf.compose(browser, report, [name], "de")
        sheets = [
            set(re.findall(r"\w+\d+[az]\b", page.extract_text()))
            for page in PdfReader(io.BytesIO(printed)).pages
        ]
        torn = [
            word for sheet in sheets for word in sheet if word.endswith("a") and f"{word[:-1]}z" not in sheet
        ]
        assert len([sheet for sheet in sheets if sheet]) > 2
        assert torn == []


@pytest.mark.browser
def test_the_report_of_a_municipality_prints_its_text_no_smaller_than_its_notes(
    browser: Browser, tmp_path: Path
) -> None:
    rows = "".join(f"<tr><td>row {n}</td></tr>" for n in range(4))
    body = "".join(
        f'<h2>Head{n}a</h2><p>Text</p><div class="dewak-table"><table><caption>Name{n}</caption><thead><tr><th>Column'
        f'</th></tr></thead><tbody>{rows}</tbody></table></div><p class="dewak-note">Note Row{n}z</p>'
        for n in range(40)
    )
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "dewak.css").write_bytes((BOOK / "_static" / "dewak.css").read_bytes())
    file = tmp_path / "index.html"
    file.write_text(
        '<!DOCTYPE html><html lang="de"><head><title>x</title><link rel="stylesheet" href="_static/dewak.css"></head>'
        f'<body class="sheet unit-report"><main class="bd-article">{body}</main></body></html>'
    )
    page = printing.open_page(browser, tmp_path, "index.html")
    sizes = page.evaluate(
        "['p:not(.dewak-note)', '.dewak-note', 'caption', 'h2']"
        ".map(name => parseFloat(getComputedStyle(document.querySelector(name)).fontSize))"
    )
    page.close()
    assert sizes[1] <= sizes[0] <= sizes[2] < sizes[3]
    assert sizes[1] >= 9 * 96 / 72 - 0.01
    sheets = [
        sheet.extract_text()
        for sheet in PdfReader(io.BytesIO(printing.print_file(browser, file, "de"))).pages
    ]
    assert len(sheets) > 3
    for sheet in sheets:
        assert re.search(r"row 3|Row\d+z", sheet.rpartition("Head")[2]), sheet[-80:]


@pytest.mark.browser
def test_a_page_prints_on_its_own_paper(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "de" / "_static").mkdir(parents=True)
    page = tmp_path / "de" / "council.html"
    page.write_text(
        "<html><head><title>Rat</title><style>@page{size:A5}</style></head><body>x"
        '<img src="http://elsewhere.invalid/x.png"></body></html>'
    )
    reader = PdfReader(io.BytesIO(printing.print_file(browser, page, "de")))
    assert (round(reader.pages[0].mediabox.width), len(reader.pages)) == (420, 1)
    assert reader.metadata is not None and reader.metadata.title == "Rat"


@pytest.fixture(scope="module")
def made() -> Path:
    if not (PDF / pdf.MADE_FROM).is_file():
        missing("no PDFs: run make pdf first")
    return PDF


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_printed_report_is_whole(made: Path, language: str) -> None:
    file = made / language / f"{pdf.REPORT}.pdf"
    assert file.stat().st_size < LARGEST
    reader = PdfReader(file)
    assert 40 < len(reader.pages) < 140
    titles = [entry.title for entry in entries(reader.outline)]
    texts = [page.extract_text() for page in reader.pages]
    whole = re.sub(r"\s+", " ", " ".join(texts))
    assert len(titles) > 50
    for name in pdf.CHAPTERS:
        own = PdfReader(made / language / f"{name}.pdf")
        first = next(
            entry.title for entry in entries(own.outline) if entry.title not in ("Inhalt", "Contents")
        )
        assert first in titles
    assert not re.search(r"\b000\b", texts[1])
    for width, height in {(page.mediabox.width, page.mediabox.height) for page in reader.pages}:
        assert sorted((round(width), round(height))) == [595, 842]
    chapters = r"(?:Abbildung|Figure) (?:0|10|20|30|50|60)\.\d+"
    assert len(set(re.findall(chapters, whole))) >= 15


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [pdf.REPORT, *pdf.CHAPTERS])
def test_no_sheet_holds_but_the_foot_of_a_page(made: Path, language: str, name: str) -> None:
    pages = PdfReader(made / language / f"{name}.pdf").pages
    pages = pages[3 if name == pdf.REPORT else 1 :]  # after cover and contents
    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert not [text for text in texts if len(text) < SHORTEST]
    assert min(map(printing.filled, pages)) > SPARSEST


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_every_table_is_printed(made: Path, browser: Browser, site: str, language: str) -> None:
    for name in pdf.CHAPTERS:
        reader = PdfReader(made / language / f"{name}.pdf")
        printed = plain("".join(page.extract_text() for page in reader.pages))
        page = browser.new_page()
        page.goto(f"{site}{language}/{name}.html")
        cells = page.evaluate(
            "[...document.querySelectorAll('article .dewak-table tbody tr')]"
            ".map(row => [...row.cells].map(cell => cell.textContent))"
        )
        page.close()
        lost = [cell for row in cells for cell in row if plain(cell) not in printed]
        assert not lost, f"{name}: {lost[:5]}"
