"""How far to trust it: skill, coverage, PIT of own taxes from all origins, and the date of the balance sheets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dewak_research.chapters.stress import MILLION, SAY, unit_names
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.marks import Bars, Lines, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE
from dewak_research.page.texts import named
from dewak_research.page.values import interval
from dewak_research.stress.rolling_origins import CANDIDATES, CHOSEN, LEVELS_PCT, NAIVE, WITHOUT_REVERSION

_TAX_SOURCES = ("tax_panel",)
_DRAWN = (CHOSEN, WITHOUT_REVERSION)


def _of_own_taxes(table: pd.DataFrame, language: Language, candidates: tuple[str, ...]) -> pd.DataFrame:
    """Rows of the sum of own taxes for some candidates in their order, with their names."""
    rows = table[table["target"].eq("own_taxes") & table["candidate"].isin(candidates)]
    rows = rows.sort_values("candidate", key=lambda column: column.map(candidates.index), kind="stable")
    return named(rows.assign(name=rows["candidate"]), language, name="stress_candidate_{}")


def skill_table(results: Results, language: Language) -> Table:
    """Return every candidate's lead over persistence and over the engine without own reversion, with intervals."""
    keys = ["target", "candidate"]
    skill = results["forecast_skill"]
    parts = {
        "persistence": skill[skill["reference"] == NAIVE],
        "no_reversion": skill[skill["reference"] == WITHOUT_REVERSION],
        "level": results["forecast_levels"],
    }
    frame = skill.drop_duplicates(keys)[[*keys, "score_eur_pc"]]
    for name, part in parts.items():
        ends = zip(part["skill_share"], part["skill_low_share"], part["skill_high_share"], strict=True)
        said = [
            SAY("stress_skill.value", language, share=value, interval=interval(low, high, "+.0%", language))
            for value, low, high in ends
        ]
        frame = frame.merge(part[keys].assign(**{name: said}), on=keys, how="left")
    frame = frame.fillna(dict.fromkeys(parts, SAY("itself", language)))
    place = frame["candidate"].map([*CANDIDATES, NAIVE].index)
    frame = frame.assign(place=place).sort_values(["target", "place"], ignore_index=True)
    return SAY.table("stress_skill", frame, language, sources=_TAX_SOURCES, **_run(results))


def coverage_figure(results: Results, language: Language) -> Figure:
    """Return the share of town-years inside the 50, 80 and 95 % bands by horizon, with and without own reversion."""
    table = _of_own_taxes(results["forecast_coverage"], language, _DRAWN)
    long = table.melt(
        ["name", "candidate", "horizon"],
        [f"inside_{level}_share" for level in LEVELS_PCT],
        var_name="band",
        value_name="share",
    )
    bands = {f"inside_{n}_share": SAY("stress_coverage.band", language, share=n / 100) for n in LEVELS_PCT}
    drawing = chart(
        long.assign(band=long["band"].map(bands)),
        Lines("horizon", "share", group="band"),
        *(Reference(y=level / 100, style="--") for level in LEVELS_PCT),
        language=language,
        x=Axis(SAY("stress_coverage.x", language), ticks=sorted(set(table["horizon"]))),
        y=Axis(SAY("stress_coverage.y", language), ".0%", limits=(0.3, 1.0)),
        height=1.0,
        panel="name",
        share="both",
        legend_columns=3,
    )
    held = table[table["horizon"] == table["horizon"].max()].set_index("candidate")["inside_80_share"]
    said: dict[str, Any] = {
        "years": int(table["horizon"].max()),
        "held": held[CHOSEN],
        "without": held[WITHOUT_REVERSION],
    }
    return SAY.figure("stress_coverage", drawing, long, language, sources=_TAX_SOURCES, **said)


def pit_figure(results: Results, language: Language) -> Figure:
    """Return the PIT histograms with and without own reversion: flat would be well calibrated."""
    table = _of_own_taxes(results["forecast_pit"], language, _DRAWN)
    drawing = chart(
        table.assign(tenth=table["pit_class"].astype(str)),
        Bars("tenth", "share", width=0.94),
        Reference(y=0.1, colour=PALETTE[1], width=1.6),
        language=language,
        x=Axis(SAY("stress_pit.x", language)),
        y=Axis(spec=".0%"),
        height=0.95,
        panel="name",
        share="both",
    )
    ends = [SAY("percent", language, share=share) for share in (0.0, 0.5, 1.0)]
    drawing.axes[-1].set_xticks(np.array([-0.5, 4.5, 9.5]), ends)
    upper = table[table["candidate"].eq(CHOSEN) & table["pit_class"].ge(5)]["share"].sum()
    return SAY.figure("stress_pit", drawing, table, language, sources=_TAX_SOURCES, upper=upper)


def origins_figure(results: Results, language: Language) -> Figure:
    """Return the mean CRPS of own taxes by year of origin for every candidate and persistence."""
    table = _of_own_taxes(results["forecast_origins"], language, (*CANDIDATES, NAIVE))
    drawing = chart(
        table,
        Lines("origin", "crps_eur_pc", group="name"),
        language=language,
        x=Axis(SAY("stress_origins.x", language), ticks=sorted(set(table["origin"]))[::3]),
        y=Axis(SAY("stress_origins.y", language), ",.0f", limits=(0, None)),
        height=0.85,
    )
    wide = table.pivot_table(index="origin", columns="candidate", values="crps_eur_pc")
    better = int((wide[CHOSEN] < wide[WITHOUT_REVERSION]).sum())
    return SAY.figure(
        "stress_origins", drawing, table, language, sources=_TAX_SOURCES, better=better, n=len(wide)
    )


def _run(results: Results) -> dict[str, Any]:
    return {str(name): int(value) for name, value in results["forecast_run"].iloc[0].items()}


def balance_date_table(results: Results, language: Language) -> Table:
    """Return the rise of liquidity credit to the end of 2010 in the cities, against what either date predicts."""
    frame = results["balance_date_cities"]
    frame["name"] = frame["ags"].map(unit_names(results))
    found = results["balance_date"].iloc[0]
    total = {name: found[name] for name in ("rise_eur", "predicted_2008_eur", "predicted_2009_eur")}
    total["name"] = SAY("stress_balance_date.all", language)
    frame = pd.concat([frame, pd.DataFrame([total])], ignore_index=True)
    for column in ("rise", "predicted_2008", "predicted_2009"):
        frame[f"{column}_eur_m"] = frame[f"{column}_eur"] / MILLION
    counts = results["balance_date_counts"].set_index("balance_date_flag")["units"]
    said: dict[str, Any] = {str(name): int(n) for name, n in counts.items()}
    return SAY.table(
        "stress_balance_date",
        frame,
        language,
        sources=["balance_sheets", "booked_payments", "kreise_panel"],
        n=int(found["cities"]),
        **said,
    )
