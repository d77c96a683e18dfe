"""What became of the mutants (``tried/<group>.csv``), and the table of it by module and group (``table.csv``)."""

from __future__ import annotations

import csv
import math
import subprocess
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.mutation.mutants import GROUPS, HERE, Mutant, seed_of

from dewak_research.paths import ROOT

TRIED, TABLE = HERE / "tried", HERE / "table.csv"
FIELDS = ("id", "group", "module", "line", "operator", "was", "now", "outcome", "day")
COLUMNS = (
    "group", "module", "possible", "tried", "killed", "timed_out", "survived",
    "killed_pct", "low_pct", "high_pct", "seed", "day", "commit",
)  # fmt: skip
ENOUGH_PCT = 90


def rows(group: str) -> list[dict[str, str]]:
    """Return what was tried of a group, one row for a mutant; none before the first run."""
    return _read(TRIED / f"{group}.csv")


def _read(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, fields: Iterable[str], written: Iterable[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(fields), lineterminator="\n")
        writer.writeheader()
        writer.writerows(written)


def _write_rows(group: str, written: Iterable[dict[str, str]]) -> None:
    TRIED.mkdir(exist_ok=True)
    in_order = sorted(written, key=lambda row: (row["module"], int(row["line"]), row["id"]))
    _write(TRIED / f"{group}.csv", FIELDS, in_order)


def kept(group: str, mutants: list[Mutant], again: bool) -> set[str]:
    """Return the mutants that need not be tried again; lines that moved are written anew, what is gone is let go."""
    now = {mutant.id: mutant for mutant in mutants}
    still = [{**row, "line": str(now[row["id"]].line)} for row in rows(group) if row["id"] in now]
    _write_rows(group, still)
    return {row["id"] for row in still if not (again and row["outcome"] == "survived")}


def add(mutant: Mutant, outcome: str) -> None:
    """Keep what became of a mutant."""
    row = {name: str(getattr(mutant, name)) for name in FIELDS[:7]}
    row |= {"outcome": outcome, "day": datetime.now(UTC).date().isoformat()}
    _write_rows(mutant.group, [*(old for old in rows(mutant.group) if old["id"] != mutant.id), row])


def wilson_pct(killed: int, tried: int) -> tuple[float, float]:
    """Return the interval of Wilson (1927) for a share, 95 %, in percent; 0 and 100 where nothing was tried."""
    if tried == 0:
        return 0.0, 100.0
    z, share = 1.959963984540054, killed / tried
    middle = share + z**2 / (2 * tried)
    half = z * math.sqrt(share * (1 - share) / tried + z**2 / (4 * tried**2))
    scale = 1 + z**2 / tried
    return 100 * (middle - half) / scale, 100 * (middle + half) / scale


def line_of(counted: Counter[str]) -> dict[str, str]:
    """Return counts, share and interval as the table writes them; what ran out of time counts as killed."""
    killed, late, alive = (counted[outcome] for outcome in ("killed", "timed out", "survived"))
    tried = killed + late + alive
    low, high = wilson_pct(killed + late, tried)
    share = f"{100 * (killed + late) / tried:.1f}" if tried else ""
    numbers = {"tried": tried, "killed": killed, "timed_out": late, "survived": alive}
    return {name: str(number) for name, number in numbers.items()} | {
        "killed_pct": share, "low_pct": f"{low:.1f}", "high_pct": f"{high:.1f}",
    }  # fmt: skip


def write_table(possible: dict[str, Counter[str]]) -> None:
    """Write counts and shares of each module and, last, of each group; what was measured before stays as it stands.

    Parameters
    ----------
    possible : dict
        How many mutants there are by module, of the groups that were measured now.
    """
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    before = _read(TABLE)
    written = []
    for group, asked in GROUPS.items():
        mine = rows(group)
        if group not in possible or not mine:
            written += [row for row in before if row["group"] == group]
            continue
        when = {
            "seed": str(seed_of(group)),
            "day": max(row["day"] for row in mine),
            "commit": commit.stdout.strip(),
        }
        for module in (*asked, "all"):
            counted = Counter(row["outcome"] for row in mine if module in (row["module"], "all"))
            exist = possible[group].total() if module == "all" else possible[group][module]
            written.append(
                {"group": group, "module": module, "possible": str(exist), **line_of(counted), **when}
            )
    _write(TABLE, COLUMNS, written)
