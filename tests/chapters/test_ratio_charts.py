import numpy as np
import pandas as pd
import pytest

from dewak_research.chapters.stress import law as rule_charts
from dewak_research.chapters.stress import ratios as ratio_charts
from dewak_research.ratios.kennzahlen import ratios
from dewak_research.ratios.tables import SHORT_TERM, published, short_term_orientation
from dewak_research.rules import land, unverified
from dewak_research.stress.plan_test import en_kreis_answers, ostbevern_plan

LANGUAGES = ("de", "en")


def compared():
    table = published()
    return table.assign(
        n=30,
        mean_pct=table["published_mean_pct"] - 2.5,
        median_pct=40.0,
        low_pct=1.0,
        high_pct=90.0,
        n_with_result=20,
        mean_with_result_pct=39.0,
        difference_pct_points=-2.5,
    )


def town():
    rows = [
        {"ags": "05562020", "year": 2009, "ratio": key, "value": 12.5, "basis": r.bases[0], "reason": None}
        for key, r in ratios().items()
    ]
    table = pd.DataFrame(rows).assign(peers_known=15, peer_median=10.0, peer_percentile=75.0)
    table["reason"] = table["reason"].astype("str").where(lambda s: s.notna() & (s != "None"))
    reasons = {"eigenkapitalquote_1": "missing:equity", "allgemeine_umlagenquote": "not_applicable"}
    for key, reason in reasons.items():
        table.loc[table["ratio"] == key, ["value", "reason"]] = [np.nan, reason]
    return table


@pytest.fixture
def results():
    run = pd.DataFrame({"peers": [15]})
    published_plans = {"ostbevern_plan": ostbevern_plan(), "en_kreis_answers": en_kreis_answers()}
    return {"nkf_ratios": town(), "nkf_orientation": compared(), "run": run, **published_plans}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_value_never_stands_without_median_and_position(results, language):
    shown = ratio_charts.ratio_table(results, language, "05562020", "Herten")
    assert len(shown.frame) == len(ratios()) - 1
    assert {"nkf_value", "nkf_peer_median", "nkf_percentile", "nkf_basis", "nkf_reason"} <= set(
        shown.frame.columns
    )
    html = shown.html(language)
    assert ("Eigenkapital" if language == "de" else "equity") in html
    assert ("fehlen" if language == "de" else "missing") in shown.frame["nkf_reason"].iloc[1]
    assert "nkf_" not in html.replace("nkf_ratios_05562020", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_definitions_name_all_ratios_and_their_codes(language):
    shown = ratio_charts.ratio_definitions(language)
    assert len(shown.frame) == len(ratios())
    html = shown.html(language)
    assert "3998" in html
    assert "(S20)" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_orientation_figure(results, language):
    figure = ratio_charts.orientation_figure(results, language)
    assert ("−2,5" if language == "de" else "−2.5") in figure.alt
    assert figure.data.equals(results["nkf_orientation"])
    assert len(figure.drawing.axes) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_rule_sets_side_by_side_with_the_unverified_marked(language):
    shown = rule_charts.rule_sets_table(language)
    assert shown.frame.shape == (12, 1 + len(land("05").rule_sets))
    marked = [shown.frame[column].str.endswith("*").sum() for column in shown.frame.columns[1:]]
    assert (sum(marked) > 0) == bool(unverified("land/05/budget_law"))
    assert ("*" in (shown.note or "")) == (sum(marked) > 0), "a star is explained where there is one"
    assert not shown.frame["2024"].isin(["", "nan"]).any()
    assert "GV. NRW. 7/2024" in shown.html(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unverified_value_is_shown(language):
    facts = [v for v in unverified() if "/facts/" in v.document]
    assert len(rule_charts.unverified_table(language).frame) == len(unverified()) - len(facts)
    certainty = pd.concat(rule_charts.facts_table(name, language).frame for name in ("herten", "en_kreis"))
    assert (certainty["certainty"] != "certainty_read").sum() == len(facts)
    assert len(rule_charts.unverified_table(language, "land/05/equalisation").frame) == len(
        unverified("land/05/equalisation")
    )
    rule_charts.unverified_table(language).html(language)


@pytest.mark.parametrize(
    ("language", "shown"), [("de", "0,70 bis 0,80, je nach Leistung"), ("en", "0.70 to 0.80, by service")]
)
def test_a_value_by_service_is_shown_by_its_ends(language, shown):
    frame = rule_charts.unverified_table(language, "land/00/planning").frame
    assert shown in frame.astype(str).to_numpy()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["herten", "en_kreis"])
def test_published_facts_carry_their_source(name, language):
    shown = rule_charts.facts_table(name, language)
    assert shown.frame["fact_source"].str.startswith("S").all()
    html = shown.html(language)
    assert ("Mio." if language == "de" else "million") in html


def test_numbers_are_written_in_the_language(results):
    german = rule_charts.en_kreis_table(results, "de")
    assert german.frame["answer_value"].tolist() == ["0,23\N{NO-BREAK SPACE}%", "0,28 Punkte", "9,28\N{NO-BREAK SPACE}%", "0,65\N{NO-BREAK SPACE}%"]  # fmt: skip  # noqa: E501
    assert "1,8" in german.caption
    assert "10.12.2025" in rule_charts.facts_table("herten", "de").frame["fact_value"].tolist()


@pytest.mark.parametrize("language", LANGUAGES)
def test_ostbevern_says_how_much_room_is_left(results, language):
    figure = rule_charts.ostbevern_figure(results, language)
    assert ("100.315" if language == "de" else "100,315") in figure.note
    assert ("10,04" if language == "de" else "10.04") in figure.alt
    assert "S36" in figure.html(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_short_term_table(language):
    """Every group beside its published value, with the reason in words."""
    towns = [f"0555{i:04d}" for i in range(6)]
    units = pd.DataFrame({"ags": towns, "kind": "kreisangehoerige_gemeinde", "size_class": "over_60k"})
    values = [50.0, 70.0, 80.0, 90.0, 5000.0, 60.0]
    rows = [
        pd.DataFrame({"ags": towns, "year": 2009, "ratio": ratio, "value": values}) for ratio in SHORT_TERM
    ]
    table = ratio_charts.short_term_table(
        {"nkf_short_term": short_term_orientation(pd.concat(rows), units)}, language
    )
    page = table.html(language, "figures")
    assert "nan" not in page
    assert page.count("75") >= 2
