"""What a file under ``cases/`` may hold: the parts of all, a case study, and the ratings of its actors.

Files are told apart by their key ``kind``; the library's other kinds are in ``schema_library``. What the values
mean together is judged in ``check``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, Strict

State = Literal["yes", "no", "unknown"]
Judgement = Annotated[float, Field(gt=0)]
Rating = Annotated[float | None, Field(ge=0, le=10)]
Attitude = Annotated[float | None, Field(ge=-2, le=2)]


class Part(BaseModel):
    """A block of named entries; no other name is allowed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Bilingual(Part):
    """A text in both languages."""

    de: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Origin(Part):
    """Where an entry comes from: a source of the file's list, or an assumption, never both."""

    source: str | None = Field(None, description="A name under sources")
    assumption: Literal[True] | None = Field(None, description="true: set by the author, not published")


class Number(Origin):
    """A number with its range; without one it is certain."""

    value: float | None = Field(description="null: not known")
    low: float | None = Field(None, description="Low end of the range")
    high: float | None = Field(None, description="High end of the range")
    unit: str
    note: Bilingual | None = None


class Source(Part):
    """A document that can be read."""

    title: str = Field(description="Title, publisher, date")
    link: str | None = None


class InputFile(Part):
    """What every file states."""

    sources: dict[str, Source]


class Fact(Origin):
    """A published fact about the place."""

    key: str
    label: Bilingual
    value: float | None
    unit: str
    year: int | None = None


class Statement(Origin):
    """A goal or an outcome in words."""

    text: Bilingual


class Actor(Origin):
    """Somebody who takes part."""

    id: str
    name: Bilingual
    role: Bilingual


class Step(Origin):
    """A dated event."""

    date: str
    event: Bilingual


class Resources(Part):
    """What the place needs if it stood alone."""

    staff_fte: Number
    rooms_m2: Number
    room_cost_eur_m2: Number
    activity_eur: Number
    volunteer_hours: Number


class Condition(Origin):
    """Whether a condition of success holds."""

    state: State
    note: Bilingual | None = None


class Conditions(Part):
    """The conditions of success that every case answers."""

    POL: Condition = Field(description="Lasting political support")
    TRAEGER: Condition = Field(description="Committed carriers")
    FIN: Condition = Field(description="At least 30 % non-municipal funds")
    RAUM: Condition = Field(description="Shared premises")
    NOHSK: Condition = Field(description="No budget consolidation plan")


class CaseFile(InputFile):
    """A case study: one project in one town or Kreis."""

    kind: Literal["case"]
    id: str = Field(pattern=r"^[a-z0-9-]+$", description="Short name in lower case")
    ags: str = Field(pattern=r"^\d{5}(\d{3})?$", description="Municipality key, in quotes")
    name: Bilingual = Field(description="Name of the project, town")
    place: Bilingual = Field(description="Name of the place, as charts and sentences call it")
    context: list[Fact]
    goals: list[Statement]
    actors: list[Actor] = Field(min_length=1)
    resources: Resources
    timeline: list[Step]
    outcome: list[Statement]
    conditions: Conditions


class Group(Part):
    """Ratings, classes, links and judgements of the actors of one case."""

    ratings: dict[str, dict[str, Annotated[tuple[Rating, Rating, Attitude], Strict(False)]]] = Field(
        description="actor: rater: [power 0–10, interest 0–10, attitude −2 … 2], null: not answered"
    )
    salience: dict[str, Annotated[tuple[State, State, State], Strict(False)]] = Field(
        description="actor: [power, legitimacy, urgency]"
    )
    influence: list[Annotated[tuple[str, str, Judgement], Strict(False)]] = Field(
        description="[from, to, strength]"
    )
    judgements: dict[str, list[Judgement]] = Field(
        description="actor: pairwise comparisons of the compared criteria, upper triangle row by row"
    )


class StakeholdersFile(InputFile):
    """The actors' ratings, by case."""

    kind: Literal["stakeholders"]
    worked_example: bool = Field(description="true: set to show the method, not surveyed")
    compared: list[str] = Field(min_length=2, description="Criteria that the actors compare in pairs")
    groups: dict[str, Group]
