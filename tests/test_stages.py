from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.canonical import round_significant
from dewak_research.data.handed_in import own_scenarios
from dewak_research.data.result import Result
from dewak_research.errors import InputError
from dewak_research.paths import SCENARIOS
from dewak_research.stress.scenarios import scenarios
from dewak_research.written import read_tables, write_result, write_values


@given(st.floats(allow_nan=True, allow_infinity=True, width=64))
def test_rounding_keeps_ten_digits(value: float) -> None:
    (rounded,) = round_significant(np.array([value]))
    if not 1e-200 < abs(value) < 1e200:
        assert np.array_equal(rounded, value, equal_nan=True)
    else:
        assert rounded == pytest.approx(float(f"{value:.9e}"), rel=2e-16 * 4)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    frame = pd.DataFrame({"ags": ["05911000"], "year": [2009], "share": [1 / 3], "gap": [np.nan]})
    write_result(Result({"one": frame}), "x", tmp_path)
    back = read_tables("x", tmp_path)["one"]
    assert back.loc[0, "ags"] == "05911000"
    assert back.loc[0, "share"] == 0.3333333333
    assert back["gap"].isna().all()


def test_same_result_same_bytes(tmp_path: Path) -> None:
    result = Result({"one": pd.DataFrame({"a": [1.0, 2.0], "b": ["x", None]})})
    write_result(result, "x", tmp_path / "first")
    write_result(result, "x", tmp_path / "second")
    first, second = (tmp_path / run / "x" / "one.parquet" for run in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()


def test_a_failure_half_way_keeps_the_whole_former_result(tmp_path: Path) -> None:
    write_result(Result({"one": pd.DataFrame({"a": [1]})}), "x", tmp_path)
    broken = Result({"one": pd.DataFrame({"a": [2]}), "two": pd.DataFrame({"a": [object()]})})
    with pytest.raises(pa.ArrowInvalid):
        write_result(broken, "x", tmp_path)
    assert read_tables("x", tmp_path)["one"]["a"].tolist() == [1]
    write_result(Result({"two": pd.DataFrame({"a": [3]})}), "x", tmp_path)
    assert list(read_tables("x", tmp_path)) == ["two"]


def test_the_example_of_an_own_episode_is_a_valid_one(tmp_path: Path) -> None:
    text = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "QUARTER.yaml").write_text(example, encoding="utf-8")
    named = {scenario.name: scenario for scenario in scenarios(own_scenarios(tmp_path))}
    assert named["QUARTER"].own
    assert named["QUARTER"].overlay.level["gewst"] == (-0.25,)


def test_an_own_episode_that_is_no_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("title: {de: x\nlevel: [", encoding="utf-8")
    with pytest.raises(InputError, match=r"scenarios/bad\.yaml:2"):
        own_scenarios(tmp_path)


def test_the_cells_a_page_shows_are_written_in_order_and_rounded(tmp_path: Path) -> None:
    write_values("index", {"b.t().x": 1 / 3, "a.t(year=2019).n": np.int64(4)}, tmp_path)
    text = (tmp_path / "values" / "index.json").read_text(encoding="utf-8")
    with pytest.raises(TypeError, match="number, a text or None"):
        write_values("index", {"x": object()}, tmp_path)
    assert text == '{\n "a.t(year=2019).n": 4,\n "b.t().x": 0.3333333333\n}\n'
