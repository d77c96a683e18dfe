"""One model of what exists in both languages, in code and in data files alike."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from dewak_research.language import Named, Text


class Entry(BaseModel):
    title: Text
    note: Text | None = None


def test_a_text_is_read_from_a_data_file() -> None:
    entry = Entry.model_validate({"title": {"de": "Kreis", "en": "district"}})
    assert entry.title == Text("Kreis", "district") and entry.title["en"] == "district"
    assert entry.note is None


@pytest.mark.parametrize(
    "title",
    [
        {"de": "Kreis"},
        {"de": "Kreis", "en": " "},
        {"de": "Kreis", "en": 1},
        {"de": "a", "en": "b", "fr": "c"},
        "Kreis",
    ],
)
def test_a_text_of_another_shape_is_refused(title: object) -> None:
    with pytest.raises(ValidationError, match="title"):
        Entry.model_validate({"title": title})


def test_a_named_entry_has_its_name_beside_its_fields() -> None:
    class Item(Named):
        code: str

    item = Item.model_validate({"de": "Konto", "en": "account", "code": "7333"})
    assert item.text == Text("Konto", "account")
    with pytest.raises(ValidationError, match="en"):
        Item.model_validate({"de": "Konto", "en": "", "code": "7333"})
    with pytest.raises(ValidationError, match="strange"):
        Item.model_validate({"de": "Konto", "en": "account", "code": "7333", "strange": 1})
