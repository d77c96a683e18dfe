"""Portfolios: every one that can be, what it costs, what the law lets pass, and a front found twice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from stress import engine_case as case

from dewak_research.cases.compare import model_ranges
from dewak_research.cases.cost import YEARS, cost_parts, expected_cost, relief
from dewak_research.cases.library import Library, library_of, ranges
from dewak_research.data.case_files import read_case_files
from dewak_research.errors import InputError
from dewak_research.planning.options import (
    RELIEF_PARTS,
    Option,
    expected_path,
    instrument_options,
    model_options,
    options_table,
    relief_options,
)
from dewak_research.planning.portfolio import (
    Limits,
    chosen,
    dominated,
    front,
    ladder,
    limit_counts,
    portfolio,
    subsets,
)
from dewak_research.stress.one_unit import UnitShocks, unit_shocks
from dewak_research.stress.reverse import bearable_loss_eur
from dewak_research.stress.what_if import with_change, with_interest

DRAWS = 500
AGS = "05101000"


@pytest.fixture(scope="module")
def unit() -> UnitShocks:
    return unit_shocks(case.run(), AGS)


@pytest.fixture(scope="module")
def library() -> Library:
    return library_of(read_case_files())


def option(key: str, net: float, **other: object) -> Option:
    rng = np.random.default_rng(len(key) + int(abs(net)))
    draws = net + rng.normal(0, 1 + abs(net) / 4, DRAWS)
    return replace(Option(key, "instrument", np.full(5, net), draws), **other)  # type: ignore[arg-type]


def some() -> list[Option]:
    return [
        option("a", -6.0, service=True, excludes="place", hsk_compatible="conditional", staff_fte=1.0),
        option("b", -9.0, service=True, excludes="place", hsk_compatible="no", staff_fte=2.0),
        option("rooms", 4.0),
        option("money", 3.0),
        option("club", -2.0, service=True, hsk_compatible="conditional", volunteer_hours=500.0),
    ]


def test_every_combination_but_two_models_of_one_place() -> None:
    found = {tuple(np.flatnonzero(row)) for row in subsets(some())}
    every = {c for n in range(6) for c in itertools.combinations(range(5), n)}
    assert found == {c for c in every if not {0, 1} <= set(c)}
    assert not subsets(some())[0].any() and len(subsets([])) == 1


def test_two_models_at_once_and_an_unknown_option_are_said_together() -> None:
    with pytest.raises(InputError) as error:
        chosen(some(), ["a", "b", "room"])
    assert len(error.value.problems) == 2
    assert "exclude each other" in error.value.render(
        "en"
    ) and "schließen einander aus" in error.value.render("de")
    assert "“rooms”" in error.value.render("en")
    assert chosen(some(), ["b", "rooms"]).tolist() == [[False, True, True, False, False]]


def test_all_mistakes_of_a_list_are_said_at_once(unit: UnitShocks) -> None:
    many = [option(f"o{i}", 1.0) for i in range(11)]
    wrong = [
        replace(many[0], net_eur=np.zeros(4)),
        replace(many[1], net_eur=np.array([0, 0, np.nan, 0, 0])),
        replace(many[2], hsk_compatible="maybe"),
        replace(many[3], draws_eur=np.zeros(7)),
        option("o0", 1.0),
    ]
    with pytest.raises(InputError) as error:
        portfolio([*many[4:], *many[:4], *wrong], unit, Limits())
    said = error.value.render("de")
    assert len(error.value.problems) == 9  # too many, four keys twice, two paths, law, draws
    assert "höchstens 12" in said and "yes, conditional oder no" in said and "500" in said
    portfolio(many, unit, Limits(), chosen(many, ["o3"]))


def test_doing_nothing_is_the_engine_and_every_sum_is_that_of_its_parts(unit: UnitShocks) -> None:
    options = some()
    table = portfolio(options, unit, Limits())
    nothing = table.iloc[0]
    assert nothing["options"] == "" and nothing["net_eur"] == 0.0 and nothing["risk_eur"] == 0.0
    assert nothing["probability"] == unit.probability() and nothing["probability_change"] == 0.0
    assert nothing["headroom_eur"] == unit.bearable_loss_eur()[0]
    named = {o.key: o for o in options}
    for row in table.to_dict("records"):
        taken = [named[key] for key in row["options"].split("; ") if key]
        path = with_interest(np.sum([o.net_eur for o in taken], axis=0) + np.zeros(5), 0.03)
        assert row["net_eur"] == pytest.approx(sum(o.net_eur.mean() for o in taken))
        assert row["probability"] == unit.probability(path)
        assert row["volunteer_hours"] == sum(o.volunteer_hours for o in taken)
        cost = -np.sum([o.draws_eur for o in taken], axis=0) - np.zeros(DRAWS)
        assert row["risk_eur"] == pytest.approx(np.quantile(cost, 0.95) - np.quantile(cost, 0.5))
        assert row["services_kept"] == sum(o.service for o in taken)


def test_headroom_is_that_of_the_engine_with_the_portfolio(unit: UnitShocks) -> None:
    run, options = case.run(), some()
    row = portfolio(options, unit, Limits(), chosen(options, ["b", "money"])).iloc[0]
    changed = with_change(run.book, with_interest(np.full(5, -6.0), 0.03))
    assert row["headroom_eur"] == bearable_loss_eur(changed, run.settings)[run.ags.index(AGS)]
    assert row["headroom_eur"] == pytest.approx(unit.bearable_loss_eur()[0] - 6.0, abs=1e-3)


def test_budget_posts_and_law_decide_what_fits(unit: UnitShocks) -> None:
    def breaks(**limits: object) -> pd.Series:
        return portfolio(some(), unit, Limits(**limits)).set_index("options")["breaks"]  # type: ignore[arg-type]

    assert (breaks() == "").all()
    budget = breaks(budget_eur=5.0)
    assert budget["a"] == "budget" and budget["a; rooms"] == "" and budget["b; rooms"] == ""
    posts = breaks(staff_fte=1.0)
    assert posts["b"] == "staff" and posts["a; club"] == ""
    law = breaks(consolidation=True)
    assert law["a"] == "law" and law["a; rooms"] == "law", "2 of 6 are not covered"
    assert law["a; rooms; money"] == "" and law["rooms; club"] == ""
    assert (law[[key for key in law.index if "b" in key.split("; ")]] == "law").all(), "compensated or not"


def test_what_consolidation_wants_covered_is_said_in_euros(unit: UnitShocks) -> None:
    table = portfolio(some(), unit, Limits(consolidation=True)).set_index("options")
    assert table.loc["a; rooms", "to_compensate_eur"] == pytest.approx(2.0)
    assert table.loc["a; rooms; money", "to_compensate_eur"] == 0.0
    assert table.loc["rooms", "hsk_compatible"] == "yes" and table.loc["a", "hsk_compatible"] == "conditional"
    counts = limit_counts(portfolio(some(), unit, Limits(consolidation=True)))
    assert counts["portfolios"].sum() == 24 and set(counts["breaks"]) == {"", "law"}


def brute_force(rows: list[tuple[float, ...]]) -> list[bool]:
    beaten = []
    for own in rows:
        better = False
        for other in rows:
            no_worse = all(o >= s for o, s in zip(other, own, strict=True))
            better |= no_worse and any(o > s for o, s in zip(other, own, strict=True))
        beaten.append(better)
    return beaten


def test_the_front_is_that_of_a_plain_search(unit: UnitShocks) -> None:
    for seed in range(5):
        values = np.random.default_rng(seed).integers(0, 5, (60, 4)).astype(float)
        assert dominated(values).tolist() == brute_force([tuple(row) for row in values])
    table = portfolio(some(), unit, Limits(budget_eur=7.0))
    fitting = table[table["breaks"] == ""]
    goals = list(
        zip(
            fitting["net_eur"],
            fitting["services_kept"],
            -fitting["risk_eur"],
            -fitting["probability"],
            strict=True,
        )
    )
    assert fitting["front_within"].tolist() == [not beaten for beaten in brute_force(goals)]
    assert not table.loc[table["breaks"] != "", "front_within"].any()
    shown = front(table)
    assert shown["net_eur"].is_monotonic_decreasing and len(shown) == table["front_within"].sum()


def test_the_ladder_says_what_one_more_service_costs(unit: UnitShocks) -> None:
    steps = ladder(portfolio(some(), unit, Limits()))
    assert steps["services_kept"].tolist() == [0, 1, 2]
    assert steps["options"].tolist() == ["rooms; money", "rooms; money; club", "a; rooms; money; club"]
    assert steps["net_eur"].tolist() == pytest.approx([7.0, 5.0, -1.0])


def test_people_reached_count_only_where_all_are_known(unit: UnitShocks) -> None:
    known = [replace(o, persons_reached=100.0 * i) for i, o in enumerate(some(), 1)]
    table = portfolio(known, unit, Limits()).set_index("options")
    assert table.loc["a; rooms", "persons_reached"] == 100.0 and not table["persons_reached"].isna().any()
    partly = [*known[:4], replace(known[4], persons_reached=float("nan"))]
    table = portfolio(partly, unit, Limits()).set_index("options")
    assert np.isnan(table.loc["club", "persons_reached"]) and table.loc["a", "persons_reached"] == 100.0


def test_without_any_option_there_is_one_portfolio_nothing(unit: UnitShocks) -> None:
    table = portfolio([], unit, Limits(consolidation=True))
    assert table["options"].tolist() == [""] and table["front_within"].all()
    assert table["probability"].item() == unit.probability() and table["risk_eur"].item() == 0.0


def test_without_a_balance_sheet_there_is_no_probability_but_a_front() -> None:
    blind = unit_shocks(case.run(), "05002001")
    table = portfolio(some(), blind, Limits())
    assert table[["probability", "probability_change", "headroom_eur"]].isna().all(axis=None)
    assert table["front"].any() and not table["front"].all()


def test_the_relief_options_are_the_relief_equation(library: Library) -> None:
    block = library.criteria["relief"]
    mode = {str(name): float(value) for name, value in ranges(block)["mode"].items()}
    options = relief_options(block, 5, DRAWS, 1)
    assert [o.kind for o in options] == list(RELIEF_PARTS)
    assert sum(o.net_eur[0] for o in options) == pytest.approx(relief(mode))
    by_kind = {o.kind: o for o in options}
    assert by_kind["prevention"].net_eur.tolist() == [0.0] * 5, "no effect unless somebody states one"
    assert not by_kind["prevention"].draws_eur.any()
    hours = by_kind["volunteers"]
    assert hours.volunteer_hours > 0 and hours.net_eur[0] < 0, "hours cost coordination and bring no cash"
    more = {**block, "volunteer_hours": {**block["volunteer_hours"], "value": 3500}}
    again = {o.kind: o for o in relief_options(more, 5, DRAWS, 1)}["volunteers"]
    assert again.net_eur[0] == hours.net_eur[0] and again.volunteer_hours == 3500
    assert (hours.draws_eur < 0).all(), "in no draw do hours become cash"
    stated = {**block, "substitution_share": {**block["substitution_share"], "value": 0.25}}
    paid = {o.kind: o for o in relief_options(stated, 5, DRAWS, 1)}["volunteers"]
    assert paid.net_eur[0] - hours.net_eur[0] == pytest.approx(2240 * 16 * 0.25), (
        "only the share somebody states"
    )


def test_a_model_costs_what_the_chapter_on_cases_says(library: Library) -> None:
    spans = model_ranges(library, "herten", "A9")
    (found,) = model_options(library, "herten", ["A9"], 5, 4000, 1)
    parts = cost_parts(spans)
    assert -found.net_eur[0] == pytest.approx(sum(parts.values())), "the first year at the modal inputs"
    assert (np.diff(-found.net_eur) > 0).all(), "wages grow and third-party money is not renewed for ever"
    whole = -expected_path(spans, YEARS)
    assert whole.mean() == pytest.approx(-expected_cost(spans), rel=0.15), "not discounted"
    assert found.hsk_compatible == "conditional" and found.staff_fte == pytest.approx(1.54 * 0.5)
    table = options_table([found])
    assert table["risk_eur"].item() > 0 and np.isnan(table["persons_reached"].item())
    with pytest.raises(ValueError, match="10 years"):
        expected_path(spans, 11)


def test_an_instrument_costs_only_after_its_lead_time_and_unknown_costs_are_named() -> None:
    rows = {
        "instrument": ["fund", "office", "party", "bond", "wish"],
        "cost_low_eur": [5.0, np.nan, 1.0, np.nan, np.nan],
        "cost_eur": [np.nan, 10.0, 2.0, 4.0, np.nan],
        "cost_high_eur": [15.0, np.nan, 3.0, np.nan, np.nan],
        "cost_per": ["year", "year", "project", "once", ""],
        "lead_time_years": [1.5, np.nan, np.nan, 2.0, 1.0],
        "hours_mobilised": [300.0, 200.0, np.nan, np.nan, np.nan],
        "hours_per": ["year", "once", "", "", ""],
        "hsk_compatible": ["depends", "unknown", "yes", "no", "yes"],
    }
    options, left_out = instrument_options(pd.DataFrame(rows), 5, DRAWS, 1)
    fund, office = options
    assert fund.net_eur.tolist() == [0.0, 0.0, -10.0, -10.0, -10.0] and fund.volunteer_hours == 300
    assert fund.draws_eur.mean() == pytest.approx(-6.0, rel=0.05), (
        "the mean of the years with a range of 5 to 15"
    )
    assert office.net_eur.tolist() == [-10.0] * 5 and office.volunteer_hours == 0
    assert (fund.hsk_compatible, office.hsk_compatible) == ("conditional", "no"), "not judged: not relied on"
    assert left_out.set_index("instrument")["reason"].to_dict() == {
        "party": "per_project",
        "bond": "paid_once",
        "wish": "cost_unknown",
    }
