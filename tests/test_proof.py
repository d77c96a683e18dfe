"""A proof that can fail: every spoiled byte, table, value and page is named; what only rounds otherwise is not."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from dewak_research import computing, pipeline, proof
from dewak_research.canonical import TABLES_OF, fingerprints
from dewak_research.compared_tables import worst_difference
from dewak_research.errors import InputError

TABLE = pd.DataFrame(
    {"ags": ["05562020", "05954", "05914000"], "share": [0.25, -3.5, np.nan], "n": [3, 1, 2]}
)
STAGE, NOTEBOOK, VALUE = (
    "data/processed/one",
    "data/processed/notebooks/a.ipynb",
    "data/processed/values/a.json",
)
FINGERPRINTS, PAGES = f"data/processed/values/{TABLES_OF}one.json", "book/_build/html"
READS = {"one": ["data/raw"], "chapter_a": [STAGE], "book": [STAGE, "data/processed/notebooks/a.ipynb"]}
MAKES = {"one": [STAGE, FINGERPRINTS], "chapter_a": [NOTEBOOK, VALUE], "book": [PAGES]}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def keep(path: Path, cache: Path) -> None:
    """Put an output into a cache as DVC does."""
    digest = proof.hash_of(path)
    assert digest is not None
    inside = [file for file in sorted(path.rglob("*")) if file.is_file()]
    for file in inside:
        keep(file, cache)
    kept = cache / digest[:2] / digest[2:]
    listed = [{"md5": proof.hash_of(file), "relpath": file.relative_to(path).as_posix()} for file in inside]
    if inside:
        write(kept, json.dumps(listed))
    else:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project: one table, one notebook, one value, two pages; committed and in the cache."""
    processed = tmp_path / "data" / "processed"
    (processed / "one").mkdir(parents=True)
    TABLE.to_parquet(processed / "one" / "units.parquet", index=False)
    write(tmp_path / FINGERPRINTS, json.dumps(fingerprints({"units": TABLE})))
    write(tmp_path / NOTEBOOK, '{"cells": []}')
    write(tmp_path / VALUE, "{\"one.units(ags='05954').share\": -3.5}")
    write(tmp_path / PAGES / "index.html", "<h1>report</h1>")
    write(tmp_path / PAGES / "de" / "index.html", "<h1>Bericht</h1>")
    stages = {
        name: {
            "deps": [{"path": path} for path in READS[name]],
            "outs": [{"path": path, "md5": proof.hash_of(tmp_path / path)} for path in paths],
        }
        for name, paths in MAKES.items()
    }
    write(tmp_path / "dvc.lock", yaml.safe_dump({"schema": "2.0", "stages": stages}))
    cache = tmp_path / ".dvc" / "cache"
    keep(processed / "one", cache)
    named = {"ROOT": tmp_path, "LOCK": tmp_path / "dvc.lock", "PROCESSED": processed, "CACHE": cache}
    for name, value in {**named, "VALUES": processed / "values"}.items():
        monkeypatch.setattr(proof, name, value)
    monkeypatch.setattr(pipeline, "ROOT", tmp_path)
    monkeypatch.setattr("dewak_research.stages.STAGES", {"one": None})
    write(tmp_path / ".gitignore", "/book\n/.dvc\n/data/processed/*\n!/data/processed/values/\n")
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def found(root: Path) -> list[str]:
    verdict = pipeline.verify_built()
    assert verdict.holds == (not verdict.wrong)
    assert all(one.render(language) for one in verdict.wrong for language in ("de", "en"))
    return [f"{one.kind} {one.what.removeprefix('data/processed/')}" for one in verdict.wrong]


def test_what_was_committed_is_confirmed(root: Path) -> None:
    verdict = pipeline.verify_built()
    assert (verdict.outputs, verdict.values, verdict.tables, verdict.other_bytes) == (5, 3, 1, ())
    assert verdict.holds and verdict.render("en").startswith("Same bytes: all 5 outputs")


def spoil_table(root: Path) -> None:
    TABLE.assign(share=[0.25, -3.6, np.nan]).to_parquet(root / STAGE / "units.parquet", index=False)


def junk_table(root: Path) -> None:
    (root / STAGE / "units.parquet").write_bytes(b"junk")


def lost_row(root: Path) -> None:
    TABLE.iloc[:2].to_parquet(root / STAGE / "units.parquet", index=False)


def lost_column(root: Path) -> None:
    TABLE.drop(columns="n").to_parquet(root / STAGE / "units.parquet", index=False)


SPOILED: list[tuple[Callable[[Path], object], list[str]]] = [
    (spoil_table, ["cell one/units.parquet", "table tables_one.units.share"]),
    (junk_table, ["no_table one/units.parquet"]),
    (lost_row, ["rows one/units.parquet"]),
    (lost_column, ["column one/units.parquet"]),
    (lambda root: (root / STAGE / "units.parquet").unlink(), ["missing one/units.parquet"]),
    (lambda root: (root / STAGE / "more.parquet").write_bytes(b""), ["surplus one/more.parquet"]),
    (lambda root: write(root / NOTEBOOK, '{"cells": [1]}'), ["unexplained notebooks/a.ipynb"]),
    (lambda root: write(root / PAGES / "index.html", "<h1>else</h1>"), ["unexplained book/_build/html"]),
    (lambda root: write(root / PAGES / "new.html", ""), ["unexplained book/_build/html"]),
    (lambda root: write(root / VALUE, '{"one.units(ags=\'05954\').share": -3.4}'),
     ["value a.one.units(ags='05954').share", "unexplained values/a.json"]),
    (lambda root: shutil.rmtree(root / PAGES), ["missing book/_build/html"]),
    (lambda root: shutil.rmtree(root / "data/processed/values"), ["missing values/a.json"]),
    (lambda root: write(root / "data/processed/two/x.parquet", ""), ["surplus two/x.parquet"]),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "named"), SPOILED)
def test_whatever_is_spoiled_is_named(root: Path, spoil: Callable[[Path], object], named: list[str]) -> None:
    spoil(root)
    said = found(root)
    assert said and set(named) <= set(said)


def test_the_worst_cell_is_named_with_column_row_and_both_values(root: Path) -> None:
    spoil_table(root)
    said = pipeline.verify_built().render("de")
    assert "units.parquet: Spalte share, Zeile 1: -3.6 statt -3.5" in said


def test_a_spoiled_table_is_found_where_the_committed_one_is_not_kept_here(root: Path) -> None:
    shutil.rmtree(root / ".dvc")
    spoil_table(root)
    assert found(root) == ["table tables_one.units.share"]
    junk_table(root)
    assert "table tables_one.units" in found(root)


def test_other_bytes_of_the_same_values_are_confirmed_with_what_is_made_of_them(root: Path) -> None:
    shutil.rmtree(root / ".dvc")
    TABLE.assign(share=TABLE["share"] * (1 + 1e-13)).to_parquet(root / STAGE / "units.parquet", index=False)
    write(root / NOTEBOOK, '{"cells": [0.25000000001]}')
    verdict = pipeline.verify_built()
    assert verdict.holds and verdict.other_bytes == (NOTEBOOK, STAGE)
    assert "1e-9" in verdict.render("de") and NOTEBOOK in verdict.render("de")


def test_an_empty_lock_proves_nothing(root: Path) -> None:
    write(root / "dvc.lock", "schema: '2.0'\nstages: {}\n")
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qam", "x"], cwd=root, check=True
    )
    with pytest.raises(InputError, match=r"git checkout -- dvc\.lock"):
        pipeline.verify_built()


def test_what_git_does_not_have_is_named(root: Path) -> None:
    with pytest.raises(InputError, match=r"git checkout -- data/processed/values/no_such\.json"):
        proof.committed(proof.VALUES / "no_such.json")


def test_a_folder_is_hashed_as_dvc_writes_it_down(tmp_path: Path) -> None:
    write(tmp_path / "b" / "y.txt", "2")
    write(tmp_path / "a.txt", "1")
    one, two = (hashlib.md5(text).hexdigest() for text in (b"1", b"2"))
    listed = f'[{{"md5": "{one}", "relpath": "a.txt"}}, {{"md5": "{two}", "relpath": "b/y.txt"}}]'
    assert proof.hash_of(tmp_path) == f"{hashlib.md5(listed.encode()).hexdigest()}.dir"
    assert proof.hash_of(tmp_path / "a.txt") == one and proof.hash_of(tmp_path / "none") is None


@pytest.mark.parametrize("checkout", [0, 255])
def test_verify_leaves_lock_and_values_as_they_were_however_it_ends(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], checkout: int
) -> None:
    before = {path: path.read_bytes() for path in (root / "dvc.lock", root / VALUE, root / FINGERPRINTS)}
    called = []

    def dvc(_: Path, arguments: list[str], **__: object) -> tuple[int, str, str]:
        called.append(arguments[0])
        return checkout, "", ""

    def stages(*_: object, **__: object) -> None:
        write(root / "dvc.lock", "half")
        (root / VALUE).unlink()
        raise KeyboardInterrupt

    monkeypatch.setattr(computing, "_ended", dvc)
    monkeypatch.setattr(pipeline, "graph", lambda _: {})
    monkeypatch.setattr(pipeline, "side_by_side", stages)
    with pytest.raises(KeyboardInterrupt):  # also where the checkout fails: what ended the run is not hidden
        pipeline.verify()
    assert {path: path.read_bytes() for path in before} == before and called == ["checkout"]
    assert ("dewak run" in capsys.readouterr().err) == bool(checkout)


def test_verify_takes_over_nothing_that_the_book_has_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = root / "book" / "_build" / "kept" / "de" / "mark.json"
    write(mark, "{}")
    monkeypatch.setattr(pipeline, "graph", lambda _: {})
    monkeypatch.setattr(pipeline, "side_by_side", lambda *_, **__: seen.append(mark.exists()))
    seen: list[bool] = []
    pipeline.verify()
    assert seen == [False]


def test_verify_holds_the_second_computation_against_the_first(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "graph", lambda _: {})
    monkeypatch.setattr(pipeline, "side_by_side", lambda *_, **__: None)
    assert pipeline.verify().holds
    monkeypatch.setattr(pipeline, "side_by_side", lambda *_, **__: write(root / VALUE, '{"a": 1}'))
    verdict = pipeline.verify()
    assert {one.kind for one in verdict.wrong} == {"value", "unexplained"}
    assert "share" in (root / VALUE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("column", "value", "named"),
    [("share", [0.25, -3.5, 1.0], ("share", 2)), ("share", [0.25 + 1e-7, -3.6, np.nan], ("share", 1)),
     ("share", [0.25 + 1e-11, -3.5, np.nan], None), ("ags", ["05562020", "05954", None], ("ags", 2)),
     ("n", [3, 1, 4], ("n", 2)), ("n", [3.0, 1.0, 2.0], ("n", 0)), ("share", [0.25, -3.5, np.inf], ("share", 2))],
)  # fmt: skip
def test_the_worst_difference_of_two_tables(
    column: str, value: list[object], named: tuple[str, int] | None
) -> None:
    assert worst_difference(TABLE, TABLE.assign(**{column: value})) == named
    # the fingerprints see all but where the difference lies
    same = proof.differing_values(
        fingerprints({"t": TABLE}), fingerprints({"t": TABLE.assign(**{column: value})})
    )
    assert bool(same) == (named is not None)


def test_rows_in_another_order_have_another_fingerprint() -> None:
    turned = TABLE[["share"]].iloc[[1, 0, 2]].reset_index(drop=True)
    one, other = fingerprints({"t": TABLE[["share"]]}), fingerprints({"t": turned})
    assert proof.differing_values(one, other) == ["t", "t.share"]
