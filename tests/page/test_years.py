"""Euro of different years and heads of different censuses are said and marked, in every figure and table."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from dewak_research.language import LANGUAGES
from dewak_research.page.chart import chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.marks import Lines
from dewak_research.page.years import CensusBreaks, about_years, censuses_crossed

SERIES = pd.DataFrame({"year": [2005, 2010, 2019], "tax_eur_pc": [1.0, 2.0, 3.0]})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (SERIES, ("nominal", "2005", "Zensus")),
        (SERIES.rename(columns={"tax_eur_pc": "tax_eur"}), ("nominal", "2005")),
        (SERIES[SERIES["year"] < 2011], ("nominal",)),
        (SERIES.assign(year=[1, 3, 5]), ()),
        (SERIES[SERIES["year"] == 2019], ()),
        (SERIES.rename(columns={"tax_eur_pc": "share"}), ()),
        (SERIES.set_index("year"), ("nominal", "Zensus")),
        (SERIES.rename(columns={"tax_eur_pc": "tax_real_eur_pc"}), ()),
        (SERIES.assign(prices="real"), ()),
    ],
)
def test_what_is_said_follows_from_years_and_columns(data, said) -> None:
    text = about_years(data, "de")
    assert bool(text) == bool(said) and all(word in text for word in said)
    assert ("Zensus" in text) == ("Zensus" in said)


def test_figures_of_2022_still_stand_on_the_census_of_2011() -> None:
    # the evidence from the densities stands in tests/disparities/test_census.py
    assert censuses_crossed(2008, 2022) == [2011]
    assert censuses_crossed(2012, 2022) == []
    assert censuses_crossed(2010, 2025) == [2011, 2022]


def test_the_rise_of_prices_is_that_of_the_consumer_price_index() -> None:
    assert "um 8" in about_years(SERIES.assign(year=[2005, 2008, 2010]), "de")  # 85.7 to 92.9 at 2020 = 100
    assert "consumer" not in about_years(SERIES.assign(year=[1980, 1990, 2000]), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_figure_or_table_crosses_a_census_or_adds_up_years_silently(language) -> None:
    drawing = chart(SERIES, Lines("year", "tax_eur_pc"), CensusBreaks(), language=language)
    assert [text.get_text()[-4:] for text in drawing.axes[0].texts] == ["2011"]
    given = {"name": "taxes", "caption": "x", "sources": ["tax_panel"]}
    figure = Figure(drawing, alt="x", data=SERIES, **given)
    table = Table(SERIES.rename(columns={"tax_eur_pc": "kdu_eur_pc"}), **given)
    for shown in (figure, table):
        assert "nominal" in shown.html(language) and "2011" in shown.html(language)
    plt.close(drawing)
