"""The page of access of an own report: tables, maps and what they do not say, written in one language."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dewak_research.config import SpaceParams
from dewak_research.language import Language
from dewak_research.own.access_case import assumed_reach
from dewak_research.own.access_map import access_map, way_text
from dewak_research.own.access_results import AccessResults
from dewak_research.own.template import load_template
from dewak_research.page.labels import label
from dewak_research.page.values import interval, is_missing, number, pct
from dewak_research.space.district_need import LEAST_DRAWN
from dewak_research.space.districts import OwnKind
from dewak_research.space.system import QUADRANTS

SHOWN_SITES = 5
"""Candidates of a kind that the page shows; the files hold all."""
FILES = ("kinds", "districts", "need", "quadrants", "equity", "one_more", "more")
"""Tables to take away, in the order of the page."""
Part = dict[str, Any]


def access_page(found: AccessResults, params: SpaceParams, language: Language) -> dict[str, Any]:
    """Return lines, parts and files of the page."""
    say = partial(label, language=language)
    if found.reason:
        return {"access_lines": [say(f"own_access_{found.reason}")], "access_parts": [], "access_files": []}
    parts = [_kinds(found, params, language)]
    for kind in found.kinds:
        parts += _of_kind(found, kind, language)
    parts += [_need(found, language)]
    if found.need != "none":
        parts += [_quadrants(found, language), _equity(found, params, language)]
    parts += [*_sites(found, language), _sure(found, language)]
    names = [f"access_{name}" for name in FILES if len(found.tables.get(f"access_{name}", ()))]
    files = [
        (f"../tables/{name}.csv", say("own_access_file", title=_title(name, language))) for name in names
    ]
    return {"access_lines": _lead(found, language), "access_parts": parts, "access_files": files}


def _title(name: str, language: Language) -> str:
    short = name.removeprefix("access_")
    if short == "districts":
        return label("own_access_of_kind", language, kind=label("own_access_kind", language))
    return label(f"own_access_{short}_title", language)


def _options(keys: Sequence[str], language: Language) -> str:
    return ", ".join(
        load_template().options["everybody" if key == "people" else key][language] for key in keys
    )


def _lead(found: AccessResults, language: Language) -> list[str]:
    say, access = partial(label, language=language), found.access
    people = number(access.districts["people"].sum(), language)
    lines = [
        say(
            "own_access_lead",
            districts=len(access.districts),
            people=people,
            facilities=len(access.facilities),
        )
    ]
    if access.areas is not None:
        lines[0] += " " + say("own_access_point_of_area")
    if access.from_register:
        lines.append(say("own_access_register", counts=_options(access.from_register, language)))
    if access.ways is not None:
        return [*lines, say("own_access_minutes", file=access.files["ways"])]
    basis = say("own_access_assumed" if access.assumed else "own_access_entered")
    return [*lines, say("own_access_air", detour=number(access.detour, language, 2), basis=basis)]


def _kinds(found: AccessResults, params: SpaceParams, language: Language) -> Part:
    say = partial(label, language=language)
    facilities = found.access.facilities
    users: dict[str, str] = dict(zip(facilities["kind"], facilities["users"], strict=True))
    bounds = found.access.areas is not None and found.access.ways is None
    assumed = facilities.groupby("kind")["reach"].first().isna()
    rows = []
    for row in found.tables["access_kinds"].to_dict("records"):
        kind = str(row["kind"])
        reach = way_text(found, float(row["reach"]), language)
        if assumed[kind]:
            assert row["reach"] == assumed_reach(found.access, params)
            reach = say("own_access_reach_assumed", reach=reach)
        longest = way_text(found, float(row["longest_way"]), language)
        if not is_missing(row["longest_way"]):
            longest = say("own_access_longest_from", way=longest, district=row["longest_district"])
        cells = [
            kind,
            number(row["facilities"], language),
            say("own_no_value") if is_missing(row["capacity"]) else number(row["capacity"], language),
            _options([users[kind]], language),
            reach,
            pct(row["reached_share"], language),
        ]
        if bounds:
            low, high = (pct(row[f"{end}_share"], language) for end in ("low", "high"))
            cells.append(say("own_access_range", low=low, high=high))
        rows.append([*cells, way_text(found, float(row["mean_way"]), language), longest])
    heads = [
        "kind",
        "facilities_head",
        "capacity",
        "for",
        "reach",
        "reached",
        *["bounds"] * bounds,
        "mean",
        "longest",
    ]
    lines = [say("own_access_lost", names=", ".join(lost)) for kind in found.kinds if (lost := kind.lost())]
    note = [
        say("own_access_kinds_note"),
        say("own_access_bounds_areas" if bounds else "own_access_bounds_none"),
    ]
    return _part("kinds", heads, rows, language, lines=lines, note=" ".join(note), text=(0, 3))


def _part(
    name: str,
    heads: Sequence[str],
    rows: list[list[str]],
    language: Language,
    lines: Sequence[str] = (),
    note: str = "",
    text: Sequence[int] = (0,),
    title: str | None = None,
) -> Part:
    """Return a part of the page; ``text`` are the columns that hold words."""
    return {
        "title": label(f"own_access_{name}_title", language) if title is None else title,
        "lines": [*lines],
        "head": [label(f"own_access_{head}", language) for head in heads],
        "rows": rows,
        "numbers": [place for place in range(len(heads)) if place not in text],
        "note": note,
        "stacked": len(heads) > 6,
    }


def _of_kind(found: AccessResults, kind: OwnKind, language: Language) -> list[Part]:
    """Return the map of a kind, and its districts as a table."""
    say = partial(label, language=language)
    table = found.tables["access_districts"]
    table = table[table["kind"] == kind.kind]
    title = say("own_access_of_kind", kind=kind.kind)
    picture = access_map(found, kind, table, language)
    heads = ["district", "people", "way", "facility", "inside", "count"]
    heads += ["per_1000", "zones"] * kind.counted
    rows = []
    for place, row in enumerate(table.to_dict("records"), 1):
        cells = [
            f"{place} {row['district']}",
            number(row["people"], language),
            way_text(found, float(row["way"]), language),
            str(row["facility"]) or "–",
            say(f"own_access_inside_{row['inside']}"),
            number(row["count"], language),
        ]
        if kind.counted:
            cells += [number(row[name], language, 1) for name in ("per_1000", "per_1000_zones")]
        rows.append(cells)
    note = say("own_access_shared_note" if kind.counted else "own_access_shared_none")
    shown = _part("", heads, rows, language, note=note, text=(0, 3, 4), title="")
    return [{"title": title, "lines": [], "rows": [], "picture": picture}, {**shown, "stacked": False}]


def _need(found: AccessResults, language: Language) -> Part:
    say, table = partial(label, language=language), found.tables["access_need"]
    lines = [say(f"own_access_need_{found.need}", counts=_options(found.indicators, language))]
    if found.even:
        lines.append(say("own_access_need_even", counts=_options(found.even, language)))
    if found.need == "none" and len(table.columns) <= 4:
        return {"title": say("own_access_need_title"), "lines": lines, "rows": []}
    counts = [name for name in table.columns if name.endswith("_share")]
    rows = []
    for row in table.to_dict("records"):
        cells = [
            str(row["district"]),
            number(row["people"], language),
            *[pct(row[name], language) for name in counts],
        ]
        rows.append([*cells, number(row["need"], language, 2), number(row["fifth"], language)])
    shown = _part("need", ["district", "people"], rows, language, lines, say("own_access_need_note"))
    heads = [
        say("own_access_share", count=_options([name.removesuffix("_share")], language)) for name in counts
    ]
    last = [say("own_access_need"), say("own_access_fifth")]
    shown["head"] = [*shown["head"], *heads, *last]
    return {**shown, "numbers": [*range(1, len(shown["head"]))]}


def _quadrants(found: AccessResults, language: Language) -> Part:
    """Return who needs much and reaches little first; then all others."""
    say, table = partial(label, language=language), found.tables["access_quadrants"]
    lines = [say(f"own_access_alone_{why}", kind=kind) for kind, why in found.alone.items()]
    worst = table["quadrant"] == QUADRANTS[0]
    if len(table) and not worst.any():
        lines.append(say("own_access_quadrants_none"))
    order = table.assign(place=table["quadrant"].map(QUADRANTS.index)).sort_values("place", kind="stable")
    rows = [
        [
            str(row["district"]),
            str(row["kind"]),
            say(f"quadrant_{row['quadrant']}"),
            say(f"own_access_measure_{row['measure']}"),
            "–" if is_missing(row["same_share"]) else pct(row["same_share"], language, 0),
        ]
        for row in order.to_dict("records")
    ]
    heads = ["district", "kind", "quadrant", "measure", "same"]
    note = say("own_access_quadrants_note")
    return _part("quadrants", heads, rows, language, lines, note, text=(0, 1, 2, 3))


def _equity(found: AccessResults, params: SpaceParams, language: Language) -> Part:
    say, table = partial(label, language=language), found.tables["access_equity"]
    many = len(found.access.districts) >= LEAST_DRAWN
    rows = []
    for row in table.to_dict("records"):
        cells = [str(row["kind"]), say(f"own_access_measure_{row['measure']}")]
        for name in ("index", "gap"):
            value = say("own_no_value") if is_missing(row[name]) else number(row[name], language, 2)
            ends = interval(row[f"{name}_low"], row[f"{name}_high"], ",.2f", language)
            cells.append(f"{value} ({ends})" if many and not is_missing(row[name]) else value)
        rows.append(cells)
    lines = [say(f"own_access_alone_{why}", kind=kind) for kind, why in found.alone.items()]
    basis = (
        say("own_access_equity_drawn", draws=number(params.draws, language))
        if many
        else say("own_access_equity_few", districts=len(found.access.districts), least=LEAST_DRAWN)
    )
    note = f"{say('own_access_equity_note')} {basis}"
    return _part("equity", ["kind", "measure", "index", "gap"], rows, language, lines, note, text=(0, 1))


def _sites(found: AccessResults, language: Language) -> list[Part]:
    say, table = partial(label, language=language), found.tables["access_one_more"]
    if table.empty:
        line = say("own_access_one_more_minutes", file=found.access.files["ways"])
        return [{"title": say("own_access_one_more_title"), "lines": [line], "rows": []}]
    rows = [
        [
            str(row["kind"]),
            str(row["district"]),
            number(row["persons_gained"], language),
            "–" if is_missing(row["needy_share"]) else pct(row["needy_share"], language),
            pct(row["reached_share"], language),
            way_text(found, float(row["mean_way"]), language),
        ]
        for row in table.groupby("kind", sort=False).head(SHOWN_SITES).to_dict("records")
    ]
    note = say("own_access_one_more_note", shown=SHOWN_SITES)
    heads = ["kind", "site", "gained", "needy", "then", "then_mean"]
    more = found.tables["access_more"].query("number > 1")
    together = [
        [
            str(row["kind"]),
            number(row["number"], language),
            say(f"own_access_aim_{row['aim']}"),
            str(row["districts"]),
            pct(row["reached_share"], language),
            way_text(found, float(row["mean_way"]), language),
        ]
        for row in more.to_dict("records")
    ]
    parts = [_part("one_more", heads, rows, language, note=note, text=(0, 1))]
    if together:
        said = [say("own_access_more_note")]
        if (worst := float(more["gap"].max())) > 0.0:
            said = [say("own_access_more_gap", gap=pct(worst, language, 2))]
        heads = ["kind", "more_number", "more_aim", "more_districts", "then", "then_mean"]
        parts.append(_part("more", heads, together, language, note=" ".join(said), text=(0, 2, 3)))
    return parts


def _sure(found: AccessResults, language: Language) -> Part:
    ways = "minutes" if found.access.ways is not None else "air"
    keys = ["points", ways, "reach", "outside", "use", *["need"] * (found.need == "computed")]
    lines = [label(f"own_access_sure_{key}", language) for key in keys]
    return {"title": label("own_access_sure_title", language), "lines": lines, "rows": []}
