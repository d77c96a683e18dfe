import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dewak_research.data.accounts import account_map
from dewak_research.data.balance import balance_map
from dewak_research.ratios.inputs import (
    embedded_ratios,
    formula_in_codes,
    from_balance,
    from_payments,
    from_plan_lines,
)
from dewak_research.ratios.kennzahlen import evaluate, in_order, items, ratios, reason_text
from dewak_research.rules import sources

# A hand-made town: the numbers are chosen so that every ratio is a round number.
TOWN = {
    "ordinary_income": 190.0,
    "ordinary_expenses": 200.0,
    "taxes": 110.0,
    "trade_tax_levy": 8.0,
    "unity_levy": 2.0,
    "grants": 57.0,
    "general_levies": 95.0,
    "personnel": 50.0,
    "goods_services": 30.0,
    "transfers": 90.0,
    "financial_expenses": 6.0,
    "depreciation": 20.0,
    "special_items_released": 9.0,
    "operating_balance": 12.5,
    "equity": 160.0,
    "special_items_grants_contributions": 100.0,
    "balance_total": 400.0,
    "equity_reserves": 170.0,
    "annual_result": -8.5,
    "infrastructure": 180.0,
    "fixed_assets": 360.0,
    "additions": 21.0,
    "disposals_and_depreciation": 28.0,
    "long_term_debt": 91.0,
    "effective_debt": 125.0,
    "liquid_assets": 15.0,
    "short_term_liabilities": 20.0,
}
GOLDEN = {
    "1": 95.0,
    "2": 40.0,
    "3": 65.0,
    "4": 5.0,
    "5": 45.0,
    "6": 10.0,
    "7": 45.0,
    "8": 75.0,
    "9": 97.5,
    "10": 10.0,
    "11": 75.0,
    "12": 5.0,
    "13": 3.0,
    "14": 100 * 100 / 180,
    "14b": 50.0,
    "15": 30.0,
    "16": 25.0,
    "17": 15.0,
    "18": 45.0,
}
BASES = ("accrual", "balance", "cash_proxy")


def frame(changes=None, **columns):
    town = TOWN | (changes or {})
    return pd.DataFrame(
        [{"ags": "05000001", "year": 2009, **columns, **{f"{k}_eur": v for k, v in town.items()}}]
    )


def values_of(table):
    numbers = {key: ratio.number for key, ratio in ratios().items()}
    return {numbers[r]: v for r, v in zip(table["ratio"], table["value"], strict=True)}


def one(table, key):
    return table.set_index("ratio").loc[key]


def test_the_hand_made_town_gives_all_ratios():
    found = {}
    for basis in BASES:
        found |= values_of(evaluate(frame(), basis))
    assert set(found) == set(GOLDEN)
    for number, expected in GOLDEN.items():
        assert found[number] == pytest.approx(expected), number


def test_the_set_is_complete_and_each_ratio_says_what_it_is():
    assert [r.number for r in ratios().values()] == list(GOLDEN)
    for key, ratio in ratios().items():
        assert {"pct", "years"} >= {ratio.unit}
        assert (ratio.unit == "years") is (ratio.number == "10")
        assert set(ratio.needs) <= set(items()), key
        assert all(sources()[s].name for s in ratio.source)
        assert ratio.verified is (ratio.tag == "V")
        assert ratio.formula.de != ratio.formula.en
        for basis in ratio.bases:
            codes = formula_in_codes(ratio, basis)
            assert any(c.isdigit() for c in codes.split("/")[0]), (key, basis)
            assert any(c.isdigit() for c in codes.split("/")[1].removesuffix("× 100")), (key, basis)


def test_formulas_in_codes():
    assert formula_in_codes(ratios()["eigenkapitalquote_1"], "balance") == "(2001 − 1999) / 3998 × 100"
    assert formula_in_codes(ratios()["fehlbetragsquote"], "balance") == "−2081 / (2041 + 2011) × 100"
    assert (
        formula_in_codes(ratios()["personalintensitaet"], "accrual")
        == "50 / (50 + 51 + 52 + 53 + 54 + 57) × 100"
    )


def test_codes_that_cancel_are_not_printed():
    codes = formula_in_codes(ratios()["zuwendungsquote"], "cash_proxy")
    assert codes == "(6111 + 612 + 613 + 614) / (60 + 61 + 62 + 63 + 64 + 65) × 100"


def test_items_exist_in_the_account_map_and_the_balance_map():
    for name, item in items().items():
        assert set(item.cash) <= set(account_map()), name
        assert set(item.balance) <= set(balance_map().items), name
        assert item.accounts or item.plan or item.cash or item.balance, name


@pytest.mark.parametrize("key", list(ratios()))
def test_a_zero_or_negative_denominator_is_undefined_never_zero(key):
    ratio = ratios()[key]
    basis = ratio.bases[0]
    for sign, reason in ((0.0, "zero_denominator"), (-1.0, "negative_denominator")):
        keep = dict.fromkeys(ratio.denominator, 0.0)
        name = next(iter(ratio.denominator))
        changed = keep | {name: sign * 7.0}
        if key == "fehlbetragsquote":
            changed["annual_result"] = -1.0
        row = one(evaluate(frame(changed), basis), key)
        assert np.isnan(row["value"])
        assert row["reason"] == reason
        assert reason_text(reason).de.startswith("undefiniert, weil")


@pytest.mark.parametrize("key", list(ratios()))
def test_every_missing_item_is_named(key):
    ratio = ratios()[key]
    for name in ratio.needs:
        row = one(evaluate(frame({name: np.nan}), ratio.bases[0]), key)
        assert np.isnan(row["value"])
        assert row["reason"] == f"missing:{name}"
        assert items()[name].de in reason_text(row["reason"]).de
        assert items()[name].en in reason_text(row["reason"]).en


def test_an_absent_column_is_missing_too():
    bare = pd.DataFrame({"ags": ["05000001"], "year": [2009], "equity_eur": [1.0]})
    row = one(evaluate(bare, "balance"), "eigenkapitalquote_2")
    assert row["reason"] == "missing:special_items_grants_contributions,balance_total"


@pytest.mark.parametrize("result", [0.0, 5.0])
def test_no_deficit_no_deficit_ratio(result):
    row = one(evaluate(frame({"annual_result": result}), "balance"), "fehlbetragsquote")
    assert np.isnan(row["value"])
    assert row["reason"] == "no_deficit"


def test_negative_equity_is_a_value():
    assert one(evaluate(frame({"equity": -40.0}), "balance"), "eigenkapitalquote_1")["value"] == -10.0


def test_ratios_for_kreise_and_for_municipalities():
    kreis = evaluate(frame(kind="kreis"), "accrual")
    assert one(kreis, "netto_steuerquote")["reason"] == "not_applicable"
    assert one(kreis, "allgemeine_umlagenquote")["value"] == 50.0
    town = evaluate(frame(kind="kreisangehoerige_gemeinde"), "accrual")
    assert one(town, "allgemeine_umlagenquote")["reason"] == "not_applicable"


@settings(deadline=None, max_examples=30)
@given(
    st.fixed_dictionaries(dict.fromkeys(TOWN, st.integers(-1_000_000, 1_000_000).map(float))),
    st.sampled_from([0.125, 2.0, 1024.0]),
)
def test_ratios_do_not_depend_on_the_unit_of_money(town, scale):
    for basis in BASES:
        plain = evaluate(frame(town), basis)
        pd.testing.assert_frame_equal(plain, evaluate(frame({k: v * scale for k, v in town.items()}), basis))
        assert (plain["value"].isna() == plain["reason"].notna()).all()


def plan_lines():
    amounts = {
        "result_plan.01": 110.0,
        "result_plan.02": 57.0,
        "result_plan.10": 190.0,
        "result_plan.11": 50.0,
        "result_plan.13": 30.0,
        "result_plan.14": 20.0,
        "result_plan.15": 90.0,
        "result_plan.17": 200.0,
        "result_plan.20": 6.0,
        "result_plan.gewerbesteuerumlage": 10.0,
        "result_plan.sonderposten": 9.0,
        "finance_plan.17": 12.5,
    }
    return pd.DataFrame(
        [{"ags": "05000001", "year": 2026, "line": k, "amount_eur": v} for k, v in amounts.items()]
    )


def test_plan_lines_give_the_accrual_ratios():
    table = evaluate(from_plan_lines(plan_lines()), "accrual")
    found = values_of(table)
    for number in ("1", "6", "7", "13", "14", "15", "16", "17", "18"):
        assert found[number] == pytest.approx(GOLDEN[number]), number
    assert one(table, "allgemeine_umlagenquote")["reason"] == "missing:general_levies"


def test_before_2020_the_unity_fund_is_not_taken_as_zero():
    table = evaluate(from_plan_lines(plan_lines().assign(year=2015)), "accrual")
    assert one(table, "netto_steuerquote")["reason"] == "missing:unity_levy"


def test_line_02_of_a_kreis_holds_its_levy_and_is_no_grant_figure():
    kinds = pd.Series({"05000001": "kreis"})
    assert (
        one(evaluate(from_plan_lines(plan_lines(), kinds), "accrual"), "zuwendungsquote")["reason"]
        == "missing:grants"
    )


def test_a_doubled_line_is_refused():
    with pytest.raises(ValueError, match="twice"):
        from_plan_lines(pd.concat([plan_lines(), plan_lines()]))


def payments():
    amounts = {f"{name}_eur": 0.0 for name in account_map()}
    amounts |= {
        "current_receipts_eur": 195.0, "financial_receipts_eur": 5.0, "current_payments_eur": 206.0,
        "interest_eur": 5.0, "other_financial_payments_eur": 1.0, "taxes_eur": 100.0, "family_compensation_eur": 10.0,
        "trade_tax_levy_eur": 8.0, "german_unity_levy_eur": 2.0, "key_grants_eur": 40.0, "current_grants_eur": 17.0,
        "umlagen_received_eur": 95.0, "personnel_eur": 50.0, "goods_services_eur": 30.0, "transfers_paid_eur": 90.0,
    }  # fmt: skip
    return pd.DataFrame([{"ags": "05000001", "year": 2009, **amounts}])


def test_payments_stand_in_for_accounts_and_are_marked():
    table = evaluate(from_payments(payments()), "cash_proxy")
    found = values_of(table)
    for number in ("1", "13", "14", "14b", "15", "16", "17", "18"):
        assert found[number] == pytest.approx(GOLDEN[number]), number
    assert set(table["basis"]) == {"cash_proxy"}


def balance_sheet():
    amounts = {
        "equity_shown": 165.0, "deficit_not_covered": 5.0, "special_items_grants": 70.0,
        "special_items_contributions": 30.0, "balance_total": 400.0,
        "general_reserve": 120.0, "equalisation_reserve": 50.0, "annual_result": -8.5,
        "infrastructure_assets": 180.0, "fixed_assets": 360.0, "fixed_assets_additions": 21.0,
        "fixed_assets_disposals": 8.0, "fixed_assets_depreciation": 20.0, "liabilities_over_5y": 60.0,
        "provisions_pensions": 30.0, "provisions_landfill": 1.0, "special_items_fees": 4.0, "provisions": 36.0,
        "liabilities": 100.0, "liquid_funds": 9.0, "receivables_under_1y": 6.0, "liabilities_under_1y": 20.0,
    }  # fmt: skip
    return pd.DataFrame([{"ags": "05000001", **{f"{k}_eur": v for k, v in amounts.items()}}])


def test_the_hand_made_balance_sheet():
    cash = payments().assign(current_payments_eur=182.5)
    found = values_of(evaluate(from_balance(balance_sheet(), cash), "balance"))
    for number in ("2", "3", "4", "5", "8", "9", "10", "11", "12"):
        assert found[number] == pytest.approx(GOLDEN[number]), number


def test_a_unit_without_payments_has_no_dynamic_debt_ratio():
    row = one(
        evaluate(from_balance(balance_sheet(), payments().iloc[:0]), "balance"),
        "dynamischer_verschuldungsgrad",
    )
    assert row["reason"] == "missing:operating_balance"


def test_the_embedded_set_says_what_payments_cannot_give():
    units = pd.DataFrame({"ags": ["05000001"], "kind": ["kreisangehoerige_gemeinde"]})
    table = embedded_ratios(payments(), balance_sheet(), units)
    assert set(table["ratio"]) == set(ratios())
    for key in ("abschreibungsintensitaet", "drittfinanzierungsquote"):
        assert one(table, key)["reason"] == "needs_accrual"
    assert not table.duplicated(["ags", "year", "ratio", "basis"]).any()
    for basis, numbers in (("cash_proxy", ("1", "13", "14", "15", "18")), ("balance", ("2", "5", "9", "12"))):
        found = values_of(table[table["basis"] == basis])
        assert [found[number] for number in numbers] == pytest.approx([GOLDEN[n] for n in numbers])


def test_rows_stand_by_unit_year_and_the_order_of_the_set() -> None:
    names = list(ratios())
    rows = [("b", 2010, names[0]), ("a", 2011, names[0]), ("a", 2010, names[3]), ("a", 2010, names[1])]
    sorted_rows = in_order(pd.DataFrame(rows, columns=["ags", "year", "ratio"]))
    assert list(sorted_rows.itertuples(index=False, name=None)) == [rows[3], rows[2], rows[1], rows[0]]
