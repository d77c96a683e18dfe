"""Measure what the page promises: a check, a GENESIS table of 3 MB, a PDF of 60 pages, from new to the report.

Run ``python benchmarks/own_figures.py [FOLDER_WITH_GENESIS_TABLES]``; writes results/own_figures.md. Everything stands
beside a fresh interpreter that imports pandas and openpyxl and does nothing.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
from measured import conditions, load, write
from measured import timed as measured

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

FLOOR, ALONE = "import openpyxl, pandas", "pandas and openpyxl alone"


Row = tuple[str, float, float | None]
ROWS: list[Row] = []
"""What was measured: name, seconds, target in seconds."""


def told(name: str, seconds: float, target_s: float | None = None) -> None:
    """Keep a measurement and show it."""
    ROWS.append((name, seconds, target_s))
    print(f"{name}: {seconds:.2f} s", flush=True)


def timed(name: str, act: Callable[[], object], target_s: float | None = None) -> None:
    """Measure the seconds an action takes."""
    told(name, measured(act)[0], target_s)


def processor(name: str, code: str, target_s: float | None = None) -> None:
    """Measure the least processor time of three fresh interpreters."""
    told(name, min(measured(python(code))[1] for _ in range(3)), target_s)


def python(code: str) -> Callable[[], object]:
    """Return an action that runs code in a fresh interpreter, so that imports count."""
    return lambda: subprocess.run([sys.executable, "-c", code], check=True)


START = "from dewak_research.own.start.command import run_page; from pathlib import Path; import sys; "
START += "run_page(0, False, 'de', Path(sys.argv[1]))"


def through_the_page(own: Path, workbook: bytes, key: str) -> None:
    """Measure the page of `dewak start`: until it opens, from the upload of a workbook to its findings, twice."""
    begun = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", START, str(own)], stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        address = next(word for word in page.stdout.readline().split() if word.startswith("http"))
        site = address.split("/?")[0]
        with httpx2.Client(headers={"origin": site}, follow_redirects=True, timeout=300) as client:
            client.get(address)
            told("start, fresh process, to the first page", time.perf_counter() - begun)
            sent = {"files": ("eingabe.xlsx", workbook)}
            for name in ("first upload to findings", "upload to findings"):
                post = lambda: client.post(f"{site}/town/{key}/files", files=sent).raise_for_status()  # noqa: E731
                timed(name, post, 4)
            a_printed_budget(client, f"{site}/town/{key}")
        page.terminate()


def a_printed_budget(client: httpx2.Client, town: str) -> None:
    """Measure a PDF of 60 pages on the page: from the upload to its draft, from the confirmation to the findings."""
    from own.intake.printed_plans import long_book

    sent = {"files": ("haushalt.pdf", long_book(60))}
    begun = time.perf_counter()
    draft = client.post(f"{town}/files", files=sent).raise_for_status()
    shown = time.perf_counter()
    found = re.search(r'value="(yes-[0-9a-f]+)"', draft.text)
    assert found is not None
    answer = {"do": "answer", "answer:pdf_confirmed": found[1]}
    client.post(str(draft.url), data=answer).raise_for_status()
    last = client.post(str(draft.url), data={"do": "write"}).raise_for_status()
    assert str(last.url).endswith("/findings")
    spent = time.perf_counter() - begun
    told("PDF of 60 pages, upload to draft", shown - begun)
    told("PDF of 60 pages, upload to findings", spent, 4)


def main() -> None:
    """Measure everything once."""
    from own import musterstadt

    before = load()
    timed(ALONE, python(FLOOR))
    processor(f"{ALONE}, processor time", FLOOR)
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder)
        head = f"from pathlib import Path; own = Path({folder!r}); "
        new = "from dewak_research.own.workbook import new_workbook; "
        new += "new_workbook('05562020', 'de', 2026, own=own)"
        check = "import gc; gc.set_threshold(100_000); from dewak_research.own.check import check_workbook; "
        check += "from dewak_research.own.check import write_check; "
        check += f"write_check(check_workbook({musterstadt.KEY!r}, own), own / {musterstadt.KEY!r}, 'de')"
        report = "from dewak_research.own.report import build_own_report; "
        report += f"build_own_report({musterstadt.KEY!r}, own=own)"
        musterstadt.write(own)
        timed("new, fresh process", python(head + new), 90)
        timed("check with page and marked copy, fresh process", python(head + check), 3)
        processor("check, processor time", head + check, 1.5)
        timed("report in two languages, fresh process", python(head + report), 90)
        workbook = own / musterstadt.KEY / "eingabe.xlsx"
        through_the_page(own, workbook.read_bytes(), musterstadt.KEY)
    from dewak_research.data.genesis import read_genesis

    for file in sorted(Path(sys.argv[1]).glob("*.csv")) if len(sys.argv) > 1 else []:
        data = file.read_bytes()
        timed(f"{file.name}, {len(data) / 1e6:.1f} MB", lambda data=data: read_genesis(data), 2)  # type: ignore[misc]
    alone = ROWS[0][1]
    lines = [
        "# Own figures",
        "",
        "Musterstadt, an invented town (20 sheets, 3 actuals, 5 plan years); wall time unless processor time is named.",
        "",
        "| what | s | target, s | times pandas and openpyxl alone |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {seconds:.2f} | {'' if target is None else f'{target:g}'} | {seconds / alone:.1f} |"
            for name, seconds, target in ROWS
        ),
        "",
        conditions(before),
    ]
    write("own_figures", lines)


if __name__ == "__main__":
    main()
