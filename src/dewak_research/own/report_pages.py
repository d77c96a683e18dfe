"""What stands on the pages of a municipality's own report: texts and rows, written in one language."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.own.check import OwnFigures
from dewak_research.own.checks_sums import label_of
from dewak_research.own.plan import series
from dewak_research.own.report_peers import OwnPeers
from dewak_research.own.template import load_template
from dewak_research.page.inline_svg import line_over_years
from dewak_research.page.labels import label
from dewak_research.page.values import eur, eur_m, is_missing, number, pct
from dewak_research.ratios.kennzahlen import reason_text

ORIGINS = ("given", "prefilled", "changed", "overridden", "computed")
MISSING_SHOWN, LEAFLET_YEARS = 12, 1
PLAN_LINES = ("01", "02", "10", "11", "15", "17", "18", "21", "26")
SHORT_RATIOS = (
    "aufwandsdeckungsgrad", "eigenkapitalquote_1", "netto_steuerquote", "personalintensitaet", "transferaufwandsquote",
    "zinslastquote",
)  # fmt: skip


def profile_page(own: OwnFigures, frame: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Return result line, plan, origins, overridden figures, gaps and sources."""
    say, template = partial(label, language=language), load_template()
    counts = frame["origin"].value_counts()
    changed = own.figures[own.figures["origin"].isin(["changed", "overridden"])]
    counted = own.missing.groupby(["sheet", "line"], sort=False).size().rename("n").reset_index()
    gaps = [
        say(
            "own_missing_line",
            sheet=template.sheets[sheet][language],
            line=label_of(sheet, line)[language],
            n=n,
        )
        for sheet, line, n in zip(counted["sheet"], counted["line"], counted["n"], strict=True)
    ]
    if len(gaps) > MISSING_SHOWN:
        more = say("own_missing_more", n=len(gaps) - MISSING_SHOWN)
        gaps = [*gaps[:MISSING_SHOWN], more]
    return {
        "result_line": _result_line(frame, language),
        **_plan_table(frame, language),
        "origin_rows": [[say(f"own_origin_{o}"), number(counts[o], language)] for o in ORIGINS if o in counts],
        "changed_head": [say(f"own_{c}") for c in ("sheet", "line", "year", "origin", "value", "reason")],
        "changed_rows": [
            [
                template.sheets[row["sheet"]][language], label_of(row["sheet"], row["line"])[language], row["year"],
                say(f"own_origin_{row['origin']}"), number(row["value"], language), row["reason"] or "–",
            ]
            for row in changed.to_dict("records")
        ],
        "missing": say("own_missing_lines", n=len(own.missing)) if len(own.missing) else say("own_missing_none"),
        "missing_rows": gaps,
        "source_head": [say("own_sheet"), say("own_year"), say("own_source"), say("own_as_of")],
        "source_rows": [
            [template.options[str(row["sheet"])][language], *(_shown(row[c]) for c in ("years", "source", "date"))]
            for row in own.sources.to_dict("records")
            if row["sheet"]
        ],
    }  # fmt: skip


def _shown(value: object) -> str:
    return "–" if is_missing(value) else str(value)


def _result_line(frame: pd.DataFrame, language: Language) -> Any:
    results = series(frame, "result_plan", "26")
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


def _plan_table(frame: pd.DataFrame, language: Language) -> dict[str, Any]:
    part = frame[frame["sheet"] == "result_plan"]
    columns = sorted(set(zip(part["year"].astype(int), part["kind"], strict=True)))
    kinds = load_template().kinds
    cells = {(r["line"], r["year"], r["kind"]): r["value"] for r in part.to_dict("records")}
    rows = [
        [label_of("result_plan", line)[language]]
        + [_millions(cells.get((line, year, kind)), language) for year, kind in columns]
        for line in PLAN_LINES
    ]
    head = [label("own_line", language)] + [f"{kinds[kind][language]} {year}" for year, kind in columns]
    return {
        "plan_head": head,
        "plan_rows": rows if columns else [],
        "plan_numbers": list(range(1, len(head))),
    }


def _millions(value: object, language: Language) -> str:
    return (
        label("own_no_value", language) if is_missing(value) else number(float(str(value)) / 1e6, language, 1)
    )


def ratio_page(table: pd.DataFrame, found: OwnPeers, language: Language) -> dict[str, Any]:
    """Return the ratios by year beside the peers' median, what is undefined and why, and who the peers are."""
    say = partial(label, language=language)
    known = table[table["value"].notna()] if len(table) else table
    years = sorted(known["year"].unique())[-6:] if len(known) else []
    rows, short = [], []
    for ratio in dict.fromkeys(known["ratio"]) if len(known) else []:
        part = known[known["ratio"] == ratio].set_index("year")
        first = part.iloc[0]
        unit = say(f"own_ratio_unit_{first['unit']}")
        values = [
            number(part["value"].get(year), language, 1) if year in part.index else "–" for year in years
        ]
        peer = [_peer(first, language), _basis(first, language)]
        name = f"{first['number']} {first[f'name_{language}']} ({unit})"
        rows.append([name, *values, *peer])
        if ratio in SHORT_RATIOS:
            last = part[part["kind"] == "actual"]
            shown = last.iloc[-1] if len(last) else part.iloc[-1]
            short.append([name, str(shown.name), number(shown["value"], language, 1), *peer])
    gone = table[table["value"].isna()].drop_duplicates("ratio", keep="last") if len(table) else table
    gone = gone[~gone["ratio"].isin(set(known["ratio"]))] if len(gone) else gone
    names = ", ".join(found.table["name"])
    ratio, median, basis = say("own_ratio"), say("own_peer_median"), say("own_peer_basis")
    return {
        "ratio_head": [ratio, *(str(year) for year in years), median, basis],
        "ratio_rows": rows,
        "ratio_numbers": list(range(1, len(years) + 2)),
        "short_ratio_head": [ratio, say("own_year"), say("own_value"), median, basis],
        "short_ratio_rows": short,
        "short_ratio_numbers": [2, 3],
        "undefined_rows": [
            f"{row['number']} {row[f'name_{language}']}: {reason_text(row['reason'])[language]}"
            for row in gone.to_dict("records")
        ],
        "peers_line": say(f"own_peers_{found.origin}", names=names) if names else say("own_peers_none"),
        "no_peer_data": bool(names) and (table.empty or table["peer_median"].isna().all()),
    }


def _peer(row: pd.Series[Any], language: Language) -> str:
    return "–" if is_missing(row["peer_median"]) else number(row["peer_median"], language, 1)


def _basis(row: pd.Series[Any], language: Language) -> str:
    if is_missing(row["peer_basis"]):
        return "–"
    return label(f"own_basis_{row['peer_basis']}", language, year=int(row["peer_year"]))


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
    for row in models.to_dict("records"):
        name = names.get(str(row["ags"]), str(row["ags"]))
        same = row["ags"] == own.key
        share = pct(row["closer_share"], language, 0)
        lines.append(
            say("own_transfer_self", name=name) if same else say("own_transfer_near", name=name, share=share)
        )
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
        amounts = [_or_unknown(v, language, d) for v, d in ((cost, 0), (net, 0), (per_use, 2))]
        services.append([_shown(row["name"]), kind, *amounts])
    heads = ("own_service", "own_kind", "own_cost", "own_cost_net", "own_cost_user")
    return {
        "transfer_lines": lines,
        "room": room,
        "service_head": [say(h) for h in heads],
        "service_rows": services,
    }


def _or_unknown(value: object, language: Language, digits: int) -> str:
    return label("own_no_value", language) if is_missing(value) else number(value, language, digits)
