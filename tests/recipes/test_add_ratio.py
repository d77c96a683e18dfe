"""The recipe of CONTRIBUTING for a ratio, carried out on a copy: two files, and the page shows it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # a recipe is carried out on a copy of the house, from end to end

ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = Path("src/dewak_research/ratios/ratios.yaml")
GOLDEN = Path("tests/ratios/test_ratios.py")
SHOWN = """
from dewak_research.chapters.stress.ratios import ratio_definitions
for language in ("de", "en"):
    print(ratio_definitions(language).html(language))
"""


def blocks() -> tuple[str, str]:
    """Return the entry and the golden line that CONTRIBUTING gives as an example."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = text[text.index("- **ratio**") :].split("\n- **")[0]
    found = [re.sub(r"(?m)^  ", "", block) for block in re.findall(r"```\w+\n(.*?)  ```", recipe, re.DOTALL)]
    entry, line = found
    return entry, line


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the package and the tests of the ratios."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests/ratios", tmp_path / "tests/ratios")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_two_files_make_a_ratio(house: Path) -> None:
    entry, line = blocks()
    definitions, golden = house / DEFINITIONS, house / GOLDEN
    definitions.write_text(definitions.read_text(encoding="utf-8") + entry, encoding="utf-8")
    asked = ("-m", "pytest", "-q", "-p", "no:cacheprovider", str(GOLDEN), "-k", "complete or hand_made_town")
    lacking = run(house, *asked)
    assert lacking.returncode == 1, "the golden test must ask for the value of a new ratio"
    text = golden.read_text(encoding="utf-8")
    last = re.search(r'    "18": .*\n', text)
    assert last is not None
    golden.write_text(text[: last.end()] + line + text[last.end() :], encoding="utf-8")
    given = run(house, *asked)
    assert given.returncode == 0, given.stdout
    page = run(house, "-c", SHOWN)
    assert page.returncode == 0, page.stderr
    for shown in ("19 Zinslast je Steuerertrag", "19 Interest per tax income", "55 / 40 × 100"):
        assert shown in page.stdout
