"""No figure or table without what a reader needs to understand, check and reuse it."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from dewak_research.data.catalogue import source_html
from dewak_research.errors import InputError
from dewak_research.page import figure
from dewak_research.page.figure import Figure, Table
from dewak_research.page.files import compact_json, csv_of_rows, csv_text, svg_of, write_whole
from dewak_research.page.style import figure_size

SOURCES = ["kreise_panel"]
DATA = pd.DataFrame({"ags": ["05111000", "05112000"], "value": [1.5, np.nan]})


def drawing() -> Any:
    generator = np.random.default_rng(1)
    fig, ax = plt.subplots(figsize=figure_size())
    ax.plot(np.arange(50), generator.normal(size=50), label="Linie")
    ax.scatter(np.arange(5), np.arange(5), marker="o")
    ax.bar([1, 2], [3, 4], hatch="//")
    ax.legend()
    return fig


def make(**changed: Any) -> Figure:
    given = {"name": "my_figure", "caption": "Caption", "alt": "Alt text", "sources": SOURCES, "data": DATA}
    return Figure(drawing(), **(given | changed))


def table(frame: pd.DataFrame = DATA, **changed: Any) -> Table:
    given = {"name": "my_table", "caption": "Caption", "sources": SOURCES}
    return Table(frame, **(given | changed))


@pytest.mark.parametrize("lacking", ["name", "caption", "alt", "sources", "data"])
def test_a_figure_without_one_of_its_parts_cannot_be_made(lacking: str) -> None:
    given = {"name": "f", "caption": "c", "alt": "a", "sources": SOURCES, "data": DATA}
    del given[lacking]
    with pytest.raises(TypeError, match=lacking):
        Figure(drawing(), **given)


@pytest.mark.parametrize(
    ("part", "empty"),
    [
        ("caption", " "), ("alt", ""), ("sources", []), ("sources", [""]), ("sources", "kreise_panel"),
        ("data", DATA.head(0)), ("data", None), ("name", "My Figure"), ("name", "../up"), ("name", ""),
    ],
)  # fmt: skip
def test_an_empty_part_is_an_error_that_names_it(part: str, empty: object) -> None:
    with pytest.raises(ValueError, match=part):
        make(**{part: empty})


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"caption.*sources.*alt.*data"):
        make(caption="", alt="", sources=[], data=DATA.head(0))


@pytest.mark.parametrize(
    ("part", "wrong"),
    [("caption", ""), ("sources", []), ("formats", {"vale": ".1f"}), ("labelled", ["kind"])],
)
def test_a_table_lacking_something_cannot_be_made(part: str, wrong: object) -> None:
    with pytest.raises(ValueError, match="my_table"):
        table(**{part: wrong})


def test_an_empty_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        table(DATA.head(0))


def test_an_unknown_source_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(InputError, match="kreise_panel"):
        make(sources=["kreise_pannel"]).html("de")


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = make().save(tmp_path / "one"), make().save(tmp_path / "two")
    for first, second in zip(one, two, strict=True):
        assert first.read_bytes() == second.read_bytes()
    assert [path.name for path in one] == ["my_figure.svg", "my_figure.csv"]
    assert not [path for path in (tmp_path / "one").iterdir() if path.name.startswith(".")]


def test_the_picture_carries_no_date_no_version_no_foreign_address_and_its_own_ids() -> None:
    text = make().svg()
    root = ElementTree.fromstring(text)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert ids and all(str(name).startswith("my_figure-") for name in ids)
    assert len(ids) == len(set(ids))
    for node in root.iter():
        for key, value in node.attrib.items():
            if key.endswith("href"):
                assert value.removeprefix("#") in ids
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Alt text"
    for word in ("Matplotlib", "metadata", "dc:date", "<text"):
        assert word not in text
    without_names = text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xlink", "")
    assert "http" not in without_names


def test_rounding_the_paths_moves_no_point_by_more_than_the_grid() -> None:
    fig, ax = plt.subplots(figsize=figure_size())
    generator = np.random.default_rng(7)
    ax.plot(generator.uniform(size=200), generator.uniform(size=200), gid="line")
    buffer = io.StringIO()
    fig.savefig(buffer, format="svg")
    before = [_longest(buffer.getvalue()), _longest(make_of(fig).svg())]
    assert len(before[0]) == 201  # matplotlib writes the last point twice
    before[0] = before[0][:200]
    assert len(before[1]) == 200
    assert np.abs(before[0] - before[1]).max() <= 0.05 + 1e-9


def make_of(fig: Any) -> Figure:
    return Figure(fig, name="line", caption="c", alt="a", sources=SOURCES, data=DATA)


def _longest(svg: str) -> np.ndarray:
    """Read the points of the longest path of straight lines, absolute or relative."""
    root = ElementTree.fromstring(svg)
    path = max((node.get("d") or "" for node in root.iter()), key=len)
    points: list[tuple[float, float]] = []
    for letter, body in re.findall(r"([MLl])([^MLlz]*)", path):
        numbers = [float(x) for x in re.findall(r"-?\d*\.?\d+", body)]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            last = points[-1] if letter == "l" else (0.0, 0.0)
            points.append((last[0] + x, last[1] + y))
    return np.array(points)


def test_the_figure_in_a_page_has_alt_caption_source_and_data() -> None:
    caption = "A < B & <script>alert(1)</script>"
    page = BeautifulSoup(
        make(caption=caption, alt='"quoted" <alt>', note="<b>").html("de", "_figures"), "html.parser"
    )
    image = page.select_one("figure.dewak-figure > img")
    assert image is not None
    assert image["src"] == "_figures/my_figure.svg"
    assert image["alt"] == '"quoted" <alt>'
    assert (image["loading"], image["width"], image["height"]) == ("lazy", "640", "448")
    assert page.select_one(".dewak-caption").text == caption
    assert page.select_one(".dewak-note").text == "<b>"
    assert page.select_one("details.dewak-source > .dewak-credit").decode_contents() == str(
        BeautifulSoup(source_html(SOURCES, "de"), "html.parser")
    )
    link = page.select_one("a.dewak-data")
    assert (link["href"], link.text) == ("_figures/my_figure.csv", "Daten (CSV)")
    assert not page.select("script")


def test_without_a_run_the_picture_itself_is_shown() -> None:
    page = BeautifulSoup(make().html("en"), "html.parser")
    assert page.select_one("figure svg") is not None
    assert not page.select("a.dewak-data")


def test_a_table_is_read_by_eye_and_ear() -> None:
    frame = pd.DataFrame(
        {
            "name": ["Herten", "<b>Wetter</b>", "="],
            "year": [2019, 2020, 2021],
            "population": [61791, None, 0],
            "kind": ["kreisangehoerige_gemeinde", None, "kreisfreie_stadt"],
            "amount_eur": [1234567.4, np.nan, -2.0],
            "share": [0.12345, 0.5, np.nan],
            "status": [True, False, None],
            "assumption": [True, True, False],
        }
    ).astype({"population": "Int64"})
    made = table(frame, formats={"share": ".1%"}, labelled=["kind"], note="Hinweis")
    page = BeautifulSoup(made.html("de", "_figures"), "html.parser")
    region = page.select_one("[role=region]")
    assert region is not None and region["tabindex"] == "0" and "Caption" in str(region["aria-label"])
    assert page.select_one("table > caption").text == "Caption"
    heads = [th.text for th in page.select("thead th[scope=col]")]
    assert heads[:2] == ["Name", "Jahr"] and heads[4] == "Betrag (Euro)"
    rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in page.select("tbody tr")]
    assert rows[0] == [
        "Herten", "2019", "61.791", "Kreisangehörige Gemeinde", "1.234.567", "12,3\N{NO-BREAK SPACE}%", "ja", "ja",
    ]  # fmt: skip
    assert rows[1] == [
        "<b>Wetter</b>", "2020", "keine Angabe", "keine Angabe", "keine Angabe",
        "50,0\N{NO-BREAK SPACE}%", "nein", "ja",
    ]  # fmt: skip
    assert rows[2][2:] == ["0", "Kreisfreie Stadt", "−2", "keine Angabe", "keine Angabe", "nein"]
    assert all(th["scope"] == "row" for th in page.select("tbody th"))
    right = [th.text for th in page.select("thead th.dewak-number")]
    assert right == ["Jahr", "Einwohner", "Betrag (Euro)", "Anteil"]
    assert page.select_one("a.dewak-data")["href"] == "_figures/my_table.csv"


def test_a_column_without_a_label_is_an_error_or_stays_as_it_is() -> None:
    frame = pd.DataFrame({"my_own_column": [1]})
    with pytest.raises(InputError, match="my_own_column"):
        table(frame).html("de")
    assert ">my_own_column<" in table(frame, labels=False).html("de")


def test_the_data_are_plain_and_harmless(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "name": ["=1+1", "+x", "-y", "@z", "Köln; \"a\"", None],
            "value": [1 / 3, -1e-12, 1234567.891, np.nan, -0.0, 2e15],
            "n": pd.array([1, None, -3, 4, 5, 6], dtype="Int64"),
        },
        index=pd.Index(list("abcdef"), name="key"),
    )  # fmt: skip
    assert csv_text(frame) == (
        "key,name,value,n\n"
        "a,'=1+1,0.3333333333,1\n"
        "b,'+x,-1e-12,\n"
        "c,'-y,1234567.891,-3\n"
        "d,'@z,,4\n"
        'e,"Köln; ""a""",0,5\n'
        "f,,2e+15,6\n"
    )
    path = tmp_path / "deep" / "data.csv"
    write_whole(path, csv_text(frame))
    assert b"\r" not in path.read_bytes() and path.stat().st_mode & 0o777 == 0o644


def test_the_data_of_a_map_go_without_its_shapes() -> None:
    places = gpd.GeoDataFrame({"ags": ["1"], "value": [2.0]}, geometry=[Point(0, 0)], crs="EPSG:4326")
    assert csv_text(places) == "ags,value\n1,2\n"


_CELLS = {
    "text": st.none() | st.text(st.sampled_from('aä ,"\n=+-@1.5;')),
    "value": st.none() | st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9),
    "place": st.none() | st.integers(0, 400),
}


@given(st.lists(st.fixed_dictionaries({}, optional=_CELLS), min_size=1, max_size=5))
def test_rows_are_written_as_a_frame_of_them_is(rows: list[dict[str, Any]]) -> None:
    assert csv_of_rows(list(_CELLS), rows) == csv_text(pd.DataFrame(rows, columns=list(_CELLS)))


def test_in_a_run_a_name_is_taken_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setenv(figure.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setenv(figure.ADDRESS_VARIABLE, "_pictures")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    make().show("en")
    assert 'src="_pictures/my_figure.svg"' in shown[0]["text/html"] and "Data (CSV)" in shown[0]["text/html"]
    assert shown[0]["text/plain"] == "Caption"
    with pytest.raises(ValueError, match="taken"):
        make().show("en")
    table().show("de")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "my_figure.csv",
        "my_figure.svg",
        "my_table.csv",
    ]


def test_a_cell_without_a_value_says_what_its_column_says() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "value": [1.5, np.nan], "other": [np.nan, 2.0]})
    html = table(frame, labels=False, absent={"value": "ohne"}).html("de")
    assert html.count("ohne") == 1
    assert html.count("keine Angabe") == 1
    with pytest.raises(ValueError, match="strange"):
        table(frame, labels=False, absent={"strange": "ohne"})


def test_a_map_leaves_no_room_above_or_below_it_and_a_chart_stays_as_it_is() -> None:
    sizes = {}
    for aspect in ("auto", "equal"):
        drawing, ax = plt.subplots(figsize=(6, 9))
        ax.plot([0, 1], [0, 1])
        ax.set_aspect(aspect)
        ax.set_axis_off()
        item = Figure(
            drawing, name="x", caption="c", alt="a", data=pd.DataFrame({"a": [1]}), sources=["towns"]
        )
        found = re.search(r'width="(\d+)" height="(\d+)"', item.html("de", "f"))
        box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', item.svg())
        assert found is not None and box is not None
        assert float(box[2]) / float(box[1]) == pytest.approx(int(found[2]) / int(found[1]), rel=0.01)
        sizes[aspect] = (int(found[1]), int(found[2]))
        plt.close(drawing)
    assert sizes["auto"] == (600, 900)
    assert sizes["equal"][0] == 600
    assert sizes["equal"][1] < 700


def test_content_for_scripts_is_short_and_ends_no_script() -> None:
    content = {"name": "Köln </script><!--", "values": [1.5, None, "ü"]}
    text = compact_json(content)
    assert json.loads(text) == content
    assert "<" not in text and ": " not in text and ", " not in text and "Köln" in text


def test_marks_in_a_row_share_their_line_once_and_keep_their_colours() -> None:
    drawing, ax = plt.subplots()
    ax.vlines(range(5), 0, 1, colors=["#ff0000", "#00ff00", "#ff0000", "#00ff00", "#ff0000"], linewidth=2.5)
    ax.plot(range(9), range(9), "o", color="#0000ff")
    text = svg_of(drawing, "dots", "dots")
    plt.close(drawing)
    lines = [line for line in text.splitlines() if re.search(r"stroke: #(ff0000|00ff00)", line)]
    assert [line.count("stroke: #ff0000") for line in lines] == [1, 0, 1, 0, 1]
    assert not any("stroke-width" in line or "clip-path" in line for line in lines)
    assert re.search(
        r'<g clip-path="[^"]+" style="[^"]*stroke-width: 2.5[^"]*">\n' + re.escape(lines[0]), text
    )
    dots = [line for line in text.splitlines() if line.startswith("<use ") and "fill: #0000ff" in line]
    assert len(dots) == 9
    assert all(len(x.partition(".")[2]) <= 2 for x in re.findall(r'x="([^"]+)"', "".join(dots)))
    assert text.count("<g") == text.count("</g>")
