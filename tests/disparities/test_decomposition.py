from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.disparities.decomposition import (
    decompose,
    inequality_parts,
    lmdi,
    lmdi_path,
    log_mean,
    need_or_price,
    variance_shares,
)
from dewak_research.disparities.inequality import stratified_counts
from dewak_research.errors import InputError

positive = st.floats(1e-3, 1e4)
pairs = st.lists(st.tuples(positive, positive), min_size=3, max_size=20)


@given(pairs)
def test_variance_shares_add_up_to_one(rows: list[tuple[float, float]]) -> None:
    rate, cost = np.array(rows).T
    if np.var(np.log(rate * cost)) < 1e-9:
        return
    shares = variance_shares({"rate": rate, "cost": cost})
    assert shares["rate"][0] + shares["cost"][0] == pytest.approx(1, abs=1e-6)


def test_variance_share_is_the_slope_of_the_factor_on_the_product() -> None:
    generator = np.random.default_rng(1)
    rate, cost = np.exp(generator.normal(size=(2, 50)))
    slope = np.polyfit(np.log(rate * cost), np.log(rate), 1)[0]
    assert variance_shares({"rate": rate, "cost": cost})["rate"][0] == pytest.approx(slope, abs=1e-12)


def test_if_only_one_factor_varies_it_has_the_whole_share() -> None:
    shares = variance_shares({"rate": np.array([1.0, 2, 4]), "cost": np.ones(3)})
    assert shares["rate"][0] == pytest.approx(1)
    assert shares["cost"][0] == pytest.approx(0)


@given(st.tuples(positive, positive, positive, positive))
def test_lmdi_leaves_no_remainder(numbers: tuple[float, float, float, float]) -> None:
    a, b, c, d = numbers
    parts = lmdi({"rate": [a], "cost": [b]}, {"rate": [c], "cost": [d]})
    assert parts["rate"][0] + parts["cost"][0] == pytest.approx(c * d - a * b, rel=1e-7, abs=1e-9)


def test_lmdi_by_hand() -> None:
    parts = lmdi({"rate": [2.0], "cost": [5.0]}, {"rate": [4.0], "cost": [5.0]})
    assert parts["rate"][0] == pytest.approx(10)
    assert parts["cost"][0] == pytest.approx(0)
    # L(20, 10) = 10 / ln 2
    assert log_mean(20.0, 10.0) == pytest.approx(10 / np.log(2))


def test_log_mean_is_continuous_where_both_are_equal() -> None:
    assert log_mean(3.0, 3.0) == pytest.approx(3.0, abs=1e-12)
    assert log_mean(3.0, 3.0 * (1 + 1e-8)) == pytest.approx(3.0 * (1 + 5e-9), abs=1e-9)


def test_path_starts_at_zero_and_ends_at_the_change_of_the_sum() -> None:
    frame = pd.DataFrame(
        {
            "ags": ["1", "2"] * 3,
            "year": [1, 1, 2, 2, 3, 3],
            "rate": [1.0, 2, 2, 2, 3, 1],
            "cost": [4.0, 5, 4, 6, 5, 7],
        }
    )
    path = lmdi_path(frame, ["rate", "cost"])
    total = (frame["rate"] * frame["cost"]).groupby(frame["year"]).sum()
    assert path["total"].to_numpy() == pytest.approx((total - total.iloc[0]).to_numpy())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"rate": [0.0]}, {"rate": [1.0]}),
        ({"rate": [np.nan]}, {"rate": [1.0]}),
        ({"rate": [1.0]}, {"cost": [1.0]}),
    ],
)
def test_unusable_factors_are_explained(
    before: dict[str, list[float]], after: dict[str, list[float]]
) -> None:
    with pytest.raises(InputError):
        lmdi(before, after)


def test_no_variation_is_explained() -> None:
    with pytest.raises(InputError, match="same value"):
        variance_shares({"rate": np.ones(3), "cost": np.ones(3)})


def kreise(seed: int = 4) -> pd.DataFrame:
    """Twelve Kreise of three Länder in one year, one of which has no figure."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "year": 2019, "land": np.repeat(["01", "05", "09"], 4), "settlement": ["town", "rural"] * 6,
        "ln_recipients": rng.normal(0, 0.3, 12), "ln_cost": rng.normal(1, 0.2, 12), "weight": rng.uniform(1, 9, 12),
    })  # fmt: skip
    table["ln_recipients"] += np.repeat([0.0, 0.5, 1.0], 4)
    table["kdu_eur_pc"] = np.exp(table["ln_recipients"] + table["ln_cost"])
    table.loc[5, "kdu_eur_pc"] = np.nan
    return table


def test_need_or_price_is_a_slope_over_all_kreise_and_within_their_laender() -> None:
    table = kreise()
    found = need_or_price(table, 300, 2).set_index(["scope", "factor"])
    now = table.dropna()
    need, price = now["ln_recipients"].to_numpy(), now["ln_cost"].to_numpy()
    both = need + price
    slope = np.polyfit(both, need, 1)[0]
    assert found.loc[("germany", "need"), "share"] == pytest.approx(slope)
    assert found.loc[("germany", "price"), "share"] == pytest.approx(1 - slope)
    laender = pd.get_dummies(now["land"]).to_numpy(float)
    held = np.linalg.lstsq(np.column_stack([both, laender]), need, rcond=None)[0][0]
    assert found.loc[("within_land", "need"), "share"] == pytest.approx(held)
    assert abs(held - slope) > 0.02, "the example tells the two apart"
    assert (found["low"] <= found["share"]).all() and (found["share"] <= found["high"]).all()


def test_parts_of_inequality_and_their_ends_count_people_as_often_as_they_are_drawn() -> None:
    table = kreise()
    found = inequality_parts(table, 40, 2).set_index(["weighting", "index_name", "component"])
    now = table.dropna()
    levels = [now["land"].tolist(), now["settlement"].tolist()]
    counts = stratified_counts(levels[0], 40, 2)
    for weighting, base in (("units", np.ones(11)), ("people", now["weight"].to_numpy())):
        once = decompose(now["kdu_eur_pc"], levels, base)
        drawn = []
        for row in counts:  # a Kreis drawn twice stands there twice
            again = np.repeat(np.arange(11), row.astype(int))
            of_draw = [[level[i] for i in again] for level in levels]
            parts = decompose(now["kdu_eur_pc"].to_numpy()[again], of_draw, base[again])
            drawn.append(parts["theil_between_1"][0] / parts["theil_total"][0])
        line = found.loc[(weighting, "theil", "between_1")]
        assert line["share"] == pytest.approx(once["theil_between_1"][0] / once["theil_total"][0])
        assert line[["low", "high"]].tolist() == pytest.approx(np.nanquantile(drawn, [0.025, 0.975]).tolist())
