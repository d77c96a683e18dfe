"""What the pages of all units say, in both languages: no sentence contradicts another by rounding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dewak_research.data import read_boundaries
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.page.style import MAP_CRS
from dewak_research.page.values import pct
from dewak_research.unit.people import inhabitants
from dewak_research.unit.place_words import place_section
from dewak_research.unit.stress_words import stress_section
from dewak_research.unit.today import today_section
from dewak_research.unit.view import Profile, load_profile_tables, profile_of
from dewak_research.unit.words import booked_span, comparison_rows, kdu_place

pytestmark = pytest.mark.browser  # needs the stages of this very state of the code, as the built report does

NOTHING = {"de": r"(?<![\d.,])0\u00a0€", "en": r"€0(?![\d.,])"}
DECIMAL = {"de": ",", "en": "."}
LIMITS_PCT = {"green": (0.0, 10.0), "amber": (10.0, 30.0), "red": (30.0, 100.0)}


@pytest.fixture(scope="module")
def profiles(stages_run: Path) -> list[Profile]:
    tables = load_profile_tables(stages_run)
    return [profile_of(tables, str(ags)) for ags in tables.units["ags"]]


def spoken(profiles: list[Profile]) -> Iterator[tuple[Profile, Language]]:
    return ((profile, language) for profile in profiles for language in LANGUAGES)


def test_no_amount_of_nothing_stands_beside_a_threshold(profiles: list[Profile]) -> None:
    for profile, language in spoken(profiles):
        assert not re.search(NOTHING[language], stress_section(profile, language)["text"]), profile.ags


def test_the_reverse_question_agrees_with_the_path_without_a_shock(profiles: list[Profile]) -> None:
    for profile in profiles:
        if profile.stress.bearable_eur_pc is not None:
            assert profile.stress.already == (profile.stress.bearable_eur_pc <= 0), profile.ags


def test_a_budget_that_crosses_without_a_shock_crosses_in_every_cell(profiles: list[Profile]) -> None:
    for profile, language in spoken(profiles):
        if profile.stress.already:
            cells = [cell for row in stress_section(profile, language)["rows"] for cell in row["cells"]]
            none = label("profile_trigger_none", language)
            assert none not in [cell["trigger"] for cell in cells], profile.ags


def test_the_printed_probability_lies_in_the_class_of_its_light(profiles: list[Profile]) -> None:
    for profile, language in spoken(profiles):
        view = profile.stress
        if view.probability is not None:
            printed = pct(view.probability, language).rstrip("\u00a0%").replace(DECIMAL[language], ".")
            low, high = LIMITS_PCT[view.light]
            assert low <= float(printed) <= high, profile.ags


def test_booked_years_are_those_the_stress_test_used(profiles: list[Profile], stages_run: Path) -> None:
    used = load_profile_tables(stages_run).stages["stress"]["baseline"].set_index("ags")["years_used"]
    for profile in profiles:
        if profile.booked_years:
            assert ", ".join(map(str, profile.booked_years)) == used[profile.ags]
            names = [row["name"] for row in comparison_rows(profile, "de")]
            assert sum(name.endswith(f" {booked_span(profile)}") for name in names) >= 4, profile.ags


def test_no_case_says_that_taxes_fall_by_nothing(profiles: list[Profile]) -> None:
    for profile, language in spoken(profiles):
        for row in today_section(profile, language).get("losses", []):
            if row["head"].startswith(("Steuern", "Taxes")):
                assert not re.fullmatch(NOTHING[language], row["loss"]), profile.ags


def test_no_page_ranks_a_unit(profiles: list[Profile]) -> None:
    for profile, language in spoken(profiles):
        assert not re.search(r"Platz \d|Rang \d|place \d|rank \d", kdu_place(profile, language) or ""), (
            profile.ags
        )


def test_core_debt_above_all_debt_is_explained_where_it_occurs(profiles: list[Profile]) -> None:
    for profile, language in spoken(profiles):
        rows = {row["measure"]: row["value"] for row in profile.today}
        above = bool(rows) and rows["core_debt_eur_pc"] > rows["integrated_debt_eur_pc"]
        explained = label("today_debt_note", language) in today_section(profile, language).get("note", "")
        assert above == explained, profile.ags


def test_every_map_outlines_its_own_town_and_no_other(profiles: list[Profile]) -> None:
    areas = read_boundaries("towns").to_crs(MAP_CRS).set_index("ags")
    for profile in profiles:
        assert profile.place is not None
        svg = str(place_section(profile, "de")["map"])
        assert svg.count('class="own"') == (0 if profile.is_kreis else 1), profile.ags
        if profile.is_kreis:
            continue
        inside = set(profile.place.drawing.outlines)
        assert profile.ags in inside and {ags[:5] for ags in inside} == {profile.unit["kreis"]}
        drawn = {ags: _drawn_area(path) for ags, path in profile.place.drawing.outlines.items()}
        true = {ags: float(areas.geometry[ags].area) for ags in inside}
        scale = sum(drawn.values()) / sum(true.values())
        assert drawn[profile.ags] == pytest.approx(scale * true[profile.ags], rel=0.25), profile.ags


def _drawn_area(path: str) -> float:
    """Area of a path of steps, holes taken off."""
    total = 0.0
    for start, steps in re.findall(r"M(\d+ \d+)l([^z]*)z", path):
        numbers = np.array([int(n) for n in re.findall(r"-?\d+", steps)]).reshape(-1, 2)
        corners = np.vstack([np.zeros(2), np.cumsum(numbers, axis=0)]) + np.array(
            [int(n) for n in start.split()]
        )
        x, y = corners[:, 0], corners[:, 1]
        total += 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return abs(total)


def test_the_head_the_line_and_the_towns_of_a_kreis_agree(profiles: list[Profile]) -> None:
    newest = {profile.ags: profile.population[-1] for profile in profiles}
    assert {row["year"] for row in newest.values()} == {newest["05954"]["year"]}
    for profile in profiles:
        head = inhabitants(profile, "en")
        assert (
            f"{newest[profile.ags]['population']:,.0f}" in head and str(newest[profile.ags]["year"]) in head
        )
