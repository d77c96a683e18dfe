"""What a council could ask its administration: questions that follow from figures of the profile, by stated rules."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from dewak_research.data.kreis_indicators import KREIS_INDICATORS
from dewak_research.errors import entries
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import chance, eur, is_missing, number, with_unit
from dewak_research.space.system import QUADRANTS
from dewak_research.unit.outlook import OUTLOOK_AGES, people_rows
from dewak_research.unit.today import SHEET_YEAR, loss_rows, measure_rows
from dewak_research.unit.view import Profile
from dewak_research.unit.words import booked_years, comparison_rows, years_in_words

FILE = "council_questions.yaml"
FAR = QUADRANTS[0]
CREDIT = "today_liquidity_credit_eur_pc"
GERMAN_FIGURES = {one.label_key for one in KREIS_INDICATORS}
NUMBERS = ("value", "place", "direction", "fifth")


@dataclass(frozen=True)
class Rule:
    """When a question is asked.

    Parameters
    ----------
    key : str
        Its question is the label ``council_ask_<key>``, unless ``says`` names another.
    topic : str
        Of the rules of one topic only the first that holds asks.
    figure, by : str
        What it follows from, and which of its numbers: value, place, direction or fifth.
    of : str
        towns, kreise, both of them, or germany: Kreise and cities of other Länder.
    least, most : float
        Ends of the numbers at which it is asked, both included.
    says : str
        Key of the question of another rule, where it is the same.
    """

    key: str
    topic: str
    figure: str
    by: str
    of: str = "both"
    least: float = -math.inf
    most: float = math.inf
    says: str = ""

    @property
    def question(self) -> str:
        """Return the label of its question."""
        return f"council_ask_{self.says or self.key}"

    def holds(self, seen: Seen) -> bool:
        """Tell whether the question follows from what is seen; never from what is unknown."""
        found = getattr(seen, self.by)
        return found is not None and self.least <= found <= self.most


@dataclass(frozen=True)
class Seen:
    """A figure of the profile: what it says, and the numbers that rules look at (None where unknown).

    Parameters
    ----------
    said : str
        The figure in words.
    value, place, direction, fifth : float or None
        Its value; place among similar ones (0–100); 1 more, 0 open, -1 fewer; fifth of the people in the Land.
    words : mapping of str to str
        What the question itself names.
    """

    said: str
    value: float | None = None
    place: float | None = None
    direction: float | None = None
    fifth: float | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order of the questions."""
    return tuple(Rule(**rule) for rule in entries(__package__, FILE)["rules"])


@cache
def shown() -> int:
    """Return how many questions a summary shows at most."""
    return int(entries(__package__, FILE)["shown"])


def _known(value: Any) -> float | None:
    return None if is_missing(value) else float(value)


def _beside_peers(profile: Profile, language: Language) -> Iterator[tuple[str, Seen]]:
    raw = {f"today_{row['measure']}": row for row in profile.today}
    raw |= {f"profile_{row['indicator']}": row for row in profile.comparison}
    for row in [*measure_rows(profile, language), *comparison_rows(profile, language)]:
        said = label(
            "council_seen_peers",
            language,
            name=row["name"],
            value=with_unit(row["value"], row["unit"], language),
            median=with_unit(row["median"], row["unit"].partition(" ")[0], language),
        )
        here = raw[row["key"]]
        if row["key"] == "today_budget_stage" and row["known"]:
            day, stage = f"today_vintage_{here['vintage']}", f"today_stage_{here['value']:.0f}"
            written: dict[str, Any] = {"day": label(day, language), "stage": label(stage, language)}
            said = label("council_seen_status", language, **written)
        if row["key"] == CREDIT and row["known"]:
            said += _taken_over(profile, language)
        yield row["key"], Seen(said, _known(here["value"]), row["place"])


def _taken_over(profile: Profile, language: Language) -> str:
    """Say what the Land takes over of the liquidity credit where an amount is published, else nothing."""
    if profile.relief is None or is_missing(profile.relief["amount_eur_pc"]):
        return ""
    return label("council_seen_relief", language, amount=eur(profile.relief["amount_eur_pc"], language))


def _shocks(profile: Profile, language: Language) -> Iterator[tuple[str, Seen]]:
    tax = [row for row in profile.today_stress if row["case"] == "tax_own_worst"]
    rise = [row for row in profile.today_stress if row["case"] == "interest_1" and row["year"] == SHEET_YEAR]
    for name, rows in (("tax_loss", tax), ("interest_loss", rise)):
        for row, said in zip(rows, loss_rows(profile, rows, language), strict=True):
            words = {"amount": eur(row["loss_eur_pc"], language)}
            yield (
                name,
                Seen(
                    label("council_seen_shock", language, case=said["head"], loss=said["loss"]),
                    _known(row["loss_eur_pc"]),
                    words=words,
                ),
            )


def _people(profile: Profile, language: Language) -> Iterator[tuple[str, Seen]]:
    known = {row["age"]: row for row in profile.people}
    for age, row in zip(OUTLOOK_AGES, people_rows(profile, language), strict=True):
        if age not in known:
            continue
        low, high = (_known(known[age][f"change_{end}_pct"]) for end in ("low", "high"))
        way = None if low is None or high is None else float(low > 0) - float(high < 0)
        said = label(
            "council_seen_people",
            language,
            name=row["name"],
            now=row["now"],
            later=row["later"],
            band=row["band"],
            year=int(known[age]["shown_year"]),
            direction=row["direction"],
        )
        words = {"year": str(int(known[age]["shown_year"]))}
        yield f"people_{age}", Seen(said, direction=way, words=words)


def _elsewhere(profile: Profile, language: Language) -> Iterator[tuple[str, Seen]]:
    say = partial(label, language=language)
    if profile.debt is not None:
        value = profile.debt["liquidity_credit_eur_pc"]
        said = say("council_seen_kreis_debt", year=int(profile.debt["year"]), amount=eur(value, language))
        yield "kreis_liquidity", Seen(said, _known(value))
    if profile.place is not None:
        far = [str(town["name"]) for town in profile.place.towns if town["quadrant"] == FAR]
        of = len(profile.place.towns)
        said = say("council_seen_far", n=len(far), of=of, year=profile.place.year, names=", ".join(far))
        yield "far_towns", Seen(said, float(len(far)))
        for drive in profile.place.drives:
            said = say(
                "council_seen_drive",
                where=say(f"place_to_{drive['kind']}"),
                minutes=number(drive["minutes"], language),
                fifth=int(drive["fifth"]),
            )
            yield f"drive_{drive['kind']}", Seen(said, _known(drive["minutes"]), fifth=float(drive["fifth"]))
    gaps = [int(row["year"]) for row in profile.status if row["status"] != "reported"]
    said = say("council_seen_unreported", years=years_in_words(gaps, language)) if gaps else ""
    yield "unreported", Seen(said, float(len(gaps)))
    if profile.stress.probability is not None:
        said = say(
            "council_seen_stress",
            light=say(f"profile_light_{profile.stress.light}"),
            p=chance(profile.stress.probability, language),
            years=booked_years(profile, language),
        )
        yield "stress", Seen(said, profile.stress.probability)


def seen(profile: Profile, language: Language) -> dict[str, Seen]:
    """Return the figures that questions follow from, by name; what the profile does not know is not among them."""
    parts = (_beside_peers, _shocks, _people, _elsewhere)
    return dict(pair for part in parts for pair in part(profile, language))


def asked(profile: Profile, language: Language) -> list[dict[str, str]]:
    """Return the questions of a unit and, for each, the figure it follows from, in the order of the rules.

    Returns
    -------
    list of dict
        key, figure (its name), question, follows (the figure in words); at most ``shown()``.
    """
    level = "kreise" if profile.is_kreis else "towns"
    return asked_of(seen(profile, language), ("both", level), language)


def asked_of(figures: Mapping[str, Seen], levels: Container[str], language: Language) -> list[dict[str, str]]:
    """Return the questions that follow from figures by the rules of some levels, as `asked`."""
    topics, found = set[str](), list[dict[str, str]]()
    for rule in rules():
        here = figures.get(rule.figure)
        if rule.of not in levels or here is None or rule.topic in topics or not rule.holds(here):
            continue
        topics.add(rule.topic)
        question = label(rule.question, language, **here.words)
        found.append({"key": rule.key, "figure": rule.figure, "question": question, "follows": here.said})
    return found[: shown()]


def rule_rows(language: Language) -> list[dict[str, str]]:
    """Return the rules in words: who is asked, the figure, when, the question."""
    say = partial(label, language=language)
    return [
        {
            "of": say(f"council_of_{rule.of}"),
            "figure": _figure_name(rule.figure, language),
            "when": _when(rule, language),
            "question": say(rule.question, amount="…", year="…"),
        }
        for rule in rules()
    ]


def _figure_name(figure: str, language: Language) -> str:
    for start, key in (("people_", "outlook_age_"), ("drive_", "council_figure_drive_")):
        if figure.startswith(start):
            return label(key + figure.removeprefix(start), language)
    if figure in GERMAN_FIGURES or figure.startswith(("today_", "profile_")):
        return label(figure, language, years="2009–2011")
    return label(f"council_figure_{figure}", language)


def _when(rule: Rule, language: Language) -> str:
    if rule.by == "direction":
        way = "open" if rule.least == rule.most else "more" if rule.least > 0 else "fewer"
        return label("council_when_direction", language, way=label(f"outlook_{way}", language))
    ends = {"least": rule.least, "most": rule.most}
    written: dict[str, Any] = {
        name: f"{end:g}".replace(".", "," if language == "de" else ".") for name, end in ends.items()
    }
    both = all(math.isfinite(end) for end in ends.values())
    key = "both" if both else "least" if math.isfinite(rule.least) else "most"
    by = label(f"council_by_{rule.by}", language)
    return label(f"council_when_{key}", language, by=by, **written)
