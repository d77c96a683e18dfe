"""Published plans of Ostbevern, the Ennepe-Ruhr-Kreis and Herten as tables and numbers for the report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.rules import HOME, land, rule_set
from dewak_research.stress.interest import Maturities, extra_interest_eur
from dewak_research.stress.plan_test import en_kreis_answers, plan_test, published_facts


def _by_year(name: str, key: str) -> dict[int, float]:
    return {int(v.valid_from or 0): float(v.value) for v in land(HOME).values(name) if v.key == key}


def ostbevern_plan() -> pd.DataFrame:
    """Plan 2026–2029 of Ostbevern through the ladder (METHODS B.4.3); result of `plan_test`.

    The published reductions of the allgemeine Rücklage stand for the results: the Ausgleichsrücklage is used up.
    """
    reduction = _by_year("facts/ostbevern", "reduction_eur")
    before = _by_year("facts/ostbevern", "allgemeine_ruecklage_before_eur")
    first = min(reduction)
    plan = pd.DataFrame({"year": list(reduction), "result_eur": [-r for r in reduction.values()]})
    return plan_test(plan, rule_set(first), 0.0, before[first])


def herten_rates(rate_rise_pp: float = 3.0) -> pd.DataFrame:
    """What a rise of rates would have cost Herten before and after the relief of old debt (METHODS C.5).

    Returns
    -------
    DataFrame
        state ("before", "before_fully_short", "after"), credit_eur, first_year_eur (additional interest of
        the first year on this block).
    """
    (year, taken_over_eur_m), *_ = _by_year("facts/herten", "credit_taken_over_eur_m").items()
    credit = taken_over_eur_m * 1e6
    usual, short = Maturities.of_year(year), Maturities(1.0, 1.0, 1.0)
    rows = [("before", credit, usual), ("before_fully_short", credit, short), ("after", 0.0, usual)]
    found = [
        (state, stock, float(extra_interest_eur(rate_rise_pp, stock, 0.0, 0, m).total_eur))
        for state, stock, m in rows
    ]
    return pd.DataFrame(found, columns=["state", "credit_eur", "first_year_eur"])


def published_tables() -> tuple[dict[str, pd.DataFrame], dict[str, float | int]]:
    """Build the tables and numbers of the published plans.

    Returns
    -------
    tables : dict
        ostbevern_plan, en_kreis_answers, herten_rates, facts_herten, facts_en_kreis.
    values : dict
        ostbevern_quota_<year>_share, ostbevern_headroom_2028_eur, en_kreis_<measure>, herten_<state>_eur.
    """
    plan, answers, rates = ostbevern_plan(), en_kreis_answers(), herten_rates()
    facts = {name: published_facts(name) for name in ("herten", "en_kreis")}
    for table in facts.values():
        table["value"] = table["value"].astype("str")
    numbers: dict[str, float | int] = {
        f"ostbevern_quota_{year}_share": float(share)
        for year, share in zip(plan["year"], plan["quota_share"], strict=True)
    }
    numbers["ostbevern_headroom_2028_eur"] = float(
        np.asarray(plan.loc[plan["year"] == 2028, "headroom_n2_eur"])[0]
    )
    numbers |= {f"en_kreis_{m}": float(v) for m, v in zip(answers["measure"], answers["value"], strict=True)}
    numbers |= {
        f"herten_{s}_eur": float(v) for s, v in zip(rates["state"], rates["first_year_eur"], strict=True)
    }
    tables = {"ostbevern_plan": plan, "en_kreis_answers": answers, "herten_rates": rates}
    return {**tables, **{f"facts_{name}": table for name, table in facts.items()}}, numbers
