"""Everything that a profile shows, as data: one flat table for every unit, in CSV and JSON, with one schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from dewak_research.data.doubtful import doubted
from dewak_research.data.indicators import indicators_of
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.page.parameter_names import parameter_name
from dewak_research.page.values import is_missing
from dewak_research.stress.today import MEASURES
from dewak_research.unit.kreis_data import germany_lines, peers_of
from dewak_research.unit.outlook import NEED_SOURCES, OUTLOOK_AGES, OUTLOOK_SERVICES, OUTLOOK_SOURCES
from dewak_research.unit.place_words import PLACE_SOURCES
from dewak_research.unit.today import IN_WORDS_ONLY
from dewak_research.unit.view import Profile, Row
from dewak_research.unit.words import booked_span

DIGITS = 7  #: a ten-millionth of a value: less than any source is exact to
COUNTED = ("town_population", "town_population_derived", "town_population_today")
STRESS_SOURCES = ("booked_payments", "balance_sheets", "tax_panel", "kreise_panel")
Line = dict[str, Any]


@cache
def schema() -> Mapping[str, Any]:
    """Return the schema of the files, which describes every column."""
    found = json.loads((Path(__file__).parent / "sheet_schema.json").read_text(encoding="utf-8"))
    return dict(found)


@cache
def columns() -> list[str]:
    """Return the columns of a file, in their order."""
    parts = (schema()["$defs"][part]["properties"] for part in ("figure", "value"))
    return [name for part in parts for name in part if name != "values"]


def _names(write: Callable[[Language], str]) -> Line:
    return {f"name_{language}": write(language) for language in LANGUAGES}


def _called(key: str, **values: Any) -> Line:
    return _names(lambda language: label(key, language, **values))


def _series(
    profile: Profile,
    section: str,
    rows: list[Row],
    column: str,
    key: str,
    unit: str,
    sources: tuple[str, ...],
) -> Iterator[Line]:
    names = _names(lambda language: label(key, language, kreis=profile.kreis_name))
    for row in rows:
        mark = "derived" if row.get("derived") else None
        yield {
            "section": section, "key": column, **names, "unit": unit, "as_of": str(int(row["year"])),
            "value": row[column], "mark": mark, "sources": sources,
        }  # fmt: skip


def _past(profile: Profile) -> Iterator[Line]:
    for row in profile.status:
        yield {
            "section": "records", "key": "status", **_called("sheet_data_status"), "as_of": str(row["year"]),
            "text": row["status"], "sources": ("booked_payments",),
        }  # fmt: skip
    yield from _series(
        profile,
        "population",
        profile.population,
        "population",
        "profile_population_title",
        "persons",
        COUNTED,
    )
    source = "kreise_age" if profile.unit["kind"] != "kreisangehoerige_gemeinde" else "town_age"
    for group, share in profile.age.items():
        yield {
            "section": "age", "key": group, "name_de": group, "name_en": group, "unit": "percent",
            "as_of": f"{profile.age_year}-12-31", "value": share, "sources": (source,),
        }  # fmt: skip
    panel = ("kreise_panel",) if profile.is_kreis else ("tax_panel",)
    for column, key in (
        ("tax_capacity_eur_pc", "profile_tax_title"),
        ("trade_tax_eur_pc", "profile_trade_tax_title"),
    ):
        yield from _series(profile, "taxes", profile.tax, column, key, "eur_per_inhabitant", panel)
    unit = "eur_per_inhabitant"
    yield from _series(
        profile, "kdu", profile.kdu, "kdu_eur_pc", "profile_kdu_title", unit, ("kreise_panel",)
    )


def unit_of(key: str) -> str | None:
    """Return the unit that the end of a column's name says."""
    ends = {"_eur_pc": "eur_per_inhabitant", "_pct": "percent", "_share": "share", "_per_100": "per_100"}
    return next((unit for end, unit in ends.items() if key.endswith(end)), None)


def _beside_peers(profile: Profile) -> Iterator[Line]:
    for row in profile.today:
        measure = str(row["measure"])
        name = "sheet_data_over_indebtedness" if measure in IN_WORDS_ONLY else f"today_{measure}"
        doubt = (profile.ags, measure) in doubted()
        yield {
            "section": "today", "key": measure, **_called(name), "unit": unit_of(measure),
            "as_of": row["vintage"], "value": row["value"], **peers_of(row),
            "mark": "doubted" if doubt else "to_be_confirmed", "sources": (MEASURES[measure][0],),
        }  # fmt: skip
    known = {indicator.key: indicator for indicator in indicators_of(str(profile.unit["kind"]))}
    years = booked_span(profile)
    for row in profile.comparison:
        key = str(row["indicator"])
        yield {
            "section": "comparison", "key": key, **_called(f"profile_{key}", years=years), "unit": unit_of(key),
            "as_of": known[key].years, "value": row["value"], **peers_of(row), "sources": known[key].sources,
        }  # fmt: skip


def _shocks(profile: Profile) -> Iterator[Line]:
    for row in profile.today_stress:
        doubt = str(row["case"]).startswith("tax") and (profile.ags, "tax_capacity_eur_pc") in doubted()
        sources = tuple(
            dict.fromkeys(MEASURES[name][0] for name in ("tax_capacity_eur_pc", "liquidity_credit_eur_pc"))
        )
        common = {
            "section": "shock_today", **_called(f"today_{row['case']}"), "as_of": f"+{int(row['year'])} years"
            if str(row["case"]).startswith("interest") else None, "mark": "doubted" if doubt else "estimate",
            "sources": sources,
        }  # fmt: skip
        yield {
            **common,
            "key": f"{row['case']}_loss",
            "unit": "eur_per_inhabitant",
            "value": row["loss_eur_pc"],
        }
        yield {
            **common,
            "key": f"{row['case']}_land_tax_b",
            "unit": "points",
            "value": row["land_tax_b_points"],
        }
    if profile.relief is not None:
        for column in ("amount_eur_pc", "upper_bound_eur_pc"):
            yield {
                "section": "old_debt", "key": column, **_called(f"sheet_data_{column}"), "unit": "eur_per_inhabitant",
                "value": profile.relief[column], "mark": "to_be_confirmed", "sources": ("debt_relief",),
            }  # fmt: skip


def _later(profile: Profile) -> Iterator[Line]:
    people = [
        ("people", str(row["age"]), "persons", row) for row in profile.people if row["age"] in OUTLOOK_AGES
    ]
    needs = [
        ("need", str(row["service"]), "need_now", row)
        for row in profile.need_growth
        if row["service"] in OUTLOOK_SERVICES
    ]
    for section, key, now, row in people + needs:
        names = _called(f"outlook_{'age' if section == 'people' else 'need'}_{key}")
        common = {"section": section, "key": key, **names, "unit": "persons", "mark": "estimate"}
        sources = OUTLOOK_SOURCES if section == "people" else (*OUTLOOK_SOURCES, *NEED_SOURCES)
        last = int(row["shown_year" if section == "people" else "last_year"])
        yield {**common, "as_of": str(int(row["first_year"])), "value": row[now], "sources": sources}
        yield {
            **common, "as_of": str(last), "value": row["p50"], "low": row["p05"], "high": row["p95"],
            "sources": sources,
        }  # fmt: skip


def _stress(profile: Profile) -> Iterator[Line]:
    view = profile.stress
    span = f"{view.first_year}-{view.last_year}"
    common = {"section": "stress", "as_of": span, "mark": "estimate", "sources": STRESS_SOURCES}
    yield {
        **common, "key": "probability", **_called("sheet_data_probability"), "unit": "share",
        "value": view.probability, "low": view.low, "high": view.high, "text": view.light,
    }  # fmt: skip
    yield {
        **common, "key": "bearable_eur_pc", **_called("sheet_data_bearable"), "unit": "eur_per_inhabitant",
        "value": view.bearable_eur_pc,
    }  # fmt: skip
    for baseline, light in view.baselines.items():
        yield {**common, "key": f"light_{baseline}", **_called("profile_stress_result"), "text": light}
    for row in view.tornado[:1]:
        names = _names(lambda language, row=row: parameter_name(row["parameter"], language))  # type: ignore[misc]
        ends = sorted((row["probability_low"], row["probability_high"]))
        yield {
            **common, "key": f"tornado_{row['parameter']}", **names, "unit": "share", "value": row["probability"],
            "low": ends[0], "high": ends[1],
        }  # fmt: skip
    for row in view.grid:
        fall, rise = row["revenue_fall_share"], row["interest_rise_pp"]
        trigger = None if is_missing(row["trigger"]) else str(row["trigger"])
        if trigger not in (None, "none"):
            trigger = f"{trigger} {view.first_year + int(row['trigger_year']) - 1}"
        yield {
            **common, "key": f"grid_revenue_fall_{fall:g}_interest_rise_{rise:g}", **_called("sheet_data_grid"),
            "unit": "eur_per_inhabitant", "value": row["loss_total_eur_pc"], "text": trigger,
        }  # fmt: skip


def _place(profile: Profile) -> Iterator[Line]:
    place = profile.place
    if place is None:
        return
    common = {"section": "place", "sources": PLACE_SOURCES}
    for row in place.needs:
        yield {
            **common, "key": f"need_{row['need']}", **_called(f"place_need_{row['need']}"), "as_of": str(row["year"]),
            "value": row["value"], "text": f"fifth {int(row['fifth'])}",
        }  # fmt: skip
    for row in place.drives:
        yield {
            **common, "key": f"drive_{row['kind']}", **_called(f"place_to_{row['kind']}"), "unit": "minutes",
            "value": row["minutes"], "text": f"fifth {int(row['fifth'])}",
        }  # fmt: skip
    for name, quadrant in (("minutes", place.by_minutes), ("schools", place.by_schools)):
        if quadrant is not None:
            yield {
                **common, "key": f"quadrant_by_{name}", **_called("sheet_data_quadrant"), "as_of": str(place.year),
                "text": quadrant["quadrant"],
            }  # fmt: skip


def _others(profile: Profile) -> Iterator[Line]:
    for row in profile.transfer:
        names = _names(lambda language, row=row: row["called"][language])  # type: ignore[misc]
        for what in ("context", "mechanism", "feasibility"):
            yield {
                "section": "transfer", "key": f"{row['case']}_{what}", **names, "text": row[f"{what}_light"],
                "unit": "share" if what == "context" else None,
                "value": row["closer_share"] if what == "context" else None, "mark": "estimate", "sources": ("towns",),
            }  # fmt: skip
    for row in profile.neighbours:
        yield {
            "section": "similar", "key": str(row["peer"]), "name_de": row["name"], "name_en": row["name"],
            "unit": "distance", "value": row["distance"], "sources": ("towns", "census"),
        }  # fmt: skip


def sheet_rows(profile: Profile) -> list[Line]:
    """Return what the profile shows, a row per value, with what is unknown as None.

    Returns
    -------
    list of dict
        Columns as ``sheet_schema.json`` describes them; every row has all of them.
    """
    parts = (_past, _beside_peers, _shocks, _later, _place, _stress, _others)
    among_all = () if profile.germany is None else germany_lines(profile.germany)
    return whole_rows(chain(*(part(profile) for part in parts), among_all))


def whole_rows(lines: Iterable[Line]) -> list[Line]:
    """Return the rows of a file with all of its columns, what is unknown as None, in the digits of the file."""
    empty = dict.fromkeys(columns())
    return [{**empty, **_tidy(line)} for line in lines]


def _short(value: float) -> float:
    return int(value) if value.is_integer() else float(f"{value:.{DIGITS}g}")


def _tidy(line: Line) -> Line:
    tidy = {name: None if name != "sources" and is_missing(value) else value for name, value in line.items()}
    for name, value in tidy.items():
        if isinstance(value, float):
            tidy[name] = _short(value)
    for count in ("peers_known", "place", "of"):
        known = tidy.get(count)
        if known is not None:
            tidy[count] = int(known)
    return {**tidy, "sources": " ".join(line["sources"])}
