"""Tables of the chapter on the official figures, estimated again by other libraries from rows chosen here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
import statsmodels.api as sm
from statsmodels.stats.oaxaca import OaxacaBlinder

from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.disparities.census import rebased
from dewak_research.disparities.chapter import OFFICIAL
from dewak_research.disparities.choices import FOCAL
from dewak_research.disparities.credit_squeeze import credit_panel
from dewak_research.disparities.drivers import BLOCKS, FEW, RUHR
from dewak_research.disparities.panel import REGRESSORS
from dewak_research.disparities.squeeze import TERMS, squeeze_panel
from disparities.conftest import row

MOVING = " + ".join(FOCAL)


def estimated(formula: str, rows: pd.DataFrame, cluster: str = "ags") -> pd.DataFrame:
    """Coefficient and standard error of every term; rows that the effects fit perfectly are left out."""
    fit = pf.feols(formula, rows, vcov={"CRV1": cluster}, fixef_rm="singleton")
    return pd.DataFrame({"estimate": fit.coef(), "se": fit.se(), "observations": fit._N})


def agree(mine: pd.DataFrame, oracle: pd.DataFrame, terms: list[str] | tuple[str, ...]) -> None:
    """Both tables hold the same of these terms."""
    found = mine.set_index("term").loc[list(terms)]
    scale = np.maximum(1.0, oracle.loc[list(terms), "estimate"].abs().to_numpy())
    assert (found["estimate"] / scale).to_numpy() == pytest.approx(
        (oracle.loc[list(terms), "estimate"] / scale).to_numpy(), abs=1e-7
    )
    assert found["se"].to_numpy() == pytest.approx(oracle.loc[list(terms), "se"].to_numpy(), rel=1e-5)
    if "observations" in found:
        assert found["observations"].tolist() == oracle.loc[list(terms), "observations"].tolist()


@pytest.mark.parametrize("treatment", ["step_as_regressor", "rebased", "one_base_only"])
def test_every_treatment_of_the_census(chapter: Result, panel: pd.DataFrame, treatment: str) -> None:
    one_base = rebased(panel)
    rows = {
        "step_as_regressor": panel.assign(census_step=one_base["census_step"]),
        "rebased": one_base,
        "one_base_only": panel[panel["year"] >= 2012],
    }[treatment].query("2010 <= year <= 2019")
    terms = (*FOCAL, "census_step") if treatment == "step_as_regressor" else FOCAL
    oracle = estimated(f"ln_kdu ~ {' + '.join(terms)} | ags + year", rows.dropna(subset=["ln_kdu", *FOCAL]))
    agree(chapter.tables["census_models"].query("treatment == @treatment"), oracle, terms)


def test_clusters_by_land(chapter: Result, panel: pd.DataFrame) -> None:
    rows = panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL])
    agree(
        chapter.tables["two_way_by_land"], estimated(f"ln_kdu ~ {MOVING} | ags + year", rows, "land"), FOCAL
    )


def test_a_window_of_five_years(chapter: Result, panel: pd.DataFrame) -> None:
    rolling = chapter.tables["rolling"]
    assert sorted(rolling.groupby(["first_year", "last_year"]).size().index) == [
        (y, y + 4) for y in range(2010, 2016)
    ]
    rows = panel.query("2013 <= year <= 2017").dropna(subset=["ln_kdu", *REGRESSORS])
    oracle = estimated(f"ln_kdu ~ {MOVING} | ags + year", rows)
    agree(rolling.query("first_year == 2013"), oracle, FOCAL)


@pytest.mark.parametrize("dependent", ["ln_kdu", "ln_recipients", "ln_cost"])
def test_need_and_price_as_dependents(chapter: Result, panel: pd.DataFrame, dependent: str) -> None:
    """Each on the rows that have it: recipients are known for more Kreise than what a recipient costs."""
    rows = panel.query("2010 <= year <= 2019").dropna(subset=[dependent, *FOCAL])
    table = chapter.tables["need_price_models"].query("dependent == @dependent")
    agree(table, estimated(f"{dependent} ~ {MOVING} | ags + year", rows), FOCAL)


def test_facts_of_the_ladder(chapter: Result, panel: pd.DataFrame) -> None:
    facts = chapter.tables["ladder_facts"].set_index("model")
    rows = panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *REGRESSORS])
    fit = pf.feols(f"ln_kdu ~ {MOVING} | ags + year", rows, fixef_rm="singleton")
    assert facts.loc["two_way", "observations"] == fit._N == len(rows)
    assert facts.loc["two_way", "units"] == rows["ags"].nunique() and facts.loc["two_way", "singletons"] == 0
    assert facts.loc["two_way", "r_squared_within"] == pytest.approx(fit._r2_within, abs=1e-8)


def test_the_path_of_exposure_to_the_reform(chapter: Result, panel: pd.DataFrame) -> None:
    before = panel.query("2015 <= year <= 2019").groupby("ags")["kdu_eur_pc"].mean()
    rows = panel.query("2015 <= year <= 2022").assign(exposure=0.25 * panel["ags"].map(before) / 100)
    fit = estimated(
        "ln_kdu ~ i(year, exposure, ref = 2019) | ags + land_year", rows.dropna(subset=["ln_kdu", "exposure"])
    )
    path = chapter.tables["event_view"].set_index("year")
    assert path.index.tolist() == list(range(2015, 2023)) and path.loc[2019].tolist() == [0, 0, 0]
    others = path.drop(2019)
    assert others["estimate"].to_numpy() == pytest.approx(fit["estimate"].to_numpy(), abs=1e-8)
    assert (others["low"] < others["estimate"]).all() and (others["estimate"] < others["high"]).all()


@pytest.mark.parametrize(
    ("model", "effects"), [("compare_kreise", "land_year"), ("within_kreis_log", "ags + land_year")]
)
def test_the_squeeze(chapter: Result, panel: pd.DataFrame, model: str, effects: str) -> None:
    rows = squeeze_panel(panel).query("2011 <= year <= 2019").copy()
    rows["dependent"] = rows["capital_spending_eur_pc"]
    if model.endswith("_log"):
        rows["dependent"] = np.log(rows["dependent"])
    rows = rows.dropna(subset=["dependent", *TERMS])
    rows = rows[rows.groupby("ags")["year"].transform("size") > 1]
    oracle = estimated(f"dependent ~ {' + '.join(TERMS)} | {effects}", rows)
    agree(chapter.tables["squeeze"].query("model == @model"), oracle, TERMS)


def test_credit_on_the_burden(chapter: Result, panel: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    ready = credit_panel(panel, with_official(tables, OFFICIAL))
    table = chapter.tables["credit_squeeze"]
    found = table.query("model == 'short_2022' and effects == 'land_year' and scope == 'without_takeover'")
    terms = found["term"].tolist()
    rows = ready[~ready["land"].isin(["06", "10"]) & ready["year"].between(2010, 2022)]
    rows = rows.dropna(subset=["credit_real_eur_pc", *terms])
    rows = rows[rows.groupby("ags")["year"].transform("size") > 1]
    agree(found, estimated(f"credit_real_eur_pc ~ {' + '.join(terms)} | land_year", rows), terms)


def test_each_land_by_itself(chapter: Result, panel: pd.DataFrame) -> None:
    found = chapter.tables["by_each_land"].set_index("land")
    kreise = panel.groupby("land")["ags"].nunique()
    assert set(found.index) <= set(kreise[kreise >= 10].index) and len(found) > 8
    for land in ("05", "16"):
        rows = panel.query("land == @land and 2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL])
        oracle = estimated(f"ln_kdu ~ {MOVING} | ags + year", rows).loc["unemployment_pct"]
        assert found.loc[land, "estimate"] == pytest.approx(oracle["estimate"], abs=1e-8)
        assert found.loc[land, "se"] == pytest.approx(oracle["se"], rel=1e-6)


def test_differences_over_three_years(chapter: Result, panel: pd.DataFrame) -> None:
    rows = panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL])[
        ["ags", "year", "ln_kdu", *FOCAL]
    ]
    pairs = rows.merge(rows.assign(year=rows["year"] + 3), on=["ags", "year"], suffixes=("", "_0"))
    moved = pd.DataFrame({name: pairs[name] - pairs[f"{name}_0"] for name in ("ln_kdu", *FOCAL)})
    oracle = estimated(f"ln_kdu ~ {MOVING} | year", moved.join(pairs[["ags", "year"]]))
    agree(chapter.tables["comparisons"].query("comparison == 'long_3'"), oracle, FOCAL)


def test_what_oster_starts_from(chapter: Result, panel: pd.DataFrame) -> None:
    found = chapter.tables["oster"].set_index("term")
    rows = panel.query("2010 <= year <= 2019").dropna(subset=["ln_kdu", *FOCAL])
    full = pf.feols(f"ln_kdu ~ {MOVING} | ags + year", rows)
    assert found["beta_full"][list(FOCAL)].to_numpy() == pytest.approx(
        full.coef()[list(FOCAL)].to_numpy(), abs=1e-8
    )
    assert found["r_full"].to_numpy() == pytest.approx(full._r2_within, abs=1e-8)
    for term in ("unemployment_pct", "ln_tax_capacity_lag"):
        short = pf.feols(f"ln_kdu ~ {term} | ags + year", rows)
        assert found.loc[term, "beta_short"] == pytest.approx(short.coef()[term], abs=1e-8)
        assert found.loc[term, "r_short"] == pytest.approx(short._r2_within, abs=1e-8)
    limit = np.minimum(1.3 * found["r_full"], 1.0)
    assert found["r_max"].to_numpy() == pytest.approx(limit.to_numpy())
    ends = np.sort(found[["beta_full", "adjusted"]].to_numpy(), axis=1)
    assert found[["set_low", "set_high"]].to_numpy() == pytest.approx(ends)
    sure = ((found["set_low"] > 0) | (found["set_high"] < 0)) & (
        (found["full_low"] > 0) | (found["full_high"] < 0)
    )
    assert (found.loc[found["holds"] == "yes"].index).isin(found.index[sure]).all()


def means(panel: pd.DataFrame, *more: str) -> pd.DataFrame:
    """Means over the years of the Kreise that have every column."""
    names = ["ln_kdu", *more, *(name for block in BLOCKS.values() for name in block)]
    period = panel.query("2010 <= year <= 2019").groupby("ags")[names].mean().dropna()
    return period.assign(land=period.index.str[:2])


def test_gaps_between_groups(chapter: Result, panel: pd.DataFrame) -> None:
    cross = means(panel)
    nrw = cross[cross["land"] == "05"]
    indebted = means(panel, "liquidity_credit_eur_pc")
    credit = indebted["liquidity_credit_eur_pc"]
    for comparison, rows, group in (
        ("ruhr", nrw, nrw.index.isin(RUHR)),
        ("indebted", indebted, (credit > credit.quantile(0.75)).to_numpy()),
    ):
        design = sm.add_constant(rows[list(FEW)].assign(group=group.astype(float)))
        parts = (
            OaxacaBlinder(rows["ln_kdu"], design, "group", hasconst=True)
            .two_fold(two_fold_type="pooled")
            .params
        )
        for part, value in zip(("unexplained", "explained", "gap"), parts, strict=True):
            found = row(chapter, "oaxaca", comparison=comparison, part=part)
            assert found["value"] == pytest.approx(value, abs=1e-8), (comparison, part)
            assert (found["members"], found["others"]) == (group.sum(), (~group).sum())
            assert found["effect_share"] == pytest.approx(np.exp(value) - 1)


def test_shares_of_the_explained_differences(chapter: Result, panel: pd.DataFrame) -> None:
    cross = means(panel)
    blocks = {name: cross[list(columns)] for name, columns in BLOCKS.items()}
    blocks["land"] = pd.get_dummies(cross["land"], drop_first=True, dtype=float)

    def explained(names: list[str]) -> float:
        if not names:
            return 0.0
        return float(
            sm.OLS(cross["ln_kdu"], sm.add_constant(pd.concat([blocks[n] for n in names], axis=1)))
            .fit()
            .rsquared
        )

    found = chapter.tables["shapley"].set_index("block")
    assert found.loc["r_squared", "value"] == pytest.approx(explained(list(blocks)), abs=1e-8)
    assert set(found["kreise"]) == {len(cross)}
    # Shapley over all sets of the others that may come before, for one block
    others = [name for name in blocks if name != "labour"]
    weights = {k: 1 / (5 * [1, 4, 6, 4, 1][k]) for k in range(5)}
    share = 0.0
    for bits in range(16):
        first = [name for k, name in enumerate(others) if bits >> k & 1]
        share += weights[len(first)] * (explained([*first, "labour"]) - explained(first))
    assert found.loc["labour", "value"] == pytest.approx(share, abs=1e-8)
