"""What a check leaves behind: ``pruefbericht.html`` and a copy of the workbook with its findings as comments."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from dewak_research.language import Language, Text
from dewak_research.own.check import CheckResult
from dewak_research.own.checks_finding import amount
from dewak_research.own.checks_sums import label_of
from dewak_research.own.template import load_template
from dewak_research.own.workbook import FILE_NAME
from dewak_research.own.workbook_read import open_workbook

REPORT_NAME, MARKED_NAME = "pruefbericht.html", "eingabe_geprueft.xlsx"
MOST_FINDINGS = 1_000
PAINT = {
    "error": PatternFill("solid", fgColor="F4B6AC"),
    "warning": PatternFill("solid", fgColor="FBE0A6"),
    "note": PatternFill("solid", fgColor="DDE3E8"),
}
WORDS: dict[str, Text] = {
    "title": Text("Prüfbericht", "Check report"),
    "error": Text("Fehler", "Error"),
    "warning": Text("Hinweis", "Warning"),
    "note": Text("Anmerkung", "Note"),
    "what": Text("Was", "What"),
    "where": Text("Wo", "Where"),
    "right": Text("Richtig wäre", "Right would be"),
    "next": Text("Nächster Schritt", "Next step"),
    "weight": Text("Gewicht", "Weight"),
    "none": Text("Keine Befunde. Der Bericht kann erstellt werden.", "No findings. The report can be built."),
    "blocked": Text(
        "Fehler verhindern den Bericht; Hinweise und Anmerkungen nicht.",
        "Errors stop the report; warnings and notes do not.",
    ),
    "sums": Text("Summen", "Sums"),
    "line": Text("Zeile", "Line"),
    "year": Text("Jahr", "Year"),
    "given": Text("eingetragen", "entered"),
    "computed": Text("berechnet", "computed"),
    "state": Text("Ergebnis", "Outcome"),
    "state_ok": Text("stimmt", "ok"),
    "state_rounded": Text("stimmt (Rundung)", "ok (rounding)"),
    "state_fails": Text("stimmt nicht", "fails"),
    "state_not_checkable": Text("nicht prüfbar", "not checkable"),
    "state_computed": Text("nicht eingetragen, berechnet", "not entered, computed"),
    "more": Text(
        "Es gibt weitere Befunde; gezeigt werden die ersten {n}.",
        "There are more findings; the first {n} are shown.",
    ),
}


def render_check(result: CheckResult, language: Language) -> str:
    """Return the report as one HTML page; every text from the workbook is escaped."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((files(__package__) / "check_report.html").read_text(encoding="utf-8"))
    layout = load_template()
    sums = [
        {
            "sheet": layout.sheets[check.sheet][language],
            "line": label_of(check.sheet, check.line)[language],
            "year": f"{layout.kinds[check.kind][language]} {check.year}",
            "given": "" if check.given is None else amount(check.given, language),
            "computed": "" if check.computed is None else amount(round(check.computed, 2), language),
            "state": check.state,
        }
        for check in result.sums
    ]
    counts = {s: sum(f.severity == s for f in result.findings) for s in ("error", "warning", "note")}
    return template.render(
        language=language,
        words={name: text[language] for name, text in WORDS.items()},
        name=result.reading.form.get("name") or result.key,
        key=result.key,
        findings=[
            {
                "severity": found.severity,
                "where": found.problem.where,
                "what": found.problem.what[language],
                "right": found.problem.right[language],
                "next": found.problem.next_step[language],
            }
            for found in result.findings[:MOST_FINDINGS]
        ],
        more=WORDS["more"][language].format(n=MOST_FINDINGS) if len(result.findings) > MOST_FINDINGS else "",
        counts=counts,
        sums=sums,
    )


def write_check(result: CheckResult, folder: Path, language: Language) -> None:
    """Write the page and the marked copy into the folder of the municipality."""
    (folder / REPORT_NAME).write_text(render_check(result, language), encoding="utf-8", newline="\n")
    _mark_copy(result, folder / FILE_NAME, folder / MARKED_NAME, language)


def _mark_copy(result: CheckResult, source: Path, target: Path, language: Language) -> None:
    book = open_workbook(source, values=False)
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for found in result.findings[:MOST_FINDINGS]:
        if found.sheet in book.sheetnames:
            text = (
                f"{WORDS[found.severity][language]}: {found.problem.what[language]}\n"
                f"{WORDS['right'][language]}: {found.problem.right[language]}"
            )
            places.setdefault((str(found.sheet), found.cell or "B1"), []).append((found.severity, text))
    for (sheet, address), entries in places.items():
        cell = book[sheet][address]
        if type(cell).__name__ == "MergedCell":
            continue
        comment = Comment("\n\n".join(text for _, text in entries)[:3_000], "dewak")
        comment.width, comment.height = 380, 60 + 60 * min(len(entries), 6)
        cell.comment = comment
        if cell.coordinate != "B1":
            cell.fill = PAINT[entries[0][0]]
    book.save(target)
    target.chmod(0o644)
