# ruff: noqa: E501  (a table of cases, one a line)
"""Files of districts, facilities and ways: what they take, and one message for each mistake with its place."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.own.access_case import OwnAccess, kinds_of
from dewak_research.own.access_files import new_files
from dewak_research.own.access_inputs import read_access
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.contents import Finding, Reading
from dewak_research.own.report import build_own_report
from own import musterstadt
from own.town_files import DISTRICTS, FACILITIES, Files, both, geojson, put, square, ways

AREAS: Files = {"ortsteile.geojson": geojson(), "einrichtungen.csv": FACILITIES}
BOWTIE = [[[7.095, 51.598], [7.105, 51.604], [7.105, 51.598], [7.095, 51.604], [7.095, 51.598]]]


def areas(changed: dict[str, object] | None = None, **top: object) -> Files:
    return {**AREAS, "ortsteile.geojson": geojson(changed, **top)}


def area(outline: object, kind: str = "Polygon") -> dict[str, object]:
    return {"Mitte": {"type": kind, "coordinates": outline}}


def d(old: str, new: str) -> Files:
    assert old in DISTRICTS
    return both(districts=DISTRICTS.replace(old, new))


def f(old: str, new: str) -> Files:
    assert old in FACILITIES
    return both(facilities=FACILITIES.replace(old, new))


BAD: list[tuple[str, Files, str, str, str]] = [
    # what is wrong, files, code of the finding, where it is, part of the German message
    ("coordinates swapped", d("7,10;51,60;20", "51,60;7,10;20"), "file_coordinates", "ortsteile.csv", "vertauscht (Zeilen 3; zuerst 51.6; 7.1)"),
    ("coordinates in metres", f("7,105;51,615", "368.000;5.719.000"), "file_coordinates", "einrichtungen.csv", "in Metern (Zeilen 3; zuerst 368000; 5.719e+06), wohl UTM"),
    ("a coordinate is missing", d("7,07;51,60", "7,07;"), "file_coordinates", "ortsteile.csv", "fehlen Koordinaten (Zeilen 6)"),
    ("outside Germany", f("7,105;51,615", "2,35;48,85"), "file_coordinates", "einrichtungen.csv", "außerhalb von Deutschland (Zeilen 3"),
    ("corner of an area swapped", areas(area([[[51.6, 7.1], [51.6, 7.2], [51.7, 7.2], [51.6, 7.1]]])), "file_coordinates", "ortsteile.geojson", "vertauscht (Zeilen 1"),
    ("facility nobody reaches", f("Kita A;Kita;7,10;51,60", "Kita A;Kita;7,40;51,60"), "facility_unreached", "einrichtungen.csv", "kein Ortsteil liegt in Reichweite (2) von: Kita A (Kita)"),
    ("matrix with gaps", both(ways=ways({("Süd", "Haus"): None, ("Ost", "Treff"): None})), "file_ways", "wege.csv", "2 Wege fehlen: Süd → Haus, Ost → Treff"),
    ("unknown from", both(ways=ways({("Sud", "Haus"): 3})), "file_ways", "wege.csv", "in der Bevölkerung nicht gibt: Sud"),
    ("unknown to", both(ways=ways({("Süd", "Hous"): 3})), "file_ways", "wege.csv", "Einrichtungen, die es nicht gibt: Hous"),
    ("pair twice", both(ways=ways() + "Süd,Haus,4\n"), "file_ways", "wege.csv", "1 Wege stehen mehrfach in der Tabelle: Süd → Haus"),
    ("minutes negative", both(ways=ways({("Süd", "Haus"): -3})), "list_range", "wege.csv!C9", "-3 ist als »Minuten« nicht möglich"),
    ("minutes not a number", both(ways=ways({("Süd", "Haus"): "NaN"})), "not_a_number", "wege.csv!C9", "»NaN« ist keine Zahl"),
    ("minutes missing", both(ways=ways({("Süd", "Haus"): ""})), "list_field_missing", "wege.csv!C9", "fehlt »Minuten«"),
    ("district and facility of one name", both(facilities=FACILITIES.replace("Haus", "Mitte"), ways=ways().replace("Haus", "Mitte")), "names_of_both", "wege.csv", "Mitte"),
    ("capacity 0", f("51,615;40", "51,615;0"), "facility_capacity_zero", "einrichtungen.csv!E3", "»Haus« hat 0 Plätze"),
    ("capacity of one missing", f("51,615;40", "51,615;"), "capacity_gaps", "einrichtungen.csv!E3", "bei »Treffpunkt« fehlen Plätze: Haus"),
    ("reach 0", f(";;2;", ";;0;"), "facility_reach_zero", "einrichtungen.csv!F4", "die Reichweite 0"),
    ("two reaches of one kind", both(facilities=FACILITIES.replace("601;60;;", "601;60;1;").replace("40;;", "40;2;")), "kind_reach_differs", "einrichtungen.csv!F3", "eine andere Reichweite als in Zeile 2"),
    ("two groups of one kind", both(facilities=FACILITIES.replace("601;60;;", "601;60;;alle").replace("40;;", "40;;ab 65")), "kind_users_differs", "einrichtungen.csv!G3", "für andere als in Zeile 2"),
    ("group unknown", f("40;;", "40;;Katzen"), "list_choice", "einrichtungen.csv!G3", "»Katzen« gibt es in »Für« nicht"),
    ("group without a count", f(";;2;", ";;2;unter 18"), "users_not_counted", "einrichtungen.csv!G4", "»Kita« ist für »unter 18«"),
    ("group of nobody", both(districts="Ortsteil;Länge;Breite;Einwohner;unter 18\nMitte;7,10;51,60;20000;0\nOst;7,11;51,60;28000;0\n", facilities=FACILITIES.replace(";;2;", ";;2;unter 18")), "users_nobody", "einrichtungen.csv!G4", "davon wohnt nirgends jemand"),
    ("GeoJSON cut off", {**AREAS, "ortsteile.geojson": geojson()[:300]}, "geojson_broken", "ortsteile.geojson", "kein ganzes GeoJSON: Fehler in Zeile 1"),
    ("GeoJSON nested without end", {**AREAS, "ortsteile.geojson": "[" * 100_000}, "geojson_broken", "ortsteile.geojson", "kein ganzes GeoJSON"),
    ("a whole number without end", {**AREAS, "ortsteile.geojson": '{"people": ' + "9" * 5_000 + "}"}, "geojson_broken", "ortsteile.geojson", "kein ganzes GeoJSON"),
    ("no FeatureCollection", {**AREAS, "ortsteile.geojson": '{"type": "Polygon", "coordinates": []}'}, "geojson_no_features", "ortsteile.geojson", "keine FeatureCollection"),
    ("no features", {**AREAS, "ortsteile.geojson": '{"type": "FeatureCollection", "features": []}'}, "geojson_empty", "ortsteile.geojson", "keine Objekte"),
    ("too many features", {**AREAS, "ortsteile.geojson": json.dumps({"type": "FeatureCollection", "features": [{}] * 20_001})}, "geojson_many", "ortsteile.geojson", "20.001 Objekte"),
    ("wrong geometry", areas(area([[7.1, 51.6], [7.2, 51.6]], "LineString")), "geojson_geometry", "ortsteile.geojson!#1", "die Geometrie ist »LineString«"),
    ("no geometry", areas({"Ost": None}), "geojson_geometry", "ortsteile.geojson!#5", "die Geometrie ist »null«"),
    ("area of two corners", areas(area([[[7.1, 51.6], [7.2, 51.6]]])), "geojson_shape", "ortsteile.geojson!#1", "leer oder unvollständig"),
    ("area without corners", areas(area([])), "geojson_shape", "ortsteile.geojson!#1", "leer oder unvollständig"),
    ("area crosses itself", areas(area(BOWTIE)), "geojson_crosses", "ortsteile.geojson!#1", "schneidet sich selbst, bei 7.1; 51.601"),
    ("another coordinate system", areas(crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}), "geojson_system", "ortsteile.geojson", "EPSG::25832"),
    ("points and areas mixed", areas({"Ost": {"type": "Point", "coordinates": [7.15, 51.6]}}), "shapes_mixed", "ortsteile.geojson", "mischt Punkte und Flächen"),
    ("empty file", both(facilities=""), "file_unread", "einrichtungen.csv", "leer"),
    ("only a comment", both(facilities="# nichts\n"), "file_no_heading", "einrichtungen.csv", "keine Überschriften"),
    ("column missing", both(facilities=FACILITIES.replace(";Art;", ";Sorte;")), "file_column_missing", "einrichtungen.csv!A1", "die Spalte »Art« fehlt"),
    ("column twice", both(districts=DISTRICTS.replace("Arbeitslose", "ab 65")), "file_column_twice", "ortsteile.csv!F2", "»ab 65« gibt es zweimal"),
    ("column not read", both(districts=DISTRICTS.replace("Arbeitslose", "Hunde")), "file_column_unread", "ortsteile.csv!F2", "»Hunde« wird nicht gelesen"),
    ("two files", {**both(), "districts.geojson": geojson()}, "file_twice", "districts.geojson", "districts.geojson und ortsteile.csv"),
    ("people missing", d("13000", ""), "district_people_missing", "ortsteile.csv!D4", "fehlen bei: Nordstadt"),
    ("people missing throughout", both(districts="\n".join(";".join(line.split(";")[:3]) for line in DISTRICTS.splitlines()[1:])), "district_people_missing", "ortsteile.csv!A2", "Mitte, Nordstadt, Süd, West, Ost"),
    ("nobody lives there", d("51,60;2000;900;40", "51,60;0;0;0"), "district_empty", "ortsteile.csv!D7", "in »Ost« wohnt niemand"),
    ("more old people than people", d("2000;900", "2000;9000"), "district_part_larger", "ortsteile.csv!E7", "9.000 (ab 65) sind mehr als alle 2.000"),
    ("one count missing", d("13000;2400", "13000;"), "district_count_gaps", "ortsteile.csv!E4", "»ab 65« fehlt bei Nordstadt"),
    ("district twice", d("West;", "Mitte;"), "entry_twice", "ortsteile.csv!A6", "»Mitte« steht schon in Zeile 3"),
    ("facility twice", f("Haus;", "Treff;"), "entry_twice", "einrichtungen.csv!A3", "»Treff« steht schon in Zeile 2"),
    ("district without a name", d("West;", ";"), "list_field_missing", "ortsteile.csv!A6", "fehlt »Ortsteil«"),
    ("people in words", d("13000", "viele"), "not_a_number", "ortsteile.csv!D4", "»viele« ist keine Zahl"),
    ("more people than the town", d("20.000", "90.000"), "districts_people_odd", "ortsteile.csv!D3", "118.500 Einwohner, die Gemeinde 48.520"),
]  # fmt: skip
REGISTERED = [
    ("district not in the register", both(districts=DISTRICTS.replace("Nordstadt", "Nordstdt")), {"district_not_registered", "district_left_out"}, "den Ortsteil »Nordstdt« gibt es im Melderegister"),
    ("people unlike the register", both(districts="Ortsteil;Länge;Breite;Einwohner\nMitte;7,1;51,6;20100\nNordstadt;7,11;51,62;19000\nSüd;7,1;51,585;12600\n"), {"district_people_differ"}, "Nordstadt hat hier 19.000 Einwohner"),
]  # fmt: skip


def of_town() -> Reading:
    """A reading that knows the people of the town."""
    figures = musterstadt.contents().figures
    return Reading(figures=figures.assign(status="value", cell=""))


def read(folder: Path, files: Files, reading: Reading | None = None) -> tuple[OwnAccess, list[Finding]]:
    return read_access(put(folder, files), reading or of_town())


@pytest.mark.parametrize(("files", "code", "where", "message"), [c[1:] for c in BAD], ids=[c[0] for c in BAD])
def test_each_mistake_has_one_message_with_its_place(
    tmp_path: Path, files: Files, code: str, where: str, message: str
) -> None:
    access, found = read(tmp_path, files)
    loud = [one for one in found if one.severity != "note"] or found
    kinds = [(one.code, one.problem.where) for one in loud]
    beside = {"list_field_missing": "entry_twice"}.get(code, "")
    assert [one for one in kinds if one[0] != beside] == [(code, where)], [
        one.problem.render("de") for one in found
    ]
    assert message in loud[0].problem.render("de")
    if loud[0].severity == "error":
        assert not access.filled


@pytest.mark.parametrize(
    ("files", "codes", "message"), [c[1:] for c in REGISTERED], ids=[c[0] for c in REGISTERED]
)
def test_districts_are_those_of_the_register(
    tmp_path: Path, files: Files, codes: set[str], message: str
) -> None:
    reading = registered()
    _, found = read(tmp_path, files, reading)
    assert codes <= {one.code for one in found}
    assert message in "".join(one.problem.render("de") for one in found)


def registered() -> Reading:
    """A reading with the register of Musterstadt, its ages read."""
    from dewak_research.own.form import check_lists
    from own.test_planning_sheets import reading_of

    reading = reading_of({"register": musterstadt.register_rows()})
    list(check_lists(reading))
    return reading


def test_counts_come_from_the_register_where_the_file_has_none(tmp_path: Path) -> None:
    bare = "Ortsteil,lon,lat\nMitte,7.1,51.6\nNordstadt,7.11,51.62\nSüd,7.1,51.585\n"
    access, found = read(tmp_path, both(districts=bare), registered())
    assert not [one for one in found if one.severity == "error"], found
    assert access.from_register == ("people", "people_65", "children")
    rows = musterstadt.register_rows()
    for _, district in access.districts.iterrows():
        own = [row for row in rows if row["district"] == district["district"]]
        ages = [int(str(row["age"]).rstrip("+")) for row in own]
        both_sexes = [int(str(row["male"])) + int(str(row["female"])) for row in own]
        assert district["people"] == sum(both_sexes)
        assert district["people_65"] == sum(n for age, n in zip(ages, both_sexes, strict=True) if age >= 65)
        assert district["children"] == sum(n for age, n in zip(ages, both_sexes, strict=True) if age < 18)


def test_good_files_have_no_finding_and_become_tables(tmp_path: Path) -> None:
    access, found = read(tmp_path, both())
    assert found == []
    assert access.districts["people"].tolist() == [20_000, 13_000, 10_000, 3_500, 2_000]
    assert access.districts["longitude"].tolist() == [7.10, 7.11, 7.10, 7.07, 7.15]
    assert access.districts["recipients"].isna().all() and access.assumed and access.detour == 1.3
    assert access.facilities["capacity"].tolist()[:2] == [60, 40] and np.isnan(
        access.facilities["capacity"].iloc[2]
    )
    assert [kind.reach for kind in kinds_of(access)] == [1.0, 2.0]


def test_an_english_file_reads_the_same(tmp_path: Path) -> None:
    english = DISTRICTS.replace(",", ".").replace("20.000", "20000").replace(";", ",")
    english = english.replace(
        "Ortsteil,Länge,Breite,Einwohner,ab 65,Arbeitslose",
        "District,lon,lat,Inhabitants,65 and older,Unemployed",
    )
    one, _ = read(tmp_path / "de", both())
    other, found = read(tmp_path / "en", {"districts.csv": english, "facilities.csv": FACILITIES})
    assert found == [] and one.districts.equals(other.districts)


def test_areas_stand_for_their_districts(tmp_path: Path) -> None:
    access, found = read(tmp_path, AREAS)
    assert found == [] and access.areas is not None
    assert access.districts["people"].sum() == 48_500
    assert access.areas.contains(access.areas.representative_point()).all()
    holed = area([*square(7.09, 51.59, 7.11, 51.61), *square(7.095, 51.595, 7.105, 51.605)])
    assert read(tmp_path / "holed", areas(holed))[1] == []
    several = area([square(7.09, 51.59, 7.1, 51.6), square(7.11, 51.61, 7.12, 51.62)], "MultiPolygon")
    assert (
        read(
            tmp_path / "several",
            areas(several, crs={"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}),
        )[1]
        == []
    )


def test_all_mistakes_at_once_and_nothing_half_written(tmp_path: Path) -> None:
    musterstadt.write(tmp_path)
    put(
        tmp_path / musterstadt.KEY,
        both(
            districts=DISTRICTS.replace("13000", "").replace("7,07;51,60", "51,60;7,07"),
            facilities=FACILITIES.replace("40;;", "0;;Katzen"),
        ),
    )
    codes = {one.code for one in check_workbook(musterstadt.KEY, tmp_path).errors}
    assert codes == {"district_people_missing", "file_coordinates", "facility_capacity_zero", "list_choice"}
    with pytest.raises(InputError, match="4 "):
        load_own(musterstadt.KEY, tmp_path)
    with pytest.raises(InputError):
        build_own_report(musterstadt.KEY, own=tmp_path)
    assert not (tmp_path / musterstadt.KEY / "bericht").exists()


@pytest.mark.parametrize("language", ["de", "en"])
def test_new_files_are_empty_and_never_overwritten(tmp_path: Path, language: str) -> None:
    made = new_files(tmp_path, language)  # type: ignore[arg-type]
    assert [path.stem for path in made] == {
        "de": ["ortsteile", "einrichtungen"],
        "en": ["districts", "facilities"],
    }[language]
    access, found = read_access(tmp_path, of_town())
    assert found == [] and not access.filled and access.files == {}
    filled = made[0].read_text(encoding="utf-8") + "Mitte;7,1;51,6;48000;;;;;\n"
    made[0].write_text(filled, encoding="utf-8")
    assert new_files(tmp_path, "de") == [] and made[0].read_text(encoding="utf-8") == filled
    assert len(read_access(tmp_path, of_town())[0].districts) == 1
