import shutil
from pathlib import Path

import pandas as pd
import pytest

from dewak_research.data import read_boundaries, read_table
from dewak_research.data.tables import table_names
from dewak_research.errors import InputError
from dewak_research.paths import RAW


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    shutil.copytree(RAW / "destatis", tmp_path / "destatis")
    return tmp_path


def test_every_table_keeps_its_contract_and_its_keys_are_text() -> None:
    for name in table_names():
        frame = read_table(name)
        assert len(frame)
        for key in {"ags", "kreis", "item", "account", "product_group"} & set(frame.columns):
            assert isinstance(frame[key].dtype, pd.StringDtype)
            assert frame[key].notna().all()


def test_leading_zeros_survive() -> None:
    assert read_table("kreise")["ags"].iloc[0] == "01001"


def test_missing_is_missing_and_zero_is_zero() -> None:
    population = read_table("town_population").set_index(["ags", "year"])["population"]
    assert population.isna().sum() == 9
    tax = read_table("tax_panel").set_index(["ags", "year"])["vat_share_eur_pc"]
    assert tax.loc[("05111000", 1995)] == 0.0


def test_a_corrupted_file_is_refused_with_the_way_back(raw: Path) -> None:
    path = raw / "destatis" / "nrw_gemeinden.csv"
    path.write_bytes(path.read_bytes().replace(b"05111000", b"05111001", 1))
    with pytest.raises(InputError) as found:
        read_table("towns", raw)
    problem = found.value.problems[0]
    assert problem.where == "data/raw/destatis/nrw_gemeinden.csv"
    assert problem.next_step.de == "git checkout -- data/raw/destatis/nrw_gemeinden.csv"
    assert "Prüfsumme" in problem.what.de


@pytest.mark.parametrize("gone", ["nrw_gemeinden.csv", "datapackage.json"])
def test_a_missing_file_is_named(raw: Path, gone: str) -> None:
    (raw / "destatis" / gone).unlink()
    with pytest.raises(InputError, match=f"git checkout -- data/raw/destatis/{gone}"):
        read_table("towns", raw)


def test_a_half_written_file_is_not_taken_for_whole(raw: Path) -> None:
    path = raw / "destatis" / "nrw_gemeinden.csv"
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(InputError, match="damaged"):
        read_table("towns", raw)


@pytest.mark.parametrize(("name", "n"), [("kreise", 400), ("towns", 396)])
def test_boundaries_fit_their_register(name: str, n: int) -> None:
    shapes = read_boundaries(name)
    assert len(shapes) == n
    assert set(shapes["ags"]) == set(read_table(name)["ags"])
    assert shapes.crs.to_epsg() == 4326
