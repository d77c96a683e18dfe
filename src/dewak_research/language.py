"""The two languages of the house and text that exists in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Text:
    """A sentence or label in German and English; as a field of a data model it is read from ``{de: ..., en: ...}``.

    Parameters
    ----------
    de, en : str
        The same statement in both languages; neither may be empty.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    de: str
    en: str

    def __post_init__(self) -> None:
        if not self.de.strip() or not self.en.strip():
            raise ValueError(f"a text needs both languages: {self!r}")

    def __getitem__(self, language: Language) -> str:
        return self.de if language == "de" else self.en

    def format(self, **values: object) -> Text:
        """Fill the same placeholders in both languages."""
        return Text(self.de.format(**values), self.en.format(**values))


class Named(BaseModel):
    """An entry of a data file that has a name in both languages beside its other fields.

    Parameters
    ----------
    de, en : str
        The name; neither may be empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    de: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def text(self) -> Text:
        """The name as a text."""
        return Text(self.de, self.en)
