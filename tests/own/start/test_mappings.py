"""A mapping beside the figures: the same checks, messages and figures on the page as by the command."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dewak_research.own.intake.understood import understand
from dewak_research.own.start.uploads import LARGEST_MAPPING, mappings_among
from dewak_research.own.workbook import read_contents
from own import samples_small
from own.start.conftest import Page

ABROAD = "musterwil"
TOWN = f"/town/{ABROAD}"
EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "own_figures"
TABLE = (EXAMPLES / "schweiz_erfolgsrechnung.csv").read_bytes()
MAPPING = (EXAMPLES / "schweiz_erfolgsrechnung.yaml").read_bytes()


@pytest.fixture
def abroad(page: Page) -> Page:
    """The page with an empty workbook of a municipality of another country."""
    given = {"key": ABROAD, "name": "Musterwil", "land": "", "year": "2026", "language": "de"}
    assert page.post("/new", data=given).status_code == 303
    return page


def _sent(page: Page, *files: tuple[str, bytes]) -> str:
    answer = page.upload(*files, key=ABROAD)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def _given(page: Page) -> pd.Series[float]:
    figures = read_contents(ABROAD, page.own).figures
    return figures.dropna(subset=["value"]).set_index(["sheet", "line", "year", "kind"])["value"].sort_index()


@pytest.mark.parametrize("name", ["konten.yaml", "Zuordnung Musterwil.yaml"])
def test_a_table_in_another_currency_is_read_by_its_mapping_as_by_the_command(
    abroad: Page, name: str
) -> None:
    place = _sent(abroad, (name, MAPPING), ("konten.csv", TABLE))
    html = abroad.get(place).text
    assert "Zuordnung: " in html and "1 CHF = 1,05 Euro" in html and "In die Mappe schreiben" in html
    assert [one.name for _, one in abroad.office.desk.waiting(ABROAD)] == ["konten.csv"]
    abroad.post(place, data={"do": "write"})
    right = understand(
        EXAMPLES / "schweiz_erfolgsrechnung.csv", ABROAD, EXAMPLES / "schweiz_erfolgsrechnung.yaml"
    )
    wanted = right.figures.set_index(["sheet", "line", "year", "kind"])["value"].sort_index()
    pd.testing.assert_series_equal(_given(abroad), wanted, check_names=False)
    assert "1 CHF = 1,05 Euro" in read_contents(ABROAD, abroad.own).form["currency"]


def test_without_its_mapping_the_table_is_refused_and_the_page_says_how_to_give_one(abroad: Page) -> None:
    answer = abroad.get(_sent(abroad, ("konten.csv", TABLE)))
    assert answer.status_code == 422 and "die Datei nennt CHF" in answer.text
    assert "zusammen mit ihrer Tabelle hochgeladen" in answer.text


@pytest.mark.parametrize(
    ("mapping", "said"),
    [(MAPPING.replace(b"'11'", b"'99'"), "99"), (b"kind: [", "YAML"), (b"", "leer"), (b"x: 1\n", "kind"),
     (b"# x\n" * (LARGEST_MAPPING // 4 + 1), "200 kB"), (b"\x00\x01", "konten"),
     (b"!!python/object:os.system {}", "YAML")],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_and_its_table_not_read_without_it(
    abroad: Page, mapping: bytes, said: str
) -> None:
    answer = abroad.upload(("konten.csv", TABLE), ("konten.yaml", mapping), key=ABROAD)
    assert answer.status_code == 422 and "konten.yaml" in answer.text and said in answer.text
    assert "Traceback" not in answer.text and _given(abroad).empty and not abroad.office.desk.waiting(ABROAD)


def test_a_mapping_of_another_currency_or_other_headings_is_refused_as_by_the_command(abroad: Page) -> None:
    krona = MAPPING.replace(b"code: CHF", b"code: ISK")
    assert krona != MAPPING
    assert "die Datei nennt CHF" in abroad.get(_sent(abroad, ("a.csv", TABLE), ("a.yaml", krona))).text
    other = MAPPING.replace(b"Rechnung 2022", b"Rechnung 1999")
    assert "Rechnung 1999" in abroad.get(_sent(abroad, ("a.csv", TABLE), ("a.yaml", other))).text
    assert _given(abroad).empty


def test_each_of_two_tables_has_its_own_mapping(abroad: Page) -> None:
    balance = [
        (f"b{suffix}", (EXAMPLES / f"schweiz_bilanz{suffix}").read_bytes()) for suffix in (".csv", ".yaml")
    ]
    place = _sent(abroad, ("a.csv", TABLE), *balance, ("a.yaml", MAPPING))
    place = abroad.post(place, data={"do": "write"}).headers["location"]
    assert abroad.post(place, data={"do": "write"}).headers["location"] == f"{TOWN}/findings"
    assert {sheet for sheet, *_ in _given(abroad).index} == {"result_plan", "balance"}


def test_a_mapping_of_no_table_is_named(abroad: Page) -> None:
    other = ("plan.csv", samples_small.RESULT_PLAN.encode())
    answer = abroad.upload(("a.csv", TABLE), other, ("b.yaml", MAPPING), key=ABROAD)
    assert answer.status_code == 422 and "gehört, ist nicht zu sehen" in answer.text
    assert "YAML-Datei dieses Namens" in abroad.upload(("b.yaml", MAPPING), key=ABROAD).text


def test_a_mapping_from_another_site_is_refused(abroad: Page) -> None:
    files = [("files", (name, data, "text/plain")) for name, data in (("a.csv", TABLE), ("a.yaml", MAPPING))]
    for origin in ({}, {"origin": "http://example.org"}):
        assert abroad.client.post(f"{TOWN}/files", files=files, headers=origin).status_code == 403
    assert not abroad.office.desk.waiting(ABROAD)


@pytest.mark.parametrize(
    ("names", "told"),
    [(["a.csv", "a.yaml"], {"a.yaml": "a.csv"}), (["x.PDF", "map.YAML"], {"map.YAML": "x.PDF"}),
     (["a.csv", "b.csv", "B.yaml"], {"B.yaml": "b.csv"}), (["a.csv", "b.csv", "c.yaml"], {"c.yaml": None}),
     (["fallstudie.yaml", "a.csv"], {}), (["c.yaml"], {}),
     (["a.csv", "a.yaml", "c.yaml"], {"a.yaml": "a.csv", "c.yaml": None})],
)  # fmt: skip
def test_a_mapping_belongs_to_the_table_of_its_name(names: list[str], told: dict[str, str | None]) -> None:
    assert mappings_among(names) == told
