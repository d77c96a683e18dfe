"""What the page does: choosing a town, uploads, findings, versions, the report; nothing outside its folders."""

from __future__ import annotations

import io
import re
import time
from pathlib import Path

import openpyxl
import pytest

from dewak_research.own.contents import default_years
from dewak_research.own.safety import FILE_NAME, MARKED_NAME
from dewak_research.own.start import office as offices
from dewak_research.own.start import work
from dewak_research.own.start.register import Unit, find
from dewak_research.own.start.uploads import MOST_FILES, file_name
from dewak_research.own.start.worker import TooLongError
from dewak_research.own.versions import versions
from dewak_research.own.workbook import read_contents
from dewak_research.paths import CASES
from own import musterstadt, samples_small
from own.intake import printed_pages, printed_plans
from own.start.conftest import Page

KEY = musterstadt.KEY
TOWN = f"/town/{KEY}"
UNITS = [Unit("05911000", "Bochum", "city", ""), Unit("05554008", "Bocholt", "town", "Kreis Borken"),
         Unit("05515000", "Münster", "city", ""), Unit("05762028", "Bad Münstereifel", "town", "Kreis")]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "names"),
    [("boch", ["Bocholt", "Bochum"]), ("BOCHUM", ["Bochum"]), ("muenster", ["Münster", "Bad Münstereifel"]),
     ("05911", ["Bochum"]), ("hum", ["Bochum"]), ("  ", []), ("Atlantis", [])],
)  # fmt: skip
def test_a_town_is_found_by_key_and_by_any_part_of_its_name(asked: str, names: list[str]) -> None:
    assert [unit.name for unit in find(asked, UNITS)] == names


def test_the_first_page_finds_towns_and_kreise(page: Page) -> None:
    html = page.get("/", params={"search": "Recklinghausen"}).text
    assert 'value="05562032"' in html and 'value="05562"' in html and "Weiter mit" in html


def test_a_town_of_the_register_is_prefilled(page: Page) -> None:
    answer = page.post("/new", data={"key": "05911000", "year": "2027", "language": "en"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/town/05911000")
    contents = read_contents("05911000", page.own)
    assert contents.form["name"] == "Bochum" and contents.language == "en" and len(contents.figures) > 50
    assert set(default_years(2027)["result_plan"]) <= set(contents.years["result_plan"])
    assert "Bochum" in page.get("/town/05911000").text


@pytest.mark.parametrize(("land", "rules"), [("05", "nrw"), ("09", "none"), ("", "none")])
def test_another_municipality_gets_the_law_of_its_land(page: Page, land: str, rules: str) -> None:
    given = {"key": "phantasia", "name": "Phantasia", "land": land, "year": "2026", "language": "de"}
    assert page.post("/new", data=given).status_code == 303
    contents = read_contents("phantasia", page.own)
    assert (
        contents.form["rule_set"] == rules and contents.form["name"] == "Phantasia" and contents.figures.empty
    )
    assert not list((page.own / "phantasia").glob("*.sicherung-*"))


@pytest.mark.parametrize(
    ("given", "said"),
    [({"key": "../elsewhere", "name": "x"}, "kein zulässiger Schlüssel"), ({"key": "", "name": "x"}, "kein zulässiger"),
     ({"key": "con", "name": "x"}, "kein zulässiger"), ({"key": "09162000"}, "Gemeindeverzeichnis"),
     ({"key": "09162000", "name": "München", "land": "05"}, "gehört nicht zu"),
     ({"key": "x", "year": "27"}, "Haushaltsjahr"), ({"key": "x", "year": "9" * 5_000}, "Haushaltsjahr")],
)  # fmt: skip
def test_what_can_name_no_town_is_refused_in_words(page: Page, given: dict[str, str], said: str) -> None:
    answer = page.post("/new", data={"year": "2027", "language": "de", **given})
    assert answer.status_code == 422 and said in answer.text and "Traceback" not in answer.text
    assert [one.name for one in page.own.iterdir()] == [KEY]


def test_a_workbook_that_is_there_is_never_made_anew(page: Page) -> None:
    before = (page.own / KEY / FILE_NAME).read_bytes()
    assert page.post("/new", data={"key": KEY, "year": "2030", "language": "de"}).status_code == 303
    assert (page.own / KEY / FILE_NAME).read_bytes() == before


def filled(page: Page, cell: str, value: object) -> bytes:
    book = openpyxl.load_workbook(page.own / KEY / FILE_NAME)
    book["Ergebnisplan"][cell] = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_an_uploaded_workbook_replaces_the_one_there_and_shows_every_finding_at_its_cell(page: Page) -> None:
    before = (page.own / KEY / FILE_NAME).read_bytes()
    answer = page.upload(("meine mappe.xlsx", filled(page, "F7", "ungefähr 3 Mio.")))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{TOWN}/findings")
    assert (page.own / KEY / "eingabe.sicherung-1.xlsx").read_bytes() == before
    html = page.get(f"{TOWN}/findings").text
    assert re.search(r'<th scope="row">F7</th>', html) and "Bericht erstellen" not in html
    marked = page.get(f"{TOWN}/get/marked")
    assert "attachment" in marked.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content))["Ergebnisplan"]
    assert sheet["F7"].comment is not None
    assert page.get(f"{TOWN}/get/workbook").content == (page.own / KEY / FILE_NAME).read_bytes()
    assert (page.own / KEY / MARKED_NAME).is_file()


def test_a_damaged_workbook_changes_nothing(page: Page) -> None:
    before = (page.own / KEY / FILE_NAME).read_bytes()
    for content in (b"PK\x03\x04 cut off", b"", b"\xd0\xcf\x11\xe0 old", b"<html>not a workbook"):
        assert page.upload(("mappe.xlsx", content)).status_code in (303, 422)
        for number, _ in page.office.desk.waiting(KEY):
            assert page.get(f"{TOWN}/file/{number}").status_code == 422
    assert (page.own / KEY / FILE_NAME).read_bytes() == before
    assert not page.office.desk.waiting(KEY)


def test_a_table_is_shown_before_it_is_written(page: Page) -> None:
    before = (page.own / KEY / FILE_NAME).read_bytes()
    answer = page.upload(("ergebnisplan.csv", samples_small.RESULT_PLAN.encode()))
    place = answer.headers["location"]
    assert answer.status_code == 303 and place.startswith(f"{TOWN}/file/")
    html = page.get(place).text
    assert "ergebnisplan.csv" in html and "In die Mappe schreiben" in html and "78 Zahlen" in html
    assert (page.own / KEY / FILE_NAME).read_bytes() == before
    answer = page.post(place, data={"do": "write"})
    assert answer.headers["location"] == f"{TOWN}/findings"
    assert (page.own / KEY / FILE_NAME).read_bytes() != before
    sources = read_contents(KEY, page.own).lists["sources"]
    assert any(row["source"] == "ergebnisplan.csv" for row in sources)
    assert page.get(place).status_code == 422  # written once


def test_a_file_is_called_by_its_own_name_in_what_is_said_of_it(page: Page) -> None:
    place = page.upload(("Haushalt 2027.CSV", b"nur ein Satz\n")).headers["location"]
    answer = page.get(place)
    assert answer.status_code == 422 and "Haushalt 2027.CSV" in answer.text


def test_a_printed_plan_is_a_draft_that_has_to_be_confirmed(page: Page, tmp_path: Path) -> None:
    before = (page.own / KEY / FILE_NAME).read_bytes()
    plan = printed_plans.printed(printed_plans.Print(printed_plans.RESULT), tmp_path / "plan.pdf")
    place = page.upload(("plan.pdf", plan.read_bytes())).headers["location"]
    html = page.get(place).text
    assert (
        "156 Zahlen" in html and "Stelle im PDF" in html and "Seite 1, Zeile" in html and "52.000.000" in html
    )
    assert (
        'name="answer:pdf_confirmed"' in html
        and "checked" not in html
        and "In die Mappe schreiben" not in html
    )
    page.post(place, data={"do": "write"})  # without an answer
    assert (page.own / KEY / FILE_NAME).read_bytes() == before
    assert html.index("52.000.000") < html.index('name="answer:pdf_confirmed"')  # behind what it confirms
    page.post(place, data={"do": "answer", "answer:pdf_confirmed": "yes"})
    page.post(place, data={"do": "write"})  # confirmed without the code of this draft
    assert (page.own / KEY / FILE_NAME).read_bytes() == before
    found = re.search(r'value="(yes-[0-9a-f]{10})"', html)
    assert found is not None
    assert (
        page.post(place, data={"do": "answer", "answer:pdf_confirmed": found[1]}).headers["location"] == place
    )
    assert "In die Mappe schreiben" in page.get(place).text
    page.post(place, data={"do": "write"})
    sources = [row["source"] for row in read_contents(KEY, page.own).lists["sources"]]
    assert "plan.pdf (PDF, Seite 1)" in sources


def test_a_line_on_two_facing_pages_is_shown_with_both_places(page: Page, tmp_path: Path) -> None:
    pdf = printed_plans.book()
    for heads, places in (
        (("Ergebnis 2024", "Ansatz 2025"), (0, 1)),
        (("Ansatz 2026", "Planung 2027"), (2, 3)),
    ):
        printed_pages.new_page(pdf, "Gesamtergebnisplan")
        rows = printed_pages.only(printed_plans.RESULT, *places)
        printed_pages.print_grid(pdf, printed_pages.Grid(heads, rows))
    place = page.upload(("plan.pdf", printed_plans.save(pdf, tmp_path / "p.pdf").read_bytes()))
    html = page.get(place.headers["location"]).text
    assert re.search(r"Seite 1, Zeile \d+; Seite 2, Zeile \d+", html) and 'action="/town/' in html


def test_two_uploads_wait_side_by_side(page: Page) -> None:
    answer = page.upload(
        ("a.csv", samples_small.RESULT_PLAN.encode()), ("b.csv", samples_small.FINANCE_PLAN.encode())
    )
    first, second = (number for number, _ in page.office.desk.waiting(KEY))
    assert answer.headers["location"] == f"{TOWN}/file/{first}" and first != second
    assert {one.name for _, one in page.office.desk.waiting(KEY)} == {"a.csv", "b.csv"}
    assert (
        page.post(f"{TOWN}/file/{first}", data={"do": "write"}).headers["location"] == f"{TOWN}/file/{second}"
    )
    assert page.post(f"{TOWN}/file/{second}", data={"do": "drop"}).headers["location"] == TOWN
    figures = read_contents(KEY, page.own).figures
    assert set(figures.loc[figures["origin"] == "given", "sheet"]) >= {"result_plan"}


def test_a_file_waits_only_for_its_own_town(page: Page) -> None:
    musterstadt.write(page.own.parent / "other")
    (page.own.parent / "other" / KEY).rename(page.own / "nachbarstadt")
    place = page.upload(("a.csv", samples_small.RESULT_PLAN.encode())).headers["location"]
    assert page.get(place.replace(KEY, "nachbarstadt")).status_code == 422


def test_files_of_districts_lie_beside_the_workbook(page: Page) -> None:
    content = "Ortsteil;Länge;Breite\nMitte;7,1;51,5\n".encode()
    assert page.upload(("Ortsteile.csv", content)).status_code == 303
    assert (page.own / KEY / "ortsteile.csv").read_bytes() == content


@pytest.mark.parametrize("name", ["plan.exe", "plan.xlsm", "plan.html", "plan", "plan.csv.php", ".xlsx"])
def test_other_kinds_of_files_are_refused(page: Page, name: str) -> None:
    answer = page.upload((name, b"x;1\n"))
    assert answer.status_code == 422 and not page.office.desk.waiting(KEY)


def test_too_many_files_and_broken_forms_are_refused(page: Page) -> None:
    assert page.upload(*[(f"{n}.csv", b"a;1\n") for n in range(MOST_FILES + 1)]).status_code == 400
    assert page.post(f"{TOWN}/files", data={"files": "no file"}).status_code == 422
    assert page.post(f"{TOWN}/files", content=b"garbage").status_code in (400, 422)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd.csv", "passwd.csv"), ("con.csv", "_con.csv"),
     ("C:\\Users\\k\\plan.xlsx", "plan.xlsx"), ("a\x00b.csv", "ab.csv"),
     ("<script>.csv", "_script_.csv"), ("", "datei"), ("Haushalt 2027 (Entwurf).xlsx", "Haushalt 2027 _Entwurf_.xlsx")],
)  # fmt: skip
def test_a_file_name_is_only_a_name(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.parametrize(
    "path",
    ["/town/..%2f..%2fetc", "/town/%2e%2e", f"{TOWN}/report/..%2feingabe.xlsx", f"{TOWN}/report/%2e%2e/eingabe.xlsx",
     f"{TOWN}/report//etc/passwd", f"{TOWN}/report/..%5c..%5ceingabe.xlsx", "/static/..%2fapp.py", "/static/app.py",
     f"{TOWN}/get/..%2f..", f"{TOWN}/versions/..%2f..%2feingabe", f"{TOWN}/file/..%2f.."],
)  # fmt: skip
def test_no_address_leads_out_of_the_folders(page: Page, path: str) -> None:
    (page.own / KEY / "bericht").mkdir()
    assert page.get(path).status_code in (404, 422)


def test_a_link_in_the_report_leads_nowhere_else(page: Page) -> None:
    folder = page.own / KEY / "bericht" / "de"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<p>Bericht</p>")
    (folder / "out.html").symlink_to(page.own / KEY / FILE_NAME)
    answer = page.get(f"{TOWN}/report/de/index.html")
    assert (
        answer.status_code == 200
        and "style-src 'self' 'unsafe-inline'" in answer.headers["content-security-policy"]
    )
    assert page.get(f"{TOWN}/report/de/out.html").status_code == 404


def test_versions_stay_side_by_side(page: Page) -> None:
    draft = (page.own / KEY / FILE_NAME).read_bytes()
    for _ in range(2):
        assert page.post(f"{TOWN}/versions", data={"kind": "entwurf", "year": "2026"}).status_code == 303
    page.upload(("m.xlsx", filled(page, "F7", 1_000)))
    assert page.post(f"{TOWN}/versions", data={"kind": "beschluss", "year": "2026"}).status_code == 303
    assert [one.name for one in versions(KEY, page.own)] == [
        "entwurf-2026",
        "entwurf-2026-2",
        "beschluss-2026",
    ]
    html = page.get(TOWN).text
    assert "Entwurf 2026 (2)" in html and "Beschluss 2026" in html
    assert page.get(f"{TOWN}/versions/entwurf-2026").content == draft
    assert page.post(f"{TOWN}/versions/entwurf-2026").status_code == 303
    assert (page.own / KEY / FILE_NAME).read_bytes() == draft
    for wrong in ({"kind": "x", "year": "2026"}, {"kind": "entwurf", "year": "../.."}, {}):
        assert page.post(f"{TOWN}/versions", data=wrong).status_code == 422


def test_last_years_workbook_is_kept_as_a_version_beside_the_one_there(page: Page) -> None:
    present = (page.own / KEY / FILE_NAME).read_bytes()
    given = {"kind": "beschluss", "year": "2025"}
    sent = {"file": ("vorjahr.xlsx", filled(page, "F7", 1_000), "application/octet-stream")}
    assert page.post(f"{TOWN}/versions", data=given, files=sent).status_code == 303
    assert (page.own / KEY / FILE_NAME).read_bytes() == present
    kept = versions(KEY, page.own)
    assert [one.name for one in kept] == ["beschluss-2025"] and kept[0].path.read_bytes() != present
    other = {"file": ("x.xlsx", b"PK no workbook", "application/octet-stream")}
    assert "keine Mappe dieses Projekts" in page.post(f"{TOWN}/versions", data=given, files=other).text
    assert len(versions(KEY, page.own)) == 1


def test_two_versions_are_compared_in_the_report(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[tuple[str, ...]] = []

    def build(key: str, own: object, older: str, newer: str, say: object) -> str:
        built.append((key, older, newer))
        folder = page.own / KEY / "bericht" / "de"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("index.html", "versions.html"):
            (folder / name).write_text("<p>", encoding="utf-8")
        return "bericht/de/index.html"

    monkeypatch.setattr(work, "build", build)
    assert "Zwei Fassungen" not in page.get(f"{TOWN}/report").text
    for kind in ("entwurf", "beschluss"):
        page.post(f"{TOWN}/versions", data={"kind": kind, "year": "2026"})
    html = page.get(f"{TOWN}/report").text
    assert 'name="older"' in html and '<option value="entwurf-2026">Entwurf 2026</option>' in html
    wanted = {"older": "entwurf-2026", "newer": "beschluss-2026"}
    assert page.post(f"{TOWN}/report", data=wanted).status_code == 303
    for _ in range(200):
        if (known := page.office.build_of(KEY)) is not None and known.state != "running":
            break
        time.sleep(0.01)
    assert built == [(KEY, "entwurf-2026", "beschluss-2026")]
    html = page.get(f"{TOWN}/report").text
    assert "report/de/versions.html" in html and '<option value="entwurf-2026" selected>' in html
    for wrong in (
        {"older": "nachtrag-2026"},
        {"older": "../x"},
        {"older": "entwurf-2026", "newer": "entwurf-2026"},
    ):
        assert page.post(f"{TOWN}/report", data=wrong).status_code == 422
    assert len(built) == 1


def test_an_own_case_study_lies_beside_the_workbook_once_it_is_right(page: Page) -> None:
    text = (CASES / "examples" / "musterstadt.yaml").read_bytes()
    assert "gehört zu 00000000" in page.upload(("fallstudie.yaml", text)).text
    assert "YAML-Datei dieses Namens" in page.upload(("anders.yaml", text)).text
    assert not (page.own / KEY / "fallstudie.yaml").exists()
    right = text.replace(b'"00000000"', f'"{KEY}"'.encode())
    assert page.upload(("Fallstudie.yaml", right)).status_code == 303
    assert (page.own / KEY / "fallstudie.yaml").read_bytes() == right


def test_a_name_with_markup_stays_text(page: Page) -> None:
    given = {"key": "x1", "name": "<script>alert(1)</script>", "land": "", "year": "2026", "language": "de"}
    page.post("/new", data=given)
    for path in ("/town/x1", "/town/x1/findings", "/"):
        assert "<script>alert" not in page.get(path).text


def test_the_page_speaks_german_and_english(page: Page) -> None:
    assert '<html class="start" lang="de">' in page.get("/").text
    english = page.get("/", headers={"accept-language": "en-GB,en;q=0.9"}).text
    assert "Choose the municipality" in english
    assert 'lang="en"' in page.get(f"{TOWN}?language=en").text
    assert "Upload the workbook" in page.get(TOWN).text  # remembered
    assert 'lang="de"' in page.get(f"{TOWN}?language=de").text
    assert page.get("/?language=../x").status_code == 200


def test_work_that_takes_too_long_is_said(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*given: object, **more: object) -> None:
        raise TooLongError

    monkeypatch.setattr(page.office._reader, "call", late)
    answer = page.get(f"{TOWN}/findings")
    assert answer.status_code == 504 and "zu lange" in answer.text


def test_a_refused_report_names_what_is_wrong(page: Page) -> None:
    page.upload(("m.xlsx", filled(page, "F7", "viel")))
    page.office.build(KEY)
    build = page.office.build_of(KEY)
    assert build is not None
    for _ in range(600):
        if build.state != "running":
            break
        offices.time.sleep(0.1)
    answer = page.get(f"{TOWN}/report")
    assert build.state == "refused" and answer.status_code == 422 and "F7" in answer.text
    assert page.get(f"{TOWN}/progress").json()["state"] == "refused"


def test_an_unknown_town_has_no_page(page: Page) -> None:
    for path in ("/town/05911000", "/town/05911000/findings", "/town/nowhere/report", "/nothing"):
        assert page.get(path).status_code == 404


def test_the_icon_that_a_browser_asks_for_is_no_error(page: Page) -> None:
    assert page.get("/favicon.ico").status_code == 204
