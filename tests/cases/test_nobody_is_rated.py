"""Nobody real is rated by us: power, interest, attitude or weights under cases/ belong to invented actors only."""

from collections.abc import Iterator
from typing import Any

import pytest

from dewak_research.cases.documented_schema import DocumentedCase
from dewak_research.cases.library import Library
from dewak_research.cases.schema import Actor
from dewak_research.language import read_yaml
from dewak_research.paths import CASES

RATED = {"ratings", "rating", "power", "interest", "attitude", "salience", "influence", "judgements", "best_worst",
         "urgency", "legitimacy", "score", "scores", "worked_example"}  # fmt: skip


def keys(item: Any) -> Iterator[str]:
    if isinstance(item, dict):
        yield from map(str, item)
        for value in item.values():
            yield from keys(value)
    elif isinstance(item, list):
        for value in item:
            yield from keys(value)


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_file_on_real_places_holds_a_rating(path: Any) -> None:
    content = read_yaml(path.read_text(encoding="utf-8"))
    if content["kind"] == "stakeholders":
        assert set(RATED) & set(keys(content["places"])) and all(
            p["fictitious"] for p in content["places"].values()
        )
    elif content["kind"] == "models":  # models are rated, not actors
        assert set(keys(content)) & RATED == {"scores"}
    else:
        assert not set(keys(content)) & RATED


def test_invented_places_and_their_answers_are_no_case(library: Library) -> None:
    invented, real = library.stakeholders["places"], {*library.cases, *library.documented["cases"]}
    assert not set(invented) & real
    assert {path.name for path in (CASES / "answers").iterdir()} <= set(invented)
    towns = [name for case in library.cases.values() for name in case["place"].values()]
    told = " ".join(str(name) for place in invented.values() for name in place["actors"].values())
    assert not any(town in told for town in towns)


def test_a_real_actor_has_no_field_for_a_rating() -> None:
    assert set(Actor.model_fields) == {"source", "assumption", "also", "id", "name", "role"}
    assert not RATED & set(DocumentedCase.model_fields)
