"""Municipality keys (Amtlicher Gemeindeschluessel, AGS): check them and find the unit that is meant.

A key is text. Five digits name a Kreis or a Gesamtkreis, eight digits a town; a kreisfreie Stadt has both
(``05911`` and ``05911000``). A number is refused, because ``05911000`` without quotes is another number.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

import pandas as pd

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text

_OFFERED = 5
_NEXT = Text(
    "Schlüssel oder Namen berichtigen, zum Beispiel: dewak report 05911000",
    "correct the key or the name, for example: dewak report 05911000",
)


def validate_ags(value: object, where: str = "AGS") -> str:
    """Return a well-formed key of five or eight digits.

    Parameters
    ----------
    value : object
        What the user gave; only text is accepted.
    where : str
        Named in the message.

    Raises
    ------
    InputError
        The value is a number, or text of another shape.
    """
    if isinstance(value, bool) or not isinstance(value, str):
        shown = f"{value:08d}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
        raise InputError(
            Problem(
                Text(
                    f"{value!r} ist eine Zahl; ein Gemeindeschlüssel ist Text, sonst geht die führende Null "
                    "verloren",
                    f"{value!r} is a number; a municipality key is text, otherwise its leading zero is lost",
                ),
                where,
                Text(f'"{shown}" in Anführungszeichen', f'"{shown}" in quotes'),
                _NEXT,
            )
        )
    key = value.strip()
    if not re.fullmatch(r"\d{5}(\d{3})?", key):
        raise InputError(
            Problem(
                Text(f"»{value}« ist kein Gemeindeschlüssel", f"“{value}” is not a municipality key"),
                where,
                Text(
                    "fünf Ziffern (Kreis) oder acht Ziffern (Gemeinde)",
                    "five digits (Kreis) or eight digits (town)",
                ),
                _NEXT,
            )
        )
    return key


def kreis_of(ags: str) -> str:
    """Return the five-digit key of the Gesamtkreis a town or Kreis belongs to."""
    return validate_ags(ags)[:5]


def town_of(kreis: str) -> str:
    """Return the eight-digit key that a kreisfreie Stadt has beside its five-digit one."""
    key = validate_ags(kreis)
    return key if len(key) == 8 else key + "000"


def _folded(name: str) -> str:
    plain = name.casefold()
    for mark, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        plain = plain.replace(mark, letters)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def _described(units: pd.DataFrame) -> str:
    return ", ".join(f"{row.ags} {row.name_}" for row in units.rename(columns={"name": "name_"}).itertuples())


def _by_number(key: str, units: pd.DataFrame) -> pd.DataFrame:
    known = units["ags"].tolist()
    near = get_close_matches(key, known, n=_OFFERED, cutoff=0.6)
    if not near:
        number = int(key.ljust(8, "0"))
        near = sorted(known, key=lambda k: (abs(int(k.ljust(8, "0")) - number), k))[:_OFFERED]
    return units.set_index("ags", drop=False).loc[near]


def _unknown(query: str, near: pd.DataFrame, where: str) -> InputError:
    return InputError(
        Problem(
            Text(
                "»{query}« ist keine der {n} Einheiten in Nordrhein-Westfalen",
                "“{query}” is none of the {n} units in North Rhine-Westphalia",
            ).format(query=query, n=427),
            where,
            Text(f"am nächsten liegen: {_described(near)}", f"the nearest are: {_described(near)}"),
            _NEXT,
        )
    )


def resolve(query: object, units: pd.DataFrame, where: str = "AGS") -> str:
    """Return the key of the unit that a key or a name means.

    Parameters
    ----------
    query : object
        ``"05911000"``, ``"05911"`` (the kreisfreie Stadt), or a name such as ``"Bochum"``.
    units : DataFrame
        The register with columns ``ags`` and ``name``.
    where : str
        Named in the message.

    Raises
    ------
    InputError
        A number instead of text, an unknown key or name (the nearest are offered), or a name that several
        units bear (they are listed).
    """
    if not isinstance(query, str) or re.fullmatch(r"[\d\s]+", query):
        key = validate_ags(query, where)
        known = set(units["ags"])
        for candidate in (key, key + "000"):
            if candidate in known:
                return candidate
        raise _unknown(key, _by_number(key, units), where)
    wanted = _folded(query)
    names = units["name"].map(_folded)
    bare = names.str.replace(r"^(kreis|stadt) | (stadt|kreis)$", "", regex=True)
    for found in (units[names == wanted], units[bare == wanted]):
        if len(found) == 1:
            return str(found["ags"].iloc[0])
        if len(found) > 1:
            raise _ambiguous(query, found, where)
    begins = units[names.str.startswith(wanted + " ")]
    if len(begins) == 1:
        return str(begins["ags"].iloc[0])
    if len(begins) > 1:
        raise _ambiguous(query, begins, where)
    near_names = get_close_matches(wanted, names.unique().tolist(), n=_OFFERED, cutoff=0.5)
    order = names.map({name: place for place, name in enumerate(near_names)})
    near = (
        units.loc[order.dropna().sort_values(kind="stable").index]
        if near_names
        else units[names.str[:3] == wanted[:3]].head(_OFFERED)
    )
    raise _unknown(query, near if len(near) else units.head(_OFFERED), where)


def _ambiguous(query: str, found: pd.DataFrame, where: str) -> InputError:
    return InputError(
        Problem(
            Text(
                f"»{query}« ist nicht eindeutig: {len(found)} Einheiten heißen so",
                f"“{query}” is ambiguous: {len(found)} units have this name",
            ),
            where,
            Text(f"einer der Schlüssel: {_described(found)}", f"one of the keys: {_described(found)}"),
            _NEXT,
        )
    )
