from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import StressParams
from dewak_research.stress.baseline import TAX_BASE_YEARS, path, with_tax_base
from dewak_research.stress.imputed import imputed_variance
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.pool import build_pool, imputed_variance_share
from dewak_research.stress.run import kreise_with_kdu, prepare
from dewak_research.stress.three_baselines import baseline_counts, lights_by_baseline
from stress import engine_case as case


def start() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"ags": ["05001001", "05001"], "population": [10, 30], "last_year_booked": [2011, 2009]}
    )
    for key in KEYS:
        frame[f"{key}_eur"] = 0.0
    frame["gewst_eur"], frame["est_eur"] = [100.0, 0.0], [50.0, 0.0]
    return frame.assign(result_eur=[-5.0, 7.0], liquidity_flow_eur=[-6.0, 8.0])


def panel() -> pd.DataFrame:
    years = [2007, 2008, 2009, 2010, 2011]
    return pd.DataFrame(
        {
            "ags": "05001001",
            "year": years,
            "trade_tax_eur_pc": [20.0, 22.0, 5.0, 6.0, 12.0],
            "income_tax_share_eur_pc": 5.0,
            "vat_share_eur_pc": 1.0,
        }
    )


def test_own_taxes_of_a_baseline_are_the_mean_of_its_years() -> None:
    assert TAX_BASE_YEARS == {"mean5": (2007, 2008, 2009, 2010, 2011), "structural": (2007, 2008, 2011)}
    mean, trough = (with_tax_base(start(), panel(), option, 0.9) for option in ("mean5", "structural"))
    assert mean["gewst_eur"].tolist() == [130.0, 0.0]
    assert trough["gewst_eur"].tolist() == [180.0, 0.0]
    np.testing.assert_allclose(trough["result_eur"], [-5 + 0.9 * 80 + 10, 7])
    np.testing.assert_allclose(trough["liquidity_flow_eur"], [-6 + 0.9 * 80 + 10, 8])
    pd.testing.assert_frame_equal(with_tax_base(start(), panel(), "booked"), start())


def test_growth_starts_after_the_last_booked_year() -> None:
    rates = np.zeros((2, len(KEYS)))
    rates[:, POSITION["gewst"]] = 0.1
    found = path(start().assign(gewst_eur=[100.0, 100.0]), rates, 3).items_eur[:, :, POSITION["gewst"]]
    np.testing.assert_allclose(found[:, 0], [100, 100, 110])
    np.testing.assert_allclose(found[:, 1], [110, 121, 133.1])


def test_every_unit_has_a_light_on_each_baseline(stress_inputs) -> None:
    params = StressParams(draws=40)
    booked = prepare(stress_inputs, params, 5)
    main = pd.DataFrame({"ags": stress_inputs["units"]["ags"], "probability": 0.5, "light": "red"})
    main.loc[~main["ags"].isin(booked.table["ags"][booked.has_balance]), "light"] = "no_data"
    lights = lights_by_baseline(booked, main, stress_inputs, params)
    assert len(lights) == 3 * 427
    assert (
        not prepare(stress_inputs, params, 5, "structural").book.result_eur.sum()
        < booked.book.result_eur.sum()
    )
    counts = baseline_counts(lights).set_index("baseline")
    assert (counts[["green", "amber", "red"]].sum(axis=1) == 366).all()
    assert counts.loc["structural", "red"] < counts.loc["mean5", "red"] < counts.loc["booked", "red"]
    assert counts.loc["booked", "changed"] == 0
    assert counts.loc["structural", "years"] == 3


def test_the_pool_says_how_much_of_its_variance_rests_on_filled_years(stress_inputs) -> None:
    pool = build_pool(
        stress_inputs["tax_panel"],
        kreise_with_kdu(stress_inputs["kreise_panel"]),
        stress_inputs["units"].set_index("ags")["population"],
    )
    found = imputed_variance_share(pool)
    assert not found[[POSITION[key] for key in ("gewst", "est", "sz", "pers")]].any()
    assert found[POSITION["kdu"]] == pytest.approx(0.635, abs=0.005)
    assert found[POSITION["asyl"]] == pytest.approx(0.541, abs=0.005)


def test_what_rests_on_filled_years_is_part_of_what_comes_from_these_items() -> None:
    run = case.run()
    observed = imputed_variance(run, 100)
    assert not observed[["items_share", "imputed_share"]].to_numpy().any()
    filled = run.pool.filled.copy()
    filled[::2, POSITION["kdu"]] = True
    found = imputed_variance(replace(run, pool=replace(run.pool, filled=filled)), 100).set_index("kind")
    city = found.loc["kreisfreie_stadt"]
    assert 0 < city["imputed_share"] / city["items_share"] < 1
    assert found.loc["all", "units"] == 5
