"""A register in place of the estimated base: districts add up, the base itself gives the base's path, refusals."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.own_population import Register, district_draws, register_path
from dewak_research.planning.single_unit import unit_population

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


@pytest.mark.parametrize(("key", "year"), [(TOWN, 2024), (TOWN, 2022), ("05562", 2024), ("05999000", 2024)])
def test_the_draws_of_districts_add_up_to_those_of_their_unit(outlook: Outlook, key: str, year: int) -> None:
    persons, share = _persons(outlook), np.linspace(0.2, 0.6, 101)
    parts = np.stack([persons * share, persons * (1 - share)])
    wanted = {"first_year": year, "last_year": 2040, "draws": 20, "seed": 7}
    unit = unit_population(outlook, None, key, persons=persons, **wanted)
    drawn = district_draws(parts, unit, outlook, None, 7)
    assert drawn.shape == (20, 2041 - year, 2, 2, len(GROUPS))
    np.testing.assert_allclose(drawn.sum(axis=2), unit.drawn, rtol=2e-3, atol=1.0)
    width = drawn[:, -1].sum(axis=(2, 3)).std(axis=0)
    assert (width > 0).all()
    one = district_draws(persons[None], unit, outlook, None, 7)
    np.testing.assert_allclose(one[:, :, 0], unit.drawn, rtol=1e-5)


def test_everything_wrong_is_named_at_once(outlook: Outlook) -> None:
    wrong = Register("05562", 2009, {"north": np.ones((2, 76)), "south": np.full((2, 101), -1.0)}, total=5.0)
    with pytest.raises(InputError) as found:
        register_path(wrong, outlook)
    text = found.value.render("en")
    assert len(found.value.problems) == 5
    for part in ("no town", "2009", "2 × 76", "negative", "stated are 5"):
        assert part in text
