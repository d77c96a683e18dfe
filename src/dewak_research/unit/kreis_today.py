"""What is known of a Kreis today, in words: the debt of its area, and its own plan where it is published."""

from __future__ import annotations

from functools import partial
from typing import Any

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import eur, eur_m
from dewak_research.rules import HOME, land
from dewak_research.unit.view import Profile

KREIS_SOURCES = ("kreise_debt_2023",)
PLANS = {"05954": "facts/en_kreis"}
"""Key of a Kreis and the document of its Land that holds its published plan."""
_SUMS = {"income": "income_eur_m", "expense": "expense_eur_m", "deficit": "deficit_eur_m"}


def kreis_today(profile: Profile, language: Language) -> str:
    """Say what is known of a Kreis today, and what is not."""
    say = partial(label, language=language)
    said = []
    if profile.debt is not None:
        said.append(
            say(
                "kreis_today_debt",
                year=int(profile.debt["year"]),
                debt=eur(profile.debt["core_debt_eur_pc"], language),
                credit=eur(profile.debt["liquidity_credit_eur_pc"], language),
            )
        )
    if profile.ags in PLANS:
        facts = {value.key: value for value in land(HOME).values(PLANS[profile.ags])}
        amounts: dict[str, Any] = {
            name: eur_m(1e6 * float(facts[key].value), language) for name, key in _SUMS.items()
        }
        first = facts[_SUMS["income"]]
        cited = "; ".join(source.cited(language) for source in first.sources)
        said.append(say("kreis_today_plan", year=first.valid_from, cited=cited, **amounts))
    return " ".join([*said, say("kreis_today_unknown")])
