"""Official totals that a user hands in: met by towns and Kreise, and every mistake named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.handed_in import own_totals
from dewak_research.errors import InputError
from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.given_totals import fitted, town_totals
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population_range import population_range

TOWNS = ["05111000", "05154004", "05154008", "05154012"]
PERSONS = np.array(
    [[100.0, 20, 30, 50], [100, 20, 30, 50], [100, 20, 30, 50], [100, 22, 30, 48], [90, 22, 30, 48]]
)


def _totals(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["ags", "year", "persons"])


def test_a_kreis_is_shared_as_projected_around_towns_with_a_total_of_their_own() -> None:
    totals = _totals(("05154", 2027, 122), ("05154004", 2027, 44), ("05111000", 2025, 90))
    found = town_totals(PERSONS, TOWNS, 2024, totals)
    assert found == {
        0: {2025: 90},
        1: {2027: 44},
        2: {2027: pytest.approx(30)},
        3: {2027: pytest.approx(48)},
    }


def test_every_mistake_is_named_at_once() -> None:
    totals = _totals(
        ("05999000", 2026, 10),
        ("05111000", 2024, 10),
        ("05111000", 2026, 0),
        ("05111000", 2026.5, 9),
        ("05154", 2026, 9),
        ("05154", 2026, 9),
    )
    with pytest.raises(InputError) as error:
        town_totals(PERSONS, TOWNS, 2024, totals)
    assert [p.where for p in error.value.problems] == [f"official_totals, row {i}" for i in range(1, 7)]


def test_towns_that_leave_nothing_for_the_others_are_named() -> None:
    totals = _totals(("05154", 2026, 60), ("05154004", 2026, 40), ("05154008", 2026, 30))
    with pytest.raises(InputError, match="05154"):
        town_totals(PERSONS, TOWNS, 2024, totals)


def test_a_table_without_its_columns_is_named() -> None:
    with pytest.raises(InputError, match="persons"):
        town_totals(PERSONS, TOWNS, 2024, pd.DataFrame({"ags": [], "year": []}))


def test_base_variants_and_bands_meet_the_totals(outlook: Outlook) -> None:
    before = {v: outlook.path(v).sum(axis=(2, 3)) for v in ("base", "high")}
    places = [i for i, town in enumerate(outlook.base.towns) if town.startswith("05954")]
    now = before["base"][:, places].sum(axis=1)
    found = fitted(outlook, _totals(("05954", 2030, 1.04 * now[6])))
    after = {v: found.path(v).sum(axis=(2, 3)) for v in ("base", "high")}
    assert after["base"][6, places].sum() == pytest.approx(1.04 * now[6])
    assert now[3] < after["base"][3, places].sum() < 1.04 * now[3]
    gap = (after["high"] - after["base"])[6, places], (before["high"] - before["base"])[6, places]
    assert gap[0] == pytest.approx(gap[1], rel=0.05)
    others = [i for i in range(len(outlook.base.towns)) if i not in places]
    assert np.array_equal(after["base"][:, others], before["base"][:, others])
    none = AgeMisses(np.zeros(len(GROUPS)), np.zeros(len(GROUPS)))
    band = (
        population_range(found, none, 20, 2030, 1).query("age == 'total' and year == 2030").set_index("ags")
    )
    assert band.loc["05954", "p50"] == pytest.approx(1.04 * now[6], rel=3e-3)


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_file_of_totals_keeps_the_zero_of_a_key(tmp_path: Path, separator: str) -> None:
    assert own_totals(tmp_path) == {}
    lines = [("ags", "year", "persons"), ("05954032", "2035", "26900"), ("05954", "2040", "viele")]
    text = "\n".join(separator.join(line) for line in lines)
    (tmp_path / "official_totals.csv").write_text(text, encoding="utf-8")
    found = own_totals(tmp_path)["official_totals"]
    assert found["ags"].tolist() == ["05954032", "05954"]
    assert found["persons"].iloc[0] == 26900 and np.isnan(found["persons"].iloc[1])
