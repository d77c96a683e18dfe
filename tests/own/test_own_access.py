"""From files to the page of access: every number computed a second time from the files, by loops and by hand."""

from __future__ import annotations

from itertools import combinations
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import SpaceParams
from dewak_research.own.access_case import OwnAccess
from dewak_research.own.access_inputs import read_access
from dewak_research.own.access_page import access_page
from dewak_research.own.access_results import AccessResults, access_results
from dewak_research.own.check import load_own
from dewak_research.own.report import build_own_report
from own import musterstadt
from own.test_access_files import AREAS, of_town, registered
from own.town_files import DISTRICTS, FACILITIES, MINUTES, NAMES, Files, both, put, ways

POINTS = {
    "Mitte": (7.10, 51.60), "Nordstadt": (7.11, 51.62), "Süd": (7.10, 51.585), "West": (7.07, 51.60),
    "Ost": (7.15, 51.60),
}  # fmt: skip
PEOPLE = {"Mitte": 20_000, "Nordstadt": 13_000, "Süd": 10_000, "West": 3_500, "Ost": 2_000}
OLD = {"Mitte": 4_000, "Nordstadt": 2_400, "Süd": 3_000, "West": 500, "Ost": 900}
JOBLESS = {"Mitte": 900, "Nordstadt": 1_200, "Süd": 300, "West": 60, "Ost": 40}
MEETING = {"Treff": (7.10, 51.601, 60), "Haus": (7.105, 51.615, 40)}
TOTAL = sum(PEOPLE.values())
PARAMS = SpaceParams()
ONE = "\n".join(DISTRICTS.splitlines()[:3]).replace("20.000", "48000")


def km(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Haversine, times the detour."""
    x, y, u, v = map(radians, (*one[:2], *other[:2]))
    half = sin((v - y) / 2) ** 2 + cos(y) * cos(v) * sin((u - x) / 2) ** 2
    return 1.3 * 2 * 6371.0088 * asin(sqrt(half))


def way(district: str) -> float:
    return min(km(POINTS[district], place) for place in MEETING.values())


def weight(cost: float, zones: bool) -> float:
    if cost > 1:
        return 0.0
    return 1.0 if not zones or cost <= 1 / 3 else 0.68 if cost <= 2 / 3 else 0.22


def shared(district: str, zones: bool = False) -> float:
    """Places per 1,000 by the two steps, written out."""
    found = 0.0
    for place in MEETING.values():
        users = sum(PEOPLE[d] * weight(km(POINTS[d], place), zones) for d in NAMES)
        found += place[2] / users * weight(km(POINTS[district], place), zones) if users else 0.0
    return 1_000 * found


def need() -> dict[str, float]:
    parts = []
    for counts in (OLD, JOBLESS):
        share = {d: counts[d] / PEOPLE[d] for d in NAMES}
        mean = sum(counts.values()) / TOTAL
        spread = sqrt(sum(PEOPLE[d] * (share[d] - mean) ** 2 for d in NAMES) / TOTAL)
        parts.append({d: (share[d] - mean) / spread for d in NAMES})
    return {d: (parts[0][d] + parts[1][d]) / 2 for d in NAMES}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    own = tmp_path_factory.mktemp("own")
    musterstadt.write(own)
    put(
        own / musterstadt.KEY,
        both(facilities=FACILITIES + "Fern <script>alert(1)</script>;Kita;7,30;51,60;;2;\n"),
    )
    return build_own_report(musterstadt.KEY, own=own).parents[1]


def table(built: Path, name: str, kind: str = "Treffpunkt") -> pd.DataFrame:
    found = pd.read_csv(built / "tables" / f"access_{name}.csv")
    return found[found["kind"] == kind] if "kind" in found else found


def test_ways_shares_and_shared_access_are_those_of_the_files(built: Path) -> None:
    rows = table(built, "districts").set_index("district")
    for name in NAMES:
        assert rows.loc[name, "way"] == pytest.approx(way(name), rel=1e-8)
        assert rows.loc[name, "per_1000"] == pytest.approx(shared(name), rel=1e-8)
        assert rows.loc[name, "per_1000_zones"] == pytest.approx(shared(name, zones=True), rel=1e-8)
        assert rows.loc[name, "inside"] == ("yes" if way(name) <= 1 else "no")
    one = table(built, "kinds").iloc[0]
    assert one["reached_share"] == pytest.approx(sum(PEOPLE[d] for d in NAMES if way(d) <= 1) / TOTAL)
    assert one["mean_way"] == pytest.approx(sum(PEOPLE[d] * way(d) for d in NAMES) / TOTAL, rel=1e-8)
    assert one["longest_district"] == "Ost" and one["longest_way"] == pytest.approx(way("Ost"), rel=1e-8)
    assert (one["facilities"], one["capacity"], one["lost"]) == (2, 100, 0) and np.isnan(one["low_share"])
    kita = table(built, "kinds", "Kita").iloc[0]
    assert np.isnan(kita["capacity"]) and kita["lost"] == 1 and kita["reach"] == 2


def test_need_is_the_mean_of_standardised_shares(built: Path) -> None:
    rows = table(built, "need").set_index("district")
    assert {name: pytest.approx(value, rel=1e-8) for name, value in need().items()} == rows["need"].to_dict()
    assert rows["people_65_share"].to_dict() == pytest.approx({d: OLD[d] / PEOPLE[d] for d in NAMES})


def test_who_needs_most_and_reaches_least(built: Path) -> None:
    rows = table(built, "quadrants", "Kita").set_index("district")
    score, far = need(), {d: km(POINTS[d], POINTS["Mitte"]) for d in NAMES}

    def middle(values: dict[str, float]) -> float:
        upto = 0
        for name in sorted(values, key=lambda d: values[d]):
            upto += PEOPLE[name]
            if 2 * upto >= TOTAL:
                return values[name]
        raise AssertionError

    for name in NAMES:
        much = "much" if score[name] > middle(score) else "little"
        little = "little" if -far[name] <= middle({d: -far[d] for d in NAMES}) else "much"
        assert rows.loc[name, "quadrant"] == f"needs_{much}_reaches_{little}", name
    assert rows["same_share"].isna().all() and set(rows["measure"]) == {"way"}
    assert table(built, "quadrants")["same_share"].between(0, 1).all()


def test_concentration_is_the_covariance_with_the_rank(built: Path) -> None:
    row, score = table(built, "equity").iloc[0], need()
    upto, index = 0.0, 0.0
    mean = sum(PEOPLE[d] * shared(d) for d in NAMES) / TOTAL
    for name in sorted(NAMES, key=lambda d: score[d]):
        rank = (upto + PEOPLE[name] / 2) / TOTAL
        index += 2 / mean * PEOPLE[name] / TOTAL * (shared(name) - mean) * (rank - 0.5)
        upto += PEOPLE[name]
    assert row["index"] == pytest.approx(index, rel=1e-7)
    assert np.isnan(row["index_low"])  # five districts are too few to draw from


def test_one_more_is_the_best_by_trying_all(built: Path) -> None:
    rows = table(built, "one_more").set_index("district")
    fifth = table(built, "need").set_index("district")["fifth"]
    for name in NAMES:
        then = {d: min(way(d), km(POINTS[d], POINTS[name])) for d in NAMES}
        gained = [d for d in NAMES if then[d] <= 1 < way(d)]
        people = sum(PEOPLE[d] for d in gained)
        assert rows.loc[name, "persons_gained"] == people
        assert rows.loc[name, "mean_way"] == pytest.approx(sum(PEOPLE[d] * then[d] for d in NAMES) / TOTAL)
        if people:
            needy = sum(PEOPLE[d] for d in gained if fifth[d] >= 4)
            assert rows.loc[name, "needy_share"] == pytest.approx(needy / people)
        else:
            assert np.isnan(rows.loc[name, "needy_share"])
    assert rows["persons_gained"].is_monotonic_decreasing


@pytest.mark.parametrize("number", [1, 2, 3])
def test_more_together_are_the_best_by_trying_all(built: Path, number: int) -> None:
    rows = table(built, "more").query("number == @number").set_index("aim")

    def mean(chosen: tuple[str, ...]) -> float:
        return (
            sum(PEOPLE[d] * min(way(d), *(km(POINTS[d], POINTS[c]) for c in chosen)) for d in NAMES) / TOTAL
        )

    def reached(chosen: tuple[str, ...]) -> float:
        inside = (d for d in NAMES if min(way(d), *(km(POINTS[d], POINTS[c]) for c in chosen)) <= 1)
        return sum(PEOPLE[d] for d in inside) / TOTAL

    every = [*combinations(NAMES, number)]
    assert rows.loc["shortest_mean", "mean_way"] == pytest.approx(min(map(mean, every)), rel=1e-8)
    assert rows.loc["most_reach", "reached_share"] == pytest.approx(max(map(reached, every)), rel=1e-8)
    assert (rows["gap"] < 1e-9).all()


def test_the_page_says_it_in_both_languages_and_escapes_names(built: Path) -> None:
    german = (built / "de" / "access.html").read_text(encoding="utf-8")
    english = (built / "en" / "access.html").read_text(encoding="utf-8")
    share = 100 * sum(PEOPLE[d] for d in NAMES if way(d) <= 1) / TOTAL
    assert (
        f"{share:.1f}".replace(".", ",") + "\u202f%" in german.replace("\u00a0", "\u202f")
        and f"{share:.1f}%" in english
    )
    assert "<script" not in german + english
    assert german.count("Fern &lt;script&gt;alert(1)&lt;/script&gt;") >= 2
    assert german.count('<svg class="districts" viewBox="0 0 460') == 2 and "aria-label" in german
    for text in (
        "Annahme dieses Projekts",
        "Ohne Spanne: 5 Ortsteile",
        "Was diese Seite nicht sagt",
        "Umweg kennt keinen Fluss",
    ):
        assert text in german
    assert "assumption of this project" in english and "Without a range: 5 districts" in english
    assert (built / "tables" / "access_one_more.csv").is_file() and "../tables/access_one_more.csv" in german


def results(folder: Path, files: Files, **more: object) -> tuple[OwnAccess, AccessResults]:
    access, found = read_access(put(folder, files), more.get("reading") or of_town())  # type: ignore[arg-type]
    assert not [one for one in found if one.severity == "error"], [one.problem.render("en") for one in found]
    return access, access_results(access, PARAMS, 20_260_101)


def test_areas_give_bounds_that_hold_wherever_people_live(tmp_path: Path) -> None:
    access, found = results(tmp_path, AREAS)
    assert access.areas is not None
    rows = found.tables["access_districts"].query("kind == 'Treffpunkt'").set_index("district")
    draws = np.random.default_rng(3)
    for name, area in zip(access.districts["district"], access.areas, strict=True):
        west, south, east, north = area.bounds
        homes = np.column_stack([draws.uniform(west, east, 400), draws.uniform(south, north, 400)])
        homes = np.vstack([homes, np.asarray(area.exterior.coords)])
        inside = np.array([min(km(tuple(home), place) for place in MEETING.values()) <= 1 for home in homes])
        assert rows.loc[name, "inside"] == ("all" if inside.all() else "some" if inside.any() else "nobody")
    assert {"all", "some", "nobody"} == set(rows["inside"])
    one = found.tables["access_kinds"].iloc[0]
    assert (
        one["low_share"] == pytest.approx(20_000 / 48_500)
        and one["low_share"] <= one["reached_share"] <= one["high_share"]
    )
    page = access_page(found, PARAMS, "en")
    assert any("41.2% to" in cell for row in page["access_parts"][0]["rows"] for cell in row)


def test_minutes_take_the_place_of_air_lines(tmp_path: Path) -> None:
    _, found = results(tmp_path, both(ways=ways({("Ost", "Haus"): "inf"})))
    rows = found.tables["access_districts"].query("kind == 'Treffpunkt'").set_index("district")
    assert rows["way"].to_dict() == {d: float(min(MINUTES[d][:2])) for d in NAMES}
    assert rows.loc["Ost", "way"] == 25 and found.tables["access_one_more"].empty
    text = str(access_page(found, PARAMS, "de"))
    assert "25 min aus Ost" in text and "15 min (Annahme)" in text and "führt nur zu Einrichtungen" in text
    users = {"Treff": ("Mitte", "Nordstadt", "Süd", "West"), "Haus": ("Mitte", "Nordstadt")}
    each = {
        name: 1_000 * (60, 40)[name == "Haus"] / sum(PEOPLE[d] for d in some) for name, some in users.items()
    }
    assert rows["per_1000"].to_dict() == pytest.approx(
        {d: sum(each[name] for name, some in users.items() if d in some) for d in NAMES}
    )


def test_minutes_between_districts_say_where_one_more_helps(tmp_path: Path) -> None:
    _, found = results(tmp_path, both(ways=ways(between=True)))
    rows = found.tables["access_one_more"].query("kind == 'Treffpunkt'").set_index("district")
    # Ost is the fifth of the five: 7 minutes from West, 14 from Süd; only it has no meeting point within 15 minutes
    assert rows["persons_gained"].to_dict() == {
        "Mitte": 0,
        "Nordstadt": 0,
        "Süd": 2_000,
        "West": 2_000,
        "Ost": 2_000,
    }


def test_a_district_without_any_way_leaves_no_mean_and_no_order(tmp_path: Path) -> None:
    rows = {("Ost", place): "inf" for place in ("Treff", "Haus", "Kita A")}
    _, found = results(tmp_path, both(ways=ways(rows)))
    kinds = found.tables["access_kinds"].set_index("kind")
    assert kinds["mean_way"].isna().all() and found.alone == {"Kita": "no_way"}
    text = str(access_page(found, PARAMS, "de"))
    assert "kein Weg" in text and "Kita: Ein Ortsteil hat gar keinen Weg" in text


def test_a_kind_for_a_group_counts_that_group(tmp_path: Path) -> None:
    facilities = FACILITIES.replace("51,601;60;;", "51,601;60;;ab 65")
    access, found = results(tmp_path, both(facilities=facilities))
    assert set(access.facilities["users"]) == {"people_65", "everybody"}
    one = found.tables["access_kinds"].iloc[0]
    assert one["people"] == sum(OLD.values())
    assert one["reached_share"] == pytest.approx(
        sum(OLD[d] for d in NAMES if way(d) <= 1) / sum(OLD.values())
    )


def test_an_own_score_goes_before_the_computed_one(tmp_path: Path) -> None:
    scores = iter(("Eigener Bedarfswert", "1", "5", "2", "4", "3"))
    lines = [
        f"{line};{next(scores)}" if ";" in line and line[0] != "#" else line
        for line in DISTRICTS.splitlines()
    ]
    _, found = results(tmp_path, both(districts="\n".join(lines)))
    assert found.need == "own" and found.indicators == ()
    assert found.tables["access_need"]["need"].tolist() == [1, 5, 2, 4, 3]
    assert "Ihr eigener Wert" in str(access_page(found, PARAMS, "de"))


def test_without_counts_of_need_nothing_is_made_up(tmp_path: Path) -> None:
    bare = "\n".join(";".join(line.split(";")[:4]) for line in DISTRICTS.splitlines()[1:])
    _, found = results(tmp_path, both(districts=bare))
    assert found.need == "none" and "access_equity" not in found.tables
    assert found.tables["access_one_more"]["needy_share"].isna().all()
    assert "Über den Bedarf ist nichts eingetragen" in str(access_page(found, PARAMS, "de"))


@pytest.mark.parametrize(
    ("files", "reason", "said"),
    [
        ({}, "empty", "Two files are missing"),
        ({"ortsteile.csv": DISTRICTS}, "facilities", "facilities are not"),
        ({"einrichtungen.csv": FACILITIES}, "districts", "districts are not"),
        (both(districts=ONE), "one", "Nothing can be told about access within a district"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_what_it_would_tell(
    tmp_path: Path, files: Files, reason: str, said: str
) -> None:
    _, found = results(tmp_path, files)
    assert found.reason == reason and found.tables == {}
    page = access_page(found, PARAMS, "en")
    assert said in page["access_lines"][0] and page["access_parts"] == []


def test_two_districts_have_ways_but_no_order_of_need(tmp_path: Path) -> None:
    _, found = results(
        tmp_path, both(districts="\n".join(DISTRICTS.splitlines()[:4]).replace("20.000", "35000"))
    )
    assert set(found.alone.values()) == {"few"} and len(found.tables["access_kinds"]) == 2
    assert "takes at least five districts" in str(access_page(found, PARAMS, "en"))


def test_twelve_districts_have_intervals_and_the_same_ones_twice(tmp_path: Path) -> None:
    lines = ["Ortsteil;Länge;Breite;Einwohner;Arbeitslose"]
    lines += [f"O{n};{7.05 + 0.01 * n:.2f};51,60;{3000 + 100 * n};{50 + 13 * (n % 5)}" for n in range(12)]
    text = "\n".join(lines).replace(".", ",")
    tables = [results(tmp_path / str(n), both(districts=text))[1].tables["access_equity"] for n in (1, 2)]
    pd.testing.assert_frame_equal(*tables)
    row = tables[0].iloc[0]
    assert row["index_low"] <= row["index"] <= row["index_high"]


def test_counts_of_the_register_make_the_same_page(tmp_path: Path) -> None:
    bare = "Ortsteil,lon,lat\nMitte,7.1,51.6\nNordstadt,7.11,51.62\nSüd,7.1,51.585\n"
    _, found = results(tmp_path, both(districts=bare), reading=registered())
    assert found.need == "computed" and found.indicators == ("people_65", "children")
    assert (
        "From the register of the workbook: all, 65 and older, under 18."
        in access_page(found, PARAMS, "en")["access_lines"]
    )


def test_the_detour_is_the_one_of_the_workbook(tmp_path: Path) -> None:
    from dewak_research.own.sheets import save_workbook

    contents = musterstadt.contents()
    contents.lists["room_settings"] = [{"setting": "detour", "value": 1.5, "source": "Stadtplan"}]
    path = tmp_path / musterstadt.KEY / "eingabe.xlsx"
    save_workbook(contents, path)
    put(path.parent, both())
    access = load_own(musterstadt.KEY, tmp_path).access
    assert (access.detour, access.assumed) == (1.5, False)
    found = access_results(access, PARAMS, 1)
    assert found.tables["access_kinds"].iloc[0]["mean_way"] == pytest.approx(
        sum(PEOPLE[d] * way(d) for d in NAMES) / TOTAL * 1.5 / 1.3
    )
