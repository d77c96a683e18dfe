"""Where each model of a case would stand: districts, places and reach, from which criteria C7 and C8 are computed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dewak_research.cases.schema import CaseFile, Number, Origin, Part, Share, YesNo
from dewak_research.language import Named

Finite = Annotated[float, Field(allow_inf_nan=False)]


class Point(Origin):
    """Where something lies: degrees (WGS 84), or kilometres from the corner of a plan of one's own."""

    longitude: Finite | None = None
    latitude: Finite | None = None
    east_km: Finite | None = None
    north_km: Finite | None = None


class District(Point):
    """A part of the town: who lives there, how much they need, the point where they live."""

    name: Named
    people: float = Field(gt=0, allow_inf_nan=False, description="Inhabitants")
    need: Share | None = Field(None, description="Score of need, 0–1; put into fifths of the inhabitants")
    fifth: int | None = Field(None, ge=1, le=5, description="Fifth of deprivation, 5 = most deprived")


class Place(Point):
    """A place that exists already, or one where a model could be."""

    name: Named
    exists: YesNo
    minutes: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] | None = Field(
        None, description="Minutes from every district, in place of coordinates"
    )


class Sites(Part):
    """Districts, places, what counts as reach, and the place of every model."""

    reach: Number = Field(description="Way that counts as reach: km with coordinates, min with minutes")
    detour: Number | None = Field(None, description="Way over air line, 1 or more; with coordinates only")
    districts: dict[str, District] = Field(min_length=1)
    places: dict[str, Place] = Field(min_length=1)
    models: dict[str, str] = Field(min_length=1, description="Key of each model → key of its place")


class SitedCase(CaseFile):
    """A case study that may say where each model would stand."""

    fictitious: Literal[True] | None = Field(None, description="true: an invented place")
    sites: Sites | None = None
