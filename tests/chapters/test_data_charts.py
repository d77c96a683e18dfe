from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from dewak_research.chapters.data import figures as data_charts
from dewak_research.data.catalogue import catalogue
from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.result import Result
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.results import Results
from dewak_research.written import write_result

CHARTS = (
    data_charts.coverage_map,
    data_charts.coverage_table,
    data_charts.flags_table,
    data_charts.carried_forward_table,
    data_charts.trade_tax_overlap,
    data_charts.kdu_overlap,
    data_charts.corrections_table,
    data_charts.kdu_breaks_table,
    data_charts.account_map_table,
    data_charts.option_municipalities_table,
    data_charts.licence_table,
)


@pytest.fixture(scope="module")
def results(ingested: Result, tmp_path_factory: pytest.TempPathFactory) -> Results:
    processed = tmp_path_factory.mktemp("processed")
    write_result(ingested, "ingest", processed)
    return Results(processed / "ingest")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.__name__)
def test_every_chart_is_whole_in_both_languages(
    chart: object, language: Language, results: Results, tmp_path: Path
) -> None:
    item = chart(results, language)  # type: ignore[operator]
    assert isinstance(item, Figure | Table)
    assert {catalogued(name).name for name in item.sources} <= set(catalogue())
    html = item.html(language)
    assert "{" not in item.caption
    assert {"de": "Datenlizenz Deutschland", "en": "Data licence Germany"}[language] in html
    for path in item.save(tmp_path):
        assert path.stat().st_size > 100
    plt.close("all")


def test_the_map_shows_every_unit_and_its_kreise_in_its_data(results: Results) -> None:
    data = data_charts.coverage_map(results, "de").data
    assert data.groupby("year")["ags"].nunique().tolist() == [427, 427, 427]
    plt.close("all")


def test_the_licence_table_names_every_table_and_says_what_is_to_be_confirmed(results: Results) -> None:
    frame = data_charts.licence_table(results, "de").frame
    assert len(frame) == len(catalogue())
    open_ones = [name for name, table in catalogue().items() if not table.licence.verified]
    assert {"nrw_payments", "nrw_balance_2009", "nrw_debt_2025"} <= set(open_ones)
    assert frame["data_licence"].str.contains("(zu bestätigen)", regex=False).sum() == len(open_ones)


def test_the_points_outside_the_picture_are_counted(results: Results) -> None:
    figure = data_charts.trade_tax_overlap(results, "en")
    assert figure.note is not None
    outside = int(figure.note.split()[0])
    both = figure.data[["panel_eur_pc", "booked_eur_pc"]]
    assert outside == int(((both < 0) | (both > 2_000)).any(axis=1).sum())
    plt.close("all")


@pytest.mark.parametrize("language", LANGUAGES)
def test_corrections_are_shown_by_the_title_of_their_table(language: Language, results: Results) -> None:
    shown = data_charts.corrections_table(results, language).frame
    titles = {catalogued(name).title[language] for name in ("kreise_panel", "unemployment")}
    assert set(shown.iloc[:, 0]) == titles
