"""Names of columns and words stand in one registry, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.language import Text
from dewak_research.page.labels import Label, find_label, label, load_labels


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_registry_of_the_package_is_whole() -> None:
    registry = load_labels()
    assert registry["ags"].text.de == "Gemeindeschlüssel (AGS)"
    assert {"no_data", "data_csv", "population"} <= set(registry)


def test_a_label_speaks_both_languages_and_names_its_unit() -> None:
    assert label("year", "de") == "Jahr"
    assert label("year", "en", with_unit=True) == "Year"
    assert label("amount_eur", "de", with_unit=True) == "Betrag (Euro)"
    assert label("amount_eur", "en", with_unit=True) == "Amount (euros)"
    assert label("area_km2", "de", with_unit=True) == "Fläche (km²)"


def test_placeholders_are_filled() -> None:
    assert label("from_to", "de", low="1", high="2") == "1 bis unter 2"


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(InputError, match="“population”"):
        label("populaton", "de")
    with pytest.raises(InputError, match="one of: "):
        label("zzzzzz", "en")


def test_a_folder_of_several_files_is_one_registry(tmp_path: Path) -> None:
    registry = load_labels(
        folder(
            tmp_path, one="a: {de: x, en: y}", two="b: {de: x, en: y, unit: {de: Jahre, en: years}}", three=""
        )
    )
    assert registry == {
        "a": Label(Text("x", "y")),
        "b": Label(Text("x", "y"), Text("Jahre", "years")),
    }
    assert find_label("a", registry).unit is None


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"one": "a: {de: x, en: y}", "two": "a: {de: x, en: y}"}, "stands already in one.yaml"),
        ({"one": "a: {de: x, en: y}\na: {de: x, en: y}"}, "stands already in one.yaml"),
        ({"one": "a: {de: x}"}, "a language or the shape is missing"),
        ({"one": "a: {de: x, en: ' '}"}, "a language or the shape is missing"),
        ({"one": "a: {de: x, en: 1}"}, "a language or the shape is missing"),
        ({"one": "a: {de: x, en: y, units: m}"}, "a language or the shape is missing"),
        ({"one": "a: {de: x, en: y, unit: {de: m}}"}, "a language or the shape is missing"),
        ({"one": "a: text"}, "a language or the shape is missing"),
        ({"one": "true: {de: x, en: y}"}, "the key is no text"),
        ({"one": "- a"}, "no mapping"),
        ({"one": "a: {de: x, en: y}\nb: {de: Anteil, 25: %, en: {}"}, r"one\.yaml: 2: no YAML"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_labels(folder(tmp_path, **files))


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_labels(folder(tmp_path, one="a: {de: x}\nb: {en: x}", two="c: 1"))
    assert len(caught.value.problems) == 3
