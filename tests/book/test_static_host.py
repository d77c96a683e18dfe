"""The folder for a static host: checked, complete, never over other files; and its page for lost addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from tests.book.conftest import Quiet, serving

from dewak_research.book.builder import BookError
from dewak_research.book.site import broken_links, write_entrance
from dewak_research.book.static_host import MARK, links_to_this_computer, write_site
from dewak_research.errors import InputError
from dewak_research.paths import BOOK


def built(folder: Path) -> Path:
    """A small report: the real pages above the editions, and in each edition the pages they lead to."""
    for language in ("de", "en"):
        for name in ("index", "profiles", "search"):
            page = folder / language / f"{name}.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(
                f'<title>{language} {name}</title><a href="../index.html">up</a>', encoding="utf-8"
            )
        (folder / language / "feed.xml").write_text("<feed/>", encoding="utf-8")
    write_entrance(folder, BOOK / "_static")
    (folder / "de" / ".doctrees").mkdir()
    (folder / "de" / ".doctrees" / "index.doctree").write_text("x", encoding="utf-8")
    return folder


@pytest.fixture
def html(tmp_path: Path) -> Path:
    return built(tmp_path / "html")


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_the_report_and_nothing_of_its_making(html: Path, tmp_path: Path) -> None:
    site = write_site(html, tmp_path / "a" / "site")
    assert names(site) == (names(html) - {"de/.doctrees/index.doctree"}) | {MARK, ".nojekyll"}
    assert "404.html" in names(site)
    assert (broken_links(site), links_to_this_computer(site)) == ([], [])
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["site"]


def test_its_own_folder_is_renewed_without_leftovers(html: Path, tmp_path: Path) -> None:
    site = write_site(html, tmp_path / "site")
    (site / "old.html").write_text("old", encoding="utf-8")
    write_site(html, site)
    assert "old.html" not in names(site)


def test_an_empty_folder_is_taken_and_any_other_left_alone(html: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_site(html, tmp_path / "empty")
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine", encoding="utf-8")
    for taken in (other, tmp_path, html, html / "de" / "new", other / "letter.txt"):
        before = names(tmp_path)
        with pytest.raises(InputError, match="something other"):
            write_site(html, taken)
        assert names(tmp_path) == before


def test_without_a_report_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not been built"):
        write_site(tmp_path / "html", tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "target",
    ["gone.html", "/de/index.html", "../../outside.html", "file:///x.html", "http://localhost:8000/"],
)
def test_a_link_that_does_not_hold_elsewhere_keeps_the_former_folder(
    html: Path, tmp_path: Path, target: str
) -> None:
    site = write_site(html, tmp_path / "site")
    before = names(site)
    (tmp_path / "outside.html").write_text("x", encoding="utf-8")
    (html / "de" / "new.html").write_text(f'<a href="{target}">x</a>', encoding="utf-8")
    with pytest.raises(BookError, match=r"de/new\.html"):
        write_site(html, site)
    assert names(site) == before
    assert not list(tmp_path.glob(".*"))


def test_a_file_that_lies_elsewhere_is_not_published(html: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x", encoding="utf-8")
    (html / "de" / "note.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(BookError, match=r"de/note\.txt"):
        write_site(html, tmp_path / "site")


class _Host(Quiet):
    """Answers as static hosts do: an unknown address gets the report's own page, with status 404."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = (Path(self.directory) / "town" / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)


@pytest.fixture
def host(html: Path, tmp_path: Path) -> Iterator[str]:
    write_site(html, tmp_path / "www" / "town")
    with serving(tmp_path / "www", _Host) as address:
        yield f"{address}town/"


@pytest.mark.browser
@pytest.mark.parametrize(
    "lost",
    ["404.html", "lost", "de/lost.html", "en/profile/0.html", "a/b/c/d.html", "de/x/de/y/", "de/de/en/z"],
)
def test_a_lost_address_leads_on_from_any_depth(browser: Browser, host: str, lost: str) -> None:
    page = browser.new_page()
    page.goto(host + lost)
    page.wait_for_selector("body[data-found]")
    links = page.evaluate("[...document.links].map(link => link.href)")
    page.close()
    assert links == [
        f"{host}{language}/{name}.html"
        for language in ("de", "en")
        for name in ("profiles", "search", "index")
    ]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_for_lost_addresses_is_usable_by_everybody(browser: Browser, host: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host}404.html")
    page.wait_for_load_state("networkidle")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = Axe().run(page, options={"preload": False}).response["violations"]
    page.close()
    assert wider <= 0
    assert asked == [f"{host}404.html", f"{host}de/index.html"]
    assert [violation["id"] for violation in found] == []
