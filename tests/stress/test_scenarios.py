from __future__ import annotations

import re

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.rules import rule_set
from dewak_research.stress.book import Book
from dewak_research.stress.episodes import episodes
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.scenarios import changes, register, scenarios
from dewak_research.stress.simulation import Paths, Settings
from dewak_research.stress.what_if import council_grid, effects_eur, run_once
from stress import engine_case as case

NAMES = {
    "GFK2009",
    "COVID2020",
    "COVID2020_COMPENSATED",
    "COST2024",
    "SZCUT2026",
    "REFUGEE2015",
    "RATES2022",
    "LWL_PLUS_1",
    "TOPPAYER",
}
FLAT = np.zeros((2, len(KEYS)))
ENGINE = Settings(rule_set(2010))
OWN = {
    "title": {"de": "Eigenes", "en": "My own"},
    "reference": {"de": "Annahme", "en": "assumption"},
    "author": "somebody",
    "source": ["METHODS"],
    "tag": "P",
    "verified": False,
}


def named(name: str):
    return next(s for s in scenarios() if s.name == name)


def through(book: Book, change: np.ndarray) -> Paths:
    return run_once(book, effects_eur(book, change, ENGINE), np.zeros(5), ENGINE)


def test_all_named_episodes_are_there_with_title_reference_author_and_source() -> None:
    found = scenarios()
    assert {s.name for s in found} == NAMES
    for scenario in found:
        assert scenario.overlay.author
        assert all(re.match(r"METHODS$|S\d+b?: .{5,}", entry) for entry in scenario.overlay.source)
    assert not register(found).isna().any().any()


def test_what_was_not_read_is_marked_part_by_part() -> None:
    """METHODS C.2 and C.4: the annual series is [K], goods of 2024 stand nowhere."""
    status = register(scenarios()).set_index("scenario")["status"]
    assert status["GFK2009"] == status["COST2024"] == "partly"
    assert "gewst" in named("GFK2009").overlay.unread and "sach" in named("COST2024").overlay.unread
    assert status["TOPPAYER"] == "unverified" and status["COVID2020"] == "verified"
    for scenario in scenarios():
        assert not (scenario.overlay.verified and scenario.overlay.tag in ("K", "P"))
    with pytest.raises(InputError, match="sach"):
        scenarios({"X": {**OWN, "verified": True, "unread": {"sach": {"de": "a", "en": "b"}}}})


def test_the_crisis_of_2009_falls_and_recovers() -> None:
    level = changes(named("GFK2009"), FLAT, 5)[:, 0, POSITION["gewst"]]
    np.testing.assert_allclose(
        level, [-0.21, 0.79 * 1.1 - 1, 0.79 * 1.1 * 1.13 - 1] + [0.79 * 1.1 * 1.13 - 1] * 2
    )


def test_observed_growth_is_set_against_the_growth_of_the_path() -> None:
    level = changes(named("COST2024"), FLAT + 0.02, 2)[:, 0, POSITION["pers"]]
    np.testing.assert_allclose(level, 1.089 / 1.02 - 1)


def test_an_overlay_states_only_what_differs() -> None:
    plain, compensated = (changes(named(n), FLAT, 3) for n in ("COVID2020", "COVID2020_COMPENSATED"))
    assert plain[0, 0, 0] == pytest.approx(-0.198)
    assert compensated[0, 0, 0] == 0.0
    np.testing.assert_array_equal(plain[1:], compensated[1:])


def test_one_point_of_landschaftsumlage_is_a_share_of_what_is_paid() -> None:
    book = case.book()
    change = changes(named("LWL_PLUS_1"), np.zeros((book.size, len(KEYS))), 5)
    paths = through(book, change)
    assert -paths.block_eur["umlagen"][0, 4, 0] == pytest.approx(35 / 16.4, rel=1e-6)


def test_a_user_adds_a_scenario_without_code() -> None:
    own = {"MINE": {"extends": "GFK2009", "level": {"asyl": [0.5]}, "title": OWN["title"]}}
    mine = next(s for s in scenarios(own) if s.name == "MINE")
    assert mine.own
    level = changes(mine, FLAT, 2)
    assert level[0, 0, 0] == pytest.approx(-0.21)
    assert level[1, 0, POSITION["asyl"]] == 0.5


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({**OWN, "level": {"gewts": [-0.1]}}, "gewst"),
        ({**OWN, "level": {"est": [-1.5]}}, "100"),
        ({**OWN, "level": {"est": [float("nan")]}}, "not a number"),
        ({**OWN, "level": {"est": []}}, "at least one"),
        ({**OWN, "level": {"gewst": [0, 25]}}, "a comma separates two values"),
        ({**OWN, "growth": {"kdu": [-25.0]}}, "outside all experience"),
        ({**OWN, "rate_rise_pp": [300]}, "outside all experience"),
        ({**OWN, "level": {"est": ["0,25"]}}, "number"),
        ({**OWN, "extends": ["GFK2009"]}, "leads to no scenario"),
        ({**OWN, "extends": "GFK2009", "level": [0.1]}, "dictionary"),
        ({**OWN, "levels": {}}, "level"),
        ({**OWN, "extends": "GFK209"}, "GFK2009"),
        ({k: v for k, v in OWN.items() if k != "author"}, "author"),
        ({**OWN, "extends": "MINE"}, "leads to no scenario"),
        (None, "empty"),
    ],
)
def test_a_faulty_scenario_is_one_clear_message(document, said: str) -> None:
    with pytest.raises(InputError, match=said):
        scenarios({"MINE": document})


def test_a_packaged_name_is_not_overwritten() -> None:
    with pytest.raises(InputError, match="taken"):
        scenarios({"GFK2009": OWN})


def test_a_trade_tax_loss_above_100_percent_is_allowed_because_refunds_exist() -> None:
    mine = next(s for s in scenarios({"MINE": {**OWN, "level": {"gewst": [-1.2]}}}) if s.name == "MINE")
    book = case.book()
    change = changes(mine, np.zeros((book.size, len(KEYS))), 5)
    paths = through(book, change)
    assert -paths.block_eur["taxes"][0, 4, 0] == pytest.approx(1.2 * 90 * (1 - 35 / 480), rel=1e-6)


def test_negative_trade_tax_is_allowed() -> None:
    book = case.book()
    book.items_eur[:, 1, 0] = -5.0
    change = changes(named("GFK2009"), np.zeros((book.size, len(KEYS))), 5)
    paths = through(book, change)
    assert paths.block_eur["taxes"][0, 1, 0] == pytest.approx(0.21 * 5 * (1 - 35 / 480), rel=1e-6)


def test_council_grid_grows_with_the_fall_and_leaves_unknown_unknown() -> None:
    grid = council_grid(case.table(), case.book(), (0.1, 0.2, 0.3), (1.5, 3.0, 4.5), ENGINE)
    assert len(grid) == 5 * 10
    city = grid[grid["ags"] == "05101000"].set_index(["revenue_fall_share", "interest_rise_pp"])
    assert city["loss_total_eur"].is_monotonic_increasing
    revenue = 90 * (1 - 35 / 480) + 60 + 8 + 40
    first = city.loc[(0.1, 1.5), "loss_first_year_eur"]
    assert first == pytest.approx(0.1 * revenue + 0.015 * 60, rel=1e-5)
    assert grid.loc[grid["ags"] == "05002001", "trigger"].isna().all()
    assert (city.loc[(0.0, 0.0), "loss_total_eur"]) == 0.0


def test_episodes_split_the_loss_into_blocks() -> None:
    rates = np.zeros((5, len(KEYS)))
    found = episodes(case.table(), case.book(), rates, scenarios(), ENGINE)
    blocks = found[
        [f"{b}_eur" for b in ("taxes", "transfers", "social", "staff_goods", "interest", "umlagen")]
    ]
    np.testing.assert_allclose(-blocks.sum(axis=1), found["loss_total_eur"], atol=1e-4)
    assert len(found) == 5 * len(NAMES)


def test_the_largest_payer_is_missed_for_three_years_as_the_title_says() -> None:
    """The episode, its title and the exits drawn in a run speak of the same time."""
    told = named("TOPPAYER")
    assert "drei Jahre" in told.title.de
    assert "three years" in told.title.en
    level = changes(told, FLAT, 5)[:, 0, POSITION["gewst"]]
    np.testing.assert_allclose(level, [-0.2, -0.2, -0.2, 0.0, 0.0])
