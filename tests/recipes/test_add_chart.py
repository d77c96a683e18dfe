"""The recipe of CONTRIBUTING for a chart, carried out on a copy: text, function, and the picture in both languages."""

from __future__ import annotations

import re
import shutil
import textwrap
from pathlib import Path

import pytest

from recipes.test_add_ratio import ROOT, run

pytestmark = pytest.mark.slow  # a recipe is carried out on a copy of the house, from end to end

TEXTS = Path("src/dewak_research/chapters/data/texts.yaml")
FIGURES = Path("src/dewak_research/chapters/data/figures.py")
SHOWN = """
import pandas as pd
from pathlib import Path
from dewak_research.chapters.data import figures
units = {"units": pd.DataFrame({"kind": ["kreisfreie_stadt", "kreis", "kreis"]})}
for language in ("de", "en"):
    figure = figures.units_by_kind(units, language)
    picture, _ = figure.save(Path(language))
    print(figure.caption, figure.alt, picture.read_text(encoding="utf-8").count("<path") > 2)
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for language in ("de", "en"):
        (tmp_path / language).mkdir()
    return tmp_path


def test_a_text_and_a_function_make_a_chart(house: Path) -> None:
    recipe = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("- **chart**")[1].split("\n- **")[0]
    text, function = (textwrap.dedent(b) for b in re.findall(r"```\w+\n(.*?)  ```", recipe, re.DOTALL))
    figures = house / FIGURES
    code = figures.read_text(encoding="utf-8").replace("marks import ", "marks import Bars, ", 1)
    figures.write_text(f"{code}\n\n{function}", encoding="utf-8")
    assert run(house, "-c", SHOWN).returncode == 1, "a chart without its texts must fail"
    (house / TEXTS).write_text((ROOT / TEXTS).read_text(encoding="utf-8") + text, encoding="utf-8")
    done = run(house, "-c", SHOWN)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Einheiten nach Art Balken für 2 Arten. True",
        "Units by kind Bars for 2 kinds. True",
    ]
