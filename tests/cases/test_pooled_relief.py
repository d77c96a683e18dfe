"""The relief of shared rooms: area and price computed from a plan, everything else as assumed."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.cases.cost import relief
from dewak_research.cases.library import Library, ranges
from dewak_research.cases.pooled_relief import own_inputs, pooled_relief_tables, split_inputs
from dewak_research.chapters.cases import tables
from dewak_research.data.result import Result
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.results import open_results
from dewak_research.stages import STAGES
from dewak_research.written import write_result


def plans(*own: tuple[bool, float, float]) -> pd.DataFrame:
    """Plans in which the town frees so many m² at so many euros net; the club frees 500 m² in each."""
    rows = []
    for shown, area, net in own:
        each = net / area if area else float("nan")
        town = {"carrier": "town", "municipal": True, "freed_m2": area, "net_eur": net, "eur_m2": each}
        club = {"carrier": "club", "municipal": False, "freed_m2": 500.0, "net_eur": 9e4, "eur_m2": 180.0}
        rows += [{**row, "shown": shown} for row in (town, club)]
    return pd.DataFrame(rows)


PLANS = plans((False, 40.0, 4_000.0), (True, 80.0, 12_000.0))
SHARES = pd.DataFrame(
    {"carrier": ["club", "town"], "nucleolus_eur": [76_500.0, 25_500.0], "shapley_eur": [71_400.0, 30_600.0]}
)
"""Of the 102,000 EUR that both plans together save: a quarter or three tenths for the town."""


def test_only_the_rooms_of_the_municipality_count() -> None:
    found = own_inputs(PLANS)
    assert found.loc["rooms_saved_m2"].tolist() == [40, 80, 80]
    assert found.loc["room_cost_eur_m2"].tolist() == [100, 150, 150]


def test_a_plan_that_frees_nothing_has_an_area_and_no_price() -> None:
    found = own_inputs(plans((True, 80.0, 12_000.0), (False, 0.0, -500.0)))
    assert found.loc["rooms_saved_m2"].tolist() == [0, 80, 80]
    assert found.loc["room_cost_eur_m2"].tolist() == [150, 150, 150]
    none = own_inputs(plans((True, 0.0, 0.0)))
    assert none.to_numpy().tolist() == [[0, 0, 0], [0, 0, 0]]


def test_the_part_of_the_split_saving_by_hand() -> None:
    """580 m² for 102,000 EUR: a quarter by the nucleolus, three tenths by the Shapley value."""
    found = split_inputs(PLANS, SHARES)
    assert found.loc["rooms_saved_m2"].tolist() == pytest.approx([145, 145, 174])
    assert found.loc["room_cost_eur_m2"].tolist() == pytest.approx([102_000 / 580] * 3)
    nothing = PLANS.assign(freed_m2=0.0, net_eur=0.0, eur_m2=float("nan"))
    assert split_inputs(nothing, SHARES).to_numpy().tolist() == [[0, 0, 0], [0, 0, 0]]


def test_the_equation_by_hand(library: Library) -> None:
    """80 m² x 150 EUR x 0.5 = 6,000 EUR in place of 60 x 120 x 0.5 = 3,600; all else is the same."""
    found = pooled_relief_tables(library.criteria["relief"], PLANS, SHARES, 500, 1)[
        "pooled_relief"
    ].set_index("rooms")
    assert found["rooms_eur"].to_dict() == pytest.approx({"assumed": 3_600, "own": 6_000, "split": 12_750})
    assumed = {str(k): float(v) for k, v in ranges(library.criteria["relief"])["mode"].items()}
    assert found.loc["assumed", "base_eur"] == pytest.approx(relief(assumed))
    assert found.loc["own", "base_eur"] - found.loc["assumed", "base_eur"] == pytest.approx(2_400)
    assert found["rooms_realised_share"].tolist() == [0.5, 0.5, 0.5]
    hours = assumed["volunteer_hours"] * assumed["wage_eur_per_hour"]
    fall = found.loc["assumed", "break_even_share"] - found.loc["own", "break_even_share"]
    assert fall == pytest.approx(2_400 / hours)


def test_without_a_municipality_nothing_is_computed(library: Library) -> None:
    nobody = PLANS.assign(municipal=False)
    assert pooled_relief_tables(library.criteria["relief"], nobody, SHARES, 100, 1) == {}


def test_the_stage_reads_the_plan_and_runs_none_of_it() -> None:
    assert "pooling" in STAGES["cases"].reads


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_what_is_computed(
    library: Library, language: Language, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pooled")
    write_result(
        Result(pooled_relief_tables(library.criteria["relief"], PLANS, SHARES, 100, 1)), "cases", folder
    )
    html = tables.pooled_relief_table(open_results("cases", folder), language).html(language)
    words = {
        "de": ("angenommen", "gerechnet, Anteil der Stadt"),
        "en": ("assumed", "computed, the town"),
    }
    assert all(word in html for word in words[language]) and "150" in html
