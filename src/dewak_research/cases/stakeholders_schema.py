"""What the file of actors may hold: a place that does not exist. Nobody real is rated by us."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from dewak_research.cases.schema import InputFile, Part, State
from dewak_research.language import Named

Judgement = Annotated[float, Field(gt=0)]
Times = Annotated[float, Field(ge=1, le=9)]
Rating = Annotated[float | None, Field(ge=0, le=10)]
Attitude = Annotated[float | None, Field(ge=-2, le=2)]


class BestWorst(Part):
    """Answers of one actor in the best–worst method, in the order of the compared criteria."""

    best: str
    worst: str
    best_to_others: list[Times] = Field(description="How many times the best counts more than each; itself 1")
    others_to_worst: list[Times] = Field(
        description="How many times each counts more than the worst; itself 1"
    )


class Place(Part):
    """Ratings, classes, links and judgements of the actors of one invented place."""

    fictitious: Literal[True] = Field(
        description="A place that does not exist; real actors are not rated here"
    )
    name: Named
    actors: dict[str, Named] = Field(min_length=1)
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
    best_worst: dict[str, BestWorst]


class StakeholdersFile(InputFile):
    """The actors of invented places."""

    kind: Literal["stakeholders"]
    compared: list[str] = Field(min_length=2, description="Criteria that the actors compare")
    places: dict[str, Place]
