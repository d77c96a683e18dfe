"""How the sum of a line is written in a message, in words a user finds in the sheet."""

from __future__ import annotations

from dewak_research.language import LANGUAGES, Text
from dewak_research.own.template import Line


def formula_text(line: Line, lines: dict[str, Line]) -> Text:
    """Return ``10 = 01 + … + 09`` in words a user finds in the sheet."""

    def side(language: str) -> str:
        def short(part: str) -> str:
            return lines[part].number or lines[part].label[language]  # type: ignore[index]

        plus = " + ".join(short(p) for p in line.plus)
        if len(line.plus) > 3 and all(lines[p].number for p in line.plus):
            plus = f"{line.plus[0]} + … + {line.plus[-1]}"
        return f"{short(line.id)} = {plus}" + "".join(f" − {short(p)}" for p in line.minus)

    return Text(*(side(language) for language in LANGUAGES))
