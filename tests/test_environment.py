"""The conda twin and the lock say the same as pyproject.toml."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec
from tests.conftest import LONGEST, ROOMS

from dewak_research.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCK = [
    Requirement(line)
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def _conda() -> tuple[list[str], list[str]]:
    conda = [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict)]
    return conda, pip


def _pins(requirements: list[str]) -> dict[str, str]:
    parsed = [Requirement(text) for text in requirements]
    return {r.name: str(r.specifier) for r in parsed}


def test_conda_twin_has_the_same_names_and_pins() -> None:
    conda, pip = _conda()
    twin = _pins(
        [e for e in conda if not re.match(r"(python|pip)(?![\w-])", e)]
        + [e for e in pip if not e.startswith("-e")]
    )
    assert twin == _pins(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["project"])


def test_conda_twin_asks_for_the_same_python() -> None:
    assert f"python{PROJECT['requires-python']}" in _conda()[0]


def test_every_conda_spec_is_valid() -> None:
    for entry in _conda()[0]:
        assert MatchSpec(entry, strict=True).name is not None, entry


def test_lock_satisfies_every_requirement() -> None:
    locked = {r.name.lower().replace("_", "-"): r for r in LOCK}
    asked = PROJECT["dependencies"] + [
        e for extra in PROJECT["optional-dependencies"].values() for e in extra
    ]
    for requirement in map(Requirement, asked):
        pins = [r for r in LOCK if canonicalize_name(r.name) == canonicalize_name(requirement.name)]
        assert pins, f"{requirement.name} is not in requirements.lock"
        for pin in pins:
            (specifier,) = pin.specifier
            assert specifier.operator == "==", pin
            assert Version(specifier.version) in requirement.specifier, pin
    assert len(locked) > 200


def test_lock_names_no_address_and_no_path() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|^-e|@ ", text, flags=re.MULTILINE)


def test_what_a_killed_process_leaves_lies_in_the_folder_of_the_tests(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    code = (
        "import os, tempfile; left = tempfile.TemporaryDirectory(); print(left.name, flush=True); os._exit(1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    left = Path(done.stdout.strip())
    assert left.is_dir()
    for folder in (left, Path(tempfile.gettempdir())):
        assert folder.resolve().is_relative_to(tmp_path_factory.getbasetemp())


def test_what_is_begun_first_is_there() -> None:
    assert [name for name in LONGEST if name not in ROOMS and not (ROOT / name).is_file()] == []
    assert len({*LONGEST}) == len(LONGEST)
