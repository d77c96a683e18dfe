"""The data of a sheet: one schema for all, the same rows in CSV and JSON, and what stands beside a figure."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from jsonschema import Draft202012Validator
from tests.unit.test_profile import profile
from tests.unit.test_today import town

from dewak_research.data.doubtful import doubted
from dewak_research.data.indicators import INDICATORS
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.page.terms import anchor, terms
from dewak_research.stress.today import MEASURES
from dewak_research.unit.kreis_data import peers_of
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.sheet_data import columns, schema, sheet_rows
from dewak_research.unit.sheet_files import (
    shared_text,
    unit_data,
    write_data,
    write_tables,
)
from dewak_research.unit.sheet_help import term_of, what_is
from dewak_research.unit.today import IN_WORDS_ONLY
from dewak_research.unit.unit_names import write_names
from dewak_research.unit.words import placed


def read_json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def test_the_schema_is_one_and_the_data_keep_it(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(schema())
    check = Draft202012Validator(schema())
    described = Draft202012Validator({"$ref": "#/$defs/described", "$defs": schema()["$defs"]})
    for one in (profile(), town(), profile(kind="kreis")):
        write_data([unit_data(one)], tmp_path)
        check.validate(read_json(tmp_path / f"{one.ags}.json"))
        described.validate(read_json(tmp_path / "figures.json"))
    with pytest.raises(Exception, match="required"):
        check.validate(
            {**read_json(tmp_path / "05999999.json"), "figures": {"age": {"x": [{"as_of": "2024"}]}}}
        )
    with pytest.raises(Exception, match="required"):
        described.validate({**read_json(tmp_path / "figures.json"), "figures": {"age": {"x": {}}}})
    assert read_json(tmp_path / "schema.json") == schema()


def test_what_is_said_of_a_figure_stands_once_and_a_file_says_only_what_differs(tmp_path: Path) -> None:
    one, two = town(), town(unit={**town().unit, "ags": "05999998"})
    three = unit_data(town(unit={**town().unit, "ags": "05999997"}))
    three.figures[1]["name_de"] = "Anders"
    units = [three, unit_data(one), unit_data(two)]
    write_data(units, tmp_path)
    shared = read_json(tmp_path / "figures.json")["figures"]
    for unit in units:
        own = read_json(tmp_path / f"{unit.unit['ags']}.json")
        whole = [
            {"section": section, "key": key, **shared[section][key],
             **own.get("differs", {}).get(section, {}).get(key, {}), "values": values}
            for section, found in own["figures"].items()
            for key, values in found.items()
        ]  # fmt: skip
        assert whole == list(unit.figures)
        section, key = three.figures[1]["section"], three.figures[1]["key"]
        assert own.get("differs") == ({section: {key: {"name_de": "Anders"}}} if unit is three else None)


def test_csv_and_json_say_the_same_and_numbers_are_numbers(tmp_path: Path) -> None:
    write_tables([unit_data(town())], tmp_path)
    write_data([unit_data(town())], tmp_path)
    read = pd.read_csv(tmp_path / "05999999.csv", dtype={"as_of": str})
    assert list(read.columns) == [name for name in columns() if name not in ("name_en", "sources")]
    reported = read[read["section"] == "records"]
    assert set(reported["name_de"]) == {"Meldung der Kassenstatistik"}
    names = {(row["section"], row["key"]): row["name_de"] for row in sheet_rows(town())}
    assert [names[row.section, row.key] for row in read.itertuples()] == list(read["name_de"])
    figures = json.loads((tmp_path / "05999999.json").read_text(encoding="utf-8"))["figures"]
    rows = [value for found in figures.values() for values in found.values() for value in values]
    assert len(rows) == len(read) > 40
    assert pd.api.types.is_float_dtype(read["value"])
    assert [row["value"] for row in rows] == [None if pd.isna(value) else value for value in read["value"]]


def test_every_figure_beside_similar_ones_says_what_it_is_of() -> None:
    rows = [row for row in sheet_rows(town()) if row["section"] in ("today", "comparison")]
    assert {row["section"] for row in rows} == {"today", "comparison"}
    assert [row["key"] for row in rows if not row.get("as_of")] == []


def test_what_the_page_shows_is_in_the_data() -> None:
    rows = {(row["section"], row["key"]): row for row in sheet_rows(town())}
    shown = {(section, key) for section, key in rows}
    assert {section for section, _ in shown} >= {
        "records", "population", "age", "taxes", "kdu", "today", "comparison", "shock_today", "stress", "transfer",
        "similar",
    }  # fmt: skip
    for measure in town().today:
        assert rows["today", measure["measure"]]["value"] == pytest.approx(measure["value"], nan_ok=True) or (
            rows["today", measure["measure"]]["value"] is None
        )


@pytest.mark.parametrize(
    ("values", "own", "said"),
    [([1, 2, 3, 4, 5], 4.5, "4 of 5"), ([1, 2, 3, 3, 5], 3, "2 of 5 similar ones lie below, 2 equal"),
     ([1, 2, 3, 4, 5], 1.5, "1 of 5 similar ones lies below"),
     ([1, 2, 3, 4, 5], 0, "0 of 5"), ([1, 2, 3, 4, 5], 9, "5 of 5")],
)  # fmt: skip
def test_a_figure_is_placed_by_counting(values: list[float], own: float, said: str) -> None:
    from tests.unit.test_profile import compared

    assert placed(compared(values, own).to_dict(), "en").startswith(said)


def test_level_units_stand_in_the_data_where_there_are_some() -> None:
    from tests.unit.test_profile import compared

    row = compared([1, 2, 3, 3, 5], 3).to_dict()
    assert peers_of(row)["peers_level"] == 2 and peers_of(row)["peer_percentile"] == pytest.approx(60.0)
    assert peers_of(compared([1, 2, 3, 4, 5], 4.5).to_dict())["peers_level"] is None


def test_a_figure_without_a_value_is_not_placed() -> None:
    row = {"peer_percentile": float("nan"), "rank": None, "peers_known": 15}
    assert placed(row, "de") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_leads_to_entries_that_exist(language: Language) -> None:
    page = leaflet(town(), language)
    anchors = set(re.findall(r'glossary\.html#([\w-]+)"', page))
    assert len(anchors) >= 4
    assert anchors <= {anchor(term) for term in terms().values() if term.group}
    assert term_of("Hebesatz Grundsteuer B" if language == "de" else "Multiplier of land tax B", language)
    assert term_of("xyz", language) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_names_town_figure_source_and_version_and_no_invented_address(language: Language) -> None:
    page = leaflet(town(), language)
    assert 'href="mailto:?subject=' in page and not re.search(r"mailto:[^?\"]", page)
    message = page.split("<pre", 1)[1].split("</pre>", 1)[0]
    for part in ("unit", "name", "value", "source", "version", "page"):
        assert f'data-part="{part}"' in message
    assert "05999999" in message and "0.1.0" in message
    known = re.search(r'data-sources="([^"]+)"', page)[1].split("|")  # type: ignore[index]
    rows = re.findall(r'<tr data-source="(\d+)"', page)
    assert len(rows) > len(town().comparison) and all(known[int(row)] for row in rows)
    balance = page.index(label("profile_equity_ratio_pct", language, years="2009"))
    assert known[int(re.findall(r'<tr data-source="(\d+)"', page[:balance])[-1])] == "IT.NRW"


def test_what_helps_on_a_screen_stays_off_paper_and_off_the_own_report() -> None:
    page = leaflet(profile(), "de")
    for mark in (
        'class="tools screen-only"',
        "05999999.csv",
        "05999999.json",
        "schema.json",
        'class="share"',
    ):
        assert mark in page
    alone = leaflet(profile(), "de", alone=True)
    assert "profile_data" not in alone and "sheet.js" not in alone and "glossary.html" not in alone


def test_a_doubted_value_is_marked_with_what_rests_on_it() -> None:
    assert {ags for ags, _ in doubted()} == {"05334002", "05366012"}
    own = town()
    assert "†" not in leaflet(own, "de")
    unit = {**own.unit, "ags": "05334002"}
    page = leaflet(town(unit=unit), "de")
    capacity = label("today_tax_capacity_eur_pc", "de")
    assert re.search(rf"{capacity}( \*)? †", page)
    assert re.search(r"Steuern fallen[^<]* †", page) and "auffallend niedrig" in page
    marks = {(row["section"], row["key"]): row["mark"] for row in sheet_rows(town(unit=unit))}
    assert marks["today", "tax_capacity_eur_pc"] == "doubted"


def test_rows_read_back_from_csv_text() -> None:
    frame = pd.DataFrame(sheet_rows(profile()), columns=columns())
    assert len(pd.read_csv(io.StringIO(frame.to_csv(index=False)))) == len(frame)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_beside_the_peers_says_what_it_is(language: Language) -> None:
    keys = [f"profile_{one.key}" for one in INDICATORS]
    keys += [f"today_{measure}" for measure in MEASURES if measure not in IN_WORDS_ONLY]
    for key in keys:
        entry, text = what_is(key, label(key, language, years="2009"), language)
        assert bool(entry) != bool(text), key


def test_prices_of_2024_can_be_checked_with_the_published_index() -> None:
    one = unit_data(profile(kdu=[{"year": year, "kdu_eur_pc": 100.0} for year in (1995, 2020, 2025)]))
    prices = json.loads(shared_text({}, one.years))["prices"]
    assert (prices["index"], prices["prices_of"]) == ("germany_cpi", 2024)
    # consumer price index of Germany, 2020 = 100: 1995 is 71.0, 2008 86.9, 2009 87.2, 2010 88.1, 2024 119.3
    by_hand = {
        "1995": 119.3 / 71.0,
        "2008": 119.3 / 86.9,
        "2009": 119.3 / 87.2,
        "2010": 119.3 / 88.1,
        "2020": 1.193,
    }
    assert prices["factors"].keys() == by_hand.keys()  # no level is known for 2025, so it has no factor
    for year, factor in by_hand.items():
        assert prices["factors"][year] == pytest.approx(factor, rel=2e-5), year


def test_the_data_offer_all_similar_units_and_the_page_shows_the_nearest() -> None:
    near = [
        {"peer": f"059999{n:02}", "name": f"Ort {n}", "rank": n, "distance": float(n)} for n in range(1, 16)
    ]
    one = profile(neighbours=near)
    similar = [f["key"] for f in unit_data(one).figures if f["section"] == "similar"]
    assert similar == [row["peer"] for row in near]
    assert re.findall(r'href="(059999[01]\d)\.html"', leaflet(one, "de")) == similar[:5]


def test_the_names_of_all_units_are_one_script(tmp_path: Path) -> None:
    kreis = {**profile().unit, "ags": "05998", "name": "Kreis <B>", "kind": "kreis"}
    text = write_names([profile().unit, kreis], tmp_path).read_text(encoding="utf-8")
    head, _, body = text.partition(" = ")
    assert head == "window.dewakUnits"
    assert json.loads(body.rstrip(";\n")) == [["05998", "Kreis <B>", 0], ["05999999", "Musterstadt", 2]]
