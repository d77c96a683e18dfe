"""Check a workbook: all problems at once, and the figures as they are to be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dewak_research.errors import InputError
from dewak_research.own.checks_finding import Finding
from dewak_research.own.checks_form import check_form, check_lists, peers_of
from dewak_research.own.checks_sums import SumCheck, check_sums, sum_findings
from dewak_research.own.checks_values import check_values
from dewak_research.own.prefill import embedded_figures
from dewak_research.own.safety import own_folder
from dewak_research.own.template import load_template
from dewak_research.own.workbook import FILE_NAME
from dewak_research.own.workbook_contents import Reading
from dewak_research.own.workbook_read import read_workbook

WEIGHT = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True)
class CheckResult:
    """Findings (errors first), the state of every sum, and what was read."""

    key: str
    findings: list[Finding]
    sums: list[SumCheck]
    reading: Reading
    embedded: pd.DataFrame

    @property
    def errors(self) -> list[Finding]:
        """Findings that stop the report."""
        return [found for found in self.findings if found.severity == "error"]


def check_workbook(key: str, own: Path | None = None, path: Path | None = None) -> CheckResult:
    """Check the workbook of one municipality.

    Parameters
    ----------
    key : str
        Municipality key or own identifier; names the folder below ``own``.
    own : Path, optional
        Folder of all own figures; ``data/own`` unless told.
    path : Path, optional
        Another workbook to check under this key.

    Raises
    ------
    InputError
        The key is not allowed, or the file cannot be read as a workbook of this template.
    """
    file = path or own_folder(key, own) / FILE_NAME
    reading = read_workbook(file, key)
    embedded = embedded_figures(key)
    findings = list(reading.findings)
    findings += check_form(reading, key)
    findings += check_lists(reading)
    sums = check_sums(reading.figures)
    findings += sum_findings(reading, sums)
    findings += check_values(reading, embedded)
    order = {title: index for index, title in enumerate(reading.titles.values())}
    findings.sort(key=lambda f: (WEIGHT[f.severity], order.get(f.sheet or "", 99), f.cell or "", f.code))
    return CheckResult(key, findings, sums, reading, embedded)


@dataclass(frozen=True)
class OwnFigures:
    """Own figures ready for analysis.

    Attributes
    ----------
    figures : DataFrame
        sheet, line, year, kind, value (never NA), origin (given, prefilled, changed, overridden), reason.
    missing : DataFrame
        sheet, line, year, kind of required lines without a value.
    """

    key: str
    name: str
    rule_set: str
    peers: list[str]
    figures: pd.DataFrame
    missing: pd.DataFrame
    services: pd.DataFrame
    sources: pd.DataFrame


def load_own(key: str, own: Path | None = None) -> OwnFigures:
    """Check the workbook and return its figures, with overrides applied.

    Raises
    ------
    InputError
        The check found errors; all of them are in it.
    """
    result = check_workbook(key, own)
    if result.errors:
        raise InputError([found.problem for found in result.errors])
    return own_figures(result)


def own_figures(result: CheckResult) -> OwnFigures:
    """Return the figures of a checked workbook; where each comes from stands beside it."""
    reading, template = result.reading, load_template()
    keys = ["sheet", "line", "year", "kind"]
    frame = reading.figures.loc[reading.figures["value"].notna(), [*keys, "value"]].copy()
    official = result.embedded[[*keys, "value"]].rename(columns={"value": "official"})
    frame = frame.merge(official, on=keys, how="left")
    frame["origin"] = "given"
    known = frame["official"].notna()
    same = known & ((frame["value"] - frame["official"]).abs() <= 0.5)
    frame.loc[same, "origin"] = "prefilled"
    frame.loc[known & ~same, "origin"] = "changed"
    frame["reason"] = ""
    for row in reading.lists.get("overrides", []):
        year = row.get("year")
        if not isinstance(year, float):
            continue
        kinds = {kind for known_year, kind in reading.years[str(row["sheet"])] if known_year == int(year)}
        kind = "plan" if kinds == {"plan"} else "actual"
        place = (
            (frame["sheet"] == row["sheet"])
            & (frame["line"] == row["line"])
            & (frame["year"] == int(year))
            & (frame["kind"] == kind)
        )
        frame = frame[~place]
        extra = {
            "sheet": row["sheet"],
            "line": row["line"],
            "year": int(year),
            "kind": kind,
            "value": row["value"],
            "origin": "overridden",
            "reason": str(row.get("reason", "")),
        }
        frame = pd.concat([frame, pd.DataFrame([extra])], ignore_index=True)
    frame = frame.drop(columns="official").sort_values(keys, ignore_index=True)
    filled = set(zip(*(frame[c] for c in ("sheet", "year", "kind")), strict=True))
    present = set(zip(*(frame[c] for c in keys), strict=True))
    missing = [
        (sheet, line.id, year, kind)
        for sheet, columns in reading.years.items()
        for line in template.grids[sheet].values()
        for year, kind in columns
        if line.need != "sum"
        and (sheet, year, kind) in filled
        and (sheet, line.id, year, kind) not in present
    ]
    rules = template.option_of(reading.form.get("rule_set", ""), ("nrw", "none")) or "none"
    return OwnFigures(
        key=result.key,
        name=reading.form.get("name", ""),
        rule_set=rules,
        peers=peers_of(reading.form.get("peers", "")),
        figures=frame,
        missing=pd.DataFrame(missing, columns=keys),
        services=_rows(reading, "services"),
        sources=_rows(reading, "sources"),
    )


def _rows(reading: Reading, sheet: str) -> pd.DataFrame:
    columns = [column.id for column in load_template().lists[sheet]]
    rows = [{name: row.get(name) for name in columns} for row in reading.lists.get(sheet, [])]
    return pd.DataFrame(rows, columns=columns)
