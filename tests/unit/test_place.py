"""Where a unit lies in space and society: the right area outlined, its fifths and minutes, what is not known."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from dewak_research.chapters.space.together import QUADRANT_COLOURS
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.page.small_map import HEIGHT, WIDTH, small_map
from dewak_research.paths import BOOK
from dewak_research.space.system import QUADRANTS
from dewak_research.unit.place import Place
from dewak_research.unit.place_charts import place_table
from dewak_research.unit.place_words import kreis_in_words, place_section
from dewak_research.unit.sheet import leaflet

from .test_profile import profile

KM = 1000.0
SQUARES = {"05999999": (0, 0), "05999998": (20, 0), "05998001": (40, 0), "05997001": (900, 900)}


def areas() -> gpd.GeoDataFrame:
    squares = [box(x * KM, y * KM, (x + 20) * KM, (y + 20) * KM) for x, y in SQUARES.values()]
    return gpd.GeoDataFrame({"ags": list(SQUARES), "name": [f"<{ags}>" for ags in SQUARES]}, geometry=squares)


def drawing() -> object:
    classes = {"05999999": QUADRANTS[0], "05999998": QUADRANTS[3]}
    return small_map(areas(), {"05999999", "05999998"}, classes)


def place(other: str = QUADRANTS[1]) -> Place:
    towns = [
        {"ags": "05999998", "name": "Nachbar", "quadrant": QUADRANTS[3], "minutes": 3.4},
        {"ags": "05999999", "name": "Musterstadt", "quadrant": QUADRANTS[0], "minutes": 11.62},
    ]
    needs = [
        {"need": need, "year": 2021, "value": 1.0, "fifth": fifth}
        for need, fifth in (("old_age", 1), ("deprivation", 4), ("core_debt", 5), ("unemployment", 3))
    ]
    drives = [
        {"kind": "primary", "minutes": 3.4, "fifth": 2},
        {"kind": "indoor_pool", "minutes": 14.5, "fifth": 5},
    ]
    return Place(
        drawing=drawing(), towns=towns, needs=needs, drives=drives,
        by_minutes={"quadrant": QUADRANTS[0]}, by_schools={"quadrant": other, "same_share": 6 / 9},
        year=2021, versions=10,
    )  # fmt: skip


def points(path: str) -> list[tuple[int, int]]:
    """Read a path of steps as the corners it walks."""
    start, steps = path.removeprefix("M").removesuffix("z").split("l")
    corners = [tuple(int(n) for n in start.split())]
    numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        corners.append((corners[-1][0] + dx, corners[-1][1] + dy))
    return corners


def outlined(svg: str) -> str:
    return re.search(r'<path id="own" d="([^"]+)"/>', svg)[1]


def test_the_town_asked_for_is_outlined_where_it_lies() -> None:
    found = drawing()
    west = Polygon(points(outlined(str(found.drawn("x", "05999999")))))
    east = Polygon(points(outlined(str(found.drawn("x", "05999998")))))
    assert west.centroid.x < east.centroid.x
    side = WIDTH / (40 * 1.12)  # two squares of 20 km and a margin of 6 % on either side
    assert west.area == pytest.approx((20 * side) ** 2, rel=0.02)
    middle = (west.centroid.x + east.centroid.x) / 2, west.centroid.y
    assert middle == pytest.approx((WIDTH / 2, HEIGHT / 2), abs=1.0)
    assert 'class="own"' not in found.drawn("x")
    assert 'class="own"' not in found.drawn("x", "05998001"), "a town of another Kreis"


def test_towns_around_are_paler_and_those_far_off_not_drawn() -> None:
    svg = str(drawing().drawn("Karte & <b>"))
    assert f'class="{QUADRANTS[0]}"' in svg and f'class="{QUADRANTS[3]}"' in svg
    assert 'class="unknown around"' in svg
    assert "05997001" not in svg
    assert "&lt;05999999&gt;" in svg and 'aria-label="Karte &amp; &lt;b&gt;"' in svg


def test_two_runs_write_the_same_bytes() -> None:
    assert str(drawing().drawn("x", "05999999")) == str(drawing().drawn("x", "05999999"))


def test_colours_of_the_style_sheet_are_those_of_the_chapter() -> None:
    css = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
    for quadrant, colour in zip(sorted(QUADRANTS), QUADRANT_COLOURS, strict=True):
        assert f".{quadrant} {{ --quadrant: {colour}; }}" in css


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", ("Hoch: Schulden des Kernhaushalts * (5), Deprivation (4).", "In der Mitte: Arbeitslose (3).",
             "Niedrig: Anteil ab 67 Jahren (1).", "Grundschule 3 (2), Hallenbad 15 (5)", "unter 7 von 10")),
     ("en", ("High: core debt * (5), deprivation (4).", "In the middle: unemployed (3).",
             "Low: share of 67 and older (1).", "primary school 3 (2), indoor pool 15 (5)", "under 7 of 10"))],
)  # fmt: skip
def test_the_sentences_place_the_town(language: Language, said: tuple[str, ...]) -> None:
    text = " ".join(place_section(profile(place=place()), language)["said"])
    assert all(part in text for part in said), text
    assert label(f"quadrant_{QUADRANTS[0]}", language) in text
    assert label(f"quadrant_{QUADRANTS[1]}", language) in text, "the other measure disagrees and that is said"
    same = " ".join(place_section(profile(place=place(QUADRANTS[0])), language)["said"])
    assert label(f"quadrant_{QUADRANTS[1]}", language) not in same


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kreis_counts_its_towns_and_names_the_shortest_and_the_longest_drive(language: Language) -> None:
    text = kreis_in_words(place(), language)
    assert f"{label(f'quadrant_{QUADRANTS[0]}', language)}: 1 (Musterstadt); " in text
    assert f"{label(f'quadrant_{QUADRANTS[3]}', language)}: 1." in text
    assert (
        "3 Minuten (Nachbar) bis 12 (Musterstadt)" in text
        or "3 minutes (Nachbar) to 12 (Musterstadt)" in text
    )
    alone = replace(place(), towns=place().towns[:1])
    assert (
        f"{label(f'quadrant_{QUADRANTS[0]}', language)}: {label('place_none', language)};"
        in kreis_in_words(alone, language)
    )
    kreis = replace(place(), needs=[], drives=[], by_minutes=None, by_schools=None)
    page = leaflet(profile(kind="kreis", place=kreis), language)
    assert 'class="own"' not in page and 'class="whole"' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_map_key_and_what_it_does_not_say(language: Language) -> None:
    page = leaflet(profile(place=place()), language)
    assert page.count('class="own"') == 1
    for quadrant in QUADRANTS:
        assert f'<span class="key {quadrant}"></span>{label(f"quadrant_{quadrant}", language)}' in page
    assert label("place_sure", language) in page
    assert 'href="../60_space.html"' in page
    assert 'href="../60_space.html"' not in leaflet(profile(place=place()), language, alone=True)
    assert label("place_unknown", language) in leaflet(profile(), language)


COUNTED = [
    {"year": year, "population": 100.0 * n, "census": census, "derived": derived}
    for n, (year, census, derived) in enumerate(
        ((2010, 1987, False), (2011, 2011, False), (2016, 2011, True), (2017, 2011, True), (2022, 2011, True),
         (2025, 2022, False)), start=1,
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "head"), [("de", "600 Einwohner (Ende 2025)"), ("en", "600 inhabitants (end of 2025)")]
)
def test_head_and_line_end_with_the_same_year_and_each_census_breaks_the_line(language, head) -> None:
    page = leaflet(profile(population=COUNTED), language)
    line = re.search(r'<svg class="line".*?</svg>', page)[0]
    assert head in page and "2016–2017, 2022" in page
    assert ">600</text>" in line and ">2025</text>" in line
    assert line.count('class="break"') == 2
    curve = re.search(r'class="curve" d="([^"]+)"', line)[1]
    assert curve.count("M") == 3 and curve.count("L") == 3, "one piece for each census"


def test_the_line_of_inhabitants_stands_on_zero() -> None:
    line = re.search(r'<svg class="line".*?</svg>', leaflet(profile(population=COUNTED), "de"))[0]
    base = float(re.search(r'class="axis" d="M\d+ (\d+)H', line)[1])
    y = [
        float(y)
        for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", re.search(r'class="curve" d="([^"]+)"', line)[1])
    ]
    heights = [base - at for at in y]
    assert heights[-1] / heights[0] == pytest.approx(6.0, rel=0.02)


def test_the_head_is_the_register_where_nothing_is_counted() -> None:
    assert "(Ende 2021)" in leaflet(profile(population=[]), "de")


def test_the_table_writes_amounts_in_full() -> None:
    needs = [{"need": "core_debt", "value": 5602.4, "year": 2022, "fifth": 5}]
    table = place_table(replace(profile(), place=replace(place(), needs=needs)), "de")
    assert table.frame.iloc[0].tolist()[2] == "5.602"
