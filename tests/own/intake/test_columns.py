"""Which columns are taken: years, kinds, amendments and totals, each by the headings alone, and what is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dewak_research.errors import InputError
from dewak_research.language import Text
from dewak_research.own.intake import columns
from dewak_research.own.intake.columns import Chosen, choose
from dewak_research.own.intake.headings import Heading, read_heading
from dewak_research.own.intake.heads import Head
from dewak_research.own.intake.tables import RawTable

Amounts = dict[int, list[float]]
NAN = float("nan")


def chosen(
    *headings: str | Heading, title: str = "", amounts: Amounts | None = None, hidden: tuple[int, ...] = (),
    names: dict[int, str] | None = None, **answers: str,
) -> Chosen:  # fmt: skip
    """Choose among columns 1, 2, …; column 0 holds the names of the lines, the headings stand in row 2."""
    said = {
        n: one if isinstance(one, Heading) else read_heading(one) for n, one in enumerate(headings, start=1)
    }
    texts = ["Zeile", *(one if isinstance(one, str) else f"S{n}" for n, one in enumerate(headings, start=1))]
    for n, name in (names or {}).items():
        texts[n] = name
    table = RawTable("x.csv", "", [[title], texts], Text("gelesen", "read"), hidden=frozenset(hidden))
    return choose(table, Head(range(1, 2), texts, said), answers, amounts or {})


def taken(*headings: str | Heading, **given: Any) -> dict[str, str]:
    return {name: f"{kind} {year}" for name, (year, kind) in chosen(*headings, **given).columns.items()}


def asked(*headings: str | Heading, **given: Any) -> list[tuple[str, list[str], str | None]]:
    return [
        (one.key, [value for value, _ in one.options], one.default)
        for one in chosen(*headings, **given).questions
    ]


def notes(*headings: str | Heading, **given: Any) -> list[str]:
    return [one.de for one in chosen(*headings, **given).notes]


def refused(*headings: str | Heading, **given: Any) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        chosen(*headings, **given)
    (problem,) = caught.value.problems
    return problem.where, problem.what.de


def test_years_and_kinds_are_taken_in_the_order_of_the_columns() -> None:
    assert taken("Ergebnis 2024", "Ansatz 2025", "Plan 2026") == {
        "Ergebnis 2024": "actual 2024",
        "Ansatz 2025": "plan 2025",
        "Plan 2026": "plan 2026",
    }
    assert chosen("Ergebnis 2024").notes == [] == chosen("Ergebnis 2024").questions


def test_what_is_left_out_is_named_by_its_reason() -> None:
    found = chosen("Ergebnis 2024", "Abweichung 2024", "Plan 2026", "Prognose 2026", "Differenz 2026")
    assert list(found.columns) == ["Ergebnis 2024", "Plan 2026"]
    assert [one.de.split(": ")[1] for one in found.notes] == [
        "Abweichung 2024, Differenz 2026",
        "Prognose 2026",
    ]
    long = replace(read_heading("Abweichung 2024"), year=2024)
    cut = notes("Plan 2026", long, names={2: "x" * 400})
    assert cut[0].count("x") == 299 and cut[0].endswith("…")


def test_a_column_that_says_nothing_is_neither_taken_nor_named() -> None:
    found = chosen("Bemerkung", "Plan 2026")
    assert list(found.columns) == ["Plan 2026"] and found.notes == []


def test_nothing_that_is_left_is_refused() -> None:
    where, what = refused("Bemerkung")
    assert where == "x.csv: Zeile 2" and "keine Überschriften" in what
    assert refused("Abweichung 2024", "Prognose 2026")[1] == (
        "die Spalte »Abweichung 2024, Prognose 2026« ist kein einzelnes ganzes Jahr"
    )
    assert refused("Prognose 2026", names={1: "x" * 200})[1].count("x") == 119


def test_hidden_columns_are_left_out_unless_all_are() -> None:
    assert list(taken("Plan 2025", "Plan 2026", hidden=(1,))) == ["Plan 2026"]
    assert notes("Plan 2025", "Plan 2026", hidden=(1,)) == ["ausgeblendete Spalten bleiben weg: Plan 2025"]
    assert list(taken("Plan 2025", "Plan 2026", hidden=(1, 2))) == ["Plan 2025", "Plan 2026"]
    assert list(taken("Plan 2025", "Prognose 2026", hidden=(1,))) == ["Plan 2025"]
    assert list(taken("Plan 2025", "Plan 2026", hidden=(0, 9))) == ["Plan 2025", "Plan 2026"]


TWO = Heading("two_years", None, "plan")


def test_two_years_in_a_column_are_a_total_of_the_years_beside_it() -> None:
    amounts = {1: [1.0, 2.0, NAN], 2: [10.0, 20.0, 5.0], 3: [11.0, 22.0, 5.0]}
    assert list(taken("Plan 2025", "Plan 2026", TWO, amounts=amounts)) == ["Plan 2025", "Plan 2026"]
    assert "Summen" in notes("Plan 2025", "Plan 2026", TWO, amounts=amounts)[0]
    three = {1: [9.0, 9.0, 9.0], **{n + 1: values for n, values in amounts.items()}}
    assert len(taken("Plan 2024", "Plan 2025", "Plan 2026", TWO, amounts=three)) == 3, "the last two of three"
    four = {**amounts, 3: [7.0, 7.0, 7.0], 4: [11.0, 22.0, 5.0]}
    assert len(taken("Plan 2025", "Plan 2026", "Plan 2027", TWO, amounts=four)) == 3, "the first two of three"


@pytest.mark.parametrize(
    ("total", "headings"),
    [
        ([14.01, 22.0, 5.0], ("Plan 2025", "Plan 2026")),  # more than a euro for each of two
        ([11.0, NAN, NAN], ("Plan 2025", "Plan 2026")),  # one amount may be chance
        ([11.0, 0.0, 0.0], ("Plan 2025", "Plan 2026")),
        ([11.0, 22.0, 5.0], ("Ergebnis 2024", "Plan 2026")),  # results are not added to plans
        ([11.0, 22.0, 5.0], ("Plan 2026", "Prognose 2027")),
    ],
)
def test_two_years_that_are_no_total_are_refused(total: list[float], headings: tuple[str, str]) -> None:
    amounts = {1: [1.0, 2.0, NAN], 2: [10.0, 20.0, 5.0], 3: total}
    where, what = refused(*headings, TWO, amounts=amounts, names={3: "2025/2026"})
    assert (where, what) == ("x.csv: Zeile 2", "die Spalte »2025/2026« ist kein einzelnes ganzes Jahr")


def test_a_long_name_of_two_years_is_cut_and_one_year_is_no_sum() -> None:
    assert (
        refused("Plan 2025", TWO, amounts={1: [1.0, 2.0], 2: [1.0, 2.0]}, names={2: "x" * 80})[1].count("x")
        == 59
    )


@pytest.mark.parametrize(
    ("total", "parts", "equal"),
    [
        ([3.0, 5.0], [[1.0, 2.0], [2.0, 3.0]], True),
        ([5.0, 5.0], [[1.0, 2.0], [2.0, 3.0]], True),
        ([1.0, 5.0], [[1.0, 2.0], [2.0, 3.0]], True),
        ([5.01, 5.0], [[1.0, 2.0], [2.0, 3.0]], False),
        ([0.99, 5.0], [[1.0, 2.0], [2.0, 3.0]], False),
        ([3.0, 5.0, 9.0], [[1.0, 2.0, NAN], [2.0, 3.0, NAN]], True),  # no part is known: no row to compare
        ([3.0, 5.0, NAN], [[1.0, 2.0, 9.0], [2.0, 3.0, 9.0]], True),
        ([3.0, 5.0, 9.0], [[1.0, 2.0, NAN], [2.0, 3.0, 4.0]], False),
        ([3.0, 5.0, 0.0], [[1.0, 2.0, 1.0], [2.0, 3.0, 1.5]], False),  # zero against 2.5
        ([3.0, 0.0], [[1.0, 0.0], [2.0, 0.0]], False),
        ([], [[1.0]], False),
    ],
)
def test_a_column_is_a_sum_in_at_least_two_rows_and_all_that_are_known(
    total: list[float], parts: list[list[float]], equal: bool
) -> None:
    assert columns._is_sum(total, parts) is equal


def test_headings_without_a_year_count_from_the_title() -> None:
    found = chosen(
        "Ergebnis Vorvorjahr", "Ansatz Vorjahr", "Ansatz", "1. Folgejahr", title="Haushaltsplan 2026"
    )
    assert found.columns == {
        "Ergebnis Vorvorjahr": (2024, "actual"),
        "Ansatz Vorjahr": (2025, "plan"),
        "Ansatz": (2026, "plan"),
        "1. Folgejahr": (2027, "plan"),
    }
    assert [one.de for one in found.notes] == ["Haushaltsjahr 2026; Vorjahr und Folgejahre zählen von dort"]


def test_a_budget_year_that_is_nowhere_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    today = SimpleNamespace(date=SimpleNamespace(today=lambda: date(2026, 11, 27)))
    monkeypatch.setattr(columns, "datetime", today)
    (question,) = asked("Ergebnis Vorjahr", "Ansatz")
    assert question == ("budget_year", ["2024", "2025", "2026", "2027", "2028", "2029"], None)
    assert taken("Ergebnis Vorjahr", "Ansatz") == {"Ergebnis Vorjahr": "actual 2025", "Ansatz": "plan 2026"}
    answered = chosen("Ergebnis Vorjahr", "Ansatz", budget_year="2028")
    assert answered.columns["Ansatz"] == (2028, "plan") and answered.questions == []
    (text,) = chosen("Ansatz", names={1: "x" * 250}).questions
    assert text.text.de.count("x") == 199


def test_a_result_without_a_year_is_not_taken() -> None:
    assert taken("Ergebnis", "Plan 2026", title="Haushaltsplan 2026") == {"Plan 2026": "plan 2026"}


BARE = Heading("amount")


def test_a_column_without_year_and_kind_belongs_to_an_amendment_and_not_to_plans_of_many_years() -> None:
    change = Heading("amount", state="change")
    kinds = {"Plan 2026": "plan 2026"}
    assert taken("Plan 2026", change, title="Haushalt 2026") == kinds
    two = {**kinds, "Plan 2027": "plan 2027"}
    assert taken("Plan 2026", "Plan 2027", change) == two
    assert chosen("Plan 2026", "Plan 2027", change).notes == []
    assert chosen("Plan 2026", change, title="Haushalt 2026").notes != []
    assert columns._amends({1: read_heading("Plan 2026"), 2: read_heading("Ergebnis 2024")})
    assert columns._amends({1: read_heading("Plan 2026"), 2: read_heading("Ansatz")})
    assert not columns._amends({1: read_heading("Plan 2026"), 2: read_heading("Plan 2027")})


def test_words_that_nobody_knows_are_asked_about_once() -> None:
    heads = ("Plan 2026", "Xyzzy 2024", "XYZZY 2025")
    assert [one[0] for one in asked(*heads)] == ["heading_1", "last_result"]
    assert asked(*heads)[0][1:] == (["plan", "actual", "year", "none"], None)
    assert "(Xyzzy 2024, XYZZY 2025)" in chosen(*heads).questions[0].text.de
    two = [one[0] for one in asked("Plan 2026", "Xyzzy 2024", "Quux 2025")]
    assert two[:2] == ["heading_1", "heading_2"]


def test_the_answer_says_what_words_mean() -> None:
    heads = ("Plan 2026", "Xyzzy 2024")
    assert taken(*heads, heading_1="actual")["Xyzzy 2024"] == "actual 2024"
    assert taken(*heads, heading_1="plan")["Xyzzy 2024"] == "plan 2024"
    gone = chosen(*heads, heading_1="none")
    assert list(gone.columns) == ["Plan 2026"]
    assert [one.de for one in gone.notes] == [
        "keine Beträge eines Jahres, wie geantwortet, bleiben weg: Xyzzy 2024"
    ]


def test_years_behind_the_last_plan_are_plans() -> None:
    found = chosen("Ergebnis 2024", "Plan 2026", "2027", "2028")
    assert found.columns["2027"] == (2027, "plan") and found.columns["2028"] == (2028, "plan")
    assert [one.de for one in found.notes] == [
        "ohne Art, hinter dem letzten Ansatz: 2027, 2028 gelesen als Plan"
    ]
    assert [one[0] for one in asked("Plan 2026", "2025", "2027")] == ["last_result"], "one lies before it"
    same = chosen("Plan 2026", "2026", column_plan_2026="1")
    assert "ohne Art, hinter dem letzten Ansatz: 2026 gelesen als Plan" in [one.de for one in same.notes]


def test_six_bare_years_are_those_of_a_budget() -> None:
    years = [str(year) for year in range(2024, 2030)]
    found = chosen(*years)
    assert [kind for _, kind in found.columns.values()] == ["actual", *["plan"] * 5]
    assert [one.de for one in found.notes] == [
        "sechs Jahre ohne Art, wie sie ein Haushalt zeigt: 2024 Ergebnis, 2026 Haushaltsjahr"
    ]
    assert [one[0] for one in asked(*years[:5])] == ["last_result"]
    assert [one[0] for one in asked(*years, "2030")] == ["last_result"]
    assert [one[0] for one in asked(*years[:5], "2031")] == ["last_result"], "a year is missing"


def test_the_title_says_which_bare_years_are_results() -> None:
    found = chosen("2023", "2024", "2025", "2026", title="Haushaltsplan 2026")
    assert [kind for _, kind in found.columns.values()] == ["actual", "actual", "plan", "plan"]
    assert [one.de for one in found.notes] == [
        "Haushalt 2026 laut Titel: Ergebnisse bis 2024, danach Ansätze"
    ]
    assert asked("2023", "2024", title="Haushaltsplan 2026") == [], (
        "the year before last is the last that is closed"
    )
    assert [one[0] for one in asked("2022", "2023", title="Haushaltsplan 2026")] == ["last_result"]
    six = [str(year) for year in range(2024, 2030)]
    assert [kind for _, kind in chosen(*six, title="Haushaltsplan 2028").columns.values()][:4] == [
        "actual"
    ] * 3 + ["plan"]


def test_bare_years_of_which_nothing_is_said_are_asked_about() -> None:
    heads = ("2024", "2025")
    assert asked(*heads) == [("last_result", ["2023", "2024", "2025"], "2024")]
    assert [one[1].de for one in chosen(*heads).questions[0].options] == [
        "keines, alle sind Ansätze", "bis 2024 Ergebnis, danach Ansatz", "bis 2025 Ergebnis, danach Ansatz",
    ]  # fmt: skip
    assert taken(*heads) == {"2024": "actual 2024", "2025": "plan 2025"}
    assert taken(*heads, last_result="2023") == {"2024": "plan 2024", "2025": "plan 2025"}
    assert taken(*heads, last_result="2025") == {"2024": "actual 2024", "2025": "actual 2025"}


def test_an_amended_budget_holds_and_what_it_replaces_is_left_out() -> None:
    heads = ("Ansatz bisher 2026", "Nachtrag 2026", "Ansatz neu 2026", "Plan 2027")
    found = chosen(*heads)
    assert list(found.columns) == ["Ansatz neu 2026", "Plan 2027"] and found.questions == []
    assert [one.de for one in found.notes] == [
        "Nachtrag 2026: es gilt »Ansatz neu 2026«",
        "durch den Nachtrag überholt oder darin enthalten: Ansatz bisher 2026, Nachtrag 2026",
    ]
    assert list(taken("Ansatz neu 2026", "Plan 2027")) == ["Ansatz neu 2026", "Plan 2027"]
    both = chosen("Ansatz neu 2026", "Plan 2026", "Ansatz neu 2027", "Plan 2027")
    assert list(both.columns) == ["Ansatz neu 2026", "Ansatz neu 2027"]


def test_an_amendment_beside_a_budget_is_asked_about() -> None:
    heads = ("Ansatz 2026", "Nachtrag 2026", "Ergebnis 2024")
    later = asked(*heads, "Plan 2027")
    assert later == asked(*heads), "it amends the plan, also where later plans stand beside it"
    assert asked(*heads) == [("amendment_2026", ["add", "new", "none"], None)]
    assert "»Nachtrag 2026«" in chosen(*heads).questions[0].text.de
    assert list(taken(*heads)) == list(heads) == list(taken(*heads, amendment_2026="add"))
    assert list(taken(*heads, amendment_2026="new")) == ["Nachtrag 2026", "Ergebnis 2024"]
    assert list(taken(*heads, amendment_2026="none")) == ["Ansatz 2026", "Ergebnis 2024"]


def test_versions_of_one_year_are_asked_about() -> None:
    heads = ("Entwurf 2026", "Plan 2025", "Beschluss Plan 2026")
    assert asked(*heads) == [("column_plan_2026", ["1", "2"], None)]
    assert list(taken(*heads)) == ["Entwurf 2026", "Plan 2025"]
    assert list(taken(*heads, column_plan_2026="2")) == ["Plan 2025", "Beschluss Plan 2026"]
    assert notes(*heads, column_plan_2026="1") == [
        "andere Fassung desselben Jahres, bleibt weg: Beschluss Plan 2026"
    ]


def test_a_total_beside_its_parts_is_taken_alone() -> None:
    heads = ("Kern Plan 2026", "Betrieb Plan 2026", "Gesamt Plan 2026")
    amounts = {1: [1.0, 2.0], 2: [10.0, 20.0], 3: [11.0, 22.0]}
    said = {n: Heading("amount", 2026, "plan") for n in (1, 2, 3)}
    found = chosen(*said.values(), names=dict(enumerate(heads, start=1)), amounts=amounts)
    assert list(found.columns) == ["Gesamt Plan 2026"]
    assert [one.de for one in found.notes] == [
        "Teile einer Spalte mit der Summe, bleiben weg: Kern Plan 2026, Betrieb Plan 2026"
    ]
    none = asked(*said.values(), names=dict(enumerate(heads, start=1)), amounts={**amounts, 3: [11.0, 50.0]})
    assert none == [("column_plan_2026", ["1", "2", "3"], None)]
    two = asked(*list(said.values())[:2], names={1: "A", 2: "B"}, amounts={1: [5.0, 6.0], 2: [5.0, 6.0]})
    assert two == [("column_plan_2026", ["1", "2"], None)], "two equal columns are no total and part"
    equal = {1: [5.0, 6.0], 2: [5.0, 6.0], 3: [0.0, 0.0]}
    first = taken(*said.values(), names={1: "A", 2: "B", 3: "C"}, amounts=equal)
    assert list(first) == ["A"], "each of two equal columns is the total of the others: the first is taken"


def test_two_columns_of_one_heading_are_refused() -> None:
    one = Heading("amount", 2026, "plan")
    where, what = refused(one, one, "Plan 2027", names={1: "Plan 2026", 2: "Plan 2026 (2)"})
    assert (where, what) == ("x.csv: Zeile 2", "doppelte Spalten: plan 2026")
    later = Heading("amount", 2027, "plan")
    names = {1: "Plan 2026", 2: "Plan 2026 (2)", 3: "Plan 2027", 4: "Plan 2027 (2)"}
    assert refused(one, one, later, later, names=names)[1] == "doppelte Spalten: plan 2026, plan 2027"


def test_a_question_with_an_answer_is_not_open() -> None:
    found = Chosen()
    question = columns.Question("q", Text("?", "?"), (("a", Text("A", "A")), ("b", Text("B", "B"))), "b")
    assert found.ask(question, {"q": "a"}) == "a" and found.questions == []
    assert found.ask(question, {}) == "b" and found.questions == [question]
