"""The page with map and ranking: every indicator of every town, with what it is compared with and where it comes from.

The picture of one indicator and its table stand in the page for those without scripts. Everything else is read from one
small file per indicator, written as a script, so that it also works where the pages lie in a folder without a server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from dewak_research.book.explorer_data import FOLDER, Level, classes_of, order_of, shade_of
from dewak_research.book.published import below
from dewak_research.data.catalogue import publishers, table
from dewak_research.language import Language
from dewak_research.page.credit import credit
from dewak_research.page.files import compact_json, write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import chance, formatted, is_missing
from dewak_research.page.widths import WORDS
from dewak_research.unit.explored import Explored
from dewak_research.unit.sheet_help import what_is

PAGE = "explorer"
STEPS = {"budget_stage": ("today_stage", range(1, 8))}
_WORDS = (
    "map", "legend", "legend_steps", "point", "median", "median_known", "median_all", "rank", "rank_of",
    "ranking_all", "ranking_peers", "show_all", "without", "name", "value", "band", "note", "year", "profile",
    "compare", "source", "all_sources", "what", "no_unit", "failed", "mark_doubted", "mark_derived",
    "mark_to_be_confirmed",
)  # fmt: skip


def written(value: Any, spec: str, language: Language) -> str:
    """Write a value as the page shows it; a probability in percent (``.1p``) is never rounded to certainty."""
    if spec.endswith("p"):
        share = value if is_missing(value) else value / 100.0
        return chance(share, language, int(spec.strip(".p")))
    return formatted(value, spec, language)


def vintage(year: str, language: Language) -> str:
    """Return a year, day or span in words."""
    return label(f"today_vintage_{year}", language) if year.count("-") == 2 else year


def entry(one: Explored, language: Language) -> dict[str, Any]:
    """Return what the script has to know of an indicator."""
    anchor, said = what_is(one.called, one.name(language), language)
    steps = STEPS.get(one.key)
    return {
        "key": one.key,
        "name": one.name(language),
        "unit": one.unit(language),
        "spec": one.spec,
        "sure": label(f"explorer_sure_{one.certainty}", language),
        "publishers": ", ".join(publishers(one.sources, language)),
        "table": table(one.sources[0]).name,
        "term": anchor,
        "what": said,
        "steps": {str(step): label(f"{steps[0]}_{step}", language) for step in steps[1]} if steps else None,
    }


def catalogue(levels: Sequence[Level], language: Language, compare: bool) -> dict[str, Any]:
    """Return what the script reads: levels with their indicators, words, whether units can be compared."""
    words = {key: label(f"explorer_{key}", language, **_PLACES) for key in _WORDS}
    words |= {key: label(key, language, low="%l", high="%h", range="%r", n="%n") for key in _CLASS_WORDS}
    words["under"], words["over"] = (
        label(f"chance_{side}", language, share=written(share, ".1f", language) + _percent(language))
        for side, share in (("under", 0.1), ("over", 99.9))
    )
    return {
        "levels": [
            {
                "key": level.key,
                "name": label(f"explorer_level_{level.key}", language),
                "groups": [
                    {"name": name, "indicators": [entry(one, language) for one in shown]}
                    for name, shown in level.groups(language)
                ],
            }
            for level in levels
        ],
        "words": words,
        "long": {part: label(key, language, n="%n", m="%m") for part, key in WORDS.items()},
        "compare": compare,
    }


_PLACES: dict[str, Any] = {"n": "%n", "m": "%m", "name": "%name", "publishers": "%p"}
_CLASS_WORDS = ("no_data", "below", "from_to", "from_on", "class_count", "value")


def _percent(language: Language) -> str:
    return "\N{NO-BREAK SPACE}%" if language == "de" else "%"


def explorer_html(levels: Sequence[Level], language: Language, compare: bool = False) -> str:
    """Return fields, picture, ranking and table of the explorer; the first indicator of the first level is drawn.

    Parameters
    ----------
    levels : sequence of Level
        What can be shown; the areas of the first stand in the page.
    language : {"de", "en"}
        Language of the page.
    compare : bool
        The edition has a page that sets units side by side.
    """
    first = levels[0]
    one = first.indicators[0]
    values = first.values[one.key]
    year = values["years"][0]
    shown = values["values"][0]
    steps = STEPS[one.key][1] if one.key in STEPS else None
    bounds = classes_of(shown, steps)
    place = [None if value is None else sum(value >= bound for bound in bounds) for value in shown]
    shade = ["none" if at is None else f"f{shade_of(at, len(bounds) + 1)}" for at in place]
    texts = [written(value, one.spec, language) for value in shown]
    unit = one.unit(language)
    ranks = order_of(shown)
    all_sources = list(
        dict.fromkeys(name for level in levels for i in level.indicators for name in i.sources)
    )
    return (
        templates("dewak_research.book")
        .get_template("explorer.html")
        .render(
            t=lambda key, **put: label(f"explorer_{key}", language, **put),
            level=first,
            areas=list(zip(first.keys, first.names, first.paths, shade, texts, strict=True)),
            unit=unit,
            name=one.name(language),
            year=vintage(year, language),
            legend=_legend(place, bounds, one, language),
            rows=[(ranks[i], first.keys[i], first.names[i], texts[i]) for i in _ordered(ranks, first.keys)],
            folder=FOLDER,
            version=version_of(levels),
            catalogue=Markup(compact_json(catalogue(levels, language, compare))),
            several=len(levels) > 1,
            credit=Markup(credit([table(name).name for name in all_sources], language)),
            publishers=", ".join(publishers(one.sources, language)),
            sure=label(f"explorer_sure_{one.certainty}", language),
        )
    )


def version_of(levels: Sequence[Level]) -> str:
    """Return a mark of the data, so that no browser keeps older files beside a newer page."""
    content = compact_json([[level.keys, level.peers, level.paths, level.values] for level in levels])
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:8]


def _ordered(ranks: Sequence[int | None], keys: Sequence[str]) -> list[int]:
    return sorted(range(len(keys)), key=lambda i: (ranks[i] is None, ranks[i] or 0, keys[i]))


def _legend(
    place: Sequence[int | None], bounds: Sequence[float], one: Explored, language: Language
) -> list[tuple[str, str]]:
    """Return the classes of the map as class of the style sheet and words."""
    found = []
    for at in range(len(bounds) + 1):
        low = written(bounds[at - 1], one.spec, language) if at > 0 else ""
        high = written(bounds[at], one.spec, language) if at < len(bounds) else ""
        key = "value" if not bounds else "below" if at == 0 else "from_on" if at == len(bounds) else "from_to"
        words = label(key, language, low=low, high=high)
        counted = label("class_count", language, range=words, n=place.count(at))
        found.append((f"f{shade_of(at, len(bounds) + 1)}", counted))
    if None in place:
        gap = label("no_data", language)
        found.append(("none", label("class_count", language, range=gap, n=place.count(None))))
    return found


def explorer_page(levels: Sequence[Level], intro: str, language: Language) -> str:
    """Return the explorer as MyST, below the hand-written text that comes before it."""
    return below(intro, explorer_html(levels, language, compare=True))


def write_explorer(levels: Sequence[Level], html: Path) -> None:
    """Write ``explorer/<level>.js`` (names, similar units, areas) and ``explorer/<level>/<indicator>.js``."""
    for place, level in enumerate(levels):
        base: dict[str, Any] = {
            "keys": level.keys,
            "names": level.names,
            "profiles": level.profiles,
            "peers": level.peers,
            "height": level.height,
        }
        if place:
            base["paths"] = level.paths
        _write(html / FOLDER / f"{level.key}.js", level.key, base)
        for key, values in level.values.items():
            _write(html / FOLDER / level.key / f"{key}.js", f"{level.key}/{key}", values)


def _write(path: Path, name: str, content: Mapping[str, Any]) -> None:
    write_whole(path, f"dewakExplorer({compact_json(name)},{compact_json(content)});\n")
