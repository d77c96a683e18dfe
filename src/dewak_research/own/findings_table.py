"""The findings of a check as a table in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from dewak_research.language import Language
from dewak_research.own.check import REPORT_NAME, CheckResult, word

SHOWN_FINDINGS = 60


def print_findings(result: CheckResult, language: Language) -> None:
    """Print the findings as a table; text from the workbook is shown as it is, never as markup."""
    console = Console(highlight=False)
    if not result.findings:
        console.print(Plain(word("none", language)))
        return
    table = Table(show_lines=True)
    for column in ("weight", "where", "what", "right", "next"):
        table.add_column(word(column, language), overflow="fold")
    for found in result.findings[:SHOWN_FINDINGS]:
        problem = found.problem
        said = (problem.what[language], problem.right[language], problem.next_step[language])
        table.add_row(*map(Plain, (word(found.severity, language), problem.where, *said)))
    console.print(table)
    more = len(result.findings) - SHOWN_FINDINGS
    if more > 0:
        console.print(Plain(word("more_in_report", language, n=more, file=REPORT_NAME)))
    counts = (f"{word(weight, language)}: {n}" for weight, n in result.counts.items())
    console.print(Plain(", ".join(counts)))
