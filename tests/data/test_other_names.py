"""Other names of units: of known units, of a stated kind, and never the name of another unit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from dewak_research.data.other_names import FILE, other_names
from dewak_research.data.register import fold
from dewak_research.errors import entries
from dewak_research.language import LANGUAGES

SHARED = {"ac"}  #: the plate of the Städteregion Aachen and of its city


def test_every_kind_says_what_it_is_and_where_it_comes_from() -> None:
    found = entries("dewak_research.data", FILE)
    assert {kind for kinds in found["names"].values() for kind in kinds} == set(found["kinds"])
    for kind in found["kinds"].values():
        assert all(kind[part][language] for part in ("meaning", "source") for language in LANGUAGES)


def test_a_plate_has_one_to_three_letters_and_a_former_name_its_year() -> None:
    for kinds in entries("dewak_research.data", FILE)["names"].values():
        assert all(
            plate.isupper() and plate.isalpha() and len(plate) <= 3 for plate in kinds.get("plate", ())
        )
        assert all(1900 < year <= 2026 for year in kinds.get("former", {}).values())


def test_names_belong_to_known_units_and_to_no_other(stages_run: Path) -> None:
    folder = stages_run / "ingest"
    units = pd.concat(
        pd.read_parquet(folder / f"{table}.parquet")[["ags", "name"]] for table in ("units", "kreis_register")
    )
    named = {fold(name) for name in units["name"]}
    assert set(other_names()) <= set(units["ags"])
    found = Counter(fold(name) for names in other_names().values() for name in names)
    assert not set(found) & named
    assert {name for name, times in found.items() if times > 1} <= SHARED
    own = pd.read_parquet(folder / "units.parquet")
    kreise = set(own.loc[own["kind"].isin(["kreis", "kreisfreie_stadt"]), "ags"])
    assert kreise <= set(other_names()), "a Kreis or city of the Land without its plate"
