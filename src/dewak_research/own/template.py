"""The layout of the workbook (``template.yaml``): sheets, lines, signs, and the sums that lines add up to.

Result plan and finance plan have the lines that the Land prints today (``rules/land/<key>/lines.yaml``); what earlier
templates called them is kept (``Template.line_today``), so that an older workbook is read without a loss.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

import pandas as pd

from dewak_research.errors import entries
from dewak_research.language import LANGUAGES, Language, Text
from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.page.labels import find_label, load_labels
from dewak_research.planning.rates import SERVICES
from dewak_research.rules import land, lands
from dewak_research.space.rooms import EQUIPMENT
from dewak_research.space.week import DAYS, Week

Need = Literal["required", "optional", "sum"]
SumState = Literal["ok", "rounded", "fails", "not_checkable", "computed"]
GRIDS = ("result_plan", "finance_plan", "balance", "population")
PLANS = ("result_plan", "finance_plan")
PLANNING_LISTS = ("register", "places", "lead_times", "relief_options", "need_rates", "service_costs")
ROOM_LISTS = ("rooms", "carriers", "offers", "bookings", "room_settings")
LISTS = ("services", "measures", *PLANNING_LISTS, *ROOM_LISTS, "overrides", "sources")
NAMED_OPTIONS = {"services": SERVICES, "equipment": EQUIPMENT, "days": DAYS, "parts": Week().parts}
_LABELS = {"services": "service", "equipment": "equipment", "days": "day", "parts": "part"}
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
ROUNDING_EUR = 1.0
"""Allowed per summand: printed budgets round every line to whole euro."""


@dataclass(frozen=True)
class Line:
    """One line of a grid sheet; ``plus`` and ``minus`` make a sum; an older workbook lacks an ``added`` line.

    ``role`` is what the code asks for ("annual_result"); a sum with ``only_with`` is unknown without those parts.
    ``number`` is printed before its name; ``within`` is the line of the home Land that contains this one.
    """

    id: str
    label: Text
    need: Need
    unit: str
    sign: Literal["positive", "any"] = "positive"
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    part_of: str | None = None
    item: str | None = None
    zero_if_empty: bool = False
    added: bool = False
    role: str | tuple[str, ...] | None = None
    number: str = ""
    within: str | None = None
    only_with: tuple[str, ...] = ()
    may_be_absent: bool = False
    may_be_negative: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a list sheet, or one field of the form; an older workbook lacks an ``added`` column."""

    id: str
    label: Text
    need: Need
    type: Literal["text", "choice", "choices", "number", "age", "date", "time", "opening"] = "text"
    options: tuple[str, ...] = ()
    low: float = -1e12
    high: float = 1e12
    unit: Literal["", "pct", "share", "count", "hours"] = ""
    added: bool = False

    @property
    def is_year(self) -> bool:
        """Whether the column holds a year."""
        return self.type == "number" and self.id.endswith("year")


@dataclass(frozen=True)
class Template:
    """The whole layout; ``sheets`` keeps the order of the workbook."""

    version: int
    sheets: dict[str, Text]
    grids: dict[str, dict[str, Line]]
    lists: dict[str, tuple[Column, ...]]
    form: tuple[Column, ...]
    units: dict[str, Text]
    signs: dict[str, Text]
    kinds: dict[str, Text]
    kind_words: dict[str, str]
    options: dict[str, Text] = field(default_factory=dict)
    added_sheets: tuple[str, ...] = ()
    earlier: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)

    def line_today(self, version: str, sheet: str, line: str) -> str:
        """Return the id that a line of an earlier template has today; of the current one: the same."""
        return self.earlier.get(version, {}).get(sheet, {}).get(line, line)

    def sheet_of(self, title: str) -> str | None:
        """Return the id of a sheet from its title in either language, or None."""
        for name, text in self.sheets.items():
            if title.strip() in (text.de, text.en):
                return name
        return None

    def rules_of(self, value: str) -> str | None:
        """Return the id of a budget law ("nrw", "none") from its id or its label in either language."""
        return self.option_of(value, next(c.options for c in self.form if c.id == "rule_set"))

    def option_of(self, value: str, allowed: tuple[str, ...]) -> str | None:
        """Return the id of an option from its id or its label in either language."""
        wanted = value.strip().casefold()
        for name in allowed:
            text = self.options[name]
            if wanted in (name.casefold(), text.de.casefold(), text.en.casefold()):
                return name
        return None

    def begun_option(self, value: str, allowed: tuple[str, ...]) -> str | None:
        """Return the one option whose label in some language begins with the text (``Di``), or None."""
        wanted = value.strip().rstrip(".").casefold()
        if found := self.option_of(wanted, allowed):
            return found
        begun = {
            n
            for n in allowed
            for word in (self.options[n].de, self.options[n].en)
            if word.casefold().startswith(wanted)
        }
        return begun.pop() if len(begun) == 1 and len(wanted) > 1 else None

    def kind_of(self, value: str) -> str | None:
        """Return ``actual`` or ``plan`` from a heading such as Ergebnis, Ist, Plan, Ansatz."""
        return self.kind_words.get(value.strip().casefold().rstrip("."))


def _texts(entries: dict[str, dict[str, str]]) -> dict[str, Text]:
    return {name: Text.of(entry) for name, entry in entries.items()}


def _spec(entry: dict[str, Any], **defaults: str) -> dict[str, Any]:
    """Return the fields of a line or column: lists become tuples, the two languages its label."""
    given = {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if k not in LANGUAGES}
    return {"label": Text.of(entry), **defaults, **given}


def _line(entry: dict[str, Any], grid: dict[str, Any]) -> Line:
    numbered = grid.get("numbered", True) and entry["id"].isdigit()
    return Line(**_spec(entry, unit=grid["unit"], number=entry["id"] if numbered else ""))


def column_of(entry: dict[str, Any]) -> Column:
    """Return a column from its entry in a file of layouts."""
    if isinstance(named := entry.get("options"), str):
        entry = {**entry, "options": NAMED_OPTIONS[named]}
    return Column(**_spec(entry, type="choice" if "options" in entry else "text"))


def load_template(key: str | None = None) -> Template:
    """Return the layout of the workbook with the lines of a Land: of the workbook in hand unless told."""
    return template_of(key or layout_in_hand())


@cache
def template_of(key: str) -> Template:
    """Return the layout of the workbook with the lines of a Land; its rule sets are those of all Länder."""
    raw = entries(__package__, "template.yaml")
    words = load_labels(files="planning.yaml") | load_labels(
        files="rooms.yaml"
    )  # all files take four times as long
    named = {
        name: find_label(f"{_LABELS[which]}_{name}", words).text
        for which, names in NAMED_OPTIONS.items()
        for name in names
    }
    grids = {
        sheet: {entry["id"]: _line(entry, grid) for entry in grid["lines"]}
        for sheet, grid in {**land(key).part("lines"), **raw["grids"]}.items()
    }
    laws = {land(one).rules: land(one).title for one in lands()}
    form = (column_of(entry) for entry in raw["form"])
    return Template(
        version=raw["version"],
        sheets=_texts(raw["sheets"]),
        grids=grids,
        lists={
            sheet: tuple(column_of(entry) for entry in columns) for sheet, columns in raw["lists"].items()
        },
        form=tuple(replace(c, options=tuple(laws)) if c.id == "rule_set" else c for c in form),
        units=_texts(raw["units"]),
        signs=_texts(raw["signs"]),
        kinds=_texts(raw["kinds"]),
        kind_words={word: kind for kind, words in raw["kind_words"].items() for word in words},
        options={**laws, **_texts(raw["options"]), **named},
        added_sheets=tuple(raw["added_sheets"]),
        earlier=raw["earlier"],
    )


def line_name(line: Line, language: Language) -> str:
    """Return ``01 Steuern …`` for official lines and the label alone for the others."""
    return f"{line.number} {line.label[language]}".strip()


def label_of(sheet: str, line: str) -> Text:
    """Return number and name of a line in both languages."""
    spec = load_template().grids[sheet][line]
    return Text(*(line_name(spec, language) for language in LANGUAGES))


def cost_lines(lines: dict[str, Line]) -> set[str]:
    """Return the lines that hold costs or payments: what a sum takes away, its parts, and what is a part of those."""
    taken = {part for line in lines.values() for part in line.minus}
    taken |= {part for name in taken for part in lines[name].plus}
    return taken | {line.id for line in lines.values() if line.part_of in taken}


@dataclass(frozen=True)
class SumCheck:
    """Outcome for one sum in one column."""

    sheet: str
    line: str
    year: int
    kind: str
    state: SumState
    given: float | None
    computed: float | None


def add_up(values: dict[str, float], line: Line, lines: dict[str, Line]) -> tuple[float | None, list[str]]:
    """Return the sum of the parts that are known and the parts that are missing.

    A missing optional part counts as not there; a missing required part or partial sum makes the sum unknown.
    """
    signed = {**dict.fromkeys(line.plus, 1), **dict.fromkeys(line.minus, -1)}
    known = [sign * values[part] for part, sign in signed.items() if part in values]
    needed = {part for part in signed if lines[part].need != "optional"} | set(line.only_with)
    missing = [part for part in signed if part in needed and part not in values]
    return (sum(known) if known and not missing else None), missing


def complete(values: dict[str, float], lines: dict[str, Line]) -> dict[str, float]:
    """Add the sums that were left empty, where their parts are known; given sums stay as they are."""
    filled = dict(values)
    for line in lines.values():
        if line.need == "sum" and line.id not in filled:
            total, _ = add_up(filled, line, lines)
            if line.zero_if_empty and filled and not filled.keys() & {*line.plus, *line.minus}:
                total = 0.0
            if total is not None:
                filled[line.id] = total
    return filled


def columns_of(figures: pd.DataFrame, sheet: str) -> dict[tuple[int, str], dict[str, float]]:
    """Return the known values of a sheet by (year, kind) and line; columns without any value are left out."""
    held = (figures["sheet"].to_numpy(object) == sheet) & figures["value"].notna().to_numpy()
    part = (figures[name].to_numpy()[held] for name in ("line", "year", "kind", "value"))
    columns: dict[tuple[int, str], dict[str, float]] = {}
    for line, year, kind, value in zip(*part, strict=True):
        columns.setdefault((int(year), str(kind)), {})[str(line)] = float(value)
    return dict(sorted(columns.items()))


def check_sums(figures: pd.DataFrame) -> list[SumCheck]:
    """Check every sum of every column that has any value."""
    checks = []
    for sheet, lines in load_template().grids.items():
        for (year, kind), given in columns_of(figures, sheet).items():
            filled = complete(given, lines)
            for line in lines.values():
                if line.need == "sum":
                    value = given.get(line.id)
                    total = filled.get(line.id) if value is None else add_up(filled, line, lines)[0]
                    state = _state(value, total, len(line.plus) + len(line.minus))
                    checks.append(SumCheck(sheet, line.id, year, kind, state, value, total))
    return checks


def _state(given: float | None, computed: float | None, parts: int) -> SumState:
    if computed is None:
        return "not_checkable"
    if given is None:
        return "computed"
    gap = abs(given - computed)
    return "ok" if gap < 0.005 else "rounded" if gap <= ROUNDING_EUR * parts else "fails"
