"""Deficits of earlier years in Lower Saxony: overdue or not, worked out by hand and held against a queue."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dewak_research.language import Language
from dewak_research.own.check import OwnFigures, load_own
from dewak_research.own.layout_in_hand import in_layout
from dewak_research.own.old_deficits import old_deficits
from dewak_research.own.plan import plan_frame
from dewak_research.own.stress import run_own_stress
from dewak_research.own.stress_page import stress_page
from own import heidestadt

CALM = dict.fromkeys(heidestadt.ORDINARY, 0.2e6)
BALANCE = {
    **heidestadt.BALANCE,
    "fehlbetraege_vorjahre": 3.0e6,
    "jahresergebnis": 0.2e6,
    "basisreinvermoegen": 32.3e6,
}
EARLIER = {2020: 2.5e6, 2021: 2.5e6, 2022: 3.0e6, 2023: 3.0e6}
"""Deficits of earlier years in the balance sheets before 2024: half a million more arose in 2021."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> OwnFigures:
    own = tmp_path_factory.mktemp("own")
    heidestadt.write(own, ordinary=CALM, extraordinary={}, balance=BALANCE)
    return load_own(heidestadt.KEY, own)


def with_balances(figures: OwnFigures, earlier: dict[int, float]) -> pd.DataFrame:
    frame = plan_frame(figures.figures)
    more = [("balance", "fehlbetraege_vorjahre", year, "actual", v, "given") for year, v in earlier.items()]
    return pd.concat([frame, pd.DataFrame(more, columns=frame.columns)], ignore_index=True)


def found(
    figures: OwnFigures, earlier: dict[int, float], language: Language = "de"
) -> tuple[pd.DataFrame, str]:
    with in_layout(figures.layout):
        frame = with_balances(figures, earlier)
        stress = run_own_stress(frame, figures.rule_set)
        said = stress_page(stress, frame, None, language)["stress_lines"]
        return old_deficits(frame, stress).set_index("year"), " ".join(said).replace(
            "\N{NO-BREAK SPACE}", " "
        )


def test_what_is_overdue_by_hand(figures: OwnFigures) -> None:
    """2024 makes up for 0.2 of surplus and 1.7 of reserves, every year after for 0.2: 2.3 by 2026, 2.9 by 2029.

    Due by the end of 2026 is what arose by 2019 (established in 2020, six years): 2.5, of which 0.2 are left. By 2028
    it is 3.0 with 2.7 made up for, by 2029 0.1 are left.
    """
    table, said = found(figures, EARLIER)
    assert table["overdue_eur"].tolist() == pytest.approx([0.2e6, 0.0, 0.3e6, 0.1e6])
    assert table["arisen_year"].tolist() == [2019, 2020, 2021, 2022]
    assert "Ende 2026 sind danach 0,2 Mio. € überfällig" in said and "2019 oder früher" in said
    assert "at the end of 2026" in found(figures, EARLIER, "en")[1]


def test_the_missing_balance_sheets_are_named(figures: OwnFigures) -> None:
    table, said = found(figures, {})
    assert table["overdue_eur"].isna().all()
    assert table["missing"].tolist() == [[2020, 2021, 2022, 2023], [2021, 2022, 2023], [2022, 2023], [2023]]
    assert (
        "Fehlbeträge aus Vorjahren, 2020–2023 (Blatt Bilanz)" in said
        and "überfällig ist, bleibt offen" in said
    )
    assert "nicht geprüft" not in said
    some, text = found(figures, {2022: 3.0e6, 2023: 3.0e6})
    assert some["overdue_eur"].isna().tolist() == [True, True, False, False]
    assert "2020–2021 (Blatt Bilanz)" in text and "Ende 2028 sind danach 0,3 Mio. €" in text


def test_what_is_made_up_for_whatever_its_age_needs_no_earlier_balance(tmp_path: Path) -> None:
    small = {**BALANCE, "fehlbetraege_vorjahre": 0.5e6, "basisreinvermoegen": 29.8e6}
    heidestadt.write(tmp_path, ordinary=CALM, extraordinary={}, balance=small)
    table, said = found(load_own(heidestadt.KEY, tmp_path), {})
    assert table["overdue_eur"].tolist() == [0.0] * 4 and "kein Fehlbetrag überfällig" in said


def test_without_deficits_nothing_is_said_of_their_age(tmp_path: Path) -> None:
    heidestadt.write(tmp_path, ordinary=CALM, extraordinary={})
    table, said = found_without(load_own(heidestadt.KEY, tmp_path))
    assert table.empty and "überfällig" not in said and "§ 24 Abs. 2" not in said


def found_without(figures: OwnFigures) -> tuple[pd.DataFrame, str]:
    with in_layout(figures.layout):
        frame = plan_frame(figures.figures)
        stress = run_own_stress(frame, figures.rule_set)
        return old_deficits(frame, stress), " ".join(stress_page(stress, frame, None, "de")["stress_lines"])


def test_the_oldest_are_made_up_for_first_as_in_a_queue(figures: OwnFigures) -> None:
    """Random stocks in the balance sheets of 2018 to 2023: a queue of deficits by the year in which they arose."""
    draw = np.random.default_rng(11)
    for _ in range(40):
        stocks = np.round(np.abs(np.cumsum(draw.normal(0, 1e6, 6))), -3)
        shown = dict(zip(range(2018, 2024), stocks.tolist(), strict=True))
        with in_layout(figures.layout):
            frame = with_balances(figures, shown)
            stress = run_own_stress(frame, figures.rule_set)
            table = old_deficits(frame, stress).set_index("year")
        ends = {year - 1: amount for year, amount in {**shown, 2024: 3.0e6}.items()}
        ends |= stress.plan.set_index("year")["carried_eur"].to_dict()
        queue: deque[list[float]] = deque([[2017, ends[2017]]])
        for year in range(2018, 2030):
            change = ends[year] - ends[year - 1]
            if change > 0:
                queue.append([year, change])
            while change < -1e-6 and queue:
                paid = min(queue[0][1], -change)
                queue[0][1], change = queue[0][1] - paid, change + paid
                if queue[0][1] <= 1e-6:
                    queue.popleft()
            if year in table.index:
                overdue = sum(amount for arisen, amount in queue if arisen <= year - 7)
                assert table.loc[year, "overdue_eur"] == pytest.approx(overdue, abs=1.0)
