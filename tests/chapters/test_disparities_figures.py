"""Every figure and table of the disparities chapter in both languages, and its notebook."""

from __future__ import annotations

import inspect
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest

from dewak_research.book.prose import render
from dewak_research.chapters.disparities import causes, checked, depth, figures, natural, since, tables
from dewak_research.chapters.disparities.depth import runs
from dewak_research.data.accounts import benefit_types, shares
from dewak_research.data.result import Result
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import find_label
from dewak_research.page.results import Cells, Results, every_stage, open_results
from dewak_research.paths import ROOT
from dewak_research.written import write_result

NOTEBOOK = ROOT / "notebooks" / "10_social_spending_disparities.ipynb"

#: ``module.function`` → function: everything the chapter can show.
EXHIBITS = {
    f"{module.__name__.rsplit('.', 1)[1]}.{name}": function
    for module in (figures, causes, checked, since, tables, depth, natural)
    for name, function in vars(module).items()
    if inspect.isfunction(function)
    and function.__module__ == module.__name__
    and list(inspect.signature(function).parameters) == ["results", "language"]
}


@pytest.fixture(scope="module")
def results(ingested: Result, disparities: Result, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The chapter with few draws, written and opened as the pipeline does."""
    folder: Path = tmp_path_factory.mktemp("processed")
    write_result(ingested, "ingest", folder)
    write_result(disparities, "disparities", folder)
    return open_results("disparities", folder)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EXHIBITS)
def test_every_exhibit_is_complete(results: Results, name: str, language: Language) -> None:
    item = EXHIBITS[name](results, language)
    assert isinstance(item, Figure | Table)
    page = item.html(language, "figures")
    assert item.name in page
    assert "None" not in item.caption
    if isinstance(item, Figure):
        assert len(item.alt) > 40
        width, _ = item.drawing.get_size_inches()
        assert width <= 6.4
        sizes = [t.get_fontsize() for ax in item.drawing.axes for t in ax.texts]
        assert min(sizes, default=9) >= 9
        plt.close(item.drawing)
    else:
        assert ">nan<" not in page
        assert ">None<" not in page


def test_a_published_share_stands_without_an_interval(results: Results) -> None:
    shown = since.quarter_table(results, "de").frame
    published = shown[shown["share_place"] == "germany"]
    assert len(published) > 0
    assert published[["low", "high", "areas"]].isna().all(axis=None)
    assert "keine Angabe" not in since.quarter_table(results, "de").html("de")
    assert "keine Angabe" not in checked.bridge_table(results, "de").html("de")


def test_every_share_and_benefit_type_has_a_title() -> None:
    for key in (*shares(), *(f"benefit_{name}" for name in benefit_types())):
        text = find_label(key).text
        assert text["de"], key
        assert text["en"] != text["de"], key


def prose(language: Language, results: Results) -> list[str]:
    """Return the notebook's cells of one language with their numbers filled in."""
    cells = every_stage(results.folder.parent)
    found = [c for c in nbformat.read(NOTEBOOK, as_version=4).cells if language in c.metadata.get("tags", ())]
    return [render(c.source, language, {}, where=c.id, cells=cells) for c in found]


def test_notebook_prose_is_bound_to_cells_in_both_languages(results: Results) -> None:
    texts = {language: prose(language, results) for language in LANGUAGES}
    assert len(texts["de"]) == len(texts["en"]) > 20
    assert not any("{{" in text for some in texts.values() for text in some)


def test_the_prose_says_the_numbers_of_the_tables(results: Results) -> None:
    """Counted here from the tables themselves, not through the cells that the prose names."""
    text = "\n".join(prose("en", results))
    defined = results["definition_shares"].query("year == 2010 and kind == 'all'")
    share = defined.set_index("definition")["value_share"]
    assert f"In NRW {share['soc_transfer_share']:.1%} of adjusted payments in 2010" in text
    assert f"from {share.min():.1%} to {share.max():.1%}" in text
    published = results["published_shares"].set_index("period")["value_share"]
    assert f"Published for Germany are {published['2021']:.1%} for 2021" in text
    kdu = results["kreis_year"].query("year == 2019").set_index("name")["kdu_eur_pc"]
    assert f"In 2019 the median Kreis stood at €{kdu.median():.0f} per inhabitant" in text
    assert f"at €{kdu.min():.0f}: a factor of {kdu.max() / kdu.min():.0f}." in text
    verdicts = results["ladder"]["as_expected"].value_counts()
    assert f"Of {verdicts.sum()} estimates {verdicts['yes']} have the expected sign" in text
    pairs = results["validation_pairs"]
    r = pairs["kdu_eur_pc"].corr(pairs["booked_eur_pc"])
    assert f"the correlation is r = {r:.3f} (n = {len(pairs)})" in text
    assert (
        f"and {((pairs['ratio'] - 1).abs() < 0.1).mean():.0%} of the values are at most ten percent off"
        in text
    )
    clusters = results["lisa"]["cluster"].value_counts()
    assert (
        f"formed by {clusters.get('high_high', 0)} Kreise with high and {clusters.get('low_low', 0)} with low"
        in text
    )
    relief = 0.25 * kdu.dropna()
    assert f"this was €{relief.min():.0f} to €{relief.max():.0f} per inhabitant" in text


def test_the_start_page_says_the_numbers_of_the_tables(results: Results) -> None:
    cells = every_stage(results.folder.parent)
    page = (ROOT / "book" / "en" / "index.md").read_text(encoding="utf-8").splitlines()
    text = render("\n".join(line for line in page if "disparities." in line), "en", {}, cells=cells)
    defined = results["definition_shares"].query("year == 2010 and kind == 'all'")
    share = defined.set_index("definition")["value_share"]
    assert f"{share['soc_transfer_share']:.1%} of adjusted payments went to people" in text
    assert f"{share.min():.0%} to {share.max():.0%}" in text
    kdu = results["kreis_year"].query("year == 2019")["kdu_eur_pc"]
    assert f"In 2019 housing cost (KdU) per inhabitant was {kdu.max() / kdu.min():.0f} times as high" in text
    parts = (
        results["variance_shares"].query("year == 2019 and scope == 'germany'").set_index("factor")["share"]
    )
    assert (
        f"{parts['need']:.0%} of the differences fall to the number of recipients and {parts['price']:.0%}"
        in text
    )
    pairs = results["validation_pairs"]
    assert f"{pairs['kdu_eur_pc'].corr(pairs['booked_eur_pc']):.2f}" in text


def test_captions_and_alt_texts_say_the_numbers_of_the_tables(results: Results) -> None:
    published = results["published_shares"].query("not wide")["value_share"]
    figure = figures.definition_shares(results, "en")
    assert f"published national values of {published.min():.0%} to {published.max():.0%}" in figure.alt
    kdu = results["kreis_year"].query("year == 2019").set_index("name")["kdu_eur_pc"]
    names = [end.split(",")[0] for end in (kdu.idxmin(), kdu.idxmax())]
    caption = figures.kdu_map(results, "en").caption
    assert f"2019: from {kdu.min():.0f} euros ({names[0]}) to {kdu.max():.0f} euros ({names[1]})" in caption
    pairs = results["validation_pairs"]
    assert f"(n = {len(pairs)})" in figures.validation_scatter(results, "en").caption
    clusters = results["lisa"]["cluster"].value_counts()
    assert (
        f"({clusters.get('high_high', 0)} and {clusters.get('low_low', 0)} Kreise)"
        in causes.lisa_map(results, "en").caption
    )
    plt.close("all")


def test_charts_draw_the_numbers_of_the_tables(results: Results) -> None:
    drawing = figures.definition_shares(results, "en").drawing
    table = results["definition_shares"].query("year == 2010 and kind == 'all'")
    dots = np.concatenate([line.get_xdata() for line in drawing.axes[0].lines])
    assert sorted(dots) == pytest.approx(sorted(table["value_share"]))
    cells = [text.get_text() for text in figures.rank_transitions(results, "en").drawing.axes[0].texts]
    moves = results["rank_transitions"].sort_values(["from_class", "to_class"])["probability"]
    assert cells == [f"{value:.0%}" for value in moves]
    bars = causes.investment_by_burden(results, "en").drawing.axes[0].containers
    quarters = results["investment_quartiles"].set_index("credit")["capital_spending_eur_pc"]
    for drawn, credit in zip(bars, ("low", "high"), strict=True):
        assert [bar.get_height() for bar in drawn] == pytest.approx(quarters[credit].tolist())
    plt.close("all")


def test_tables_show_the_estimates_with_their_intervals(results: Results) -> None:
    frame = tables.ladder_table(results, "en").frame.set_index("term")
    found = Cells(results).ladder(model="two_way", term="unemployment_pct")
    said = f"{found.estimate:.3f} ({found.low:.3f} to {found.high:.3f}) yes"
    assert frame.loc["unemployment_pct", "two_way"] == said
    assert frame.loc["ln_density", "two_way"] == "cannot be estimated"
    facts = results["ladder_facts"].set_index("model")
    assert frame.loc["observations", "pooled"] == f"{facts.loc['pooled', 'observations']:,.0f}"
    measures = tables.inequality_measures(results, "en").frame.set_index(["measure", "year"])
    gini = Cells(results).inequality_path(measure="gini", sample="all", weighting="people", year=2019)
    assert measures.loc[("gini", 2019), "people_weighting"].startswith(f"{gini.value:.2f} (")


def test_notebook_shows_every_exhibit_once() -> None:
    assert len(EXHIBITS) == 68
    source = "\n".join(c.source for c in nbformat.read(NOTEBOOK, as_version=4).cells if c.cell_type == "code")
    for name in EXHIBITS:
        assert source.count(f"{name}(results, language)") == 1, name
    assert "def " not in source
    assert "read_csv" not in source


def test_tables_survive_the_way_through_the_pipeline(results: Results) -> None:
    kept = results["kreis_year"]
    assert pd.api.types.is_string_dtype(kept["ags"])
    assert kept["ags"].str.len().eq(5).all()


@pytest.mark.parametrize(
    ("chosen", "found"),
    [([0, 1, 1, 0, 1], [(0.5, 2), (3.5, 1)]), ([1, 1], [(-0.5, 2)]), ([0, 0], []), ([1, 0, 1], [(-0.5, 1), (1.5, 1)])],
)  # fmt: skip
def test_places_in_a_row_are_one_bar_as_wide_as_they_are_many(
    chosen: list[int], found: list[tuple[float, int]]
) -> None:
    assert runs(np.array(chosen, dtype=bool)) == found
