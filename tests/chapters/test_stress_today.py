"""What the chapter on the stress test shows of today."""

from __future__ import annotations

import pytest

from dewak_research.chapters.stress import today
from dewak_research.config import StressParams
from dewak_research.data.peers import peers_of_all
from dewak_research.language import LANGUAGES
from dewak_research.stress.today import today_tables


class Written(dict):
    """Tables as a stage wrote them: whoever asks gets a copy."""

    def __getitem__(self, name):
        return super().__getitem__(name).copy()


def results_of(stress_inputs, **params):
    made = today_tables(stress_inputs, StressParams(**params), peers_of_all(stress_inputs))
    return Written(made | {"lights": stress_inputs["units"][["ags", "name", "kind"]]})


@pytest.fixture(scope="module")
def results(stress_inputs):
    return results_of(stress_inputs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exhibit_has_its_words_and_source(results, language) -> None:
    for figure in (today.status_map(results, language), today.losses_figure(results, language)):
        assert figure.caption
        assert figure.alt
        assert "{" not in figure.caption + figure.alt + (figure.note or "")
    for table in (
        today.stages_table(results, language),
        today.measures_table(results, language),
        today.measures_table(results, language, confirmed=False),
        today.losses_table(results, language),
        today.relief_table(results, language),
    ):
        page = table.html(language)
        assert "<table" in page
        assert {"de": "von Hand", "en": "by hand"}[language] in page


def test_the_shares_of_the_stages_add_up_as_printed(results) -> None:
    shares = today.stages_table(results, "de").frame["today_share"]
    assert sum(round(1000 * share) for share in shares) == 1000
    assert all(
        abs(share - towns / 396) < 0.001
        for share, towns in zip(shares, [8, 245, 43, 47, 42, 8, 3], strict=True)
    )


def test_the_unconfirmed_debt_stands_in_a_block_of_its_own(results) -> None:
    marked = today.measures_table(results, "de", confirmed=False)
    assert "nicht bestätigt" in marked.caption
    assert list(marked.frame["today_measure"]) == [
        "Liquiditätskredite (€ je Einwohner)",
        "Schulden des Kernhaushalts (€ je Einwohner)",
    ]
    assert not set(marked.frame["today_measure"]) & set(
        today.measures_table(results, "de").frame["today_measure"]
    )


def test_switched_off_the_block_says_so_and_the_rest_stays(stress_inputs) -> None:
    without = results_of(stress_inputs, show_unconfirmed_debt=False)
    assert "abgeschaltet" in today.measures_table(without, "de", confirmed=False).html("de")
    assert len(today.losses_table(without, "de").frame) == 4
    assert len(today.losses_figure(without, "de").data) == 4
    assert len(today.relief_table(without, "de").frame) == 12
