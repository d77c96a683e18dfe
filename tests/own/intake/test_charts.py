# ruff: noqa: E501  (small files, one a case)
"""Charts of accounts: the Land is known or recognised and confirmed; products and cameral budgets are called so."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.charts import charts, recognise, said_by
from dewak_research.own.intake.understood import understand
from dewak_research.own.template import PLANS, load_template
from dewak_research.rules import dated

KEY = "05999000"
HESSIAN = {"5500000": "Gewerbesteuer", "5510000": "Grundsteuer", "5401000": "Schlüsselzuweisungen", "5100000": "Gebühren",
           "6200000": "Entgelte", "6000000": "Material", "6600000": "Abschreibungen", "7354000": "Kreisumlage", "7700000": "Zinsen"}  # fmt: skip
MOVED = {"30130000": "Gewerbesteuer", "31110000": "Schlüsselzuweisungen", "33210000": "Benutzungsgebühren",
         "40120000": "Vergütung Beschäftigte", "42110000": "Unterhaltung der Gebäude", "43310000": "Soziale Leistungen", "47110000": "Abschreibungen"}  # fmt: skip
USUAL = {"40130000": "Gewerbesteuer", "41110000": "Schlüsselzuweisungen", "43210000": "Benutzungsgebühren",
         "50120000": "Vergütung Beschäftigte", "52110000": "Unterhaltung der Gebäude", "53310000": "Soziale Leistungen", "57110000": "Abschreibungen"}  # fmt: skip


def csv(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "konten.csv"
    path.write_text(text, encoding="utf-8")
    return path


def budget(tmp_path: Path, accounts: dict[str, str], heading: str = "Konto") -> Path:
    rows = [f"{account};{name};{1_000_000 + n}" for n, (account, name) in enumerate(accounts.items())]
    return csv(tmp_path, "\n".join([f"{heading};Bezeichnung;Plan 2026", *rows]))


def lines(path: Path, key: str = KEY, **answers: str) -> dict[str, float]:
    found = understand(path, key, answers=answers)
    assert not found.questions
    return dict(zip(found.figures["line"], found.figures["value"], strict=True))


def test_class_4_is_income_in_one_land_and_costs_in_another() -> None:
    assert set(charts()) == {"01", "03", "05", "06", "08", "09", "12", "14", "15"}
    income = {key: set(chart.digits("result_plan", cost=False)) for key, chart in charts().items()}
    costs = {key: set(chart.digits("result_plan", cost=True)) for key, chart in charts().items()}
    assert {key for key in income if "4" in income[key]} == {"01", "05", "09", "12", "15"}
    assert {key for key in costs if "4" in costs[key]} == {"03", "08", "14"}
    assert (income["06"], costs["06"]) == ({"5"}, {"6", "7"})


@pytest.mark.parametrize(
    ("key", "account", "plan", "line"),
    [("05", "4013", "result_plan", "01"), ("08", "3013", "result_plan", "01"), ("08", "4331", "result_plan", "15"),
     ("08", "348", "result_plan", "06"), ("08", "4511", "result_plan", "20"), ("08", "5019", "result_plan", "23"),
     ("08", "5321", "result_plan", "24"), ("08", "4499", "result_plan", "16"), ("08", "6013", "finance_plan", "01"),
     ("14", "4337", "result_plan", "15"), ("14", "3191", "result_plan", "02"), ("14", "7337", "finance_plan", "14"),
     ("15", "4111", "result_plan", "02"), ("15", "5337", "result_plan", "15"), ("03", "4452", "result_plan", "16"),
     ("06", "5500000", "result_plan", "01"), ("06", "7270000", "result_plan", "15"), ("06", "5470000", "result_plan", "03"),
     ("08", "3811", "result_plan", None), ("05", "4811", "result_plan", None), ("06", "8100000", None, None)],
)  # fmt: skip
def test_an_account_belongs_to_the_line_of_its_land(
    key: str, account: str, plan: str | None, line: str | None
) -> None:
    chart = charts()[key]
    assert (chart.plan_of(account), chart.line_of(account)) == (plan, line)


def test_every_chart_is_sourced_and_what_was_not_read_is_said() -> None:
    grids = load_template().grids
    for key, chart in charts().items():
        raw = dated.document(f"land/{key}/chart")
        assert all(source in dated.sources() for source in raw["source"]) and raw["source"]
        assert chart.verified or chart.note is not None, key
        assert set(chart.lines) == set(PLANS)
        for plan, prefixes in chart.lines.items():
            assert set(prefixes.values()) <= set(grids[plan])
        retold = {dated.sources()[source].kind for source in raw["source"]} <= dated.RETOLD
        assert not (retold and any(entry["verified"] for entry in raw["classes"].values())), key


def test_the_land_of_the_key_is_taken_where_nothing_speaks_against_it(tmp_path: Path) -> None:
    assert lines(budget(tmp_path, USUAL)) == {
        "01": 1_000_000, "02": 1_000_001, "04": 1_000_002, "11": 1_000_003, "13": 1_000_004, "14": 1_000_006, "15": 1_000_005,
    }  # fmt: skip
    assert lines(budget(tmp_path, MOVED), "08212000") == lines(budget(tmp_path, USUAL))
    assert lines(budget(tmp_path, HESSIAN), "06431005")["01"] == 2_000_001


def test_names_that_speak_against_the_key_are_asked_about(tmp_path: Path) -> None:
    asked = understand(budget(tmp_path, MOVED), KEY)
    (question,) = asked.questions
    assert question.key == "chart" and asked.figures.empty
    assert question.default in ("03", "08", "14") and "speak for" in question.text.en
    assert lines(budget(tmp_path, MOVED), chart="14") == lines(budget(tmp_path, USUAL))
    with pytest.raises(InputError):
        understand(budget(tmp_path, MOVED), KEY, answers={"chart": "99"})


@pytest.mark.parametrize(("accounts", "best"), [(HESSIAN, {"06"}), (MOVED, {"03", "08", "14"}), (USUAL, {"01", "05", "09", "12", "15"})])  # fmt: skip
def test_without_a_land_the_chart_is_recognised_and_confirmed(
    accounts: dict[str, str], best: set[str]
) -> None:
    chart, question = recognise(list(accounts), list(accounts.values()), "CH-0261", "k.csv")
    assert chart.key in best and question is not None and question.default == chart.key
    known, none = recognise(list(accounts), list(accounts.values()), "CH-0261", "k.csv", {"chart": chart.key})
    assert known is chart and none is None


def test_classes_that_cannot_be_right_are_asked_about_even_without_names() -> None:
    _, question = recognise(["5500", "6200", "6600"], ["", "", ""], KEY, "k.csv")
    assert question is not None and "5, 6" in question.text.en
    assert recognise(["4013", "5011", "6013", "7011"], [""] * 4, KEY, "k.csv")[1] is None
    assert recognise(["6013", "7011"], [""] * 2, KEY, "k.csv")[1] is None
    with pytest.raises(InputError, match="fit no chart"):
        recognise(["9100", "9200"], ["", ""], KEY, "k.csv")


@pytest.mark.parametrize(
    ("name", "said"),
    [("Gewerbesteuer", "income"), ("Gewerbesteuerumlage", None), ("Schlüsselzuweisungen vom Land", "income"), ("Vergütungen tariflich Beschäftigte", "costs"),
     ("Entgelte", "costs"), ("Aufwendungen aus der Auflösung", "costs"), ("Zinserträge", "income"), ("Kreisumlage", None), ("Gemeindestraßen", None)],
)  # fmt: skip
def test_what_a_name_says(name: str, said: str | None) -> None:
    assert said_by(name) == said


def test_accounts_may_be_grouped_by_spaces(tmp_path: Path) -> None:
    found = lines(
        csv(
            tmp_path,
            "Konto;Bezeichnung;Plan 2026\n4013 0000;Gewerbesteuer;20\n4111 0000;Schlüsselzuweisung;15\n5011 0000;Bezüge;9\n",
        )
    )
    assert found == {"01": 20.0, "02": 15.0, "11": 9.0}
    assert plain_account("4013\u00a00000") == "40130000"


def test_result_and_finance_accounts_go_to_their_own_plans(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "Konto;Plan 2026\n401300;20000000\n501100;9000000\n601300;19500000\n701100;9100000\n785200;5000000\n693700;700000\n",
    )
    found = understand(path, KEY)
    assert found.mapping is not None and found.mapping.sheet == "both"
    values = found.figures.set_index(["sheet", "line"])["value"].to_dict()
    assert values == {
        ("result_plan", "01"): 20e6, ("result_plan", "11"): 9e6, ("finance_plan", "01"): 19.5e6, ("finance_plan", "10"): 9.1e6,
        ("finance_plan", "25"): 5e6, ("finance_plan", "34"): 0.7e6,
    }  # fmt: skip


def test_products_are_no_accounts(tmp_path: Path) -> None:
    rows = "54101;Gemeindestraßen;5\n55101;Grünflächen;6\n61101;Steuern und Umlagen;7\n"
    with pytest.raises(InputError, match="holds products or cost centres"):
        understand(csv(tmp_path, f"Produkt;Bezeichnung;Plan 2026\n{rows}"), KEY)
    asked = understand(
        csv(
            tmp_path,
            f"Nummer;Bezeichnung;Plan 2026\n{rows.replace('Steuern und Umlagen', 'Finanzwirtschaft')}",
        ),
        KEY,
    )
    assert [question.key for question in asked.questions] == ["numbers_are"]
    with pytest.raises(InputError, match="holds products or cost centres"):
        understand(
            csv(
                tmp_path,
                f"Nummer;Bezeichnung;Plan 2026\n{rows.replace('Steuern und Umlagen', 'Finanzwirtschaft')}",
            ),
            KEY,
            answers={"numbers_are": "product"},
        )


def test_a_column_of_products_beside_accounts_is_left_alone(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "Produkt;Konto;Bezeichnung;Plan 2026\n61101;40130000;Gewerbesteuer;20\n61101;41110000;Schlüsselzuweisungen;15\n54101;50110000;Bezüge;9\n",
    )
    assert lines(path) == {"01": 20.0, "02": 15.0, "11": 9.0}


@pytest.mark.parametrize(
    "text",
    ["Verwaltungshaushalt;;\nHaushaltsstelle;Bezeichnung;Ansatz 2008\n1.9000.0010;Grundsteuer B;500\n",
     "Einzelplan;Unterabschnitt;Gruppierung;Ansatz 2008\n9;900;0010;500\n9;900;4140;300\n",
     "Vermögenshaushalt Einnahmen;;\nAbschnitt;Text;Plan 2009\n46;Kita;500\n"],
)  # fmt: skip
def test_a_cameral_budget_is_called_so_and_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="cameral budget") as caught:
        understand(csv(tmp_path, text), KEY)
    assert "Ergebnisplan" in caught.value.render("de")


def test_the_sample_of_hesse(samples: Path) -> None:
    path = samples / "inputs" / "a26_hessen_5_6_7.csv"
    expected = {
        "01": 24e6,
        "02": 15e6,
        "04": 3e6,
        "11": 15e6,
        "13": 8e6,
        "14": 2.5e6,
        "15": 14e6,
        "20": 0.4e6,
    }
    assert lines(path, "06431005") == expected == lines(path, KEY, chart="06")
    (question,) = understand(path, KEY).questions
    assert question.default == "06" and "Hessen" in question.text.de


@pytest.mark.parametrize(
    ("name", "expected"),
    [("b13_account_spaces", {("result_plan", "01"): 20e6, ("result_plan", "02"): 15e6, ("result_plan", "11"): 9e6}),
     ("b16_result_and_finance_accounts", {("result_plan", "01"): 20e6, ("result_plan", "11"): 9e6, ("finance_plan", "01"): 19.5e6,
                                          ("finance_plan", "10"): 9.1e6, ("finance_plan", "25"): 5e6})],
)  # fmt: skip
def test_the_samples_of_accounts(samples: Path, name: str, expected: dict[tuple[str, str], float]) -> None:
    found = understand(samples / "inputs" / f"{name}.csv", KEY)
    assert not found.questions
    assert found.figures.set_index(["sheet", "line"])["value"].to_dict() == expected
