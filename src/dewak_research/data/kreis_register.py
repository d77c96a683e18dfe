"""The register of the 400 Kreise and cities outside them in Germany, boundaries of 31 December 2021.

Göttingen holds Osterode am Harz, the Wartburgkreis holds Eisenach: the figures of before the reforms are those of
the publisher for these boundaries.
"""

from __future__ import annotations

import pandas as pd

from dewak_research.data.register import KINDS, LAND_NAMES, tidy_kreis_name
from dewak_research.rules import HOME

CITY_ENDS = "000"  #: a city outside Kreise is a Kreis of one municipality, whose key ends so
_TITLE = {"01": "Kreis", "05": "Kreis"}  #: by Land; in the others a Kreis is called Landkreis


def kreis_register(kreise: pd.DataFrame, municipalities: pd.Series) -> pd.DataFrame:
    """Return the register.

    Parameters
    ----------
    kreise : DataFrame
        ``kreise``: ags (five digits), name with its title.
    municipalities : Series of str
        Keys of all municipalities of Germany (eight digits); which Kreis is a city is read from them.

    Returns
    -------
    DataFrame
        ags (five digits), name, land (two digits), land_name, kind (``kreis`` or ``kreisfreie_stadt``), unit (key that
        its profile lies under: eight digits for a city of the Land of the report, else ``ags``); sorted by ags.
    """
    cities = set(municipalities[municipalities.str.endswith(CITY_ENDS)].str[:5])
    out = kreise[["ags", "name"]].sort_values("ags", ignore_index=True)
    city = out["ags"].isin(cities)
    out["land"] = out["ags"].str[:2]
    out["land_name"] = out["land"].map(LAND_NAMES)
    out["name"] = [
        name.split(",")[0] if of_city else tidy_kreis_name(name, _TITLE.get(land, "Landkreis"))
        for name, of_city, land in zip(out["name"], city, out["land"], strict=True)
    ]
    out["kind"] = city.map({True: KINDS[0], False: KINDS[2]})
    out["unit"] = out["ags"].where(~city | (out["land"] != HOME), out["ags"] + CITY_ENDS)
    return out
