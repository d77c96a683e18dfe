"""The law on the page: rule sets by year, unverified values, published facts and the plan of Ostbevern."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd

from dewak_research.chapters.rule_table import RuleFigure, RuleTable
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import eur, eur_m, number, pct
from dewak_research.rules import Value, document, rule_set, rule_sets, unverified, values

_LAW_ROWS = (
    "reserve_cap",
    "carry_forward_years",
    "minderaufwand_cap_share",
    "n1_share",
    "n2_share",
    "n3_wording",
    "n4_supervisor_may_demand",
    "restoration_years",
)
_DATES = ("budget_freeze_date",)


def _law_cell(found: Value | None, language: Language) -> str:
    if found is None:
        return label("law_none", language)
    value = found.value
    if isinstance(value, bool):
        text = label("law_yes" if value else "law_no", language)
    elif isinstance(value, str):
        text = label(f"law_{value}", language)
    elif found.unit == "share":
        text = pct(value, language, 0)
    else:
        text = label("law_years", language, n=number(value, language))
    return text if found.verified else label("law_unverified_mark", language, value=text)


def rule_sets_table(language: Language) -> RuleTable:
    """Return §§ 75, 76 GO NRW by rule set, one column each; unverified values carry a star."""
    names = [name for name in rule_sets() if rule_set(name).has_ladder]
    titles = {v.key: v.title for v in values("go_nrw")}
    rows = [
        {
            label("law_rule", language): titles[key][language],
            **{str(rule_set(n).valid_from): _law_cell(rule_set(n).values.get(key), language) for n in names},
        }
        for key in _LAW_ROWS
    ]
    return RuleTable(
        pd.DataFrame(rows),
        name="law_rule_sets",
        caption=label("law_sets_caption", language),
        note=label("law_sets_note", language),
        sources=sorted({s.id for v in values("go_nrw") for s in v.sources if s.id != "METHODS"}),
        labels=False,
        language=language,
    )


def _period(found: Value, language: Language) -> str:
    if found.valid_from is None:
        return label("law_period_always", language)
    if found.valid_to is None:
        return label("law_period_from", language, low=found.valid_from)
    if found.valid_from == found.valid_to:
        return str(found.valid_from)
    return label("law_period_from_to", language, low=found.valid_from, high=found.valid_to)


def _plain(value: object, language: Language) -> str:
    if isinstance(value, bool):
        return label("law_yes" if value else "law_no", language)
    if isinstance(value, str):
        return label(f"law_{value}", language)
    if isinstance(value, list):
        return "; ".join(_plain(v, language) for v in value)
    return number(value, language, 0 if float(str(value)).is_integer() else 2)


def unverified_table(language: Language, *names: str) -> RuleTable:
    """Return every value of the rules that was not read at its source ("ungeprüft")."""
    found = unverified(*names)
    rows = [
        {
            "law_parameter": v.title[language],
            "law_value": _plain(v.value, language),
            "law_period": _period(v, language),
            "law_tag": v.tag,
            "law_file": f"rules/{v.document}.yaml",
        }
        for v in found
    ]
    return RuleTable(
        pd.DataFrame(rows),
        name="law_unverified",
        caption=label("law_open_caption", language),
        note=label("law_open_note", language),
        sources=sorted({s.id for v in found for s in v.sources}),
        language=language,
    )


def _fact_cell(found: Value, language: Language) -> str:
    value = found.value
    if found.key in _DATES:
        day = pd.Timestamp(str(value))
        return f"{day.day:02d}.{day.month:02d}.{day.year}" if language == "de" else f"{day:%Y-%m-%d}"
    if found.unit == "date":
        return str(value)
    digits = 0 if float(value).is_integer() else 1
    if found.unit == "share":
        return label("fact_share", language, n=number(100 * value, language, 2))
    if found.unit == "points":
        return label("fact_points", language, n=number(value, language, 2))
    return label(f"fact_{found.unit}", language, n=number(value, language, digits))


def facts_table(name: str, language: Language) -> RuleTable:
    """Return the published figures of a model municipality ("herten" or "en_kreis") with their sources."""
    found = values(f"facts/{name}")
    rows = [
        {
            "year": v.valid_from,
            "fact_title": v.title[language],
            "fact_value": _fact_cell(v, language),
            "fact_source": ", ".join(s.id for s in v.sources),
        }
        for v in found
    ]
    return RuleTable(
        pd.DataFrame(rows),
        name=f"facts_{name}",
        caption=label(f"fact_{name}_caption", language),
        sources=[s.id for v in found for s in v.sources],
        language=language,
    )


def en_kreis_table(results: Results, language: Language) -> RuleTable:
    """Return which single shock uses up the remaining Ausgleichsrücklage of the Ennepe-Ruhr-Kreis."""
    table = results["en_kreis_answers"]
    facts = {v.key: v.value for v in values("facts/en_kreis")}
    buffer = 1e6 * (facts["ausgleichsruecklage_before_eur_m"] - facts["ausgleichsruecklage_used_eur_m"])
    sizes = [
        pct(v, language, 2) if unit == "share" else label("fact_points", language, n=number(v, language, 2))
        for v, unit in zip(table["value"], table["unit"], strict=True)
    ]
    frame = pd.DataFrame({"answer_measure": [f"answer_{m}" for m in table["measure"]], "answer_value": sizes})
    return RuleTable(
        frame,
        name="en_kreis_answers",
        caption=label("answer_caption", language, buffer=eur_m(buffer, language)),
        note=label("answer_note", language),
        sources=["S108", "S109"],
        labelled=["answer_measure"],
        language=language,
    )


def ostbevern_figure(results: Results, language: Language) -> RuleFigure:
    """Return the planned reductions of the allgemeine Rücklage of Ostbevern against the lines of § 76 GO NRW."""
    table = results["ostbevern_plan"]
    rules = rule_set("go_nrw_2024")
    drawing, ax = plt.subplots(figsize=figure_size(0.5))
    years = [str(int(year)) for year in table["year"]]
    ax.barh(range(len(years)), table["quota_share"], color=PALETTE[0], height=0.55, zorder=2)
    named = [
        label("quota_year", language, year=y, quota=pct(q, language, 2))
        for y, q in zip(years, table["quota_share"], strict=True)
    ]
    ax.set_yticks(range(len(years)), named)
    for line, share, side, above in (("n1", rules.n1_share, "right", 20), ("n2", rules.n2_share, "left", 4)):
        assert share is not None
        ax.axvline(share, color=PALETTE[1], linewidth=1.6, zorder=3)
        place: dict[str, Any] = {
            "xycoords": ("data", "axes fraction"),
            "textcoords": "offset points",
            "ha": side,
        }
        ax.annotate(
            label(f"quota_line_{line}", language, share=pct(share, language, 0)),
            (share, 1.0),
            (0, above),
            **place,
        )
    ax.set_xlim(0, 0.28)
    ax.invert_yaxis()
    ax.set_xlabel(label("quota_axis", language))
    ax.grid(visible=False, axis="y")
    number_axis(ax.xaxis, language, ".0%")
    lines: dict[str, Any] = {"n1": pct(rules.n1_share, language, 0), "n2": pct(rules.n2_share, language, 0)}
    room = eur(table.loc[table["year"] == 2028, "headroom_n2_eur"].iloc[0], language)
    return RuleFigure(
        drawing,
        name="ostbevern_plan",
        caption=label("quota_caption", language),
        alt=label("quota_alt", language, quotas=", ".join(named), room=room, **lines),
        note=label("quota_note", language, room=room, **lines),
        sources=["S36", "S31"],
        data=table,
        language=language,
    )


def law_title(language: Language) -> str:
    """Return the title of the law behind the rule sets."""
    return str(document("go_nrw")["title"][language])
