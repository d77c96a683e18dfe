"""The path that the plan adds to a budget: beyond the first year, of known services, a Kreis before its levy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.planning.net_path import net_path

UNITS = pd.DataFrame(
    {"ags": ["05001", "05001001", "05101000"], "kind": ["kreis", "town", "kreisfreie_stadt"]}
)
YEARS = [2024, 2025, 2026]


def borne() -> dict[str, np.ndarray]:
    direct = np.zeros((3, 3, 2))
    direct[:, 0, 0], direct[:, 1, 0], direct[:, 2, 0] = (10, 12, 14), (10, 12, 14), (5, 5, 6)
    kreis = np.zeros((3, 3, 2))
    kreis[:, 0, 0], kreis[:, 1, 0] = (100, 103, 101), (100, 103, 101)
    direct[:, :2, 1], kreis[:, :2, 1] = np.nan, np.nan
    association = np.zeros((3, 3, 2))
    association[:, :, 0] = np.array([1, 2, 3])[:, None]
    association[:, :, 1] = 7.0
    return {
        "direct": direct,
        "through_kreis": kreis,
        "through_landschaftsverband": association,
        "net": direct + kreis + association,
    }


def test_only_what_comes_on_top_of_the_first_year_and_a_kreis_before_its_levy() -> None:
    table = net_path(borne(), UNITS, ["u3", "care"], YEARS).set_index(["ags", "year"])
    assert table["net_eur"].to_dict() == {
        ("05001", 2025): 4.0, ("05001", 2026): 3.0,
        ("05001001", 2025): 6.0, ("05001001", 2026): 7.0,
        ("05101000", 2025): 1.0, ("05101000", 2026): 3.0,
    }  # fmt: skip


def test_an_unknown_service_is_named_and_no_zero() -> None:
    parts = borne()
    table = net_path(parts, UNITS, ["u3", "care"], YEARS)
    assert table.groupby("ags")["services_unknown"].first().to_dict() == {
        "05001": "care", "05001001": "care", "05101000": "",
    }  # fmt: skip
    assert table.groupby("ags")["services_known"].first().tolist() == [1, 1, 2]
    gap = {name: part.copy() for name, part in parts.items()}
    for part in gap.values():
        part[1, 1, 0] = np.nan  # one year is enough to know nothing of the service
    unknown = net_path(gap, UNITS, ["u3", "care"], YEARS).query("ags == '05001001'")
    assert unknown["net_eur"].isna().all() and unknown["services_unknown"].eq("u3; care").all()
