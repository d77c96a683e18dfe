"""What a file under ``cases/`` may hold: the parts of all, a case study, the models, the criteria.

Files are told apart by their key ``kind``; the actors' ratings and the data of a QCA are described where they are
evaluated, in ``stakeholders`` and ``qca``. What the values mean together is judged in ``check``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dewak_research.language import Named

State = Literal["yes", "no", "unknown"]
YesNo = Literal["yes", "no"]
Share = Annotated[float, Field(ge=0, le=1)]
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s\"'<>]+$", description="Address on the web")]
"""Pages make links of it, so nothing else may stand there: no script, no file of a computer."""


class Part(BaseModel):
    """A block of named entries; no other name is allowed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Origin(Part):
    """Where an entry comes from: a source of the file's list, or an assumption, never both."""

    source: str | None = Field(None, description="A name under sources")
    assumption: Literal[True] | None = Field(None, description="true: set by the author, not published")
    also: list[str] | None = Field(None, description="Further names under sources")


class Number(Origin):
    """A number with its range; without one it is certain. One that rests on published figures names them."""

    value: float | None = Field(description="null: not known")
    low: float | None = Field(None, description="Low end of the range")
    high: float | None = Field(None, description="High end of the range")
    figures: list[str] | None = Field(None, min_length=1, description="Figures whose product it is")
    times: float | None = Field(None, gt=0, description="Change of unit, such as 12 months")
    assumed_times: float | None = Field(None, gt=0, description="A further factor that is an assumption")
    unit: str
    note: Named | None = None


class Source(Part):
    """A document that can be read."""

    title: str = Field(description="Title, publisher, date")
    publisher: str | None = Field(None, description="Where it does not stand in the title")
    year: int | None = None
    link: WebAddress | None = None


class InputFile(Part):
    """What every file states."""

    sources: dict[str, Source]


class Fact(Origin):
    """A published fact about the place."""

    key: str
    label: Named
    value: float | None
    unit: str
    year: int | None = None


class Statement(Origin):
    """A goal or an outcome in words."""

    text: Named


class Actor(Origin):
    """Somebody who takes part."""

    id: str
    name: Named
    role: Named


class Step(Origin):
    """A dated event."""

    date: str
    event: Named


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
    note: Named | None = None


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
    name: Named = Field(description="Name of the project, town")
    place: Named = Field(description="Name of the place, as charts and sentences call it")
    context: list[Fact]
    goals: list[Statement]
    actors: list[Actor] = Field(min_length=1)
    resources: Resources
    timeline: list[Step]
    outcome: list[Statement]
    conditions: Conditions


class ModelInputs(Part):
    """What a model changes in the needs of a place, and what it brings and costs by itself."""

    municipal_staff_share: Number = Field(description="Share of the staff that the municipality pays")
    room_share: Number = Field(description="Share of the room cost that the municipality pays")
    overhead_eur: Number
    third_party_eur: Number
    renewal_share: Number = Field(description="Probability a year that third-party money goes on")
    volunteer_factor: Number
    capital_eur: Number


class ExpertScores(Part):
    """Criteria on a scale of 1 to 5 that experts score."""

    C9: Number
    C10: Number
    C12: Number


class BudgetLaw(Part):
    """Answers to the checklist of budget law."""

    termination: YesNo
    funded: YesNo
    no_own_staff: YesNo
    no_participation: YesNo


class Risks(Part):
    """Legal questions that are open."""

    charity: YesNo
    state_aid: YesNo
    procurement: YesNo
    vat: YesNo


class Model(Origin):
    """An organisation and financing model."""

    name: Named
    legal_form: Named
    needs: Named
    inputs: ModelInputs
    scores: ExpertScores
    budget_law: BudgetLaw
    risks: Risks


class Question(Part):
    """A question of the checklist with the law behind it."""

    question: Named
    reason: Named
    law: str
    verified: bool


class Instrument(Origin):
    """A way to finance."""

    id: str
    name: Named
    lasting: YesNo
    in_kind: YesNo
    earmarked: YesNo
    co_funding: YesNo
    horizon_years: float
    effort: int = Field(ge=1, le=5)


class ModelsFile(InputFile):
    """The models to compare, the checklist of budget law, the instruments."""

    kind: Literal["models"]
    models: dict[str, Model] = Field(min_length=2)
    checklist: dict[str, Question]
    risk_list: dict[str, Named]
    instruments: list[Instrument]


class Criterion(Origin):
    """A criterion with fixed anchors: 0 at worst, 1 at best."""

    name: Named
    unit: str
    direction: Literal["cost", "benefit"]
    worst: float
    best: float
    weight: Share = Field(description="Those of origin site count beside the others once a site is known")
    origin: Literal["computed", "expert", "site", "open"]
    note: Named | None = None


class Prices(Part):
    """Prices that hold for all models."""

    fte_cost_eur: Number
    staff_cost_growth: Number
    discount_rate: Number


class Relief(Part):
    """What the relief equation needs, all per year."""

    volunteer_hours: Number
    wage_eur_per_hour: Number
    substitution_share: Number = Field(description="Share of the hours that replaces budgeted work")
    third_party_eur: Number
    additionality_share: Number
    fundraising_cost_share: Number
    rooms_saved_m2: Number
    room_cost_eur_m2: Number
    rooms_realised_share: Number
    cases_prevented: Number
    case_cost_eur: Number
    attribution_share: Number
    coordination_eur: Number
    insurance_training_eur: Number
    room_support_eur: Number
    transaction_eur: Number


class Wages(Part):
    """Hourly wages that value volunteer time."""

    minimum_wage_eur: Number
    occupation_wage_eur: Number
    social_share: Number = Field(description="Employer's contributions")
    grant_hour_eur: Number = Field(description="Notional own work in grant law: no cash")
    own_wage_eur: Number


class CriteriaFile(InputFile):
    """Criteria, prices, the relief equation and wages."""

    kind: Literal["criteria"]
    criteria: dict[str, Criterion] = Field(min_length=2)
    prices: Prices
    relief: Relief
    wages: Wages
