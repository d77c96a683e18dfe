import json
import shutil
from pathlib import Path

import frictionless
import pytest

from dewak_research.data import datapackage
from dewak_research.paths import RAW


def test_the_committed_data_packages_are_current() -> None:
    assert datapackage.stale() == []
    assert datapackage.main(["--check"]) == 0


@pytest.mark.parametrize("source", datapackage.sources())
def test_the_same_files_give_the_same_bytes(source: str) -> None:
    assert datapackage.describe(source) == datapackage.describe(source)
    resource = json.loads(datapackage.describe(source))["resources"][0]
    for part in ("hash", "bytes", "vintage", "title_de", "licenses", "sources"):
        assert resource[part]


def test_a_changed_file_makes_its_package_stale_and_writing_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(RAW, tmp_path / "raw")
    table = tmp_path / "raw" / "destatis" / "nrw_gemeinden.csv"
    table.write_text(table.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert datapackage.stale(tmp_path / "raw") == ["destatis"]
    monkeypatch.setattr(datapackage.stale, "__defaults__", (tmp_path / "raw",))
    assert datapackage.main(["--check"]) == 1
    assert "destatis" in capsys.readouterr().err
    datapackage.write(tmp_path / "raw")
    assert datapackage.stale(tmp_path / "raw") == []


@pytest.mark.parametrize("source", datapackage.sources())
def test_frictionless_accepts_every_description(source: str) -> None:
    package = frictionless.Package(str(RAW / source / "datapackage.json"))
    assert package.resources
    for resource in package.resources:
        assert frictionless.Resource.validate_descriptor(resource.to_descriptor()).valid, resource.name


def _tabular() -> list[tuple[str, str]]:
    found = []
    for source in datapackage.sources():
        for resource in json.loads((RAW / source / "datapackage.json").read_text("utf-8"))["resources"]:
            if resource["format"] == "csv":
                found.append((source, resource["name"]))
    return found


def _validate(source: str, name: str) -> None:
    package = frictionless.Package(str(RAW / source / "datapackage.json"))
    report = package.get_resource(name).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "message"])[:5]


@pytest.mark.parametrize(
    ("source", "name"), [(s, n) for s, n in _tabular() if n not in {"nrw_balance_2009", "kreise_panel"}]
)
def test_frictionless_finds_the_small_tables_valid(source: str, name: str) -> None:
    _validate(source, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["nrw_balance_2009", "kreise_panel"])
def test_frictionless_finds_the_large_tables_valid(name: str) -> None:
    _validate("it_nrw" if name.startswith("nrw") else "inkar", name)
