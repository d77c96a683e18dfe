"""Weight and speed of pages of the built report in Chromium, cold cache, local static server.

Run ``python benchmarks/site.py [folder of the built report]`` after ``make report``; with ``--build`` the report is
built from the executed notebooks and printed first, both languages with all beside them, and the time is written.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import statistics
import sys
import threading
import time
from pathlib import Path

from measured import conditions, write
from playwright.sync_api import Browser, sync_playwright

from dewak_research.book.book import publish
from dewak_research.book.pdf import CHAPTERS, print_report
from dewak_research.paths import BOOK
from dewak_research.pipeline import PDF

PAGES = (
    "index.html",
    "404.html",
    "de/index.html",
    "de/explorer.html",
    "de/explorer.html?level=kreise",
    "de/compare.html",
    "de/compare.html?units=05562020,05954",
    "de/profiles.html",
    "de/profile/05562020.html",
    "de/profile/14626.html",
    "de/council/05562020.html",
    "de/40_profile_05562020.html",
    *(f"de/{name}.html" for name in CHAPTERS),
    "en/20_fiscal_stress_test.html",
    "de/20_fiscal_stress_test_check.html",
    "de/notebooks/00_data.html",
    "de/methods.html",
    "de/sources.html",
    "de/glossary.html",
    "de/activation.html",
    "de/rooms.html",
    "de/cite.html",
    "de/search.html",
    "de/embed/20_fiscal_stress_test_today_map.html",
)
"""Every kind of page, and every chapter."""
SLOWER, RUNS = 4, 3
MARK = "explorer"
"""What the script of the page with map and ranking marks as soon as it answers."""
USABLE = "name => performance.getEntriesByName(name).map(e => e.startTime)[0] ?? null"
PAINT = "() => performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0] ?? null"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def build(html: Path) -> tuple[float, float]:
    """Build the report from the executed notebooks, print it, and return the seconds of both."""
    begun = time.perf_counter()
    publish(html=html)
    built = time.perf_counter()
    print_report(html, PDF)
    return built - begun, time.perf_counter() - built


def measure(browser: Browser, address: str) -> tuple[int, int, int, float, float | None]:
    """Return requests, bytes, elements, milliseconds to the first content and to an answer, with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    told = context.new_cdp_session(page)
    told.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    told.send("Network.enable")
    seen: list[int] = []
    asked: list[str] = []
    told.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    told.on(
        "Network.dataReceived", lambda event: seen.append(event["dataLength"])
    )  # a body asked for may be gone
    page.goto(address)
    page.wait_for_load_state("networkidle")
    paint, nodes = page.evaluate(PAINT), page.evaluate("document.querySelectorAll('*').length")
    usable = page.evaluate(USABLE, MARK)
    context.close()
    asked = [url for url in asked if not url.startswith("data:")]
    return len(asked), sum(seen), nodes, paint if paint is not None else float("nan"), usable


def main() -> None:
    wanted = [word for word in sys.argv[1:] if word != "--build"]
    html = Path(wanted[0]) if wanted else BOOK / "_build" / "html"
    built = ""
    if "--build" in sys.argv:
        pages, printed = build(html)
        built = (
            f"Built from the executed notebooks, both languages, in {pages:,.0f} s and printed as PDF in "
            f"{printed:,.0f} s: {pages + printed:,.0f} s.\n"
        )
        print(built, flush=True)
    if not (html / "index.html").is_file():
        print("no built report: run make report first; nothing measured")
        return
    lost = [name for name in PAGES if not (html / name.partition("?")[0]).is_file()]
    if lost:
        raise SystemExit(f"not in the built report: {', '.join(lost)}")
    handler = functools.partial(_Quiet, directory=str(html))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lines = []
    with sync_playwright() as playwright:
        chromium = os.environ.get("DEWAK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        version = browser.version
        for name in PAGES:
            found = [measure(browser, f"http://127.0.0.1:{server.server_port}/{name}") for _ in range(RUNS)]
            requests, size, nodes, *_ = found[0]
            paints = [paint for *_, paint, _ in found]
            answers = [usable for *_, usable in found if usable is not None]
            answered = f"{statistics.median(answers):,.0f}" if answers else ""
            lines.append(
                f"| {name} | {requests} | {size / 1024:,.0f} | {nodes:,} | {min(paints):,.0f} "
                f"| {statistics.median(paints):,.0f} | {answered} |"
            )
            print(lines[-1], flush=True)
        browser.close()
    server.shutdown()
    files = [path for path in html.rglob("*") if path.is_file()]
    whole = sum(path.stat().st_size for path in files) / 1024**2
    printed = [path for path in PDF.rglob("*.pdf") if path.is_file()]
    paper = sum(path.stat().st_size for path in printed) / 1024**2
    text = (
        "# Pages of the report\n\n"
        f"First view at 1280 × 900, cold cache, local static server, no compression; processor slowed "
        f"{SLOWER} times.\nFirst content painted: least and median of {RUNS}.\n\n"
        "| page | requests | KB | elements | first content, least ms | median ms | answers, median ms |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n"
        + "\n".join(lines)
        + f"\n\nThe whole report: {whole:,.1f} MB in {len(files):,} files, and {paper:,.1f} MB in {len(printed)} PDFs. "
        f"{built}\n\n"
        "Targets: start page and chapter at most 600 KB and 20 requests, chapter at most 2,500 elements; first content "
        "within\n1,000 ms on start page and profile and 1,500 ms on a chapter; map and ranking\n"
        "answer within 2,000 ms; the whole report at most 120 MB, built within 360 s on top of the stages.\n"
    )
    write("site", [text, conditions(more=f"Chromium {version}")])


if __name__ == "__main__":
    main()
