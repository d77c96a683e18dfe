"""What the library's files under ``cases/`` may hold: models, criteria and published data of a QCA."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Strict

from dewak_research.cases.schema import Bilingual, InputFile, Number, Origin, Part

YesNo = Literal["yes", "no"]
Share = Annotated[float, Field(ge=0, le=1)]


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

    name: Bilingual
    legal_form: Bilingual
    needs: Bilingual
    inputs: ModelInputs
    scores: ExpertScores
    budget_law: BudgetLaw
    risks: Risks


class Question(Part):
    """A question of the checklist with the law behind it."""

    question: Bilingual
    reason: Bilingual
    law: str
    verified: bool


class Instrument(Origin):
    """A way to finance."""

    id: str
    name: Bilingual
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
    risk_list: dict[str, Bilingual]
    instruments: list[Instrument]


class Criterion(Origin):
    """A criterion with fixed anchors: 0 at worst, 1 at best."""

    name: Bilingual
    unit: str
    direction: Literal["cost", "benefit"]
    worst: float
    best: float
    weight: Share
    origin: Literal["computed", "expert", "open"]
    note: Bilingual | None = None


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
    own_wage_eur: Number


class CriteriaFile(InputFile):
    """Criteria, prices, the relief equation and wages."""

    kind: Literal["criteria"]
    criteria: dict[str, Criterion] = Field(min_length=2)
    prices: Prices
    relief: Relief
    wages: Wages


class Dataset(Part):
    """Published data of a QCA with the published solutions."""

    name: Bilingual
    outcome: str
    conditions: list[str] = Field(min_length=2)
    expected: dict[str, Literal["present", "absent", "none"]] = Field(
        {}, description="Directional expectations"
    )
    consistency: Share = Field(description="Cut-off of the publication")
    source: str
    anchors: dict[str, Annotated[tuple[float, float, float], Strict(False)]] | None = Field(
        None, description="Membership 0.05, 0.5, 0.95; only where the data are raw"
    )
    columns: list[str]
    cases: dict[str, list[float]]
    published: dict[str, list[str]] = Field({}, description="kind of solution: its models")


class Hypothesis(Part):
    """A condition of success and who named it."""

    condition: str
    name: Bilingual
    source_note: Bilingual


class QcaFile(InputFile):
    """Published case data and the project's hypotheses."""

    kind: Literal["qca"]
    datasets: dict[str, Dataset]
    hypotheses: list[Hypothesis]
