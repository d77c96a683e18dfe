"""Make the pictures of the tutorial from the real thing: python tests/own/pictures.py (needs Debian's chromium).

A sheet of the workbook is drawn as HTML from the cells and fills that openpyxl reads; the other pictures are the pages
as the commands write them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

import openpyxl
import pandas as pd
from PIL import Image
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from dewak_research.own.check import check_workbook, write_check
from dewak_research.own.peer_ratios import INGEST_TABLES
from dewak_research.own.report import build_own_report
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.service_inputs import FROM_INGEST
from dewak_research.own.sheets import save_workbook
from dewak_research.own.workbook import new_workbook
from dewak_research.paths import BOOK, PROCESSED
from own import musterstadt

SHOT = [
    "chromium",
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
]


def sheet_html(path: Path, sheet: str, first_row: int, last_row: int, columns: list[int]) -> str:
    """Draw a part of a sheet: values, fills, bold type, column letters and row numbers."""
    ws = openpyxl.load_workbook(path)[sheet]
    letters = "".join(f"<th>{openpyxl.utils.get_column_letter(c)}</th>" for c in columns)
    rows = [f"<tr><th></th>{letters}</tr>"]
    for r in range(first_row, last_row + 1):
        cells = []
        for c in columns:
            cell = ws.cell(r, c)
            fill = cell.fill.fgColor.rgb if cell.fill.patternType else "00FFFFFF"
            value = cell.value
            plain = isinstance(value, int | float) and r > 5
            grouped = plain and abs(value) >= 10_000  # a year has no mark between thousands
            text = (
                f"{value:,.0f}".replace(",", ".") if grouped else escape("" if value is None else str(value))
            )
            colour = "#fff" if str(fill)[2:] == "31495E" else "#222"
            style = f"background:#{str(fill)[2:]};color:{colour};text-align:{'right' if plain else 'left'}"
            style += ";font-weight:700" if cell.font.bold else ""
            cells.append(f'<td style="{style}">{text}</td>')
        rows.append(f"<tr><th>{r}</th>{''.join(cells)}</tr>")
    css = (
        "body{font:13px 'Liberation Sans','DejaVu Sans',sans-serif;margin:0}table{border-collapse:collapse}"
        "td,th{border:1px solid #c8c8c8;padding:2px 6px;white-space:nowrap}"
        "th{background:#eee;color:#555;font-weight:400}"
    )
    return f'<meta charset="utf-8"><style>{css}</style><table>{"".join(rows)}</table>'


def shoot(page: Path, target: Path, width: int, height: int) -> None:
    """Photograph a page and keep it small (64 colours)."""
    target.parent.mkdir(parents=True, exist_ok=True)
    command = [*SHOT, f"--screenshot={target}", f"--window-size={width},{height}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    Image.open(target).convert("RGB").quantize(64).save(target, optimize=True)


def main() -> None:
    """Write all pictures in both languages."""
    names = (*INGEST_TABLES, *FROM_INGEST)
    ingested = {name: pd.read_parquet(PROCESSED / "ingest" / f"{name}.parquet") for name in names}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for language, titles in {
            "de": ("Bilanz", "Ergebnisplan", "Plätze"),
            "en": ("Balance sheet", "Result plan", "Places"),
        }.items():
            pictures = BOOK / "_static" / "own" / language
            own = folder / language
            prefilled = new_workbook("05562020", language, 2026, own=own)  # type: ignore[arg-type]
            draw(
                sheet_html(prefilled, titles[0], 4, 24, [3, 4, 6, 7, 8]),
                own,
                pictures / "workbook.png",
                1010,
                590,
            )
            contents = musterstadt.contents(language)  # type: ignore[arg-type]
            contents.lists.update(musterstadt.planning_lists())
            path = own / musterstadt.KEY / FILE_NAME
            save_workbook(contents, path)
            draw(
                sheet_html(path, titles[1], 4, 22, [2, 3, 4, 8, 9, 10]),
                own,
                pictures / "filled.png",
                1010,
                490,
            )
            book = openpyxl.load_workbook(path)
            book[titles[1]]["F6"], book[titles[1]]["J16"] = "61,2 Mio. €", -33_600_000
            book[titles[1]]["K31"] = 1
            broken = own / "broken" / musterstadt.KEY / FILE_NAME
            broken.parent.mkdir(parents=True)
            book.save(broken)
            write_check(check_workbook(musterstadt.KEY, own / "broken"), broken.parent, language)  # type: ignore[arg-type]
            shoot(broken.parent / "pruefbericht.html", pictures / "check.png", 1000, 560)
            shoot_start(own / "broken", language, pictures / "start.png")
            build_own_report(musterstadt.KEY, ingested=ingested, own=own)
            pages = own / musterstadt.KEY / "bericht" / language
            shoot(pages / "stress.html", pictures / "report.png", 1000, 900)
            draw(sheet_html(path, titles[2], 5, 11, [2, 4, 5]), own, pictures / "places.png", 900, 198)
            shoot(pages / "planning.html", pictures / "planning.png", 1160, 1330)
            leaflet = (
                (pages / "leaflet.html").read_text(encoding="utf-8").replace("@media print", "@media all")
            )
            draw(leaflet, own, pictures / "council.png", 800, 1060)


def shoot_start(own: Path, language: str, target: Path) -> None:
    """Photograph the page of `dewak start` with the findings on the workbook of Musterstadt."""
    code = "from dewak_research.own.start.command import run_page; from pathlib import Path; import sys; "
    command = [sys.executable, "-c", code + "run_page(0, False, 'de', Path(sys.argv[1]))", str(own)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as page,
        sync_playwright() as playwright,
    ):
        assert page.stdout is not None
        address = next(word for word in page.stdout.readline().split() if word.startswith("http"))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        seen = browser.new_page(viewport={"width": 1000, "height": 1080}, locale=language)
        seen.set_default_navigation_timeout(120_000)
        seen.goto(address)
        seen.goto(address.split("?", maxsplit=1)[0] + f"town/{musterstadt.KEY}/findings")
        seen.screenshot(path=target)
        browser.close()
        page.terminate()
    Image.open(target).convert("RGB").quantize(64).save(target, optimize=True)


def draw(html: str, folder: Path, target: Path, width: int, height: int) -> None:
    """Photograph a piece of HTML."""
    page = folder / "sheet.html"
    page.write_text(html, encoding="utf-8")
    shoot(page, target, width, height)


if __name__ == "__main__":
    main()
