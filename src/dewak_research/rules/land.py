"""What a Land has: levels, budget law by year, tables, chart of accounts, line template; one folder ``land/<key>/``.

Beside the index ``land.yaml`` stand the Land's documents: ``budget_law``, ``equalisation``, ``credit``,
``orientation``, ``facts/…`` and ``sources``. What a Land does not state is taken from the neutral set "00".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from dewak_research.config import Group, validate
from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.language import Text
from dewak_research.rules import dated
from dewak_research.rules.dated import Value

HOME = "05"  #: the Land whose towns the report is about: their official figures are embedded
NEUTRAL = "00"
#: What a law that asks whether a deficit is covered may ask about; it states one of them.
DEFICIT_TESTS = ("each_result_balanced", "ordinary_result_balanced", "total_result_balanced")
Level = Literal["gemeinde", "kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis", "landschaftsverband"]
_problem = messages(__package__)


@dataclass(frozen=True)
class RuleSet:
    """The budget law of a period, resolved to typed fields (in NRW §§ 75, 76 GO; METHODS B.4).

    ``has_ladder`` is False for the neutral set "none", which knows cash and debt only, and for a law that asks whether
    a deficit is covered (``tests_deficit``). ``values`` keeps the provenance of every field. A field without a
    value in this period is None. ``law`` is what a workbook calls the law of the Land ("nds").
    """

    name: str
    title: Text
    valid_from: int | None
    valid_to: int | None
    has_ladder: bool
    values: Mapping[str, Value]
    reserve_cap: str | None = None
    reserve_cap_equity_share: float | None = None
    general_reserve_floor_share: float | None = None
    minderaufwand_cap_share: float = 0.0
    carry_forward_years: int = 0
    n1_share: float | None = None
    n1_scope: str | None = None
    n2_share: float | None = None
    n3_wording: str | None = None
    n4_supervisor_may_demand: bool = False
    duty_with_accounts: bool = False
    restoration_years: int | None = None
    hsk_rebuilds_equity: bool = False
    kreis_clears_overindebtedness: bool = False
    each_result_balanced: bool = False
    ordinary_result_balanced: bool = False
    total_result_balanced: bool = False
    cross_cover: bool = False
    carried_count: bool = False
    base_capital_offset: bool = False
    later_cover_years: int = 0
    written_off_years: int | None = None
    redemption_covered: bool = False
    overindebted_when: str | None = None
    hsk_if_overindebted: bool = False
    balanced_within_plan: bool = False
    concept_years: int | None = None
    carried_cover_years: int | None = None
    law: str = ""

    @property
    def tests_deficit(self) -> bool:
        """Whether the law asks yes or no: is a deficit covered (Lower Saxony, Hesse)? No shares of a reserve."""
        return any(getattr(self, name) for name in DEFICIT_TESTS)

    @property
    def knows_duty(self) -> bool:
        """Whether a plan can lead to the duty to draw up a consolidation plan by this law."""
        return self.has_ladder or self.tests_deficit


class Period(Group):
    """One rule set of a Land: its name in force, years, and the document that holds its values."""

    title: Text
    valid_from: int | None
    valid_to: int | None
    law: str | None
    source: tuple[str, ...] = Field(min_length=1)
    tag: Literal["V", "D", "K", "P"]
    verified: bool

    def holds_in(self, year: int) -> bool:
        """Whether it is the law of a budget year."""
        return (self.valid_from or year) <= year <= (self.valid_to or year)


class Land(Group):
    """A Land as its index describes it."""

    key: str = Field(
        pattern=r"^\d{2}$", description="First two digits of its municipality keys; 00 = neutral"
    )
    rules: str = Field(pattern="^[a-z]+$", description="Name of its law in a workbook")
    title: Text
    levels: tuple[Level, ...] = Field(min_length=1)
    associations: dict[str, tuple[str, ...]] = Field(
        description="Umlageverbände above the Kreise: first digits of the keys of their members"
    )
    tables: dict[str, str] = Field(description="What the code asks for: name of the official table")
    layout: str = Field(pattern=r"^\d{2}$", description="Land whose chart of accounts and lines are used")
    like: str | None = Field(
        None,
        pattern=r"^\d{2}$",
        description="Land whose accounts, their lines and usual amounts stand in where there are none",
    )
    rule_sets: dict[str, Period] = Field(min_length=1)

    def part(self, name: Literal["accounts", "lines", "line_accounts", "usual_amounts"]) -> Mapping[str, Any]:
        """Chart of accounts, lines of the plans and the balance sheet, account prefix → line, or usual amounts.

        A sheet among the lines may stand for that of another Land (``like``), with other ``names`` of some lines.

        Raises
        ------
        InputError
            Neither the Land whose layout is used has the document, nor the one that stands in for it.
        """
        where = [f"land/{key}/{name}" for key in (self.layout, self.like) if key]
        found = next((place for place in where if dated.exists(place)), None)
        if found is None:
            shown = f"rules/{where[0]}.yaml"
            raise InputError(_problem("no_document", shown, land=self.title, subject=name))
        if name != "lines":
            return dated.document(found)
        return {
            sheet: {**grid, "lines": _renamed(land(grid["like"]).part("lines")[sheet]["lines"], grid)}
            if "like" in grid
            else grid
            for sheet, grid in dated.document(found).items()
        }

    def association(self, key: str) -> str | None:
        """Return the Umlageverband that a municipality or Kreis belongs to, or None."""
        return next((name for name, members in self.associations.items() if key.startswith(members)), None)

    def document(self, subject: str) -> Mapping[str, Any] | None:
        """The Land's document on a subject ("equalisation", "facts/herten"); None where it has none."""
        try:
            return dated.document(f"land/{self.key}/{subject}")
        except KeyError:
            return None

    def values(self, subject: str) -> tuple[Value, ...]:
        """All values of a subject, in the order of the document; none where the Land does not state it."""
        return dated.values(f"land/{self.key}/{subject}") if self.document(subject) else ()

    def value(self, subject: str, key: str, year: int | None = None) -> Value:
        """The value that holds in ``year``, from the neutral set where the Land has no such parameter.

        Raises
        ------
        InputError
            Neither states the parameter, or the one that does has no value for that year.
        """
        holders = (self, land(NEUTRAL))
        holder = next((h for h in holders if key in {v.key for v in h.values(subject)}), self)
        where = f"land/{holder.key}/{subject}"
        if not holder.values(subject):
            raise InputError(_problem("no_document", f"rules/{where}.yaml", land=self.title, subject=subject))
        return dated.value(where, key, year)

    def rule_set(self, name_or_year: str | int) -> RuleSet:
        """Return the budget law by name ("go_nrw_2024") or by budget year.

        Raises
        ------
        InputError
            The name is unknown, or the year lies before the law; what exists is named.
        """
        if isinstance(name_or_year, str):
            if name_or_year not in self.rule_sets:
                raise _unknown_rule_set(name_or_year)
            return _resolved(self.key, name_or_year)
        found = [name for name, period in self.rule_sets.items() if period.holds_in(name_or_year)]
        if not found:
            first = min(period.valid_from or name_or_year for period in self.rule_sets.values())
            known = _listed(self.rule_sets | land(NEUTRAL).rule_sets)
            where = "stress: rule_set"
            raise InputError(_problem("before_the_law", where, wanted=name_or_year, first=first, known=known))
        return _resolved(self.key, found[0])


def _renamed(lines: list[dict[str, Any]], grid: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = grid.get("names", {})
    return [{**line, **own.get(line["id"], {})} for line in lines]


@cache
def lands() -> tuple[str, ...]:
    """Keys of the Länder that are stored, the neutral set last."""
    found = {name.split("/")[1] for name in dated.names("land") if name.endswith("/land")}
    return (*sorted(found - {NEUTRAL}), NEUTRAL)


@cache
def land(key: str) -> Land:
    """Return the Land with this two-digit key.

    Raises
    ------
    InputError
        Nothing is stored for the key, or the index does not fit the model (every fault is named).
    """
    where = f"rules/land/{key}/land.yaml"
    if key not in lands():
        raise InputError(_problem("unknown_land", where, key=key, known=", ".join(lands())))
    found = validate(dated.document(f"land/{key}/land"), Land, where)
    if found.key != key:
        raise InputError(_problem("wrong_key", where, folder=key, key=found.key))
    return found


def land_of(key: str) -> Land:
    """Return the Land of a municipality key; the neutral set where none is stored, or for an own identifier."""
    return land(key[:2] if key.isdigit() and len(key) in (5, 8) and key[:2] in lands() else NEUTRAL)


def land_with(rules: str) -> Land:
    """Return the Land whose law a workbook names ("nrw"); the neutral set for "none" and for an unknown name."""
    return next((land(key) for key in lands() if land(key).rules == rules), land(NEUTRAL))


def rule_set(name_or_year: str | int) -> RuleSet:
    """Return the budget law by name, of whichever Land, or by budget year, of the Land of the report.

    Raises
    ------
    InputError
        The name is unknown, or the year lies before the law; what exists is named.
    """
    if isinstance(name_or_year, int):
        return land(HOME).rule_set(name_or_year)
    holder = next((key for key in lands() if name_or_year in land(key).rule_sets), HOME)
    return land(holder).rule_set(name_or_year)


def _listed(periods: Mapping[str, Period]) -> str:
    return ", ".join(f"{n} ({p.valid_from or '…'}–{p.valid_to or '…'})" for n, p in periods.items())


def _unknown_rule_set(wanted: str) -> InputError:
    known = {name: period for key in lands() for name, period in land(key).rule_sets.items()}
    right = {"near": nearest_or(wanted, known), "known": _listed(known)}
    return InputError(_problem("unknown_rule_set", "stress: rule_set", wanted=wanted, **right))


@cache
def _resolved(key: str, name: str) -> RuleSet:
    holder = land(key)
    period = holder.rule_sets[name]
    stated = holder.values(period.law) if period.law else ()
    held = {v.key: v for v in stated if period.valid_from is None or v.holds_in(period.valid_from)}
    return RuleSet(
        name,
        period.title,
        period.valid_from,
        period.valid_to,
        has_ladder=period.law is not None and not held.keys() & {*DEFICIT_TESTS},
        law=holder.rules,
        values=MappingProxyType(held),
        **{field: found.value for field, found in held.items()},
    )
