"""Nothing from outside is trusted: keys become folders only when they are harmless, workbooks open within limits."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text
from dewak_research.paths import OWN

LARGEST_WORKBOOK_BYTES = 20_000_000
LARGEST_PART_BYTES = 25_000_000
LARGEST_TOTAL_BYTES = 60_000_000
HIGHEST_RATIO = 200
MOST_PARTS = 1_000
LONGEST_TEXT = 2_000
_KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?", re.ASCII)
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_NEXT = Text(
    "Arbeitsmappe in Excel neu als .xlsx speichern und wiederholen",
    "save the workbook again as .xlsx and retry",
)


def check_key(key: str) -> str:
    """Return the key if it can name a folder.

    A German key has 8 digits (municipality) or 5 (Kreis); an own identifier has up to 40 letters, digits, ``-``, ``_``.

    Raises
    ------
    InputError
        The key is empty, too long, holds other characters (``/``, ``..``, spaces) or is a reserved name.
    """
    right = Text(
        "8 Ziffern (Gemeinde), 5 Ziffern (Kreis) oder eine eigene Kennung: bis 40 Buchstaben, Ziffern, - und _",
        "8 digits (municipality), 5 digits (Kreis) or an own identifier of at most 40 letters, digits, - and _",
    )
    if _KEY.fullmatch(key) and key.casefold() not in _RESERVED and (not key.isdigit() or len(key) in (5, 8)):
        return key
    shown = clean_text(key)[:60]
    if key.isdigit() and len(key) in (4, 7):
        right = Text(f"mit führender Null: 0{key}", f"with a leading zero: 0{key}")
    raise InputError(
        Problem(
            Text(f"»{shown}« ist kein zulässiger Schlüssel", f"“{shown}” is not an allowed key"),
            "AGS",
            right,
            Text(
                "Schlüssel berichtigen, zum Beispiel: dewak new 05911000",
                "correct the key, for example: dewak new 05911000",
            ),
        )
    )


def own_folder(key: str, own: Path | None = None) -> Path:
    """Return ``data/own/<key>``; the result always lies directly below ``own`` and is no link to elsewhere."""
    base = (own or OWN).resolve()
    folder = base / check_key(key)
    if folder.resolve().parent != base:
        raise InputError(
            Problem(
                Text("der Ordner führt aus data/own hinaus", "the folder leads out of data/own"),
                f"data/own/{key}",
                Text("ein gewöhnlicher Ordner", "an ordinary folder"),
                Text("die Verknüpfung entfernen", "remove the link"),
            )
        )
    return folder


def clean_text(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return text without control and direction characters, cut at ``longest``."""
    text = _CONTROL.sub("", str(value)).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def is_formula_like(value: str) -> bool:
    """Whether a spreadsheet could take the text for a formula (``=``, ``+``, ``-``, ``@``, tab)."""
    return value[:1] in "=+-@\t\r" and bool(value)


def check_workbook_file(path: Path) -> None:
    """Refuse what must not be opened as a workbook: wrong kind, macros, archives that unpack to too much.

    Raises
    ------
    InputError
        Names every reason at once.
    """
    where = clean_text(path.name)

    def wrong(what: Text, right: Text, next_step: Text = _NEXT) -> Problem:
        return Problem(what, where, right, next_step)

    if not path.is_file():
        raise InputError(
            wrong(
                Text("die Arbeitsmappe fehlt", "the workbook is missing"),
                Text("eine Datei eingabe.xlsx", "a file eingabe.xlsx"),
                Text(f"dewak new {where.split('.')[0] if where.isdigit() else '<AGS>'}", "dewak new <AGS>"),
            )
        )
    xlsx = Text("eine Arbeitsmappe im Format .xlsx", "a workbook in the format .xlsx")
    size = path.stat().st_size
    if size > LARGEST_WORKBOOK_BYTES:
        raise InputError(
            wrong(
                Text("die Datei ist zu groß", "the file is too large"),
                Text("höchstens 20 MB", "at most 20 MB"),
            )
        )
    if size == 0:
        raise InputError(wrong(Text("die Datei ist leer", "the file is empty"), xlsx))
    with path.open("rb") as handle:
        if handle.read(4) == b"\xd0\xcf\x11\xe0":
            raise InputError(
                wrong(
                    Text(
                        "altes Excel-Format (.xls) oder mit Kennwort geschützt",
                        "old Excel format (.xls) or protected by a password",
                    ),
                    xlsx,
                )
            )
    try:
        with zipfile.ZipFile(path) as archive:
            problems = _archive_problems(archive.infolist(), wrong)
            if not problems and archive.testzip() is not None:
                raise zipfile.BadZipFile
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ValueError,
        zlib.error,
    ) as error:
        raise InputError(
            wrong(
                Text(
                    "die Datei ist keine Arbeitsmappe oder beschädigt", "the file is no workbook or damaged"
                ),
                xlsx,
            )
        ) from error
    if problems:
        raise InputError(problems)


def _archive_problems(parts: list[zipfile.ZipInfo], wrong: object) -> list[Problem]:
    make = wrong
    assert callable(make)
    problems: list[Problem] = []
    names = [part.filename for part in parts]
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        problems.append(
            make(
                Text("die Datei ist keine Excel-Arbeitsmappe", "the file is no Excel workbook"),
                Text("das Format .xlsx", "the format .xlsx"),
            )
        )
    if any(name.lower().endswith(("vbaproject.bin", ".vbs")) or "activex" in name.lower() for name in names):
        problems.append(
            make(
                Text("die Arbeitsmappe enthält Makros", "the workbook has macros"),
                Text("eine Arbeitsmappe ohne Makros (.xlsx)", "a workbook without macros (.xlsx)"),
            )
        )
    if any(".." in Path(name).parts or name.startswith(("/", "\\")) or ":" in name for name in names):
        problems.append(
            make(
                Text("das Archiv enthält Pfade, die hinausführen", "the archive has paths that lead outside"),
                Text("eine von Excel gespeicherte Datei", "a file saved by Excel"),
            )
        )
    total = sum(part.file_size for part in parts)
    ratio = max((p.file_size / max(p.compress_size, 1) for p in parts if p.file_size > 1_000_000), default=0)
    largest = max((p.file_size for p in parts), default=0)
    if (
        total > LARGEST_TOTAL_BYTES
        or largest > LARGEST_PART_BYTES
        or ratio > HIGHEST_RATIO
        or len(parts) > MOST_PARTS
    ):
        problems.append(
            make(
                Text(
                    "die Datei entpackt sich zu unzulässiger Größe", "the file unpacks to an excessive size"
                ),
                Text(
                    f"entpackt höchstens {LARGEST_TOTAL_BYTES // 10**6} MB",
                    f"at most {LARGEST_TOTAL_BYTES // 10**6} MB unpacked",
                ),
                Text(
                    "leere Zeilen und fremde Blätter löschen, neu speichern",
                    "delete empty rows and foreign sheets, save again",
                ),
            )
        )
    return problems


def open_workbook(path: Path, values: bool) -> Workbook:
    """Open a workbook within the limits; links to other files are dropped.

    Raises
    ------
    InputError
        The file is refused or damaged.
    """
    check_workbook_file(path)
    try:
        return load_workbook(path, data_only=values, keep_links=False, keep_vba=False)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        OSError,
        zipfile.BadZipFile,
        AssertionError,
        OverflowError,
        RecursionError,
    ) as error:
        raise InputError(
            Problem(
                Text("die Arbeitsmappe ist beschädigt", "the workbook is damaged"),
                clean_text(path.name),
                Text(
                    "eine von Excel oder LibreOffice gespeicherte .xlsx-Datei",
                    "an .xlsx file saved by Excel or LibreOffice",
                ),
                Text(
                    "in Excel öffnen, neu speichern und erneut prüfen",
                    "open it in Excel, save it again and check again",
                ),
            )
        ) from error
