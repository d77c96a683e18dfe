"""One municipality's own plan as a run of the engine: the same code as for all units, on the plan's lines and reserves.

The plan is the unshocked path. Above a town of a Kreis stands its Kreis as published (2009–2011): what the Kreis loses
comes back through the Kreisumlage, in proportion to the Kreisumlage of the plan. Unknown items are not shocked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import StressParams
from dewak_research.rules import RuleSet
from dewak_research.stress.book import OUTSIDE, WHOLE_RATE_PP, Book, Layers
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.own_taxes import TownHistory, own_moves
from dewak_research.stress.pool import Pool
from dewak_research.stress.run import Run, settings_of
from dewak_research.stress.shocks import OwnTaxes
from dewak_research.stress.transmission import Gfg, Maturities, extra_interest_eur
from dewak_research.stress.unshocked import new_credit_eur

Floats = NDArray[np.float64]
TOWN, CITY, KREIS = "kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis"
NO_SPLIT = (0.5, 0.5)
MOST_YEARS = 10


@dataclass(frozen=True)
class MunicipalPlan:
    """A plan over T years, all amounts in EUR; NaN = unknown.

    Parameters
    ----------
    key : str
        Municipality key or own identifier; the seed of its own draws.
    kind : {"kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis"}
    size_class : str
    population : float
    years : tuple of int
        Consecutive, the budget year first.
    items_eur : ndarray, shape (T, 13)
        Positive for income and costs alike; an unknown item is NaN and takes no shock.
    result_eur : ndarray, shape (T,)
        Known in every year.
    liquidity_flow_eur : ndarray, shape (T,)
        Change of cash before liquidity credit.
    income_eur : float
        Ordinary income of the budget year, for shares.
    ausgleichsruecklage_eur, allgemeine_ruecklage_eur, quota_before : float
        Reserves before the first year, and the share of the allgemeine Rücklage used in the year before.
    liquidity_credit_eur, liquid_funds_eur, investment_credit_eur : float
        Stocks before the first year.
    net_share : float
        Part of a trade-tax euro left after the Gewerbesteuerumlage.
    multiplier_pct : float
        Multiplier of the trade tax; unknown = no refund by the equalisation.
    opening_amount_eur : float
        Amount up to which surpluses refill the Ausgleichsrücklage under the law before 2012; unknown = what it holds.
    """

    key: str
    kind: str
    size_class: str
    population: float
    years: tuple[int, ...]
    items_eur: Floats
    result_eur: Floats
    liquidity_flow_eur: Floats
    income_eur: float
    ausgleichsruecklage_eur: float
    allgemeine_ruecklage_eur: float
    quota_before: float
    liquidity_credit_eur: float
    liquid_funds_eur: float
    investment_credit_eur: float
    net_share: float
    multiplier_pct: float
    opening_amount_eur: float = float("nan")

    @property
    def unknown(self) -> tuple[str, ...]:
        """Items that are not known in every year and take no shock."""
        return tuple(key for key in KEYS if np.isnan(self.items_eur[:, POSITION[key]]).any())

    @property
    def growth(self) -> Floats:
        """Yearly growth of each item over the plan, share, shape (13,); 0 where it is unknown or not positive."""
        first, last = self.items_eur[0], self.items_eur[-1]
        steps = len(self.years) - 1
        known = (first > 0) & (last > 0)
        ratio = np.divide(last, first, out=np.ones(len(KEYS)), where=known)
        return np.asarray(ratio ** (1.0 / max(steps, 1)) - 1.0)


def plan_params(params: StressParams, plan: MunicipalPlan, rules: RuleSet) -> StressParams:
    """The parameters of a run with the plan's years and law in place of the chapter's."""
    return params.model_copy(
        update={
            "horizon_years": len(plan.years),
            "budget_year": plan.years[0],
            "equalisation_year": None,
            "rule_set": rules.name,
        }
    )


def _above(chapter: Run | None, plan: MunicipalPlan) -> NDArray[np.int64]:
    """Positions of the Kreise above a town in the chapter's run: its own, all reported ones if that did not report."""
    if chapter is None or plan.kind != TOWN or np.isnan(plan.items_eur[0, POSITION["uml"]]):
        return np.array([], np.int64)
    kreise = chapter.book.layers.kreise
    own = [i for i in kreise if chapter.ags[i] == plan.key[:5]]
    return np.asarray(own or kreise, np.int64)


def levy_parts(chapter: Run, plan: MunicipalPlan, kreis: int | None) -> Floats:
    """Parts of the Kreis's rises that a town pays, carried over by the Kreisumlage it plans.

    A town that did not report: its planned Kreisumlage over all that the Kreis received is its part of both levies,
    divided as those of the town are in the run; a town that the run does not know has the same part of each.

    Parameters
    ----------
    kreis : int or None
        Position of its Kreis in the run; None = it did not report, and only the relation of the parts is asked for.

    Returns
    -------
    ndarray, shape (3,)
        Of the general levy, of that for the youth office, of both together.
    """
    layers, planned = chapter.book.layers, float(plan.items_eur[0, POSITION["uml"]])
    listed = chapter.shares is not None and plan.key in chapter.shares.index
    parts = (
        chapter.shares.loc[plan.key].to_numpy(float) if chapter.shares is not None and listed else np.ones(3)
    )
    if kreis is None:
        return parts
    position = chapter.ags.index(plan.key) if plan.key in chapter.ags else None
    paid = 0.0 if position is None else float(chapter.book.items_eur[0, position, POSITION["uml"]])
    if position is not None and paid > 0:
        own = layers.share[position], layers.youth_share[position], layers.booked_share[position]
        return np.asarray(own) * planned / paid
    received = float(layers.received_eur[np.flatnonzero(layers.kreise == kreis)[0]])
    return parts / parts[-1] * planned / received if received > 0 else np.zeros(3)


def plan_run(
    plan: MunicipalPlan,
    rules: RuleSet,
    towns: TownHistory,
    pool: Pool,
    params: StressParams,
    seed: int,
    maturities: Maturities,
    *,
    gfg: Gfg | None = None,
    chapter: Run | None = None,
    features: Floats | None = None,
) -> Run:
    """Put the plan in place of a unit of the chapter; the plan is the last unit of the run.

    Parameters
    ----------
    maturities : Maturities
        How fast a rate reaches the plan's debt.
    gfg : Gfg, optional
        Equalisation of the Land; None = nothing is refunded.
    chapter : Run, optional
        Run of the chapter over as many years, for the Kreise; None = what a Kreis passes on is left out.
    features : ndarray, shape (3, 6), optional
        Of a town outside the panel, see ``unlisted``.
    """
    above = _above(chapter, plan)
    others: Mapping[str, Floats] = {} if features is None else {plan.key: features}
    moves = own_moves(towns, len(plan.years), others=others)
    keys = [*(chapter.ags[i] for i in above), plan.key] if chapter is not None else [plan.key]
    chosen = plan_params(params, plan, rules)
    book = _book(plan, above, chapter, OwnTaxes.of(keys, moves), gfg, maturities)
    rates = plan.growth[None] if chapter is None else np.vstack([chapter.rates[above], plan.growth])
    return Run(chosen, seed, _table(plan, above, chapter), rates, book, pool, settings_of(chosen))


def _table(plan: MunicipalPlan, above: NDArray[np.int64], chapter: Run | None) -> pd.DataFrame:
    row = {
        "ags": plan.key,
        "name": plan.key,
        "kind": plan.kind,
        "kreis": plan.key[:5],
        "size_class": plan.size_class,
        "population": plan.population,
        "receipts_eur": plan.income_eur,
        "umlagen_received_eur": 0.0,
        "has_balance": not np.isnan(plan.allgemeine_ruecklage_eur),
    }
    own = pd.DataFrame([row])
    if chapter is None or not len(above):
        return own
    return pd.concat([chapter.table.iloc[above].reindex(columns=list(row)), own], ignore_index=True)


def _layers(plan: MunicipalPlan, above: NDArray[np.int64], chapter: Run | None) -> Layers:
    count = len(above)
    position = np.full(count + 1, OUTSIDE)
    shares = np.zeros((3, count + 1))
    estimated = np.zeros(count + 1, bool)
    member = np.ones(count + 1, bool)
    member[-1] = plan.kind != TOWN
    kreise = np.arange(count) if plan.kind != KREIS else np.array([count])
    received = np.zeros(len(kreise))
    if chapter is not None and count:
        received = chapter.book.layers.received_eur[np.searchsorted(chapter.book.layers.kreise, above)]
        if chapter.ags[above[0]] == plan.key[:5]:
            position[-1], shares[:, -1] = 0, levy_parts(chapter, plan, int(above[0]))
        else:
            estimated[-1], shares[:, -1] = True, levy_parts(chapter, plan, None)
    general, youth, booked = shares
    outside = np.zeros(len(kreise))
    return Layers(position, general, youth, booked, kreise, estimated, outside, member, received)


def _book(
    plan: MunicipalPlan,
    above: NDArray[np.int64],
    chapter: Run | None,
    taxes: OwnTaxes,
    gfg: Gfg | None,
    maturities: Maturities,
) -> Book:
    items = np.nan_to_num(plan.items_eur)
    receives = plan.kind != KREIS and items[0, POSITION["sz"]] > 0 and plan.multiplier_pct > 0
    refund = float(gfg.refund_eur(1.0, plan.multiplier_pct)) if gfg is not None and receives else 0.0

    known = not np.isnan(plan.opening_amount_eur)
    amount = plan.opening_amount_eur if known else plan.ausgleichsruecklage_eur
    amounts = chapter is None or chapter.book.opening_amount_eur is not None

    def below(name: str, own: Floats | float) -> Floats:
        """The Kreise's part of an array of the chapter's book and the plan's own, units in the last axis but items."""
        value = np.asarray(own, np.float64)
        if chapter is None:
            return np.expand_dims(value, min(value.ndim, 1))
        whole: Floats = getattr(chapter.book, name)
        axis = min(whole.ndim - 1, 1)
        return np.concatenate([whole.take(above, axis=axis), np.expand_dims(value, axis)], axis=axis)

    book = Book(
        taxes=taxes,
        items_eur=below("items_eur", items),
        result_eur=below("result_eur", plan.result_eur),
        liquidity_flow_eur=below("liquidity_flow_eur", plan.liquidity_flow_eur),
        ausgleichsruecklage_eur=below("ausgleichsruecklage_eur", plan.ausgleichsruecklage_eur),
        allgemeine_ruecklage_eur=below("allgemeine_ruecklage_eur", plan.allgemeine_ruecklage_eur),
        liquidity_credit_eur=below("liquidity_credit_eur", plan.liquidity_credit_eur - plan.liquid_funds_eur),
        exposed_eur=below("exposed_eur", _exposed(plan, maturities)),
        net_share=below("net_share", plan.net_share),
        refund_share=below("refund_share", refund),
        refund_split=NO_SPLIT if gfg is None else gfg.refund_split,
        layers=_layers(plan, above, chapter),
        quota_before=np.append(np.full(len(above), np.nan), plan.quota_before),
        opening_amount_eur=below("opening_amount_eur", amount) if amounts else None,
    )
    exposed = book.exposed_eur.copy()
    exposed[1:, -1] += np.nan_to_num(new_credit_eur(book, 0.0)[:-1, -1])
    return replace(book, exposed_eur=exposed)


def _exposed(plan: MunicipalPlan, maturities: Maturities) -> Floats:
    """Old debt on which a new rate is paid by year, shape (T,); a stock that is not known bears nothing."""
    credit, invested = (
        float(np.nan_to_num(stock)) for stock in (plan.liquidity_credit_eur, plan.investment_credit_eur)
    )
    elapsed = np.arange(len(plan.years), dtype=float)
    return extra_interest_eur(WHOLE_RATE_PP, credit, invested, elapsed, maturities)
