"""The recipes of CONTRIBUTING for this part of the house, carried out on a copy: few files, and it works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dewak_research.paths import ROOT

pytestmark = pytest.mark.slow  # a recipe is carried out on a copy of the house, from end to end

CODE = "src/dewak_research"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the code and the official figures."""
    keep = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / CODE, tmp_path / CODE, ignore=keep)
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "data" / "raw", ignore=keep)
    return tmp_path


def run(house: Path, *arguments: str) -> str:
    """Run Python in the copy and return what it printed."""
    place = {"PYTHONPATH": str(house / "src"), "DEWAK_ROOT": str(house), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=house, env=os.environ | place, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def touched(house: Path) -> set[str]:
    """Return the files of the copy that are new or differ."""
    found = set()
    for path in house.rglob("*"):
        original = ROOT / path.relative_to(house)
        if path.is_file() and (not original.is_file() or original.read_bytes() != path.read_bytes()):
            found.add(path.relative_to(house).as_posix())
    return found


def insert(path: Path, before: str, text: str) -> None:
    """Put text before the first occurrence of a line that is there."""
    content = path.read_text(encoding="utf-8")
    assert before in content
    path.write_text(content.replace(before, text + before, 1), encoding="utf-8")


BENEFIT = """
import pandas as pd
from dewak_research.data.accounts import benefit_types
from dewak_research.disparities.definitions import unit_amounts
from dewak_research.page.labels import label
rows = [("05111000", 2010, group, account, amount) for group, account, amount in
        (("341", "7339", 7.0), ("999", "7339", 7.0), ("351", "7338", 2.0), ("999", "7338", 2.0))]
payments = pd.DataFrame(rows, columns=["ags", "year", "product_group", "account", "amount_eur"])
units = pd.DataFrame({"ags": ["05111000"], "kind": ["kreisfreie_stadt"], "kreis": ["05111"]})
row = unit_amounts(payments, units).iloc[0]
print(list(benefit_types())[-2:], row["advance_eur"], row["other_eur"], label("benefit_advance", "en"))
"""


def test_a_benefit_type_is_a_line_of_the_map_and_a_title(house: Path) -> None:
    map_file = house / CODE / "rules" / "land" / "05" / "accounts.yaml"
    insert(map_file, "# The thirteen items", "  advance: social_maintenance_advance\n")
    labels = house / CODE / "page" / "labels" / "disparities.yaml"
    insert(
        labels, "benefit_other:", 'benefit_advance: {de: "Unterhaltsvorschuss", en: "Maintenance advances"}\n'
    )
    assert run(house, "-c", BENEFIT) == "['advance', 'other'] 7.0 2.0 Maintenance advances\n"
    assert len(touched(house)) == 2


TABLE = """
from dewak_research.data import read_table
from dewak_research.data.catalogue import source_html
table = read_table("nrw_toy")
print(table.dtypes.astype(str).to_dict(), table["ags"].tolist(), source_html(["nrw_toy"], "en").split(";")[0])
"""
ENTRY = """\
  nrw_toy:
    file: nrw_toy.csv
    number: "Toy 1"
    vintage: {de: "2020", en: "2020"}
    taken: "2026-11-26"
    title: {de: "Spielzeug", en: "toys"}
    change: {de: "keine", en: "none"}
    keys: [ags]
    fields:
      ags: {type: string, de: "Gemeindeschlüssel", en: "municipality key", pattern: "^05\\\\d{6}$", required: true}
      toys: {type: integer, de: "Spielzeug", en: "toys", minimum: 0, required: true}
"""


def test_a_table_is_a_file_and_its_entry_in_the_catalogue(house: Path) -> None:
    (house / "data" / "raw" / "rki" / "nrw_toy.csv").write_text("ags,toys\n05111000,3\n", encoding="utf-8")
    entries = house / CODE / "data" / "catalogue" / "rki.yaml"
    entries.write_text(entries.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
    run(house, "-m", "dewak_research.data.datapackage")
    said = run(house, "-c", TABLE)
    assert said.startswith("{'ags': 'str', 'toys': 'int64'} ['05111000'] Source: ")
    assert "Robert Koch Institute" in said
    assert touched(house) == {
        "data/raw/rki/nrw_toy.csv",
        "data/raw/rki/datapackage.json",
        f"{CODE}/data/catalogue/rki.yaml",
    }


def test_a_new_table_that_breaks_its_contract_is_refused(house: Path) -> None:
    (house / "data" / "raw" / "rki" / "nrw_toy.csv").write_text("ags,toys\n05111000,-3\n", encoding="utf-8")
    entries = house / CODE / "data" / "catalogue" / "rki.yaml"
    entries.write_text(entries.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
    run(house, "-m", "dewak_research.data.datapackage")
    with pytest.raises(AssertionError, match="not allowed"):
        run(house, "-c", TABLE)
