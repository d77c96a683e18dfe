"""Whoever changes a figure by mistake is told, even when the hash of the file is renewed with it.

Seeded corruptions of all kinds and tables (`corruptions.py`) go through the reading of the ingest. Caught is what ends
in one clear message that names table, column and rows. What is not caught must be argued in ``unseen.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.data.corruptions import CHANGES, FILES, OUTLINES, Slip, seeded

from dewak_research.data.expected.places import read_places
from dewak_research.data.official import Official, checked, official
from dewak_research.data.tables import read_table, verify_file
from dewak_research.errors import InputError, Problem
from dewak_research.language import read_yaml

LEAST_SHARE = 0.95


@pytest.fixture(scope="module")
def found() -> Official:
    return official(check=False)


def problems_of(slip: Slip, found: Official, folder: Path) -> list[Problem]:
    """Read the corrupted file as the ingest does, all others as they are."""
    slip.write(folder)
    role = slip.table.role
    try:
        if slip.table.fields:
            read = {**found.raw, role: read_table(role, folder, correct=False)}
            checked(read, found.places, role)
        else:
            places = {
                **found.places,
                slip.table.role: read_places(verify_file(slip.table, folder), slip.table),
            }
            checked(found.raw, places, role)
    except InputError as error:
        return error.problems
    return []


def named(slip: Slip, problems: list[Problem]) -> bool:
    """Whether the messages name table, column and one of the rows (by key, its Kreis, or the row of the file)."""
    text = "\n".join(problem.render("en") for problem in problems)
    rows = any(key in text or key[:5] in text for key in slip.rows) or re.search(
        r"row \d|line \d|\d+ rows", text
    )
    return (
        slip.table.file in text
        and (not slip.columns or any(column in text for column in slip.columns))
        and (not slip.rows or bool(rows))
    )


def argued() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_yaml(
        (Path(__file__).parent / "unseen.yaml").read_text(encoding="utf-8")
    )
    return found


def is_argued(slip: Slip) -> bool:
    return any(
        slip.table.name in entry["tables"]
        and slip.kind in entry["kinds"]
        and (not entry.get("columns") or set(slip.columns or slip.table.fields) & set(entry["columns"]))
        for entry in argued()
    )


def hold(slips: Iterable[Slip], found: Official, folder: Path) -> tuple[int, int]:
    """Return how many were caught of how many; fails where one is neither caught nor argued, or not named."""
    caught, all_of_them, unargued, unnamed = 0, 0, [], []
    for i, slip in enumerate(slips):
        problems = problems_of(slip, found, folder / str(i))
        all_of_them += 1
        caught += bool(problems)
        said = f"{slip.kind} in {slip.table.file}: {slip.what} {slip.columns} {slip.rows}"
        if not problems and not is_argued(slip):
            unargued.append(said)
        if problems and not named(slip, problems):
            unnamed.append(said)
    print(f"{caught} of {all_of_them} caught: {100 * caught / all_of_them:.1f}%")
    assert not unargued, "\n".join(unargued)
    assert not unnamed, "\n".join(unnamed)
    assert caught >= LEAST_SHARE * all_of_them, f"{caught} of {all_of_them}"
    return caught, all_of_them


def some(seed: int, n: int) -> Iterator[Slip]:
    """Give every n-th corruption of a seed, from all families."""
    for i, slip in enumerate(seeded(seed, each=1, heavy=False)):
        if i % n == 0:
            yield slip


def test_the_figures_of_today_raise_no_alarm(found: Official) -> None:
    checked(found.raw, found.places)


def test_slips_are_caught_and_named(found: Official, tmp_path: Path) -> None:
    assert hold(some(2026, 3), found, tmp_path)[1] >= 20


@pytest.mark.slow
def test_hundred_and_more_slips_of_all_kinds_and_tables_are_caught(found: Official, tmp_path: Path) -> None:
    """Four of every kind that works on figures, two on files and outlines."""
    slips = list(seeded(1, each=4))
    assert {slip.kind for slip in slips} == {name.replace("_", " ") for name in CHANGES} | {*FILES, *OUTLINES}
    assert len({slip.table.name for slip in slips}) >= 40
    assert hold(slips, found, tmp_path)[1] >= 200


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 11])
def test_slips_that_the_contracts_were_not_written_for_are_caught(
    found: Official, tmp_path: Path, seed: int
) -> None:
    """Seeds that were looked at only after the contracts stood."""
    assert hold(seeded(seed, each=2), found, tmp_path)[1] >= 100


def test_two_tables_are_told_at_once(found: Official) -> None:
    wrong = dict(found.raw)
    for role, column in (("census", "dwellings"), ("multipliers_today", "trade_tax_multiplier_pct")):
        wrong[role] = wrong[role].copy()
        wrong[role].loc[3, column] = float(wrong[role].loc[3, column]) * 10
    with pytest.raises(InputError) as error:
        checked(wrong, found.places)
    text = error.value.render("en")
    assert "nrw_census_2022.csv: dwellings" in text and "nrw_multipliers_2024.csv: trade_tax" in text
    assert "05114000 Krefeld" in text
    problem = next(p for p in error.value.problems if "household_size" in p.where)
    assert "git checkout -- data/raw/zensus_2022/nrw_census_2022.csv" in problem.render("de")


def test_a_slip_is_no_longer_found_where_it_is_excepted(found: Official) -> None:
    from dewak_research.data.expected.contracts import scores
    from dewak_research.data.expected.measure import exceptions, limits

    name = "histories.panel_log.minimum_security_pct.dent"
    dent = next(s for s in scores(found.tables, found.places, "kreise_panel") if s.name == name)
    assert [dent.key(i) for i in dent.outside(limits()[name])] and not dent.outside(
        limits()[name], exceptions()[name]
    )
    assert replace(dent, limit=(0.0, 0.0)).outside((0.0, 0.0))
