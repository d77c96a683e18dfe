"""A municipality of another country: currency, own classes of accounts, missing lines; from file to report."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from dewak_research import cli
from dewak_research.errors import InputError
from dewak_research.own import safety
from dewak_research.own.check import load_own
from dewak_research.own.contents import Contents, default_years, figures_from
from dewak_research.own.intake.currencies import named_currency, with_currency
from dewak_research.own.intake.mapping import load_map, read_map
from dewak_research.own.intake.understood import understand
from dewak_research.own.template import SumCheck
from own import samples_small

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples" / "own_figures"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.csv"))


def read(name: str) -> pd.Series[float]:
    """Read an example with its mapping: value by sheet, line, year and kind."""
    found = understand(EXAMPLES / f"{name}.csv", "x1", EXAMPLES / f"{name}.yaml")
    return found.figures.set_index(["sheet", "line", "year", "kind"])["value"]


def printed(name: str) -> dict[str, list[float]]:
    """Read the rows of an example without the project: first cell → numbers."""
    lines = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines[2:]:
        first, *cells = line.split(";")
        numbers = [re.sub(r"['.]", "", cell) for cell in cells]
        found[first] = [float(n) for n in numbers if re.fullmatch(r"-?\d+", n)]
    return found


def test_swiss_accounts_become_lines_in_euro_at_the_rate_that_was_given() -> None:
    values, rows = read("schweiz_erfolgsrechnung"), printed("schweiz_erfolgsrechnung")
    for n, year in enumerate(range(2022, 2029)):
        kind = "actual" if year < 2025 else "plan"
        assert values["result_plan", "11", year, kind] == round(1.05 * rows["30"][n], 2)
        other = rows["41"][n] + rows["43"][n] + rows["45"][n]
        assert values["result_plan", "07", year, kind] == round(1.05 * other, 2)
        assert values["result_plan", "03", year, kind] == 0.0
    assert "39" not in set(values.index.get_level_values("line")) and len(values) == 17 * 7
    balance, items = read("schweiz_bilanz"), printed("schweiz_bilanz")
    assert balance["balance", "verbindlichkeiten", 2024, "actual"] == 1.05 * (
        items["200"][2] + items["206"][2]
    )


def test_icelandic_lines_in_thousand_kronur_hold_their_own_sums() -> None:
    found = understand(
        EXAMPLES / "island_rekstrarreikningur.csv", "x1", EXAMPLES / "island_rekstrarreikningur.yaml"
    )
    rows = printed("island_rekstrarreikningur")
    values = found.figures.set_index(["line", "year"])["value"]
    assert values["26", 2028] == round(7.0 * rows["Rekstrarniðurstaða"][6], 2)
    stated: list[SumCheck] = [check for check in found.sums if check.given is not None]
    assert len(stated) == 21 and {check.state for check in stated} <= {"ok", "rounded"}
    said = " ".join(note.en for note in found.notes)
    assert (
        "1 ISK = 0.007 euro" in said and "unit: 1000 ISK" in said and "lines: 03, 05, 06, 07, 15, 16" in said
    )


def test_inhabitants_are_no_money() -> None:
    assert read("schweiz_einwohner")["population", "einwohner", 2024, "actual"] == 9_902
    assert read("island_ibuar")["population", "einwohner", 2024, "actual"] == 4_102


def changed(tmp_path: Path, name: str, **fields: object) -> tuple[Path, Path]:
    values = yaml.safe_load((EXAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    values = {k: v for k, v in {**values, **fields}.items() if v is not None}
    target = tmp_path / "map.yaml"
    target.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return EXAMPLES / f"{name}.csv", target


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"currency": None}, "the file names CHF, the workbook is in euro"),
     ({"currency": {"code": "ISK", "euro": 0.007, "basis": "assumed"}}, "the file names CHF, the mapping converts ISK"),
     ({"currency": {"code": "CHF", "euro": 0, "basis": "assumed"}}, "currency"),
     ({"currency": {"code": "CHF", "euro": 1.05}}, "basis"),
     ({"currency": {"code": "Franken", "euro": 1.05, "basis": "assumed"}}, "currency"),
     ({"absent": ["11"]}, "11 stand under “lines” and under “absent”"),
     ({"absent": ["99"]}, "there is no line “99”"),
     ({"classes": {"3": "Aufwand"}}, "classes")],
)  # fmt: skip
def test_a_mapping_that_would_falsify_is_refused(
    fields: dict[str, object], message: str, tmp_path: Path
) -> None:
    file, mapping = changed(tmp_path, "schweiz_erfolgsrechnung", **fields)
    with pytest.raises(InputError, match=message):
        understand(file, "x1", mapping)


def test_another_currency_is_not_taken_for_euro_without_a_mapping(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text("Beträge in CHF\n" + samples_small.RESULT_PLAN, encoding="utf-8")
    with pytest.raises(InputError, match="the file names CHF"):
        understand(file, "x1")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("Beträge in CHF", "CHF"), ("Betrag (CHF)", "CHF"), ("in 1'000 Franken", "CHF"), ("Schweizer Franken", "CHF"),
     ("(í þús.kr.)", "ISK"), ("m.kr.", "ISK"), ("1000 DKK", "DKK"), ("Mittelfranken", ""), ("Franken", ""),
     ("SCHFELD", ""), ("Beträge in Euro", ""), ("Haus der Gbp-Stiftung", "")],
)  # fmt: skip
def test_a_currency_is_named_and_not_guessed(cell: str, code: str) -> None:
    assert named_currency(["Zeile", cell]) == code


def test_one_workbook_has_one_rate() -> None:
    contents = Contents("en", {"name": "x"}, figures_from([]), default_years(2026))
    first = read_map(EXAMPLES / "schweiz_bilanz.yaml")
    once = with_currency(contents, [first], "a.csv")
    assert once.form["currency"].startswith("1 CHF = 1.05 euro (")
    assert with_currency(once, [first], "a.csv") == once and with_currency(once, [], "b.csv") is once
    text = (EXAMPLES / "schweiz_bilanz.yaml").read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"converted with “1 CHF = 1\.05 euro"):
        with_currency(once, [load_map(text.replace("1.05", "0.95"), "m")], "b.csv")


def steps(language: str) -> list[str]:
    """Return the commands of the examples as the page of the book shows them."""
    text = (ROOT / "book" / language / "own_figures.md").read_text(encoding="utf-8")
    heading = {"de": "## Ein anderes Land", "en": "## Another country"}[language]
    part = text[text.index(heading) :].split("\n## ")[0]
    return [
        line for block in re.findall(r"```bash\n(.*?)```", part, re.DOTALL) for line in block.splitlines()
    ]


def test_both_editions_show_the_same_steps_and_every_file() -> None:
    assert steps("de") == steps("en")
    assert all(
        any(f"{name}.csv" in line and f"{name}.yaml" in line for line in steps("de")) for name in NAMES
    )
    for language in ("de", "en"):
        text = (ROOT / "book" / language / "own_figures.md").read_text(encoding="utf-8")
        shown = yaml.safe_load(re.findall(r"```yaml\n(classes.*?)```", text, re.DOTALL)[0])
        mapping = yaml.safe_load((EXAMPLES / "schweiz_erfolgsrechnung.yaml").read_text(encoding="utf-8"))
        assert shown.pop("lines").items() <= mapping["lines"].items() and shown.items() <= mapping.items()


@pytest.mark.slow
def test_the_steps_of_the_page_lead_from_the_files_to_two_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safety, "OWN", tmp_path / "own")
    monkeypatch.chdir(ROOT)
    for line in steps("en"):
        words = shlex.split(line)
        done = CliRunner().invoke(cli.app, words[1:])
        assert words[0] == "dewak" and done.exit_code == 0, (line, done.output, done.exception)
    for key, rate in (("CH-musterwil", "1 CHF = 1,05 Euro"), ("IS-musterfjordur", "1 ISK = 0.007 euro")):
        own = load_own(key, tmp_path / "own")
        assert rate in own.currency and own.rule_set == "none"
        for language in ("de", "en"):
            folder = tmp_path / "own" / key / "bericht" / language
            for page in ("index.html", "stress.html", "money.html", "ratios.html", "leaflet.html"):
                html = (folder / page).read_text(encoding="utf-8")
                assert rate in html, (key, language, page)
                assert "Haushaltssicherungskonzept wäre" not in html
