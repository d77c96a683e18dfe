"""The two languages of the house and text that exists in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Text:
    """A sentence or label in German and English.

    Parameters
    ----------
    de, en : str
        The same statement in both languages; neither may be empty.
    """

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
