"""What a run is about: the parameters in ``params.yaml`` and their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from dewak_research.documents import read_document
from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.language import LANGUAGES, Language
from dewak_research.paths import PARAMS

Model = TypeVar("Model", bound=BaseModel)
_problem = messages(__package__)


def _key_is_text(value: object) -> object:
    if isinstance(value, int):
        raise ValueError(
            "a municipality key is text and stands in quotes: 05911000 without them is another number"
        )
    return value


Ags = Annotated[
    str, BeforeValidator(_key_is_text), Field(pattern=r"^\d{5}(\d{3})?$", description="Municipality key")
]


class Group(BaseModel):
    """A group of parameters, or an entry of a data file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Settings(Group):
    """A group of parameters; NaN and infinity are refused."""

    model_config = ConfigDict(allow_inf_nan=False)


#: The project's two model municipalities, of which the chapters speak: key and name.
MODEL_UNITS = {"05562020": "Herten", "05954": "Ennepe-Ruhr-Kreis"}


class RunParams(Settings):
    """What holds for every analysis."""

    seed: int = Field(20260101, ge=0, description="Seed of every random draw")
    languages: tuple[Language, ...] = Field(
        LANGUAGES, min_length=1, description="Editions of the report; `dewak run` needs both"
    )
    municipalities: tuple[Ags, ...] = Field(
        tuple(MODEL_UNITS),
        min_length=1,
        description="Units whose profile is a chapter of the report; `dewak run` needs both model municipalities",
    )


class DisparityParams(Settings):
    """Social spending disparities."""

    first_year: int = Field(2010, ge=2008, le=2022, description="First year of the panel")
    last_year: int = Field(2019, ge=2008, le=2022, description="Last year of the panel")
    bootstrap_draws: int = Field(2_000, ge=100, description="Bootstrap draws of every interval")
    wild_draws: int = Field(9_999, ge=99, description="Draws of the wild cluster bootstrap")
    permutations: int = Field(9_999, ge=99, description="Permutations of Moran's I and LISA")
    placebo_draws: int = Field(100, ge=10, description="Random maps of the spatial placebo")
    rolling_window: int = Field(5, ge=3, le=10, description="Years in a rolling window")
    specification_draws: int = Field(
        199, ge=19, description="Permutations of the outcome that test the specification curves"
    )

    @model_validator(mode="after")
    def _years_in_order(self) -> DisparityParams:
        if self.first_year > self.last_year:
            raise ValueError(
                f"first_year ({self.first_year}) must not lie after last_year ({self.last_year})"
            )
        return self


class StressParams(Settings):
    """Fiscal stress test."""

    draws: int = Field(10_000, ge=1, description="Monte Carlo draws per unit")
    horizon_years: int = Field(5, ge=1, le=10, description="Years simulated")
    budget_year: int = Field(2010, ge=2005, le=2100, description="First simulated year; its law is applied")
    equalisation_year: int | None = Field(
        None,
        ge=2005,
        le=2100,
        description="Year whose equalisation law (GFG, trade-tax levy) passes a loss on instead of the budget year's",
    )
    rule_set: str | None = Field(None, description="Law to apply instead, e.g. go_nrw_2024 or none")
    sampler: Literal["bootstrap", "gaussian", "student_t", "regime"] = Field(
        "bootstrap", description="How joint shocks are drawn"
    )
    block_length: float = Field(2.0, ge=1, le=10, description="Expected block of years in the bootstrap")
    growth: Literal["given", "mean5", "flat"] = Field(
        "given", description="How the unshocked path is carried on"
    )
    growth_rates: dict[str, Annotated[float, Field(ge=-0.5, le=0.5)]] = Field(
        {"default": 0.02}, description="Yearly growth by item (share), unverified; default for all others"
    )
    cost_spread: dict[str, Annotated[float, Field(ge=0, le=0.5)]] = Field(
        {"hzp": 0.04, "egh": 0.03, "sgb8": 0.04, "pers": 0.02, "sach": 0.03},
        description="Assumed spread of yearly growth of items without a series (share), unverified",
    )
    cost_correlation: float = Field(
        0.5, ge=0, le=1, description="Assumed correlation of these items, unverified"
    )
    rate_spread_pp: float = Field(
        0.7,
        ge=0,
        le=5,
        description="Assumed spread of the yearly change of interest rates (points), unverified",
    )
    borrowing_rate_pp: float = Field(
        3.0, ge=0, le=20, description="Rate on new liquidity credit (percent), unverified"
    )
    pass_through_share: float = Field(
        1.0, ge=0, le=1, description="Part of a Kreis's loss that the Kreisumlage takes up, unverified"
    )
    pass_through_lag_years: int = Field(
        1, ge=0, le=3, description="Years until the Kreisumlage follows, unverified"
    )
    landschaft_pass_through_share: float = Field(
        1.0,
        ge=0,
        le=1,
        description="Part of rising integration assistance that the Landschaftsumlage passes on, unverified",
    )
    show_unconfirmed_debt: bool = Field(
        True,
        description="Show the debt of 31.12.2025 and what rests on it, though its publisher is not confirmed",
    )
    shapley_draws: int = Field(500, ge=1, description="Draws for the contributions of the six blocks")
    backtest_draws: int = Field(1_000, ge=1, description="Draws of the backtest")
    workers: int = Field(2, ge=1, le=64, description="Threads; results do not depend on it")


class CaseParams(Settings):
    """Case-study evaluation."""

    weightings: int = Field(10_000, ge=100, description="Random weightings in the acceptability analysis")
    cost_draws: int = Field(10_000, ge=100, description="Draws of the cost and relief simulation")
    peers: int = Field(15, ge=3, le=50, description="Nearest units shown as peers")
    bootstrap_draws: int = Field(100, ge=10, description="Bootstrap draws of the peers' stability")


class PlanningParams(Settings):
    """Integrated social and financial planning."""

    base_year: int = Field(2024, ge=2024, le=2024, description="Year at whose end the projection starts")
    last_year: int = Field(2050, ge=2030, le=2070, description="Last year computed")
    shown_year: int = Field(
        2040,
        ge=2030,
        le=2070,
        description="Year that texts and maps show; the last computed one if that is earlier",
    )
    draws: int = Field(500, ge=20, description="Draws of the population")
    mortality_fall_share: float = Field(
        0.01,
        ge=0,
        le=0.05,
        description="Assumed yearly fall of death rates at all ages since the last life table (share)",
    )
    fertility_step_share: float = Field(
        0.05, ge=0, le=0.5, description="Assumed step of births between the variants (share)"
    )
    census_growth_share: float = Field(
        0.6,
        ge=0,
        le=1,
        description="Assumed share of the growth of 2022 that had come by the census of 15 May (share)",
    )
    cost_growth_shares: tuple[Annotated[float, Field(ge=-0.1, le=0.2)], ...] = Field(
        (0.02, 0.03, 0.04, 0.05, 0.06),
        description="Yearly growth of cost per case that is tried beside a budget on its own path (shares)",
    )


class SpaceParams(Settings):
    """Space and society: who reaches what."""

    detour: float = Field(
        1.3, ge=1, le=3, description="Assumed way over air line, the same everywhere (factor), unverified"
    )
    other_detours: tuple[Annotated[float, Field(ge=1, le=3)], ...] = Field(
        (1.2, 1.4), description="Detour factors that are tried beside it"
    )
    near_km: float = Field(
        5.0, gt=0, le=200, description="Assumed reach of a primary school from a town's point (kilometres)"
    )
    far_km: float = Field(
        10.0, gt=0, le=200, description="Assumed reach of all other schools and sites (kilometres)"
    )
    walk_km: float = Field(
        1.0, gt=0, le=20, description="Assumed reach on foot from the point of a district (kilometres)"
    )
    walk_minutes: float = Field(
        15.0, gt=0, le=240, description="Assumed reach where a municipality gives minutes"
    )
    reach_factors: tuple[Annotated[float, Field(ge=0.2, le=5)], ...] = Field(
        (0.75, 1.0, 1.5), description="Multiples of the reach under which results are looked at"
    )
    hire_eur_hour: float = Field(
        25.0, gt=0, description="Assumed price of an hour in a room hired outside (euros), fictitious town"
    )
    offer_weeks: float = Field(
        40.0, gt=0, le=53, description="Assumed weeks a year in which offers take place"
    )
    move_km: float = Field(
        3.0, gt=0, le=50, description="Assumed longest way to another room that is put up with (kilometres)"
    )
    other_move_km: tuple[Annotated[float, Field(gt=0, le=50)], ...] = Field(
        (1.0, 2.0), description="Other longest ways that are tried (kilometres)"
    )
    draws: int = Field(1_000, ge=100, description="Draws of towns for every interval")
    permutations: int = Field(4_999, ge=99, description="Permutations of the bivariate LISA")
    show_unconfirmed_debt: bool = Field(
        True,
        description="Show the debt of 31.12.2025, though its publisher is not confirmed (as for the stress test)",
    )


class Params(Settings):
    """All parameters of a run."""

    run: RunParams = RunParams()
    disparities: DisparityParams = DisparityParams()
    stress: StressParams = StressParams()
    cases: CaseParams = CaseParams()
    planning: PlanningParams = PlanningParams()
    space: SpaceParams = SpaceParams()


def _known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    for part in location:
        field = model.model_fields.get(str(part))
        if field is None or not isinstance(field.annotation, type):
            break
        if issubclass(field.annotation, BaseModel):
            model = field.annotation
    return list(model.model_fields)


def problems_of(error: ValidationError, model: type[BaseModel], where: str) -> list[Problem]:
    """Turn pydantic's findings into problems a user understands."""
    problems = []
    for finding in error.errors():
        place = f"{where}: {'.'.join(str(part) for part in finding['loc'])}"
        if finding["type"] == "extra_forbidden":
            wrong = str(finding["loc"][-1])
            right = nearest_or(wrong, _known_keys(model, finding["loc"][:-1]))
            problems.append(_problem("unknown_parameter", place, wrong=wrong, right=right))
        else:
            value = repr(finding["input"])
            problems.append(_problem("wrong_value", place, value=value, right=finding["msg"]))
    return problems


def validate(values: Mapping[str, Any], model: type[Model], where: str) -> Model:
    """Build ``model`` from ``values`` or raise one InputError with every problem."""
    try:
        return model(**values)
    except ValidationError as error:
        raise InputError(problems_of(error, model, where)) from error


def load_params(path: Path = PARAMS) -> Params:
    """Read ``params.yaml``.

    Raises
    ------
    InputError
        The file cannot be read, a parameter is unknown (the nearest known one is named) or has a wrong value.
    """
    again = f"git checkout -- {path.name}"
    return validate(read_document(path, "CONTRIBUTING.md", again, empty=True).data, Params, path.name)
