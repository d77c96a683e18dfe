"""The page of instruments: every instrument and source once, a filter that can answer, assumptions named, two files."""

import json
import re
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from dewak_research.book.activation import (
    FILES,
    LEADS,
    TABLES,
    activation_page,
    lead_keys,
    span_of_years,
    write_files,
)
from dewak_research.book.documented_cases import cases_page
from dewak_research.cases.activation import activation_tables
from dewak_research.cases.documented import documented_tables
from dewak_research.cases.library import library_of
from dewak_research.cases.platforms import platform_tables
from dewak_research.cases.unit_figures import figures_frame
from dewak_research.data import read_boundaries
from dewak_research.data.case_files import read_case_files
from dewak_research.data.result import Result
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.results import Results, open_results
from dewak_research.paths import BOOK
from dewak_research.written import write_result


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    processed: Path = tmp_path_factory.mktemp("processed")
    library = library_of(read_case_files())
    figures = figures_frame(library.unit_figures["figures"], library.prices)
    tables = {
        **documented_tables(library),
        **activation_tables(library),
        **platform_tables(library.platforms),
        "unit_figures": figures,
    }
    write_result(Result(tables), "cases", processed)
    return open_results("cases", processed)


@pytest.fixture(scope="module")
def pages(results: Results) -> dict[str, str]:
    return {language: activation_page(results, "# Title", language) for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_instrument_fact_and_source_stands_on_the_page(
    results: Results, pages: dict[str, str], language: Language
) -> None:
    page = pages[language]
    table, facts = results["activation"], results["activation_facts"]
    assert len(re.findall(r'<section class="case" id="instrument-', page)) == len(table)
    assert page.count("<tr data-case=") == len(table)
    word = {"de": "Annahme", "en": "assumption"}[language]
    flags = table[["hsk_assumed", "sector_assumed", "services_assumed"]]
    marked = facts["assumed"].sum() + flags.sum().sum()
    assert page.count(f'<span class="tag">{word}</span>') == marked
    targets, ids = re.findall(r'href="#([^"]+)"', page), re.findall(r' id="([^"]+)"', page)
    assert set(targets) <= set(ids) and len(ids) == len(set(ids))
    assert "<script" not in page and not re.search(r"\bnan\b|<NA>|&lt;NA|None", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_to_cases_and_figures_lead_somewhere(
    results: Results, pages: dict[str, str], language: Language
) -> None:
    named = set(re.findall(r'href="documented_cases\.html#([^"]+)"', pages[language]))
    other = cases_page(results, read_boundaries("kreise"), "# Title", language)
    assert named and named <= set(re.findall(r' id="([^"]+)"', other))


def test_the_platforms_lead_to_the_example_page(pages: dict[str, str]) -> None:
    assert all(page.count('href="rooms.html"') == 1 for page in pages.values())


def test_every_choice_of_the_filter_finds_something(pages: dict[str, str]) -> None:
    page = pages["de"]
    for name, choices in re.findall(r'<select[^>]* name="(\w+)">(.*?)</select>', page, re.DOTALL):
        has = " ".join(re.findall(rf'data-{name}="([^"]*)"', page)).split()
        for key in re.findall(r'<option value="(\w+)"', choices):
            assert key in has, f"{name}={key}"


@pytest.mark.parametrize(
    ("years", "keys"),
    [(0.2, "half year"), (0.5, "half year"), (0.75, "year"), (1, "year"), (3, "longer"), (float("nan"), "unknown")],
)  # fmt: skip
def test_lead_times_fall_into_choices(years: float, keys: str) -> None:
    assert lead_keys(years) == keys and set(keys.split()) <= set(LEADS)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.25, 0.5, "3 bis 6 Monate"),
        (0.25, 1, "3 Monate bis 1 Jahr"),
        (1, 3, "1 bis 3 Jahre"),
        (0.92, 3, "11 Monate bis 3 Jahre"),
        (0.5, 1.5, "6 bis 18 Monate"),
        (2, 2, "2 Jahre"),
        (1, 1, "1 Jahr"),
        (1 / 12, 0.25, "1 bis 3 Monate"),
        (2.5, 3, "2,5 bis 3 Jahre"),
        (float("nan"), 1, ""),
    ],
)
def test_spans_of_time_in_words(low: float, high: float, said: str) -> None:
    assert span_of_years(low, high, "de").replace("\N{NO-BREAK SPACE}", " ") == said


def test_both_files_hold_the_tables(results: Results, tmp_path: Path) -> None:
    write_files(results, tmp_path)
    table = pd.read_csv(StringIO((tmp_path / FILES["csv"]).read_text(encoding="utf-8")))
    assert list(table["instrument"]) == list(results["activation"]["instrument"])
    held = json.loads((tmp_path / FILES["json"]).read_text(encoding="utf-8"))
    assert set(held) == set(TABLES)
    assert {name: len(rows) for name, rows in held.items()} == {name: len(results[name]) for name in TABLES}
    assert next(row for row in held["activation"] if row["instrument"] == "ppp")["cost_eur"] is None


def test_the_page_stands_beside_the_documented_cases() -> None:
    contents = (BOOK / "_toc.yml").read_text(encoding="utf-8")
    assert re.search(r"- file: documented_cases\n\s+- file: activation\n", contents)
