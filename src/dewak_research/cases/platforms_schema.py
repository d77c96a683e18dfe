"""What the list of platforms for sharing rooms may hold: published facts, and how each calls the parts of a booking."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dewak_research.cases.documented_schema import Published, Said
from dewak_research.cases.schema import InputFile, Part
from dewak_research.language import Named


class Calls(Published):
    """How a platform calls the fields of the common model."""

    fields: dict[str, str] = Field(min_length=1, description="A name under fields → the platform's own name")


class Platform(Part):
    """A platform, or what municipalities said about one."""

    name: Named
    place: Named
    facts: list[Said] = Field(min_length=1)
    calls: Calls | None = None


class PlatformsFile(InputFile):
    """The platforms and the fields of a room, an offer and a booked time."""

    kind: Literal["platforms"]
    fields: dict[str, Named]
    platforms: dict[str, Platform] = Field(min_length=1)
