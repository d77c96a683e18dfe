"""The sheets of social planning beside the register: places, lead times, options, rates of need, costs and payers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pandas as pd

from dewak_research.documents import read_document
from dewak_research.errors import nearest
from dewak_research.language import Text
from dewak_research.own.ages_and_dates import age_ends
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.list_fields import was_read
from dewak_research.own.planning_places import Row, cell_of, check_places, entered_twice, number_of
from dewak_research.own.register_extract import check_register, extract_of
from dewak_research.own.template import load_template
from dewak_research.paths import CASES
from dewak_research.planning.ages import GROUPS, OLDEST, bounds
from dewak_research.planning.cost import by_service
from dewak_research.planning.payer import PAYERS
from dewak_research.planning.rate_checks import crowded_ages
from dewak_research.planning.rates import SERVICES

NET = tuple(f"net_{number}" for number in range(1, 6))
COST = ("eur", "per", "year")
SHARE_TOLERANCE_PCT = 0.5
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True)
class OwnPlanning:
    """Own figures of social planning; every table may be empty, NaN or None = not entered (unknown).

    Attributes
    ----------
    register : DataFrame
        date, district ("" = whole municipality), sex, age_first, age_last (130 = open), persons.
    places : DataFrame
        service, district, places (all that exist from that year on), from_year, group_size.
    lead_times : DataFrame
        service, lead_years, source, assumed (bool: the preset of the workbook stands unchanged).
    options : DataFrame
        name, kind, instrument, service, from_year, net_1 … net_5 (EUR, + = relief; the last one given goes on),
        low_eur, high_eur, persons_reached, places, staff, hsk_compatible ("yes", "conditional", "no", None),
        decided (bool), sources (ids with commas, see ``planning_options.sources_of``; None = not entered).
    rates : DataFrame
        service, sex ("all", "male", "female"), age_first, age_last, rate (persons in need per person), year, source.
    costs : DataFrame
        service, eur (gross, per year), per ("case", "person"), year, source.
    shares : DataFrame
        service, payer (``PAYERS``), share (0–1, adds up to 1 for a service), source.
    youth_office : bool, optional
        Whether the municipality has its own youth office, as entered.
    """

    register: pd.DataFrame
    places: pd.DataFrame
    lead_times: pd.DataFrame
    options: pd.DataFrame
    rates: pd.DataFrame
    costs: pd.DataFrame
    shares: pd.DataFrame
    youth_office: bool | None = None


def inhabitants(reading: Reading) -> dict[int, float]:
    """Return the inhabitants of the municipality by year, as far as known."""
    part = reading.figures
    if part.empty:
        return {}
    people = part[(part["line"] == "einwohner") & (part["kind"] == "actual") & part["value"].notna()]
    return dict(zip(people["year"].astype(int), people["value"], strict=True))


def check_planning(reading: Reading) -> Iterator[Finding]:
    """Check the rows of all sheets of social planning after their fields were read."""
    yield from check_register(reading, inhabitants(reading))
    yield from check_places(reading, set(assumed_lead_times()))
    yield from entered_twice(reading, "lead_times", ("service",))
    yield from _options(reading)
    yield from _rates(reading)
    yield from _costs(reading)


def _options(reading: Reading) -> Iterator[Finding]:
    title = reading.titles["relief_options"]
    yield from entered_twice(reading, "relief_options", ("name",))
    model: Row | None = None
    for row in reading.lists["relief_options"]:
        given = [number for number, name in enumerate(NET, 1) if row.get(name) is not None]
        for number in range(1, max(given, default=0)):
            if number > 1 and number not in given:  # the first is asked for as a field
                yield finding("option_years", title, cell_of(row, f"net_{number}"), number=number)
        low, high = number_of(row, "low_eur"), number_of(row, "high_eur")
        if low > high:
            yield finding("option_range", title, cell_of(row, "low_eur"), value=low, number=high)
        if (given_name := row.get("instrument")) is not None:
            row["instrument"] = instrument = instrument_of(str(given_name))
            if instrument is None:
                near = nearest(str(given_name), instruments()) or next(iter(instruments()))
                place = cell_of(row, "instrument")
                yield finding("instrument_unknown", title, place, value=str(given_name)[:60], near=near)
        if row.get("kind") == "organisation_model" and row.get("decided") == "yes":
            if model is not None:
                names = {"value": str(row.get("name"))[:60], "other": str(model.get("name"))[:60]}
                yield finding("models_at_once", title, cell_of(row, "decided"), **names)
            model = model or row
    yield from _sources_at_once(reading, title)


def _sources_at_once(reading: Reading, title: str) -> Iterator[Finding]:
    """Refuse two decided options that draw on one source: one of them holds what the other brings."""
    words = load_template().options
    taken: dict[str, Row] = {}
    for row in reading.lists["relief_options"]:
        if row.get("decided") != "yes":
            continue
        for source in str(row.get("sources") or "").split(", "):
            other = taken.setdefault(source, row)
            if source and other is not row:
                names = {"value": str(row.get("name"))[:60], "other": str(other.get("name"))[:60]}
                yield finding(
                    "sources_at_once", title, cell_of(row, "sources"), **names, source=words[source]
                )
                break


@cache
def instruments() -> dict[str, Text]:
    """Return the instruments of the catalogue of activation: key, name in both languages."""
    found = read_document(CASES / "activation.yaml").data["instruments"]
    return {key: Text.of(entry["name"]) for key, entry in found.items()}


def instrument_of(written: str) -> str | None:
    """Return the key of an instrument from its key or its name in either language, or None."""
    wanted = written.strip().casefold()
    for key, name in instruments().items():
        if wanted in (key, name.de.casefold(), name.en.casefold()):
            return key
    return None


def _rates(reading: Reading) -> Iterator[Finding]:
    title = reading.titles["need_rates"]
    before: list[Row] = []
    for row in reading.lists["need_rates"]:
        rate = number_of(row, "rate")
        if rate > 1:
            yield finding("rate_above_one", title, cell_of(row, "rate"), value=rate)
        if row.get("age") is not None and not groups_within(*age_ends(str(row["age"]))):
            listed = ", ".join(GROUPS)
            yield finding("rate_age_cuts", title, cell_of(row, "age"), value=str(row["age"]), groups=listed)
        other = next((one for one in before if _overlap(row, one)), None)
        if other is not None:
            yield finding("rate_overlap", title, cell_of(row, "age"), row=str(other["_row"]))
        before.append(row)
    sound = [
        (row.get("service"), row.get("sex") or "all", age, number_of(row, "rate"))
        for row in before
        if row.get("age") is not None and 0.0 <= number_of(row, "rate") <= 1.0
        for age in groups_within(*age_ends(str(row["age"])))
    ]
    if crowded := crowded_ages(pd.DataFrame(sound, columns=["service", "sex", "age", "rate"])):
        where, share = cell_of(before[0], "rate"), max(crowded.values())
        yield finding("rates_together", title, where, value=share, ages=", ".join(crowded))


def groups_within(first: int, last: int) -> list[str]:
    """Return the groups of age from first to last; empty where an end cuts a group."""
    last = min(last, OLDEST)
    ends = [(group, *bounds(group)) for group in GROUPS]
    inside = [group for group, start, end in ends if first <= start and end <= last]
    cut = any(start < first <= end or start <= last < end for _, start, end in ends)
    return [] if cut else inside


def _overlap(row: Row, other: Row) -> bool:
    """Whether two rates hold for the same service, sex and some age."""
    if row.get("service") != other.get("service") or row.get("age") is None or other.get("age") is None:
        return False
    sexes = {row.get("sex"), other.get("sex")}
    (first, last), (start, end) = (age_ends(str(one["age"])) for one in (row, other))
    return (None in sexes or len(sexes) == 1) and first <= end and start <= last


def _costs(reading: Reading) -> Iterator[Finding]:
    title = reading.titles["service_costs"]
    labels = {column.id: column.label for column in load_template().lists["service_costs"]}
    yield from entered_twice(reading, "service_costs", ("service",))
    for row in reading.lists["service_costs"]:
        given = [name for name in COST if row.get(name) is not None]
        lost = next((name for name in COST if name not in given), "") if given else ""
        if lost and was_read(row, lost):
            yield finding("cost_incomplete", title, cell_of(row, lost), column=labels[lost])
        shares = [number_of(row, name) for name in PAYERS if row.get(name) is not None]
        if (
            shares
            and all(was_read(row, name) for name in PAYERS)
            and abs(sum(shares) - 100.0) > SHARE_TOLERANCE_PCT
        ):
            yield finding("payer_sum", title, cell_of(row, PAYERS[0]), value=sum(shares))


def own_planning(reading: Reading) -> OwnPlanning:
    """Return the figures of social planning of a checked workbook."""
    return OwnPlanning(
        register=extract_of(reading),
        places=_frame(reading, "places").assign(district=lambda t: t["district"].fillna("")),
        lead_times=_lead_times(reading),
        options=_frame(reading, "relief_options").assign(decided=lambda t: (t["decided"] == "yes").astype(bool)),
        rates=_rate_table(reading),
        costs=_frame(reading, "service_costs")[["service", *COST, "source"]]
        .dropna(subset="eur")
        .reset_index(drop=True),
        shares=_share_table(reading),
        youth_office=YES_NO.get(load_template().option_of(reading.form.get("youth_office", ""), ("yes", "no")) or ""),
    )  # fmt: skip


def _frame(reading: Reading, sheet: str) -> pd.DataFrame:
    """Return the rows of a sheet with its columns; numbers as floats (NaN = not entered), texts None where empty."""
    columns = load_template().lists[sheet]
    rows = [{c.id: row.get(c.id) for c in columns} for row in reading.lists[sheet]]
    frame = pd.DataFrame(rows, columns=[c.id for c in columns], dtype=object)
    return frame.astype({c.id: "float64" for c in columns if c.type == "number"})


ASSUMPTION = Text("Annahme dieses Projekts", "assumption of this project")


def assumed_lead_times() -> dict[str, float]:
    """Return the lead times that the project assumes: service, years; the others have none."""
    years = dict(zip(SERVICES, by_service("lead_time_years").tolist(), strict=True))
    return {service: value for service, value in years.items() if value == value}


def _lead_times(reading: Reading) -> pd.DataFrame:
    """Return the lead times; ``assumed``: the preset stands unchanged, in number and word."""
    frame = _frame(reading, "lead_times")
    preset = frame["service"].map(assumed_lead_times()).astype(float) == frame["lead_years"]
    said = frame["source"].isin({ASSUMPTION.de, ASSUMPTION.en})
    return frame.assign(assumed=(preset & said).astype(bool))


def _rate_table(reading: Reading) -> pd.DataFrame:
    frame = _frame(reading, "need_rates")
    ends = [age_ends(str(age)) for age in frame["age"]]
    frame["sex"] = frame["sex"].fillna("all")
    frame["age_first"], frame["age_last"] = [first for first, _ in ends], [last for _, last in ends]
    return frame[["service", "sex", "age_first", "age_last", "rate", "year", "source"]]


def _share_table(reading: Reading) -> pd.DataFrame:
    frame = _frame(reading, "service_costs")
    known = frame[frame[list(PAYERS)].notna().any(axis=1)]
    filled = known.fillna(dict.fromkeys(PAYERS, 0.0))
    long = filled.melt(["service", "source"], list(PAYERS), "payer", "share")
    long["share"] = long["share"].astype(float) / long.groupby("service")["share"].transform("sum")
    return long[["service", "payer", "share", "source"]].sort_values(["service", "payer"], ignore_index=True)
