"""Official totals: met exactly, ages of the Land's moves, nothing changed where ours is given, refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.planning.official_totals import rates_for_totals
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Rates, project

TOWN = "05562020"


@pytest.fixture(scope="module")
def unit(outlook: Outlook) -> tuple[np.ndarray, list[Rates]]:
    at = outlook.base.towns.index(TOWN)
    rates = [
        replace(rate, births=rate.births[at], net_migration=rate.net_migration[at])
        for rate in outlook.rates["base"]
    ]
    return outlook.base.persons[at], rates


def test_totals_are_met(unit: tuple[np.ndarray, list[Rates]], outlook: Outlook) -> None:
    base, rates = unit
    totals = {2030: 61_000.0, 2040: 57_500.0}
    fitted = rates_for_totals(base, rates, outlook.profile.land, totals, 2024)
    path = project(base, fitted, len(fitted)).sum(axis=(1, 2))
    assert path[[6, 16]] == pytest.approx([61_000, 57_500], rel=1e-9)
    more = [
        float((new.net_migration - old.net_migration).sum()) for new, old in zip(fitted, rates, strict=True)
    ]
    assert np.ptp(more[:6]) < 1e-6 and np.ptp(more[6:16]) < 1e-6
    assert more[16:] == [0.0] * (len(more) - 16)


def test_our_own_total_changes_nothing(unit: tuple[np.ndarray, list[Rates]], outlook: Outlook) -> None:
    base, rates = unit
    ours = float(project(base, rates, 10)[-1].sum())
    fitted = rates_for_totals(base, rates, outlook.profile.land, {2034: ours}, 2024)
    assert fitted[0].net_migration == pytest.approx(rates[0].net_migration, abs=1e-6)


def test_years_and_numbers_that_cannot_be_are_named_together(
    unit: tuple[np.ndarray, list[Rates]], outlook: Outlook
) -> None:
    base, rates = unit
    with pytest.raises(InputError) as found:
        rates_for_totals(base, rates, outlook.profile.land, {2024: 60_000, 2030: -1.0}, 2024)
    assert len(found.value.problems) == 2


def test_a_total_that_nobody_leaving_can_give_is_refused(
    unit: tuple[np.ndarray, list[Rates]], outlook: Outlook
) -> None:
    base, rates = unit
    with pytest.raises(InputError, match="out of reach"):
        rates_for_totals(base, rates, outlook.profile.land, {2025: 10.0}, 2024)
