"""The lines of the result plan that a measure can change, by what people write, and what moves with each."""

from __future__ import annotations

from collections.abc import Container, Iterator
from functools import cache

from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.own.roles import DETAILS, line_for
from dewak_research.own.template import columns_of, cost_lines, label_of, load_template

SHEET = "result_plan"


def bookable_lines() -> tuple[str, ...]:
    """Return the lines of the result plan that a measure can change: those that the annual result is made of.

    Sums are none of them. Benefits that the plan prints for information only are: they are part of another line.
    """
    grid, result = load_template().grids[SHEET], line_for(SHEET, "annual_result")
    reaching = {name for name, spec in grid.items() if spec.need != "sum" and result in moved_with(name)}
    return tuple(name for name in grid if name in reaching or name in DETAILS.values())


def line_named(text: str) -> str | None:
    """Return the bookable line of a number ("6", "06"), an id or a label, alone or after its number; None = none."""
    grid, wanted = load_template().grids[SHEET], text.strip().casefold()
    for name in bookable_lines():
        label = grid[name].label
        words = {name, name.lstrip("0"), label.de, label.en, f"{name} {label.de}", f"{name} {label.en}"}
        if wanted in {word.casefold() for word in words}:
            return name
    return None


def is_cost(line: str) -> bool:
    """Whether a line holds costs, so that an improvement makes it smaller."""
    return line in cost_lines(load_template().grids[SHEET]) or line in DETAILS.values()


def moved_with(line: str) -> dict[str, int]:
    """Return the lines that move with a line, itself among them, and the sign with which each does."""
    return _moved_with(layout_in_hand(), line)


@cache
def _moved_with(layout: str, line: str) -> dict[str, int]:
    grid, moved, front = load_template(layout).grids[SHEET], {line: 1}, [line]
    while front:
        name = front.pop()
        above = {one.id: 1 for one in grid.values() if name in one.plus or grid[name].part_of == one.id}
        above |= {one.id: -1 for one in grid.values() if name in one.minus}
        for upper, sign in above.items():
            if upper not in moved:
                moved[upper] = sign * moved[name]
                front.append(upper)
    return moved


def check_savings(reading: Reading, known: Container[tuple[str, str]] = ()) -> Iterator[Finding]:
    """Ask about measures at full effect that save more on a line of costs than some year of the plan holds there.

    Lines (sheet, line) that are ``known`` to stand in another unit are left out.
    """
    rows = [row for row in reading.lists.get("measures", []) if row.get("line") and is_cost(str(row["line"]))]
    plans = [
        (year, given) for (year, kind), given in columns_of(reading.figures, SHEET).items() if kind == "plan"
    ]
    for line in dict.fromkeys(str(row["line"]) for row in rows if (SHEET, row["line"]) not in known):
        here = [row for row in rows if row["line"] == line and isinstance(row.get("amount_eur"), float)]
        for year, given in plans:
            full = [
                row
                for row in here
                if float(str(row.get("full_year") or row.get("first_year") or year)) <= year
            ]
            if line in given and sum(float(str(row["amount_eur"])) for row in full) > given[line]:
                cells: dict[str, str] = full[0]["_cells"]  # type: ignore[assignment]
                label = label_of(SHEET, line)
                yield finding(
                    "measure_above_line", reading.titles["measures"], cells["amount_eur"], line=label
                )
                break


def check_years(reading: Reading) -> Iterator[Finding]:
    """Ask about measures that begin after the plan ends, or had their full effect before it begins."""
    years = [year for (year, kind), _ in columns_of(reading.figures, SHEET).items() if kind == "plan"]
    for row in reading.lists.get("measures", []) if years else []:
        first = row.get("first_year")
        if not isinstance(first, float):
            continue
        full = row.get("full_year")
        done = int(full if isinstance(full, float) else first)
        late, early = first > max(years), done < min(years)
        if late or early:
            cells: dict[str, str] = row["_cells"]  # type: ignore[assignment]
            shown = {
                "first": str(int(first)),
                "full": str(done),
                "begun": str(min(years)),
                "last": str(max(years)),
            }
            code = "measure_after_plan" if late else "measure_before_plan"
            yield finding(code, reading.titles["measures"], cells["first_year"], **shown)
