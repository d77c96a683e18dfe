"""What stands on the pages of a municipality's own report: texts and rows, written in one language."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.check import OwnFigures
from dewak_research.own.plan import series
from dewak_research.own.plan_table import plan_table
from dewak_research.own.stress import OwnStress
from dewak_research.own.template import label_of, load_template
from dewak_research.page.html import line_over_years
from dewak_research.page.labels import label
from dewak_research.page.values import eur, eur_m, is_missing, number, pct
from dewak_research.ratios.kennzahlen import reason_text
from dewak_research.stress.booked_plan import first_trigger
from dewak_research.stress.items import ITEMS

ORIGINS = ("given", "prefilled", "changed", "overridden", "computed")
MISSING_SHOWN = 12
SHORT_RATIOS = (
    "aufwandsdeckungsgrad", "eigenkapitalquote_1", "netto_steuerquote", "personalintensitaet", "transferaufwandsquote",
    "zinslastquote",
)  # fmt: skip


def profile_page(own: OwnFigures, frame: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Return result line, plan, origins, overridden figures, gaps and sources."""
    say, template = partial(label, language=language), load_template()
    counts = frame["origin"].value_counts()
    changed = own.figures[own.figures["origin"].isin(["changed", "overridden"])]
    counted = own.missing.groupby(["sheet", "line"], sort=False, as_index=False).size()
    gaps = [
        say(
            "own_missing_line",
            sheet=template.sheets[sheet][language],
            line=label_of(sheet, line)[language],
            n=n,
        )
        for sheet, line, n in counted.itertuples(index=False, name=None)
    ]
    if len(gaps) > MISSING_SHOWN:
        gaps[MISSING_SHOWN:] = [say("own_missing_more", n=len(gaps) - MISSING_SHOWN)]
    return {
        "result_line": _result_line(frame, language),
        **plan_table(frame, language),
        "origin_rows": [[say(f"own_origin_{o}"), number(counts[o], language)] for o in ORIGINS if o in counts],
        "changed_rows": [
            [
                template.sheets[row["sheet"]][language], label_of(row["sheet"], row["line"])[language], row["year"],
                say(f"own_origin_{row['origin']}"), number(row["value"], language), row["reason"] or "–",
            ]
            for row in changed.to_dict("records")
        ],
        "missing": say("own_missing_lines", n=len(own.missing)) if len(own.missing) else say("own_missing_none"),
        "missing_rows": gaps,
        "source_rows": [
            [template.options[str(row["sheet"])][language], *(_shown(row[c]) for c in ("years", "source", "date"))]
            for row in own.sources.to_dict("records")
            if row["sheet"]
        ],
    }  # fmt: skip


def _shown(value: object) -> str:
    return "–" if is_missing(value) else str(value)


def _known(value: Any, language: Language, digits: int, unit: float = 1.0) -> str:
    """Write a number in its unit, or that it is not available."""
    return label("own_no_value", language) if is_missing(value) else number(value / unit, language, digits)


_millions = partial(_known, unit=1e6)


def _result_line(frame: pd.DataFrame, language: Language) -> Any:
    results = series(frame, "result_plan", "result")
    if len(results) < 2:
        return ""
    years = list(range(int(results.index.min()), int(results.index.max()) + 1))
    write = partial(number, language=language, digits=1)
    ends = [int(results.index[0]), int(results.index[-1])]
    alt = label(
        "own_result_alt", language, first=ends[0], last=ends[1],
        from_value=eur_m(results.iloc[0], language), to_value=eur_m(results.iloc[-1], language),
    )  # fmt: skip
    return line_over_years(
        years, [float(results.get(year, float("nan"))) / 1e6 for year in years], alt, write
    )


def ratio_page(table: pd.DataFrame, origin: str, peers: list[str], language: Language) -> dict[str, Any]:
    """Return the ratios by year beside the peers' median, what is undefined and why, and who the peers are."""
    say = partial(label, language=language)
    known = table.dropna(subset="value")
    years = sorted(known["year"].unique())[-6:]
    rows, short = [], []
    for ratio, part in known.groupby("ratio", sort=False):
        first, values = part.iloc[0], part.set_index("year")["value"]
        name = f"{first['number']} {first[f'name_{language}']} ({say('own_ratio_unit_' + first['unit'])})"
        peer = _beside(first, language)
        rows.append(
            [name, *(number(values[y], language, 1) if y in values.index else "–" for y in years), *peer]
        )
        if ratio in SHORT_RATIOS:
            actual = part[part["kind"] == "actual"]
            last = (actual if len(actual) else part).iloc[-1]
            short.append([name, last["year"], number(last["value"], language, 1), *peer])
    gone = table[table["value"].isna() & ~table["ratio"].isin(known["ratio"])].drop_duplicates(
        "ratio", keep="last"
    )
    names = ", ".join(peers)
    return {
        "ratio_years": [str(year) for year in years],
        "ratio_rows": rows,
        "short_ratio_rows": short,
        "undefined_rows": [
            f"{row['number']} {row[f'name_{language}']}: {reason_text(row['reason'])[language]}"
            for row in gone.to_dict("records")
        ],
        "peers_line": say(f"own_peers_{origin}", names=names, n=len(peers)),
        "no_peer_data": bool(names) and (table.empty or table["peer_median"].isna().all()),
    }


def _beside(row: pd.Series[Any], language: Language) -> list[str]:
    """Return the peers' median and what it rests on."""
    if is_missing(row["peer_median"]):
        return ["–", "–"]
    basis = label(f"own_basis_{row['peer_basis']}", language, year=int(row["peer_year"]))
    return [number(row["peer_median"], language, 1), basis]


def transfer_page(
    own: OwnFigures,
    models: pd.DataFrame,
    names: dict[str, str],
    plan: pd.DataFrame,
    year: int | None,
    language: Language,
) -> dict[str, Any]:
    """Return nearness to the case studies, the financial room, and the own services with their cost."""
    say, options = partial(label, language=language), load_template().options
    lines = []
    for model, share in zip(models["model"], models["closer_share"], strict=True):
        key = "own_transfer_self" if model == own.key else "own_transfer_near"
        lines.append(say(key, name=names.get(model, model), share=pct(share, language, 0)))
    room = say("own_room_unknown")
    if year is not None and len(plan) and "headroom_n2_eur" in plan:
        left = plan.loc[plan["year"] == year, "headroom_n2_eur"]
        if len(left) and not is_missing(left.iloc[0]):
            room = say("own_room", year=year, amount=eur(left.iloc[0], language))
    services = []
    for row in own.services.to_dict("records"):
        cost, funded, users = (row[c] for c in ("cost_eur", "funded_pct", "users_per_week"))
        net = float("nan") if is_missing(cost) or is_missing(funded) else cost * (1 - funded / 100)
        per_use = float("nan") if is_missing(net) or is_missing(users) or not users else net / (users * 52)
        kind = options[row["kind"]][language] if row["kind"] else "–"
        amounts = [_known(v, language, d) for v, d in ((cost, 0), (net, 0), (per_use, 2))]
        services.append([_shown(row["name"]), kind, *amounts])
    return {"transfer_lines": lines, "room": room, "service_rows": services}


def stress_page(stress: OwnStress, language: Language) -> dict[str, Any]:
    """Return sentences, the path of the plan, and the episodes; what does not apply is left out and said."""
    say = partial(label, language=language)
    empty: dict[str, Any] = {"stress_rows": [], "episode_rows": [], "episodes_title": ""}
    if stress.plan.empty:
        return {**empty, "stress_lines": [say("own_stress_no_plan")]}
    lines = [say("own_stress_lead", rules=stress.rules.title[language])]
    ladder = stress.rules.has_ladder
    if not ladder:
        lines.append(say("own_stress_none_rules"))
    if not stress.has_reserves:
        lines.append(say("own_stress_no_balance"))
    elif stress.start is not None:
        lines.append(say("own_stress_start", year=int(stress.start["year"])))
    if ladder:
        lines += [_trigger_line(stress, language), *_restoration_lines(stress.restoration, language)]
        lines.append(_reverse_line(stress.critical_fall_share, language))
    return {"stress_lines": lines, **_path(stress, language), **_episodes(stress, language)}


def _trigger_line(stress: OwnStress, language: Language) -> str:
    year = first_trigger(stress.plan)
    if year is not None:
        return label("own_first_trigger", language, year=year)
    known = stress.plan["quota_share"].notna().all()
    return label("own_first_trigger_none" if known else "own_first_trigger_unknown", language)


def _restoration_lines(found: pd.DataFrame, language: Language) -> list[str]:
    """By when balance must be back and whether the plan gets there; nothing without a duty or a known period."""
    if found.empty or is_missing(found["balanced_by_year"].iloc[0]):
        return []
    row = found.iloc[0]
    reached = "open" if is_missing(row["within_period"]) else "yes" if row["within_period"] else "no"
    asked = label(
        f"own_restoration_{'kreis' if row['must_clear'] else 'town'}", language, year=row["balanced_by_year"]
    )
    return [asked + " " + label(f"own_restoration_{reached}", language)]


def _reverse_line(share: float, language: Language) -> str:
    special = "unknown" if np.isnan(share) else "never" if np.isinf(share) else "zero" if share == 0 else ""
    if special:
        return label(f"own_reverse_{special}", language)
    return label("own_reverse", language, share=pct(share, language, 0))


def _path(stress: OwnStress, language: Language) -> dict[str, Any]:
    say, ladder = partial(label, language=language), stress.rules.has_ladder
    head = ["year", "stress_result"]
    if ladder:
        head += [f"stress_{name}" for name in ("equalisation", "general", "quota", "status", "hsk")]
    rows = []
    for row in stress.plan.to_dict("records"):
        cells = [str(row["year"]), _millions(row["result_eur"], language, 2)]
        if ladder:
            quota = row["quota_share"]
            reserves = (row["ausgleichsruecklage_eur"], row["allgemeine_ruecklage_eur"])
            cells += [_millions(reserve, language, 2) for reserve in reserves]
            unknown = is_missing(quota) or np.isinf(quota)
            cells.append(say("own_no_value") if unknown else pct(quota, language, 2))
            cells += [say(f"own_status_{row['status']}"), _due(row, language)]
        rows.append(cells)
    million = "Mio. €" if language == "de" else "€ m"
    named = [say(f"own_{name}") for name in head]
    named[1:4] = [f"{text} ({million})" for text in named[1:4]]
    return {"stress_head": named, "stress_rows": rows, "stress_numbers": [1, 2, 3, 4] if ladder else [1]}


def _due(row: dict[Any, Any], language: Language) -> str:
    flags = pd.Series([row[name] for name in ("n1", "n2", "n3")], dtype="boolean")
    if flags.any():
        dates = [row.get(f"{name}_arises") for name in ("n1", "n2", "n3")]
        return label("own_due_budget" if "budget" in dates else "own_due_accounts", language)
    return label("own_no_value" if flags.isna().any() else "own_no", language)


def _episodes(stress: OwnStress, language: Language) -> dict[str, Any]:
    say, ladder = partial(label, language=language), stress.rules.has_ladder
    last = int(stress.plan["year"].iloc[-1])
    first = say("own_effect_first", year=stress.budget_year)
    head = [say("own_episode"), first, say("own_effect_sum", year=last)]
    head += [say("own_episode_trigger")] if ladder else []
    rows = []
    for row in stress.episodes.to_dict("records"):
        title = str(row[f"title_{language}"])
        if row["status"] != "verified":
            title += f" ({say('own_episode_' + row['status'])})"
        if row["missing"]:
            lacking = ", ".join(_item(key, language) for key in str(row["missing"]).split("; "))
            rows.append([f"{title}: {say('own_episode_missing', items=lacking)}", *["–"] * (len(head) - 1)])
            continue
        effects = (row["effect_budget_year_eur"], row["effect_sum_eur"])
        cells = [title, *(_millions(effect, language, 2) for effect in effects)]
        rows.append(cells + ([_year(row, stress, language)] if ladder else []))
    title = say("own_episodes_title", year=stress.budget_year)
    return {"episode_head": head, "episode_rows": rows, "episode_numbers": [1, 2, 3], "episodes_title": title}


def _year(row: dict[Any, Any], stress: OwnStress, language: Language) -> str:
    if not is_missing(row["first_trigger_year"]):
        return str(int(row["first_trigger_year"]))
    known = stress.has_reserves and not pd.isna(row["end_reserve_eur"])
    return label("own_no" if known else "own_no_value", language)


def _item(key: str, language: Language) -> str:
    known = {item.key: item.title for item in ITEMS}
    return known[key][language] if key in known else label("own_item_landschaftsumlage", language)
