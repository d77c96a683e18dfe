"""Moran's I by year: which number belongs to which scale and year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.disparities.moran_path import moran_path
from dewak_research.disparities.space import morans_i, weights
from disparities.conftest import row
from disparities.test_space import KEYS, LINE


def test_a_year_alone_and_the_mean_of_years_are_told_apart(chapter: Result) -> None:
    # found by an independent computation: 2019 .590 (logarithms) and .467 (euros), mean of logarithms .640
    assert row(chapter, "moran_path", scale="ln", year=2019)["i"] == pytest.approx(0.590, abs=0.0006)
    assert row(chapter, "moran_path", scale="euro", year=2019)["i"] == pytest.approx(0.467, abs=0.0006)
    mean = row(chapter, "moran", neighbours="queen", scope="germany")["i"]
    assert mean == pytest.approx(0.640, abs=0.001)


def test_what_the_prose_says_of_the_path(chapter: Result) -> None:
    table = chapter.tables["moran_path"].pivot_table("i", "year", "scale")
    assert (table["ln"] > table["euro"]).all()
    assert table.loc[2022, "ln"] < table.loc[2012, "ln"]
    kreise = chapter.tables["moran_path"].set_index("year")["kreise"]
    assert kreise[2011].max() < 400 == kreise[2012].max()
    assert (chapter.tables["moran_path"]["i"] > chapter.tables["moran_path"]["null_high"]).all()


def test_a_kreis_without_a_figure_is_left_out() -> None:
    euro = [1.0, 2.0, 4.0, 8.0]
    panel = pd.DataFrame({"ags": KEYS * 2, "year": [2012] * 4 + [2013] * 4, "kdu_eur_pc": euro + euro})
    panel.loc[3, "kdu_eur_pc"] = np.nan
    found = moran_path(panel, LINE, 99, 1).set_index(["year", "scale"])
    assert found.loc[(2012, "ln"), "kreise"] == 3
    assert found.loc[(2013, "ln"), "i"] == pytest.approx(0.4)
    assert found.loc[(2013, "euro"), "i"] == pytest.approx(morans_i(euro, weights(LINE, KEYS), 99, 1)["i"])
