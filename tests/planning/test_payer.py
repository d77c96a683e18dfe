"""Every euro has somebody who pays it, and what the three municipal levels pay comes back to the towns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dewak_research.data.result import Result
from dewak_research.data.youth_office import threshold_eur_pc, youth_offices
from dewak_research.errors import InputError
from dewak_research.planning.payer import (
    BY_OFFICE,
    MUNICIPAL,
    PAYERS,
    net_municipal_cost,
    payer_shares,
    share_problems,
    share_table,
)
from dewak_research.planning.rates import SERVICES

K = {service: i for i, service in enumerate(SERVICES)}
TOWN, KREIS, ASSOCIATION = (PAYERS.index(payer) for payer in MUNICIPAL)
#: One Kreis with two towns and one city, all of the Landschaftsverband Westfalen-Lippe.
UNITS = pd.DataFrame(
    {
        "ags": ["05911000", "05954", "05954032", "05954036"],
        "kind": ["kreisfreie_stadt", "kreis", "kreisangehoerige_gemeinde", "kreisangehoerige_gemeinde"],
        "kreis": ["05911", "05954", "05954", "05954"],
    }
)
OFFICES = pd.DataFrame({"ags": UNITS["ags"], "youth_office": [1.0, 1.0, 0.0, 1.0]})
LEVY = pd.DataFrame({"ags": UNITS["ags"], "levy_share": [0.6, 0.4, 0.25, 0.75], "assumed": False})


def _shares(**parts: dict[str, float]) -> pd.DataFrame:
    rows = [(s, "05", payer, share) for s, of in parts.items() for payer, share in of.items()]
    return pd.DataFrame(rows, columns=["service", "area", "payer", "share"])


SHARES = _shares(
    childcare_u3={"land": 0.4, "parents": 0.1, BY_OFFICE: 0.5},
    integration_help_minors={"kreis": 0.1, "landschaftsverband": 0.9},
)


@pytest.fixture(scope="module")
def official(ingested: Result) -> dict[str, pd.DataFrame]:
    from dewak_research.data import read_table

    names = ("payments", "gesamtkreis", "units", "population", "unit_totals")
    return {name: ingested.tables[name] for name in names} | {
        name: read_table(name) for name in ("checkpoints", "care_by_age")
    }


def test_what_the_youth_office_pays_falls_to_the_town_that_has_one_else_to_the_kreis() -> None:
    found = payer_shares(SHARES, UNITS, OFFICES)[:, :, K["childcare_u3"]]
    assert found[TOWN].tolist() == [0.5, 0.5, 0.0, 0.5]
    assert found[KREIS].tolist() == [0.0, 0.0, 0.5, 0.0]
    assert found.sum(axis=0) == pytest.approx(1.0)


def test_where_the_office_is_not_known_neither_town_nor_kreis_is_charged() -> None:
    unknown = OFFICES.assign(youth_office=[1.0, 1.0, np.nan, 1.0])
    found = payer_shares(SHARES, UNITS, unknown)
    assert np.isnan(found[[TOWN, KREIS], 2, K["childcare_u3"]]).all()
    assert found[PAYERS.index("land"), 2, K["childcare_u3"]] == 0.4
    assert found[KREIS, 2, K["integration_help_minors"]] == 0.1


def test_a_service_without_shares_has_none() -> None:
    assert np.isnan(payer_shares(SHARES, UNITS, OFFICES)[:, :, K["debt_advice"]]).all()


def test_own_shares_come_first() -> None:
    own = _shares(childcare_u3={"land": 0.2, BY_OFFICE: 0.8}).assign(area="05954036")
    found = payer_shares(pd.concat([SHARES, own]), UNITS, OFFICES)[:, :, K["childcare_u3"]]
    assert found[TOWN].tolist() == [0.5, 0.5, 0.0, 0.8]


def test_levies_bring_cost_back_by_hand() -> None:
    gross = np.zeros((4, len(SERVICES)))
    gross[:, K["childcare_u3"]] = [1000, 300, 100, 200]
    gross[:, K["integration_help_minors"]] = [500, 500, 200, 300]
    found = net_municipal_cost(gross, payer_shares(SHARES, UNITS, OFFICES), UNITS, LEVY)
    child, help_ = K["childcare_u3"], K["integration_help_minors"]
    assert found["direct"][:, child].tolist() == [500, 100, 0, 100]
    assert found["through_kreis"][:, child].tolist() == [
        0,
        50,
        50,
        0,
    ]  # § 56(5) KrO: the town with an own office pays none
    assert found["direct"][0, help_] == pytest.approx(50)
    assert found["through_kreis"][2:, help_] == pytest.approx([12.5, 37.5])
    association = 0.9 * (500 + 200 + 300)
    assert found["through_landschaftsverband"][:, help_] == pytest.approx(
        [0.6 * association, 0.4 * association, 0.1 * association, 0.3 * association]
    )


def test_a_town_whose_office_is_not_known_bears_its_own_cost_and_spoils_no_other(seed: int = 3) -> None:
    gross = np.random.default_rng(seed).uniform(0, 1e6, (4, len(SERVICES)))
    gross[1] = gross[2:].sum(axis=0)
    unknown = OFFICES.assign(youth_office=[1.0, 1.0, np.nan, 1.0])
    found = net_municipal_cost(gross, payer_shares(SHARES, UNITS, unknown), UNITS, LEVY)
    child = K["childcare_u3"]
    assert np.isnan(found["direct"][2, child])
    assert np.isnan(found["direct"][1, child])
    assert found["net"][:, child] == pytest.approx(0.5 * gross[:, child])


@settings(deadline=None)
@given(st.integers(0, 2**31))
def test_nothing_is_lost_and_nothing_is_made_on_the_way_through_the_levies(seed: int) -> None:
    gross = np.random.default_rng(seed).uniform(0, 1e6, (3, 4, len(SERVICES)))
    gross[:, 1] = gross[:, 2:].sum(axis=1)
    shares = payer_shares(SHARES, UNITS, OFFICES)
    net = net_municipal_cost(gross, shares, UNITS, LEVY)["net"]
    borne = net[:, [0, 2, 3]].sum(axis=1)
    paid = (gross * shares[:3].sum(axis=0))[:, [0, 2, 3]].sum(axis=1)
    assert np.allclose(borne, paid, rtol=1e-12, equal_nan=True)
    assert np.allclose(net[:, 1], net[:, 2:].sum(axis=1), equal_nan=True)


def test_shares_of_the_bookings_add_up_and_say_that_they_are_old(official: dict[str, pd.DataFrame]) -> None:
    shares = share_table(official)
    assert share_problems(shares) == []
    assert shares["assumed"].all()
    land = shares[shares["area"] == "05"].set_index(["service", "payer"])["share"]
    assert land["childcare_u3", "land"] == pytest.approx(0.363, abs=0.005)
    assert land["childcare_u3", "parents"] == pytest.approx(0.130, abs=0.005)
    assert land["care_residential", "landschaftsverband"] == pytest.approx(11_674 / 169_213)


def test_integration_help_is_shared_by_age_as_the_law_and_the_office_say(
    official: dict[str, pd.DataFrame],
) -> None:
    """The office: Kreise and cities paid 74.8 % of education, the Landschaftsverbände 92.8 % of all help (2024)."""
    shares = share_table(official).query("area == '05'").set_index(["service", "payer"])["share"]
    assert shares["integration_help_adults", "landschaftsverband"] == 1
    minors, all_ages = 670_978 + 607_140, 7_428_712
    assert shares["integration_help_minors", "kreis"] == pytest.approx(0.748 * 670_978 / minors)
    of_associations = 1 - shares["integration_help_minors", "kreis"] * minors / all_ages
    assert of_associations == pytest.approx(0.928, abs=0.006)


def test_a_kreis_that_booked_the_grant_elsewhere_takes_the_shares_of_the_land(
    official: dict[str, pd.DataFrame],
) -> None:
    shares = share_table(official).query("service == 'childcare_u3' and payer == 'land'")["share"]
    assert shares.min() > 0.1


def test_youth_offices_follow_a_clear_gap_and_a_published_statute(official: dict[str, pd.DataFrame]) -> None:
    """Rhein-Kreis Neuss runs the office for Jüchen, Korschenbroich and Rommerskirchen (its statute on fees of 2020)."""
    found = youth_offices(official["payments"], official["population"], official["units"])
    towns = found[found["ags"].str.len() == 8].set_index("ags")
    below = towns.loc[[key for key in towns.index if not key.endswith("000")]]
    assert threshold_eur_pc() == 15
    assert not below["help_eur_pc"].between(11, 25).any()
    assert below["youth_office"].value_counts(dropna=False).sort_index().tolist() == [235, 121, 18]
    assert below.loc[["05162012", "05162020", "05162028"], "youth_office"].tolist() == [0, 0, 0]
    assert below["inferred"].all()
    assert not found[found["ags"].str.len() == 5]["inferred"].any()


def test_a_municipality_corrects_what_was_inferred(official: dict[str, pd.DataFrame]) -> None:
    found = youth_offices(
        official["payments"], official["population"], official["units"], {"05162020": True}
    ).set_index("ags")
    assert found.loc["05162020", "youth_office"] == 1
    assert not found.loc["05162020", "inferred"]
    with pytest.raises(InputError) as refused:
        youth_offices(
            official["payments"], official["population"], official["units"], {"05999999": True, "0516": False}
        )
    assert len(refused.value.problems) == 2


def test_every_fault_of_own_shares_is_named() -> None:
    wrong = _shares(childcare_u3={"land": 1.4, "parants": 0.1}, childcare={"land": 1.0})
    texts = [problem.render("en") for problem in share_problems(wrong)]
    assert len(texts) == 4
    assert any("parents" in text for text in texts)
    assert any("1.500" in text for text in texts)
