from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest
from matplotlib.collections import LineCollection

from dewak_research.chapters.stress import KINDS, figures, in_depth, law, skill, tables, warning
from dewak_research.page.labels import label
from dewak_research.page.values import chance, formatted
from dewak_research.unit.view import stress_view

pytestmark = pytest.mark.slow  # the stress stage is computed as a whole

LANGUAGES = ("de", "en")
UNITS = ("05562020", "05954")


class Written(dict):
    """Tables as a stage wrote them: whoever asks gets a copy."""

    def __getitem__(self, name):
        return super().__getitem__(name).copy()


@pytest.fixture(scope="module")
def results(stressed):
    return Written(stressed.tables)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_caption_alt_source_and_data(results, language) -> None:
    shown = [
        figures.light_map(results, language),
        figures.council_grid_figure(results, language),
        figures.episodes_figure(results, language),
        figures.contributions_figure(results, language),
        figures.frontier_figure(results, language),
        in_depth.herten_before_after(results, language),
        skill.coverage_figure(results, language),
        skill.pit_figure(results, language),
        skill.origins_figure(results, language),
        warning.calibration_figure(results, language),
        *(in_depth.fan_chart(results, language, ags) for ags in UNITS),
        *(in_depth.probability_chart(results, language, ags) for ags in UNITS),
        in_depth.fan_chart(results, language, *UNITS),
        in_depth.probability_chart(results, language, *UNITS),
    ]
    assert len({figure.name for figure in shown}) == len(shown)
    for figure in shown:
        assert figure.caption
        assert figure.alt
        assert len(figure.data) > 0
        assert "{" not in figure.caption + figure.alt + (figure.note or "")
        assert figure.svg().startswith("<svg") or "<svg" in figure.svg()
        width = figure.drawing.bbox.width
        for legend in figure.drawing.legends:
            box = legend.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= width, f"{figure.name}: the legend is cut off"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_with_a_probability_shows_how_uncertain_the_crisis_frequency_is(results, language) -> None:
    shown = [
        figures.light_map(results, language),
        tables.light_table(results, language),
        tables.units_table(results, language),
        in_depth.probability_chart(results, language, "05562020"),
    ]
    for found in shown:
        assert "1,3" in (found.note or "").replace("1.3", "1,3")
        assert "33,1" in (found.note or "").replace("33.1", "33,1")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_hold_all_units_and_mark_what_is_unverified(results, language) -> None:
    units = tables.units_table(results, language).html(language)
    assert units.count("<tr") == 428
    word = label("certainty_assumption", language)
    assert word in tables.assumptions_table(results, language).html(language)
    scenarios = tables.scenario_table(results, language).html(language)
    assert all(label(key, language) in scenarios for key in ("certainty_assumption", "certainty_by_hand"))
    assert label("certainty_read", language) not in scenarios, "no size of an event was read at its source"
    assert "METHODS" not in scenarios
    for table in (
        tables.light_table(results, language),
        tables.reverse_table(results, language, *UNITS),
        tables.breaking_table(results, language),
        tables.light_changes_table(results, language),
        skill.skill_table(results, language),
        warning.warning_table(results, language),
        warning.ordering_table(results, language),
        tables.baselines_table(results, language),
        tables.steps_table(results, language),
        skill.balance_date_table(results, language),
        warning.budget_status_table(results, language),
        *(tables.grid_table(results, language, ags) for ags in UNITS),
        tables.grid_table(results, language, *UNITS),
        tables.standing_table(results, language, *UNITS),
    ):
        assert "<table" in table.html(language)


def bar_heights(ax) -> list[float]:
    return [bar.get_height() for container in ax.containers for bar in container]


def test_an_episode_is_drawn_with_the_median_and_the_quarters_of_its_units(results) -> None:
    figure = figures.episodes_figure(results, "en")
    units = results["episodes"].merge(results["lights"][["ags", "kind"]], on="ags")
    for row in figure.data.to_dict("records"):
        same = (units["scenario"] == row["scenario"]) & (units["kind"] == row["kind"])
        losses = units.loc[same, "loss_worst_year_eur_pc"]
        assert [row["low"], row["median"], row["high"]] == pytest.approx(np.percentile(losses, [25, 50, 75]))
    (ax,) = figure.drawing.axes
    lines = [c for c in ax.collections if isinstance(c, LineCollection)]
    drawn = sorted(tuple(segment[:, 0]) for line in lines for segment in line.get_segments())
    expected = sorted(figure.data[["low", "high"]].itertuples(index=False, name=None))
    np.testing.assert_allclose(drawn, expected)


def test_the_dark_band_of_a_fan_holds_half_of_the_draws(results) -> None:
    figure = in_depth.fan_chart(results, "en", "05562020")
    fan = results["fan"].query("ags == '05562020' and measure == 'result' and year == 2014").iloc[0]
    ends = [c.get_paths()[0].vertices for c in figure.drawing.axes[0].collections][:2]
    found = [(v[v[:, 0] == 2014, 1].min(), v[v[:, 0] == 2014, 1].max()) for v in ends]
    expected = [(fan["p5_eur"] / 1e6, fan["p95_eur"] / 1e6), (fan["p25_eur"] / 1e6, fan["p75_eur"] / 1e6)]
    np.testing.assert_allclose(found, expected)


def test_two_units_stand_side_by_side_in_one_picture(results) -> None:
    figure = in_depth.fan_chart(results, "de", *UNITS)
    titles = [ax.get_title(loc="left") for ax in figure.drawing.axes]
    assert len(titles) == 6
    assert all("Herten" in title for title in titles[0::2])
    assert all("Ennepe-Ruhr-Kreis" in title for title in titles[1::2])
    assert [title.split("\n")[1] for title in titles[0::2]] == [t.split("\n")[1] for t in titles[1::2]]
    last = results["fan"].query("ags == '05954' and measure == 'result' and year == 2014").iloc[0]
    line = figure.drawing.axes[1].lines[0]
    assert line.get_ydata()[-1] == pytest.approx(last["p50_eur"] / 1e6)
    assert figure.alt.count("2014") == 2


def test_the_grid_of_two_units_holds_both_losses_in_the_row_of_one_shock(results) -> None:
    frame = tables.grid_table(results, "de", *UNITS).frame
    row = frame[(frame.iloc[:, 0] == 0.2) & (frame.iloc[:, 1] == 3.0)].iloc[0]
    grid = results["council_grid"].query("revenue_fall_share == 0.2 and interest_rise_pp == 3.0")
    for ags, name in zip(UNITS, ("Herten", "Ennepe-Ruhr-Kreis"), strict=True):
        expected = grid.set_index("ags").loc[ags, "loss_total_eur"] / 1e6
        assert row[f"{name}: Verlust in fünf Jahren (Mio. Euro)"] == pytest.approx(expected)
    assert len(frame) == len(results["council_grid"].query("ags == '05954'"))


def test_the_standing_of_two_units_is_that_of_the_results(results) -> None:
    frame = tables.standing_table(results, "de", *UNITS).frame
    assert frame["name"].tolist() == ["Herten", "Ennepe-Ruhr-Kreis"]
    lights = results["lights"].set_index("ags")
    assert frame["stress_probability"].tolist() == lights.loc[list(UNITS), "probability"].tolist()
    bearable = results["reverse"].query("direction == 'COST2024'").set_index("ags")["bearable_eur"]
    assert frame["stress_bearable_eur_m"].tolist() == pytest.approx((bearable[list(UNITS)] / 1e6).tolist())
    gone = results["exhaustion"].set_index("ags")["ausgleichsruecklage_gone_year"]
    assert frame["stress_reserve_gone"].tolist() == gone[list(UNITS)].tolist()


def test_the_frontier_is_drawn_through_the_quantiles_of_the_towns(results) -> None:
    figure = figures.frontier_figure(results, "en")
    table = results["frontier"].merge(results["lights"][["ags", "kind"]], on="ags")
    borne = table[(table["kind"] != "kreis") & np.isclose(table["social_growth_share"], 0.1)][
        "fall_share"
    ].dropna()
    at = figure.data[np.isclose(figure.data["social_growth_share"], 0.1)].iloc[0]
    for share in (25, 50, 75, 90):
        assert at[f"fall_share_q{share}"] == pytest.approx(np.percentile(borne.clip(upper=2.1), share))
    assert f"{at['fall_share_q50']:.0%}" in figure.alt


def test_the_bars_of_the_council_grid_are_shares_of_units_over_the_line(results) -> None:
    figure = figures.council_grid_figure(results, "en")
    grid = results["council_grid"].merge(results["lights"][["ags", "kind"]], on="ags")
    known = grid[grid["trigger"].notna() & (grid["revenue_fall_share"] > 0)]
    for ax, kind in zip(figure.drawing.axes, KINDS, strict=True):
        part = known[known["kind"] == kind]
        hit = (
            part["trigger"]
            .isin(["N1", "N2", "N3"])
            .groupby([part["interest_rise_pp"], part["revenue_fall_share"]])
        )
        np.testing.assert_allclose(bar_heights(ax), hit.mean().to_numpy())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_lights_counts_every_unit_once(results, language) -> None:
    frame = tables.light_table(results, language).frame
    assert frame[[f"stress_n_{kind}" for kind in KINDS]].to_numpy().sum() == 427
    assert frame["stress_n_at_low"].sum() == frame["stress_n_at_high"].sum() == 427


def test_a_unit_stands_with_its_own_place_and_the_median_of_its_peers(results) -> None:
    frame = tables.units_table(results, "en").frame.set_index("ags")
    standing = results["standing"].set_index("ags")
    row = standing.loc["05562020"]
    assert frame.loc["05562020", "stress_percentile"] == row["peer_percentile"]
    assert frame.loc["05562020", "stress_peer_median"] == row["probability_peer_median"]
    unknown = frame.index.difference(standing.index)
    assert frame.loc[unknown, "stress_percentile"].isna().all()


def test_coverage_is_drawn_beside_what_was_wanted(results) -> None:
    figure = skill.coverage_figure(results, "en")
    table = results["forecast_coverage"].query("target == 'own_taxes'").set_index("candidate")
    for ax, candidate in zip(figure.drawing.axes, ("location_scale", "no_reversion"), strict=True):
        drawn = [np.asarray(line.get_ydata(), float) for line in ax.lines]
        curves = [values for values in drawn if len(values) == 5]
        wanted = sorted({values[0] for values in drawn if len(values) == 2})
        for level, curve in zip((50, 80, 95), curves, strict=True):
            np.testing.assert_allclose(curve, table.loc[candidate, f"inside_{level}_share"])
        assert wanted == [0.5, 0.8, 0.95]
    held = table.query("horizon == 5").loc["location_scale", "inside_80_share"]
    assert f"{held:.0%} of cases" in figure.alt


def test_every_candidate_stands_with_its_lead_and_its_interval(results) -> None:
    frame = skill.skill_table(results, "en").frame
    assert len(frame) == 2 * 5
    row = results["forecast_skill"].query(
        "target == 'trade_tax' and candidate == 'location_scale' and reference == 'no_reversion'"
    )
    shown = frame.query("stress_target == 'trade_tax' and stress_candidate == 'location_scale'")[
        "stress_skill_no_reversion"
    ].iloc[0]
    for column in ("skill_share", "skill_low_share", "skill_high_share"):
        assert f"{row[column].iloc[0]:+.0%}".replace("-", "\N{MINUS SIGN}") in shown


def test_the_early_warning_stands_beside_pure_noise(results) -> None:
    frame = warning.warning_table(results, "de").frame
    keys = ["stress_warning_event", "stress_warning_data", "stress_warning_predictors"]
    names = ["volatility_and_share", "gap", "all", "trade_tax_level"]
    expected = product(("amount", "share"), ("towns", "noise"), names)
    assert list(frame[keys].itertuples(index=False, name=None)) == list(expected)
    compared = frame["stress_warning_data"].eq("towns") & frame["stress_warning_predictors"].ne(names[-1])
    assert (frame["stress_auc_gain"].ne("–") == compared).all()
    assert frame["stress_auc_range"].str.contains("bis").all()


def test_every_unit_stands_once_in_the_table_of_changed_lights(results) -> None:
    frame = results["light_changes"].set_index("before")
    lights = ["green", "amber", "red", "no_data"]
    assert frame.loc[lights, "units"].tolist() == [149, 95, 122, 61]
    assert frame.loc["all", lights].tolist() == results["lights"]["light"].value_counts()[lights].tolist()
    stayed = sum(frame.loc[name, name] for name in lights)
    assert frame.loc["all", "changed"] == 427 - stayed


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_printed_probability_lies_outside_its_printed_interval(results, language) -> None:
    lights = results["lights"]
    assert len(lights) == 427
    table = tables.units_table(results, language)
    columns = [f"stress_{name}" for name in ("probability", "frequency_low", "frequency_high")]
    for row in table.frame[columns].dropna().itertuples(index=False):
        shown, low, high = (printed(formatted(value, table.formats[c], language))
                            for c, value in zip(columns, row, strict=True))  # fmt: skip
        assert low <= shown <= high
    grid, reverse = results["council_grid"], results["reverse"]
    for row in lights[lights["probability"].notna()].to_dict("records"):
        own = [part[part["ags"] == row["ags"]].to_dict("records") for part in (grid, reverse)]
        view = stress_view(row, *own, (2010, 2014))
        shown, low, high = (
            printed(chance(value, language)) for value in (view.probability, view.low, view.high)
        )
        assert low <= shown <= high, row["name"]


def printed(text: str) -> float:
    beyond = {"unter": -0.01, "under": -0.01, "über": 0.01, "over": 0.01}
    return float(re.sub(r"[^\d.]", "", text.replace(",", "."))) + beyond.get(text.split()[0], 0.0)


def test_the_scenario_table_counts_who_joins_those_over_the_line(results) -> None:
    frame = tables.scenario_table(results, "en").frame
    grid = results["council_grid"].query("revenue_fall_share == 0").set_index("ags")["trigger"]
    lines = ["N1", "N2", "N3"]
    before = set(grid[grid.isin(lines)].index)
    for row, (name, units) in zip(frame.itertuples(), results["episodes"].groupby("scenario"), strict=True):
        after = set(units.loc[units["trigger"].isin(lines), "ags"])
        assert (row.stress_added, row.stress_freed) == (len(after - before), len(before - after)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_of_the_assumptions_shows_both_ends_and_only_those_that_move_a_light(
    results, language
) -> None:
    figure = law.sensitivity_figure(results, language)
    assert (figure.data["units"] > 0).all() and len(figure.data) <= 8
    assert len(figure.drawing.legends[0].get_texts()) == 2
    assert str(figure.data["units"].iloc[0]) in figure.alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_compared_is_no_missing_value(results, language) -> None:
    shown = [
        (skill.skill_table(results, language), 0),
        (warning.warning_table(results, language), 0),
        (warning.ordering_table(results, language), 3),
    ]
    for table, not_estimated in shown:
        assert table.html(language).count(label("no_data", language)) <= not_estimated, table.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_of_a_probability_is_given_in_points_of_a_named_event(results, language) -> None:
    html = tables.alternatives_table(results, language).html(language)
    assert {"de": "Schwelle (Prozentpunkte)", "en": "threshold (percentage points)"}[language] in html
    assert "%</td>" not in html
