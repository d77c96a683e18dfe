"""The path that the plan adds to a budget: beyond what the budget holds, of known services, a Kreis before its levy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning.net_path import net_path
from dewak_research.planning.rates import SERVICES

YEARS = [2024, 2025, 2026]
FOUND, OTHER = "childcare_u3", "care_residential"


def rows(ags: str, service: str, direct: list[float], kreis: list[float], above: list[float]) -> pd.DataFrame:
    table = pd.DataFrame(
        {"ags": ags, "year": YEARS, "service": service, "direct_eur": direct, "through_kreis_eur": kreis,
         "through_landschaftsverband_eur": above}
    )  # fmt: skip
    return table.assign(
        net_eur=table[["direct_eur", "through_kreis_eur", "through_landschaftsverband_eur"]].sum(axis=1)
    )


def costs() -> pd.DataFrame:
    parts = [
        rows("05001001", FOUND, [10, 12, 14], [100, 103, 101], [1, 2, 3]),
        rows("05001", FOUND, [10, 12, 14], [100, 103, 101], [1, 2, 3]),
        rows("05101000", FOUND, [5, 5, 6], [0, 0, 0], [1, 2, 3]),
        rows("05101000", OTHER, [20, 20, 20], [0, 0, 0], [0, 0, 0]),
    ]
    return pd.concat(parts, ignore_index=True).sample(frac=1, random_state=1)


def test_only_what_comes_on_top_and_a_kreis_before_its_levy() -> None:
    table = net_path(costs(), 0.0).set_index(["ags", "year"])
    assert table["net_eur"].to_dict() == {
        ("05001", 2025): 4.0, ("05001", 2026): 3.0,
        ("05001001", 2025): 6.0, ("05001001", 2026): 7.0,
        ("05101000", 2025): 1.0, ("05101000", 2026): 3.0,
    }  # fmt: skip
    assert table["net_first_eur"].groupby("ags").first().to_dict() == {
        "05001": 101.0, "05001001": 111.0, "05101000": 26.0,
    }  # fmt: skip


def test_what_grows_with_the_budget_is_in_the_budget_already() -> None:
    flat = rows("05101000", FOUND, [100, 102, 104.04], [0, 0, 0], [0, 0, 0])
    assert net_path(flat, 0.02)["net_eur"].tolist() == pytest.approx([0.0, 0.0])
    slow = rows("05101000", FOUND, [100, 100, 110], [0, 0, 0], [0, 0, 0])
    assert net_path(slow, 0.02)["net_eur"].tolist() == pytest.approx([-2.0, 5.96])


def test_an_unknown_service_is_named_and_no_zero() -> None:
    table = net_path(costs(), 0.0).groupby("ags").first()
    assert table["services_known"].to_dict() == {"05001": 1, "05001001": 1, "05101000": 2}
    assert (
        OTHER in table.loc["05001", "services_unknown"]
        and OTHER not in table.loc["05101000", "services_unknown"]
    )
    assert len(table.loc["05101000", "services_unknown"].split("; ")) == len(SERVICES) - 2
    gap = costs()
    gap.loc[(gap["ags"] == "05101000") & (gap["year"] == 2025) & (gap["service"] == OTHER), "net_eur"] = (
        np.nan
    )
    one = net_path(gap, 0.0).query("ags == '05101000'")
    assert one["net_first_eur"].tolist() == [6.0, 6.0] and one["services_known"].eq(1).all()
    absent = gap[~((gap["service"] == OTHER) & (gap["year"] == 2026))]
    assert net_path(absent, 0.0).query("ags == '05101000'")["services_known"].eq(1).all()
    lost = costs().assign(net_eur=np.nan)
    assert set(net_path(lost, 0.0)["ags"]) == {"05001"}, "a Kreis bears its parts, not the sum of its towns"
