"""`dewak case check`: every mistake in the sites of a case gets one clear message with its line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dewak_research.own.case_check import problems_of_file
from dewak_research.paths import CASES

EXAMPLE = CASES / "examples" / "musterstadt.yaml"
ZECHE = "people: 1700, need: 0.69, east_km: 4.9, north_km: 1.6"
LAKE = "seeufer: {name: {de: Seeufer, en: Lakeside}, people: 1400, need: 0.11, east_km: 1.6, north_km: 3.9"
REACH = "reach: {low: 0.67, value: 1.0, high: 1.25, unit: km"


def commented_sites() -> str:
    """The block of the template, its marks of a comment taken away."""
    text = (CASES / "template.yaml").read_text(encoding="utf-8")
    lines = text[text.index("# sites:\n") :].splitlines()
    return "\n".join(re.sub("^# ?", "", line) for line in lines) + "\n"


def test_the_example_is_right() -> None:
    assert problems_of_file(EXAMPLE) == []


def test_the_block_of_the_template_is_right_once_its_marks_are_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    whole = (CASES / "template.yaml").read_text(encoding="utf-8")
    path.write_text(whole + commented_sites(), encoding="utf-8")
    assert [problem.render("en") for problem in problems_of_file(path)] == []


@pytest.mark.parametrize(
    ("old", "new", "german", "english"),
    [
        ("A7: zeche", "A7: zecke", "»zecke« steht nicht unter places", "“zecke” is not listed under places"),
        ("    A7: zeche\n", "", "kein Standort für A7", "no site for A7"),
        ("A7: zeche", "A77: zeche", "»A77« steht nicht unter models.yaml", "“A77” is not listed"),
        (ZECHE, ZECHE.replace(", north_km: 1.6", ""), "für »zeche« fehlt eine Koordinate", "a coordinate of “zeche”"),
        (ZECHE, ZECHE.replace("east_km: 4.9", "longitude: 7.1"), "andere Koordinaten", "other coordinates"),
        (ZECHE, ZECHE.replace("1700", "0"), "Wert 0 ist nicht zulässig", "value 0 is not allowed"),
        (ZECHE, ZECHE.replace("1700", ".nan"), "nicht zulässig", "finite number"),
        (ZECHE, ZECHE.replace("need: 0.69, ", ""), "Bedarf", "the need of “zeche”"),
        (ZECHE, ZECHE.replace("need: 0.69", "need: 0.69, fifth: 4"), "Bedarf", "the need of “zeche”"),
        (ZECHE, ZECHE.replace("need: 0.69", "need: 69"), "nicht zulässig", "1 or less"),
        (LAKE, LAKE + ", minutes: {zeche: 3}", "unbekannter Schlüssel »minutes«", "unknown key “minutes”"),
        (LAKE, LAKE.replace("people", "peopel"), "unbekannter Schlüssel »peopel«", "“people”"),
        (REACH, REACH.replace("km", "min"), "die Reichweite steht in »min«", "the reach is in “min”"),
        (REACH, REACH.replace("low: 0.67", "low: 0"), "nicht größer als 0", "not above 0"),
        (REACH, REACH.replace("value: 1.0", "value: null"), "nicht bekannt", "not known"),
        ("detour: {low: 1.2", "detour: {low: 0.9", "kleiner als 1", "below 1"),
        ("  detour: {low: 1.2, value: 1.3, high: 1.4, unit: \"Faktor\", assumption: true}\n", "",
         "fehlt der Umwegfaktor", "detour factor for the coordinates is missing"),
        (ZECHE + ", assumption: true", ZECHE, "ohne Quelle", "without a source"),
        ('exists: "no", east_km: 4.9, north_km: 1.6', 'exists: "no", minutes: {zeche: 2}',
         "fehlen die Minuten aus altstadt", "minutes to “zeche” from altstadt"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, german: str, english: str
) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "own.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = problems_of_file(path)
    hits = [p for p in problems if german in p.render("de") and english in p.render("en")]
    assert len(hits) == 1, [p.render("en") for p in problems]
    assert re.fullmatch(r"own\.yaml:\d+", hits[0].where)


@pytest.mark.parametrize(
    ("longitude", "latitude", "said"), [(51.6, 7.12, "swapped"), (365000.0, 5715000.0, "metres")]
)
def test_swapped_or_grid_coordinates(tmp_path: Path, longitude: float, latitude: float, said: str) -> None:
    path = tmp_path / "own.yaml"
    whole = (CASES / "template.yaml").read_text(encoding="utf-8") + commented_sites()
    wrong = whole.replace(
        "longitude: 7.12, latitude: 51.601", f"longitude: {longitude}, latitude: {latitude}", 2
    )
    path.write_text(wrong, encoding="utf-8")
    (problem,) = problems_of_file(path)
    line = int(problem.where.partition(":")[2])
    assert said in problem.render("en") and "schule:" in wrong.splitlines()[line - 1]


def test_fewer_than_five_districts_need_their_fifths(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    whole = (CASES / "template.yaml").read_text(encoding="utf-8") + commented_sites()
    path.write_text(whole.replace("fifth: 5", "need: 0.9").replace("fifth: 2", "need: 0.2"), encoding="utf-8")
    (problem,) = problems_of_file(path)
    assert "2 districts cannot be put into fifths" in problem.render("en")
