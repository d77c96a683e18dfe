"""A further language: two lines of code make all run in it; what has no words in it yet is named, not guessed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dewak_research.language import LANGUAGES, Text, missing

ROOT = Path(__file__).resolve().parents[1]
USE = """
from dewak_research.config import load_params
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Text
from dewak_research.own.template import load_template
from dewak_research.page.labels import label
from dewak_research.page.values import number
from dewak_research.rules import land, rule_set
from pathlib import Path

assert LANGUAGES == ("de", "en", "xx")
assert Text("ja", "yes")["xx"] == "yes" and Text("ja", "yes", "aye")["xx"] == "aye"
assert label("kreis", "xx") == "PLEMP"
assert label("kreisfreie_stadt", "xx") == label("kreisfreie_stadt", "en") != label("kreisfreie_stadt", "de")
assert number(1234.5, "xx", 1) == number(1234.5, "en", 1)
assert land("05").title["xx"] == "North Rhine-Westphalia"
assert load_template().grids["result_plan"]["01"].label["xx"].startswith("Taxes")
file = Path("params.yaml")
file.write_text("run: {languages: [de, xx]}")
assert load_params(file).run.languages == ("de", "xx")
try:
    rule_set("go_nrw_2042")
except InputError as error:
    assert error.render("xx") == error.render("en") != error.render("de")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's code, notebooks and pages with a third language, one text of which is written."""
    root = tmp_path_factory.mktemp("language")
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("src", "notebooks", "cases", "book/de", "book/en"):
        shutil.copytree(ROOT / folder, root / folder, ignore=ignore)
    module = root / "src/dewak_research/language.py"
    text = module.read_text(encoding="utf-8")
    text = text.replace('Literal["de", "en"]', 'Literal["de", "en", "xx"]')
    assert text.count("    en: str\n") == text.count("    en: str = Field(min_length=1)\n") == 1
    text = text.replace("    en: str\n", '    en: str\n    xx: str = ""\n')
    text = text.replace(
        "    en: str = Field(min_length=1)\n", '    en: str = Field(min_length=1)\n    xx: str = ""\n'
    )
    module.write_text(text, encoding="utf-8")
    labels = root / "src/dewak_research/page/labels/core.yaml"
    shown = labels.read_text(encoding="utf-8")
    entry = next(line for line in shown.splitlines() if line.startswith("kreis:"))
    labels.write_text(shown.replace(entry, entry.replace("en:", "xx: PLEMP, en:")), encoding="utf-8")
    return root


def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


def test_everything_runs_in_a_third_language_and_falls_back_to_english(copy: Path) -> None:
    done = run(copy, "-c", USE)
    assert done.returncode == 0, done.stderr


def test_one_check_names_every_text_that_is_missing(copy: Path) -> None:
    done = run(copy, "-m", "dewak_research.language", "xx")
    named = done.stdout.splitlines()
    assert done.returncode == 1
    assert "src/dewak_research/page/labels/core.yaml: kreisfreie_stadt" in named
    assert "src/dewak_research/page/labels/core.yaml: kreis" not in named
    assert "src/dewak_research/rules/land/05/land.yaml: title" in named
    assert any(line.startswith("notebooks/00_data.ipynb: cell") for line in named)
    assert any(line.startswith("book/xx/") for line in named)
    assert sum("src/dewak_research/rules/" in line for line in named) > 100
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_in_a_language_of_the_house(language: str) -> None:
    assert missing(language, ROOT) == []


def test_a_text_needs_german_and_english() -> None:
    assert Text.of({"de": "ja", "en": "yes", "unit": "x"}) == Text("ja", "yes")
    with pytest.raises(ValueError, match="both languages"):
        Text("ja", " ")
    with pytest.raises(TypeError):
        Text.of({"de": "ja"})
