"""What the file of documented cases may hold: published facts only, each with its source."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dewak_research.cases.schema import InputFile, Part, State
from dewak_research.language import Named

LASTING_YEARS = 3
"""Years at work after the start from which a case counts as lasting [P]; the end of a first funding is seldom told."""
Year = Annotated[int, Field(ge=1900, le=2100)]


class Published(Part):
    """Where it was published, under ``sources``; an assumption has no place here."""

    source: str
    also: list[str] | None = Field(None, description="Further sources")


class Figure(Published):
    """A published number, or a statement on money without one."""

    what: Named
    value: float | None = None
    low: float | None = Field(None, description="Low end where a range is published")
    high: float | None = None
    unit: str | None = Field(None, description="A name under units")
    year: Year | None = None
    note: Named | None = None


class Said(Published):
    """Something published, in our words."""

    text: Named


class Reading(Published):
    """Whether a condition holds, read from a published fact."""

    state: State
    why: Named


class DocumentedCase(Part):
    """One case elsewhere, as far as it is published."""

    name: Named
    place: Named
    ags: str | None = Field(None, pattern=r"^\d{8}$", description="Municipality key, in quotes; none abroad")
    country: Literal["DE", "AT", "CH", "NL", "GB"]
    family: str = Field(description="A name under families")
    legal_form: Named | None = None
    start: Year | None = None
    last_evidence: Year | None = Field(None, description="Last year in which a source shows it at work")
    ended: Said | None = Field(None, description="Where a source says that it ended")
    carriers: Said | None = None
    funding: list[Figure] = Field([])
    figures: list[Figure] = Field([])
    worked: list[Said] = Field([], description="What made it work")
    failed: list[Said] = Field([], description="What made it hard or fail")
    remark: Said | None = None
    conditions: dict[Literal["OUT", "POL", "TRAEGER", "FIN", "RAUM", "NOHSK"], Reading] = Field({})


class DocumentedFile(InputFile):
    """The documented cases, the kinds of model among them, and the units of their figures."""

    kind: Literal["documented"]
    families: dict[str, Named]
    units: dict[str, Named]
    cases: dict[str, DocumentedCase] = Field(min_length=1)
