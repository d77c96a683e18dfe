"""Synthetic control: one treated Land beside a weighted mean of Länder that was like it before.

Abadie, Diamond and Hainmueller 2010. The case here is the Hessenkasse: in autumn 2018 the Land of Hessen took over
the liquidity credit of its municipalities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from dewak_research.disparities.inequality import Array

TREATED = "06"
FIRST_YEAR = 2018
CITY_STATES = ("02", "04", "11")
LEVEL = 0.10
#: Variant of the twin → whether the mean of the fitted years is taken out first.
VARIANTS = {"demeaned": True, "level": False}
#: A placebo that fits this much worse than the treated Land before is no comparison (Abadie et al. 2010).
WORST_FIT = 5.0


@dataclass(frozen=True)
class Question:
    """One outcome and what is known of it.

    Attributes
    ----------
    outcome : str
        Column of the panel, euros per inhabitant.
    first, last : int
        Years that enter; those before :data:`FIRST_YEAR` are fitted.
    cities_only : bool
        Only kreisfreie Städte.
    """

    outcome: str
    first: int
    last: int
    cities_only: bool = False

    @property
    def name(self) -> str:
        """Key of the question in the tables."""
        return self.outcome + ("_cities" if self.cities_only else "")


#: Liquidity credit is the treatment itself: it shows that the takeover is in the figures.
QUESTIONS = (
    Question("liquidity_credit_eur_pc", 2010, 2019),
    Question("capital_spending_eur_pc", 2010, 2018),
    Question("capital_spending_eur_pc", 2010, 2019, cities_only=True),
    Question("tax_capacity_eur_pc", 2007, 2019),
    Question("trade_tax_eur_pc", 2007, 2019),
)


def simplex_weights(target: Array, donors: Array) -> Array:
    """Return the weights ≥ 0 with sum 1 whose mix of ``donors`` comes closest to ``target``.

    Parameters
    ----------
    target : array of shape (t,)
    donors : array of shape (t, n)

    Notes
    -----
    Since the weights add up to 1, target − donors·w is (target − donors)·w. Non-negative least squares on these
    differences with one more row that asks for the sum 1 gives the exact solution up to its scale: for a fixed
    direction the best scale depends on the distance only, and falls with it.
    """
    apart = donors - target[:, None]
    size = float(np.abs(apart).max()) or 1.0
    system = np.vstack([apart / size, np.ones(donors.shape[1])])
    found = nnls(system, np.append(np.zeros(len(target)), 1.0))[0]
    return np.asarray(found / found.sum())


def gaps(
    wide: pd.DataFrame, treated: str, before: int, demeaned: bool = False
) -> tuple[pd.Series, pd.Series]:
    """Return the weights of the donors and the gap of ``treated`` to its synthetic twin by year.

    Parameters
    ----------
    wide : DataFrame
        Years × units, complete.
    before : int
        Years below it are fitted.
    demeaned : bool
        Take the mean of the fitted years out of every unit first, so a unit may lie above all others throughout.
    """
    values = wide - wide[wide.index < before].mean() if demeaned else wide
    donors = values.drop(columns=treated)
    early = values.index < before
    weights = simplex_weights(values.loc[early, treated].to_numpy(float), donors[early].to_numpy(float))
    gap = values[treated] - donors.to_numpy(float) @ weights
    return pd.Series(weights, index=donors.columns), gap


def _misfit(gap: pd.Series, before: int) -> tuple[float, float]:
    """Return the root mean squared gap before and from ``before`` on."""
    early = gap.index < before
    return float(np.sqrt((gap[early] ** 2).mean())), float(np.sqrt((gap[~early] ** 2).mean()))


def permutation(wide: pd.DataFrame, treated: str, before: int, demeaned: bool = False) -> pd.DataFrame:
    """Treat every unit as if it were the treated one; the really treated one is no donor of the others.

    Returns
    -------
    DataFrame
        ``land``, ``year``, ``gap``, ``misfit_before``, ``misfit_after``, ``ratio`` (after to before).
    """
    rows = []
    for unit in wide.columns:
        pool = wide if unit == treated else wide.drop(columns=treated)
        gap = gaps(pool, unit, before, demeaned)[1]
        early, late = _misfit(gap, before)
        fit = {"misfit_before": early, "misfit_after": late, "ratio": late / max(early, 1e-12)}
        rows.append(pd.DataFrame({"land": unit, "year": gap.index, "gap": gap.to_numpy(), **fit}))
    return pd.concat(rows, ignore_index=True)


def _p_value(drawn: pd.DataFrame, treated: str) -> tuple[int, float]:
    """Return the rank of the treated unit by ratio (1 = largest) and the share of units with a ratio as large."""
    ratios = drawn.groupby("land")["ratio"].first()
    rank = int((ratios >= ratios[treated] - 1e-12).sum())
    return rank, rank / len(ratios)


def land_means(panel: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Return years × Länder: the mean per inhabitant of the Kreise of a Land.

    Länder without a complete series are left out; so are the city states, which have no municipalities under them.
    """
    rows = panel[panel["year"].between(question.first, question.last) & ~panel["land"].isin(CITY_STATES)]
    if question.cities_only:
        rows = rows[rows["kind"] == "kreisfreie_stadt"]
    whole = rows.groupby(["land", "year"])[question.outcome].transform(lambda v: v.notna().mean())
    rows = rows[whole > 0.9].dropna(subset=[question.outcome])
    weighted = (rows[question.outcome] * rows["weight"]).groupby([rows["year"], rows["land"]]).sum()
    wide = (weighted / rows.groupby(["year", "land"])["weight"].sum()).unstack("land")  # noqa: PD010
    return wide.dropna(axis="columns")


def answer(
    wide: pd.DataFrame, drawn: pd.DataFrame, treated: str, before: int, demeaned: bool
) -> dict[str, float | int | str]:
    """Return the answer to one question in one row, see :func:`hessenkasse`; ``drawn`` is its :func:`permutation`."""
    late = drawn[drawn["year"] >= before].groupby("land")["gap"].mean()
    misfit = drawn.groupby("land")["misfit_before"].first()
    others = late.drop(treated)[misfit.drop(treated) <= WORST_FIT * misfit[treated]]
    rank, ratio_p_value = _p_value(drawn, treated)
    p_value = float((late.abs() >= abs(late[treated]) - 1e-9).mean())
    left_out = []
    for donor in wide.columns.drop(treated):
        gap = gaps(wide.drop(columns=donor), treated, before, demeaned)[1]
        left_out.append(float(gap[gap.index >= before].mean()))
    earlier = wide[wide.index < before]
    false_start = before - 3
    in_time = permutation(earlier, treated, false_start, demeaned)
    false = in_time[in_time["year"] >= false_start].groupby("land")["gap"].mean()
    least = 1 / len(wide.columns)
    return {
        "first_year": int(wide.index.min()),
        "last_year": int(wide.index.max()),
        "fitted_years": int((wide.index < before).sum()),
        "later_years": int((wide.index >= before).sum()),
        "donors": len(wide.columns) - 1,
        "mean_before": float(wide.loc[wide.index < before, treated].mean()),
        "misfit_before": float(misfit[treated]),
        "effect": float(late[treated]),
        "placebo_low": float(others.min()) if len(others) else np.nan,
        "placebo_high": float(others.max()) if len(others) else np.nan,
        "placebos": len(others),
        "left_out_low": min(left_out),
        "left_out_high": max(left_out),
        "p_value": p_value,
        "rank": rank,
        "ratio_p_value": ratio_p_value,
        "least_p_value": least,
        "false_start": false_start,
        "false_effect": float(false[treated]),
        "false_p_value": float((false.abs() >= abs(false[treated]) - 1e-9).mean()),
        "verdict": "different"
        if p_value <= LEVEL and abs(late[treated]) > misfit[treated]
        else "cannot_be_told",
    }


def hessenkasse(panel: pd.DataFrame, questions: Sequence[Question] = QUESTIONS) -> dict[str, pd.DataFrame]:
    """Compare Hessen after the Hessenkasse with its synthetic twin.

    Returns
    -------
    dict of str to DataFrame
        ``hessenkasse_paths``: ``outcome``, ``year``, ``observed``, ``synthetic``, ``gap`` (euros per inhabitant).
        ``hessenkasse_placebos``: ``outcome``, ``land``, ``year``, ``gap``, ``misfit_before``, ``treated``.
        ``hessenkasse_weights``: ``outcome``, ``land``, ``land_name``, ``weight`` of the donors.
        ``hessenkasse``: by ``outcome`` and ``variant`` (``demeaned``, ``level``) years, ``donors``, ``effect``
        (mean gap from 2018 on), ``placebo_low`` to ``placebo_high`` (range of the effects of Länder without the
        programme whose fit is not more than five times worse), range when one donor is left out, ``p_value``
        (share of Länder, Hessen among them, with an effect as large), ``rank`` and ``ratio_p_value`` by the
        ratio of misfit after to before, ``least_p_value`` (the smallest that so few Länder allow), effect and p
        of a false start three years earlier, and ``verdict`` (``different`` where p is at most 10 % and the
        effect larger than the misfit before). Paths, placebos and weights are those of ``demeaned``.

    Notes
    -----
    Multipliers by Land and year are not among the figures; they would be the third outcome. Several donors had
    programmes of their own (North Rhine-Westphalia's Stärkungspakt since 2011, Rhineland-Palatinate's
    Entschuldungsfonds since 2012, Lower Saxony's Zukunftsvertrag, Hessen itself its Schutzschirm since 2012).
    """
    names = panel.groupby("land")["land_name"].first()
    paths, placebos, weights, rows = [], [], [], []
    for question in questions:
        wide = land_means(panel, question)
        donors, gap = gaps(wide, TREATED, FIRST_YEAR, demeaned=True)
        path = pd.DataFrame(
            {"outcome": question.name, "year": wide.index, "observed": wide[TREATED].to_numpy()}
        )
        paths.append(path.assign(synthetic=(wide[TREATED] - gap).to_numpy(), gap=gap.to_numpy()))
        drawn = {
            variant: permutation(wide, TREATED, FIRST_YEAR, demeaned)
            for variant, demeaned in VARIANTS.items()
        }
        placebo = drawn["demeaned"].drop(columns=["misfit_after", "ratio"])
        placebos.append(placebo.assign(outcome=question.name, treated=placebo["land"] == TREATED))
        shown = donors.rename("weight").rename_axis("land").reset_index()
        weights.append(shown.assign(outcome=question.name, land_name=shown["land"].map(names)))
        rows += [
            {
                "outcome": question.name,
                "variant": name,
                **answer(wide, drawn[name], TREATED, FIRST_YEAR, demeaned),
            }
            for name, demeaned in VARIANTS.items()
        ]
    return {
        "hessenkasse_paths": pd.concat(paths, ignore_index=True),
        "hessenkasse_placebos": pd.concat(placebos, ignore_index=True),
        "hessenkasse_weights": pd.concat(weights, ignore_index=True),
        "hessenkasse": pd.DataFrame(rows),
    }
