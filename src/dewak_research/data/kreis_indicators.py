"""What is published of all 400 Kreise and cities outside them in Germany: one catalogue, one long table.

Figures of one subject from several tables stand in one series where they overlap or follow each other closely
(`tests/data/test_kreis_indicators.py`). Boundaries of 31 December 2021 (`kreis_register`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dewak_research.data.indicators import AGE_GROUPS
from dewak_research.rules.dated import values

Unit = Literal[
    "persons", "per_km2", "percent", "per_100", "per_1k", "per_10k", "eur_per_inhabitant", "eur_per_month",
    "eur_per_m2", "keur_per_inhabitant",
]  # fmt: skip
Theme = Literal["people", "work", "housing_cost", "security", "children", "care", "money"]
CITY_STATES = ("02", "04", "11")
"""Länder that are municipalities at once: their 0 of a municipal figure means that it is not shown separately."""


@dataclass(frozen=True)
class KreisIndicator:
    """One published figure of the Kreise.

    Parameters
    ----------
    key : str
        Its name in the table; its label is `label_key`.
    theme : str
        Subject it stands under; its label is ``kreis_theme_<theme>``.
    unit : str
        Unit of the value.
    years : str
        Years in the table, gaps not named.
    spec : str
        Python's format.
    sources : tuple of str
        Names of the catalogue of tables; empty where it is law (``rules``).
    municipal : bool
        A figure of municipal budgets, which the city states do not show separately.
    headline : bool
        Stands beside the peers on the profile; the others are in its data only.
    """

    key: str
    theme: Theme
    unit: Unit
    years: str
    spec: str
    sources: tuple[str, ...]
    municipal: bool = False
    headline: bool = True

    @property
    def label_key(self) -> str:
        """Return the key of its name in the label registry."""
        return f"kreis_{self.key}"


_PANEL, _ATLAS, _AGE, _WORK, _DEBT = (
    "kreise_panel", "kreise_atlas_2022", "kreise_age", "kreise_unemployment", "kreise_debt_2023",
)  # fmt: skip
KREIS_INDICATORS: tuple[KreisIndicator, ...] = (
    KreisIndicator("population", "people", "persons", "1995–2024", ",.0f", (_PANEL, _AGE), headline=False),
    KreisIndicator("density_per_km2", "people", "per_km2", "1996–2022", ",.0f", (_PANEL,), headline=False),
    KreisIndicator("age_under18_pct", "people", "percent", "2022–2024", ".1f", (_ATLAS, _AGE)),
    KreisIndicator("age_65plus_pct", "people", "percent", "1995–2024", ".1f", (_PANEL, _AGE)),
    KreisIndicator("age_75plus_pct", "people", "percent", "2023–2024", ".1f", (_AGE,), headline=False),
    KreisIndicator("foreign_pct", "people", "percent", "1995–2022", ".1f", (_PANEL,)),
    KreisIndicator("unemployment_pct", "work", "percent", "1998–2025", ".1f", (_PANEL, _ATLAS, _WORK)),
    KreisIndicator("longterm_unemployed_pct", "work", "percent", "1995–2025", ".1f", (_PANEL, _WORK)),
    KreisIndicator("gdp_keur_pc", "work", "keur_per_inhabitant", "1995–2021", ".1f", (_PANEL,), headline=False),
    KreisIndicator(
        "household_income_eur_pc_month", "work", "eur_per_month", "2000–2021", ",.0f", (_PANEL, _WORK)
    ),
    KreisIndicator("asking_rent_eur_m2", "housing_cost", "eur_per_m2", "2010–2022", ".2f", (_PANEL,)),
    KreisIndicator("kdu_eur_pc", "housing_cost", "eur_per_inhabitant", "2008–2022", ",.0f", (_PANEL,)),
    KreisIndicator(
        "housing_benefit_eur_per_unit_month", "housing_cost", "eur_per_month", "2008–2022", ",.0f", (_PANEL,)
    ),
    KreisIndicator(
        "persons_in_benefit_units_per_1k", "housing_cost", "per_1k", "2007–2022", ".1f", (_PANEL,)
    ),
    KreisIndicator(
        "benefit_units_1_person_pct", "housing_cost", "percent", "2007–2022", ".1f", (_PANEL,), headline=False
    ),
    KreisIndicator(
        "benefit_units_5plus_pct", "housing_cost", "percent", "2007–2022", ".1f", (_PANEL,), headline=False
    ),
    KreisIndicator("kdu_federal_share_pct", "housing_cost", "percent", "2017–2026", ".1f", (), headline=False),
    KreisIndicator("sgb2_rate_pct", "security", "percent", "2010–2021", ".1f", (_PANEL,)),
    KreisIndicator("minimum_security_pct", "security", "percent", "2011–2022", ".1f", (_PANEL, _ATLAS)),
    KreisIndicator("old_age_basic_security_pct", "security", "percent", "2008–2022", ".1f", (_PANEL,)),
    KreisIndicator("children_in_benefit_units_pct", "security", "percent", "2022", ".1f", (_ATLAS,)),
    KreisIndicator("childcare_under3_pct", "children", "percent", "2006–2022", ".1f", (_PANEL, _ATLAS)),
    KreisIndicator("childcare_3to6_pct", "children", "percent", "2006–2022", ".1f", (_PANEL, _ATLAS)),
    KreisIndicator("childcare_6to10_pct", "children", "percent", "2022", ".1f", (_ATLAS,), headline=False),
    KreisIndicator("care_dependency_per_100", "care", "per_100", "2009–2021", ".1f", (_PANEL,)),
    KreisIndicator("care_residential_pct", "care", "percent", "2021", ".1f", (_ATLAS,), headline=False),
    KreisIndicator("care_home_places_per_10k", "care", "per_10k", "2003–2021", ".0f", (_PANEL,)),
    KreisIndicator("tax_capacity_eur_pc", "money", "eur_per_inhabitant", "1995–2019", ",.0f", (_PANEL,)),
    KreisIndicator("trade_tax_eur_pc", "money", "eur_per_inhabitant", "1995–2019", ",.0f", (_PANEL,)),
    KreisIndicator(
        "income_tax_share_eur_pc", "money", "eur_per_inhabitant", "1995–2019", ",.0f", (_PANEL,), headline=False
    ),
    KreisIndicator(
        "vat_share_eur_pc", "money", "eur_per_inhabitant", "1998–2019", ",.0f", (_PANEL,), headline=False
    ),
    KreisIndicator(
        "key_grants_eur_pc", "money", "eur_per_inhabitant", "2000–2017", ",.0f", (_PANEL,), True, headline=False
    ),
    KreisIndicator("core_debt_eur_pc", "money", "eur_per_inhabitant", "2010–2023", ",.0f", (_PANEL, _DEBT), True),
    KreisIndicator(
        "liquidity_credit_eur_pc", "money", "eur_per_inhabitant", "2010–2023", ",.0f", (_PANEL, _ATLAS, _DEBT), True
    ),
)  # fmt: skip
_OTHER_NAMES = {"care_dependency_per_10k": "care_dependency_per_100"}
"""Columns of the panel whose values are per 100, other than their name says."""
_OF_ATLAS = {
    2021: {"care_residential_2021_pct": "care_residential_pct"},
    2022: {
        "age_under18_2022_pct": "age_under18_pct",
        "minimum_security_2022_pct": "minimum_security_pct",
        "children_under15_in_benefit_units_2022_pct": "children_in_benefit_units_pct",
        "childcare_under3_2022_pct": "childcare_under3_pct",
        "childcare_3to5_2022_pct": "childcare_3to6_pct",
        "childcare_6to10_2022_pct": "childcare_6to10_pct",
        "liquidity_credit_2022_eur_pc": "liquidity_credit_eur_pc",
    },
    2023: {"unemployment_2023_pct": "unemployment_pct"},
}
_KEY_GRANTS = range(2000, 2018)
"""Years before lie without some Länder; in 2018 and 2019 several Länder show but a part (medians fall to a third)."""
INCOME_YEAR = 2021


def kreis_indicator(key: str) -> KreisIndicator:
    """Return one indicator by its key."""
    return next(indicator for indicator in KREIS_INDICATORS if indicator.key == key)


def _long(wide: pd.DataFrame, year: pd.Series[int] | int) -> pd.DataFrame:
    """Turn one column per indicator (index ags) into rows; unknown values are left out."""
    known = [indicator.key for indicator in KREIS_INDICATORS if indicator.key in wide]
    rows = wide[known].assign(year=year).reset_index()
    return rows.melt(["ags", "year"], var_name="indicator").dropna(subset="value")


def _panel(panel: pd.DataFrame) -> pd.DataFrame:
    wide = panel.rename(columns=_OTHER_NAMES).set_index("ags")
    years = wide.pop("year")
    wide["key_grants_eur_pc"] = wide["key_grants_eur_pc"].where(years.isin(_KEY_GRANTS))
    return _long(wide, years)


def _ages(age: pd.DataFrame) -> pd.DataFrame:
    counted = age.groupby(["ags", "year", "age"])["persons"].sum().unstack("age")  # noqa: PD010
    people = counted.sum(axis=1)
    shares = {
        "age_under18_pct": AGE_GROUPS["0–17"],
        "age_65plus_pct": (*AGE_GROUPS["65–74"], *AGE_GROUPS["75+"]),
        "age_75plus_pct": AGE_GROUPS["75+"],
    }
    wide = pd.DataFrame(
        {key: 100.0 * counted[list(ages)].sum(axis=1) / people for key, ages in shares.items()}
    )
    wide = wide.assign(population=people.astype(float)).reset_index("year")
    return _long(wide.drop(columns="year"), wide["year"])


def _work(work: pd.DataFrame) -> pd.DataFrame:
    found = work.set_index("ags")
    longterm = 100.0 * found["long_term_unemployed"] / found["unemployed"]
    income = pd.DataFrame({"household_income_eur_pc_month": found["household_income_2021_eur_pc"] / 12})
    now = found[["unemployment_pct"]].assign(longterm_unemployed_pct=longterm)
    return pd.concat([_long(now, found["year"]), _long(income, INCOME_YEAR)])


def _federal_shares(keys: pd.Series[str]) -> pd.DataFrame:
    """Return the share of housing cost that the Federation pays in the Land of each Kreis."""
    parts = []
    for found in values("kdu_federal_share"):
        if found.key == "share" and found.valid_from is not None and found.valid_from == found.valid_to:
            shares = keys.str[:2].map(found.value).astype(float)
            wide = pd.DataFrame(
                {"kdu_federal_share_pct": 100.0 * shares.to_numpy()}, index=pd.Index(keys, name="ags")
            )
            parts.append(_long(wide, found.valid_from))
    return pd.concat(parts)


def kreis_indicators(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the figures of every Kreis and year.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``kreise``, the official tables of the catalogue that the indicators name, and ``kdu`` (ags, year, kdu_eur_pc).

    Returns
    -------
    DataFrame
        ags (five digits), indicator (a key of `KREIS_INDICATORS`), year, value (in the unit of the catalogue); known
        values only, sorted by ags, by the order of the catalogue and by year. Municipal figures of the city states are
        left out.
    """
    kdu, atlas, debt = tables["kdu"].set_index("ags"), tables[_ATLAS].set_index("kreis"), tables[_DEBT]
    atlas.index.name = "ags"
    debts = debt.rename(columns={"kreis": "ags"}).set_index("ags")
    parts = [
        _panel(tables[_PANEL]),
        _long(kdu[["kdu_eur_pc"]], kdu["year"]),
        *(_long(atlas[list(names)].rename(columns=names), year) for year, names in _OF_ATLAS.items()),
        _ages(tables[_AGE]),
        _work(tables[_WORK]),
        _long(debts[["core_debt_eur_pc", "liquidity_credit_eur_pc"]], debts["year"]),
        _federal_shares(tables["kreise"]["ags"]),
    ]
    whole = pd.concat(parts, ignore_index=True)
    municipal = {indicator.key for indicator in KREIS_INDICATORS if indicator.municipal}
    of_city_state = whole["ags"].str[:2].isin(CITY_STATES) & whole["indicator"].isin(municipal)
    order = {indicator.key: place for place, indicator in enumerate(KREIS_INDICATORS)}
    out = whole[~of_city_state].astype({"year": "int64", "value": "float64"})
    out = out.assign(order=out["indicator"].map(order)).sort_values(
        ["ags", "order", "year"], ignore_index=True
    )
    return out[["ags", "indicator", "year", "value"]]
