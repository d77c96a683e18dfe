"""What stands on the pages of a municipality's own report: texts and rows, written in one language."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from dewak_research.data.context import FACTORS
from dewak_research.language import Language
from dewak_research.own.amounts import known_or_none
from dewak_research.own.check import OwnFigures
from dewak_research.own.first_page import room_sentence
from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.own.plan_overview import Overview
from dewak_research.own.plan_table import plan_table
from dewak_research.own.template import label_of, load_template
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, number, pct
from dewak_research.ratios.kennzahlen import reason_text
from dewak_research.rules import HOME, RuleSet

ORIGINS = ("given", "prefilled", "changed", "overridden", "computed")
SHORT_RATIOS = (
    "aufwandsdeckungsgrad", "eigenkapitalquote_1", "netto_steuerquote", "personalintensitaet", "transferaufwandsquote",
    "zinslastquote",
)  # fmt: skip


def profile_page(own: OwnFigures, frame: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Return plan, origins, overridden figures and sources."""
    say, template = partial(label, language=language), load_template()
    counts = frame["origin"].value_counts()
    changed = own.figures[own.figures["origin"].isin(["changed", "overridden"])]
    return {
        **plan_table(frame, language),
        "origin_rows": [[say(f"own_origin_{o}"), number(counts[o], language)] for o in ORIGINS if o in counts],
        "changed_rows": [
            [
                template.sheets[row["sheet"]][language], label_of(row["sheet"], row["line"])[language], row["year"],
                say(f"own_origin_{row['origin']}"), number(row["value"], language), row["reason"] or "–",
            ]
            for row in changed.to_dict("records")
        ],
        "source_rows": [
            [template.options[str(row["sheet"])][language], *(_shown(row[c]) for c in ("years", "source", "date"))]
            for row in own.sources.to_dict("records")
            if row["sheet"]
        ],
    }  # fmt: skip


def _shown(value: object) -> str:
    return "–" if is_missing(value) else str(value)


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
            f"{row['number']} {row[f'name_{language}']}: {_reason(str(row['reason']), language)}"
            for row in gone.to_dict("records")
        ],
        "peers_line": say(f"own_peers_{origin}", names=names, n=len(peers)),
        "no_peer_data": bool(names) and (table.empty or table["peer_median"].isna().all()),
    }


def _reason(reason: str, language: Language) -> str:
    """Say why a ratio has no value; the sheets of another Land do not ask for every figure of its formula."""
    if layout_in_hand() != HOME and reason.startswith("missing:"):
        return label("own_ratios_other_lines", language)
    return reason_text(reason)[language]


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
    found: Overview | None,
    rules: RuleSet,
    language: Language,
) -> dict[str, Any]:
    """Return nearness to the case studies, the financial room, and the own services with their cost."""
    say, options = partial(label, language=language), load_template().options
    lines = []
    for model, share in zip(models["model"], models["closer_share"], strict=True):
        key = "own_transfer_self" if model == own.key else "own_transfer_near"
        lines.append(say(key, name=names.get(model, model), share=pct(share, language, 0)))
    room = room_sentence(found, rules, language) or say("own_room_unknown")
    services = []
    for row in own.services.to_dict("records"):
        cost, funded, users = (row[c] for c in ("cost_eur", "funded_pct", "users_per_week"))
        net = float("nan") if is_missing(cost) or is_missing(funded) else cost * (1 - funded / 100)
        per_use = float("nan") if is_missing(net) or is_missing(users) or not users else net / (users * 52)
        kind = options[row["kind"]][language] if row["kind"] else "–"
        amounts = [known_or_none(v, language, d) for v, d in ((cost, 0), (net, 0), (per_use, 2))]
        services.append([_shown(row["name"]), kind, *amounts])
    years = [year for factor in FACTORS if factor.level == "town" for year in factor.years]
    lead = say("own_transfer_lead", first=min(years), last=max(years))
    return {"transfer_lead": lead, "transfer_lines": lines, "room": room, "service_rows": services}
