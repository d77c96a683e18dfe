"""A register in place of the estimated base: districts add up, the base itself gives the base's path, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.own_population import Register, register_path, register_table

TOWN = "05562020"


def _persons(outlook: Outlook) -> np.ndarray:
    return outlook.base.persons[outlook.base.towns.index(TOWN)]


def test_the_base_as_register_gives_the_path_of_the_base(outlook: Outlook) -> None:
    path = register_path(Register(TOWN, 2024, {"": _persons(outlook)}), outlook)
    known = outlook.path("base")[:, outlook.base.towns.index(TOWN)]
    assert path[:, 0] == pytest.approx(known, rel=1e-10)


def test_districts_add_up_to_the_town(outlook: Outlook) -> None:
    persons = _persons(outlook)
    share = np.linspace(0.2, 0.6, 101)
    parts = {"north": persons * share, "south": persons * (1 - share)}
    path = register_path(Register(TOWN, 2024, parts, total=float(persons.sum())), outlook)
    whole = register_path(Register(TOWN, 2024, {"": persons}), outlook)
    assert path.sum(axis=1) == pytest.approx(whole[:, 0], rel=1e-9)


def test_a_later_register_begins_at_its_own_year(outlook: Outlook) -> None:
    table = register_table(Register(TOWN, 2026, {"": _persons(outlook)}, estimated=frozenset({""})), outlook)
    assert table["year"].min() == 2026 and table["year"].max() == 2050
    assert set(table["variant"]) == {"low", "base", "high"}
    first = table.query("year == 2026 and variant == 'base'")
    assert first["persons"].sum() == pytest.approx(_persons(outlook).sum())
    assert table["estimated"].all()
    counted = register_table(Register(TOWN, 2026, {"": _persons(outlook)}), outlook)
    assert not counted.query("year == 2026")["estimated"].any()
    assert counted.query("year > 2026")["estimated"].all()


def test_everything_wrong_is_named_at_once(outlook: Outlook) -> None:
    wrong = Register("05562", 2009, {"north": np.ones((2, 76)), "south": np.full((2, 101), -1.0)}, total=5.0)
    with pytest.raises(InputError) as found:
        register_path(wrong, outlook)
    text = found.value.render("en")
    assert len(found.value.problems) == 5
    for part in ("no town", "2009", "2 × 76", "negative", "stated are 5"):
        assert part in text
