"""Names and their keys: as in the boundaries, of the kind of the unit, in the order in which keys were given."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd

from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.expected.places import Places
from dewak_research.data.expected.scores import SHOWN, Scores, Tables, keys_of
from dewak_research.data.register import fold
from dewak_research.errors import Problem, messages
from dewak_research.rules import HOME

_problem = messages(__package__)
_CITY = "000"
_KINDS = re.compile(r"^(Landkreis|Kreis|Städteregion|Regionalverband|Region|St\.)\s+")
_DISTRICT = 3  #: first digits of a key: Land and district of its government


def _cities(tables: Tables) -> set[str]:
    """Return the Kreise that are one municipality."""
    municipal = tables["gemeinden_tax_capacity_2022"]["ags"]
    return set(municipal[municipal.str.endswith(_CITY)].str[:5])


def order_scores(tables: Tables) -> list[Scores]:
    """Return 1 where the name of a Kreis comes before that of the key before it, of its kind and district; else 0.

    Keys were given in the order of the alphabet, cities first. Where names changed or Kreise merged since, the order is
    broken; ``exceptions.yaml`` names them.
    """
    kreise, cities = tables["kreise"], _cities(tables)
    before: dict[tuple[str, bool], str] = {}
    score = np.zeros(len(kreise))
    for i, (key, name) in enumerate(zip(kreise["ags"], kreise["name"], strict=True)):
        group = (key[:_DISTRICT], key in cities)
        bare = fold(_KINDS.sub("", name.split(",")[0]))
        score[i] = float(bare < before.get(group, ""))
        before[group] = bare
    rows = pd.MultiIndex.from_arrays([kreise["ags"]])
    return [
        Scores(
            "names.order",
            "kreise",
            "name",
            "name_out_of_order",
            score,
            keys_of(rows),
            score,
            limit=(0.0, 0.0),
        )
    ]


def _plain(name: str) -> str:
    """Return a name without its addition: "Langenfeld (Rheinland)" and "Langenfeld (Rhld.)" are one."""
    return name.split("(")[0].split(",")[0].strip()


def name_problems(tables: Tables, places: Places) -> list[Problem]:
    """Return names that do not belong to their key, by the boundaries, the register and the kind of the unit."""
    towns, kreise = ({str(key): str(name) for key, name in zip(tables[role]["ags"], tables[role]["name"], strict=True)}
                     for role in ("towns", "kreise"))  # fmt: skip
    drawn = {
        key: str(feature["properties"].get("name", "")) for key, feature in places["boundaries_towns"].items()
    }
    wrong = [("towns", key, name, drawn.get(key, "–")) for key, name in towns.items()
             if _plain(name) != _plain(drawn.get(key, ""))]  # fmt: skip
    wrong += [("boundaries_kreise", key, "–", kreise.get(key, "–"))
              for key in sorted(set(kreise) ^ set(places["boundaries_kreise"]))]  # fmt: skip
    wrong += [("boundaries_towns", key, name, "–") for key, name in drawn.items() if key not in towns]
    cities = _cities(tables)
    for key, name in kreise.items():
        if key.startswith(HOME) and key in cities and _plain(name) != _plain(towns.get(key + _CITY, "")):
            wrong.append(("kreise", key, name, towns.get(key + _CITY, "–")))
        elif "," in name and key not in cities:
            wrong.append(("kreise", key, name, _plain(name)))
    often = Counter(kreise.values())
    wrong += [("kreise", key, name, "–") for key, name in kreise.items() if often[name] > 1]
    problems = []
    outlines = catalogued("boundaries_towns").path
    for role in dict.fromkeys(entry[0] for entry in wrong):
        rows = [entry for entry in wrong if entry[0] == role]
        more = f" (+{len(rows) - SHOWN})" if len(rows) > SHOWN else ""
        shown = "; ".join(f"{key}: {name} ↔ {other}" for _, key, name, other in rows[:SHOWN]) + more
        path = catalogued(role).path
        problems.append(
            _problem("name_differs", f"{path}: name", shown=shown, path=f"data/raw/{path}", other=outlines)
        )
    return problems
