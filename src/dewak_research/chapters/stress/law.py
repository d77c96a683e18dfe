"""The law on the page: rule sets by year, unverified values, published facts and the plan of Ostbevern."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dewak_research.chapters.stress import RUN_SOURCES, SAY
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars
from dewak_research.page.parameter_names import parameter_name
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE
from dewak_research.page.values import date, number, pct
from dewak_research.rules import HOME, Value, land, rule_set, unverified

_LAW_ROWS = (
    "reserve_cap",
    "carry_forward_years",
    "minderaufwand_cap_share",
    "n1_share",
    "n1_scope",
    "n2_share",
    "n3_wording",
    "n4_supervisor_may_demand",
    "duty_with_accounts",
    "restoration_years",
    "hsk_rebuilds_equity",
    "kreis_clears_overindebtedness",
)
_DATES = ("budget_freeze_date",)
_MOST_ASSUMPTIONS = 8  #: in the picture; the table holds all


def _plain(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return label("law_yes" if value else "law_no", language)
    if isinstance(value, str):
        return label(f"law_{value}", language)
    if isinstance(value, list):
        return "; ".join(_plain(v, language) for v in value)
    if isinstance(value, dict):
        ends = (_plain(end, language) for end in (min(value.values()), max(value.values())))
        return SAY("law_by_part", language, **dict(zip(("low", "high"), ends, strict=True)))
    return number(value, language, 0 if float(str(value)).is_integer() else 2)


def _law_cell(found: Value | None, language: Language) -> str:
    if found is None:
        return "–"
    if isinstance(found.value, bool | str):
        text = _plain(found.value, language)
    elif found.unit == "share":
        text = pct(found.value, language, 0)
    else:
        text = SAY("law_years", language, n=found.value)
    return text if found.verified else SAY("law_unverified_mark", language, value=text)


def rule_sets_table(language: Language) -> Table:
    """Return §§ 75, 76 GO NRW by rule set, one column each; unverified values carry a star."""
    sets = [rule_set(name) for name in land(HOME).rule_sets]
    titles = {v.key: v.title[language] for v in land(HOME).values("budget_law")}
    frame = pd.DataFrame({SAY("law_rule_sets.rule", language): [titles[key] for key in _LAW_ROWS]})
    for rules in sets:
        frame[str(rules.valid_from)] = [_law_cell(rules.values.get(key), language) for key in _LAW_ROWS]
    sources = sorted({s.id for v in land(HOME).values("budget_law") for s in v.sources if s.id != "METHODS"})
    starred = not all(
        found.verified for rules in sets for key in _LAW_ROWS if (found := rules.values.get(key))
    )
    note = SAY("law_rule_sets.starred", language) if starred else ""
    return SAY.table("law_rule_sets", frame, language, sources=sources, labels=False, note=note)


def _period(found: Value, language: Language) -> str:
    low, high = found.valid_from, found.valid_to
    if low is not None and low == high:
        return str(low)
    key = "always" if low is None else "from" if high is None else "from_to"
    return SAY(f"law_period_{key}", language, low=str(low), high=str(high))


def unverified_table(language: Language, *names: str) -> Table:
    """Return every value of the rules that was not read at its source; published facts stand in tables of their own."""
    found = [v for v in unverified(*names) if "/facts/" not in v.document]
    rows = [
        {
            "law_parameter": v.title[language],
            "law_value": _plain(v.value, language),
            "law_period": _period(v, language),
            "law_tag": v.tag,
            "certainty": v.certainty,
            "law_file": f"rules/{v.document}.yaml",
        }
        for v in found
    ]
    sources = sorted({s.id for v in found for s in v.sources})
    return SAY.table(
        "law_unverified", pd.DataFrame(rows), language, sources=sources, labelled={"certainty": "{}"}
    )


def sensitivity_table(results: Results, language: Language) -> Table:
    """Return how many lights change if one unverified parameter has the smallest or largest value of its range."""
    frame = results["lights_by_parameter"]
    frame["name"] = [parameter_name(str(key), language) for key in frame["parameter"]]
    frame["range"] = [
        SAY(
            "stress_sensitivity.range",
            language,
            low=_plain(float(low), language),
            high=_plain(float(high), language),
        )
        for low, high in zip(frame["low"], frame["high"], strict=True)
    ]
    return SAY.table("stress_sensitivity", frame, language, sources=RUN_SOURCES, n=len(frame))


def sensitivity_figure(results: Results, language: Language) -> Figure:
    """Return the assumptions that change most lights, by the number of lights at either end of the range."""
    table = results["lights_by_parameter"]
    most = table[table["units"] > 0].head(_MOST_ASSUMPTIONS)
    long = most.melt("parameter", ["units_low", "units_high"], var_name="end", value_name="lights")
    names = {key: parameter_name(key, language) for key in most["parameter"]}
    ends = {end: SAY(f"stress_tornado.{end}", language) for end in ("units_low", "units_high")}
    drawing = chart(
        long.assign(name=long["parameter"].map(names), end=long["end"].map(ends)),
        Bars("lights", "name", group="end", values=",.0f", colours=(PALETTE[5], PALETTE[0])),
        language=language,
        x=Axis(
            SAY("stress_tornado.x", language), ",.0f", (0, None), range(0, int(long["lights"].max()) + 5, 5)
        ),
        y=Axis(wrap=26),
        height=1.0,
        legend_columns=2,
    )
    counts = results["light_counts"].set_index("light")["units"]
    return SAY.figure(
        "stress_tornado",
        drawing,
        most,
        language,
        sources=RUN_SOURCES,
        first=names[most["parameter"].iloc[0]],
        lights=int(most["units"].iloc[0]),
        known=int(counts["known"]),
    )


def _size(value: float, unit: str, language: Language, digits: int = 2) -> str:
    shown = 100 * value if unit == "share" else value
    return SAY(f"fact_{unit}", language, n=number(shown, language, digits))


def _fact_cell(found: Value, language: Language) -> str:
    value = found.value
    if found.key in _DATES:
        return date(value, language)
    if found.unit == "date":
        return str(value)
    whole = 0 if float(value).is_integer() else 1
    return _size(value, found.unit, language, 2 if found.unit in ("share", "points") else whole)


def facts_table(name: str, language: Language) -> Table:
    """Return the published figures of a model municipality ("herten" or "en_kreis") with their sources."""
    found = land(HOME).values(f"facts/{name}")
    rows = [
        {
            "year": v.valid_from,
            "fact_title": v.title[language],
            "fact_value": _fact_cell(v, language),
            "certainty": v.certainty,
            "fact_source": ", ".join(s.id for s in v.sources),
        }
        for v in found
    ]
    sources = [s.id for v in found for s in v.sources]
    return SAY.table(
        f"facts_{name}", pd.DataFrame(rows), language, sources=sources, labelled={"certainty": "{}"}
    )


def en_kreis_table(results: Results, language: Language) -> Table:
    """Return which single shock uses up the remaining Ausgleichsrücklage of the Ennepe-Ruhr-Kreis."""
    frame = results["en_kreis_answers"]
    facts = {v.key: v.value for v in land(HOME).values("facts/en_kreis")}
    left = 1e6 * (facts["ausgleichsruecklage_before_eur_m"] - facts["ausgleichsruecklage_used_eur_m"])
    frame["size"] = [
        pct(value, language, 2) if unit == "share" else _size(value, unit, language)
        for value, unit in zip(frame["value"], frame["unit"], strict=True)
    ]
    return SAY.table("en_kreis_answers", frame, language, sources=["S108", "S109"], buffer=left)


def ostbevern_figure(results: Results, language: Language) -> Figure:
    """Return the planned reductions of the allgemeine Rücklage of Ostbevern against the lines of § 76 GO NRW."""
    table = results["ostbevern_plan"]
    rules = rule_set("go_nrw_2024")
    quotas = [
        SAY("ostbevern_plan.year", language, year=str(year), quota=quota)
        for year, quota in zip(table["year"], table["quota_share"], strict=True)
    ]
    drawing = chart(
        table.assign(named=quotas),
        Bars("quota_share", "named", width=0.55),
        language=language,
        x=Axis(SAY("ostbevern_plan.x", language), ".0%", limits=(0, 0.28)),
        height=0.5,
    )
    lines: dict[str, Any] = {"n1": rules.n1_share, "n2": rules.n2_share}
    for (key, share), side, above in zip(lines.items(), ("right", "left"), (20, 4), strict=True):
        assert share is not None
        place: dict[str, Any] = {
            "xycoords": ("data", "axes fraction"),
            "textcoords": "offset points",
            "ha": side,
        }
        drawing.axes[0].axvline(share, color=PALETTE[1], linewidth=1.6, zorder=3)
        drawing.axes[0].annotate(
            SAY(f"ostbevern_plan.{key}", language, share=share), (share, 1.0), (0, above), **place
        )
    room = table.loc[table["year"] == 2028, "headroom_n2_eur"].iloc[0]
    return SAY.figure("ostbevern_plan", drawing, table, language, sources=["S36", "S31"], room=room,
                      quotas=", ".join(quotas), **lines)  # fmt: skip
