"""What a user puts into ``scenarios/``: every file that cannot be read is named, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.data.handed_in import own_scenarios
from dewak_research.errors import InputError


def test_scenarios_are_read_by_the_name_of_their_file(tmp_path: Path) -> None:
    (tmp_path / "DROP.yaml").write_text("level: {gewst: [-0.25]}\nverified: false", encoding="utf-8")
    assert own_scenarios(tmp_path) == {"DROP": {"level": {"gewst": [-0.25]}, "verified": False}}


def test_all_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("level: [", encoding="utf-8")
    (tmp_path / "b.yaml").write_bytes("title: für".encode("latin-1"))
    (tmp_path / "c.yaml").mkdir()
    (tmp_path / "d.yaml").write_text("", encoding="utf-8")
    (tmp_path / "e.yaml").write_text("tag: P\ntag: V", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        own_scenarios(tmp_path)
    said = caught.value.render("en")
    assert len(caught.value.problems) == 5
    words = (
        "scenarios/a.yaml:2: not valid YAML", "b.yaml: the file is not stored", "c.yaml: the file cannot be read",
        "d.yaml: ", "e.yaml:2: the key “tag” is given twice", "scenarios/README.md",
    )  # fmt: skip
    assert [word for word in words if word not in said] == []
