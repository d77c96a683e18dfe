"""What a Kreis lacks reaches its towns by the levy it belongs to: all of them, or those without a youth office."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import StressParams
from dewak_research.rules import rule_set
from dewak_research.stress.book import Book, town_shares
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.kreis_levy import Raised, passed_on, places_of
from dewak_research.stress.run import Run, prepare
from dewak_research.stress.simulation import Settings, total_of
from dewak_research.stress.single_plan import MunicipalPlan, levy_parts
from dewak_research.stress.unshocked import with_kreis_deficits
from dewak_research.stress.what_if import effects_eur
from stress import engine_case as case

SGB8 = POSITION["sgb8"]
#: Märkischer Kreis: eight of its fifteen towns run no youth office.
MAERKISCHER_KREIS = "05962"


def _with_offices(book: Book | None = None) -> Book:
    """The first town has no youth office, the second has one; the Kreis spends 10 on its office.

    The town whose Kreis did not report pays 0.5 of both levies there, 0.4 of the general one and all of the other.
    """
    book = case.book() if book is None else book
    items = book.items_eur.copy()
    items[:, 0, SGB8] = 10.0
    layers = replace(
        book.layers,
        share=np.array([0.0, 0.4, 0.6, 0.4, 0.0]),
        youth_share=np.array([0.0, 1.0, 0.0, 1.0, 0.0]),
        booked_share=np.array([0.0, 0.5, 0.5, 0.5, 0.0]),
    )
    return replace(book, items_eur=items, layers=layers)


def _effects(key: str) -> np.ndarray:
    book = _with_offices()
    change = np.zeros((5, book.size, len(KEYS)))
    change[:, 0, POSITION[key]] = 0.3
    return np.asarray(effects_eur(book, change, Settings(rule_set(2010)))["umlagen"])


def test_the_youth_office_of_a_kreis_costs_only_towns_without_one() -> None:
    """0.3 × 10 = 3 more for the office, a year later; the Kreis received 75 and the other Kreis' town pays 75."""
    found = _effects("sgb8")
    assert not found[0].any()
    assert found[1:] == pytest.approx(np.tile([3.0, -3.0, 0.0, -3.0 * 1.0 / 0.5, 0.0], (4, 1)), rel=1e-6)


def test_what_is_general_costs_all_towns_by_the_general_levy() -> None:
    """0.3 × 15 = 4.5 more for care assistance."""
    found = _effects("hzp")
    assert found[1:] == pytest.approx(np.tile([4.5, -1.8, -2.7, -4.5 * 0.4 / 0.5, 0.0], (4, 1)), rel=1e-6)


def test_a_deficit_of_the_path_is_general() -> None:
    book = _with_offices(case.book(years=5, result=-2.0))
    change = with_kreis_deficits(book, 1.0, 1).result_eur - book.result_eur
    assert change[3] == pytest.approx([2.0, -0.8, -1.2, -2.0 * 0.4 / 0.5, 0.0], rel=1e-6)


def test_both_rises_together_are_paid_once() -> None:
    book = _with_offices()
    total, youth = np.full((5, 1, 1), 14.0, np.float32), np.full((5, 1, 1), 4.0, np.float32)
    cost = passed_on(book, Raised(total, youth), np.arange(5))[0, :, 0]
    assert cost[:3] == pytest.approx([0.0, -(0.4 * 10 + 4), -0.6 * 10])
    assert -cost[1:3].sum() == pytest.approx(14.0)


def test_in_every_draw_the_towns_pay_what_the_kreis_receives() -> None:
    """Without own taxes and without a Landschaftsumlage of its own, the Umlage of the family adds up to nothing."""
    run = replace(case.run(), book=_with_offices())
    items = run.book.items_eur.copy()
    items[:, 0, POSITION["uml"]] = 0.0
    run = replace(run, book=replace(run.book, items_eur=items))
    parts = run.simulate(run.shocks(), lambda paths: (paths.units, paths.block_eur["umlagen"]))
    order = np.concatenate([units for units, _ in parts])
    umlagen = np.concatenate([block for _, block in parts], axis=1)[:, np.argsort(order)]
    assert np.abs(umlagen[:, 0]).max() > 1.0
    np.testing.assert_allclose(umlagen[:, :3].sum(axis=1), 0.0, atol=1e-4)
    plain = replace(run, book=replace(run.book, layers=case.book().layers))
    before = dict(plain.simulate(run.shocks(), lambda paths: (int(paths.units[0]), total_of(paths.block_eur)),
                                 chunk_size=1))  # fmt: skip
    after = dict(run.simulate(run.shocks(), lambda paths: (int(paths.units[0]), total_of(paths.block_eur)),
                              chunk_size=1))  # fmt: skip
    np.testing.assert_array_equal(before[0], after[0])
    assert np.abs(before[1] - after[1]).max() > 0.1


def test_shares_of_towns_fall_back_on_the_general_levy() -> None:
    """The first Kreis has one town without an office and one of which it is not known; the other has none without."""
    levy = pd.DataFrame(
        {
            "ags": ["05001001", "05001002", "05001003", "05002001", "05002002"],
            "levy_share": [0.2, 0.3, 0.5, 0.4, 0.6],
            "youth_levy_share": [1.0, np.nan, 0.0, 0.0, 0.0],
            "booked_share": [0.3, 0.3, 0.4, 0.4, 0.6],
        }
    )
    found = town_shares(levy)
    assert found["youth_share"].tolist() == [1.0, 0.3, 0.0, 0.4, 0.6]
    assert found["share"].tolist() == levy["levy_share"].tolist()


@pytest.fixture(scope="module")
def real(stress_inputs: dict[str, pd.DataFrame]) -> Run:
    return prepare(stress_inputs, StressParams(draws=10), 5)


def test_a_real_kreis_is_shared_by_the_base_of_the_law(
    real: Run, stress_inputs: dict[str, pd.DataFrame]
) -> None:
    """Märkischer Kreis, 2010, from the raw figures: the eight towns without an office hold 23.3 % of the
    Umlagegrundlagen; of what is booked they pay 29.1 %, as it holds the levy for the youth office too."""
    tax = stress_inputs["tax_panel"].set_index(["ags", "year"])["tax_capacity_eur_pc"]
    people = stress_inputs["population"].set_index(["ags", "year"])["population"]
    grants = stress_inputs["unit_totals"].set_index(["ags", "year"])["key_grants_eur"]
    shares, youth = (
        pd.Series(part, real.ags) for part in (real.book.layers.share, real.book.layers.youth_share)
    )
    towns = [key for key in real.ags if key.startswith(MAERKISCHER_KREIS) and key != MAERKISCHER_KREIS]
    assert len(towns) == 15
    base = {t: people[t, 2010] * (tax[t, 2008] + tax[t, 2009]) / 2 + grants[t, 2010] for t in towns}
    without = [town for town in towns if youth[town] > 0]
    assert len(without) == 8
    of_law = sum(base[town] for town in without) / sum(base.values())
    assert of_law == pytest.approx(0.233, abs=0.001)
    assert shares[without].sum() == pytest.approx(of_law, abs=0.01)
    assert shares[towns].sum() == pytest.approx(1.0)
    assert youth[towns].sum() == pytest.approx(1.0)


def test_what_the_kreise_pay_in_youth_welfare_is_what_their_second_levy_brings(
    real: Run, stress_inputs: dict[str, pd.DataFrame]
) -> None:
    """Two separate findings agree: what towns without an office pay beyond the general levy follows item sgb8 of their
    Kreis, less what the Land and parents pay of it."""
    layers, table = real.book.layers, real.table
    general = layers.share / np.where(layers.booked_share > 0, layers.booked_share, 1.0)
    frame = pd.DataFrame({"kreis": table["kreis"], "paid": table["uml_eur"], "relation": general})
    frame = frame[(layers.kreis_of >= 0)]
    frame["beyond"] = frame["paid"] * (
        1 - frame["relation"] / frame.groupby("kreis")["relation"].transform("max")
    )
    beyond = frame.groupby("kreis")["beyond"].sum()
    spent = table.set_index("ags")["sgb8_eur"].reindex(beyond.index)
    seen = beyond > 1e6
    assert seen.sum() >= 20
    assert np.corrcoef(beyond[seen], spent[seen])[0, 1] > 0.85
    assert 0.5 < (beyond[seen] / spent[seen]).median() < 0.9


def _plan(key: str, paid: float) -> MunicipalPlan:
    items = np.zeros((5, len(KEYS)))
    items[:, POSITION["uml"]] = paid
    flat = np.zeros(5)
    return MunicipalPlan(
        key, "kreisangehoerige_gemeinde", "small", 100.0, (2025, 2026, 2027, 2028, 2029), items, flat, flat, 0.0,
        0.0, 0.0, np.nan, 0.0, 0.0, 0.0, 1.0, 480.0,
    )  # fmt: skip


def test_a_plan_takes_its_parts_of_both_levies_along() -> None:
    """A reported town plans twice what it paid; one that did not report plans 15 of the 75 its Kreis received."""
    shares = pd.DataFrame(
        {"share": [0.1, 0.2], "youth_share": [0.0, 0.6], "booked_share": [0.1, 0.3]},
        index=["05001003", "05002009"],
    )
    chapter = replace(case.run(), book=_with_offices(), shares=shares)
    assert levy_parts(chapter, _plan("05001001", 50.0), 0).tolist() == pytest.approx([0.8, 2.0, 1.0])
    assert levy_parts(chapter, _plan("05001003", 15.0), 0).tolist() == pytest.approx([0.2, 0.0, 0.2])
    assert levy_parts(chapter, _plan("05001999", 15.0), 0).tolist() == pytest.approx([0.2, 0.2, 0.2])
    assert levy_parts(chapter, _plan("05002009", 15.0), None).tolist() == pytest.approx([0.2, 0.6, 0.3])


def test_towns_are_found_at_the_places_of_their_kreise() -> None:
    book = case.book()
    book = replace(book, layers=replace(book.layers, kreis_of=np.array([-1, 2, 0, 2, -1])))
    assert places_of(book, np.array([3, 1, 2])).tolist() == [0, 2]
    assert places_of(book, np.array([1])).tolist() == [2] and places_of(book, np.array([4])).tolist() == [0]
