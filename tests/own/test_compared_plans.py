"""Two versions of a plan side by side, and a workbook taken into the next year: worked out by hand on Musterstadt."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Text
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.compared_files import compare_files
from dewak_research.own.compared_plans import compare_plans
from dewak_research.own.contents import Contents, merge_years
from dewak_research.own.next_year import budget_year_of, workbook_of_next_year
from dewak_research.own.report import build_own_report
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook
from dewak_research.own.versions import earlier_workbook, keep_version
from dewak_research.own.versions_page import versions_page
from dewak_research.own.workbook import contents_of, read_workbook
from dewak_research.rules import rule_set
from own import musterstadt

pytestmark = pytest.mark.slow  # reports are built with and without the pages of versions

KEY = musterstadt.KEY
PLANNED = (2025, 2026, 2027, 2028, 2029)


def with_grants(change: float, *, gone: bool = False) -> Contents:
    """Musterstadt with other grants (line 02) in 2027, without its fees (line 04) of 2028 where wanted."""
    contents = musterstadt.contents()
    figures = contents.figures.copy()
    plan = (figures["sheet"] == "result_plan") & (figures["year"] == 2027)
    figures.loc[plan & (figures["line"] == "02"), "value"] += change
    figures.loc[plan & (figures["line"] == "26"), "value"] += change
    if gone:
        figures = figures[~((figures["line"] == "grundsteuer_b") & (figures["year"] == 2028))]
    return replace(contents, figures=figures)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    save_workbook(with_grants(-2_500_000, gone=True), tmp_path / KEY / FILE_NAME)
    keep_version(KEY, "entwurf", 2026, tmp_path)
    musterstadt.write(tmp_path)
    return tmp_path


def test_what_changed_stands_in_euro_and_per_head(own: Path) -> None:
    old, new = load_own(KEY, own, earlier_workbook(KEY, "entwurf-2026", own)), load_own(KEY, own)
    found = compare_plans(old, new)
    assert found.years == PLANNED
    lines = found.lines.set_index(["line", "year"])
    assert set(lines.index.get_level_values("year")) == {2027}
    assert {"02", "10", "26", "28"} <= set(lines.index.get_level_values("line"))
    assert (lines["change_eur"] == 2_500_000).all()
    assert lines.loc[("26", 2027), "change_eur_pc"] == pytest.approx(2_500_000 / musterstadt.HEADS[2024])
    tests = found.tests.set_index("measure")
    total = sum(musterstadt.annual_result(year) for year in PLANNED)
    assert tests.loc["result_sum_eur"].tolist() == [total - 2_500_000, total]
    assert tests.loc["largest_deficit_eur", "old"] == 2_500_000 - musterstadt.annual_result(2027)
    assert tests.loc["end_reserves_eur", "new"] - tests.loc["end_reserves_eur", "old"] == pytest.approx(
        2_500_000
    )
    assert found.only_new[["line", "year"]].to_numpy().tolist() == [["grundsteuer_b", 2028]]
    assert found.only_old.empty


def test_a_plan_beside_itself_has_no_change(own: Path) -> None:
    new = load_own(KEY, own)
    found = compare_plans(new, new)
    assert found.lines.empty and found.only_old.empty and found.only_new.empty
    assert "gleich geblieben" in " ".join(
        versions_page(found, Text("x", "x"), "de", rule_set("go_nrw_2024"))["version_lines"]
    )
    pd.testing.assert_series_equal(found.tests["old"], found.tests["new"], check_names=False)


def test_the_report_has_the_page_only_when_asked(own: Path) -> None:
    earlier = earlier_workbook(KEY, "entwurf-2026", own)
    folder = build_own_report(KEY, own=own, against=earlier).parents[1]
    de, en = ((folder / language / "versions.html").read_text(encoding="utf-8") for language in ("de", "en"))
    assert "Vorher: Entwurf 2026. Nachher: der Plan dieses Berichts." in de and "Before: Draft 2026." in en
    assert "besser ab als vorher" in de and "better than before" in en
    assert "2,50" in de and (folder / "tables" / "changed_lines.csv").is_file()
    build_own_report(KEY, own=own)
    assert not (folder / "de" / "versions.html").exists()


def test_two_kept_versions_stand_side_by_side_without_the_present_plan(own: Path) -> None:
    save_workbook(with_grants(1_000_000), own / KEY / FILE_NAME)
    keep_version(KEY, "beschluss", 2026, own)
    musterstadt.write(own)
    paths = [earlier_workbook(KEY, name, own) for name in ("entwurf-2026", "beschluss-2026")]
    found = compare_files(KEY, load_own(KEY, own), *paths, own=own)
    result = found.plans.lines.set_index(["line", "year"])["change_eur"]
    assert result["26", 2027] == 1_000_000 + 2_500_000
    assert found.newer is not None and (found.older.de, found.newer.en) == ("Entwurf 2026", "Adopted 2026")


def test_last_years_plan_lies_anywhere_and_is_called_by_file_and_year(own: Path, tmp_path: Path) -> None:
    """Of the budget year 2025: the years that both plan are 2025 to 2028; a folder stands for its workbook."""
    before = musterstadt.contents()
    figures = before.figures[~((before.figures["kind"] == "plan") & (before.figures["year"] == 2029))].copy()
    figures.loc[figures["year"] == 2024, "kind"] = figures.loc[figures["year"] == 2024, "kind"].where(
        ~figures["sheet"].isin(["result_plan", "finance_plan"]), "plan"
    )
    years = {sheet: [c for c in columns if c != (2024, "actual")] for sheet, columns in before.years.items()}
    folder = tmp_path / "vorjahr" / KEY
    save_workbook(replace(before, figures=figures, years=merge_years(years, figures)), folder / FILE_NAME)
    found = compare_files(KEY, load_own(KEY, own), earlier_workbook(KEY, str(folder), own), own=own)
    assert found.older.de == "eingabe.xlsx (Haushaltsjahr 2025)" and found.newer is None
    assert found.plans.years == (2025, 2026, 2027, 2028) and found.plans.lines.empty


def test_an_error_in_the_other_workbook_names_its_file(own: Path, tmp_path: Path) -> None:
    contents = with_grants(0.0)
    figures = contents.figures[contents.figures["line"] != "einwohner"]
    save_workbook(replace(contents, figures=figures), tmp_path / "alt.xlsx")
    with pytest.raises(InputError) as refused:
        compare_files(KEY, load_own(KEY, own), tmp_path / "alt.xlsx", own=own)
    assert all(one.where.startswith("alt.xlsx: ") for one in refused.value.problems)


def test_an_unknown_version_is_named(own: Path) -> None:
    with pytest.raises(InputError, match="nachtrag-2026"):
        earlier_workbook(KEY, "nachtrag-2026", own)


def test_the_next_year_keeps_actuals_and_plans_and_waits_for_the_new_actual(own: Path) -> None:
    path, year = workbook_of_next_year(KEY, own / KEY / FILE_NAME, own=own)
    assert year == 2027 and (own / KEY / "eingabe.sicherung-1.xlsx").is_file()
    result = check_workbook(KEY, own)
    assert not result.errors
    contents = contents_of(read_workbook(path, KEY), result.embedded)
    assert budget_year_of(contents) == 2027
    columns = contents.years["result_plan"]
    assert columns == [(y, "actual") for y in range(2022, 2026)] + [(y, "plan") for y in range(2026, 2031)]
    line = contents.figures[(contents.figures["sheet"] == "result_plan") & (contents.figures["line"] == "01")]
    assert line["year"].tolist() == [2022, 2023, 2024, 2026, 2027, 2028, 2029], "2025 waits for its result"
    assert [row["name"] for row in contents.lists["measures"]] == [
        "Gebäude zusammenlegen",
        "Gebühren anpassen",
    ]
    assert contents.form["peers"] == musterstadt.PEERS


def test_the_next_year_refuses_the_past_and_another_workbook(own: Path, tmp_path: Path) -> None:
    book = own / KEY / FILE_NAME
    with pytest.raises(InputError, match="2026"):
        workbook_of_next_year(KEY, book, 2026, own)
    other = tmp_path / "alt.xlsx"
    save_workbook(with_grants(0.0), other)
    with pytest.raises(InputError):
        workbook_of_next_year(KEY, other, own=own)
    with pytest.raises(InputError):
        workbook_of_next_year(KEY, tmp_path / "nichts.xlsx", own=own)
    assert workbook_of_next_year(KEY, other, own=own, force=True)[1] == 2027


def test_a_duty_that_cannot_be_told_is_not_called_none(own: Path) -> None:
    """Without a balance sheet nobody knows whether a threshold is crossed."""
    path = own / KEY / FILE_NAME
    whole = musterstadt.contents()
    save_workbook(replace(whole, figures=whole.figures[whole.figures["sheet"] != "balance"]), path)
    found = compare_plans(load_own(KEY, own, earlier_workbook(KEY, "entwurf-2026", own)), load_own(KEY, own))
    shown = versions_page(found, Text("Entwurf", "draft"), "de", rule_set("go_nrw_2024"))["version_parts"][0]
    rows = {row[0]: row[1:3] for row in shown["rows"]}
    assert rows["Schwelle überschritten im Jahr"] == ["keine", "keine Angabe"]
    assert rows["Welche Schwelle"] == ["keine", "keine Angabe"]


@pytest.mark.parametrize(("law", "n"), [("go_nrw_2024", 11), ("nkomvg_2017", 10), ("none", 4)])
def test_a_test_that_the_law_does_not_know_is_left_out(own: Path, law: str, n: int) -> None:
    """Lower Saxony has no line of a reserve to have room to; without a law there is no duty."""
    found = compare_plans(load_own(KEY, own, earlier_workbook(KEY, "entwurf-2026", own)), load_own(KEY, own))
    for language in LANGUAGES:
        shown = versions_page(found, Text("Entwurf", "draft"), language, rule_set(law))["version_parts"][0]
        assert len(shown["rows"]) == n


def test_the_workbook_of_another_town_is_not_taken_into_the_next_year(own: Path) -> None:
    with pytest.raises(InputError, match="belongs to “05999000”"):
        workbook_of_next_year("05562020", own / KEY / FILE_NAME, own=own)
    assert not (own / "05562020").exists()
    path, _ = workbook_of_next_year("musterstadt", own / KEY / FILE_NAME, own=own)  # an own identifier
    assert path.is_file()


def test_equal_versions_have_no_table_of_changes(own: Path) -> None:
    """The same version twice: the tests of both, and nothing under a heading without rows."""
    one = load_own(KEY, own)
    found = compare_plans(one, one)
    page = versions_page(found, Text("Beschluss", "adopted"), "de", rule_set("go_nrw_2024"))
    assert len(page["version_parts"]) == 1 and "gleich geblieben" in page["version_lines"][1]
