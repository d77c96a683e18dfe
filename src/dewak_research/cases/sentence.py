"""The result of a comparison as one sentence in both languages (METHODS E.4)."""

from __future__ import annotations

from collections.abc import Mapping

from dewak_research.language import Language, Text

_BEST = Text(
    "»{best}« liegt bei {share} aller Gewichtungen vorn, »{second}« bei {second_share}.",
    "“{best}” comes first for {share} of all weightings, “{second}” for {second_share}.",
)
_LOSES = Text(
    "Mit gleichen Gewichten führt »{winner}«; der Vorsprung geht an »{rival}« verloren, wenn »{criterion}« mit "
    "{side} {threshold} statt {weight} gewichtet wird.",
    "With equal weights “{winner}” leads; it loses to “{rival}” if “{criterion}” weighs {side} {threshold} "
    "instead of {weight}.",
)
_NEVER = Text(
    "Mit gleichen Gewichten führt »{winner}«; kein einzelnes Gewicht ändert das.",
    "With equal weights “{winner}” leads; no single weight changes that.",
)
_SIDE = {"above": Text("mehr als", "more than"), "below": Text("weniger als", "less than")}


def _share(value: float, language: Language, digits: int = 0) -> str:
    text = f"{100 * value:.{digits}f}"
    return f"{text.replace('.', ',')}\u00a0%" if language == "de" else f"{text}%"


def _names(names: Mapping[str, Text], language: Language, **keys: str) -> dict[str, str]:
    return {slot: names[key][language] for slot, key in keys.items()}


def sentence(found: Mapping[str, str | float], names: Mapping[str, Text]) -> Text:
    """Return “A comes first for x % of all weightings; it loses if …”.

    Parameters
    ----------
    found : mapping
        Result of ``sensitivity.verdict``.
    names : mapping
        Names of models and criteria by key.
    """
    said = {}
    for language in ("de", "en"):
        first = _BEST[language].format(
            **_names(names, language, best=str(found["best"]), second=str(found["runner_up"])),
            share=_share(float(found["first_share"]), language),
            second_share=_share(float(found["runner_up_share"]), language),
        )
        winner = {"winner": names[str(found["base_winner"])][language]}
        if found["side"] == "never":
            second = _NEVER[language].format(**winner)
        else:
            second = _LOSES[language].format(
                **winner,
                **_names(names, language, rival=str(found["rival"]), criterion=str(found["criterion"])),
                side=_SIDE[str(found["side"])][language],
                threshold=_share(float(found["threshold"]), language, 1),
                weight=_share(float(found["weight"]), language),
            )
        said[language] = f"{first} {second}"
    return Text(said["de"], said["en"])
