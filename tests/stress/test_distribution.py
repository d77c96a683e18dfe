from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from dewak_research.rules import rule_set, unverified
from dewak_research.stress.all_units import simulate
from dewak_research.stress.chapter import standing
from dewak_research.stress.contributions import contribution_table, subset_variances
from dewak_research.stress.distribution import (
    Fan,
    count_hits,
    fan_table,
    percentiles,
    probability_table,
    reweighted,
    summarise_fan,
)
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.light import light, light_definitions, light_table
from dewak_research.stress.ordering import auc, compare, indicators, score
from dewak_research.stress.pool import crisis_frequency
from dewak_research.stress.run import kreise_with_kdu
from dewak_research.stress.simulation import Paths, Settings
from stress import engine_case as case

RULES = rule_set(2010)
AGS = list(case.UNITS)
HAS_BALANCE = np.array([True, True, True, False, True])


def run(summarise, draws: int = 400, result: float = -8.0):
    common = case.common(draws)
    chunks = simulate(case.book(result=result), common, Settings(RULES), 3, summarise, workers=1)
    return chunks, common


def test_contributions_of_a_run_are_efficient_and_name_what_is_shocked() -> None:
    chunks, _ = run(lambda paths: (paths.units, subset_variances(paths)), 200)
    table = contribution_table(chunks, AGS).set_index("ags")
    np.testing.assert_allclose(table[list(BLOCKS)].sum(axis=1), table["total"], rtol=1e-6)
    assert table.loc["05001", "taxes"] == pytest.approx(0.0, abs=1e-12)
    assert table.loc["05001", "social"] > 0
    for units, deviation in run(lambda paths: (paths.units, paths.deviation_eur), 200)[0]:
        for c, unit in enumerate(units):
            spread = deviation[:, c].sum(axis=0).var()
            assert table.loc[AGS[unit], "total"] == pytest.approx(spread, rel=1e-4)


def test_a_draw_that_is_unknown_leaves_the_band_unknown() -> None:
    def with_gap(paths: Paths) -> Fan:
        paths.result_eur[0, 0, 0] = np.nan
        return summarise_fan(paths)

    fan = run(with_gap)[0][0]
    assert np.isnan(fan.percentiles_eur["result"][:, 0, 0]).all()
    assert np.isfinite(fan.percentiles_eur["result"][:, 1:]).all()


def test_a_band_of_the_fan_is_the_percentile_its_name_says() -> None:
    whole, _ = run(lambda paths: paths)
    fan = fan_table(run(summarise_fan)[0], AGS, 2010).set_index(["measure", "ags", "year"])
    for paths in whole:
        for c, unit in enumerate(paths.units):
            for t in range(5):
                row = fan.loc[("result", AGS[unit], 2010 + t)]
                expected = np.percentile(paths.result_eur[t, c], [5, 25, 50, 75, 95])
                np.testing.assert_allclose(row.to_numpy(float), expected, rtol=1e-5, atol=1e-4)
    assert list(fan.columns) == ["p5_eur", "p25_eur", "p50_eur", "p75_eur", "p95_eur"]


def test_fan_is_ordered_and_says_nothing_without_a_balance_sheet() -> None:
    chunks, _ = run(summarise_fan)
    fan = fan_table(chunks, AGS, 2010)
    bands = fan[["p5_eur", "p25_eur", "p50_eur", "p75_eur", "p95_eur"]]
    assert (bands.dropna().diff(axis=1).iloc[:, 1:] >= 0).all().all()
    assert fan[(fan["ags"] == "05002001") & (fan["measure"] == "equity")]["p50_eur"].isna().all()
    assert fan[(fan["ags"] == "05002001") & (fan["measure"] == "extra_credit")]["p50_eur"].notna().all()


def test_crisis_frequency_is_the_published_interval() -> None:
    estimate, low, high = crisis_frequency()
    assert (round(estimate, 3), round(low, 3), round(high, 3)) == (0.105, 0.013, 0.331)


def test_the_count_of_crises_is_an_unverified_value_of_the_rules_with_a_range() -> None:
    found = {v.key: v for v in unverified("crises")}
    counted = found["trade_tax_crises_count"]
    assert counted.tag == "K" and counted.range is not None
    assert counted.range[0] < counted.value < counted.range[1]
    assert crisis_frequency(4)[0] == pytest.approx(4 / found["trade_tax_years_count"].value)


def test_reweighting_by_the_drawn_frequency_gives_the_drawn_probability() -> None:
    """With binomial crisis counts of frequency p, weights of p must not change the share."""
    rng = np.random.default_rng(2)
    draws, p = 200_000, 0.2
    years = (rng.random((3, draws)) < p).cumsum(axis=0)
    hit = rng.random((3, draws)) < 0.1 + 0.2 * years
    table = np.zeros((3, 4, 1), dtype=np.int64)
    counts = np.zeros((3, 4), dtype=np.int64)
    for t in range(3):
        for n in range(4):
            counts[t, n] = (years[t] == n).sum()
            table[t, n, 0] = hit[t][years[t] == n].sum()
    np.testing.assert_allclose(reweighted(table, counts, p)[:, 0], hit.mean(axis=1), atol=2e-3)
    assert reweighted(table, counts, 0.5)[2, 0] > reweighted(table, counts, 0.01)[2, 0]


def test_probabilities_rise_with_the_years_and_hold_their_intervals() -> None:
    common = case.common(400)
    chunks, _ = run(lambda paths: count_hits(paths, common.crisis_years))
    table = probability_table(chunks, AGS, HAS_BALANCE, 2010)
    known = table[table["probability"].notna()]
    assert (known["mc_low"] <= known["probability"] + 1e-12).all()
    assert (known["mc_high"] >= known["probability"] - 1e-12).all()
    assert (known["frequency_low"] <= known["frequency_high"]).all()
    assert (known["frequency_low"] < known["frequency_high"]).any()
    rising = known.sort_values("year").groupby(["ags", "trigger"])["probability"]
    assert rising.apply(lambda s: s.is_monotonic_increasing).all()
    assert table[table["ags"] == "05002001"]["probability"].isna().all()
    units = pd.DataFrame(
        {"ags": [*AGS, "05999999"], "name": "x", "kind": "y", "kreis": "z", "size_class": "a"}
    )
    lights = light_table(table, units).set_index("ags")["light"]
    assert lights["05002001"] == lights["05999999"] == "no_data"
    assert set(lights) <= {"green", "amber", "red", "no_data"}


def test_light_at_its_limits():
    shares = np.array([1.0, 0.9, 0.8999, 0.7, 0.6999, 0.0, np.nan])
    assert light(shares).tolist() == ["green", "green", "amber", "amber", "red", "red", "no_data"]
    assert str(light(0.95)) == "green"


def test_definitions_stand_beside_the_light():
    shown = light_definitions()
    assert list(shown) == ["green", "amber", "red", "no_data"]
    assert "90" in shown["green"][1].de
    assert "70" in shown["red"][1].en
    assert "{" not in "".join(d.de + d.en for _, d in shown.values())


def test_auc_equals_an_independent_implementation() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 9, 60).astype(float), rng.random(60) < 0.4
    assert auc(x, y) == pytest.approx(roc_auc_score(y, x))
    assert np.isnan(auc(x, np.zeros(60, bool)))


def panel(kreise: int = 60, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(kreise):
        risk = rng.normal()
        for year in range(2004, 2020):
            credit = 1000 + (300 * risk * (year - 2010) if year >= 2010 else np.nan)
            rows.append(
                {
                    "ags": f"{1 + i % 4:02d}{i:03d}",
                    "year": year,
                    "liquidity_credit_eur_pc": credit,
                    "core_debt_eur_pc": 2000 + rng.normal() * 10,
                    "trade_tax_eur_pc": 400 * np.exp(0.05 * rng.normal()),
                    "tax_capacity_eur_pc": 700 - 50 * risk,
                    "housing_benefit_eur_per_unit_month": 300.0 + 20 * risk,
                    "persons_in_benefit_units_per_1k": 80.0,
                }
            )
    return kreise_with_kdu(pd.DataFrame(rows))


def test_a_score_that_knows_is_found_to_know() -> None:
    table = compare(panel(), 1, resamples=200).set_index("predictor")
    assert table.loc["score", "auc"] > 0.8
    assert table.loc["score", "auc_low"] > table.loc["debt", "auc_low"]
    assert table.loc["score", "brier"] < table.loc["debt", "brier"]
    assert table.loc["score", "auc_difference"] == 0.0


def test_the_score_uses_only_what_was_known_in_2014() -> None:
    early = panel()
    changed = early.copy()
    changed.loc[changed["year"] > 2014, "liquidity_credit_eur_pc"] *= 7
    changed.loc[changed["year"] > 2014, "trade_tax_eur_pc"] *= 3
    pd.testing.assert_series_equal(score(indicators(early)), score(indicators(changed)))


def test_standing_places_a_unit_only_among_known_peers() -> None:
    lights = pd.DataFrame({"ags": list("abcd"), "probability": [0.1, 0.5, 0.9, np.nan]})
    reverse = pd.DataFrame(
        {
            "ags": list("abcd"),
            "direction": "GFK2009",
            "lambda_star": [2, 1, 0, np.nan],
            "bearable_eur_pc": [9, 5, -1, np.nan],
        }
    )
    neighbours = pd.DataFrame([(x, y) for x in "abcd" for y in "abcd" if x != y], columns=["ags", "peer"])
    found = standing(lights, reverse, neighbours).set_index("ags")
    assert found["peer_percentile"].to_dict() == {"a": 0.0, "b": 50.0, "c": 100.0}
    assert (found["peers_known"] == 2).all()
    assert found.loc["a", "probability_peer_median"] == pytest.approx(0.7)


@pytest.mark.parametrize("draws", [1, 2, 3, 10, 99, 101, 1000])
@pytest.mark.parametrize("levels", [(5, 25, 50, 75, 95), (2.5, 97.5, 10.0), (0, 100), (100 / 3, 99.9)])
def test_percentiles_are_those_of_numpy_to_the_last_digit(draws: int, levels: tuple[float, ...]) -> None:
    values = (
        np.random.default_rng(draws).standard_normal((2, 3, draws)) * 10.0 ** np.array([-3, 2, 9])[:, None]
    )
    values[1, 2] = np.nan
    values[0, 1, -1] = np.nan
    before = values.copy()
    assert percentiles(values, levels).tobytes() == np.percentile(values, levels, axis=-1).tobytes()
    np.testing.assert_array_equal(values, before)
