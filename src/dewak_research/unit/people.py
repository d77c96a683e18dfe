"""How many live in a unit, in words and marks: the newest count, what is derived, where a census breaks the line."""

from __future__ import annotations

from collections.abc import Sequence

from dewak_research.data.people_counted import CENSUSES
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import number, pct, whole_shares
from dewak_research.page.years import censuses_crossed
from dewak_research.unit.view import Profile, Row


def inhabitants(profile: Profile, language: Language) -> str:
    """Say the newest count, the same that the line over the years ends with; the register's where there is none."""
    newest = profile.population[-1] if profile.population else None
    count = profile.unit["population_2021"] if newest is None else newest["population"]
    year = 2021 if newest is None else int(newest["year"])
    return label("profile_inhabitants", language, n=number(count, language), year=year)


def age_title(profile: Profile, language: Language) -> str:
    """Head the ages with the day they were counted on."""
    if profile.age_year is None:
        return label("profile_age_title_unknown", language)
    return label("profile_age_title", language, year=profile.age_year)


def age_shares(profile: Profile, language: Language) -> list[str]:
    """Write the share of every age group in whole per cent, which together make one hundred."""
    whole = whole_shares(profile.age.values())
    return [
        f"{group}: {pct(share / 100, language, 0)}" for group, share in zip(profile.age, whole, strict=True)
    ]


def census_marks(rows: Sequence[Row], language: Language) -> dict[float, str]:
    """Return where between two years the count goes over to another census, and its name."""
    if not rows:
        return {}
    crossed = censuses_crossed(int(rows[0]["year"]), int(rows[-1]["year"]))
    return {CENSUSES[census] - 0.5: label("census_mark", language, year=str(census)) for census in crossed}


def _spans(years: Sequence[int]) -> str:
    """Write years as 2016–2020, 2022."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}–{span[-1]}" for span in spans)


def population_note(profile: Profile, language: Language) -> str:
    """Say which years are no published counts and what a census does; nothing where every year is one."""
    derived = [int(row["year"]) for row in profile.population if row.get("derived")]
    if not derived:
        return ""
    last = int(profile.population[-1]["year"])
    return label("profile_population_note", language, derived=_spans(derived), last=last)
