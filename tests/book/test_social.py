"""What a link shows elsewhere: tags with and without an address, and a picture of the right size for every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from tests.unit.test_profile import profile

from dewak_research.book.social import LONGEST, checked_address, description_of, title_of, write_previews
from dewak_research.errors import InputError
from dewak_research.unit.sheet import leaflet

CHAPTER = (
    "<!DOCTYPE html><html><head><title>Wer trägt &amp; zahlt — DeWaK: Soziale Aufgaben</title></head><body><nav><p>"
    + "Nicht das Menü, auch wenn es ein langer Absatz ist.</p></nav><p>Kurz.</p>"
    + "<p>Der erste <b>Absatz</b> sagt, worum es geht: "
    + "ein sehr langer Satz. " * 20 + "</p></body></html>"
)  # fmt: skip
AT = "https://example.org/report"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for language in ("de", "en"):
        for path, text in (
            ("index.html", CHAPTER),
            ("20_fiscal.html", CHAPTER),
            ("20_fiscal_check.html", CHAPTER),
            ("profile/05999999.html", leaflet(profile(), "de" if language == "de" else "en")),
            ("_static/x.html", CHAPTER),
        ):
            page = tmp_path / language / path
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
    (tmp_path / "index.html").write_text(CHAPTER, encoding="utf-8")
    return tmp_path


def said(page: Path) -> dict[str, str]:
    found = re.findall(
        r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', page.read_text("utf-8")
    )
    assert len(found) == len(dict(found))
    return dict(found)


def test_title_and_description_are_those_of_the_page() -> None:
    assert title_of(CHAPTER) == "Wer trägt & zahlt"
    text = description_of(CHAPTER)
    assert (
        text.startswith("Der erste Absatz sagt, worum es geht: ein")
        and text.endswith(" …")
        and len(text) <= LONGEST + 1
    )
    sheet = leaflet(profile(), "de")
    assert title_of(sheet) == "Profil Musterstadt" and len(description_of(sheet)) > 60
    assert description_of('<meta name="description" content="A &amp; B"><body></body>') == "A & B"


def test_without_an_address_nothing_absolute_is_written(site: Path) -> None:
    assert write_previews(site) == 0
    for page in site.rglob("*.html"):
        assert "https://" not in "".join(said(page).values())
    found = said(site / "de" / "20_fiscal.html")
    assert found["og:title"] == "Wer trägt &amp; zahlt" and found["twitter:card"] == "summary"
    assert "og:image" not in found and not (site / "_social").exists()
    assert said(site / "de" / "_static" / "x.html") == {}


@pytest.mark.parametrize(("units", "pictures"), [(False, 6), (True, 6)])
def test_with_an_address_every_page_names_a_picture_that_is_there(
    site: Path, units: bool, pictures: int
) -> None:
    assert write_previews(site, AT, units) == pictures
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts]
    for page in pages:
        found = said(page)
        assert found["og:url"] == f"{AT}/{page.relative_to(site).as_posix()}"
        picture = site / found["og:image"].removeprefix(f"{AT}/")
        with Image.open(picture) as image:
            assert image.size == (1200, 630) and image.format == "PNG"
        assert picture.stat().st_size < 30_000 and found["twitter:card"] == "summary_large_image"
    own = said(site / "de" / "profile" / "05999999.html")
    assert own["og:image"].endswith("de/profile/05999999.png" if units else "de/profiles.png")
    assert ("Musterstadt" in own["og:image:alt"]) is units
    both = {said(site / "de" / f"20_fiscal{end}.html")["og:image"] for end in ("", "_check")}
    assert len(both) == 1


def test_the_same_card_gives_the_same_bytes(site: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    from dewak_research.book.social import Card, draw

    card = Card(
        "x", "Ein sehr langer Titel, der über mehrere Zeilen gehen muss, weil er so lang ist", "Musterkreis"
    )
    one, other = (tmp_path_factory.mktemp("card") / "x.png" for _ in range(2))
    draw(card, one)
    draw(card, other)
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    "address", ["example.org", "file:///x", "https://", "https://example.org/?a=1", "mailto:x@y"]
)
def test_what_is_no_address_of_a_web_server_is_refused(address: str) -> None:
    with pytest.raises(InputError):
        checked_address(address)
    assert checked_address(AT) == checked_address(f"{AT}/") == f"{AT}/"
