"""How to cite a figure and embed a chart: the same facts in every form, a page per chart that needs no script."""

from __future__ import annotations

import html as markup
import json
import mimetypes
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from markupsafe import Markup
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser, Page, Route

from dewak_research import __version__
from dewak_research.book import citation
from dewak_research.book.depths import figure_elsewhere, numbered_chapters, reader_pages, shown_outputs
from dewak_research.book.site import read_page
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Figure, Table
from dewak_research.paths import BOOK, ROOT

HOST = "https://report.example/de/"
NAME = "20_try"
CAPTION = 'Anteile in % & "mehr" <je> Jahr_1'
ALT = 'Linie "A" fällt & steigt'


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny edition: a page with one chart and one table, its dialog, its script, and the page to embed."""
    import matplotlib.pyplot as plt

    folder = tmp_path_factory.mktemp("edition")
    frame = pd.DataFrame({"year": [2009, 2010], "value": [1.0, 2.0]})
    drawing, axes = plt.subplots(figsize=(6, 4))
    axes.plot(frame["year"], frame["value"])
    chart = Figure(
        drawing, name="first_loss", caption=CAPTION, alt=ALT, data=frame,
        sources=("town_population",), note="Ein Hinweis.",
    )  # fmt: skip
    table = Table(frame, name="of_losses", caption="Verluste", sources=("town_population",), labels=False)
    chart.save(folder / "_figures" / NAME)
    table.save(folder / "_figures" / NAME)
    cells = [
        new_code_cell("show()", id=item.name.replace("_", "-"), metadata={"tags": tagged}, outputs=[
            new_output("display_data", data={"text/html": item.html("de", f"_figures/{NAME}")})
        ])
        for item, tagged in ((chart, []), (table, []))
    ]  # fmt: skip
    plt.close(drawing)
    nbformat.write(new_notebook(cells=cells), folder / f"{NAME}.ipynb")
    chapters = numbered_chapters([folder / f"{NAME}.ipynb"], "de")
    page = reader_pages(chapters[0])[NAME]
    shown = "".join(o.data["text/html"] for cell in page.cells for o in cell.get("outputs", []))
    said = "".join(cell.source for cell in page.cells if cell.cell_type == "markdown")
    style = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
    script = (BOOK / "_static" / "cite.js").read_text(encoding="utf-8")
    (folder / f"{NAME}.html").write_text(
        f'<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>x</title><style>{style}</style></head>'
        f'<body class="bd-article"><main><h1>x</h1>{shown}{said}</main><script>{script}</script></body></html>',
        encoding="utf-8",
    )
    lent = figure_elsewhere(chapters[0], "first_loss")
    (folder / "index.html").write_text(
        f'<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>x</title><h1>x</h1>{lent}'
        f"<script>{script}</script></html>",
        encoding="utf-8",
    )
    (folder / "cite.html").write_text(
        '<!DOCTYPE html><html lang="de"><title>x</title></html>', encoding="utf-8"
    )
    citation.write_embeds(shown_outputs(chapters), folder, "de")
    return folder


def opened(
    browser: Browser, folder: Path, name: str, script: bool = True, dark: bool = False
) -> tuple[Page, list[str]]:
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        file = folder / route.request.url.removeprefix(HOST).partition("#")[0]
        if route.request.url.startswith(HOST) and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "text/html"
            route.fulfill(body=file.read_bytes(), content_type=f"{kind}; charset=utf-8")
        else:
            route.abort()

    context = browser.new_context(java_script_enabled=script, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.route(re.compile(r"^https?:"), answer)
    page.goto(HOST + name)
    page.wait_for_load_state("networkidle")
    return page, [url for url in asked if not url.startswith(HOST)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_named_as_in_the_citation_file_and_on_the_page(language: Language) -> None:
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    found = citation.report(language)
    assert (found.version, str(found.year)) == (__version__, str(cff["date-released"])[:4])
    assert found.version == str(cff["version"])
    page = (BOOK / language / "cite.md").read_text(encoding="utf-8")
    assert found.named in page
    assert citation.LICENCE in page
    assert f"({citation.ANCHOR})=" in page


def test_every_figure_and_table_has_one_link_that_leads_to_the_page_on_citing(edition: Path) -> None:
    page = (edition / f"{NAME}.html").read_text(encoding="utf-8")
    assert page.count('class="dewak-cite"') == 2
    assert page.count('id="dewak-cite-words"') == 1
    assert f"cite.html#{citation.ANCHOR}" in read_page(edition / f"{NAME}.html")[0]


def test_a_page_without_figures_brings_no_dialog(tmp_path: Path) -> None:
    import nbformat
    from nbformat.v4 import new_markdown_cell, new_notebook

    nbformat.write(new_notebook(cells=[new_markdown_cell("# Nur Text", id="a")]), tmp_path / "00_try.ipynb")
    pages = reader_pages(numbered_chapters([tmp_path / "00_try.ipynb"], "de")[0])
    assert not [cell for cell in pages["00_try"].cells if "dewak-cite" in cell.source]


def test_the_page_to_embed_holds_chart_source_licence_and_the_way_back(edition: Path) -> None:
    file = edition / "embed" / f"{NAME}_first_loss.html"
    text = file.read_text(encoding="utf-8")
    targets, _ = read_page(file)
    assert "<script" not in text
    assert [one for one in targets if one.endswith(".svg")] == [f"../_figures/{NAME}/first_loss.svg"]
    assert f"../{NAME}.html#first_loss" in targets
    assert citation.LICENCE_URL in targets
    assert "Abbildung 20.1." in text
    assert "Quelle:" in text
    assert "Ein Hinweis." in text
    assert "dewak-data" not in text
    assert not (edition / "embed" / f"{NAME}_of_losses.html").exists()


def test_a_chart_for_checking_leads_back_to_the_page_for_checking(tmp_path: Path) -> None:
    figure = (
        '<figure class="dewak-figure" id="x"><img src="_figures/a/x.svg" alt="a" width="1" height="1" loading="lazy">'
        '<figcaption><div class="dewak-caption"><a class="dewak-numbered" href="#x">Figure 1.2.</a> 5 % of it</div>'
        "</figcaption></figure>"
    )  # fmt: skip
    (page,) = citation.write_embeds([("a", "a_check", figure)], tmp_path, "en")
    assert 'href="../a_check.html#x">Figure 1.2.</a>' in page.read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_to_embed_needs_no_script_and_no_other_host(
    browser: Browser, edition: Path, dark: bool
) -> None:
    page, foreign = opened(browser, edition, f"embed/{NAME}_first_loss.html", script=False, dark=dark)
    assert foreign == []
    page.context.close()
    page, _ = opened(browser, edition, f"embed/{NAME}_first_loss.html", dark=dark)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.images[0].naturalWidth") > 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    page.context.close()


@pytest.mark.browser
def test_the_dialog_says_the_same_in_every_form(browser: Browser, edition: Path) -> None:
    page, foreign = opened(browser, edition, f"{NAME}.html")
    page.locator("#first_loss a.dewak-cite").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog")
    assert dialog.is_visible()
    about = dialog.locator("a.dewak-cite-columns").get_attribute("href")
    assert about == f"_figures/{NAME}/first_loss.csv-metadata.json"
    said = {}
    for form in citation.FORMS:
        dialog.locator("select").select_option(form)
        said[form] = dialog.locator("textarea").input_value()
    where = f"{HOST}{NAME}.html#first_loss"
    for form, text in said.items():
        assert where in text, form
        assert "2026" in text, form
        assert __version__ in text, form
        assert citation.LICENCE in text, form
        assert "Quelle: " in text, form
    assert said["text"].startswith(
        f"dewak-research (2026): Abbildung 20.1. {CAPTION}. In: {citation.report('de').title}"
    )
    assert f"{CAPTION}." in markup.unescape(said["image"])
    key = "dewak2026de20firstloss"  # another in other chapters and in the other language
    assert said["bibtex"].startswith(f"@misc{{{key},")
    assert json.loads(said["csl"])[0]["id"] == key
    assert "title = {{Abbildung 20.1. Anteile" in said["bibtex"]  # styles keep German capitals
    assert r"Anteile in \% \& " in said["bibtex"]
    assert r"Jahr\_1" in said["bibtex"]
    csl = json.loads(said["csl"])[0]
    assert (csl["type"], csl["title"], csl["URL"]) == ("figure", f"Abbildung 20.1. {CAPTION}", where)
    assert csl["issued"] == {"date-parts": [[2026]]}
    assert said["ris"].splitlines()[0] == "TY  - FIGURE"
    assert said["ris"].splitlines()[-1] == "ER  - "
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert page.evaluate("document.activeElement.className") == "dewak-cite"
    page.locator("#of_losses a.dewak-cite").click()
    assert page.locator("dialog option:not([hidden])").count() == len(citation.FORMS) - 2
    assert "Tabelle 20.1. Verluste" in page.locator("dialog textarea").input_value()
    assert page.locator("dialog").count() == 1
    assert foreign == []
    page.context.close()


@pytest.mark.browser
def test_a_figure_lent_to_another_page_is_cited_where_its_chapter_shows_it(
    browser: Browser, edition: Path
) -> None:
    page, _ = opened(browser, edition, "index.html")
    page.locator("#first_loss a.dewak-cite").click()
    said = page.locator("dialog textarea")
    assert f"Abbildung 20.1. {CAPTION}" in said.input_value()
    assert f"{HOST}{NAME}.html#first_loss" in said.input_value()
    page.locator("dialog select").select_option("frame")
    assert f'src="{HOST}embed/{NAME}_first_loss.html"' in said.input_value()
    page.context.close()


def test_what_a_cell_prints_beside_a_figure_does_not_hide_it(edition: Path, tmp_path: Path) -> None:
    node = nbformat.read(edition / f"{NAME}.ipynb", as_version=4)
    for cell in node.cells:
        if cell.cell_type == "code":
            printed = new_output("display_data", data={"text/html": "<p>x</p>"})
            cell.outputs = [new_output("stream", text="x"), printed, *cell.outputs]
    nbformat.write(node, tmp_path / f"{NAME}.ipynb")
    lent = figure_elsewhere(numbered_chapters([tmp_path / f"{NAME}.ipynb"], "de")[0], "first_loss")
    assert lent == figure_elsewhere(numbered_chapters([edition / f"{NAME}.ipynb"], "de")[0], "first_loss")


def test_a_page_cannot_borrow_what_a_chapter_does_not_show(edition: Path) -> None:
    with pytest.raises(ValueError, match="no figure of_nothing"):
        figure_elsewhere(numbered_chapters([edition / f"{NAME}.ipynb"], "de")[0], "of_nothing")


def cut(browser: Browser, pages: dict[Path, int], *widths: int) -> list[str]:
    """Return the pages to embed that are higher than their frame of the given height at one of the widths."""
    page = browser.new_page()
    found = []
    for width in widths:
        for file, height in pages.items():
            wide = page.goto(file.as_uri(), wait_until="domcontentloaded") and int(
                page.locator("img").get_attribute("width") or 0
            )
            page.set_viewport_size({"width": min(width, wide + 16), "height": height})
            if page.evaluate("document.documentElement.scrollHeight > innerHeight"):
                found.append(f"{file.name} at {width}")
    page.close()
    return found


@pytest.mark.browser
def test_no_frame_cuts_a_chart_of_the_report(browser: Browser, html: Path) -> None:
    pages = {
        html / language / citation.EMBEDS / f"{file.stem.removesuffix('_check')}_{name}.html": int(height)
        for language in LANGUAGES
        for file in (html / language).glob("[0-9]*.html")
        for name, height in re.findall(
            r'<figure class="dewak-figure" id="(\w+)".*?class="dewak-cite"[^>]* data-height="(\d+)"',
            file.read_text(encoding="utf-8"),
            re.DOTALL,
        )
    }
    assert set(pages) == set(html.glob(f"*/{citation.EMBEDS}/*.html"))
    assert cut(browser, pages, 390, 700) == []


@pytest.mark.browser
def test_the_start_page_cites_its_figure(html: Path) -> None:
    for language in LANGUAGES:
        text = (html / language / "index.html").read_text(encoding="utf-8")
        assert text.count('class="dewak-cite"') == text.count('<figure class="dewak-figure"') == 1
        assert 'id="dewak-cite-words"' in text
        assert "cite.js" in text
        assert not (html / language / "_figures" / "start").exists()


def test_a_frame_is_as_high_as_picture_and_words_on_the_width_that_needs_most() -> None:
    def chart(width: int, height: int, caption: str) -> citation.Chart:
        image = f'<img src="a.svg" alt="a" width="{width}" height="{height}">'
        foot = '<details class="dewak-source"><summary>Quelle: x</summary><div>lang</div></details>'
        return citation.Chart("a", "Abbildung 1.", Markup(caption), Markup(image), Markup(foot))

    # 16 px of padding, gaps; one line each of 16 px (caption) and 12.8 px (source); two lines of 12.8 px (report)
    below = 16 + 4 * 7 + 1.45 * (16 + 12.8 + 2 * 12.8)
    assert citation.frame_height(chart(640, 800, "Kurz"), "de") == round(800 + below)
    long = citation.frame_height(chart(640, 100, "wort " * 200), "de")
    assert long > citation.frame_height(chart(640, 100, "wort " * 100), "de") > 100 + below


@pytest.mark.browser
@pytest.mark.parametrize("form", ["frame", "image"])
def test_what_is_to_be_embedded_shows_chart_and_source(browser: Browser, edition: Path, form: str) -> None:
    page, _ = opened(browser, edition, f"{NAME}.html")
    page.locator("#first_loss a.dewak-cite").click()
    page.locator("dialog select").select_option(form)
    snippet = page.locator("dialog textarea").input_value()
    page.context.close()
    (edition / "guest.html").write_text(
        f'<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>x</title>{snippet}</html>',
        encoding="utf-8",
    )
    guest, foreign = opened(browser, edition, "guest.html", script=True)
    inner = guest.frames[-1]
    for width in (390, 700):
        guest.set_viewport_size({"width": width, "height": 900})
        assert form == "image" or inner.evaluate("document.documentElement.scrollHeight <= innerHeight"), (
            width
        )
    inner.evaluate("document.images[0].loading = 'eager'")
    inner.wait_for_function("document.images[0].complete && document.images[0].naturalWidth > 0")
    said = guest.locator("figcaption").first.inner_text()
    assert CAPTION in said
    assert "Quelle: " in said
    assert guest.locator("figcaption a").first.get_attribute("href") == f"{HOST}{NAME}.html#first_loss"
    named = guest.locator("iframe").get_attribute("title") if form == "frame" else None
    assert (named == f"Abbildung 20.1. {CAPTION}") or guest.locator("img").get_attribute("alt") == ALT
    assert foreign == []
    guest.context.close()


@pytest.mark.browser
def test_a_report_on_a_disk_names_places_within_the_report(browser: Browser, edition: Path) -> None:
    page = browser.new_page()
    page.goto((edition / f"{NAME}.html").as_uri())
    page.locator("#first_loss a.dewak-cite").click()
    places = {
        "text": f"{edition.name}/{NAME}.html#first_loss",
        "frame": f'src="{edition.name}/embed/{NAME}_first_loss.html"',
        "image": f'src="{edition.name}/_figures/{NAME}/first_loss.svg"',
    }
    for form, place in places.items():
        page.locator("dialog select").select_option(form)
        assert place in page.locator("dialog textarea").input_value(), form
    page.close()


@pytest.mark.browser
def test_without_a_script_the_link_leads_to_the_page_on_citing(browser: Browser, edition: Path) -> None:
    page, _ = opened(browser, edition, f"{NAME}.html", script=False)
    page.locator("#first_loss a.dewak-cite").click()
    assert page.url == f"{HOST}cite.html#{citation.ANCHOR}"
    page.context.close()


@pytest.mark.browser
def test_every_chart_of_the_report_has_its_page_and_every_page_its_chart(html: Path) -> None:
    for language in LANGUAGES:
        pages = sorted((html / language / citation.EMBEDS).glob("*.html"))
        shown = {
            f"{file.stem.removesuffix('_check')}_{name}.html"
            for file in (html / language).glob("[0-9]*.html")
            for name in re.findall(
                r'<figure class="dewak-figure" id="(\w+)"', file.read_text(encoding="utf-8")
            )
        }
        assert {page.name for page in pages} == shown
        for page in pages:
            assert "<script" not in page.read_text(encoding="utf-8")
