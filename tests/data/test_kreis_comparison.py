"""Kreise of all Germany beside their nearest ones: peers by context, medians and places counted again by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.context import german_factors, german_kreis_context, kreis_context
from dewak_research.data.peers import PEERS


def test_peers_are_fifteen_of_the_same_kind_from_all_germany(tables: dict[str, pd.DataFrame]) -> None:
    kind = tables["kreis_register"].set_index("ags")["kind"]
    peers = tables["kreis_peers"]
    assert (peers.groupby("ags").size() == PEERS).all() and peers["ags"].nunique() == 400
    assert (peers["ags"] != peers["peer"]).all()
    assert (peers["ags"].map(kind) == peers["peer"].map(kind)).all()
    assert (peers["ags"].str[:2] != peers["peer"].str[:2]).mean() > 0.3
    assert peers.groupby("ags")["distance"].is_monotonic_increasing.all()


def test_the_nearest_of_goerlitz_are_nearest_by_a_distance_computed_anew(
    tables: dict[str, pd.DataFrame],
) -> None:
    """Without shrinkage and in another library's terms the same neighbours come out for the most part."""
    context = german_kreis_context(read_table("kreise_panel"), tables["kreis_register"])
    part = context[context["kind"] == "kreis"].set_index("ags")[german_factors()]
    z = (part - part.median()) / (1.4826 * (part - part.median()).abs().median())
    apart = z.to_numpy() - z.loc["14626"].to_numpy()
    inverse = np.linalg.inv(np.cov(z.to_numpy(), rowvar=False))
    distance = pd.Series(np.sqrt(np.einsum("ij,jk,ik->i", apart, inverse, apart)), index=z.index)
    again = set(distance.drop("14626").nsmallest(PEERS).index)
    found = set(tables["kreis_peers"].query("ags == '14626'")["peer"])
    assert len(again & found) >= 10


def test_the_context_of_the_own_land_is_the_same_figures(tables: dict[str, pd.DataFrame]) -> None:
    own = kreis_context({"kreise_panel": read_table("kreise_panel"), "towns": read_table("towns")}).set_index(
        "ags"
    )
    whole = german_kreis_context(read_table("kreise_panel"), tables["kreis_register"]).set_index("ags")
    names = german_factors()
    pd.testing.assert_frame_equal(own[names], whole.loc[own.index, names])


@pytest.mark.parametrize("ags", ["06611", "14626", "09162"])
def test_median_percentile_and_place_are_counted(tables: dict[str, pd.DataFrame], ags: str) -> None:
    values = tables["kreis_indicators"].query("indicator == 'unemployment_pct' and year == 2025")
    values = values.set_index("ags")["value"]
    row = tables["kreis_comparison"].query("ags == @ags and indicator == 'unemployment_pct'").iloc[0]
    others = values[tables["kreis_peers"].query("ags == @ags")["peer"]]
    assert row["year"] == 2025 and row["value"] == values[ags] and row["peers_known"] == 15
    assert row["peer_median"] == pytest.approx(np.median(others))
    below = (others < values[ags]).sum() + 0.5 * (others == values[ags]).sum()
    assert row["peer_percentile"] == pytest.approx(100 * below / 15)
    assert row["place"] == 1 + (values > values[ags]).sum() and row["of"] == 400


def test_a_city_state_has_no_place_by_debt(tables: dict[str, pd.DataFrame]) -> None:
    row = tables["kreis_comparison"].query("ags == '11000' and indicator == 'core_debt_eur_pc'").iloc[0]
    assert pd.isna(row["value"]) and pd.isna(row["place"]) and pd.isna(row["of"]) and row["year"] == 2023
    other = tables["kreis_comparison"].query("ags == '14626' and indicator == 'core_debt_eur_pc'").iloc[0]
    assert other["of"] == 396
