"""`dewak vintage`: a new edition is shown beside the old one, and put in place as a whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dewak_research import cli
from dewak_research.data import swap as swapping
from dewak_research.data import vintage as comparing
from dewak_research.data.catalogue import table
from dewak_research.data.official import Official, official
from dewak_research.data.vintage import compare, table_of
from dewak_research.errors import InputError
from dewak_research.paths import RAW

pytestmark = pytest.mark.slow  # all official tables are copied, changed and checked again

POPULATION = table("town_population_today")
DAY = date(2026, 12, 1)


def edition(folder: Path, *changes: tuple[str, str], name: str = POPULATION.file) -> Path:
    """Write the table of today with lines replaced."""
    text = (RAW / POPULATION.path).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def today() -> Official:
    return official(check=False)


@pytest.fixture(autouse=True)
def read_once(today: Official, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "official", lambda raw, check: today)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Copies of ``data/raw`` and of the catalogue that a swap may write to."""
    raw, documents = tmp_path / "raw", tmp_path / "catalogue"
    shutil.copytree(RAW / POPULATION.source, raw / POPULATION.source)
    shutil.copytree(swapping.CATALOGUE, documents, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    real = swapping.swap

    def elsewhere(vintages: object, day: date) -> list[Path]:
        return real(vintages, day, raw, documents)  # type: ignore[arg-type]

    monkeypatch.setattr(swapping, "swap", elsewhere)
    return raw, documents


def state(place: tuple[Path, Path]) -> dict[Path, bytes]:
    return {path: path.read_bytes() for folder in place for path in folder.rglob("*") if path.is_file()}


def test_changes_are_shown_by_row_column_and_size(tmp_path: Path) -> None:
    file = edition(tmp_path, ("05111000,2025,619444", "05111000,2025,650000"), ("05113000,2025,573618\n", ""))
    vintages, problems = compare([file])
    text = vintages[0].render("en")
    assert "1 rows removed: 05113000 Essen" in text
    assert "population: 1 of 395 values differ" in text
    assert "population, 05111000 Düsseldorf: 619,444 → 650,000" in text
    assert ["395 rows" in problem.render("en") for problem in problems] == [True]


def test_a_contract_that_breaks_is_named_and_not_put_in_place_unasked(
    tmp_path: Path, place: tuple[Path, Path]
) -> None:
    file = edition(tmp_path, ("05111000,2025,619444", "05111000,2025,6194440"))
    before = state(place)
    done = CliRunner().invoke(cli.app, ["vintage", str(file), "--yes"])
    assert done.exit_code == 1 and state(place) == before
    assert re.search(r"nrw_population_2025.csv: population.*05111000 Düsseldorf", done.output)


def test_no_is_no(tmp_path: Path, place: tuple[Path, Path]) -> None:
    file = edition(tmp_path, ("05111000,2025,619444", "05111000,2025,619500"))
    before = state(place)
    assert CliRunner().invoke(cli.app, ["vintage", str(file)], input="n\n").exit_code == 1
    assert state(place) == before


@pytest.mark.parametrize("how", ["--yes", "y"])
def test_file_hash_and_day_are_replaced_together(tmp_path: Path, place: tuple[Path, Path], how: str) -> None:
    file = edition(tmp_path, ("05111000,2025,619444", "05111000,2025,619500"))
    command = ["vintage", str(file), *(["--yes"] if how == "--yes" else [])]
    done = CliRunner().invoke(cli.app, command, input="y\n")
    assert done.exit_code == 0, done.output
    raw, documents = place
    assert (raw / POPULATION.path).read_bytes() == file.read_bytes()
    package = json.loads((raw / POPULATION.source / "datapackage.json").read_text(encoding="utf-8"))
    entry = next(r for r in package["resources"] if r["name"] == POPULATION.name)
    from dewak_research.data.tables import sha256_of

    assert entry["hash"] == f"sha256:{sha256_of(file)}"
    lines = (documents / f"{POPULATION.source}.yaml").read_text(encoding="utf-8").splitlines()
    old = (swapping.CATALOGUE / f"{POPULATION.source}.yaml").read_text(encoding="utf-8").splitlines()
    changed = [(a, b) for a, b in zip(old, lines, strict=True) if a != b]
    assert changed == [('    taken: "2026-11-25"', f'    taken: "{date.today()}"')]


def test_nothing_is_left_half_written(
    tmp_path: Path, place: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, documents = place
    before = state(place)
    vintages, _ = compare([edition(tmp_path, ("619444", "619500"))])
    real, calls = Path.replace, []

    def breaks(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 3:
            raise OSError("disk full")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", breaks)
    with pytest.raises(OSError, match="disk full"):
        swapping.replace_all(swapping.new_files(vintages, DAY, raw, documents))
    assert len(calls) == 3 and state(place) == before


def test_the_same_file_changes_nothing(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.app, ["vintage", str(edition(tmp_path))])
    assert (done.exit_code == 0 and "value changes" in done.output) or "Wert ändert" in done.output


def test_a_file_of_no_table_offers_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nrw_population_2025\.csv"):
        table_of(Path("nrw_population_2026.csv"))
    assert table_of(Path("x.csv"), "nrw_population_2025").file == POPULATION.file
    with pytest.raises(InputError, match="no such file"):
        compare([tmp_path / "nowhere.csv"])


def test_a_file_that_cannot_be_read_is_no_question(tmp_path: Path, place: tuple[Path, Path]) -> None:
    path = tmp_path / POPULATION.file
    path.write_text("ags;year;population\n05111000;2025;619444\n", encoding="utf-8")
    before = state(place)
    done = CliRunner().invoke(cli.app, ["vintage", str(path)])
    assert done.exit_code == 1 and state(place) == before


@pytest.mark.parametrize("name", ["nrw_population_2025", "nrw_debt_2025", "kreise_debt_2023"])
def test_only_the_day_of_one_table_changes(name: str) -> None:
    text = (swapping.CATALOGUE / "statistische_aemter.yaml").read_text(encoding="utf-8")
    new = swapping.with_day(text, name, DAY)
    changed = [i for i, (a, b) in enumerate(zip(text.splitlines(), new.splitlines(), strict=True)) if a != b]
    assert len(changed) == 1
    above = [line for line in new.splitlines()[: changed[0]] if re.fullmatch(r"  \w+:", line)]
    assert above[-1] == f"  {name}:"
    with pytest.raises(ValueError, match="no day of nobody"):
        swapping.with_day(text, "nobody", DAY)
