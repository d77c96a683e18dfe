"""Names of rooms, carriers and offers each once and readable; contacts are one mail address of an office."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.space.example import data, rooms

from dewak_research.space.room_names import contact_problems, is_office, same_name
from dewak_research.space.rooms import Rooms, problems


@pytest.mark.parametrize(
    ("contact", "what"),
    [
        ("02366 / 123456", "Mailadresse"),
        ("https://kirche.example/kontakt", "Mailadresse"),
        ("javascript:alert(1)//raum@x.example", "Mailadresse"),
        ("data:text/html,raum@x.example", "Mailadresse"),
        ("mailto:info@x.example", "Mailadresse"),
        ("raum@x.example?bcc=chef@y.example", "Mailadresse"),
        ("raum@x.example, anna.muster@x.example", "Mailadresse"),
        ("raum@x.example;info@x.example", "Mailadresse"),
        ("Anna Muster <raum@x.example>", "Mailadresse"),
        ("raum@x.example\r\nBcc: b@y.example", "Mailadresse"),
        ("info@", "Mailadresse"),
        ("anna.muster@haus.example", "Person"),
        ("hausmann@verein.example", "Person"),
    ],
)
def test_a_contact_is_one_address_of_an_office_and_the_message_says_which_fails(
    contact: str, what: str
) -> None:
    found = list(contact_problems(["info@gut.example", None, contact]))
    assert [one.where for one in found] == ["carriers: 3, contact"]
    assert what in found[0].what.de


@pytest.mark.parametrize(
    "contact",
    [
        "hausmeister@x.example",
        "Info@X-y.example",
        " raeume@a.b.example ",
        "büro@verein-süd.example",
        "pfarrbuero@x.example",
        "hausverwaltung.nord@x.example",
        "quartiersmanagement@x.example",
    ],
)
def test_addresses_of_offices_pass(contact: str) -> None:
    assert is_office(contact)


@pytest.mark.parametrize("name", ["küche", "Küche ", "Küche\u00a0", "Ku\u0308che", "KÜCHE"])
def test_names_that_only_capitals_spaces_or_storage_tell_apart_are_refused(name: str) -> None:
    both = pd.concat([rooms(), rooms().iloc[[2]].assign(room=name)], ignore_index=True)
    found = problems(data(rooms=both))
    assert [one.where for one in found] == ["rooms: 4, room"]
    assert "»Küche«" in found[0].what.de
    assert same_name(name) == same_name("Küche")


@pytest.mark.parametrize("sign", ["\r", "\n", "\x0b", "\x00", "\x85", "\u2028", "\u202e", "\u200b"])
def test_characters_that_nobody_sees_are_refused_and_not_repeated(sign: str) -> None:
    given = data()
    found = problems(
        Rooms(given.rooms.assign(district=f"Mitte{sign}X"), given.carriers, given.offers, given.bookings)
    )
    assert len(found) == len(given.rooms)
    assert "nicht sieht" in found[0].what.de and sign not in found[0].what.de
