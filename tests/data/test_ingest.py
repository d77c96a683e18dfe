import pandas as pd

from dewak_research.data import ingest
from dewak_research.data.result import Result


def test_ingesting_twice_gives_the_same_tables(ingested: Result) -> None:
    again = ingest.run({}, None, 1)
    assert again.values == ingested.values
    for name, table in ingested.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


def test_every_table_is_sorted_by_its_key(tables: dict[str, pd.DataFrame]) -> None:
    keys = {
        "units": ["ags"], "record_status": ["ags", "year"], "unit_totals": ["ags", "year"],
        "payments": ["ags", "year", "product_group", "account"], "gesamtkreis": ["kreis", "year"],
        "balance": ["ags"], "kreise": ["ags", "year"], "population": ["ags", "year"],
    }  # fmt: skip
    for name, key in keys.items():
        index = pd.MultiIndex.from_frame(tables[name][key])
        assert index.is_unique, name
        assert index.is_monotonic_increasing, name


def test_carried_forward_and_unreported_records_are_not_among_the_payments(
    tables: dict[str, pd.DataFrame],
) -> None:
    used = tables["payments"][["ags", "year"]].drop_duplicates().merge(tables["record_status"])
    assert (used["status"] == "reported").all()
    assert len(used) == 1120 - 13 - 16
    assert len(tables["unit_totals"]) == len(used)


def test_kdu_per_head_follows_its_formula(tables: dict[str, pd.DataFrame]) -> None:
    kreise = tables["kreise"].set_index(["ags", "year"])
    row = kreise.loc[("05562", 2019)]
    expected = (
        row["housing_benefit_eur_per_unit_month"] * 12 * row["persons_in_benefit_units_per_1k"] / 1000 / 1.95
    )
    assert row["kdu_eur_pc"] == expected
    assert row["land_name"] == "Nordrhein-Westfalen"
    assert pd.isna(kreise.loc[("16066", 2010), "kdu_eur_pc"])
    assert kreise["kdu_eur_pc"].dropna().min() > 1
