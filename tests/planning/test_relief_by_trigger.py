"""Which definition of a threshold gives what: the probability that a relief is told to move depends on it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.data.tables import with_official
from dewak_research.planning.measures import RAW_TABLES
from dewak_research.stress.one_unit import unit_shocks
from dewak_research.stress.run import prepare
from dewak_research.stress.what_if import with_interest

SCHWELM = "05954024"


def test_schwelm_at_two_euros_is_told_by_any_trigger_or_by_the_quarter_alone(
    tables: dict[str, pd.DataFrame],
) -> None:
    """Any trigger (the pages): 98.7 %, hardly moved. A loss of a quarter of the general reserve in one year (N1)
    alone, all draws counted alike, nominal euros: 83.5 % falls by about half a point, as an earlier text had it
    (83.6 → 83.1). Two years of a twentieth each (N2) decide nearly always; using up the reserve (N3) half the time.
    """
    run = prepare(with_official(dict(tables), RAW_TABLES), StressParams(draws=4_000), 20260101)
    unit = unit_shocks(run, SCHWELM, 4_000)
    people = float(run.table.set_index("ags").loc[SCHWELM, "population"])
    relief = with_interest(np.full(5, 2.0 * people), unit.settings.borrowing_rate_share)
    found = {}
    for name, change in (("without", np.zeros(5)), ("with", relief)):
        triggers = unit.walk(change).triggers
        flags = {"n1": triggers.n1, "n2": triggers.n2, "n3": triggers.n3, "any": triggers.any_year}
        found[name] = {key: 100 * float(flag.any(axis=0).mean()) for key, flag in flags.items()}
    without, relieved = pd.Series(found["without"]), pd.Series(found["with"])
    assert without["any"] > 98 and without["any"] - relieved["any"] < 0.2
    assert abs(without["n1"] - 83.6) < 1.0 and abs(without["n1"] - relieved["n1"] - 0.5) < 0.2
    assert without["n2"] > 98 and 48 < without["n3"] < 55, "no other single trigger gives it"
