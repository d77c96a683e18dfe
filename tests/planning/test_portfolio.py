"""Portfolios: every one that can be, what it costs, what the law lets pass, and a front found twice."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from stress import engine_case as case

from dewak_research.cases.compare import model_ranges
from dewak_research.cases.cost import INPUTS, YEARS, cost_parts, expected_cost, relief
from dewak_research.cases.library import Library, drawn, library_of, ranges
from dewak_research.data.case_files import read_case_files
from dewak_research.errors import InputError
from dewak_research.planning.instruments import instrument_options
from dewak_research.planning.limits import FRONTS, Limits, dominated, limit_counts
from dewak_research.planning.options import (
    RELIEF_PARTS,
    Option,
    drawn_paths,
    model_options,
    model_sources,
    options_table,
    relief_options,
)
from dewak_research.planning.portfolio import chosen, front, ladder, portfolio, subsets
from dewak_research.planning.with_and_without import of_unit
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
    draws += net - draws.mean()
    return replace(Option(key, "instrument", np.full(5, net), draws), **other)  # type: ignore[arg-type]


def some() -> list[Option]:
    return [
        option("a", -6.0, service=True, sources=("place_here",), hsk_compatible="conditional", staff_fte=1.0),
        option("b", -9.0, service=True, sources=("place_here",), hsk_compatible="no", staff_fte=2.0),
        option("rooms", 4.0),
        option("money", 3.0),
        option("club", -2.0, service=True, hsk_compatible="conditional", volunteer_hours=500.0),
    ]


def test_every_combination_but_two_models_of_one_place() -> None:
    found = {tuple(np.flatnonzero(row)) for row in subsets(some())}
    every = {c for n in range(6) for c in itertools.combinations(range(5), n)}
    assert found == {c for c in every if not {0, 1} <= set(c)}
    assert not subsets(some())[0].any() and len(subsets([])) == 1


SOURCES = ("place_a", "place_b", "rooms", "third_party_money", "staff", "volunteers")


def test_no_two_of_a_subset_count_on_one_source_and_no_other_subset_is_lost() -> None:
    rng = np.random.default_rng(7)
    for count in (1, 5, 9, 12):
        picks = [tuple(np.array(SOURCES)[rng.random(6) < 0.2].tolist()) for _ in range(count)]
        options = [option(f"o{i}", 1.0, sources=used) for i, used in enumerate(picks)]
        expected = set()
        for size in range(count + 1):
            for some_of in itertools.combinations(range(count), size):
                used = [source for i in some_of for source in picks[i]]
                if len(used) == len(set(used)):
                    expected.add(some_of)
        assert {tuple(np.flatnonzero(row)) for row in subsets(options)} == expected


def test_the_same_euro_is_never_counted_twice_beside_a_model(library: Library) -> None:
    """A model holds shared rooms, third-party money and the hours of its place: the options of these stay out."""
    models = model_options(library, "herten", ["A9", "A4"], 5, DRAWS, 1)
    relieves = relief_options(library.criteria["relief"], 5, DRAWS, 1)
    table = portfolio([*models, *relieves], unit_shocks(case.run(), AGS, 100), Limits())
    for keys in table["options"].str.split("; "):
        if any(key.startswith("herten") for key in keys):
            assert not set(keys) & {"pooled_rooms", "third_party_money", "volunteers"}, keys
            assert sum(key.startswith("herten") for key in keys) == 1
    with pytest.raises(InputError) as error:
        chosen([*models, *relieves], ["herten_A9", "pooled_rooms", "third_party_money"])
    assert "the same shared rooms" in error.value.render("en")
    assert "dieselben Drittmittel" in error.value.render("de")


def test_a_model_draws_on_what_its_inputs_take_from_others(library: Library) -> None:
    spans = model_ranges(library, "herten", "A9")
    assert model_sources(spans) == ("rooms", "third_party_money", "staff", "volunteers")
    alone = spans.copy()
    alone.loc["room_share"], alone.loc["municipal_staff_share"] = 1.0, 1.0
    alone.loc["third_party_eur"], alone.loc["volunteer_factor"] = 0.0, 0.0
    assert model_sources(alone) == ()


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


@pytest.mark.parametrize("draws", [np.array([1.0, np.nan]), np.array([-np.inf, 0.0]), np.array([])])
def test_draws_that_are_no_amounts_are_refused(unit: UnitShocks, draws: np.ndarray) -> None:
    with pytest.raises(InputError) as error:
        portfolio([replace(option("o0", 1.0), draws_eur=draws)], unit, Limits())
    assert len(error.value.problems) == 1
    gaps = int((~np.isfinite(draws)).sum())
    assert f"of {len(draws)} draws {gaps} are no number" in error.value.render("en")


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
    assert law["a"] == "budget" and law["a; rooms"] == "budget", "2 of 6 are not covered"
    assert law["a; rooms; money"] == "" and law["rooms; club"] == ""
    assert (law[[key for key in law.index if "b" in key.split("; ")]] == "law").all(), "compensated or not"
    elsewhere = breaks(consolidation=True, elsewhere_eur=2.0)
    assert elsewhere["a; rooms"] == "" and elsewhere["a"] == "budget" and elsewhere["b"] == "law"


def test_what_costs_must_be_covered_in_every_year_not_on_average(unit: UnitShocks) -> None:
    """An instrument costs nothing before its lead time is over; from then on rooms have to pay for all of it."""
    late = replace(
        option("late", -4.0, service=True, hsk_compatible="conditional"), net_eur=np.array([0.0, *[-5.0] * 4])
    )
    table = portfolio([late, option("rooms", 4.5)], unit, Limits(consolidation=True)).set_index("options")
    assert table.loc["late; rooms", "net_eur"] == pytest.approx(0.5), "on average it pays"
    assert table.loc["late; rooms", "breaks"] == "budget"
    assert table.loc["late; rooms", "to_compensate_eur"] == -table.loc["late; rooms", "worst_year_eur"] == 0.5
    budget = portfolio([late], unit, Limits(budget_eur=4.5)).set_index("options")
    assert budget.loc["late", "net_eur"] == -4.0 and budget.loc["late", "breaks"] == "budget"


def test_posts_that_nobody_stated_are_unknown_and_rule_nothing_out(unit: UnitShocks) -> None:
    options = [replace(some()[0], staff_fte=float("nan"), volunteer_hours=float("nan")), *some()[1:]]
    table = portfolio(options, unit, Limits(staff_fte=1.0)).set_index("options")
    assert table.loc["a; club", ["staff_fte", "volunteer_hours"]].isna().all()
    assert table.loc["club", ["staff_fte", "volunteer_hours"]].tolist() == [0.0, 500.0]
    assert table.loc["a; club", "breaks"] == "" and table.loc["b; club", "breaks"] == "staff"


def test_what_consolidation_wants_covered_is_said_in_euros(unit: UnitShocks) -> None:
    table = portfolio(some(), unit, Limits(consolidation=True)).set_index("options")
    assert table.loc["a; rooms", "to_compensate_eur"] == pytest.approx(2.0)
    assert table.loc["a; rooms; money", "to_compensate_eur"] == 0.0
    assert table.loc["rooms", "hsk_compatible"] == "yes" and table.loc["a", "hsk_compatible"] == "conditional"


def test_every_limit_says_how_many_it_rules_out_and_what_is_left(unit: UnitShocks) -> None:
    limits = Limits(consolidation=True, staff_fte=0.5)
    table = portfolio(some(), unit, limits)
    counts = limit_counts(table, limits).set_index("limit")
    holds = {
        "law": ["b" not in keys.split("; ") for keys in table["options"]],
        "staff": [not {"a", "b"} & set(keys.split("; ")) for keys in table["options"]],
        "budget": (table["to_compensate_eur"] == 0).tolist(),
    }
    left = np.ones(len(table), bool)
    for limit, held in holds.items():
        before, left = left, left & np.array(held)
        assert counts.loc[limit, "ruled_out"] == held.count(False)
        assert counts.loc[limit, "first"] == before.sum() - left.sum()
        assert counts.loc[limit, "left"] == left.sum()
        assert counts.loc[limit, "services_left"] == table.loc[left, "services_kept"].max()
        assert counts.loc[limit, "front"] == table[FRONTS[limit]].sum() == len(front(table, limit))
    assert counts.loc["", "left"] == 24 and counts["left"].is_monotonic_decreasing
    assert counts.loc["law", "services_left"] == 2 and counts.loc["budget", "services_left"] == 1


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
    goals: list[tuple[float, ...]] = list(
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
    assert table.loc["a; rooms", "persons_reached"] == 400.0 and not table["persons_reached"].isna().any()
    partly = [*known[:4], replace(known[4], persons_reached=float("nan"))]
    table = portfolio(partly, unit, Limits()).set_index("options")
    assert np.isnan(table.loc["club", "persons_reached"]) and table.loc["a", "persons_reached"] == 100.0
    nobody = portfolio(some(), unit, Limits()).set_index("options")["persons_reached"]
    assert nobody[""] == 0 and nobody.drop("").isna().all(), "not stated is not nobody"


def test_people_reached_decide_only_where_known_of_all_that_are_compared(unit: UnitShocks) -> None:
    both = [
        option("few", -2.0, service=True, persons_reached=10.0),
        option("many", -3.0, service=True, persons_reached=90.0),
    ]
    both[1] = replace(both[1], draws_eur=both[0].draws_eur * 1.5)
    found = portfolio(both, unit, Limits()).set_index("options")
    assert found.loc["many", "front"], "dearer and less certain, but it reaches more"
    unknown = [replace(both[0], persons_reached=float("nan")), both[1]]
    found = portfolio(unknown, unit, Limits()).set_index("options")
    assert not found.loc["many", "front"] and np.isnan(found.loc["few", "persons_reached"])


def test_an_unknown_range_is_no_range_and_no_advantage(unit: UnitShocks) -> None:
    sure = replace(option("sure", -4.0, service=True), draws_eur=np.full(DRAWS, -4.0), ranged=False)
    known = option("known", -4.0, service=True)
    table = portfolio([sure, known], unit, Limits()).set_index("options")
    ends = ["p05_eur", "p50_eur", "p95_eur", "risk_eur"]
    assert (
        table.loc[["sure", "sure; known"], ends].isna().all(axis=None)
        and table.loc["known", ends].notna().all()
    )
    assert table.loc["known", "front"] and not table.loc["sure", "front"], "equal but for the range"
    shown = options_table([sure, known]).set_index("option")
    assert shown.loc["sure", ends].isna().all() and shown.loc["sure", "net_eur"] == -4.0


def test_the_same_euros_change_the_budget_as_much_as_in_the_comparison_with_and_without(
    unit: UnitShocks,
) -> None:
    """Today's euros stand on an old budget: both parts carry them to its prices by the same factor."""
    path, factor = np.array([-3.0, -3.0, -4.0, -4.0, -5.0]), 0.73
    one = replace(option("plan", path.mean()), net_eur=path)
    table = portfolio([one], unit, Limits(), price_factor=factor).set_index("options")
    both = of_unit(unit, factor * path, 2010)["with_and_without"].set_index("variant")["probability"]
    assert (
        table.loc["plan", "probability"] == both["with"] and table.loc["", "probability"] == both["without"]
    )
    bare = portfolio([one], unit, Limits()).set_index("options")
    assert bare.loc["plan", "headroom_eur"] < factor * table.loc["plan", "headroom_eur"]
    assert table.loc["", "headroom_eur"] == pytest.approx(bare.loc["", "headroom_eur"] / factor)
    assert table.loc["plan", "net_eur"] == bare.loc["plan", "net_eur"]


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
    options = relief_options(block, 5, 40_000, 1)
    assert [o.kind for o in options] == list(RELIEF_PARTS)
    spans = ranges(block)
    mean = {str(name): float(value) for name, value in spans.mean(axis=1).items()}  # of a triangle
    stated = {name: float(spans.loc[name, "mode"]) for name in ("substitution_share", "cases_prevented")}
    assert sum(o.net_eur[0] for o in options) == pytest.approx(float(relief(mean | stated)), rel=0.02), (
        "independent inputs: the mean of the products is the product of the means"
    )
    by_kind = {o.kind: o for o in options}
    assert by_kind["prevention"].net_eur.tolist() == [0.0] * 5, "no effect unless somebody states one"
    assert not by_kind["prevention"].draws_eur.any()
    hours = by_kind["volunteers"]
    assert hours.volunteer_hours > 0 and hours.net_eur[0] < 0, "hours cost coordination and bring no cash"
    assert hours.sources == ("volunteers",)
    more = {**block, "volunteer_hours": {**block["volunteer_hours"], "value": 3500}}
    again = {o.kind: o for o in relief_options(more, 5, 40_000, 1)}["volunteers"]
    assert again.net_eur[0] == hours.net_eur[0] and again.volunteer_hours > hours.volunteer_hours
    assert (hours.draws_eur < 0).all(), "in no draw do hours become cash"
    stated_block = {**block, "substitution_share": {**block["substitution_share"], "value": 0.25}}
    paid = {o.kind: o for o in relief_options(stated_block, 5, 40_000, 1)}["volunteers"]
    worth = mean["volunteer_hours"] * mean["wage_eur_per_hour"] * 0.25
    assert paid.net_eur[0] - hours.net_eur[0] == pytest.approx(worth, rel=0.02), (
        "only the share somebody states"
    )
    assert paid.sources == ("volunteers", "staff"), "hours that replace paid work draw on its posts"


def test_a_model_costs_what_the_chapter_on_cases_says(library: Library) -> None:
    spans = model_ranges(library, "herten", "A9")
    (found,) = model_options(library, "herten", ["A9"], 5, 4000, 1)
    certain = spans.assign(low=spans["mode"], high=spans["mode"])
    inputs = drawn(certain.loc[list(INPUTS)], 1, np.random.default_rng(1))
    path = drawn_paths(inputs, YEARS, np.zeros((1, YEARS - 1)))[0]
    assert path[0] == pytest.approx(sum(cost_parts(spans).values())), "the first year at the modal inputs"
    assert (np.diff(-found.net_eur) > 0).all(), "wages grow and third-party money is not renewed for ever"
    (whole,) = model_options(library, "herten", ["A9"], YEARS, 4000, 1)
    assert -whole.net_eur.mean() == pytest.approx(expected_cost(spans), rel=0.15), "not discounted"
    assert found.hsk_compatible == "conditional" and found.staff_fte == pytest.approx(0.735, abs=0.02)
    table = options_table([found])
    assert table["risk_eur"].item() > 0 and np.isnan(table["persons_reached"].item())
    with pytest.raises(ValueError, match="10 years"):
        model_options(library, "herten", ["A9"], 11, 10, 1)


def test_an_instrument_costs_only_after_its_lead_time_and_unknown_costs_are_named(library: Library) -> None:
    rows = {
        "instrument": ["fund", "office", "party", "bond", "wish"],
        "services": ["youth_work", "", "", "", ""],
        "cost_low_eur": [5.0, np.nan, 1.0, np.nan, np.nan],
        "cost_eur": [np.nan, 10.0, 2.0, 4.0, np.nan],
        "cost_high_eur": [15.0, np.nan, 3.0, np.nan, np.nan],
        "cost_per": ["year", "year", "project", "once", ""],
        "cost_year": [pd.NA, 2019, pd.NA, pd.NA, pd.NA],
        "lead_time_years": [1.5, np.nan, np.nan, 2.0, 1.0],
        "hours_mobilised": [300.0, 200.0, np.nan, np.nan, np.nan],
        "hours_per": ["year", "once", "", "", ""],
        "hsk_compatible": ["depends", "unknown", "yes", "no", "yes"],
    }
    options, left_out = instrument_options(pd.DataFrame(rows), 5, 4000, 1, library.prices)
    fund, office = options
    yearly = fund.net_eur[2]
    assert fund.net_eur.tolist() == [0.0, 0.0, yearly, yearly, yearly] and fund.volunteer_hours == 300
    assert yearly == pytest.approx(-10.0, abs=0.1) and fund.draws_eur.mean() == pytest.approx(0.6 * yearly)
    level = library.prices.set_index("year")["cpi_2020_100"]
    priced = 10.0 * level[2024] / level[2019]
    assert office.net_eur.tolist() == pytest.approx([-priced] * 5), "a cost of 2019 in euros of 2024"
    assert (
        np.isnan(office.volunteer_hours)
        and np.isnan(office.staff_fte)
        and not office.ranged
        and np.ptp(office.draws_eur) == 0
    )
    assert fund.service and not office.service, "whatever meets no service of the plan keeps none"
    assert (fund.hsk_compatible, office.hsk_compatible) == ("conditional", "no"), "not judged: not relied on"
    assert left_out.set_index("instrument")["reason"].to_dict() == {
        "party": "per_project",
        "bond": "paid_once",
        "wish": "cost_unknown",
    }
