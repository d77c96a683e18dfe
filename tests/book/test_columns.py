"""Beside every file of data: what its columns are called on the page, their unit, their type."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from dewak_research.book import activation, citation, columns, rooms
from dewak_research.book.part_writing import offered_beside
from dewak_research.errors import entries
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Table
from dewak_research.page.labels import is_known, label
from dewak_research.page.results import open_results
from dewak_research.page.terms import terms


def undescribed(files: list[Path], language: Language) -> list[str]:
    return [
        f"{file.parent.name}/{file.name}: {head}"
        for file in files
        for head in pd.read_csv(file, dtype=str, nrows=0).columns
        if columns.is_name(head) and columns.said_of(head, language, file.stem) is None
    ]


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    frame = pd.DataFrame({
        "ags": ["05111000", "05562020"], "population": [620523, 61000], "carried_eur": [1.5, None],
        "reported": [True, False], "Wert": ["a", ""],
    })  # fmt: skip
    table = Table(frame, name="of_towns", caption="Städte", sources=("towns",), labels=False)
    table.save(tmp_path / "20_try")
    return tmp_path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_says_what_its_columns_are(figures: Path, language: Language) -> None:
    assert columns.write_descriptions(figures, {"20_try/of_towns": "Tabelle 20.1. Zwei"}, language) == 1
    found = json.loads((figures / "20_try" / "of_towns.csv-metadata.json").read_text(encoding="utf-8"))
    assert found["@context"] == ["http://www.w3.org/ns/csvw", {"@language": language}]
    assert (found["url"], found["dc:title"]) == ("of_towns.csv", "Tabelle 20.1. Zwei")
    parts = {one["titles"]: one for one in found["tableSchema"]["columns"]}
    heads = (figures / "20_try" / "of_towns.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert list(parts) == heads
    assert {head: one["datatype"] for head, one in parts.items()} == {
        "ags": "string",
        "population": "integer",
        "carried_eur": "number",
        "reported": "boolean",
        "Wert": "string",
    }
    assert parts["ags"]["dc:description"] == label("ags", language, with_unit=True)
    assert parts["carried_eur"]["dc:description"] == {"de": "Euro", "en": "euros"}[language]
    assert "dc:description" not in parts["Wert"]


def test_captions_are_plain_text_of_figures_and_tables() -> None:
    table = (
        '<div class="dewak-table dewak-wide" id="b"><style></style><div>'
        "<table><caption><a>Tabelle 20.1.</a> Ein &amp; zwei</caption>"
    )
    figure = (
        '<figure class="dewak-figure" id="a"><img><figcaption>'
        '<div class="dewak-caption"><a>Abbildung 20.1.</a> Bild</div>'
    )
    found = citation.titles([("20_try", "20_try", figure), ("20_try", "20_try_check", table)])
    assert found == {"20_try/a": "Abbildung 20.1. Bild", "20_try/b": "Tabelle 20.1. Ein & zwei"}


def test_no_column_is_described_twice() -> None:
    own = entries("dewak_research.book", columns.FILE)
    assert not [name for name in own["names"] if is_known(name)]
    assert columns.said_of("price_low", "en") == "lower end of the range"
    assert columns.said_of("Wert", "de") is None
    assert columns.said_of("of_nobody_known", "de") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_file_beside_a_chapter_is_described(
    stages_run: Path, language: Language
) -> None:
    files = sorted((stages_run / "notebooks" / language / "_figures").rglob("*.csv"))
    assert len(files) > 200
    assert undescribed(files, language) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_that_belong_to_no_chapter_are_described_too(
    stages_run: Path, tmp_path: Path, language: Language
) -> None:
    activation.write_files(open_results("cases", stages_run), tmp_path)
    rooms.write_example(tmp_path, language, LANGUAGES)
    files = offered_beside(tmp_path)
    assert {file.name for file in files} == {file.name for file in tmp_path.rglob("*.csv")}
    assert undescribed(files, language) == []
    for file in files:
        columns.write_description(file, "", language)
        found = json.loads(file.with_name(file.name + columns.ENDING).read_text(encoding="utf-8"))
        assert all("dc:description" in one for one in found["tableSchema"]["columns"]), file.name


@pytest.mark.browser
def test_every_file_of_the_report_has_its_description_beside_it(html: Path) -> None:
    for language in LANGUAGES:
        files = sorted((html / language).rglob("*.csv"))
        assert [file for file in files if not file.with_name(file.name + columns.ENDING).is_file()] == []
        assert undescribed(files, language) == []


def test_a_name_that_means_another_thing_in_one_file_says_so() -> None:
    assert columns.said_of("cluster", "en", "lisa_map") == "cluster of the Kreis and its neighbours"
    assert (
        columns.said_of("cluster", "de", "specification_curve")
        == "Ebene der zusammengefassten Standardfehler"
    )
    assert columns.said_of("betweenness", "de") == label("case_betweenness", "de", with_unit=True)
    assert "Anmerkung" in str(columns.said_of("C12", "de"))


def test_descriptions_keep_to_the_list_of_words() -> None:
    own = entries("dewak_research.book", columns.FILE)
    of_tables = [said for names in own["tables"].values() for said in names.values()]
    for said in [own["code"], *of_tables, *own["names"].values(), *own["ends"].values()]:
        if isinstance(said, str):
            assert is_known(said), said
            continue
        for language in LANGUAGES:
            assert not [w for term in terms().values() for w in term.forbidden(said[language], language)]
