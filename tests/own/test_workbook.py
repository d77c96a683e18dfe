"""The workbook: made, prefilled, read back, checked."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.check import check_workbook, load_own, write_check
from dewak_research.own.official import embedded_figures
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sources_by_hand import sources_by_hand
from dewak_research.own.template import check_sums, load_template
from dewak_research.own.workbook import new_workbook, read_contents, read_workbook
from dewak_research.paths import RAW
from own import musterstadt


@pytest.mark.parametrize("language", ["de", "en"])
def test_new_workbook_has_all_sheets_and_reads_back(tmp_path: Path, language: str) -> None:
    path = new_workbook("05562020", language, 2026, own=tmp_path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [text[language] for text in load_template().sheets.values()]
    reading = read_workbook(path, "05562020")
    assert reading.language == language and not reading.findings
    known = reading.figures[reading.figures["value"].notna()]
    assert len(known) == len(embedded_figures("05562020")) > 100


def test_prefill_keeps_cash_figures_out_of_the_result_plan() -> None:
    figures = embedded_figures("05562020")
    assert set(figures["sheet"]) == {"finance_plan", "balance", "population"}
    cash = figures[(figures["sheet"] == "finance_plan") & (figures["line"] == "10")]
    # Herten, account 70: sum of 701, 702, 703, 704 in 2010; 2011 repeats 2010 and is left out
    assert cash.set_index("year")["value"].to_dict()[2010] == 21348747 + 4245149 + 2640600 + 1428324
    assert 2011 not in set(figures.loc[figures["sheet"] == "finance_plan", "year"])


def test_the_newest_official_inhabitants_and_multipliers_are_prefilled(tmp_path: Path) -> None:
    """A plan of 2026 stood beside inhabitants of 2015; both tables are to be confirmed."""
    figures = embedded_figures("05562020")
    people = figures[(figures["sheet"] == "population") & (figures["line"] == "einwohner")].set_index("year")
    printed = pd.read_csv(RAW / "statistische_aemter" / "nrw_population_2025.csv", dtype={"ags": str})
    herten = int(printed.loc[printed["ags"] == "05562020", "population"].iloc[0])
    assert people["value"].iloc[-1] == herten and people.index[-1] == 2025 and 2015 in people.index
    rate = figures[figures["line"] == "hebesatz_gewerbesteuer"].set_index("year")["value"]
    assert rate.index.tolist() == [2015, 2024]
    new_workbook("05562020", "de", 2026, own=tmp_path)
    contents = read_contents("05562020", tmp_path)
    assert [row["years"] for row in contents.lists["sources"]] == ["2025", "2024"]
    assert all("von Hand übernommen" in str(row["source"]) for row in contents.lists["sources"])
    assert sources_by_hand("phantasia", "de") == []


def test_prefilled_balance_adds_up() -> None:
    sums = check_sums(embedded_figures("05562020"))
    states = {check.line: check.state for check in sums if check.sheet == "balance"}
    assert states == {"bilanzsumme_aktiva": "ok", "eigenkapital": "ok", "bilanzsumme_passiva": "ok"}


def test_existing_workbook_is_kept(tmp_path: Path) -> None:
    path = new_workbook("05562020", "de", 2026, own=tmp_path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="there is a workbook already"):
        new_workbook("05562020", "de", 2026, own=tmp_path)
    new_workbook("05562020", "en", 2026, own=tmp_path, force=True)
    assert (path.parent / "eingabe.sicherung-1.xlsx").read_bytes() == before


def test_unknown_key_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not in the register"):
        new_workbook("05999000", "de", 2026, own=tmp_path)
    assert new_workbook("AT-40101", "de", 2026, name="Linz", own=tmp_path).parent.name == "AT-40101"


def test_musterstadt_passes_every_check(tmp_path: Path) -> None:
    musterstadt.write(tmp_path)
    result = check_workbook(musterstadt.KEY, tmp_path)
    assert [found.code for found in result.findings] == ["key_unregistered"]
    states = {(check.sheet, check.state) for check in result.sums if check.line not in ("33", "41")}
    computed = {(sheet, "computed") for sheet in ("result_plan", "finance_plan", "balance")}
    assert states == {("result_plan", "ok"), *computed}
    own = load_own(musterstadt.KEY, tmp_path)
    plan = own.figures[(own.figures["sheet"] == "result_plan") & (own.figures["line"] == "26")]
    assert plan.set_index("year")["value"].to_dict() == {
        year: musterstadt.annual_result(year) for year in (*musterstadt.ACTUAL, *musterstadt.PLAN)
    }
    assert (own.figures["origin"] == "given").all() and own.rule_set == "nrw"


def test_musterstadt_exists_in_no_register() -> None:
    assert embedded_figures(musterstadt.KEY).empty


def test_check_writes_page_and_marked_copy(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Ergebnisplan"]["F6"] = "drei Äpfel"
    book.save(path)
    result = check_workbook(musterstadt.KEY, tmp_path)
    write_check(result, path.parent, "de")
    page = (path.parent / "pruefbericht.html").read_text(encoding="utf-8")
    assert "drei Äpfel" in page and "Ergebnisplan!F6" in page
    marked = openpyxl.load_workbook(path.parent / "eingabe_geprueft.xlsx")
    assert "keine Zahl" in marked["Ergebnisplan"]["F6"].comment.text
    assert openpyxl.load_workbook(path)["Ergebnisplan"]["F6"].comment is None


def test_text_from_a_workbook_stays_text_on_the_page(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    for row in book["Lies mich"].iter_rows():
        for cell in row:
            if cell.value == "Musterstadt":
                cell.value = "<script>alert(1)</script>"
    book["Ergebnisplan"]["F6"] = "<img src=x onerror=alert(2)>"
    book.save(path)
    write_check(check_workbook(musterstadt.KEY, tmp_path), path.parent, "en")
    page = (path.parent / "pruefbericht.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_moved_table_is_found_again(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Ergebnisplan"].insert_rows(3, 4)
    book["Ergebnisplan"].insert_cols(1, 2)
    book.save(path)
    result = check_workbook(musterstadt.KEY, tmp_path)
    assert {found.code for found in result.findings} == {"key_unregistered", "moved_cells"}
    assert not result.errors and len(result.reading.years["result_plan"]) == 8


def test_overrides_replace_and_say_why(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Überschreibungen"]
    for column, value in zip(
        "BCDEF", ["Ergebnisplan", "01", 2026, 70_000_000, "Steuerschätzung November"], strict=True
    ):
        sheet[f"{column}6"] = value
    book.save(path)
    own = load_own(musterstadt.KEY, tmp_path)
    row = own.figures.query("sheet == 'result_plan' and line == '01' and year == 2026").iloc[0]
    assert (row["value"], row["origin"], row["reason"]) == (
        70_000_000,
        "overridden",
        "Steuerschätzung November",
    )


def test_changed_official_figure_is_marked(tmp_path: Path) -> None:
    path = new_workbook("05562020", "de", 2026, own=tmp_path)
    book = openpyxl.load_workbook(path)
    for row in book["Bevölkerung"].iter_rows():
        for cell in row:
            if cell.value == 61163:
                cell.value = 61200
    book.save(path)
    result = check_workbook("05562020", tmp_path)
    assert "differs_from_official" in {found.code for found in result.findings}
    assert FILE_NAME in path.name
