"""Early warning for the Kreise: what an event is, that only the past is used, and that it finds what was put in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.stress.kreis_warning import events_between, known_at, kreis_warning, origins

YEARS = range(2000, 2020)
LANDS = ("01", "02", "03")


def made(seed: int = 0, credit_falls_where_high: float = 0.0) -> dict[str, pd.DataFrame]:
    """Kreise of three Länder; from 2010 on credit moves by chance and back towards the Land where it is high."""
    rng = np.random.default_rng(seed)
    ags = [f"{land}{n:03d}" for land in LANDS for n in range(40)]
    credit = rng.gamma(2.0, 300.0, len(ags))
    frames = []
    for year in (*YEARS, 2023):
        frame = pd.DataFrame({"ags": ags, "year": year, "core_debt_eur_pc": 800.0})
        for column in ("sgb2_rate_pct", "unemployment_pct", "tax_capacity_eur_pc", "trade_tax_eur_pc"):
            frame[column] = rng.normal(100.0, 5.0, len(ags))
        frames.append(frame.assign(liquidity_credit_eur_pc=credit if year >= 2010 else np.nan))
        drawn = rng.normal(20.0, 60.0, len(ags)) - credit_falls_where_high * (credit - 600.0)
        credit = np.maximum(credit + drawn, 0.0)
    panel = pd.concat(frames, ignore_index=True)
    later = panel[panel["year"] == 2023].rename(columns={"ags": "kreis"})
    return {"kreise_panel": panel[panel["year"] < 2023], "kreise_debt_2023": later}


def test_a_relief_of_a_whole_land_is_no_event_and_no_credit_is_no_rise() -> None:
    keys = [f"01{n}" for n in range(3)] + [f"02{n}" for n in range(3)] + ["111"]
    credit = pd.DataFrame({2010: [500.0, 600, 700, 0, 900, 900, 5], 2013: [0.0, 100, 210, 0, 800, 700, 9]})
    found = events_between(credit.set_axis(keys), 2010, 2013)
    assert list(found.index) == keys[:-1]
    assert found["above_median"].tolist() == [False, False, True, True, False, False]
    assert not found["rises"].any()


def test_what_is_known_is_the_distance_from_the_land() -> None:
    known = known_at(made()["kreise_panel"], 2012)
    np.testing.assert_allclose(known.groupby(known.index.str[:2]).median(), 0.0, atol=1e-12)


def test_an_origin_uses_only_outcomes_known_by_then() -> None:
    inputs = made()
    panel = inputs["kreise_panel"].copy()
    late = panel["year"] >= 2017
    rng = np.random.default_rng(1)
    panel.loc[late, "liquidity_credit_eur_pc"] *= rng.random(late.sum())
    found = [
        kreis_warning({**inputs, "kreise_panel": table}, 1, draws=2).query("origin == 2013")
        for table in (inputs["kreise_panel"], panel)
    ]
    columns = ["auc", "within_land_auc", "other_laender_auc"]
    np.testing.assert_allclose(found[0][columns], found[1][columns])


@pytest.mark.parametrize(("pull", "lowest", "highest"), [(0.5, 0.7, 1.0), (0.0, 0.35, 0.65)])
def test_it_finds_a_return_to_the_land_and_nothing_in_chance(
    pull: float, lowest: float, highest: float
) -> None:
    found = kreis_warning(made(2, pull), 1, draws=50).query("predictors == 'level'")
    mean = found[found["event"] == "above_median"]["within_land_auc"].mean()
    assert lowest < mean < highest
    assert (found["auc_low"] <= found["auc"]).all() and (found["auc"] <= found["auc_high"]).all()
    assert set(found["origin"]) == {2013, 2014, 2015, 2016, 2019}


def test_every_origin_has_its_outcome_and_what_was_known_by_hand() -> None:
    inputs = made(3)
    found = origins(inputs)
    assert [(one.year, one.seen_until) for one in found] == [
        *((y, y + 3) for y in range(2010, 2017)),
        (2019, 2023),
    ]
    later = inputs["kreise_debt_2023"].assign(year=2023).rename(columns={"kreis": "ags"})
    credit = pd.concat([inputs["kreise_panel"], later]).set_index(["year", "ags"])["liquidity_credit_eur_pc"]
    for one in (found[0], found[-1]):
        assert len(one.known) == len(one.events) == 120
        for land in LANDS:
            keys = [ags for ags in one.events.index if ags[:2] == land]
            change = {ags: credit[one.seen_until, ags] - credit[one.year, ags] for ags in keys}
            middle = np.median(list(change.values()))
            assert one.events["above_median"][keys].tolist() == [change[ags] > middle for ags in keys]
            assert one.events["rises"][keys].tolist() == [change[ags] > max(middle, 0) for ags in keys]
            then = (
                inputs["kreise_panel"]
                .query("year == @one.year")
                .set_index("ags")
                .loc[keys, "unemployment_pct"]
            )
            np.testing.assert_allclose(one.known.loc[keys, "unemployment_pct"], then - np.median(then))
