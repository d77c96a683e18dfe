"""The choices of the specification curve: what a reader could have chosen instead of our main model."""

from __future__ import annotations

from dewak_research.disparities.models import Effects
from dewak_research.disparities.panel import REGRESSORS, TIME_CONSTANT

FOCAL = tuple(r for r in REGRESSORS if r not in TIME_CONSTANT)
BLOCKS = ("economy", "demography", "settlement")
EFFECTS: tuple[Effects, ...] = ("kreis_year", "kreis_land_year")
SAMPLES = ("all", "west", "kreise_only")
WEIGHTS = ("units", "people")
FORMS = ("ln_kdu", "kdu_relative")
CLUSTERS = ("ags", "land")
#: The specification that the chapter shows as its main model.
MAIN = {"period": "whole", "sample": "all", "weights": "units", "effects": "kreis_year", "controls": "all",
        "form": "ln_kdu", "cluster": "ags"}  # fmt: skip
CHOICES = tuple(MAIN)
LEVEL = 0.05
EAST = ("11", "12", "13", "14", "15", "16")


def periods(years: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """Return the choices of years: all, both halves, and those between the two censuses of 2011 and 2022."""
    first, last = years
    middle = (first + last) // 2
    out = {"whole": years, "first_half": (first, middle), "second_half": (middle + 1, last)}
    return out | ({"between_censuses": (2012, last)} if first < 2012 < last - 1 else {})


def control_sets(term: str) -> dict[str, tuple[str, ...]]:
    """Return the choices of controls beside ``term``: none, one block, all; a set that repeats another is left
    out.
    """
    others = [r for r in FOCAL if r != term]
    sets: dict[str, tuple[str, ...]] = {"none": ()}
    for block in BLOCKS:
        sets[block] = tuple(r for r in others if REGRESSORS[r][0] == block)
    sets["all"] = tuple(others)
    return {name: chosen for name, chosen in sets.items() if chosen or name == "none"}
