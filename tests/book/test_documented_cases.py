"""The page of documented cases: every case, every fact with its source, both languages, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

from dewak_research.book.documented_cases import anchor, cases_page
from dewak_research.cases.documented import documented_tables
from dewak_research.cases.library import library_of
from dewak_research.cases.unit_figures import figures_frame
from dewak_research.data import read_boundaries
from dewak_research.data.case_files import read_case_files
from dewak_research.data.result import Result
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.results import Results, open_results
from dewak_research.written import write_result


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    processed: Path = tmp_path_factory.mktemp("processed")
    library = library_of(read_case_files())
    figures = figures_frame(library.unit_figures["figures"], library.prices)
    write_result(Result({**documented_tables(library), "unit_figures": figures}), "cases", processed)
    return open_results("cases", processed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_case_and_every_source_stands_on_the_page(results: Results, language: Language) -> None:
    page = cases_page(results, read_boundaries("kreise"), "# Title", language)
    for case in results["documented"].itertuples():
        assert page.count(f'id="{anchor(str(case.documented))}"') == 1
    facts = results["documented_facts"]
    assert page.count("<small>[") == len(facts) + (results["documented_conditions"]["source"] != "").sum()
    targets, ids = set(re.findall(r'href="#([^"]+)"', page)), set(re.findall(r' id="([^"]+)"', page))
    assert targets <= ids
    assert "<script" not in page and "nan" not in page.lower().split() and "&lt;NA&gt;" not in page


def test_the_map_names_german_cases_once_and_the_list_the_others(results: Results) -> None:
    page = cases_page(results, read_boundaries("kreise"), "# Title", "en")
    cases = results["documented"]
    dots = re.findall(r'tabindex="-1" data-case="([^"]+)"', page)
    placed = [name for names in dots for name in names.split()]
    assert sorted(placed) == sorted(anchor(c) for c in cases.loc[cases["kreis"].notna(), "documented"])
    beside = re.findall(r'<li data-case="([^"]+)"', page)
    assert sorted([*placed, *beside]) == sorted(anchor(c) for c in cases["documented"])
    assert "((" not in page and not re.search(
        r"\([^()<>]*\([^()<>]*\)[^()<>]*\)", page.partition("cases-beside")[2][:4000]
    )
    assert any("herten-zbi" in names and "haus-der-kulturen" in names for names in dots)
