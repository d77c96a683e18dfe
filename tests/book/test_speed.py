"""The page on speed shows every committed measurement in both languages, and every script has one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from dewak_research.book import speed
from dewak_research.language import LANGUAGES, Language
from dewak_research.paths import BOOK, ROOT

SCRIPTS = {path.name for path in (ROOT / "benchmarks").glob("*.py")}
EXAMPLE = """\
# Example

| what | wall, s |
|---|---:|
| bare recursion | 1,234.50 |
| bare recursion | 0.48% |

```
| no table |
```

| page | KB |
|---|---:|
| de/10_x.html | 7 |

Measured on 2026-11-26 on x86_64, 2 processors, Python 3.11.7, NumPy 2.4.6; load of the machine 1.5 to 2.0.
"""


def page(language: Language) -> str:
    return speed.speed_page((BOOK / language / "speed.md").read_text(encoding="utf-8"), language)


WHEN = {"de": "Gemessen am", "en": "Measured on"}


def committed() -> set[str]:
    return {path.stem for path in speed.RESULTS.glob("*.md")}


def test_every_script_has_a_committed_table_and_every_table_a_script() -> None:
    assert {about.script for about in speed.measured().values()} == SCRIPTS
    assert committed() == set(speed.measured())


def test_every_script_writes_the_table_that_is_committed() -> None:
    texts = {name: (ROOT / "benchmarks" / name).read_text(encoding="utf-8") for name in SCRIPTS}
    written = {name: set(re.findall(r"\bwrite\(\"(\w+)\"", text)) for name, text in texts.items()}
    assert all(len(names) == 1 for names in written.values()), written
    looked_back = {"own_check"}  # steps that were measured once
    assert {name for names in written.values() for name in names} == set(speed.measured()) - looked_back


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_every_table_stands_on_the_page(language: Language) -> None:
    shown = page(language).splitlines()
    for path in speed.RESULTS.glob("*.md"):
        tables = speed.tables_of(path.read_text(encoding="utf-8"))
        assert tables, path.name
        for rows in tables:
            assert len(rows) > 1 and len({len(row) for row in rows}) == 1, (path.name, rows[0])
            for row in rows:
                assert f"| {' | '.join(speed.cell(one, language) for one in row)} |" in shown


def test_what_is_not_measured_yet_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = {"population": speed.measured()["population"]}
    monkeypatch.setattr(speed, "measured", lambda: about)
    german, english = (speed.speed_page("# x", language, tmp_path) for language in LANGUAGES)
    assert "Noch nicht gemessen." in german and "Not measured yet." in english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_says_when_where_beside_what_and_what_it_does_not_say(language: Language) -> None:
    text = page(language)
    for about in speed.measured().values():
        part = text.partition(f"## {about.title[language]}\n")[2].partition("\n## ")[0]
        assert about.compared[language] in part and about.silent[language] in part
        assert f"`python benchmarks/{about.script}`" in part
        assert re.search(rf"^{WHEN[language]}.*`python benchmarks", part, re.MULTILINE)


def test_numbers_and_words_are_those_of_the_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "population.md").write_text(EXAMPLE, encoding="utf-8")
    about = {"population": speed.measured()["population"]}
    monkeypatch.setattr(speed, "measured", lambda: about)
    german, english = (speed.speed_page("# x", language, tmp_path) for language in LANGUAGES)
    assert "| bloße Rekursion | 1.234,50 |" in german and "| bare recursion | 1,234.50 |" in english
    assert "| 0,48\N{NO-BREAK SPACE}% |" in german and "| 0.48% |" in english
    assert "| `de/10_x.html` | 7 |" in german and "no table" not in german
    assert "26.11.2026" in german and "1,5–2,0" in german and "NumPy 2.4.6" in german
    assert "26 November 2026" in english and "1.5–2.0" in english


def test_a_cell_without_words_and_a_table_that_nobody_described_end_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert speed.cell("`0a1b2c3d4e5f6789`", "de") == "`0a1b2c3d4e5f6789`"
    with pytest.raises(KeyError, match="something new"):
        speed.cell("something new", "de")
    (tmp_path / "new.md").write_text(EXAMPLE, encoding="utf-8")
    with pytest.raises(ValueError, match=r"says nothing of .*: new$"):
        speed.speed_page("# x", "en", tmp_path)
    (tmp_path / "population.md").write_text(EXAMPLE.replace("Measured on", "Some day on"), encoding="utf-8")
    (tmp_path / "new.md").unlink()
    about = {"population": speed.measured()["population"]}
    monkeypatch.setattr(speed, "measured", lambda: about)
    with pytest.raises(ValueError, match="day, machine and load"):
        speed.speed_page("# x", "en", tmp_path)


def test_what_the_scripts_write_of_the_machine_is_what_the_page_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    from measured import conditions  # type: ignore[import-not-found]

    for line in (conditions(), conditions(3.25, "NumPy 2.4.6")):
        assert str(date.today().year) in speed._conditions(f"# x\n\n{line}\n", "en")


def test_the_book_is_built_anew_when_a_measurement_changes() -> None:
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    assert speed.RESULTS.relative_to(ROOT).as_posix() in stages["book"]["deps"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_built_page_is_small_and_in_the_contents(html: Path, language: Language) -> None:
    built = (html / language / "speed.html").read_text(encoding="utf-8")
    assert (
        len(built.encode()) < 150_000
        and "<img" not in built.partition("<article")[2].partition("</article")[0]
    )
    assert 'href="speed.html"' in (html / language / "rerun.html").read_text(encoding="utf-8")
    words = re.sub(r"<[^>]+>", "", built)
    for about in speed.measured().values():
        assert f"python benchmarks/{about.script}" in words
