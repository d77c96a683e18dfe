"""Where nobody knows who runs a youth office, it is said of how many towns and Kreise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.data.youth_office import office_gaps


def test_a_kreis_is_open_once_however_many_of_its_towns_are() -> None:
    offices = pd.DataFrame(
        {
            "ags": ["05111000", "05154", "05154004", "05154008", "05158", "05158004", "05162", "05162004"],
            "youth_office": [1.0, 1.0, np.nan, np.nan, 1.0, 0.0, 1.0, np.nan],
        }
    )
    assert office_gaps(offices).iloc[0].to_dict() == {"towns_open": 3, "kreise_open": 2, "kreise": 3}


def test_none_is_open_where_all_are_known() -> None:
    offices = pd.DataFrame({"ags": ["05154", "05154004"], "youth_office": [1.0, 0.0]})
    assert office_gaps(offices).iloc[0].to_dict() == {"towns_open": 0, "kreise_open": 0, "kreise": 1}
