"""What the lights owe to values nobody checked: one parameter at a time, both ends of its range."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import StressParams
from dewak_research.rules import document
from dewak_research.stress.sensitivity import sensitivity, variants, with_gfg
from dewak_research.stress.transmission import Gfg
from stress import engine_case as case


def test_every_unverified_parameter_of_a_run_has_a_range_that_holds_its_value() -> None:
    ranges = document("sensitivity")["ranges"]
    for name, field in StressParams.model_fields.items():
        if "unverified" not in (field.description or ""):
            continue
        if isinstance(field.default, dict):
            assert any(key.startswith(f"{name}_") for key in ranges), name
        else:
            low, high = ranges[name]
            assert low <= field.default <= high


@pytest.mark.parametrize(
    ("year", "open_"),
    [(2010, ["fictitious_multiplier_trade_tax_pct"]), (2011, []), (2022, []),
     (2015, ["levy_multiplier_pct", "fictitious_multiplier_trade_tax_pct"]), (2019, ["levy_multiplier_pct"])],
)  # fmt: skip
def test_values_of_the_law_are_varied_where_the_year_of_the_run_has_no_checked_one(year, open_) -> None:
    run = case.run()
    asked = type(run)(**{**vars(run), "params": run.params.model_copy(update={"equalisation_year": year})})
    of_law = [v.parameter for v in variants(asked) if v.of_law and v.parameter.endswith("_pct")]
    assert of_law == open_


def test_other_multipliers_give_the_book_that_is_built_with_them() -> None:
    old, new = Gfg(0.9, 71.0, 403.0, (0.5, 0.5)), Gfg(0.9, 69.0, 411.0, (0.5, 0.5))
    rates = np.array([420.0, 480.0])

    def book(gfg: Gfg):
        whole = case.book()
        net = np.append(1.0, gfg.net_loss_eur(1.0, rates))
        return type(whole)(
            **{**vars(whole), "net_share": net, "refund_share": np.append(0.0, gfg.refund_eur(1.0, rates))}
        )

    changed, built = with_gfg(book(old), old, new), book(new)
    np.testing.assert_allclose(changed.net_share, built.net_share)
    np.testing.assert_allclose(changed.refund_share, built.refund_share)


def test_one_row_per_parameter_and_one_largest_per_unit(monkeypatch) -> None:
    run = case.run()
    monkeypatch.setattr("dewak_research.stress.sensitivity.prepare", lambda inputs, params, seed, known: run)
    units = pd.DataFrame(
        {"ags": list(run.ags), "name": "x", "kind": "kreis", "kreis": None, "size_class": "small"}
    )
    found = sensitivity(run, {"units": units}, draws=50)
    table, tornado = found["lights_by_parameter"], found["tornado"]
    assert list(table["parameter"]) and table["parameter"].is_unique
    assert (table["units"] <= table["units_low"] + table["units_high"]).all()
    assert (table["units"] >= table[["units_low", "units_high"]].max(axis=1)).all()
    assert (tornado[tornado["place"] == 1].groupby("ags").size() == 1).all()
    largest = tornado.groupby("ags")["swing_share"].max()
    first = tornado[tornado["place"] == 1].set_index("ags")["swing_share"]
    pd.testing.assert_series_equal(first, largest)
    crises = table.set_index("parameter").loc["trade_tax_crises_count"]
    assert (crises["low"], crises["high"]) == (1, 4) and crises["mean_swing_share"] > 0
    anchored = table[table["parameter"].isin(["growth_rates_default", "borrowing_rate_pp"])]
    assert (anchored["mean_swing_share"] == 0).all()
    assert table["moves_most"].sum() <= tornado["ags"].nunique()
