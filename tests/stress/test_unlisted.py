"""A town outside the tax panel is predicted from its own history, else from the towns of its size."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.stress.own_taxes import FEATURES, TownHistory, own_moves
from dewak_research.stress.shocks import OwnTaxes
from dewak_research.stress.unlisted import history_features, relative_changes, size_features

YEARS = np.arange(2000, 2020)


@pytest.fixture(scope="module")
def towns() -> TownHistory:
    rng = np.random.default_rng(3)
    ratio = rng.normal(0, 0.1, (3, 30, 20)).cumsum(axis=2) * 0.5
    land = np.tile(np.log(200 + 5.0 * np.arange(20)), (3, 1))
    sizes = np.array(["small", "large"] * 15)
    return TownHistory(tuple(f"{n:08d}" for n in range(30)), YEARS, ratio, land, np.full((30, 20), 0.4),
                       np.log(np.linspace(5e3, 5e4, 30)), sizes)  # fmt: skip


def level(towns: TownHistory, years: range, factor: float = 1.0) -> pd.Series:
    at = np.searchsorted(YEARS, np.minimum(years, YEARS[-1]))
    return pd.Series(factor * np.exp(towns.land_log[0][at]), index=list(years))


def test_a_town_that_moves_with_the_land_has_no_change_of_its_own(towns: TownHistory) -> None:
    np.testing.assert_allclose(
        relative_changes(towns, 0, level(towns, range(2005, 2015), 1.7)), 0, atol=1e-12
    )


def test_a_gap_of_years_is_no_change(towns: TownHistory) -> None:
    assert len(relative_changes(towns, 0, level(towns, range(2005, 2015)).drop(2009))) == 7


def test_after_the_panel_a_steady_growth_is_no_change_of_its_own(towns: TownHistory) -> None:
    later = pd.Series(100 * 1.03 ** np.arange(6.0), index=range(2020, 2026))
    np.testing.assert_allclose(relative_changes(towns, 0, later), 0, atol=1e-12)


def test_a_wilder_history_gives_wider_moves(towns: TownHistory) -> None:
    steady = pd.DataFrame({key: level(towns, range(2005, 2019)) for key in ("gewst", "est", "ust")})
    jumps = np.where(np.arange(14) % 2, 1.5, 1.0)
    wild = steady.assign(gewst=steady["gewst"] * jumps)
    features = {
        "calm": history_features(towns, "small", 9_000.0, steady),
        "wild": history_features(towns, "small", 9_000.0, wild),
        "size": size_features(towns, "small", 9_000.0),
    }
    assert all(f is not None for f in features.values())
    found = own_moves(towns, 4, others={key: np.asarray(f) for key, f in features.items()})
    assert found.ags[-3:] == ("calm", "wild", "size")
    plain = own_moves(towns, 4)
    np.testing.assert_array_equal(found.scale[:, :, :30], plain.scale)
    np.testing.assert_array_equal(found.residuals, plain.residuals)
    wide, volatility = found.scale[0, 0, 30:], FEATURES.index("log_volatility")
    assert features["wild"][0, volatility] > features["size"][0, volatility] > features["calm"][0, volatility]  # type: ignore[index]
    assert len(set(wide.round(12))) == 3


def test_a_short_history_says_nothing(towns: TownHistory) -> None:
    short = pd.DataFrame({key: level(towns, range(2015, 2020)) for key in ("gewst", "est", "ust")})
    assert history_features(towns, "small", 9_000.0, short) is None


def test_an_own_identifier_has_a_stream_of_its_own(towns: TownHistory) -> None:
    moves = own_moves(towns, 2, others={"AT-40101": size_features(towns, "small", np.nan)})
    taxes = OwnTaxes.of(["00000003", "AT-40101", "00000003"], moves)
    assert taxes.known.all() and len(set(taxes.keys)) == 2
    assert (taxes.keys == OwnTaxes.of(["00000003", "AT-40101", "00000003"], moves).keys).all()
