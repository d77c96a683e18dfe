"""What the projection rests on: moves take nobody who is not there, and keep their sums."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.planning.migration import of_kreise
from dewak_research.planning.outlook import SETTLED_FROM, Outlook, open_group_as_persons


def test_moves_in_the_open_group_follow_its_people() -> None:
    moved = np.zeros((1, 2, 101))
    moved[..., 70] = 3.0
    moved[..., 75:] = -1.0
    persons = np.tile(np.linspace(1000, 0, 101), (1, 2, 1))
    found = open_group_as_persons(moved, persons, 75)
    assert found.sum(axis=-1) == pytest.approx(moved.sum(axis=-1))
    assert found[..., 70] == pytest.approx(3.0)
    of_age = persons[0, 0, 75:]
    assert found[0, 0, 75:] / found[0, 0, 75:].sum() == pytest.approx(of_age / of_age.sum())


def test_nobody_has_to_leave_who_is_not_there(outlook: Outlook) -> None:
    lost = {variant: int((outlook.path(variant)[:, :, :, :100] <= 0).sum()) for variant in outlook.rates}
    assert lost == dict.fromkeys(outlook.rates, 0)


def test_moves_of_a_kreis_beyond_its_level_add_up_to_none(outlook: Outlook) -> None:
    assert np.abs(outlook.profile.kreise.sum(axis=(1, 2))).max() < 1e-6
    assert outlook.profile.land.sum() == pytest.approx(1)
    # the Land as a whole moves before the ages at which only the Kreise differ
    assert np.abs(outlook.profile.land[:, SETTLED_FROM + 1 :]).max() < 0.002
    old = of_kreise(outlook.base.persons, outlook.kreis)[..., 75:].sum(axis=(1, 2))
    assert np.abs(outlook.profile.kreise[..., 75:].sum(axis=(1, 2)) / old).max() < 0.05
