"""Federation, insurance and families: what is published stands there, the rest says that it is not."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning.other_payers import OTHERS, other_payers
from dewak_research.planning.rates import SERVICES

SHARES = pd.DataFrame(
    {
        "service": ["childcare_u3", "childcare_u3", "care_residential"],
        "area": ["05", "05954", "05"],
        "payer": ["parents", "parents", "kreis"],
        "share": [0.125, 0.3, 1.0],
        "source": "booked_payments",
    }
)


def test_every_service_has_a_row_for_each_of_them() -> None:
    found = other_payers(SHARES).set_index(["service", "payer"])
    assert len(found) == len(SERVICES) * len(OTHERS)
    assert found.loc[("childcare_u3", "parents"), ["kind", "share"]].tolist() == ["of_cost", 0.125]
    assert found.loc[("open_elderly", "federation"), "kind"] == ""
    assert found.loc[found["kind"] == "", ["share", "low_eur_month", "year"]].isna().all(axis=None)


def test_the_care_insurance_pays_what_was_announced_for_2025() -> None:
    """Notice of 14 November 2024: grade 2 to 5; § 30 SGB XI raised the amounts of 2024 by 4.5 per cent."""
    found = other_payers(SHARES).query("payer == 'insurance'").set_index("service")
    before = {"care_allowance": (332, 947), "care_ambulatory": (761, 2200), "care_residential": (770, 2005)}
    for service, ends in before.items():
        raised = [end * 1.045 for end in ends]
        stated = found.loc[service, ["low_eur_month", "high_eur_month"]].astype(float).tolist()
        assert stated == pytest.approx(raised, abs=1.0)
        assert found.loc[service, "year"] == 2025
    assert found.loc["integration_help_adults", "high_eur_month"] == 278
    assert found.loc["childcare_u3", "kind"] == ""


def test_the_federation_pays_back_basic_security_and_no_help_for_care() -> None:
    found = other_payers(SHARES).query("payer == 'federation' and kind != ''")
    assert found["service"].tolist() == ["care_residential"]
    assert found[["kind", "share", "year"]].iloc[0].tolist() == ["of_basic_security", 1.0, 2014]


def test_the_parts_of_the_municipalities_are_those_without_it(plan: Result) -> None:
    shares = plan.tables["payers"]
    assert not set(shares["payer"]) & {"federation", "insurance"}
    assert shares.groupby(["service", "area"])["share"].sum().to_numpy() == pytest.approx(1.0)
    fees = plan.tables["other_payers"].query("kind == 'of_cost'").set_index("service")["share"]
    known = shares.query("area == '05' and payer == 'parents'").set_index("service")["share"]
    assert fees.to_dict() == known.to_dict()
