"""Who pays for a service beside the municipalities: federation, social insurance, and those who use it.

The cost of care in the plan is its public part under SGB XII; before it pays the care insurance, and the federation
pays back the basic security of residents without means. How much that is in a Land is not published by service: what
the law says per person stands here, and where nothing is published that is said. Nothing of it enters the parts of
town, Kreis and Landschaftsverband.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.planning.rates import SERVICES
from dewak_research.rules import HOME
from dewak_research.rules.dated import values

OTHERS = ("federation", "insurance", "parents")
OF_COST, A_MONTH, BASIC_SECURITY, NOT_STATED = "of_cost", "a_month", "of_basic_security", ""
IN_HOMES = "care_residential"
"""Residents of homes draw basic security beside help for care (§ 46a SGB XII: paid back by the federation)."""
BOOKED_YEAR = 2011
COLUMNS = ["service", "payer", "kind", "share", "low_eur_month", "high_eur_month", "year", "source"]


def other_payers(shares: pd.DataFrame) -> pd.DataFrame:
    """Return what is published of the other payers of every service.

    Parameters
    ----------
    shares : DataFrame
        From ``payer.share_table``; its row of parents' fees in the Land stands here as well.

    Returns
    -------
    DataFrame
        One row per service and payer (``OTHERS``): kind (``OF_COST``: share of the gross cost, inside it;
        ``A_MONTH``: EUR per person and month from the lowest to the highest grade of care, outside it;
        ``BASIC_SECURITY``: share of that benefit's spending, outside it; ``NOT_STATED``), share, low_eur_month,
        high_eur_month, year, source ("" = none).
    """
    fees = shares.query(f"area == '{HOME}' and payer == 'parents'").set_index("service")
    insured = {value.key: value for value in values("care_insurance")}
    back = max(values("basic_security_federal_share"), key=lambda value: value.valid_from or 0)
    rows: list[tuple[object, ...]] = []
    for service in SERVICES:
        for payer in OTHERS:
            found: tuple[object, ...] = (NOT_STATED, np.nan, np.nan, np.nan, pd.NA, "")
            if payer == "parents" and service in fees.index:
                fee = fees.loc[service]
                found = (OF_COST, fee["share"], np.nan, np.nan, BOOKED_YEAR, fee["source"])
            elif payer == "insurance" and service in insured:
                law = insured[service]
                found = (A_MONTH, np.nan, *_ends(law.value), law.valid_from, law.sources[0].id)
            elif payer == "federation" and service == IN_HOMES:
                found = (BASIC_SECURITY, back.value, np.nan, np.nan, back.valid_from, back.sources[0].id)
            rows.append((service, payer, *found))
    return pd.DataFrame(rows, columns=COLUMNS).astype({"year": "Int64"})


def _ends(by_grade: dict[str, float]) -> tuple[float, float]:
    """Return the lowest and the highest amount of the grades."""
    return float(min(by_grade.values())), float(max(by_grade.values()))
