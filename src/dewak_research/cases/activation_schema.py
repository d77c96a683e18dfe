"""What the catalogue of instruments may hold: what activates citizens and mobilises money, hours and rooms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dewak_research.cases.documented_schema import Year
from dewak_research.cases.schema import InputFile, Origin, Part
from dewak_research.language import Named

Sector = Literal["citizens", "third_sector", "informal", "market", "state"]
NotNegative = Annotated[float, Field(ge=0)]


class Sourced(Origin):
    """Where an entry comes from: a source, a documented case, or an assumption."""

    case: str | None = Field(None, description="A key of documented.yaml")


class Told(Sourced):
    """Something published, in our words, or an assumption."""

    text: Named


class Quantity(Sourced):
    """A number with what it is of, or the key of a unit figure that says all this itself."""

    figure: str | None = Field(None, description="A key of unit_figures.yaml; then no number stands here")
    what: Named | None = None
    value: NotNegative | None = None
    low: NotNegative | None = None
    high: NotNegative | None = None
    unit: str | None = Field(None, description="A name under units")
    year: Year | None = None
    computed: Literal[True] | None = Field(None, description="A quotient or product of published numbers")
    note: Named | None = None


class Money(Quantity):
    """Euros."""

    unit: Literal["eur_year", "eur_once", "eur_project"]


class Hours(Quantity):
    """Hours given freely."""

    unit: Literal["hours_year", "hours_once"]


class Persons(Quantity):
    """People who take part."""

    unit: Literal["people", "people_year"]


class Years(Quantity):
    """A span of time."""

    unit: Literal["years"]


class Givers(Sourced):
    """Who gives time, money, rooms or rights."""

    sectors: list[Sector] = Field(min_length=1, description="The first is the main one")


class Serves(Sourced):
    """Which services of the plan it can help to meet."""

    meets: list[str] = Field(min_length=1, description="Names under services")


class BudgetLaw(Sourced):
    """Whether a town with a budget consolidation plan may use it."""

    state: Literal["yes", "no", "depends"]
    why: Named


class Activation(Part):
    """One instrument, as far as it is known."""

    name: Named
    does: Named = Field(description="What it is, in one sentence")
    sector: Givers
    serves: Serves | None = None
    law: BudgetLaw | None = None
    lead_time: Years | None = Field(None, description="From the decision to the first benefit")
    cost: Money | None = None
    eur: Money | None = Field(None, description="Money it mobilises")
    hours: Hours | None = Field(None, description="Hours it mobilises; never money")
    persons: Persons | None = None
    amounts: list[Quantity] = Field([], description="Further published numbers")
    lasting: Told | None = None
    conditions: list[Told] = Field([])
    failed: list[Told] = Field([], description="What made it hard or fail")
    remark: Told | None = None
    cases: list[str] = Field([], description="Keys of documented.yaml")
    not_known: Named | None = Field(None, description="What was looked for and not found")


class ActivationFile(InputFile):
    """The instruments, the units of their numbers and the services they help to meet."""

    kind: Literal["activation"]
    units: dict[str, Named]
    services: dict[str, Named] = Field(description="Keys of the services of the plan")
    instruments: dict[str, Activation] = Field(min_length=1)
