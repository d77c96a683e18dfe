import re

import pytest

from dewak_research.data.catalogue import catalogue, source_html, source_summary, table
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES
from dewak_research.paths import RAW


def test_every_catalogued_file_lies_under_raw_and_every_raw_file_is_catalogued() -> None:
    catalogued = {entry.path for entry in catalogue().values()}
    lying = {
        p.relative_to(RAW).as_posix() for p in RAW.rglob("*") if p.is_file() and p.name != "datapackage.json"
    }
    assert catalogued == lying


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", list(catalogue()))
def test_the_credit_names_publisher_table_licence_link_and_change(name: str, language: str) -> None:
    entry = table(name)
    credit = source_html([name], language)  # type: ignore[arg-type]
    for part in (entry.publisher[language], entry.number[language], entry.licence.url, entry.link):  # type: ignore[index]
        assert part in credit
    assert entry.licence.name[language] in credit  # type: ignore[index]
    assert entry.change[language] in credit  # type: ignore[index]


def test_a_licence_still_to_be_confirmed_is_said_so() -> None:
    assert "(zu bestätigen)" in source_html(["booked_payments"], "de")
    assert "states no licence" in source_html(["balance_sheets"], "en")
    assert "bestätigen" not in source_html(["town_population"], "de")


def test_a_source_named_twice_is_credited_once() -> None:
    assert source_html(["kreise", "kreise"], "de") == source_html(["kreise"], "de")


def test_an_unknown_table_is_an_error_that_offers_the_nearest() -> None:
    with pytest.raises(InputError, match="kreise_panel"):
        source_html(["kreise_pannel"], "de")


def test_keys_are_columns_and_required() -> None:
    for entry in catalogue().values():
        for key in entry.keys:
            assert entry.fields[key].required, (entry.name, key)
        assert bool(entry.keys) == bool(entry.fields)


def test_the_short_line_names_every_publisher_whole() -> None:
    for language in LANGUAGES:
        for name, entry in catalogue().items():
            said = source_summary([name], language)
            publisher = entry.publisher[language]
            short = said.partition(": ")[2].partition(", ")[0]
            assert short == publisher or f"({short}" in publisher, said
    assert source_summary(["gemeinden_tax_capacity_2022"], "de").startswith("Quelle: BBSR, ")


#: Words of German texts only; names of publishers, laws and data sets may be German in an English text.
GERMAN = re.compile(
    r"\b(?:und|nach|mit|nur|der|des|vom|auch|sowie|einzelne|gestattet|Jahre)\b|\b\d\d\.\d\d\.(?:\d{4})?"
)


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_what_english_pages_say_of_a_table_is_english(name: str) -> None:
    entry = table(name)
    licence = entry.licence
    for text in (entry.vintage, entry.number, licence.name, entry.change, entry.title, entry.note):
        if text is not None:
            assert not GERMAN.search(text["en"]), text["en"]
