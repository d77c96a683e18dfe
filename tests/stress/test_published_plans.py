import pytest

from dewak_research.stress.published_plans import herten_rates, ostbevern_plan, published_tables


def test_herten_before_and_after():
    cost = herten_rates().set_index("state")["first_year_eur"] / 1e6
    assert cost.round(2).to_dict() == {"before": 1.15, "before_fully_short": 4.61, "after": 0.0}


def test_ostbevern_hits_no_trigger():
    plan = ostbevern_plan()
    assert plan["year"].tolist() == [2026, 2027, 2028, 2029]
    assert not plan[["n1", "n2", "n3"]].any(axis=None)


def test_numbers_for_the_prose():
    tables, numbers = published_tables()
    assert round(numbers["ostbevern_headroom_2028_eur"]) == 100_315
    assert numbers["ostbevern_quota_2029_share"] == pytest.approx(0.10043, abs=5e-6)
    assert numbers["en_kreis_landschaftsumlage_points"] == pytest.approx(0.28, abs=0.005)
    assert set(tables["facts_herten"].columns) >= {"key", "value", "source"}
    assert all(isinstance(v, float) for v in numbers.values())
