"""Make the folder and the prefilled workbook of one municipality; an existing workbook is never lost."""

from __future__ import annotations

from pathlib import Path

from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Language, Text
from dewak_research.own.prefill import embedded_figures, official_table
from dewak_research.own.safety import check_key, clean_text, own_folder
from dewak_research.own.workbook import FILE_NAME, save_workbook
from dewak_research.own.workbook_contents import Contents, default_years, merge_years


def registered_name(key: str) -> str | None:
    """Return the name of a municipality in North Rhine-Westphalia or of a Kreis, or None."""
    if len(key) == 8:
        towns = official_table("nrw_gemeinden").set_index("ags")["name"]
        return str(towns[key]) if key in towns.index else None
    kreise = official_table("kreise").set_index("ags")["name"]
    return str(kreise[key]) if key in kreise.index else None


def new_contents(key: str, language: Language, budget_year: int, name: str | None = None) -> Contents:
    """Return the contents of a fresh workbook: the form and every embedded figure.

    Parameters
    ----------
    key : str
        Municipality key or own identifier.
    language : {"de", "en"}
        Language of the workbook.
    budget_year : int
        The year of the budget that is looked at; decides which columns are offered.
    name : str, optional
        Needed where the register does not know the key (a municipality outside NRW, an own identifier).

    Raises
    ------
    InputError
        The key is not allowed, or it is unknown and no name was given.
    """
    check_key(key)
    known = registered_name(key)
    if name is None and known is None:
        near = nearest(key, sorted(official_table("nrw_gemeinden")["ags"])) or "05911000"
        raise InputError(
            Problem(
                Text(f"»{key}« steht nicht im Gemeindeverzeichnis", f"“{key}” is not in the register"),
                "AGS",
                Text(
                    f"ein Schlüssel wie {near}, oder ein Name dazu",
                    f"a key such as {near}, or a name with it",
                ),
                Text(
                    f'dewak new {key} --name "Name der Gemeinde"',
                    f'dewak new {key} --name "Name of the town"',
                ),
            )
        )
    rules = "nrw" if key.isdigit() and key.startswith("05") else "none"
    figures = embedded_figures(key)
    form = {"name": clean_text(name or known, 300), "key": key, "rule_set": rules, "peers": "", "contact": ""}
    return Contents(language, form, figures, merge_years(default_years(budget_year), figures))


def new_workbook(
    key: str,
    language: Language,
    budget_year: int,
    name: str | None = None,
    force: bool = False,
    own: Path | None = None,
) -> Path:
    """Write ``data/own/<key>/eingabe.xlsx`` and return its path.

    Raises
    ------
    InputError
        There is a workbook already and ``force`` is not set; with it, the old one is kept as a numbered backup.
    """
    folder = own_folder(key, own)
    contents = new_contents(key, language, budget_year, name)
    path = folder / FILE_NAME
    if path.exists() and not force:
        raise InputError(
            Problem(
                Text("hier liegt schon eine Arbeitsmappe", "there is a workbook already"),
                f"data/own/{key}/{FILE_NAME}",
                Text("weiterarbeiten mit der vorhandenen", "go on with the one that is there"),
                Text(f"dewak check {key}, oder dewak new {key} --force (die alte wird aufgehoben)",
                     f"dewak check {key}, or dewak new {key} --force (the old one is kept)"),
            )
        )  # fmt: skip
    keep_backup(path)
    save_workbook(contents, path)
    return path


def keep_backup(path: Path) -> Path | None:
    """Move an existing workbook to ``eingabe.sicherung-<n>.xlsx`` and return that path."""
    if not path.exists():
        return None
    number = 1
    while (target := path.with_name(f"{path.stem}.sicherung-{number}.xlsx")).exists():
        number += 1
    path.replace(target)
    return target
