"""The page that sets two to four units side by side: its frame, and the words its script writes figures with."""

from __future__ import annotations

from functools import partial
from typing import Any

from markupsafe import Markup

from dewak_research.book.published import below
from dewak_research.data.catalogue import catalogue, publishers
from dewak_research.data.indicators import INDICATORS
from dewak_research.data.people_counted import CENSUSES
from dewak_research.language import Language
from dewak_research.page.files import compact_json
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.syllables import with_soft_hyphens
from dewak_research.rules import HOME, land
from dewak_research.unit.outlook import FIGURES_SHOWN
from dewak_research.unit.prices import PRICES_OF
from dewak_research.unit.sheet_data import schema
from dewak_research.unit.today import SHEET_YEAR
from dewak_research.unit.unit_names import unit_search

PAGE = "compare"
MOST = 4  #: units side by side
EXAMPLE = ("05562020", "05562014", "05170024")  #: a town and the two most similar to it
SIGNS = {"derived": "°", "to_be_confirmed": "*", "doubted": "†", "estimate": "~"}
LIGHTS = ("green", "amber", "red", "no_data", "unknown")
STATES = ("reported", "carried_forward", "unreported")
QUADRANTS = tuple(
    f"needs_{need}_reaches_{reach}" for need in ("much", "little") for reach in ("much", "little")
)
BASELINES = ("booked", "mean5", "structural")
SAID = (
    "remove", "peers", "full", "unknown", "figure", "source", "median", "band", "path", "scale", "index",
    "kinds", "free", "lands", "status", "fifth", "loss", "points", "after", "grid", "tornado",
    "unit_eur", "unit_points", "unit_minutes", "unit_keur", "rank", "sorted_list", "already",
    "already_small", "below", "indebted", "indebted_stage", "indebted_none", "by_minutes", "by_schools",
    "not_computed", "among_land", "among_germany",
)  # fmt: skip
BLANKS = (
    "name", "n", "ags", "median", "low", "high", "first", "last", "from_value", "to_value", "year", "fall", "rise",
    "baseline", "below", "of", "level", "said",
)  # fmt: skip


def page_words(language: Language) -> dict[str, Any]:
    """Return what the script of the page writes: words with ``{blanks}``, digits of figures, publishers of tables.

    Returns
    -------
    dict
        said, sections, texts (findings in words), lights, transfer, stages, digits (by indicator), signs, publishers
        (by table of the catalogue), and the numbers that belong to the page: most, prices_of, shock_year, figures,
        censuses (first year counted from each).
    """
    say = partial(label, language=language)
    blanks: dict[str, Any] = {blank: "{" + blank + "}" for blank in BLANKS}
    sections = schema()["$defs"]["figure"]["properties"]["section"]["enum"]
    specs = {one.key: one.spec for one in INDICATORS}
    return {
        "none": say("no_data"),
        "said": {key: say(f"compare_{key}", **blanks) for key in SAID},
        "placed": {key: say(f"sheet_{key}", **blanks) for key in ("below", "below_one", "level")},
        "sections": {key: say(f"compare_section_{key}") for key in sections},
        "texts": {
            **{state: say(f"compare_{state}") for state in STATES},
            **{quadrant: say(f"quadrant_{quadrant}") for quadrant in QUADRANTS},
            "none": say("profile_trigger_none"),
        },
        "lights": {light: say(f"profile_light_{light}") for light in LIGHTS},
        "context": {light: say(f"profile_context_{light}") for light in LIGHTS if light != "no_data"},
        "baselines": {key: say("compare_light", baseline=say(f"stress_baseline_{key}")) for key in BASELINES},
        "transfer": {
            "context": say("profile_transfer_context"),
            "mechanism": say("profile_transfer_conditions"),
            "feasibility": say("profile_transfer_feasible"),
        },
        "stages": {str(stage): with_soft_hyphens(say(f"today_stage_{stage}")) for stage in range(1, 8)},
        "digits": {key: int(spec.strip("+,f")[1:]) for key, spec in specs.items()},
        "signed": [key for key, spec in specs.items() if spec.startswith("+")],
        "chance": {end: say(f"chance_{end}", share="{share}") for end in ("under", "over")},
        "marks": {mark: say(f"compare_mark_{mark}") for mark in SIGNS},
        "signs": SIGNS,
        "publishers": {name: publishers([name], language)[0] for name in (*catalogue(), *land(HOME).tables)},
        "prices": {"nominal": say("prices_nominal"), "real": say("prices_real", year=PRICES_OF)},
        "most": MOST,
        "shock_year": SHEET_YEAR,
        "figures": FIGURES_SHOWN,
        "censuses": sorted(CENSUSES.values()),
    }


def comparison(language: Language) -> Markup:
    """Return the part of the page below its introduction; without a script it says where the figures stand."""
    template = templates("dewak_research.book").get_template("compare.html")
    return Markup(
        template.render(
            t=partial(label, language=language),
            search=unit_search(language, "..", "compare_add"),
            words=Markup(compact_json(page_words(language))),
            example=",".join(EXAMPLE),
            prices_of=PRICES_OF,
        )
    )


def comparison_page(intro: str, language: Language) -> str:
    """Return the page as MyST, below its hand-written introduction."""
    return below(intro, comparison(language))
