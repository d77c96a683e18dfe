"""What was understood of a file: figures for the workbook, and everything that has to be said about them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from dewak_research.language import Text
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.questions import Question
from dewak_research.own.template import SumCheck

SHOWN = 12  #: of a long list, so many are said
ROW_COLUMNS = ("where", "label", "printed", "sheet", "line", "year", "kind", "value")


def no_rows() -> pd.DataFrame:
    """Return the empty table from → to."""
    return pd.DataFrame(columns=list(ROW_COLUMNS))


@dataclass(frozen=True)
class Understood:
    """What a file yields.

    Attributes
    ----------
    figures : DataFrame
        sheet, line, year, kind, value (euro, persons, percent), origin ``imported``; empty while a question is open.
    notes : list of Text
        What was understood, in words.
    mappings : list of ImportMap
        How the file was read, one per sheet that it fills; none for a table of the statistical offices.
    sums : list of SumCheck
        Printed sums against their parts, where the file prints them.
    unmapped : Series
        Largest absolute amount of a year in euro by label: what has no line in the workbook.
    rows : DataFrame
        From → to, one row per cell that was used: where (row and column of the file), label, printed (as it stands),
        sheet, line, year, kind, value (euro); empty for a table of the statistical offices.
    register : list of dict
        Rows of the sheet Register of residents (date, age, male, female) from a table by age and sex; mostly empty.
    questions : list of Question
        What a person must decide before anything is written.
    """

    figures: pd.DataFrame
    notes: list[Text]
    mappings: list[ImportMap] = field(default_factory=list)
    sums: list[SumCheck] = field(default_factory=list)
    unmapped: pd.Series[float] = field(default_factory=lambda: pd.Series(dtype="float64"))
    rows: pd.DataFrame = field(default_factory=no_rows)
    register: list[dict[str, object]] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def mapping(self) -> ImportMap | None:
        """How the file was read, where it is one table."""
        return self.mappings[0] if len(self.mappings) == 1 else None
