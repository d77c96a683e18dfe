"""A book built on what was kept is the book built from nothing, and whatever is in doubt is built from nothing."""

from __future__ import annotations

import shutil
import sysconfig
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from dewak_research.book import kept
from dewak_research.book.builder import BookError, Builder
from dewak_research.paths import BOOK

PAGES = {
    "index": "# Start\n\nWords of the start.\n",
    "a": "# First\n\nOne sentence. See [the other](b.md).\n\n(part)=\n## Part\n\nMore.\n\n"
    "```{figure} _static/logo.svg\n:name: x\nWords of a caption.\n```\n",
    "b": "# Second\n\nIts words.\n",
}
TOC = "{format: jb-book, root: index, parts: [{caption: P, chapters: [{file: a}, {file: b}]}]}"


def write(folder: Path, pages: dict[str, str]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "_config.yml").write_text("title: T\nexecute: {execute_notebooks: 'off'}\n", encoding="utf-8")
    (folder / "_toc.yml").write_text(TOC, encoding="utf-8")
    return folder


Built = Callable[..., list[bool]]


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
    """Return a function that builds pages in name only and says of each start of Jupyter Book whether it was whole."""

    class InName(Builder):
        def __init__(self) -> None:
            pass

        def __exit__(self, *_: object) -> None:
            pass

        def start(self, source: Path, output: Path, language: str, whole: bool = True) -> None:
            starts.append(whole)
            html, read = output / "_build" / "html", output / "_build" / ".doctrees"
            for folder in (html, read):
                folder.mkdir(parents=True, exist_ok=True)
            titles = []
            for page in sorted(source.glob("*.md")):
                text = page.read_text(encoding="utf-8")
                titles += [line.removeprefix("> ") for line in text.splitlines() if "# " in line]
                for target in (html / f"{page.stem}.html", read / f"{page.stem}.doctree"):
                    target.write_text(text, encoding="utf-8")
            index = f'{{"terms": {{"t": {len(starts)}}}, "titleterms": {{}}, "titles": "{titles}"}}'
            (html / "searchindex.js").write_text(f"Search.setIndex({index})", encoding="utf-8")
            shutil.copytree(html, output / "tidied", dirs_exist_ok=True)

        def finish(self, output: Path, language: str) -> Path:
            if failing:
                failing.pop()
                raise BookError("warned")
            return output / "tidied"

    monkeypatch.setattr(kept, "Builder", InName)
    starts: list[bool] = []
    failing: list[bool] = []

    def built(pages: dict[str, str], fails: int = 0, file: tuple[str, str] | None = None) -> list[bool]:
        starts.clear()
        failing[:] = [True] * fails
        source = write(tmp_path / "source", pages)
        if file is not None:
            (source / file[0]).write_text(file[1], encoding="utf-8")
        shutil.rmtree(tmp_path / "html", ignore_errors=True)
        building = kept.begin(source, tmp_path / "kept", "en", InName())
        kept.end(building, source, tmp_path / "html", "en")
        assert {
            page.stem: page.read_text(encoding="utf-8") for page in (tmp_path / "html").glob("*.html")
        } == pages
        return [*starts]

    return built


def changed(name: str, old: str, new: str) -> dict[str, str]:
    assert old in PAGES[name]
    return {**PAGES, name: PAGES[name].replace(old, new)}


def test_the_same_source_is_taken_over_and_prose_built_alone(built: Built) -> None:
    assert built(PAGES) == [True]
    assert built(PAGES) == []
    assert built(changed("a", "One sentence.", "Another, longer one.\n\nAnd one more.")) == [False]
    assert built(PAGES) == [False]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("a", "## Part", "## Piece"),
        ("a", "(part)=\n## Part\n\n", ""),
        ("a", "More.", "(more)=\nMore."),
        ("a", "More.", "![more](_static/logo.svg)"),
        ("a", "More.", "More $x$."),
        ("a", "More.", "More\n===="),
        ("a", "More.", "More\n----"),
        ("a", "More.", "<div>\nMore."),
        ("a", "More.", "- # More"),
        ("a", "More.", "More {ref}`b`."),
        ("a", "More.", "```{note}\nMore.\n```"),
        ("a", "More.", "More [rows](_static/rows.csv)."),
        ("a", "Words of a caption.", "Words of another caption."),
        ("a", "(part)=\n## Part", "(part)=\nMore.\n\n## Part"),
        ("a", "(part)=\n## Part", "(part)=\n\nMore.\n\n## Part"),
    ],
)
def test_more_than_prose_is_a_reason_to_build_from_nothing(
    built: Built, name: str, old: str, new: str
) -> None:
    built(PAGES)
    assert built(changed(name, old, new)) == [True]


def test_a_builder_that_is_left_does_not_go_on() -> None:
    before = set(psutil.Process().children())
    with pytest.raises(KeyError), Builder():
        (process,) = set(psutil.Process().children()) - before
        raise KeyError
    assert not process.is_running()


def test_a_builder_that_cannot_build_says_what_jupyter_book_said(tmp_path: Path) -> None:
    with Builder() as builder:
        builder.start(tmp_path / "nowhere", tmp_path / "output", "en")
        with pytest.raises(BookError, match=r"(?s)en: Jupyter Book could not build the edition\n.*nowhere"):
            builder.finish(tmp_path / "output", "en")


def test_another_page_or_file_is_a_reason_to_build_from_nothing(built: Built) -> None:
    built(PAGES)
    assert built({**PAGES, "c": "Words.\n"}) == [True]
    assert built(PAGES) == [True]
    assert built(PAGES, file=("_toc.yml", TOC.replace("caption: P", "caption: Q"))) == [True]
    assert built(PAGES, file=("_config.yml", "title: Other\n")) == [True]


@pytest.mark.parametrize(
    "part",
    [
        "mark.json",
        "source/a.md",
        "output/_build/html/b.html",
        "output/_build/.doctrees/b.doctree",
        "output/tidied/a.html",
    ],
)
def test_what_is_kept_is_not_trusted_once_it_has_changed(built: Built, tmp_path: Path, part: str) -> None:
    built(PAGES)
    (tmp_path / "kept" / part).write_text("{}", encoding="utf-8")
    assert built(PAGES) == [True]
    (tmp_path / "kept" / part).unlink()
    assert built(PAGES) == [True]


def test_other_libraries_are_a_reason_to_build_from_nothing(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(PAGES)
    monkeypatch.setattr(sysconfig, "get_path", lambda place: "elsewhere")
    assert built(PAGES) == [True]


def test_a_title_that_sphinx_alone_sees_is_a_reason_to_build_from_nothing(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(PAGES)
    monkeypatch.setattr(kept, "_only_prose", lambda new, old: True)
    assert built(changed("a", "## Part", "## Piece")) == [False, True]


def test_a_build_that_fails_is_tried_from_nothing_and_keeps_nothing(built: Built) -> None:
    built(PAGES)
    other = changed("a", "More.", "Less.")
    assert built(other, fails=1) == [False, True]
    assert built(other) == []
    with pytest.raises(BookError):
        built(PAGES, fails=2)
    assert built(other) == [True]


def test_an_interrupted_build_is_begun_again(built: Built, tmp_path: Path) -> None:
    built(PAGES)
    source = write(tmp_path / "source", changed("a", "More.", "Less."))
    kept.begin(source, tmp_path / "kept", "en", kept.Builder())
    assert built(PAGES) == [True]


@pytest.mark.slow
def test_every_byte_is_that_of_a_build_from_nothing(tmp_path: Path) -> None:
    """With Sphinx itself and the book's configuration, style and templates; the search index among the files."""
    found = {}
    for way, steps in (
        ("kept", (PAGES, changed("a", "One sentence.", "A sentence on reserves."))),
        ("new", ()),
    ):
        for step in steps or (changed("a", "One sentence.", "A sentence on reserves."),):
            source = write(tmp_path / "source", step)
            for folder in ("_static", "_templates"):
                shutil.copytree(BOOK / folder, source / folder)
            shutil.copyfile(BOOK / "_config.yml", source / "_config.yml")
            html = tmp_path / way
            shutil.rmtree(html, ignore_errors=True)
            with Builder() as builder:
                building = kept.begin(source, tmp_path / f"{way}_of", "en", builder)
                kept.end(building, source, html, "en")
        assert (building.outline is not None) == (way == "kept")
        found[way] = {file.relative_to(html): file.read_bytes() for file in html.rglob("*") if file.is_file()}
    assert found["kept"].keys() == found["new"].keys()
    assert [name for name, content in found["new"].items() if content != found["kept"][name]] == []
    assert b"reserves" in found["kept"][Path("a.html")]
