import pandas as pd
import pytest

from dewak_research.data.consolidation import gesamtkreise
from dewak_research.data.result import Result

UNITS = pd.DataFrame(
    [
        ("05111000", "City", "kreisfreie_stadt", "05111", "LVR"),
        ("05154", "Kreis", "kreis", "05154", "LVR"),
        ("05154004", "Town A", "kreisangehoerige_gemeinde", "05154", "LVR"),
        ("05154008", "Town B", "kreisangehoerige_gemeinde", "05154", "LVR"),
    ],
    columns=["ags", "name", "kind", "kreis", "landschaftsverband"],
)
AMOUNTS = [
    "receipts_eur", "payments_eur", "same_level_receipts_eur", "same_level_payments_eur", "social_transfers_eur",
    "kdu_eur", "social_sgb2_eur", "kdu_federal_share_eur",
]  # fmt: skip
PEOPLE = pd.DataFrame(
    {"ags": UNITS["ags"], "year": 2009, "population": [100.0, 50.0, 20.0, 30.0]},
)


def build(reported: list[str]) -> pd.DataFrame:
    status = pd.DataFrame({"ags": UNITS["ags"], "year": 2009})
    status["status"] = status["ags"].isin(reported).map({True: "reported", False: "unreported"})
    rows = {
        "05111000": [200, 200, 0, 20, 50, 30, 40, 5],
        "05154": [
            100,
            90,
            60,
            25,
            40,
            30,
            35,
            5,
        ],  # 60 of Kreisumlage received, 25 paid to the Landschaftsverband
        "05154004": [80, 80, 0, 30, 2, 0, 0, 0],
        "05154008": [90, 85, 0, 30, 3, 0, 0, 0],
    }
    totals = pd.DataFrame.from_dict(rows, orient="index", columns=AMOUNTS).astype(float)
    totals = totals.rename_axis("ags").reset_index().assign(year=2009)
    option = (totals["ags"] == "05154") * 4.0  # of the 40 social transfers of the Kreis
    totals = totals.assign(
        option_federal_benefits_eur=option, social_benefits_eur=totals["social_transfers_eur"] - option
    )
    return gesamtkreise(UNITS, status, totals[totals["ags"].isin(reported)], PEOPLE).set_index("kreis")


def test_the_kreisumlage_is_taken_out_after_adding_up() -> None:
    kreis = build(UNITS["ags"].tolist()).loc["05154"]
    assert kreis["payments_eur"] == 255
    assert kreis["adjusted_payments_eur"] == 255 - 60
    assert kreis["own_payments_eur"] == 255 - 85
    assert kreis["adjusted_receipts_eur"] == 270 - 60
    assert kreis["soc_transfer_with_option_share"] == pytest.approx(45 / 195)
    assert kreis["soc_transfer_share"] == pytest.approx((45 - 4) / (195 - 4))
    assert kreis["soc_transfer_own_share"] == pytest.approx((45 - 4) / (170 - 4))
    assert kreis["population"] == 50
    assert kreis["complete"]


def test_a_missing_town_makes_the_total_unknown_but_not_what_the_kreis_books_alone() -> None:
    table = build(["05111000", "05154", "05154004"])
    kreis = table.loc["05154"]
    assert not kreis["complete"]
    assert kreis["members"] == 3
    assert kreis["members_reported"] == 2
    assert kreis["population_reported"] == 20
    assert pd.isna(kreis["payments_eur"])
    assert pd.isna(kreis["soc_transfer_share"])
    assert kreis["kdu_eur"] == 30
    assert table.loc["05111", "complete"]


def test_a_missing_kreis_makes_everything_unknown() -> None:
    kreis = build(["05154004", "05154008"]).loc["05154"]
    assert not kreis["head_reported"]
    assert pd.isna(kreis["kdu_eur"])


def test_all_53_gesamtkreise_are_there_for_each_year(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["gesamtkreis"]
    assert table.groupby("year")["kreis"].nunique().to_dict() == {2009: 53, 2010: 53, 2011: 53}
    assert table.loc[~table["complete"], "adjusted_payments_eur"].isna().all()
    assert table.loc[table["complete"], "adjusted_payments_eur"].notna().all()
    people = table[table["year"] == 2009]["population"].sum()
    assert people == pytest.approx(17.87e6, rel=0.002)


def test_a_carried_forward_member_makes_its_gesamtkreis_incomplete(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["gesamtkreis"].set_index(["kreis", "year"])
    assert table.loc[("05112", 2010), "complete"]
    assert not table.loc[("05112", 2011), "complete"]
    assert not table.loc[("05562", 2011), "complete"]


def test_the_kreisumlage_received_is_what_the_towns_paid(tables: dict[str, pd.DataFrame]) -> None:
    whole = tables["gesamtkreis"].query("complete and kind == 'kreis'")
    towns = tables["unit_totals"].assign(kreis=lambda d: d["ags"].str[:5])
    paid = towns[towns["ags"].str.len() == 8].groupby(["kreis", "year"])["umlagen_paid_eur"].sum()
    both = whole.set_index(["kreis", "year"])["umlagen_received_eur"].to_frame().join(paid)
    assert (both["umlagen_received_eur"] / both["umlagen_paid_eur"]).between(0.9, 1.1).mean() > 0.9


def test_head_books_housing_costs_alone(tables: dict[str, pd.DataFrame]) -> None:
    totals = tables["unit_totals"].merge(tables["units"][["ags", "kind"]], on="ags")
    by_kind = totals.groupby("kind")[["kdu_eur", "social_sgb2_eur", "kdu_federal_share_eur"]].sum()
    share = by_kind.loc["kreisangehoerige_gemeinde"] / by_kind.sum()
    assert share["kdu_eur"] < 0.002
    assert share["social_sgb2_eur"] < 0.02


def test_about_a_quarter_holds_for_nrw(ingested: Result) -> None:
    years = ingested.tables["gesamtkreise_by_year"]
    assert years["year"].tolist() == [2009, 2010, 2011]
    # From 0.2127, 0.2270, 0.2136 with the federal money of opting municipalities to 0.1983, 0.2134, 0.2071.
    assert (years["soc_transfer_share"] > 0.195).all()
    assert (years["soc_transfer_share"] + 0.005 < years["soc_transfer_with_option_share"]).all()
    assert (years["soc_transfer_share"] < years["soc_transfer_own_share"]).all()
    assert (years[["soc_transfer_own_share", "soc_transfer_with_option_share"]] < 0.25).all(axis=None)
