"""Tables of the chapter on the official figures agree with each other and with a second count from the panel."""

from __future__ import annotations

import math
from statistics import fmean, pstdev

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.disparities.chapter import OFFICIAL
from dewak_research.disparities.distance import real_table
from dewak_research.disparities.synthetic_control import QUESTIONS
from disparities.conftest import row

Inputs = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def inputs(tables: dict[str, pd.DataFrame]) -> Inputs:
    return with_official(tables, OFFICIAL)


def gini(values: np.ndarray) -> float:
    """Mean distance of all pairs over twice the mean."""
    return float(np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean()))


def test_inequality_of_every_year(chapter: Result, panel: pd.DataFrame) -> None:
    known = panel.dropna(subset=["kdu_eur_pc"])
    whole = known.groupby("ags")["year"].transform("nunique") == known["year"].nunique()
    table = (
        chapter.tables["inequality_path"].set_index(["sample", "weighting", "measure", "year"]).sort_index()
    )
    for sample, rows in (("all", known), ("same", known[whole])):
        assert sorted(table.loc[sample].index.unique("year")) == sorted(known["year"].unique())
        for year, now in rows.groupby("year"):
            values, people = now["kdu_eur_pc"].to_numpy(), now["weight"]
            found = table.loc[(sample, "units", "cv", year)]
            assert found["value"] == pytest.approx(pstdev(values) / fmean(values)) and found["kreise"] == len(
                now
            )
            assert table.loc[(sample, "units", "gini", year), "value"] == pytest.approx(gini(values))
            mean = np.average(values, weights=people)
            spread = np.sqrt(np.average((values - mean) ** 2, weights=people))
            assert table.loc[(sample, "people", "cv", year), "value"] == pytest.approx(spread / mean)


def test_distances_of_debt_and_burden(chapter: Result, panel: pd.DataFrame, inputs: Inputs) -> None:
    """In 2019, when every series is on one base of people: what is printed, at the prices of 2022."""
    prices = inputs["germany_cpi"].set_index("year")["cpi_2020_100"]
    distances = chapter.tables["distance"].set_index(["variable", "scope", "measure", "year"]).sort_index()
    columns = {
        "kdu": "kdu_eur_pc",
        "core_debt": "core_debt_eur_pc",
        "liquidity_credit": "liquidity_credit_eur_pc",
    }
    for variable, column in columns.items():
        printed = panel.query("year == 2019").set_index("ags")[column] * prices[2022] / prices[2019]
        whole = printed[real_table(panel, inputs, variable).index]
        for scope, values in (
            ("all", whole),
            ("without_takeover", whole[~whole.index.str[:2].isin(["06", "10"])]),
        ):
            found = distances.loc[(variable, scope)].xs(2019, level="year")
            assert set(found["units"]) == {len(values)}
            expected = {"mean": fmean(values), "spread": pstdev(values), "gini": gini(values.to_numpy())}
            expected["cv"] = expected["spread"] / expected["mean"]
            assert found.loc[list(expected), "value"].to_dict() == pytest.approx(expected), (variable, scope)
    speeds = chapter.tables["distance_convergence"].set_index(["variable", "scope"])
    assert set(speeds.index) == {(name, scope) for name in columns for scope in ("all", "without_takeover")}
    last = {"core_debt": 2023, "kdu": 2022, "liquidity_credit": 2022}
    assert speeds["last_year"].groupby("variable").first().to_dict() == last


def test_what_the_census_moves_is_what_the_other_tables_say(chapter: Result, panel: pd.DataFrame) -> None:
    found = chapter.tables["census_measures"].set_index(["treatment", "measure"])
    printed = found.loc["as_printed"]
    sigma = row(chapter, "sigma_path", year=2019)
    names = {"change": "value", "change_low": "low", "change_high": "high"}
    assert {new: sigma[old] for old, new in names.items()} == pytest.approx(
        printed.loc["sigma_change", ["value", "low", "high"]].to_dict()
    )
    speed = row(chapter, "beta_convergence", model="unconditional")
    assert printed.loc["beta_speed", ["value", "low", "high"]].tolist() == pytest.approx(
        [speed["speed"], speed["speed_low"], speed["speed_high"]]
    )
    for treatment, base in (("as_printed", "as_printed"), ("rebased", "census_2011")):
        path = row(chapter, "lmdi_path", prices="nominal", level="bridge", base=base, year=2019)
        for part in ("people", "need"):
            assert found.loc[(treatment, f"lmdi_{part}"), "value"] == path[part]
    wide = (
        panel[panel["year"].between(2010, 2019)]
        .pivot_table(index="ags", columns="year", values="kdu_eur_pc")
        .dropna()
    )
    assert (printed["kreise"] == len(wide)).all()
    for year, name in ((2010, "cv_first"), (2019, "cv_last")):
        assert printed.loc[name, "value"] == pytest.approx(pstdev(wide[year]) / fmean(wide[year]))


def test_credit_by_quarters_of_the_burden(chapter: Result, panel: pd.DataFrame, inputs: Inputs) -> None:
    table = real_table(panel, inputs, "liquidity_credit")
    table = table[~table.index.str[:2].isin(["06", "10"])]
    burden = panel[panel["year"].between(2010, 2012)].groupby("ags")["kdu_eur_pc"].mean()
    order = sorted(table.index, key=lambda ags: burden[ags])
    quarter = {ags: max(1, math.ceil(4 * place / (len(order) - 1))) for place, ags in enumerate(order)}
    found = chapter.tables["credit_by_burden"].set_index(["year", "kdu_quartile"])
    assert len(found) == 4 * table.shape[1]
    for (year, which), cell in found.iterrows():
        members = [ags for ags in order if quarter[ags] == which]
        assert cell["kreise"] == len(members)
        assert cell["credit_real_eur_pc"] == pytest.approx(fmean(table.loc[members, year]))


def test_the_twin_of_hessen_from_its_own_weights(chapter: Result, panel: pd.DataFrame) -> None:
    """People-weighted means of the donors, mixed by the weights shown, give the path, the gap and the effect."""
    weights = chapter.tables["hessenkasse_weights"]
    paths = chapter.tables["hessenkasse_paths"]
    answers = chapter.tables["hessenkasse"].set_index(["outcome", "variant"]).sort_index()
    assert weights.groupby("outcome")["weight"].sum().to_numpy() == pytest.approx(1)
    for question in QUESTIONS:
        rows = panel[panel["year"].between(question.first, question.last)].dropna(subset=[question.outcome])
        if question.cities_only:
            rows = rows[rows["kind"] == "kreisfreie_stadt"]
        paid = (rows[question.outcome] * rows["weight"]).groupby([rows["year"], rows["land"]]).sum()
        wide = (
            paid.div(rows["weight"].groupby([rows["year"], rows["land"]]).sum()).rename("mean").reset_index()
        )
        wide = wide.pivot_table(index="year", columns="land", values="mean")
        wide = wide - wide[wide.index < 2018].mean()
        mine = weights[weights["outcome"] == question.name].set_index("land")["weight"]
        gap = wide["06"] - wide[mine.index] @ mine
        shown = paths[paths["outcome"] == question.name].set_index("year")
        assert shown["gap"].to_numpy() == pytest.approx(gap.to_numpy(), abs=1e-6)
        assert (shown["observed"] - shown["synthetic"]).to_numpy() == pytest.approx(shown["gap"].to_numpy())
        effect = answers.loc[(question.name, "demeaned"), "effect"]
        assert effect == pytest.approx(gap[gap.index >= 2018].mean())
