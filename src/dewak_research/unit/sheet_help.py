"""What helps a reader with a figure of a sheet: what it is, where it stands, its data, and how to say it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import Any
from urllib.parse import quote

from dewak_research import __version__
from dewak_research.data.catalogue import publishers
from dewak_research.data.indicators import indicators_of
from dewak_research.data.kreis_indicators import KREIS_INDICATORS
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.terms import anchor, patterns, terms
from dewak_research.stress.today import MEASURES
from dewak_research.unit.sheet_files import SCHEMA
from dewak_research.unit.sheet_places import DATA_FOLDER
from dewak_research.unit.view import Profile

ENTRIES = {
    "today_tax_capacity_eur_pc": "tax_revenue_capacity",
    "profile_sgb2_rate_pct": "basic_security",
    "kreis_sgb2_rate_pct": "basic_security",
    "profile_umlagen_share_pct": "levy",
}
"""Figures whose names do not hold the word of their entry."""
EXPLAINED = {
    "profile_population_change": "what_population_change",
    "profile_age_": "what_age",
    "profile_unemployed": "what_unemployed",
    "profile_interest": "what_interest",
    "today_core_debt": "what_core_debt",
    "today_integrated_debt": "what_integrated_debt",
    "today_budget_stage": "what_budget_stage",
}
"""Figures that no entry of the glossary is about: beginning of the key, and the label of a sentence."""


@cache
def term_of(name: str, language: Language) -> str | None:
    """Return the anchor of the glossary's entry on what a name names, the one that stands first; None without one."""
    found = [
        (hit.start(), -len(hit.group()), key)
        for key, look in patterns(language)
        if (hit := look.search(name) or look.search(name[:1].lower() + name[1:]))
    ]
    return anchor(terms()[min(found)[2]]) if found else None


def what_is(key: str, name: str, language: Language) -> tuple[str | None, str]:
    """Return the anchor of the glossary's entry on a figure, else a sentence of its own; both empty where neither is.

    Parameters
    ----------
    key, name : str
        Label of the figure, and what it says.
    """
    found = anchor(terms()[ENTRIES[key]]) if key in ENTRIES else term_of(name, language)
    own = next((text for end, text in EXPLAINED.items() if key.startswith(end)), None)
    return found, "" if found or own is None else label(own, language)


def publishers_of(profile: Profile, language: Language) -> dict[str, str]:
    """Return the publishers of every figure that stands beside the peers, by its label."""
    sources: dict[str, tuple[str, ...]] = {
        f"profile_{one.key}": tuple(one.sources) for one in indicators_of(str(profile.unit["kind"]))
    }
    sources |= {f"today_{measure}": (table,) for measure, (table, _) in MEASURES.items()}
    own = {key: ", ".join(publishers(tables, language)) for key, tables in sources.items()}
    return own if profile.germany is None else own | german_publishers(language)


def german_publishers(language: Language) -> dict[str, str]:
    """Return the publishers of every figure of the Kreise of Germany, by its label."""
    return {
        one.label_key: ", ".join(publishers(one.sources, language)) for one in KREIS_INDICATORS if one.sources
    }


def tools(ags: str, name: str, known: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Return what stands below the sheet: addresses of its data, and the message that a figure is wrong.

    The script of the sheet reads name and value of a figure from its row, and its publishers by their number there.

    Parameters
    ----------
    ags, name : str
        Key and name of the unit.
    known : mapping of str to str
        Publishers of every figure with a row, by its label.
    """
    say = partial(label, language=language)
    base = f"../../{DATA_FOLDER}"
    fixed = {
        "unit": f"{name} ({ags})",
        "version": __version__,
        "page": f"{language}/profile/{ags}.html",
    }
    empty = {"name": say("wrong_which"), "value": "…", "source": "…"}
    lines = [
        (part, say(f"wrong_{part}"), {**fixed, **empty}[part])
        for part in ("unit", "name", "value", "source", "version", "page")
    ]
    subject = say("wrong_subject", name=name)
    sources = sorted(set(known.values()))
    return {
        "csv": f"{base}/{ags}.csv",
        "json": f"{base}/{ags}.json",
        "schema": f"{base}/{SCHEMA}",
        "lines": lines,
        "sources": "|".join(sources),
        "source_of": {key: sources.index(said) for key, said in known.items()},
        "mail": f"mailto:?subject={quote(subject)}",
        "subject": subject,
    }
