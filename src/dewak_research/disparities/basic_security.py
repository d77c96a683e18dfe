"""The takeover of basic security in old age by the federation, 2012 to 2014, as a natural experiment.

The federation's share rose in three steps to all of the spending (``rules/basic_security_federal_share.yaml``). Kreise
with many recipients were relieved most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dewak_research.disparities.models import SIZES, fixed_effects
from dewak_research.rules import value

#: First year of the larger share, and first year in which the federation pays everything.
FIRST_YEAR, FULL_YEAR = 2012, 2014
BASE_YEAR = FIRST_YEAR - 1
#: Years of the recipients that measure how much a Kreis was relieved.
BEFORE = (2009, BASE_YEAR)
#: What may have changed → first year of the series; all end in 2019.
OUTCOMES = {"capital_spending_eur_pc": 2009, "liquidity_credit_eur_pc": 2010, "staff_fte_per_10k": 2007}
LAST_YEAR = 2019
#: Beside the recipients: nothing, or the KdU of before × year, so that only Kreise of like burden are compared.
VIEWS = ("plain", "like_burden")
LEVEL = 0.10
#: Fewer years before than this say nothing about a trend.
ENOUGH_YEARS = 3
PERIODS = ("before", "phasing_in", "full")


def federal_share() -> pd.DataFrame:
    """Return the federation's share of the net spending by year: ``year``, ``share`` (0–1)."""
    years = range(BEFORE[0], FULL_YEAR + 1)
    rows = [(year, value("basic_security_federal_share", "share", year).value) for year in years]
    return pd.DataFrame(rows, columns=["year", "share"])


def exposed(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the panel with ``recipients_per_1k`` and ``burden_100_eur_pc`` of before.

    The recipients of 65 and over per 1,000 inhabitants, mean of :data:`BEFORE`; their share of the old times the share
    of the old. KdU per inhabitant in 100 EUR, mean of the same years. Recipients with reduced earning capacity are not
    among the figures by Kreis, nor is what was paid.
    """
    per_1k = panel["old_age_basic_security_pct"] * panel["age_65plus_pct"] / 10
    at = panel.assign(recipients_per_1k=per_1k, burden_100_eur_pc=panel["kdu_eur_pc"] / 100)
    names = ["recipients_per_1k", "burden_100_eur_pc"]
    means = at[at["year"].between(*BEFORE)].groupby("ags")[names].mean()
    return panel.join(means, on="ags").dropna(subset=names)


def _moved(
    frame: pd.DataFrame, outcome: str, view: str, groups: Mapping[str, Sequence[int]]
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return how the outcome moved with the recipients in each group of years, against the base year."""
    ready, terms = frame.copy(), []
    taken = {"recipients_per_1k": "recipients"}
    if view == "like_burden":
        taken["burden_100_eur_pc"] = "burden"
    for column, name in taken.items():
        for group, years in groups.items():
            ready[f"{name}_{group}"] = ready[column] * ready["year"].isin(list(years))
            terms.append(f"{name}_{group}")
    found = fixed_effects(ready, outcome, terms, (OUTCOMES[outcome], LAST_YEAR), "kreis_land_year")
    mine = found.terms[found.terms["term"].str.startswith("recipients_")]
    return mine.assign(group=list(groups)), found.facts


def basic_security_relief(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Hold what Kreise with many recipients did since 2012 against what they did before.

    Parameters
    ----------
    panel : DataFrame
        From :func:`dewak_research.disparities.panel.build_panel`.

    Returns
    -------
    dict of str to DataFrame
        ``basic_security_path``: ``outcome``, ``view`` (:data:`VIEWS`), ``year``, ``estimate``, ``low``, ``high``: by
        how much more the outcome (EUR per inhabitant; staff: full-time posts per 10,000) moved since 2011 for one
        recipient more per 1,000 inhabitants, with Kreis and Land × year effects, clustered by Kreis; 2011 is 0.
        ``basic_security``: one row per outcome and view: ``first_year``, ``last_year``, ``years_before`` (2011 counted
        in), for each of ``before``, ``phasing_in`` (2012, 2013) and ``full`` (2014 on) the mean move against 2011 with
        ``_low``, ``_high`` and ``_p_value``, ``observations``, ``units``, ``clusters``, ``verdict``.
        ``basic_security_share``: from :func:`federal_share`.

    Notes
    -----
    ``different`` needs at least three years before, no move before 2012 (p above 10 %) and a move since 2014 (p at most
    5 %) of the same sign, in both views; everything else ``cannot_be_told``. What speaks against any reading: the
    stimulus programme of 2009 to 2011 (Konjunkturpaket II) paid investment in exactly the years before, the census of
    2011 moves every per-head figure, and the KdU law changed in the same years.
    """
    frame = exposed(panel)
    paths, rows = [], []
    for outcome, first in OUTCOMES.items():
        known = sorted(
            frame.loc[frame[outcome].notna() & frame["year"].between(first, LAST_YEAR), "year"].unique()
        )
        single = {str(year): [year] for year in known if year != BASE_YEAR}
        before = [year for year in known if year < BASE_YEAR]
        periods = {
            "before": before,
            "phasing_in": range(FIRST_YEAR, FULL_YEAR),
            "full": range(FULL_YEAR, LAST_YEAR + 1),
        }
        for view in VIEWS:
            path, _ = _moved(frame, outcome, view, single)
            shown = path.assign(year=path["group"].astype(int))[["year", "estimate", "low", "high"]]
            base = pd.DataFrame([{"year": BASE_YEAR, "estimate": 0.0, "low": 0.0, "high": 0.0}])
            whole = pd.concat([shown, base]).sort_values("year", ignore_index=True)
            paths.append(whole.assign(outcome=outcome, view=view))
            means, facts = _moved(frame, outcome, view, periods)
            row: dict[str, object] = {
                "outcome": outcome,
                "view": view,
                "first_year": known[0],
                "last_year": known[-1],
            }
            row["years_before"] = len(before) + 1
            for found in means.to_dict("records"):
                name = str(found["group"])
                row |= {name: found["estimate"], f"{name}_low": found["low"], f"{name}_high": found["high"]}
                row[f"{name}_p_value"] = found["p_value"]
            rows.append(row | {name: int(facts[name]) for name in SIZES})
    return {
        "basic_security_path": pd.concat(paths, ignore_index=True),
        "basic_security": _judged(pd.DataFrame(rows)),
        "basic_security_share": federal_share(),
    }


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """Add the verdict of each outcome, the same for both views."""
    quiet = (table["before_p_value"] > LEVEL) & (table["years_before"] >= ENOUGH_YEARS)
    moved = quiet & (table["full_p_value"] <= LEVEL / 2)
    by_outcome = table["outcome"]
    alike = (table["full"] > 0).groupby(by_outcome).transform("nunique") == 1
    told = moved.groupby(by_outcome).transform("all") & alike
    return table.assign(verdict=told.map({True: "different", False: "cannot_be_told"}))
