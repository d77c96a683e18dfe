"""Read the official tables under ``data/raw``."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from dewak_research.paths import RAW

_FILES = {
    "kreise": "inkar/kreise.csv",
    "kreise_panel": "inkar/kreise_panel.csv",
    "nrw_tax_panel": "inkar/nrw_tax_panel.csv",
    "nrw_unemployment": "inkar/nrw_unemployment.csv",
    "nrw_payments": "it_nrw/nrw_payments.parquet",
    "nrw_payments_suppressed": "it_nrw/nrw_payments_suppressed.csv",
    "nrw_balance_2009": "it_nrw/nrw_balance_2009.csv.gz",
    "nrw_balance_items": "it_nrw/nrw_balance_items.csv",
    "nrw_population": "regionalstatistik/nrw_population.csv",
    "nrw_age_2015": "regionalstatistik/nrw_age_2015.csv",
    "nrw_multipliers_2015": "regionalstatistik/nrw_multipliers_2015.csv",
    "nrw_gemeinden": "destatis/nrw_gemeinden.csv",
    "nrw_census_2022": "zensus_2022/nrw_census_2022.csv",
    "nrw_gisd": "rki/nrw_gisd.csv",
}
_TEXT = {"ags": str, "kreis": str, "item": str}


def read_table(name: str, raw: Path = RAW) -> pd.DataFrame:
    """Return one official table; keys are text, missing values are NA."""
    path = raw / _FILES[name]
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype=_TEXT)


def read_boundaries(name: str, raw: Path = RAW) -> gpd.GeoDataFrame:
    """Return boundaries (``kreise`` or ``nrw_gemeinden``), WGS 84."""
    return gpd.read_file(raw / "bkg" / f"{name}.geojson")
