"""Where a town stands today, in words: for its sheet and its notebook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dewak_research.data.doubtful import doubted
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import eur, is_missing, number
from dewak_research.stress.today import OVER_INDEBTED
from dewak_research.unit.kreis_today import kreis_today
from dewak_research.unit.view import Profile, Row
from dewak_research.unit.words import row_beside_peers

TODAY_SOURCES = ("debt_today", "integrated_debt", "multipliers_today", "budget_status", "debt_relief")
SHEET_YEAR = 5  #: of the rise of interest that the sheet shows
DOUBTED_MARK = "†"
SHOCKED = "tax_capacity_eur_pc"  #: what the shocks on taxes rest on
IN_WORDS_ONLY = ("over_indebtedness",)


def _mark(profile: Profile, measure: str) -> str:
    """Return the mark of a value that is doubted, and of what rests on it."""
    return f" {DOUBTED_MARK}" if (profile.ags, measure) in doubted() else ""


def measure_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the measures beside the peers, in words, with their vintage."""
    return [
        {
            **(written := row_beside_peers(row, f"today_{row['measure']}", ",.0f", language)),
            "name": written["name"]
            + ("" if row["confirmed"] else " *")
            + _mark(profile, str(row["measure"])),
            "in_eur": str(row["measure"]).endswith("_eur_pc"),
            "vintage": label(f"today_vintage_{row['vintage']}", language),
        }
        for row in profile.today
        if row["measure"] not in IN_WORDS_ONLY
    ]


def status_in_words(profile: Profile, language: Language) -> str:
    """Say the budget status with its legal meaning, and over-indebtedness where the source notes it."""
    rows = {row["measure"]: row for row in profile.today}
    stage = rows["budget_stage"]
    said = label(
        "today_status",
        language,
        day=label(f"today_vintage_{stage['vintage']}", language),
        stage=label(f"today_stage_{stage['value']:.0f}", language),
        meaning=label(f"today_meaning_{stage['value']:.0f}", language),
    )
    over = rows["over_indebtedness"]["value"]
    if is_missing(over) or over == 0:
        return said
    if over == OVER_INDEBTED:
        return f"{said} {label('today_over_indebted', language)}"
    return f"{said} {label('today_over_indebtedness_stage', language, stage=int(over))}"


def _case(row: Row, language: Language) -> str:
    name = label(f"today_{row['case']}", language)
    if row["case"].startswith("interest"):
        return label("today_in_year", language, case=name, year=int(row["year"]))
    if row["case"] == "tax_own_worst" and not is_missing(row["reference_year"]):
        return label("today_worst_year", language, case=name, year=int(row["reference_year"]))
    return name


def loss_rows(profile: Profile, rows: Sequence[Row], language: Language) -> list[dict[str, str]]:
    """Return shocks in words; those on taxes are marked where the tax capacity is doubted."""
    written = [(row, loss_row(row, language)) for row in rows]
    return [
        {**said, "head": said["head"] + (_mark(profile, SHOCKED) if row["case"].startswith("tax") else "")}
        for row, said in written
    ]


def loss_row(row: Row, language: Language) -> dict[str, str]:
    """Return a shock in words: what it is, its loss per inhabitant, the points of land tax B that would bear it."""
    if row["case"].startswith("tax") and row["loss_eur_pc"] == 0:  # the taxes of the case rose
        none = {"loss": label("today_no_fall", language), "points": label("today_not_applicable", language)}
        return {"head": _case(row, language), **none}
    return {
        "head": _case(row, language),
        "loss": eur(row["loss_eur_pc"], language),
        "points": _about(row["land_tax_b_points"], language),
    }


def _about(points: Any, language: Language) -> str:
    """Write an estimate in two or three figures only."""
    rounded = points if is_missing(points) or points < 100 else round(points, -1)
    return number(rounded, language)


def relief_in_words(profile: Profile, language: Language) -> str:
    """Say what the Land takes over as published, else the upper bound; nothing where neither is known."""
    row = profile.relief
    if row is None or (is_missing(row["amount_eur_pc"]) and is_missing(row["upper_bound_eur_pc"])):
        return ""
    say = partial(label, language=language)
    if not is_missing(row["amount_eur_pc"]):
        said = say("today_relief_known", amount=eur(row["amount_eur_pc"], language))
    elif row["upper_bound_eur_pc"] > 0:
        said = say("today_relief_bound", amount=eur(row["upper_bound_eur_pc"], language))
    else:
        return say("today_relief_none")
    free = profile.unit["kind"] == "kreisfreie_stadt"
    return said if free else f"{said} {say('today_relief_levy')}"


def stress_note(profile: Profile, language: Language) -> str:
    """Say what the shocks rest on, and how interest is counted where it is known."""
    said = [label("today_note", language)]
    pointed = [row for row in profile.today_stress if not is_missing(row["land_tax_b_points"])]
    if pointed:
        said.append(label("today_note_points", language, booked=int(pointed[0]["booked_year"])))
    else:
        said.append(label("today_note_no_points", language))
    if any(row["case"].startswith("interest") for row in profile.today_stress):
        said += [label("today_note_interest", language), label("today_note_stock", language)]
    return " ".join(said)


def origin_note(profile: Profile, language: Language) -> str:
    """Say that the values were carried over by hand, what is not confirmed, and why core debt exceeds all."""
    marked = any(not row["confirmed"] for row in profile.today)
    known = {row["measure"]: row["value"] for row in profile.today}
    keys = [*(("today_unconfirmed",) if marked else ()), "today_by_hand"]
    if known.get("core_debt_eur_pc", 0.0) > known.get("integrated_debt_eur_pc", float("inf")):
        keys.append("today_debt_note")
    said = [label(key, language) for key in keys]
    doubts = [
        doubted()[profile.ags, row["measure"]] for row in profile.today if _mark(profile, str(row["measure"]))
    ]
    said += [
        label("today_doubted", language, mark=DOUBTED_MARK, reason=reason[language]) for reason in doubts
    ]
    return " ".join(said)


def today_section(profile: Profile, language: Language) -> dict[str, Any]:
    """Return the block of the sheet: measures, status, losses and relief; for a Kreis what is known of it in words."""
    if not profile.today:
        return {"rows": [], "text": kreis_today(profile, language)}
    shown = [
        row
        for row in profile.today_stress
        if not row["case"].startswith("interest") or row["year"] == SHEET_YEAR
    ]
    return {
        "rows": measure_rows(profile, language),
        "text": status_in_words(profile, language),
        "losses": loss_rows(profile, shown, language),
        "relief": relief_in_words(profile, language),
        "no_answer": label("today_no_answer", language),
        "note": f"{stress_note(profile, language)} {origin_note(profile, language)}",
    }
