"""Single units in depth: their fans and the probability of a threshold, several units side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from dewak_research.chapters.stress import MILLION, RUN_SOURCES, SAY, crisis_note, of_unit, unit_names
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots, Lines, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE
from dewak_research.page.texts import named

TRIGGERS = ("n1", "n2", "n3", "any")
FAN_MEASURES = ("result", "equity", "liquidity_credit")
BANDS = (("p5_eur", "p95_eur"), ("p25_eur", "p75_eur"))
HERTEN = "05562020"
_WARNING: dict[str, Any] = {"colour": PALETTE[1], "width": 1.6}


def _fan(
    rows: pd.DataFrame,
    language: Language,
    *more: Reference,
    height: float,
    columns: int = 1,
    amount: str = "",
) -> Drawing:
    """Draw half of all draws in the dark band, nine of ten in the light one, and name the ends."""
    amounts = [column for column in rows.columns if column.endswith("_eur")]
    shown = rows.assign(**{column: rows[column] / MILLION for column in amounts})
    first, last = int(rows["year"].min()), int(rows["year"].max())
    drawing = chart(
        shown,
        Lines("year", "p50_eur", bands=BANDS, marker=None, width=2),
        Reference(y=0),
        *more,
        language=language,
        x=Axis(limits=(first, last + 0.45 * columns), ticks=range(first, last + 1)),
        y=Axis(amount, ",.0f"),
        height=height,
        panel="title",
        columns=columns,
    )
    ends = shown[shown["year"] == last]
    for ax, row in zip(drawing.axes, ends.to_dict("records"), strict=True):
        for level in (5, 50, 95):
            ax.annotate(
                f"P{level}", (last, row[f"p{level}_eur"]), (5, 0), textcoords="offset points", va="center"
            )
    return drawing


def fan_chart(results: Results, language: Language, *ags: str) -> Figure:
    """Return fan charts of result, equity and liquidity credit of the units, one beside the other."""
    names = unit_names(results)
    rows = pd.concat([of_unit(results, "fan", each) for each in ags], ignore_index=True)
    known = rows[rows["p50_eur"].notna() & rows["measure"].isin(FAN_MEASURES)]
    places = [known["measure"].map(FAN_MEASURES.index), known["ags"].map(ags.index)]
    known = known.iloc[np.lexsort([known["year"], *places[::-1]])]
    several = len(ags) > 1
    titles = [
        f"{names[each]}\n{wrapped(label(f'stress_measure_{measure}', language), 22)}"
        if several
        else label(f"stress_measure_{measure}", language, with_unit=True)
        for each, measure in zip(known["ags"], known["measure"], strict=True)
    ]
    last = known[(known["measure"] == "result") & (known["year"] == known["year"].max())].set_index("ags")
    told = [
        SAY("stress_fan.each", language, unit=names[each], year=int(row["year"]), low=row["p5_eur"],
            middle=row["p50_eur"], high=row["p95_eur"])
        for each, row in last.to_dict("index").items()
    ]  # fmt: skip
    return SAY.figure(
        "stress_fan",
        _fan(
            known.assign(title=titles),
            language,
            height=(0.36 if several else 0.45) * known["measure"].nunique() + 0.1,
            columns=len(ags),
            amount=SAY("stress_fan.y", language) if several else "",
        ),
        rows,
        language,
        sources=RUN_SOURCES,
        of="_".join(ags),
        unit=", ".join(names[each] for each in ags),
        years=_years(results, ags),
        units=" ".join(told),
    )


def _years(results: Results, ags: Sequence[str]) -> str:
    """Name the booked years that the paths of the units start from, once where they are the same."""
    return "; ".join(
        dict.fromkeys(str(of_unit(results, "baseline", each)["years_used"].iloc[0]) for each in ags)
    )


def herten_before_after(results: Results, language: Language) -> Figure:
    """Return Herten's equity as the engine sees it from 2009, with what was published later."""
    rows = of_unit(results, "fan", HERTEN)
    equity = rows[rows["measure"] == "equity"]
    published = Reference(
        x=2013, text=SAY("stress_herten_before_after.published", language), style="--", **_WARNING
    )
    year = of_unit(results, "exhaustion", HERTEN)["overindebted_year"].iloc[0]
    title = label("stress_measure_equity", language, with_unit=True)
    drawing = _fan(equity.assign(title=title), language, published, height=0.75)
    return SAY.figure("stress_herten_before_after", drawing, equity, language, sources=RUN_SOURCES, year=year)


def probability_chart(results: Results, language: Language, *ags: str) -> Figure:
    """Return the probability that a threshold has been crossed up to each year, from rare to frequent crises."""
    names = unit_names(results)
    rows = pd.concat([of_unit(results, "trigger_probability", each) for each in ags], ignore_index=True)
    places = [rows["ags"].map(ags.index), rows["trigger"].map(TRIGGERS.index)]
    rows = rows.iloc[np.lexsort([rows["year"], *places[::-1]])].reset_index(drop=True)
    ends = rows[["probability", "frequency_low", "frequency_high"]]
    shown = rows.assign(low=ends.min(axis=1), high=ends.max(axis=1), unit=rows["ags"].map(names))
    drawing = chart(
        named(shown, language, trigger="stress_trigger_{}"),
        Dots("year", "probability", low="low", high="high", group="trigger", apart=0.12),
        language=language,
        x=Axis(ticks=sorted(rows["year"].unique())),
        y=Axis(spec=".0%", limits=(-0.03, 1.03)),
        height=0.75,
        panel="unit" if len(ags) > 1 else None,
        columns=len(ags),
        share="both",
    )
    last = rows[(rows["trigger"] == "any") & (rows["year"] == rows["year"].max())]
    told = [
        SAY("stress_probability.each", language, unit=names[row["ags"]], year=int(row["year"]),
            p=row["probability"])
        for row in last.to_dict("records")
    ]  # fmt: skip
    return SAY.figure(
        "stress_probability",
        drawing,
        rows,
        language,
        sources=RUN_SOURCES,
        of="_".join(ags),
        note=crisis_note(results, language),
        unit=", ".join(names[each] for each in ags),
        units=" ".join(told),
    )
