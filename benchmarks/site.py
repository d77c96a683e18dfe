"""Weight and speed of pages of the built report in Chromium, cold cache, local static server.

Run ``python benchmarks/site.py [folder of the built report]`` after ``make report``.
"""

from __future__ import annotations

import functools
import http.server
import os
import platform
import shutil
import statistics
import sys
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dewak_research.paths import BOOK, ROOT

PAGES = (
    "index.html",
    "de/index.html",
    "de/explorer.html",
    "de/profiles.html",
    "de/profile/05562020.html",
    "de/00_data.html",
    "de/10_social_spending_disparities.html",
    "de/20_fiscal_stress_test.html",
    "de/30_case_study_evaluation.html",
    "de/50_integrated_plan.html",
    "de/60_space.html",
    "en/20_fiscal_stress_test.html",
)
SLOWER, RUNS = 4, 3
RESULTS = ROOT / "benchmarks" / "results" / "site.md"
PAINT = "() => performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)[0] ?? null"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def measure(browser: Browser, address: str) -> tuple[int, int, int, float]:
    """Return requests, bytes, elements and milliseconds to the first content of one page, with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    seen: list[int] = []
    page.on("response", lambda answer: seen.append(len(answer.body()) if answer.ok else 0))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    paint, nodes = page.evaluate(PAINT), page.evaluate("document.querySelectorAll('*').length")
    context.close()
    return len(seen), sum(seen), nodes, paint if paint is not None else float("nan")


def main() -> None:
    html = Path(sys.argv[1]) if len(sys.argv) > 1 else BOOK / "_build" / "html"
    if not (html / "index.html").is_file():
        print("no built report: run make report first; nothing measured")
        return
    handler = functools.partial(_Quiet, directory=str(html))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    lines = []
    with sync_playwright() as playwright:
        chromium = os.environ.get("DEWAK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        version = browser.version
        for name in (page for page in PAGES if (html / page).is_file()):
            found = [measure(browser, f"http://127.0.0.1:{server.server_port}/{name}") for _ in range(RUNS)]
            requests, size, nodes, _ = found[0]
            paints = [paint for *_, paint in found]
            lines.append(
                f"| {name} | {requests} | {size / 1024:,.0f} | {nodes:,} | {min(paints):,.0f} "
                f"| {statistics.median(paints):,.0f} |"
            )
            print(lines[-1], flush=True)
        browser.close()
    server.shutdown()
    files = [path for path in html.rglob("*") if path.is_file()]
    whole = sum(path.stat().st_size for path in files) / 1024**2
    RESULTS.write_text(
        "# Pages of the report\n\n"
        f"First view at 1280 × 900, cold cache, local static server, no compression; Chromium {version},\n"
        f"processor slowed {SLOWER} times. {platform.machine()}, Python {platform.python_version()}. First content "
        f"painted: least and median of {RUNS}.\n\n"
        "| page | requests | KB | elements | first content, least ms | median ms |\n|---|---:|---:|---:|---:|---:|\n"
        + "\n".join(lines)
        + f"\n\nThe whole report: {whole:,.0f} MB in {len(files):,} files. "
        f"Load of the machine while measuring: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n\n"
        "Targets: start page and chapter at most 600 KB and 20 requests, chapter at most 2,500 elements; first content "
        "within\n1,000 ms on start page and profile and 1,500 ms on a chapter; the whole report at most 120 MB.\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
