"""Two depths of a chapter: which page a cell stands on, what a number is, where links and old anchors lead."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dewak_research.book.code_page import write_code_pages
from dewak_research.book.depths import Chapter, numbered_chapters, reader_pages, write_reader_pages
from dewak_research.book.edition import assemble
from dewak_research.book.first_rows import with_first_rows
from dewak_research.page.figure import Table

FRAME = pd.DataFrame({"name": ["Herten"], "units": [1]})
NAME = "20_try"


def text(source: str, cell_id: str, *tags: str) -> NotebookNode:
    return new_markdown_cell(source, id=cell_id, metadata={"tags": ["de", *tags]})


def shows(name: str, *tags: str) -> NotebookNode:
    html = Table(
        FRAME, name=name, caption=f"Was {name} zeigt", sources=(), said="erfunden", labels=False
    ).html("de", "_figures/20_try")
    if name.startswith("picture"):
        html = (
            f'<figure class="dewak-figure" id="{name}">'
            f'<img src="_figures/20_try/{name}.svg" alt="a" width="640" height="448"><figcaption>'
            f'<div class="dewak-caption">Ein Bild</div><a class="dewak-data" href="_figures/20_try/{name}.csv" '
            "download>Daten (CSV)</a></figcaption></figure>"
        )
    output = new_output("display_data", data={"text/html": html})
    return new_code_cell(
        f"show({name!r})", id=name.replace("_", "-"), metadata={"tags": list(tags)}, outputs=[output]
    )


def tiny(folder: Path, name: str = NAME) -> Path:
    cells = [
        text("# Der Versuch\n\nAnfang.", "a"),
        new_code_cell("language = 'de'", id="b", metadata={"tags": ["parameters"]}),
        new_code_cell("language = 'en'", id="c", metadata={"tags": ["injected-parameters"]}),
        new_code_cell("import this", id="d"),
        text("## Wie groß?\n\nSo groß.", "e"),
        shows("picture_one"),
        shows("table_one"),
        shows("table_two", "check"),
        text("## Nur Verfahren\n\n### Genauer\n\nEs geht so.", "f", "check"),
        shows("picture_two", "check"),
        text("## Was folgt?\n\nNichts.", "g"),
        shows("table_three"),
        text("Zum Prüfen.", "h", "check"),
    ]
    path = folder / f"{name}.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


@pytest.fixture
def chapter(tmp_path: Path) -> Chapter:
    return numbered_chapters([tiny(tmp_path)], "de")[0]


def source_of(node: NotebookNode) -> str:
    return "\n".join(cell.source for cell in node.cells if cell.cell_type == "markdown")


def html_of(node: NotebookNode) -> str:
    return "\n".join(output.data["text/html"] for cell in node.cells for output in cell.get("outputs", []))


def test_cells_tagged_check_stand_on_the_second_page_and_nowhere_else(chapter: Chapter) -> None:
    pages = reader_pages(chapter)
    assert list(pages) == [NAME, f"{NAME}_check"]
    main, check = (re.findall(r'id="(\w+)"', html_of(node)) for node in pages.values())
    assert main == ["picture_one", "table_one", "table_three"]
    assert check == ["table_two", "picture_two"]
    assert "Es geht so." not in source_of(pages[NAME])
    assert "Es geht so." in source_of(pages[f"{NAME}_check"])


def test_a_chapter_without_such_cells_has_one_page(tmp_path: Path) -> None:
    node = new_notebook(cells=[text("# Kurz", "a"), shows("table_one")])
    nbformat.write(node, tmp_path / "00_try.ipynb")
    pages = reader_pages(numbered_chapters([tmp_path / "00_try.ipynb"], "de")[0])
    assert list(pages) == ["00_try"]
    assert "00_try_check" not in source_of(pages["00_try"])


def test_a_passage_for_checking_stands_below_the_heading_it_has_in_the_notebook(chapter: Chapter) -> None:
    check = source_of(reader_pages(chapter)[f"{NAME}_check"])
    found = re.findall(r"^#+ .*", check, flags=re.MULTILINE)
    assert found == [
        "# Für die Nachprüfung: Der Versuch",
        "## Wie groß?",
        "## Nur Verfahren",
        "### Genauer",
        "## Was folgt?",
    ]
    assert f'href="{NAME}.html#was-folgt"' in check


def test_old_anchors_of_what_moved_stay_on_the_main_page_and_lead_to_it(chapter: Chapter) -> None:
    main = source_of(reader_pages(chapter)[NAME])
    kept = re.findall(r'<span id="([^"]+)"></span>', main)
    assert kept == ["table_two", "nur-verfahren", "genauer", "picture_two"]
    assert f'<a href="{NAME}_check.html#nur-verfahren">Nur Verfahren</a>' in main
    assert f"]({NAME}_check)" in main


def test_reader_pages_carry_no_code(chapter: Chapter) -> None:
    for node in reader_pages(chapter).values():
        for cell in node.cells:
            if cell.cell_type == "code":
                assert "remove-input" in cell.metadata["tags"]
                assert cell.outputs


def test_numbers_are_unique_and_in_the_order_of_the_notebook_over_both_pages(chapter: Chapter) -> None:
    shown = html_of(chapter.notebook)
    assert re.findall(r'href="#(\w+)">((?:Abbildung|Tabelle) [\d.]+)\.<', shown) == [
        ("picture_one", "Abbildung 20.1"),
        ("table_one", "Tabelle 20.1"),
        ("table_two", "Tabelle 20.2"),
        ("picture_two", "Abbildung 20.2"),
        ("table_three", "Tabelle 20.3"),
    ]
    again = "\n".join(html_of(node) for node in reader_pages(chapter).values())
    assert sorted(re.findall(r"20\.\d", again)) == sorted(re.findall(r"20\.\d", shown))


def test_profiles_count_on_so_that_no_number_occurs_twice(tmp_path: Path) -> None:
    paths = [tiny(tmp_path, "40_profile_b"), tiny(tmp_path, "40_profile_a")]
    first, second = (html_of(chapter.notebook) for chapter in numbered_chapters(paths, "de"))
    assert re.findall(r"Tabelle (40\.\d)", first) == ["40.1", "40.2", "40.3"]
    assert re.findall(r"Tabelle (40\.\d)", second) == ["40.4", "40.5", "40.6"]


def test_what_cannot_take_a_number_is_an_error(tmp_path: Path) -> None:
    bare = new_output("display_data", data={"text/html": '<figure class="dewak-figure" id="bare"></figure>'})
    nbformat.write(
        new_notebook(cells=[new_code_cell("x", id="x", outputs=[bare])]), tmp_path / "20_try.ipynb"
    )
    with pytest.raises(ValueError, match="bare has no caption"):
        numbered_chapters([tmp_path / "20_try.ipynb"], "de")


def test_every_figure_leads_to_its_own_cell_of_the_notebook_page(chapter: Chapter, tmp_path: Path) -> None:
    (page,) = write_code_pages([chapter], tmp_path / "de")
    offered = page.read_text(encoding="utf-8")
    links = {
        cell.id: re.findall(r'class="dewak-code" href="([^"]+)"', html_of(new_notebook(cells=[cell])))
        for node in reader_pages(chapter).values()
        for cell in node.cells
        if cell.cell_type == "code"
    }
    assert len(links) == 5
    for cell_id, found in links.items():
        assert found == [f"notebooks/{NAME}.html#cell-{cell_id}"]
        assert offered.count(f'id="cell-{cell_id}"') == 1


def test_the_notebook_page_shows_code_and_links_pictures_instead_of_holding_them(
    chapter: Chapter, tmp_path: Path
) -> None:
    write_code_pages([chapter], tmp_path / "de")
    page = (tmp_path / "de" / "notebooks" / f"{NAME}.html").read_text(encoding="utf-8")
    assert "show" in page and 'class="highlight' in page
    assert 'src="../_figures/20_try/picture_one.svg"' in page
    assert "base64" not in page and "https://cdn" not in page and "<script" not in page
    saved = nbformat.read(tmp_path / "de" / "notebooks" / f"{NAME}.ipynb", as_version=4)
    sources = [cell.source for cell in saved.cells if cell.cell_type == "code"]
    assert "show('table_two')" in sources
    assert "language = 'de'" not in sources


def test_links_to_other_pages_hold_from_the_folder_of_the_notebooks(tmp_path: Path) -> None:
    told = text('# A\n\n[da](30_x#so) und <a href="methods.html">dort</a> und [fern](https://a.org/b)', "a")
    nbformat.write(new_notebook(cells=[told]), tmp_path / "00_try.ipynb")
    (page,) = write_code_pages(numbered_chapters([tmp_path / "00_try.ipynb"], "de"), tmp_path)
    found = re.findall(r'href="([^"]+)"', page.read_text(encoding="utf-8").split("<body")[1])
    assert {"../30_x.html#so", "../methods.html", "https://a.org/b"} <= set(found)


def test_the_source_of_an_edition_is_the_same_in_every_byte_twice(tmp_path: Path) -> None:
    book = tmp_path / "book"
    for folder in ("_static", "_templates"):
        (book / folder).mkdir(parents=True)
    (book / "_config.yml").write_text("author: a\n")
    (book / "_toc.yml").write_text(
        '{root: index, parts: [{caption: {de: T, en: T}, chapters: [{file: "20_try"}]}]}'
    )
    path = tiny(tmp_path)
    written = []
    for run in ("one", "two"):
        chapters = numbered_chapters([path], "de")
        write_reader_pages(chapters, "de", tmp_path / run / "readers")
        assemble(book, {"index": "# i"}, tmp_path / run / "readers", "de", tmp_path / run / "source")
        write_code_pages(chapters, tmp_path / run)
        files = sorted(each for each in (tmp_path / run).rglob("*") if each.is_file())
        written.append({str(each.relative_to(tmp_path / run)): each.read_bytes() for each in files})
    assert written[0] == written[1]
    assert {f"source/{NAME}.ipynb", f"source/{NAME}_check.ipynb", f"notebooks/{NAME}.html"} <= set(written[0])
    assert b"_check" in written[0]["source/_toc.yml"]


@pytest.mark.parametrize(("rows", "first"), [(8, 8), (9, 5), (40, 5), (41, 10)])
def test_a_table_for_checking_keeps_its_first_rows_and_loses_none(rows: int, first: int) -> None:
    frame = pd.DataFrame({"name": [f"Zeile <{n}>\nweiter" for n in range(rows)], "units": range(rows)})
    made = Table(frame, name="one", caption="Was", sources=(), said="erfunden", labels=False)
    whole = made.html("en", "_figures/x")
    short = with_first_rows(whole, "en")
    before = short.partition("<template>")[0]
    assert before.count('<th scope="row">') == first
    assert re.findall(r"<tr>.*?</tr>", short, re.DOTALL) == re.findall(r"<tr>.*?</tr>", whole, re.DOTALL)
    assert ("dewak-rest" in short) == (first < rows)
    if first < rows:
        said = f'{first} of {rows} rows; all rows: <a href="_figures/x/one.csv" download>CSV</a>'
        assert said in short


def test_only_tables_for_checking_with_data_are_shortened(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": [f"Zeile {n}" for n in range(30)]})
    html = Table(frame, name="one", caption="Was", sources=(), said="erfunden", labels=False).html(
        "de", "_figures/x"
    )
    assert with_first_rows(html.replace('class="dewak-data"', ""), "de").count("<template>") == 0
    cells = [text("# Kurz", "a")]
    for name, tags in (("main", []), ("second", ["check"])):
        output = new_output("display_data", data={"text/html": html.replace('id="one"', f'id="{name}"')})
        cells.append(new_code_cell(f"show({name!r})", id=name, metadata={"tags": tags}, outputs=[output]))
    nbformat.write(new_notebook(cells=cells), tmp_path / "00_try.ipynb")
    main, check = reader_pages(numbered_chapters([tmp_path / "00_try.ipynb"], "de")[0]).values()
    assert "<template>" not in html_of(main) and html_of(check).count("<template>") == 1
