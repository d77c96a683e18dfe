"""Tables on sites: what every place of a case brings (C7, C8), and the ranking of the models with and without it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dewak_research.chapters.cases.figures import SAY, names, of_case, place
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.results import Cells, Results
from dewak_research.page.values import number, pct


def _range(table: pd.DataFrame, name: str, language: Language) -> list[str]:
    """Write the ends of a result: persons as numbers, shares as per cent."""
    ends = table[[f"{name}_low", f"{name}_high"]].itertuples(index=False, name=None)
    written = (
        (pct(end, language, 0) if "share" in name else number(end, language) for end in pair) for pair in ends
    )
    return ["–".join(dict.fromkeys(pair)) for pair in written]


def gains_table(results: Results, language: Language, case: str) -> Table:
    """Return what every place brings: persons newly reached, their share in deprived districts, the mean way."""
    table, summary = of_case(results, "site_gains", case), Cells(results).site_summary(case=case)
    shown = table.assign(
        gained_range=_range(table, "persons_gained", language),
        deprived_range=_range(table, "deprived_share", language),
        way=[f"{number(way, language, 1)} {summary.unit}" for way in table["mean_way"]],
    )
    reach = [
        f"{number(getattr(summary, name), language, 2)} {summary.unit}"
        for name in ("reach_low", "reach_high")
    ]
    said: dict[str, Any] = {"low": reach[0], "high": reach[1], "case": place(results, case, language)}
    return SAY.table("site_gains", shown, language, of=case, **said)


def ranking_table(results: Results, language: Language, case: str) -> Table:
    """Return rank and share of weightings of every model, with and without its site."""
    table, models = of_case(results, "site_ranking", case), names(results, "model", language)
    shown = table.assign(model=table["model"] + " " + table["model"].map(models))
    return SAY.table("site_ranking", shown, language, of=case, case=place(results, case, language))
