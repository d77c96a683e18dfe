import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.data.register import kreis_of, resolve, resolve_in_germany, validate_ags
from dewak_research.errors import InputError

UNITS = pd.DataFrame(
    [
        ("05111000", "Düsseldorf"),
        ("05554004", "Ahaus"),
        ("05562", "Kreis Recklinghausen"),
        ("05562020", "Herten"),
        ("05562032", "Recklinghausen"),
        ("05566", "Kreis Steinfurt"),
        ("05911000", "Bochum"),
        ("05914000", "Hagen"),
        ("05954024", "Neustadt (Sieg)"),
        ("05954028", "Neustadt (Ruhr)"),
        ("05954032", "Wetter (Ruhr)"),
        ("05954", "Ennepe-Ruhr-Kreis"),
    ],
    columns=["ags", "name"],
)


@pytest.mark.parametrize(
    ("query", "ags"),
    [
        ("05911000", "05911000"),
        ("05911", "05911000"),
        ("05562", "05562"),
        (" 05562020 ", "05562020"),
        ("Bochum", "05911000"),
        ("bochum", "05911000"),
        ("Duesseldorf", "05111000"),
        ("DÜSSELDORF", "05111000"),
        ("Wetter", "05954032"),
        ("Wetter (Ruhr)", "05954032"),
        ("Recklinghausen", "05562032"),
        ("Kreis Recklinghausen", "05562"),
        ("Ennepe-Ruhr-Kreis", "05954"),
        ("ennepe ruhr", "05954"),
        ("Steinfurt", "05566"),
    ],
)
def test_keys_and_names_are_resolved(query: str, ags: str) -> None:
    assert resolve(query, UNITS) == ags


@pytest.mark.parametrize("number", [5911000, 5911, 5911000.0, True, None])
def test_a_number_is_refused_with_the_reason(number: object) -> None:
    with pytest.raises(InputError, match="leading zero") as found:
        resolve(number, UNITS)
    if number == 5911000 and isinstance(number, int):
        assert '"05911000" in quotes' in found.value.render("en")


@pytest.mark.parametrize("text", ["059110", "0591100", "059110001", "05 911 000", "059110O0"])
def test_text_of_another_shape_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        validate_ags(text)


def test_an_unknown_key_offers_the_nearest_by_number() -> None:
    with pytest.raises(InputError, match="05562020 Herten"):
        resolve("05562021", UNITS)


def test_an_unknown_name_offers_the_nearest_by_name() -> None:
    with pytest.raises(InputError, match="05562020 Herten"):
        resolve("Hertn", UNITS)


def test_a_name_nothing_is_like_still_gets_an_answer() -> None:
    with pytest.raises(InputError, match="the nearest are"):
        resolve("Qqqqqqq", UNITS)


def test_an_ambiguous_name_lists_all_who_bear_it() -> None:
    with pytest.raises(InputError, match="2 units") as found:
        resolve("Neustadt", UNITS)
    text = found.value.render("de")
    assert "05954024 Neustadt (Sieg)" in text
    assert "05954028 Neustadt (Ruhr)" in text


@given(st.from_regex(r"05\d{3}", fullmatch=True))
def test_mapping_a_kreis_to_its_town_and_back_gives_the_kreis(kreis: str) -> None:
    assert kreis_of(kreis + "000") == kreis_of(kreis) == kreis


@given(st.integers() | st.floats() | st.none() | st.text())
def test_whatever_is_given_the_answer_is_a_key_or_a_message(value: object) -> None:
    try:
        assert resolve(value, UNITS) in set(UNITS["ags"])
    except InputError as error:
        assert error.render("de")


KREISE = pd.DataFrame(
    {
        "ags": ["05562", "09562", "14626", "06633"],
        "name": ["Kreis Recklinghausen", "Erlangen", "Görlitz", "Landkreis Kassel"],
    }
)


@pytest.mark.parametrize(
    ("query", "ags"),
    [
        ("14626", "14626"),
        ("Goerlitz", "14626"),
        ("Görlitz", "14626"),
        ("Landkreis Kassel", "06633"),
        ("Herten", "05562020"),
    ],
)
def test_a_kreis_of_another_land_is_found_by_key_and_by_name(query: str, ags: str) -> None:
    assert resolve_in_germany(query, UNITS, KREISE) == ags


def test_who_is_in_neither_register_is_offered_the_nearest_of_both() -> None:
    with pytest.raises(InputError, match="14626 Görlitz") as found:
        resolve_in_germany("14627", UNITS, KREISE)
    assert "3 Kreise und kreisfreien Städte der anderen Länder" in found.value.render("de")
    with pytest.raises(InputError, match="05562020 Herten"):
        resolve_in_germany("Hertn", UNITS, KREISE)
    with pytest.raises(InputError, match="2 units"):
        resolve_in_germany("Neustadt", UNITS, KREISE)
