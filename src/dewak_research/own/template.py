"""The layout of the workbook: sheets, lines, signs and sums, loaded from ``template.yaml``.

The result plan has the official lines 01–26, the finance plan 01–36, as in the pattern of the budget ordinance
(GemHVO/KomHVO NRW).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from dewak_research.language import LANGUAGES, Language, Text

Need = Literal["required", "optional", "sum"]
GRIDS = ("result_plan", "finance_plan", "balance", "population")
LISTS = ("services", "overrides", "sources")
EARLIEST_YEAR, LATEST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Line:
    """One line of a grid sheet; ``plus`` and ``minus`` say what a sum is made of."""

    id: str
    label: Text
    need: Need
    sign: Literal["positive", "any"]
    unit: str
    plus: tuple[str, ...] = ()
    minus: tuple[str, ...] = ()
    part_of: str | None = None
    item: str | None = None
    zero_if_empty: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a list sheet, or one field of the form on the first sheet."""

    id: str
    label: Text
    need: Need
    type: Literal["text", "choice", "number"] = "text"
    options: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


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
    options: dict[str, Text] = field(default_factory=dict)

    def sheet_of(self, title: str) -> str | None:
        """Return the id of a sheet from its title in either language, or None."""
        for name, text in self.sheets.items():
            if title.strip() in (text.de, text.en):
                return name
        return None

    def option_of(self, value: str, allowed: tuple[str, ...]) -> str | None:
        """Return the id of an option from its id or its label in either language."""
        wanted = value.strip().casefold()
        for name in allowed:
            text = self.options[name]
            if wanted in (name.casefold(), text.de.casefold(), text.en.casefold()):
                return name
        return None

    def kind_of(self, value: str) -> str | None:
        """Return ``actual`` or ``plan`` from a heading such as Ergebnis, Ist, Plan, Ansatz."""
        word = value.strip().casefold().rstrip(".")
        if word in {"ergebnis", "ist", "actual", "result", "rechnung", "rechnungsergebnis"}:
            return "actual"
        return "plan" if word in {"plan", "ansatz", "planung", "budget", "haushaltsansatz"} else None


def _text(entry: dict[str, Any]) -> Text:
    return Text(entry["de"], entry["en"])


def _texts(entries: dict[str, dict[str, str]]) -> dict[str, Text]:
    return {name: _text(entry) for name, entry in entries.items()}


def _column(entry: dict[str, Any]) -> Column:
    kind = entry.get("type", "choice" if "options" in entry else "text")
    return Column(
        entry["id"],
        _text(entry),
        entry["need"],
        kind,
        tuple(entry.get("options", ())),
        entry.get("low"),
        entry.get("high"),
    )


def _line(entry: dict[str, Any], unit: str) -> Line:
    return Line(
        entry["id"],
        _text(entry),
        entry["need"],
        entry.get("sign", "positive"),
        entry.get("unit", unit),
        tuple(entry.get("plus", ())),
        tuple(entry.get("minus", ())),
        entry.get("part_of"),
        entry.get("item"),
        entry.get("zero_if_empty", False),
    )


@cache
def load_template() -> Template:
    """Return the layout that the package carries."""
    raw = yaml.safe_load((files(__package__) / "template.yaml").read_text(encoding="utf-8"))
    grids = {
        sheet: {entry["id"]: _line(entry, grid["unit"]) for entry in grid["lines"]}
        for sheet, grid in raw["grids"].items()
    }
    return Template(
        version=raw["version"],
        sheets=_texts(raw["sheets"]),
        grids=grids,
        lists={sheet: tuple(_column(entry) for entry in columns) for sheet, columns in raw["lists"].items()},
        form=tuple(_column(entry) for entry in raw["form"]),
        units=_texts(raw["units"]),
        signs=_texts(raw["signs"]),
        kinds=_texts(raw["kinds"]),
        options=_texts(raw["options"]),
    )


def line_name(line: Line, language: Language) -> str:
    """Return ``01 Steuern …`` for official lines and the label alone for the others."""
    return f"{line.id} {line.label[language]}" if line.id.isdigit() else line.label[language]


assert set(LANGUAGES) == {"de", "en"}, "the template has two columns of text"
