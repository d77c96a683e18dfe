"""From the workbook's lines to the plan that the engine runs on; what is not entered stays unknown and is named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.register import size_class
from dewak_research.own.cash_path import credit_taken
from dewak_research.own.plan import latest, near_enough, plan_lines, plan_years, series
from dewak_research.own.roles import DETAILS
from dewak_research.own.stress import SOURCES, OwnStress
from dewak_research.own.template import columns_of
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.single_plan import KREIS, MOST_YEARS, TOWN, MunicipalPlan
from dewak_research.stress.transmission import Gfg

Floats = NDArray[np.float64]
LINES: dict[str, tuple[str, ...]] = {
    **{key: SOURCES[key] for key in ("gewst", "sz", "pers", "sach")},
    "zins": ("interest",),
    **{key: (line,) for key, line in DETAILS.items()},
}
NOT_ASKED = ("egh", "zins")  #: reaches a unit through the levy; acts through the stocks of debt
STOCKS = ("liquiditaetskredite", "investitionskredite", "liquide_mittel")
TAX_LINES = {"gewst": "gewerbesteuer_ist", "est": "einkommensteueranteil", "ust": "umsatzsteueranteil"}


@dataclass(frozen=True)
class Prepared:
    """A plan ready for the engine, or why there is none.

    Attributes
    ----------
    plan : MunicipalPlan, optional
    reason : str
        "" or why the engine cannot run: "no_plan", "result_gap", "no_inhabitants".
    missing : tuple of str
        What takes no shock because it is not entered: items, "debt", "cash", "levy", "multiplier", "split".
    """

    plan: MunicipalPlan | None
    reason: str = ""
    missing: tuple[str, ...] = ()


def income_tax_part(frame: pd.DataFrame, panel: pd.DataFrame) -> float:
    """Return the income tax share's part in both tax shares: as entered, else as published; NaN = neither.

    Parameters
    ----------
    panel : DataFrame
        Tax series of the town itself (``tax_panel``): year, income_tax_share_eur_pc, vat_share_eur_pc.
    """
    income, vat = (latest(frame, "population", TAX_LINES[key]) for key in ("est", "ust"))
    if np.isnan(income + vat) and len(panel):
        last = panel.sort_values("year").iloc[-1]
        income, vat = float(last["income_tax_share_eur_pc"]), float(last["vat_share_eur_pc"])
    return income / (income + vat) if income + vat > 0 else float("nan")


def tax_history(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the own taxes in EUR per head by year as entered: columns gewst, est, ust; NaN = unknown."""
    heads = series(frame, "population", "einwohner", "actual")
    entered = {key: series(frame, "population", line, "actual") for key, line in TAX_LINES.items()}
    booked = series(frame, "result_plan", "gewerbesteuer", "actual")
    entered["gewst"] = entered["gewst"].combine_first(booked)
    table = pd.DataFrame(entered)
    return table.div(heads.reindex(table.index), axis="index")


def prepare_plan(
    frame: pd.DataFrame, stress: OwnStress, key: str, kind: str, panel: pd.DataFrame, gfg: Gfg | None
) -> Prepared:
    """Return the plan from the budget year on.

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    stress : OwnStress
        The plan booked on the reserves up to the budget year.
    panel : DataFrame
        Tax series of the town itself; empty where there is none.
    gfg : Gfg, optional
        Its multiplier of the levy stands in where the Gewerbesteuerumlage is not entered.
    """
    if stress.budget_year is None or stress.plan.empty:
        return Prepared(None, "no_plan")
    booked = stress.plan[stress.plan["year"] >= stress.budget_year].head(MOST_YEARS)
    years = [int(year) for year in booked["year"]]
    people = latest(frame, "population", "einwohner")
    if booked["result_eur"].isna().any():
        return Prepared(None, "result_gap")
    if not people > 0:
        return Prepared(None, "no_inhabitants")
    multiplier = latest(frame, "population", "hebesatz_gewerbesteuer")
    items, missing = _items(frame, years, kind, income_tax_part(frame, panel))
    net_share = _net_share(frame, years, multiplier, gfg)
    credit, invested, funds = _stocks(frame, years[0])
    before = _before(stress)
    has_taxes = kind != KREIS and not np.isnan(items[:, POSITION["gewst"]]).any()
    flags = {
        "debt": np.isnan(credit + invested),
        "cash": np.isnan(funds),
        "levy": has_taxes and np.isnan(net_share),
        "multiplier": has_taxes and gfg is not None and np.isnan(multiplier),
    }
    plan = MunicipalPlan(
        key=key,
        kind=kind,
        size_class=str(size_class(pd.Series([people])).iloc[0]),
        population=people,
        years=tuple(years),
        items_eur=items,
        result_eur=booked["result_eur"].to_numpy(float),
        liquidity_flow_eur=plan_lines(frame, ("change_in_funds",), years, "finance_plan")
        - credit_taken(frame, years),
        income_eur=float(plan_lines(frame, ("income",), years)[0]),
        ausgleichsruecklage_eur=before[0],
        allgemeine_ruecklage_eur=before[1],
        quota_before=before[2],
        liquidity_credit_eur=credit,
        liquid_funds_eur=funds,
        investment_credit_eur=invested,
        net_share=1.0 if np.isnan(net_share) else net_share,
        multiplier_pct=multiplier,
        opening_amount_eur=before[3],
    )
    return Prepared(plan, "", (*missing, *(name for name, gone in flags.items() if gone)))


def _items(frame: pd.DataFrame, years: list[int], kind: str, income_part: float) -> tuple[Floats, list[str]]:
    """Return the thirteen items by year, NaN where not entered, and the names of what is missing."""
    items = np.full((len(years), len(KEYS)), np.nan)
    for key, lines in LINES.items():
        items[:, POSITION[key]] = plan_lines(frame, lines, years)
    both, part = plan_lines(frame, ("steueranteile",), years), 1.0 if np.isnan(income_part) else income_part
    items[:, POSITION["est"]], items[:, POSITION["ust"]] = part * both, (1.0 - part) * both
    levy = "kreisumlage" if kind == TOWN else "landschaftsumlage"
    items[:, POSITION["uml"]] = plan_lines(frame, (levy,), years)
    items[:, POSITION["egh"]] = 0.0
    none = ("gewst", "est", "ust") if kind == KREIS else ("kdu", "hzp") if kind == TOWN else ()
    for key in none:  # a Kreis has no own taxes; housing costs and social assistance are the Kreis's
        column = items[:, POSITION[key]]
        items[:, POSITION[key]] = np.where(np.isnan(column), 0.0, column)
    gone = [key for key in KEYS if key not in (*NOT_ASKED, "ust") and np.isnan(items[:, POSITION[key]]).any()]
    if kind != KREIS and np.isnan(income_part) and not np.isnan(both).any():
        gone.append("split")
    return items, gone


def items_changed(
    frame: pd.DataFrame, later: pd.DataFrame, plan: MunicipalPlan, income_part: float
) -> Floats:
    """Return by how much the items of a plan are others in a changed plan, EUR, shape (T, 13); 0 where unknown.

    Parameters
    ----------
    frame, later : DataFrame
        Results of ``plan.plan_frame``, the second with measures on their lines.
    income_part : float
        As :func:`income_tax_part` returns it.
    """
    before, after = (_items(one, list(plan.years), plan.kind, income_part)[0] for one in (frame, later))
    return np.nan_to_num(after - before)


def _net_share(frame: pd.DataFrame, years: list[int], multiplier: float, gfg: Gfg | None) -> float:
    """Return the part of a trade-tax euro left after the levy: as planned, else by the law; NaN = unknown."""
    tax, levy = (plan_lines(frame, (line,), years) for line in ("gewerbesteuer", "gewerbesteuerumlage"))
    known = (tax > 0) & ~np.isnan(levy)
    if known.any():
        return float(1.0 - levy[known].sum() / tax[known].sum())
    if gfg is None or not multiplier > 0:
        return float("nan")
    return float(gfg.net_loss_eur(1.0, multiplier))


def _stocks(frame: pd.DataFrame, first: int) -> tuple[float, float, float]:
    """Return liquidity and investment credit and liquid funds before the plan, moved on by the finance plan."""
    columns = [
        (year, given) for (year, kind), given in columns_of(frame, "balance").items() if kind == "actual"
    ]
    begun = next(iter(plan_years(frame)), first)
    before = [(year, given) for year, given in columns if year < first and near_enough(year, begun)]
    found = [(year, given) for year, given in before if set(STOCKS[:2]) & set(given)]
    if not found:
        return (float("nan"),) * 3
    year, given = found[-1]
    credit, invested, funds = (float(given.get(name, float("nan"))) for name in STOCKS)
    between = list(range(year + 1, first))
    flows = plan_lines(frame, ("change_in_funds",), between, "finance_plan")
    return credit + float(credit_taken(frame, between).sum()), invested, funds + float(flows.sum())


def _before(stress: OwnStress) -> tuple[float, float, float, float]:
    """Return what stands before the budget year.

    Both reserves, the share of the allgemeine Rücklage used the year before, and the Ausgleichsrücklage of the last
    balance sheet, which stands for its opening amount as in ``plan_test``.
    """
    start = stress.start if stress.has_reserves and stress.start else {}
    own, general = (
        float(start.get(name, float("nan"))) for name in ("ausgleichsruecklage", "allgemeine_ruecklage")
    )
    earlier = stress.plan[stress.plan["year"] < (stress.budget_year or 0)]
    if len(earlier):
        last = earlier.iloc[-1]
        return (
            float(last["ausgleichsruecklage_eur"]),
            float(last["allgemeine_ruecklage_eur"]),
            float(last["quota_share"]),
            own,
        )
    return own, general, float("nan"), own
