"""What the file of published unit figures may hold."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dewak_research.cases.schema import InputFile, Part, WebAddress
from dewak_research.language import Named

TOLERANCE = 0.005
"""An input written with three digits may differ from its figures by this share."""


class UnitFigure(Part):
    """A published number on what such a place costs, needs or brings."""

    what: Named
    value: float | None = Field(description="null: only a range or a rule is published")
    low: float | None = None
    high: float | None = None
    unit: Named
    year: int | None = Field(None, ge=1900, le=2100)
    computed: Literal[True] | None = Field(None, description="A quotient or product of published numbers")
    fixed: Literal[True] | None = Field(None, description="A rate of law or tariff that prices do not carry")
    yardstick: Literal[True] | None = Field(None, description="What a whole place costs a year")
    note: Named | None = None
    title: str
    publisher: str
    link: WebAddress | None = None


class UnitFiguresFile(InputFile):
    """The published unit figures."""

    kind: Literal["unit_figures"]
    figures: dict[str, UnitFigure] = Field(min_length=1)
