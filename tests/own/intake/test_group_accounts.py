"""Groups of accounts (4, 40, 401) among their accounts: totals where they add up, asked about where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.mapping import dump_map, load_map
from dewak_research.own.intake.understood import Understood, understand

KEY = "05999000"
LEAVES = {"4012": 3, "4013": 20, "4111": 15, "5012": 18, "5013": 2}
RIGHT = {"01": 23e6, "02": 15e6, "11": 20e6}
GROUPS = {
    "two digits": {"40": 23, "41": 15, "50": 20},
    "one digit": {"4": 38, "5": 20},
    "three digits": {"401": 23, "411": 15, "501": 20},
    "all levels": {"4": 38, "40": 23, "401": 23, "41": 15, "411": 15, "5": 20, "50": 20, "501": 20},
    "with zeros beside": {"4": 38, "4000": 38, "40": 23, "5": 20, "5000": 20},
}


def read(folder: Path, text: str, answers: dict[str, str] | None = None) -> Understood:
    path = folder / "konten.csv"
    path.write_text(text, encoding="utf-8")
    return understand(path, KEY, answers=answers)


def table(rows: dict[str, int], products: tuple[str, ...] = ()) -> str:
    """Return accounts in the order of their numbers, their groups before them, for one or several products."""
    head = "Konto;Bezeichnung;Ansatz 2026"
    body = [f"{account};Name {account};{value}.000.000" for account, value in sorted(rows.items())]
    if not products:
        return "\n".join([head, *body])
    return "\n".join([f"Produkt;{head}", *(f"{product};{row}" for product in products for row in body)])


def found(understood: Understood) -> dict[str, float]:
    return understood.figures.set_index("line")["value"].to_dict()


@pytest.mark.parametrize("name", GROUPS)
def test_groups_that_add_up_are_totals(name: str, tmp_path: Path) -> None:
    understood = read(tmp_path, table({**LEAVES, **GROUPS[name]}))
    assert not understood.questions and found(understood) == RIGHT
    assert not len(understood.unmapped)
    said = "\n".join(note.en for note in understood.notes)
    assert all(f"{group} Name {group}" in said for group in GROUPS[name])


@pytest.mark.parametrize("name", GROUPS)
def test_groups_within_products(name: str, tmp_path: Path) -> None:
    understood = read(tmp_path, table({**LEAVES, **GROUPS[name]}, ("0101 Rat", "0102 Amt")))
    assert found(understood) == {line: 2 * value for line, value in RIGHT.items()}


@pytest.mark.parametrize("group", ["40", "401"])
def test_groups_that_do_not_add_up_are_asked_about(group: str, tmp_path: Path) -> None:
    text = table({**LEAVES, group: 25, "50": 20})
    asked = read(tmp_path, text)
    (question,) = asked.questions
    assert (question.key, question.default) == ("groups", None) and asked.figures.empty
    assert f"{group}: printed 25,000,000, the accounts below add up to 23,000,000" in question.text.en
    assert f"{group}: gedruckt 25.000.000, die Konten darunter ergeben 23.000.000" in question.text.de
    left = read(tmp_path, text, {"groups": "total"})
    assert found(left) == RIGHT
    assert left.mapping is not None and load_map(dump_map(left.mapping), "m.yaml").totals == (group,)
    assert found(read(tmp_path, text, {"groups": "account"})) == {**RIGHT, "01": 48e6}


def test_an_account_and_its_parts(tmp_path: Path) -> None:
    rows = {"401200": 3, "40120010": 1, "40120020": 2, "401300": 20, "411100": 15, "501200": 20}
    assert found(read(tmp_path, table(rows))) == RIGHT
    assert [q.key for q in read(tmp_path, table({**rows, "40120020": 1})).questions] == ["groups"]


def test_groups_of_three_digits_alone_are_read(tmp_path: Path) -> None:
    rows = {"401": 20, "402": 3, "411": 15, "501": 18, "502": 2}
    assert found(read(tmp_path, table(rows).replace("Konto;", "Kontengruppe;"))) == RIGHT


def test_groups_of_two_digits_alone_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="only groups of accounts") as refused:
        read(tmp_path, table({"40": 23, "41": 15, "50": 20}))
    assert "mit den Konten ausgeben lassen" in refused.value.problems[0].next_step.de


@pytest.mark.parametrize(
    ("printed", "account"),
    [
        ("4013 0000", "40130000"), ("01.01.01.401300", "401300"), ("0101-401300", "401300"), ("4013.00", "401300"),
        ("1.12.5011/5012", "5012"), ("401300", "401300"), ("1.9000.0000", "1.9000.0000"),
        ("0.4640.4140", "0.4640.4140"), ("01.01.01", "01.01.01"), ("Summe", "Summe"),
    ],
)  # fmt: skip
def test_the_account_in_a_key(printed: str, account: str) -> None:
    assert plain_account(printed) == account


@pytest.mark.parametrize("before", ["01.01.01.", "0101/", "P0101-"])
def test_accounts_behind_products_are_read(before: str, tmp_path: Path) -> None:
    rows = [
        f"{before}{account}00;Gewerbesteuer {account};{value}.000.000" for account, value in LEAVES.items()
    ]
    rows += [row.replace("01", "02", 1) for row in rows]
    taken = read(tmp_path, "\n".join(["Sachkonto;Bezeichnung;Ansatz 2026", *rows]), {"chart": "05"})
    assert found(taken) == {line: 2 * value for line, value in RIGHT.items()}
    assert taken.mapping is not None
    (tmp_path / "m.yaml").write_text(dump_map(taken.mapping), encoding="utf-8")
    assert found(understand(tmp_path / "konten.csv", KEY, tmp_path / "m.yaml")) == found(taken)
