import pandas as pd
import pytest

from dewak_research.data.catalogue import Table, table
from dewak_research.data.contracts import check, convert
from dewak_research.errors import InputError


def small(name: str) -> Table:
    return table(name).model_copy(update={"rows": None})


def population(**changed: list[object]) -> pd.DataFrame:
    columns: dict[str, list[object]] = {
        "ags": ["05111000", "05112000", "05113000"],
        "year": ["2009", "2009", "2009"],
        "population": ["586217", "491931", None],
    }
    return pd.DataFrame(columns | changed, dtype="str")


def payments(amounts: list[int]) -> pd.DataFrame:
    rows = [("311", "7331"), ("312", "7331"), ("999", "7331"), ("999", "7")]
    frame = pd.DataFrame(rows, columns=["product_group", "account"], dtype="str")
    frame.insert(0, "ags", pd.Series(["05111000"] * 4, dtype="str"))
    frame.insert(1, "year", pd.Series([2009] * 4, dtype="Int64"))
    return frame.assign(amount_eur=pd.Series(amounts, dtype="Int64"))


def read(frame: pd.DataFrame) -> pd.DataFrame:
    entry = small("town_population")
    return check(convert(frame, entry), entry)


def problems(frame: pd.DataFrame) -> list[str]:
    with pytest.raises(InputError) as found:
        read(frame)
    return [problem.render("en") for problem in found.value.problems]


def test_a_good_table_passes_and_keeps_the_gap_a_gap() -> None:
    frame = read(population())
    assert frame["population"].isna().tolist() == [False, False, True]


def test_a_missing_column_is_named() -> None:
    found = problems(population().drop(columns="year"))
    assert any("“year” is missing" in text for text in found)


def test_an_unknown_column_is_named() -> None:
    assert any("“extra” is unknown" in text for text in problems(population().assign(extra="1")))


def test_a_wrong_type_is_named_with_its_row() -> None:
    found = problems(population(population=["586217", "491.931,0", "12.5"]))
    assert len(found) == 1
    assert "population, Zeile/row 3, 4" in found[0]
    assert "'491.931,0'" in found[0]
    assert "integer" in found[0]


def test_a_duplicate_key_is_named() -> None:
    found = problems(population(ags=["05111000", "05111000", "05113000"]))
    assert "duplicate key: '05111000 2009'" in found[0]
    assert "row 2, 3" in found[0]


def test_all_violations_come_at_once() -> None:
    found = problems(
        population(
            ags=["5111000", "05112000", "05112000"], year=["2009", "1990", "1990"], population=["0", "1", "1"]
        )
    )
    text = "\n".join(found)
    assert "pattern" in text
    assert ">= 2008" in text
    assert ">= 1" in text
    assert "duplicate key" in text


def test_a_missing_value_in_a_required_column_is_named() -> None:
    assert "a value in every row" in problems(population(year=["2009", None, "2009"]))[0]


def test_a_wrong_number_of_rows_is_named() -> None:
    entry = table("town_population")
    with pytest.raises(InputError, match="3168 rows"):
        check(convert(population(), entry), entry)


def test_product_groups_that_add_up_pass() -> None:
    assert len(check(payments([1, 2, 3, 3]), small("booked_payments"))) == 4


@pytest.mark.parametrize(
    ("amounts", "message"),
    [([1, 2, 4, 4], "product groups do not add up"), ([1, 2, 3, 4], "accounts do not add up")],
)
def test_a_sum_that_does_not_add_up_is_named(amounts: list[int], message: str) -> None:
    with pytest.raises(InputError, match=message) as found:
        check(payments(amounts), small("booked_payments"))
    assert "05111000 2009" in found.value.render("en")
    assert "-1" in found.value.render("en")


def test_a_kreis_that_does_not_begin_the_key_is_named() -> None:
    entry = small("towns")
    row = {
        "ags": "05158004", "name": "Erkrath", "title": "Stadt", "area_km2": "26.89", "population_2021": "43882",
        "longitude": "6.9", "latitude": "51.2", "urbanisation": "dicht besiedelt", "kreis": "05162",
        "kreisfrei": "False",
    }  # fmt: skip
    with pytest.raises(InputError, match="Kreis does not fit"):
        check(convert(pd.DataFrame([row], dtype="str"), entry), entry)
