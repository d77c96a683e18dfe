"""What the pages of all units say, in both languages: no sentence contradicts another by rounding."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.page.values import pct
from dewak_research.paths import PROCESSED
from dewak_research.unit.today import today_section
from dewak_research.unit.view import STAGES, Profile, load_profile_tables, profile_of
from dewak_research.unit.words import booked_span, comparison_rows, kdu_place, stress_section

pytestmark = pytest.mark.browser  # needs the stages of this very state of the code, as the built report does

NOTHING = {"de": r"(?<![\d.,])0\u00a0€", "en": r"€0(?![\d.,])"}
DECIMAL = {"de": ",", "en": "."}
LIMITS_PCT = {"green": (0.0, 10.0), "amber": (10.0, 30.0), "red": (30.0, 100.0)}


@pytest.fixture(scope="module")
def profiles() -> list[Profile]:
    if not all(any((PROCESSED / stage).glob("*.parquet")) for stage in STAGES):
        if "CI" in os.environ:
            pytest.fail("the stages have not run: run make report first")
        pytest.skip("the stages have not run: run make report first")
    tables = load_profile_tables(PROCESSED)
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


def test_booked_years_are_those_the_stress_test_used(profiles: list[Profile]) -> None:
    used = load_profile_tables(PROCESSED).stages["stress"]["baseline"].set_index("ags")["years_used"]
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
