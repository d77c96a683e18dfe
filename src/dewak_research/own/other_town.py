"""A workbook that holds another town: by the name in the form, and by figures that are another town's official ones."""

from __future__ import annotations

from collections.abc import Iterator

from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.known_figures import Figures
from dewak_research.own.official import embedded_population, official_table

LEAST_EQUAL = 3  #: figures of several years or lines that no two towns share by chance
EXACT = 0.5
_KINDS = ("stadt", "gemeinde", "kreis", "town of", "city of", "municipality of")


def _bare(name: str) -> str:
    """Return a name without what kind of place it is, for comparison: ``Stadt Bottrop`` → ``bottrop``."""
    bare = " ".join(name.casefold().replace(",", " ").split())
    for kind in _KINDS:
        bare = bare.removeprefix(f"{kind} ").removesuffix(f" {kind}")
    return bare


def other_name(reading: Reading, key: str) -> Iterator[Finding]:
    """Say where the name in the form is that of another town of the register."""
    towns = official_table("towns")
    names = dict(zip(towns["ags"].astype(str), towns["name"].astype(str), strict=True))
    given, own = _bare(reading.form.get("name", "")), _bare(names.get(key, ""))
    if not own or not given or own in given or given in own:
        return
    for other, name in names.items():
        if other != key and _bare(name) == given:
            where = reading.form_cells.get("name")
            shown = {"value": name, "other": other, "key": key, "own": names[key]}
            yield finding("name_of_other_town", reading.titles["readme"], where, **shown)
            return


def other_figures(figures: Figures, key: str) -> Iterator[Finding]:
    """Name the town whose official figures stand in the sheet Population in place of this one's."""
    embedded = figures.embedded
    official = {
        (line, year): value
        for sheet, line, year, value in embedded[["sheet", "line", "year", "value"]].itertuples(
            index=False, name=None
        )
        if sheet == "population"
    }
    entered = {
        (line, year): value
        for (year, _), values in figures.columns["population"].items()
        for line, value in values.items()
        if (line, year) in official and abs(value - official[line, year]) > EXACT
    }
    if len(entered) < LEAST_EQUAL:
        return
    all_towns = embedded_population()
    wanted = all_towns[all_towns["key"] != key]
    seen = wanted.set_index(["line", "year"]).index.map(entered)
    equal = wanted[(wanted["value"].round() - seen.to_numpy(float).round()).abs() <= EXACT]
    counts = equal["key"].value_counts()
    if not counts.empty and counts.iloc[0] >= LEAST_EQUAL:
        other = str(counts.index[0])
        towns = official_table("towns")
        name = next(iter(towns.loc[towns["ags"] == other, "name"].astype(str)), other)
        line, year = next((line, year) for line, year in entered)
        place = ("population", line, year, "actual")
        yield figures.found(
            "figures_of_other_town", place, value=name, other=other, number=int(counts.iloc[0])
        )
