"""Is the bridge sound? KdU per head against booked accounts and published totals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from dewak_research.data.measures import PERSONS_PER_UNIT, kdu_overlap
from dewak_research.disparities import refuse
from dewak_research.disparities.inequality import inequality

#: Published gross KdU of Germany in billion EUR (METHODS C.4, S79) [V].
PUBLISHED_KDU_BILLION_EUR = {2012: 13.45, 2017: 14.88}
#: Published relief of the 2020 law in billion EUR a year (METHODS C.4, S190/S191) [V].
PUBLISHED_RELIEF_BILLION_EUR = 3.4
#: Assumption [P]: persons in units of five and more; the middle size is fitted to the national mean.
PERSONS_5PLUS = 5.6


def against_booked(panel: pd.DataFrame, gesamtkreis: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hold KdU per head against booked account 7333: how far off, and which way.

    How closely both go together (correlation and number of pairs) stands in the ingest table ``agreement``.

    Parameters
    ----------
    panel : DataFrame
        ags (5 digits), year, name, kdu_eur_pc.
    gesamtkreis : DataFrame
        As for :func:`dewak_research.data.measures.kdu_overlap`, which makes the pairs.

    Returns
    -------
    DataFrame
        ``kreis``, ``year``, ``name``, ``kdu_eur_pc``, ``booked_eur_pc``, ``ratio`` (estimate over booked).
    DataFrame
        One row: ``slope`` and ``intercept`` of estimate on booked with ``slope_low``/``slope_high`` (cluster by
        Kreis), ``median_ratio``, ``within_10_pct_share`` (estimates at most ten percent off).

    Raises
    ------
    InputError
        Fewer than three pairs.
    """
    pairs = kdu_overlap(gesamtkreis, panel).query("booked_eur_pc > 0")
    pairs = pairs.rename(columns={"panel_eur_pc": "kdu_eur_pc"})
    if len(pairs) < 3:
        raise refuse("too_few_pairs", "validation")
    fit = sm.OLS(pairs["kdu_eur_pc"], sm.add_constant(pairs["booked_eur_pc"])).fit(
        cov_type="cluster", cov_kwds={"groups": pd.Categorical(pairs["kreis"]).codes}
    )
    low, high = fit.conf_int().loc["booked_eur_pc"]
    ratio = pairs["kdu_eur_pc"] / pairs["booked_eur_pc"]
    facts = {
        "slope": float(fit.params["booked_eur_pc"]),
        "slope_low": float(low),
        "slope_high": float(high),
        "intercept": float(fit.params["const"]),
        "median_ratio": float(ratio.median()),
        "within_10_pct_share": float((ratio - 1).abs().lt(0.1).mean()),
    }
    names = panel.drop_duplicates("ags").set_index("ags")["name"]
    table = pairs.assign(name=pairs["kreis"].map(names), ratio=ratio)
    columns = ["kreis", "year", "name", "kdu_eur_pc", "booked_eur_pc", "ratio"]
    return table[columns].reset_index(drop=True), pd.DataFrame([facts])


def national_totals(panel: pd.DataFrame, relief_million_eur: float) -> pd.DataFrame:
    """Return our national totals beside published ones.

    Returns
    -------
    DataFrame
        ``quantity`` (``kdu`` or ``relief``), ``year``, ``computed_billion_eur``, ``published_billion_eur``, ``ratio``,
        ``kreise`` with a figure.
    """
    rows = []
    for year, published in PUBLISHED_KDU_BILLION_EUR.items():
        part = panel[(panel["year"] == year) & panel["kdu_eur_pc"].notna()]
        computed = float((part["kdu_eur_pc"] * part["population"]).sum() / 1e9)
        rows.append(("kdu", year, computed, published, computed / published, len(part)))
    base = panel[(panel["year"] == 2019) & panel["kdu_eur_pc"].notna()]
    computed, published = relief_million_eur / 1e3, PUBLISHED_RELIEF_BILLION_EUR
    rows.append(("relief", 2020, computed, published, computed / published, len(base)))
    columns = ["quantity", "year", "computed_billion_eur", "published_billion_eur", "ratio", "kreise"]
    return pd.DataFrame(rows, columns=columns)


def extremes(panel: pd.DataFrame, year: int, each: int = 8) -> pd.DataFrame:
    """Return the Kreise with the highest and lowest KdU per head, and whether need or price makes them so.

    Returns
    -------
    DataFrame
        ``rank`` (1 = highest), ``name``, ``land_name``, ``kdu_eur_pc``, ``recipients_pct``, ``cost_eur_per_recipient``,
        ``need_pct`` and ``price_pct``: by how many percent recipients and cost per recipient lie above
        (below) the median Kreis.
    """
    now = panel[(panel["year"] == year) & panel["kdu_eur_pc"].notna()].copy()
    now["rank"] = now["kdu_eur_pc"].rank(ascending=False, method="first").astype(int)
    now["recipients_pct"] = now["recipients_share"] * 100
    now["need_pct"] = (now["recipients_share"] / now["recipients_share"].median() - 1) * 100
    now["price_pct"] = (now["cost_eur_per_recipient"] / now["cost_eur_per_recipient"].median() - 1) * 100
    ends = now[(now["rank"] <= each) | (now["rank"] > len(now) - each)]
    columns = [
        "rank", "name", "land_name", "kdu_eur_pc", "recipients_pct", "cost_eur_per_recipient", "need_pct", "price_pct"
    ]  # fmt: skip
    return ends.sort_values("rank", ignore_index=True)[columns]


def persons_per_unit(panel: pd.DataFrame, base_year: int) -> pd.DataFrame:
    """Let the persons per benefit unit follow the shares of small and large units.

    persons = 1·s₁ + 5.6·s₅₊ + m·(1 − s₁ − s₅₊); m is chosen so that the national mean of ``base_year`` is
    1.95, the assumption of the main series. 5.6 is an assumption too [P].

    Returns
    -------
    DataFrame
        ``year``, ``persons_assumed`` (fixed), ``persons_per_unit`` (national, weighted by population), ``cv`` and
        ``cv_alternative`` (unweighted, over the same Kreise), ``rank_correlation`` of both versions, ``mean_ratio``
        (alternative over main, national).
    """
    data = panel[panel["kdu_eur_pc"].notna() & panel["weight"].notna()].copy()
    single, large = data["benefit_units_1_person_pct"] / 100, data["benefit_units_5plus_pct"] / 100
    base = data["year"] == base_year

    def mean(values: pd.Series, rows: pd.Series) -> float:
        return float(np.average(values[rows], weights=data.loc[rows, "weight"]))

    fixed = mean(single, base) + PERSONS_5PLUS * mean(large, base)
    middle = (PERSONS_PER_UNIT - fixed) / (1 - mean(single, base) - mean(large, base))
    data["persons"] = single + PERSONS_5PLUS * large + middle * (1 - single - large)
    data["alternative"] = data["kdu_eur_pc"] * PERSONS_PER_UNIT / data["persons"]
    rows = []
    for year, part in data.dropna(subset=["persons"]).groupby("year"):
        main, other = part["kdu_eur_pc"], part["alternative"]
        rows.append(
            {
                "year": year,
                "persons_assumed": PERSONS_PER_UNIT,
                "persons_per_unit": float(np.average(part["persons"], weights=part["weight"])),
                "cv": inequality(main)["cv"],
                "cv_alternative": inequality(other)["cv"],
                "rank_correlation": float(stats.spearmanr(main, other).statistic),
                "mean_ratio": float(
                    np.average(other, weights=part["weight"]) / np.average(main, weights=part["weight"])
                ),
            }
        )
    return pd.DataFrame(rows)
