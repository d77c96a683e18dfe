"""Tables of the chapter on stress: each computed again from the official figures, by other means than the chapter's."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from statistics import median

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from dewak_research.config import StressParams
from dewak_research.data.result import Result
from dewak_research.rules import rule_set
from dewak_research.stress.light import CLASSES
from dewak_research.stress.ordering import indicators, outcome
from dewak_research.stress.own_taxes import TownHistory
from dewak_research.stress.pool import state_growth
from dewak_research.stress.run import kreise_with_kdu, pool_of, town_history

Tables = dict[str, pd.DataFrame]
TAXES = ("trade_tax_eur_pc", "income_tax_share_eur_pc", "vat_share_eur_pc")


@pytest.fixture(scope="module")
def tables(stressed: Result) -> Tables:
    return dict(stressed.tables)


@pytest.fixture(scope="module")
def towns(stress_inputs: Tables) -> TownHistory:
    return town_history(stress_inputs)


def people(inputs: Tables) -> pd.Series:
    return inputs["units"].set_index("ags")["population"].astype(float)


def mean_of_land(inputs: Tables, column: str, year: int) -> float:
    """Mean per head over the towns of the tax series, by hand."""
    rows = inputs["tax_panel"].query("year == @year")[["ags", column]].dropna()
    weights = people(inputs).reindex(rows["ags"])
    return float(np.average(rows[column], weights=weights))


def test_growth_of_the_land_is_that_of_its_weighted_means(stress_inputs: Tables) -> None:
    kreise = kreise_with_kdu(stress_inputs["kreise_panel"])
    found = state_growth(stress_inputs["tax_panel"], people(stress_inputs), kreise)
    assert found.index.tolist() == list(range(1996, 2020))
    for key, column in zip(("gewst", "est", "ust"), TAXES, strict=True):
        for year in (2005, 2009, 2019):
            now, before = (mean_of_land(stress_inputs, column, y) for y in (year, year - 1))
            assert found.loc[year, key] == pytest.approx(math.log(now / before))
    for key, column in (("sz", "key_grants_eur_pc"), ("kdu", "kdu_eur_pc")):
        levels = []
        for year in (2014, 2015):
            rows = kreise[kreise["year"] == year].dropna(subset=[column])
            levels.append(np.average(rows[column], weights=rows["population"]))
        assert found.loc[2015, key] == pytest.approx(math.log(levels[1] / levels[0]))


def test_housing_costs_per_head_are_those_of_the_households_in_benefit(stress_inputs: Tables) -> None:
    """EUR a month × 12 for each household of 1.95 persons, of so many persons in 1,000 inhabitants."""
    found = kreise_with_kdu(stress_inputs["kreise_panel"]).set_index(["ags", "year"])
    row = found.loc[("05954", 2015)]
    households = row["persons_in_benefit_units_per_1k"] / 1.95
    assert row["kdu_eur_pc"] == pytest.approx(
        12 * row["housing_benefit_eur_per_unit_month"] * households / 1000
    )
    assert len(found) == len(stress_inputs["kreise_panel"]) and 50 < row["kdu_eur_pc"] < 400


def test_the_pool_holds_the_growth_of_the_land_less_its_mean_and_nothing_later_than_asked(
    stress_inputs: Tables,
) -> None:
    whole, early = pool_of(stress_inputs), pool_of(stress_inputs, 2011)
    by_year = {
        year: math.log(
            mean_of_land(stress_inputs, TAXES[0], year) / mean_of_land(stress_inputs, TAXES[0], year - 1)
        )
        for year in range(1996, 2020)
    }
    mean = sum(by_year.values()) / len(by_year)
    assert whole.years.tolist() == list(by_year)
    np.testing.assert_allclose(whole.factors[:, 0], [growth - mean for growth in by_year.values()])
    assert early.years.tolist() == list(range(1996, 2012))
    assert early.mean_growth[0] == pytest.approx(sum(by_year[y] for y in range(1996, 2012)) / 16)


@pytest.mark.parametrize("ags", ["05562020", "05954032", "05117000"])
def test_a_town_stands_against_the_mean_of_the_land(
    towns: TownHistory, stress_inputs: Tables, ags: str
) -> None:
    own = stress_inputs["tax_panel"].set_index(["ags", "year"])
    row = towns.ags.index(ags)
    for year in (2003, 2009, 2019):
        for tax, (column, floor) in enumerate(zip(TAXES, (5.0, 1.0, 1.0), strict=True)):
            land = mean_of_land(stress_inputs, column, year)
            by_hand = math.log(max(own.loc[(ags, year), column], floor) / land)
            assert towns.ratio_log[tax, row, towns.position(year)] == pytest.approx(by_hand)
        levels = [max(own.loc[(ags, year), c], f) for c, f in zip(TAXES, (5.0, 1.0, 1.0), strict=True)]
        assert towns.trade_tax_share[row, towns.position(year)] == pytest.approx(levels[0] / sum(levels))
    assert towns.log_population[row] == pytest.approx(math.log(people(stress_inputs)[ags]))


def test_a_unit_starts_from_the_means_of_its_booked_years(tables: Tables, stress_inputs: Tables) -> None:
    start, totals = tables["baseline"].set_index("ags"), stress_inputs["unit_totals"]
    assert set(start.index) == set(totals["ags"]) and start.index.is_monotonic_increasing
    pairs = {"gewst": "trade_tax", "sz": "key_grants", "hzp": "social_sgb12", "zins": "interest"}
    for ags in ("05562020", "05954", "05117000"):
        own = totals[totals["ags"] == ags]
        for key, column in pairs.items():
            assert start.loc[ags, f"{key}_eur"] == pytest.approx(own[f"{column}_eur"].astype(float).mean())
        result = own["current_receipts_eur"] - own["current_payments_eur"]
        assert start.loc[ags, "result_eur"] == pytest.approx(result.astype(float).mean())
        assert start.loc[ags, "years_used"] == ", ".join(str(y) for y in sorted(own["year"]))
        assert (start.loc[ags, "n_years"], start.loc[ags, "last_year_booked"]) == (
            len(own),
            own["year"].max(),
        )


def test_events_of_the_early_warning_are_those_of_the_tax_series(
    tables: Tables, towns: TownHistory, stress_inputs: Tables
) -> None:
    """Three years' mean more than 100 EUR (or a tenth) below that of three years before, grown as the Land."""
    panel = stress_inputs["tax_panel"]
    wide = {column: panel.pivot_table(index="year", columns="ags", values=column) for column in TAXES}
    floors = zip(TAXES, (5.0, 1.0, 1.0), strict=True)
    floored = sum(wide[column].clip(lower=floor)[list(towns.ags)] for column, floor in floors)
    land = pd.Series({y: sum(mean_of_land(stress_inputs, c, y) for c in TAXES) for y in floored.index})
    counted = Counter()
    for origin in range(2005, 2017):
        before, after = range(origin - 2, origin + 1), range(origin + 1, origin + 4)
        plan = floored.loc[before].mean() * land[after].mean() / land[before].mean()
        missed = plan - floored.loc[after].mean()
        counted += Counter(amount=int((missed > 100).sum()), share=int((missed > 0.1 * plan).sum()))
    found = tables["warning_scores"].query("data == 'towns'")
    assert (found["n"] == 12 * len(towns.ags)).all() and len(found) == 2 * 4
    for event, rows in found.groupby("event"):
        assert set(rows["events"]) == {counted[str(event)]}
        np.testing.assert_allclose(rows["base_rate_share"], counted[str(event)] / (12 * len(towns.ags)))
    for one in ("warning_origins", "warning_calibration"):
        assert tables[one].query("predictors == 'all'")["n"].sum() == 12 * len(towns.ags)
    assert set(tables["warning_today"]["ags"]) == set(towns.ags)


def test_the_ordering_of_kreise_is_that_of_scikit_learn(tables: Tables, stress_inputs: Tables) -> None:
    panel = stress_inputs["kreise_panel"]
    then, later = (panel.query(f"year == {year}").set_index("ags") for year in (2014, 2019))
    change = (later["liquidity_credit_eur_pc"] - then["liquidity_credit_eur_pc"]).dropna()
    found = outcome(panel)
    pd.testing.assert_series_equal(found.dropna().sort_index(), change.sort_index(), check_names=False)
    scores = tables["backtest_ordering"].set_index(["sample", "predictor"])
    kept = {"all": change.index == change.index, "without_hessen": change.index.str[:2] != "06",
            "nrw": change.index.str[:2] == "05"}  # fmt: skip
    complete = change.index.isin(indicators(kreise_with_kdu(panel)).dropna().index)
    columns = {"last_value": "liquidity_credit_eur_pc", "debt": "core_debt_eur_pc"}
    for (sample, where), (name, column) in itertools.product(kept.items(), columns.items()):
        some = change[where & complete]
        value = then[column].reindex(some.index).astype(float)
        assert scores.loc[(sample, name), "n"] == len(some)
        assert scores.loc[(sample, name), "auc"] == pytest.approx(roc_auc_score(some > 0, value))


def test_scores_of_forecasts_agree_between_the_tables(tables: Tables) -> None:
    run, by_origin = tables["forecast_run"].iloc[0], tables["forecast_origins"]
    assert (run["first_origin"], run["last_origin"], run["origins"]) == (2005, 2018, 14)
    pairs = sum(min(5, 2019 - origin) for origin in range(2005, 2019))  # origins × horizons that follow
    assert run["forecasts"] % pairs == 0 and run["horizon_years"] == 5
    held = tables["forecast_coverage"].set_index(["candidate", "target", "horizon"])["crps_eur_pc"]
    weight = {h: sum(2019 - origin >= h for origin in range(2005, 2019)) for h in range(1, 6)}
    skill = tables["forecast_skill"].set_index(["target", "candidate", "reference"])["skill_share"]
    each = {
        key: np.average(rows["crps_eur_pc"], weights=[min(5, 2019 - origin) for origin in rows["origin"]])
        for key, rows in by_origin.groupby(["target", "candidate"])
    }
    assert len(each) == 2 * 5
    for (target, candidate), over in each.items():
        if candidate != "persistence":
            by_horizon = [weight[h] * held[candidate, target, h] for h in weight]
            assert over == pytest.approx(sum(by_horizon) / sum(weight.values()))
            naive = each[target, "persistence"]
            assert skill[target, candidate, "persistence"] == pytest.approx(1 - over / naive)
    assert tables["forecast_pit"].groupby(["target", "candidate"])["share"].sum().to_numpy() == pytest.approx(
        1
    )


def test_the_summary_says_what_was_run(tables: Tables, stress_inputs: Tables) -> None:
    said = tables["run"].iloc[0]
    assert said["units"] == stress_inputs["unit_totals"]["ags"].nunique() == len(tables["baseline"])
    assert said["units_with_balance"] == tables["baseline"]["has_balance"].sum()
    assert (said["draws"], said["first_year"], said["last_year"], said["years"]) == (40, 2010, 2014, 5)
    assert said["crisis_frequency_share"] == said["crises_observed"] / said["crisis_years_observed"]
    assert said["crisis_frequency_low_share"] < said["crisis_frequency_share"]
    assert said["rule_set"] == rule_set(2010).name


def test_every_assumption_of_a_run_stands_with_its_value(tables: Tables) -> None:
    found = tables["assumptions"].set_index("parameter")["value"]
    asked = StressParams()
    assert found.index.is_unique and found["borrowing_rate_pp"] == asked.borrowing_rate_pp
    assert {n for n in found.index if n.startswith("cost_spread_")} == {
        f"cost_spread_{k}" for k in asked.cost_spread
    }
    for name, value in asked.growth_rates.items():
        assert found[f"growth_rates_{name}"] == value
    plain = [n for n in found.index if not n.startswith(("cost_spread_", "growth_rates_"))]
    unverified = {n for n, f in StressParams.model_fields.items() if "unverified" in (f.description or "")}
    assert plain == [
        n for n in StressParams.model_fields if n in unverified - {"growth_rates", "cost_spread"}
    ]
    assert all(found[n] == float(getattr(asked, n)) for n in plain)


def test_the_tables_of_the_chapter_are_about_the_same_units(tables: Tables, stress_inputs: Tables) -> None:
    register, reported = set(stress_inputs["units"]["ags"]), set(tables["baseline"]["ags"])
    known = set(tables["baseline"].query("has_balance")["ags"])
    assert set(tables["lights"]["ags"]) == register
    assert set(tables["lights"].query("light != 'no_data'")["ags"]) == known
    for name in ("council_grid", "reverse", "trigger_probability", "fan", "episodes"):
        assert set(tables[name]["ags"]) == reported, name
    assert set(tables["frontier"]["ags"]) == known == set(tables["exhaustion"]["ags"])
    counts = tables["light_counts"].set_index("light")["units"]
    assert counts.drop("known").to_dict() == {c: Counter(tables["lights"]["light"])[c] for c in CLASSES}
    last = tables["trigger_probability"].query("trigger == 'any' and year == 2014").set_index("ags")
    lights = tables["lights"].set_index("ags")["probability"].dropna()
    pd.testing.assert_series_equal(lights, last.loc[lights.index, "probability"])
    assert {ags[:5] for ags in tables["breaking"]["ags"]} == {"05562", "05954"}
    assert tables["scenarios"]["scenario"].tolist() == sorted(tables["episodes"]["scenario"].unique())


def test_counts_of_today_are_those_of_the_towns(tables: Tables, stress_inputs: Tables) -> None:
    found, debt = tables["today"], stress_inputs["debt_today"].set_index("ags")
    own = found.query("measure == 'core_debt_eur_pc'").set_index("ags")
    assert own["value"].to_dict() == debt["core_debt_eur_pc"].astype(float).to_dict()
    row = tables["today_counts"].set_index("measure").loc["core_debt_eur_pc"]
    values = sorted(debt["core_debt_eur_pc"].astype(float))
    assert (row["known"], row["median"]) == (len(values), median(values))
    assert (row["p10"], row["p90"]) == pytest.approx(tuple(np.percentile(values, [10, 90])))
    stages = Counter(stress_inputs["budget_status"]["budget_stage"].astype(int))
    assert (
        dict(zip(tables["today_stages"]["budget_stage"], tables["today_stages"]["towns"], strict=True))
        == stages
    )
    status = tables["today_status"].iloc[0]
    assert status[["balanced", "on_reserves", "in_consolidation"]].tolist() == [
        stages[1] + stages[2], stages[3] + stages[4], stages[5] + stages[6] + stages[7]]  # fmt: skip
    relief = tables["old_debt_relief_counts"].iloc[0]
    assert relief["published_eur"] == stress_inputs["debt_relief"]["amount_eur"].sum()
