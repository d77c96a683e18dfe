import pandas as pd

from dewak_research.data.coverage import records_by_year
from dewak_research.data.indicators import AGE_GROUPS


def test_records_are_counted_under_their_own_state() -> None:
    status = pd.DataFrame(
        {"ags": ["05111000", "05154004", "05154008", "05154"], "year": 2009,
         "status": ["reported", "reported", "carried_forward", "unreported"]}
    )  # fmt: skip
    found = records_by_year(status).set_index("level")[["reported", "carried_forward", "unreported"]]
    assert found.loc["towns"].tolist() == [2, 1, 0]
    assert found.loc["kreise"].tolist() == [0, 0, 1]
    assert found.loc["all"].tolist() == [2, 1, 1]


def test_usable_records_are_those_that_remain(tables: dict[str, pd.DataFrame]) -> None:
    towns = tables["records_by_year"].query("level == 'towns'").set_index("year")
    kreise = tables["records_by_year"].query("level == 'kreise'").set_index("year")
    assert towns["unreported"].tolist() == [52, 54, 42]
    assert kreise["unreported"].tolist() == [4, 4, 5]
    used = tables["payments"][["ags", "year"]].drop_duplicates()
    assert towns["reported"].to_dict() == used[used["ags"].str.len() == 8].groupby("year").size().to_dict()
    assert kreise["reported"].to_dict() == used[used["ags"].str.len() == 5].groupby("year").size().to_dict()


def test_every_published_age_belongs_to_one_group(tables: dict[str, pd.DataFrame]) -> None:
    ages = [age for parts in AGE_GROUPS.values() for age in parts]
    assert sorted(ages) == sorted(tables["town_age"]["age"].unique())
