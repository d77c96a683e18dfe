import pandas as pd

from dewak_research.data import ingest
from dewak_research.data.result import Result


def test_ingesting_twice_gives_the_same_tables(ingested: Result, whole_stage: None) -> None:
    again = ingest.run({}, None, 1)
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


def test_the_summaries_count_what_the_tables_hold(tables: dict[str, pd.DataFrame]) -> None:
    status, units = tables["record_status"], tables["units_covered"].set_index("level")
    assert units["units"].to_dict() == {"towns": 396, "kreise": 31, "all": 427}
    ever = status.loc[status["status"] != "unreported", "ags"].nunique()
    assert units["reported_any"]["all"] == ever and units["never_reported"]["all"] == 427 - ever
    assert units["with_balance"]["towns"] + units["with_balance"]["kreise"] == len(tables["balance"])
    records = tables["records_by_year"].set_index(["level", "year"])
    assert (records.loc["towns"] + records.loc["kreise"]).equals(records.loc["all"])
    assert records.sum(axis="columns")["all"].tolist() == [427, 427, 427]
    carried = (status["year"] == 2011) & (status["status"] == "carried_forward")
    assert records["carried_forward"][("all", 2011)] == carried.sum()
    flags = tables["quality_flags"].set_index("flag")["cases"]
    assert flags["carried"] == records["carried_forward"]["all"].sum()
    assert flags["corrected"] == len(tables["corrections"]) and flags["identity"] == 0
    kreise = tables["kreise_by_year"].set_index("year")
    now = tables["kreise"].query("year == 2019")
    assert (kreise["kreise"][2019], kreise["with_kdu"][2019]) == (len(now), now["kdu_eur_pc"].notna().sum())


def test_agreement_is_counted_for_every_state_of_the_records(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["agreement"].set_index(["measure", "status"])
    trade = tables["trade_tax_overlap"]
    assert found["n"][("trade_tax", "all")] == len(trade)
    assert found["off"]["trade_tax"].drop("all").sum() == found["off"][("trade_tax", "all")]
    carried = trade[trade["status"] == "carried_forward"]
    off = (carried["booked_eur_pc"] / carried["panel_eur_pc"] - 1).abs() > 0.1
    assert found["off"][("trade_tax", "carried_forward")] == off.sum()
