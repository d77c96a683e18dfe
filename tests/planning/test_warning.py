"""A year is named only where places are known; the most urgent decision comes first; hours are no places."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.errors import InputError
from dewak_research.planning.capacity import capacity_path
from dewak_research.planning.rates import SERVICES
from dewak_research.planning.warning import (
    WITHOUT_CLAIM,
    exceeded,
    first_year,
    growth_table,
    service_resources,
    warnings,
)

YEARS = range(2024, 2030)
K = {service: i for i, service in enumerate(SERVICES)}
NO_PLACES = pd.DataFrame({"service": [], "places": [], "from_year": []})
NO_LEADS = pd.DataFrame({"service": [], "lead_years": [], "assumed": []})
NO_MEASURES = pd.DataFrame(
    {name: [] for name in ("service", "name", "kind", "sector", "places", "lead_years", "hsk_compatible")}
)
INSTRUMENTS = pd.DataFrame(
    {
        "instrument": ["time_bank", "citizen_budget"],
        "services": ["youth_work; open_elderly; care_ambulatory", "youth_work"],
        "sector": ["informal", "municipality"],
        "lead_time_years": [1.0, np.nan],
        "hsk_compatible": ["yes", "unknown"],
        "hours_mobilised": [2_000.0, np.nan],
        "eur_mobilised": [np.nan, 10_000.0],
    }
)


def _places(*rows: tuple[str, float, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["service", "places", "from_year"])


def _measures(*rows: tuple[str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["service", "places", "lead_years"])
    return frame.assign(name="Haus", kind="own_place", sector="municipality", hsk_compatible="yes")


def _need(**paths: list[float]) -> np.ndarray:
    """Ten draws about a path, evenly spread by plus and minus five per cent."""
    found = np.full((10, len(YEARS), len(SERVICES)), np.nan)
    for service, path in paths.items():
        found[..., K[service]] = np.linspace(0.95, 1.05, 10)[:, None] * np.array(path)
    return found


GROWING = [100.0, 110.0, 120.0, 130.0, 140.0, 150.0]


def _warn(need: np.ndarray, **given_: pd.DataFrame) -> dict[str, pd.DataFrame]:
    inputs = {
        "places": NO_PLACES,
        "lead_times": NO_LEADS,
        "measures": NO_MEASURES,
        "instruments": INSTRUMENTS,
    }
    return warnings(need, YEARS, **(inputs | given_))


def test_without_places_growth_and_its_band_are_told_and_no_year() -> None:
    row = _warn(_need(care_residential=GROWING))["warning"].set_index("service").loc["care_residential"]
    assert row["growth_share"] == pytest.approx(0.5)
    assert row["p05"] < row["p50"] < row["p95"]
    assert row[["likely_year", "sure_year", "decide_by", "gap", "matched", "open_rest"]].isna().all()


def test_years_are_those_in_which_half_and_four_fifths_of_the_draws_exceed_the_places() -> None:
    found = _warn(_need(care_residential=GROWING), places=_places(("care_residential", 125, 2020)))["warning"]
    row = found.set_index("service").loc["care_residential"]
    draws = np.linspace(0.95, 1.05, 10)[:, None] * np.array(GROWING)
    share = (draws > 125).mean(axis=0)
    assert row["likely_year"] == YEARS[int(np.argmax(share >= 0.5))] == 2027
    assert row["sure_year"] == YEARS[int(np.argmax(share >= 0.8))]
    assert row["lead_years"] == 4
    assert row["lead_assumed"]
    assert row["decide_by"] == 2023
    assert row["overdue"]
    assert row["gap"] == pytest.approx(25)
    assert row["open_rest"] == pytest.approx(25)


def test_a_gap_that_closes_again_is_told_and_matched() -> None:
    peak = [90, 100, 110, 115, 100, 84]
    places = _places(("childcare_3_6", 104, 2020))
    row = _warn(_need(childcare_3_6=peak), places=places)["warning"].set_index("service").loc["childcare_3_6"]
    assert row["likely_year"] == 2026
    assert row["gap"] == row["open_rest"] == pytest.approx(11)
    assert row["gap_high"] > row["gap"]


def test_own_lead_time_comes_first_and_is_no_assumption() -> None:
    lead = pd.DataFrame({"service": ["care_residential"], "lead_years": [1.5], "assumed": [False]})
    found = _warn(
        _need(care_residential=GROWING), places=_places(("care_residential", 125, 2020)), lead_times=lead
    )["warning"]
    row = found.set_index("service").loc["care_residential"]
    assert row["decide_by"] == 2025
    assert not row["lead_assumed"]
    assert not row["overdue"]


def test_places_change_with_the_year_and_districts_add_up() -> None:
    rows = _places(("childcare_u3", 50, 2020), ("childcare_u3", 60, 2020), ("childcare_u3", 140, 2026))
    found = capacity_path(rows, YEARS)[:, K["childcare_u3"]]
    assert found.tolist() == [110, 110, 140, 140, 140, 140]
    later = capacity_path(_places(("childcare_u3", 140, 2026)), YEARS)[:, K["childcare_u3"]]
    assert np.isnan(later[:2]).all()


def _of_districts(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["service", "district", "places", "from_year"])


def test_a_district_keeps_its_places_when_another_changes() -> None:
    rows = _of_districts(
        ("childcare_u3", "Nord", 50, 2020),
        ("childcare_u3", "Süd", 60, 2022),
        ("childcare_u3", "Nord", 80, 2026),
        ("childcare_u3", "Nord", 5, 2026),
    )
    found = capacity_path(rows, YEARS)[:, K["childcare_u3"]]
    assert found.tolist() == [110, 110, 145, 145, 145, 145]
    until = capacity_path(rows, range(2020, 2024))[:, K["childcare_u3"]]
    assert np.isnan(until[:2]).all() and until[2:].tolist() == [110, 110], "no sum before Süd is known"


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"places": _places(("childcare_u3", 50, 2050))}, "2050, the plan ends in 2029"),
        ({"places": _places(("childcare_u3", 50, np.nan))}, "count from –"),
        ({"places": _places(("childcare_u3", np.inf, 2020))}, "inf places are no capacity"),
        ({"measures": _measures(("childcare_u3", np.inf, 1))}, "inf places are no capacity"),
        ({"measures": _measures(("childcare_u3", 5, np.nan))}, "the lead time is missing"),
        ({"measures": _measures(("childcare_u3", 5, np.inf))}, "the lead time is inf"),
        ({"places": _places(("childcare_u3", 50, 2024.5))}, "2024.5, which is no whole year"),
        ({"measures": _measures(("childcare_u3", 5, 1e9))}, "the lead time is 1e+09 years"),
        (
            {
                "lead_times": pd.DataFrame(
                    {"service": ["childcare_u3"], "lead_years": [1e9], "assumed": [False]}
                )
            },
            "100 years at most",
        ),
        (
            {
                "lead_times": pd.DataFrame(
                    {"service": ["childcare_u3"] * 2, "lead_years": [2.0, 4.0], "assumed": [False] * 2}
                )
            },
            "childcare_u3 has 2 lead times",
        ),
        (
            {
                "lead_times": pd.DataFrame(
                    {"service": ["childcare_u3"], "lead_years": [np.nan], "assumed": [False]}
                )
            },
            "the lead time is missing",
        ),
        (
            {"places": _of_districts(("childcare_u3", "Nord", 5, 2020), ("childcare_u3", "Süd", 5, 2026))},
            "places of Süd (2026) begin later than the others (2024)",
        ),
    ],
)
def test_what_would_count_in_no_year_is_refused(inputs: dict[str, pd.DataFrame], said: str) -> None:
    with pytest.raises(InputError) as refused:
        _warn(_need(childcare_u3=GROWING), **inputs)
    assert len(refused.value.problems) == 1 and said in refused.value.render("en")


def test_districts_that_begin_before_the_plan_add_up() -> None:
    rows = _of_districts(("childcare_u3", "Nord", 60, 2010), ("childcare_u3", "Süd", 65, 2024))
    found = _warn(_need(childcare_u3=GROWING), places=rows)["warning"].set_index("service")
    assert found.loc["childcare_u3", "places"] == 125


def test_only_measures_that_are_ready_in_time_are_matched_and_never_more_than_the_gap() -> None:
    need, places = _need(childcare_u3=GROWING), _places(("childcare_u3", 125, 2020))
    for measures, matched in (
        (_measures(("childcare_u3", 10, 2)), 10),
        (_measures(("childcare_u3", 10, 2), ("childcare_u3", 30, 6)), 10),
        (_measures(("childcare_u3", 10, 2), ("childcare_u3", 30, 3)), 25),
    ):
        found = _warn(need, places=places, measures=measures)["warning"].set_index("service")
        assert found.loc["childcare_u3", "matched"] == pytest.approx(matched)
        assert found.loc["childcare_u3", "open_rest"] == pytest.approx(25 - matched)


def test_instruments_stand_where_nobody_has_a_claim_and_their_hours_are_no_places() -> None:
    found = _warn(_need(youth_work=GROWING), places=_places(("youth_work", 125, 2020)))
    listed = found["resources"]
    assert set(listed["service"]) == {"youth_work", "open_elderly"} < set(WITHOUT_CLAIM)
    assert listed["resource"].tolist().count("time_bank") == 2  # no claim: not for ambulatory care
    youth = listed[listed["service"] == "youth_work"].set_index("resource")
    assert youth.loc["time_bank", "in_time"]
    assert pd.isna(youth.loc["citizen_budget", "in_time"])
    assert listed["places"].isna().all()
    row = found["warning"].set_index("service").loc["youth_work"]
    assert row["matched"] == 0
    assert row["open_rest"] == row["gap"] > 0


def test_without_places_a_service_has_its_lead_time_and_what_could_help() -> None:
    named = INSTRUMENTS.assign(
        name_de=["Zeitbank", "Bürgerbudget"], name_en=["Time bank", "Citizens' budget"]
    )
    found = service_resources(named).set_index("service")
    assert found.index.tolist() == list(SERVICES)
    assert found.loc["youth_work", ["instruments", "instruments_de"]].tolist() == [
        2,
        "Zeitbank; Bürgerbudget",
    ]
    assert found.loc["open_elderly", ["instruments", "instruments_en"]].tolist() == [1, "Time bank"]
    assert found.loc["care_ambulatory", ["claim", "instruments", "instruments_de"]].tolist() == [True, 0, ""]
    assert found.loc["care_residential", "lead_years"] == 4


def test_the_most_urgent_decision_comes_first() -> None:
    need = _need(
        childcare_u3=GROWING, care_residential=GROWING, youth_work=GROWING, child_raising_help=[200.0] * 6
    )
    places = _places(("childcare_u3", 125, 2020), ("care_residential", 125, 2020), ("youth_work", 1000, 2020))
    services = _warn(need, places=places)["warning"]["service"].tolist()
    assert services[:2] == ["care_residential", "childcare_u3"]
    assert services[2:4] == ["youth_work", "child_raising_help"]


def test_growth_is_the_growth_of_each_draw() -> None:
    need = _need(childcare_u3=GROWING)[:, :, None]
    row = growth_table(need, YEARS, ["05954036"]).set_index("service").loc["childcare_u3"]
    assert (row["growth_low_share"], row["growth_high_share"]) == pytest.approx((0.5, 0.5))
    assert row["ags"] == "05954036"
    assert (row["first_year"], row["last_year"]) == (2024, 2029)


@given(st.floats(1, 300), st.floats(1, 300))
def test_more_places_never_bring_the_year_nearer(one: float, other: float) -> None:
    need = _need(childcare_u3=GROWING)
    few, many = sorted((one, other))
    year = []
    for size in (few, many):
        capacity = capacity_path(_places(("childcare_u3", size, 2020)), YEARS)
        year.append(first_year(exceeded(need, capacity), YEARS, 0.5)[K["childcare_u3"]])
    assert np.nan_to_num(year[0], nan=np.inf) <= np.nan_to_num(year[1], nan=np.inf)


def test_every_fault_is_named_at_once() -> None:
    bad = {
        "places": _places(("childcare_u3", 0, 2020), ("childcare_u33", 10, 2020)),
        "lead_times": pd.DataFrame({"service": ["childcare_u3"], "lead_years": [-1.0], "assumed": [False]}),
        "measures": _measures(("childcare_u3", -5, -2)).assign(kind="own_places"),
    }
    with pytest.raises(InputError) as refused:
        warnings(_need(), [2024, 2026], instruments=INSTRUMENTS, **bad)
    text = refused.value.render("de")
    assert len(refused.value.problems) == 7
    assert "childcare_u3" in text
    assert "own_place" in text
    assert "2025" in text
