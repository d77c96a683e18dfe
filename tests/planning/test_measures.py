"""The tables of options, portfolios and comparison for the municipalities of a run, on a made-up Land."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from stress import engine_case as case

from dewak_research.cases.activation import activation_tables
from dewak_research.cases.library import Library, library_of
from dewak_research.chapters.planning import beside, measures
from dewak_research.config import StressParams
from dewak_research.data.case_files import read_case_files
from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.results import open_results
from dewak_research.planning.cost_growth import budget_paths
from dewak_research.planning.limits import limits_for
from dewak_research.planning.measures import (
    RAW_TABLES,
    Asked,
    Tables,
    asked_tables,
    leading_models,
    measure_tables,
    nearest_case,
    options_for,
    shortlist,
)
from dewak_research.planning.options import options_table
from dewak_research.planning.portfolio import MOST
from dewak_research.planning.rates import SERVICES
from dewak_research.planning.relief import relief_everywhere, relief_steps
from dewak_research.planning.warning import service_resources
from dewak_research.stress.distribution import count_hits, probability_table
from dewak_research.stress.one_unit import unit_shocks
from dewak_research.stress.run import prepare
from dewak_research.stress.what_if import with_interest
from dewak_research.written import write_result

DRAWS = 200
UNITS = ("05101000", "05001001", "05999999")


@pytest.fixture(scope="module")
def library() -> Library:
    return library_of(read_case_files())


@pytest.fixture(scope="module")
def inputs(library: Library) -> dict[str, pd.DataFrame]:
    models = list(library.models["models"])
    shares = np.linspace(0, 0.3, len(models))
    ranking = [(c, m, s) for c in library.cases for m, s in zip(models, shares, strict=True)]
    return {
        "ranking": pd.DataFrame(ranking, columns=["case", "model", "first_share"]),
        "transfer": pd.DataFrame(
            {
                "ags": ["05101000", "05001001"],
                "headroom_eur": [30_000.0, -5.0],
                "consolidation": pd.array([pd.NA, False], dtype="boolean"),
            }
        ),
        "activation": activation_tables(library)["activation"],
    }


@pytest.fixture(scope="module")
def net_cost() -> pd.DataFrame:
    years = list(range(2025, 2041))
    path = np.linspace(1.0, 16.0, len(years))
    one = pd.DataFrame({"ags": "05101000", "year": years, "net_eur": path})
    gap = pd.DataFrame(
        {"ags": "05001001", "year": years, "net_eur": np.where(np.arange(16) == 2, np.nan, path)}
    )
    return pd.concat([one, gap], ignore_index=True).assign(scenario="constant")


@pytest.fixture(scope="module")
def found(library: Library, inputs: dict[str, pd.DataFrame], net_cost: pd.DataFrame) -> Tables:
    grown = net_cost.drop(columns="scenario").assign(cost_growth_share=0.04)
    return measure_tables(case.run(), library, inputs, UNITS, DRAWS, net_cost, grown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name",
    [
        "warning_table",
        "options_table",
        "limits_table",
        "front_table",
        "ladder_table",
        "relief_table",
        "with_and_without_table",
        "net_paths",
        "cost_growth_table",
    ],
)
def test_every_exhibit_is_whole(
    found: Tables, inputs: dict[str, pd.DataFrame], tmp_path: Path, name: str, language: Language
) -> None:
    growth = pd.DataFrame({"service": SERVICES, "last_year": 2040}).assign(
        ags="05101000", growth_share=0.1, growth_low_share=0.0, growth_high_share=0.2
    )
    more = {"need_growth": growth, "service_resources": service_resources(inputs["activation"])}
    write_result(Result(found | more), "planning", tmp_path)
    item = getattr(measures, name)(open_results("planning", tmp_path), language, "05101000", "Musterstadt")
    words = item.html(language, "figures")
    assert "Musterstadt" in item.caption and item.name in words and ">nan<" not in words.lower()


NAMES = pd.DataFrame({"ags": [*UNITS], "name": ["Musterstadt", "Beispielort", "Neustadt"]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_options_of_several_units_stand_once_with_the_amounts_of_each(
    found: Tables, tmp_path: Path, language: Language
) -> None:
    write_result(Result(dict(found)), "planning", tmp_path)
    results = open_results("planning", tmp_path)
    units = beside.units_of(results, NAMES)
    assert len(units) > 1
    short = beside.what_can_be_done(results, language, NAMES)
    option, amounts = short.frame.columns[0], [c for c in short.frame if "Euro" in c or "euro" in c]
    assert len(amounts) == len(units) and short.frame[option].is_unique
    said = measures.option_names(results["portfolio_options"], language)
    for (ags, name), amount in zip(units.items(), amounts, strict=True):
        own = results["portfolio_options"]
        own = own[own["ags"] == ags]
        expected = {said[key]: value for key, value in zip(own["option"], own["net_eur"], strict=True)}
        shown = short.frame.set_index(option)[amount].dropna()
        assert amount.startswith(name) and shown.to_dict() == pytest.approx(expected)
    whole = beside.side_by_side(results, language, measures.options_table, NAMES)
    assert whole.frame.iloc[:, 0].tolist() == short.frame[option].tolist()
    page = whole.html(language, "figures")
    assert all(f"{name}: " in page for name in units.values()) and ">nan<" not in page
    relief = beside.side_by_side(results, language, measures.relief_table, NAMES).frame
    assert len(relief) == results["relief_steps"]["relief_eur_pc"].nunique()


def test_a_place_takes_the_case_of_its_own_kreis(library: Library) -> None:
    assert (
        nearest_case(library, "05562020") == "herten" and nearest_case(library, "05954") == "grundschoettel"
    )
    assert nearest_case(library, "05954024") == "grundschoettel"
    assert nearest_case(library, "05101000") == next(iter(library.towns))


def test_at_most_twelve_and_what_is_left_out_has_a_reason(
    library: Library, inputs: dict[str, pd.DataFrame]
) -> None:
    options, left_out = options_for(library, inputs, "05562020", 5, DRAWS, 1)
    assert len(options) <= MOST and [o.key for o in options[:4]] == [
        f"herten_{m}" for m in leading_models(inputs["ranking"], "herten")
    ]
    known = {o.key for o in options if o.kind == "instrument"} | set(left_out["option"])
    assert known == {*inputs["activation"]["instrument"], "prevention"} and left_out["reason"].ne("").all()
    assert left_out.set_index("option").loc["prevention", "reason"] == "no_effect"
    listed = shortlist([o for o in options if o.kind == "instrument"], 2)
    assert [o.hsk_compatible for o in listed] == ["conditional", "conditional"]
    assert listed[0].net_eur.mean() >= listed[1].net_eur.mean(), "the cheaper first"


@pytest.mark.parametrize("ags", ["05562020", "05954"])
@pytest.mark.parametrize("seed", [1, 2, 20260101])
def test_every_amount_lies_within_its_range_and_one_number_has_none(
    library: Library, inputs: dict[str, pd.DataFrame], ags: str, seed: int
) -> None:
    options, _ = options_for(library, inputs, ags, 5, 2_000, seed)
    table = options_table(options).set_index("option")
    ranged = table[table["ranged"]]
    assert (ranged["p05_eur"] <= ranged["net_eur"]).all() and (ranged["net_eur"] <= ranged["p95_eur"]).all()
    assert (ranged["p05_eur"] < ranged["p95_eur"]).all()
    single = table[~table["ranged"]]
    assert single.index.tolist() == ["volunteer_agency"], "published as one number"
    assert single[["p05_eur", "p50_eur", "p95_eur", "risk_eur"]].isna().all(axis=None)
    for option in options:
        assert option.draws_eur.mean() == pytest.approx(option.net_eur.mean())


def test_limits_follow_headroom_and_budget_law(inputs: dict[str, pd.DataFrame]) -> None:
    free, over = (limits_for(inputs["transfer"], ags) for ags in UNITS[:2])
    assert free.budget_eur == 30_000 and not free.consolidation
    assert over.budget_eur == float("inf") and over.consolidation, (
        "over a threshold: what costs must be covered"
    )
    assert over.staff_fte == 0 and free.staff_fte == float("inf")


def test_options_and_relief_are_carried_to_the_budget_as_the_plan_is(found: Tables, library: Library) -> None:
    """The budget is that of 2009; a euro of 2024 is less of it, for options, relief and plan alike."""
    level = library.prices.set_index("year")["cpi_2020_100"]
    then = level[2009] / level[2024]
    standing = found["portfolio_standing"].set_index("ags").loc["05101000"]
    assert standing["price_factor"] == found["with_and_without"]["price_factor"].iloc[0] == then
    assert (standing["euros_of"], standing["prices_of"]) == (2024, 2009)
    unit = unit_shocks(case.run(), "05101000", DRAWS)
    table = found["portfolio"].query("ags == '05101000'").set_index("options")
    yearly = (
        found["portfolio_options"]
        .query("ags == '05101000'")
        .set_index("option")
        .loc["pooled_rooms", "net_eur"]
    )
    path = with_interest(np.full(5, then * yearly), 0.03)
    assert table.loc["pooled_rooms", "probability"] == unit.probability(path)
    assert table.loc["pooled_rooms", "headroom_eur"] == pytest.approx(
        unit.bearable_loss_eur(path[None])[0] / then
    )
    step = found["relief_steps"].query("ags == '05101000' and relief_eur_pc == 50").iloc[0]
    relief = with_interest(np.full(5, then * step["relief_eur"]), 0.03)
    assert step["probability"] == unit.probability(relief)


def test_the_fronts_stand_for_every_limit_and_the_limits_say_what_they_rule_out(found: Tables) -> None:
    fronts, limits = found["portfolio_front"], found["portfolio_limits"]
    assert set(fronts["limit"]) == {"law", "staff", "budget"}
    sizes = fronts.groupby(["ags", "limit"]).size()
    shown = limits[limits["limit"] != ""].set_index(["ags", "limit"])
    assert shown["front"].to_dict() == sizes.to_dict()
    bound = shown.loc["05001001"]
    assert bound.loc["law", "services_left"] >= bound.loc["staff", "services_left"]
    assert bound.loc["staff", "services_left"] > bound.loc["budget", "services_left"] == 0, (
        "rooms and third-party money pay for no service in every year"
    )
    first = found["portfolio_ladder"].query("ags == '05001001'").set_index("services_kept").loc[1]
    assert first["to_compensate_eur"] == -first["worst_year_eur"] > 0


def test_every_known_unit_has_its_tables_and_an_unknown_one_none(found: Tables) -> None:
    for name in ("portfolio_options", "portfolio", "portfolio_front", "portfolio_limits", "relief_steps"):
        assert set(found[name]["ags"]) == set(UNITS[:2]), name
    standing = found["portfolio_standing"].set_index("ags")
    assert standing.loc["05101000", "budget_eur"] == 30_000, "the chapter on cases says it in these euros"
    assert np.isnan(standing.loc["05001001", "budget_eur"])
    table = found["portfolio"].set_index(["ags", "options"])
    for ags in UNITS[:2]:
        assert table.loc[(ags, ""), "probability"] == standing.loc[ags, "probability"]
        assert standing.loc[ags, "portfolios"] == len(table.loc[ags])
        own = found["portfolio_front"].query("ags == @ags and limit == 'budget'")
        assert (table.loc[ags].loc[own["options"], "breaks"] == "").all()
    costly = found["portfolio_front"].query("ags == '05001001' and limit == 'budget'")
    assert (costly["hsk_compatible"] == "yes").all() and (costly["to_compensate_eur"] == 0).all()
    names = found["portfolio_options"].set_index("option")
    assert (names.query("kind in ['organisation_model', 'instrument']")[["name_de", "name_en"]] != "").all(
        axis=None
    )


def test_relief_steps_begin_with_nothing_and_only_help(found: Tables) -> None:
    unit = unit_shocks(case.run(), "05101000", DRAWS)
    table = relief_steps(unit, 3.0)
    assert table["probability"].iloc[0] == unit.probability() and table["probability_change"].iloc[0] == 0
    assert (table["probability_change"].diff().dropna() <= 0).all() and table[
        "headroom_eur"
    ].is_monotonic_increasing
    assert (table["headroom_eur"].diff().dropna() - table["relief_eur"].diff().dropna()).abs().max() < 1e-3


def test_the_plan_stands_on_the_years_of_the_test_and_the_rest_beside(
    found: Tables, library: Library
) -> None:
    rows = found["with_and_without"]
    assert set(rows["ags"]) == {"05101000"}, "a path with a gap is not guessed"
    assert rows["scenario"].eq("constant").all() and rows["variant"].tolist() == ["without", "with"]
    assert rows["plan_first_year"].eq(2025).all() and rows["plan_last_year"].eq(2029).all()
    years = found["with_and_without_years"].query("variant == 'with'")
    assert years["plan_year"].tolist() == [2025, 2026, 2027, 2028, 2029]
    level = library.prices.set_index("year")["cpi_2020_100"]
    then = level[2009] / level[2024]
    assert 0.7 < then < 0.75 and rows["price_factor"].eq(then).all() and rows["prices_of"].eq(2009).all()
    assert years["net_eur"].tolist()[:2] == pytest.approx([-then, -2.03 * then]), "in prices of the budget"
    later = found["with_and_without_beside"]
    assert later["tested"].sum() == 5 and later["year"].max() == 2040
    assert later["cumulated_eur"].iloc[-1] == pytest.approx(-np.linspace(1.0, 16.0, 16).sum())


def test_the_real_land_says_what_the_page_says(
    tables: dict[str, pd.DataFrame], library: Library, inputs: dict[str, pd.DataFrame]
) -> None:
    """Two euros per inhabitant a year barely move the probability of Schwelm; without them it is the chapter's."""
    given = with_official(dict(tables), RAW_TABLES) | inputs
    schwelm = "05954024"
    given["transfer"] = inputs["transfer"].assign(ags=["05911000", schwelm])
    stress = StressParams(draws=1_000)
    net_cost = pd.DataFrame(
        {"scenario": "constant", "ags": schwelm, "year": range(2024, 2031), "service": "childcare_u3",
         "direct_eur": 1e6, "through_kreis_eur": 0.0, "through_landschaftsverband_eur": 0.0,
         "net_eur": np.linspace(1e6, 3e6, 7)}
    )  # fmt: skip
    paths = budget_paths(net_cost, (schwelm,), (0.02, 0.05), stress.growth_rates["default"])
    found = paths | asked_tables(given | paths, Asked(library, stress, (schwelm,)), 1)
    grown = found["with_and_without_growth"].set_index("cost_growth_share")
    bearing = found["with_and_without"].query("variant == 'with'").iloc[0]
    assert grown.loc[0.02, "end_equity_eur"] == pytest.approx(bearing["end_equity_eur"])
    assert grown.loc[0.05, "end_equity_eur"] < grown.loc[0.02, "end_equity_eur"]
    beyond = found["cost_growth_paths"].query("cost_growth_share == 0.05 and year == 2025")["net_eur"].item()
    assert beyond == pytest.approx((1e6 + 1e6 / 3) * 1.05 / 1.02 - 1.02e6)
    steps = found["relief_steps"].set_index("relief_eur_pc")
    assert -0.005 < steps.loc[2.0, "probability_change"] <= 0.0
    assert steps.loc[50.0, "probability_change"] < steps.loc[10.0, "probability_change"] <= 0.0
    run = prepare(given, stress, 1)
    common = run.shocks()
    unit = np.array([run.ags.index(schwelm)])
    hits = run.simulate(common, lambda paths: count_hits(paths, common.crisis_years), units=unit)
    table = probability_table(hits, run.ags, run.has_balance, stress.budget_year)
    last = table.query("ags == @schwelm and trigger == 'any'")["probability"].iloc[-1]
    assert found["portfolio_standing"]["probability"].item() == last
    without, bearing = (row for _, row in found["with_and_without"].iterrows())
    assert without["probability"] == last <= bearing["probability"]
    assert found["net_path"]["net_eur"].iloc[0] == pytest.approx(1e6 + 1e6 / 3 - 1.02e6)
    assert asked_tables(tables, Asked(library, stress, (schwelm,)), 1) == {}, (
        "no tables of the cases: nothing"
    )


def test_the_page_has_one_row_for_all(found: Tables) -> None:
    one = found["measure_summary"].iloc[0]
    assert one["units"] == 2 and one["bound"] == 1 and one["portfolios"] == len(found["portfolio"])
    assert one["within"] == found["portfolio_standing"]["within"].sum()
    assert 0 < one["price_factor"] < 1


def test_relief_of_all_units_is_that_of_each_by_itself() -> None:
    run = case.run()
    table = relief_everywhere(run, (0.0, 2.0)).set_index(["relief_eur_pc", "kind"])
    assert (
        table.loc[0.0, ["fall_median_points", "fall_largest_points", "one_point_units"]].eq(0).all(axis=None)
    )
    assert table.loc[2.0, "units"].to_dict() == {
        "kreis": 1,
        "kreisangehoerige_gemeinde": 2,
        "kreisfreie_stadt": 1,
    }
    for ags in ("05001", "05101000"):
        unit, at = unit_shocks(run, ags), run.ags.index(ags)
        relief = with_interest(np.full(5, 2.0 * run.table["population"].iloc[at]), 0.03)
        before, after = (unit.probability(x) for x in (0.0, relief))
        assert before != unit.walk(0.0).triggers.any_year.any(axis=0).mean() or before in (0.0, 1.0)
        found = table.loc[(2.0, run.table["kind"].iloc[at]), "fall_largest_points"]
        assert found == pytest.approx(100 * (before - after))
