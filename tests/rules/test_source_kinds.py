"""Every source has a kind, and what was read in press or advice alone never counts as read at its source."""

from __future__ import annotations

from dewak_research.rules import Source, Value, documents, sources, value, values
from dewak_research.rules.dated import KINDS, RETOLD


def test_every_source_has_a_known_kind() -> None:
    assert {source.kind for source in sources().values()} <= set(KINDS)
    assert {key for key, source in sources().items() if source.kind == "assumption"} == {"METHODS"}


def test_nothing_that_others_retell_is_called_read_at_its_source() -> None:
    wrong = [(v.document, v.key) for name in documents() for v in values(name) if v.verified and v.retold]
    assert not wrong


def test_newspapers_stations_and_advisers_retell() -> None:
    retold = {key for key, source in sources().items() if source.kind in RETOLD}
    assert {"S95", "S102", "S103", "S107", "S108", "S109", "S118", "S198", "S224"} <= retold
    assert not retold & {"S30", "S31", "S91", "S101", "S104"}


def test_how_sure_a_value_is_follows_from_its_sources() -> None:
    assert value("land/05/facts/en_kreis", "deficit_eur_m", 2025).certainty == "certainty_by_hand"
    assert (
        value("land/05/equalisation", "fictitious_multiplier_trade_tax_pct", 2021).certainty
        == "certainty_read"
    )
    assumed = [v for v in values("land/05/equalisation") if v.tag == "K"]
    assert {v.certainty for v in assumed} == {"certainty_assumption"}


def test_a_law_beside_the_press_was_read_itself() -> None:
    found = value("kdu_federal_share", "reform_share", 2020)
    assert isinstance(found, Value)
    assert all(isinstance(source, Source) for source in found.sources)
    assert found.verified and not found.retold
