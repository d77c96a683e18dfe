"""Ways to draw the map and ranking of the explorer: size and time until it answers, on the real data.

Run ``pip install vl-convert-python pyobsplot`` and then ``python benchmarks/explorer.py [folder of the built report]``;
what is not installed or built is left out. Each way draws the same small page: 396 municipalities, a ranking of them, a
click on an area that marks it in both, and a change of the year. Last comes the page itself.
"""

from __future__ import annotations

import functools
import http.server
import importlib.util
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from measured import conditions
from playwright.sync_api import Browser, sync_playwright

from dewak_research.data import read_boundaries
from dewak_research.page.html import rings
from dewak_research.paths import BOOK, PROCESSED

WIDTH, DETAIL_M, RUNS, SLOWER = 560, 250.0, 5, 4
FIRST, SECOND = 2019, 2018
COLOURS = ["#fde737", "#bcae6c", "#7d7c78", "#414d6b", "#00224e"]
READY = "requestAnimationFrame(()=>requestAnimationFrame(()=>{performance.mark(NAME);}))"
SWITCH = """() => new Promise(done => { const from = performance.now(); change();
  const look = () => performance.getEntriesByName('changed').length ? done(performance.now() - from)
    : requestAnimationFrame(look); look(); })"""


def _data() -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    areas = read_boundaries("towns").to_crs("EPSG:25832").sort_values("ags")[["ags", "name", "geometry"]]
    areas = areas.set_geometry(areas.geometry.simplify_coverage(DETAIL_M))
    panel = pd.read_parquet(PROCESSED / "ingest" / "tax_panel.parquet")
    wide = panel.pivot_table(index="ags", columns="year", values="tax_capacity_eur_pc")
    return areas, wide.reindex(areas["ags"])[[FIRST, SECOND]]


def _page(head: str, body: str) -> str:
    return f'<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>x</title>{head}<body>{body}</body></html>'


def _ready(name: str) -> str:
    return READY.replace("NAME", repr(name))


def _paths(areas: gpd.GeoDataFrame) -> tuple[list[str], float]:
    west, south, east, north = areas.total_bounds
    scale = WIDTH / (east - west)
    return ["".join(rings(shape, west, north, scale)) for shape in areas.geometry], (north - south) * scale


def _geojson(areas: gpd.GeoDataFrame, values: pd.DataFrame) -> dict[str, Any]:
    west, _, _, north = areas.total_bounds
    moved = areas.geometry.translate(-west, -north).scale(WIDTH / 290_000, WIDTH / 290_000, origin=(0, 0))
    shapes = json.loads(moved.set_precision(0.1).to_json())["features"]
    for shape, ags, name, both in zip(
        shapes, areas["ags"], areas["name"], values.to_numpy().tolist(), strict=True
    ):
        del shape["bbox"], shape["id"]
        shape["properties"] = {"ags": ags, "name": name, "first": both[0], "second": both[1]}
    return {"type": "FeatureCollection", "features": shapes}


def _vega_lite(field: str) -> dict[str, Any]:
    chosen = {"name": "chosen", "select": {"type": "point", "fields": ["properties.ags"]}}
    colour = {
        "condition": {"param": "chosen", "empty": False, "value": "#B4500F"},
        "field": f"properties.{field}", "type": "quantitative", "scale": {"type": "quantile", "range": COLOURS},
    }  # fmt: skip
    tip = [{"field": "properties.name"}, {"field": f"properties.{field}", "type": "quantitative"}]
    return {
        "data": {"name": "areas", "url": "areas.json", "format": {"property": "features"}},
        "config": {"view": {"stroke": None}},
        "vconcat": [
            {
                "width": WIDTH, "height": 500, "projection": {"type": "identity", "reflectY": True}, "params": [chosen],
                "mark": {"type": "geoshape", "stroke": "white", "strokeWidth": 0.5},
                "encoding": {"color": colour, "tooltip": tip},
            },
            {
                "width": WIDTH, "height": {"step": 14}, "mark": "bar", "transform": [{"filter": "true"}],
                "encoding": {
                    "y": {"field": "properties.name", "sort": "-x"}, "tooltip": tip,
                    "x": {"field": f"properties.{field}", "type": "quantitative"}, "color": colour,
                },
            },
        ],
    }  # fmt: skip


def vega_lite(folder: Path, areas: gpd.GeoDataFrame, values: pd.DataFrame) -> None:
    """Vega-Lite from the bundle that vl-convert brings along."""
    import vl_convert

    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    (folder / "library.js").write_text(bundle, encoding="utf-8")
    (folder / "areas.json").write_text(json.dumps(_geojson(areas, values), separators=(",", ":")), "utf-8")
    specs = [_vega_lite("first"), _vega_lite("second")]
    draw = "const draw = spec => vegaEmbed('#x', structuredClone(spec), {renderer: 'svg', actions: false});"
    script = (
        f"const specs = {json.dumps(specs)}; {draw}"
        f"draw(specs[0]).then(() => {{ {_ready('ready')} }});"
        f"window.change = () => draw(specs[1]).then(() => {{ {_ready('changed')} }});"
    )
    (folder / "own.js").write_text(script, encoding="utf-8")
    page = _page(
        '<script defer src="library.js"></script><script defer src="own.js"></script>', '<div id="x"></div>'
    )
    (folder / "index.html").write_text(page, encoding="utf-8")


def observable_plot(folder: Path, areas: gpd.GeoDataFrame, values: pd.DataFrame) -> None:
    """Observable Plot with D3 from the script that pyobsplot brings along."""
    found = importlib.util.find_spec("pyobsplot")
    assert found is not None and found.origin is not None
    shutil.copyfile(Path(found.origin).parent / "static" / "static-widget.js", folder / "library.js")
    (folder / "areas.json").write_text(json.dumps(_geojson(areas, values), separators=(",", ":")), "utf-8")
    script = """
import "./library.js";
const areas = await (await fetch("areas.json")).json();
let chosen = null, field = "first";
const draw = () => {
  const value = d => d.properties[field];
  const fill = d => d.properties.ags === chosen ? "#B4500F" : scale(value(d));
  const scale = d3.scaleQuantile(areas.features.map(value).filter(Number.isFinite), COLOURS);
  const map = Plot.plot({width: WIDTH, height: 500, projection: {type: "reflect-y", domain: areas}, marks: [
    Plot.geo(areas, {fill, stroke: "white", title: d => `${d.properties.name}: ${value(d)}`, tip: false})]});
  const rank = Plot.plot({width: WIDTH, height: 5600, marginLeft: 140, y: {label: null}, marks: [
    Plot.barX(areas.features, {x: value, y: d => d.properties.name, fill, sort: {y: "-x"}})]});
  document.querySelector("#x").replaceChildren(map, rank);
  map.querySelectorAll("path").forEach((path, i) => path.addEventListener("click", () => {
    chosen = areas.features[i].properties.ags; draw(); }));
};
draw();
READY
window.change = () => { field = "second"; draw(); CHANGED };
"""
    for name, put in {
        "COLOURS": json.dumps(COLOURS),
        "WIDTH": str(WIDTH),
        "READY": _ready("ready"),
        "CHANGED": _ready("changed"),
    }.items():
        script = script.replace(name, put)
    (folder / "own.js").write_text(script, encoding="utf-8")
    page = _page('<script type="module" src="own.js"></script>', '<div id="x"></div>')
    (folder / "index.html").write_text(page, encoding="utf-8")


def written_areas(folder: Path, areas: gpd.GeoDataFrame, values: pd.DataFrame) -> None:
    """Areas stand in the page, as for those without scripts; a script of ours sets classes and writes the ranking."""
    paths, height = _paths(areas)
    shapes = "".join(
        f'<path d="{d}"><title>{name}</title></path>' for d, name in zip(paths, areas["name"], strict=True)
    )
    style = "".join(f".c{i}{{fill:{colour}}}" for i, colour in enumerate(COLOURS))
    script = """
const values = VALUES, names = NAMES; let chosen = null, at = 0;
const paths = [...document.querySelectorAll("path")];
const draw = () => {
  const now = values.map(both => both[at]), known = now.filter(v => v !== null).sort((a, b) => a - b);
  const breaks = [.2, .4, .6, .8].map(q => known[Math.round(q * (known.length - 1))]);
  paths.forEach((path, i) => { path.setAttribute("class", i === chosen ? "own" : now[i] === null ? ""
    : `c${breaks.filter(b => now[i] >= b).length}`); });
  const order = now.map((v, i) => i).filter(i => now[i] !== null).sort((a, b) => now[b] - now[a]);
  document.querySelector("ol").replaceChildren(...order.map(i => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.textContent = `${names[i]} ${now[i]}`; button.style.width = `${100 * now[i] / known.at(-1)}%`;
    button.addEventListener("click", () => { chosen = i; draw(); });
    if (i === chosen) item.className = "own";
    item.append(button); return item; }));
};
paths.forEach((path, i) => path.addEventListener("click", () => { chosen = i; draw(); }));
draw();
READY
window.change = () => { at = 1; draw(); CHANGED };
"""
    told = {
        "VALUES": values.astype(object).where(values.notna(), None).to_numpy().tolist(),
        "NAMES": areas["name"].tolist(),
    }
    for name, put in told.items():
        script = script.replace(name, json.dumps(put))
    script = script.replace("READY", _ready("ready")).replace("CHANGED", _ready("changed"))
    (folder / "own.js").write_text(script, encoding="utf-8")
    body = f'<svg viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" stroke="white">{shapes}</svg><ol></ol>'
    page = _page(f'<style>{style}.own{{fill:#B4500F}}</style><script defer src="own.js"></script>', body)
    (folder / "index.html").write_text(page, encoding="utf-8")


WAYS: dict[str, tuple[str | None, Callable[[Path, gpd.GeoDataFrame, pd.DataFrame], None]]] = {
    "Vega-Lite of vl-convert": ("vl_convert", vega_lite),
    "Observable Plot and D3 of pyobsplot": ("pyobsplot", observable_plot),
    "areas written in the page, own script": (None, written_areas),
}


def explorer_page(browser: Browser, html: Path) -> str:
    """Return KB, requests and milliseconds until the explorer of a built report answers, as a row of a table."""
    handler = functools.partial(_Quiet, directory=str(html))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    cells = []
    for asked, slower in (("", 1), ("", SLOWER), ("?level=kreise", 1), ("?level=kreise", SLOWER)):
        address = f"http://127.0.0.1:{server.server_port}/de/explorer.html{asked}"
        found = [measure(browser, address, slower, "explorer", change=False) for _ in range(RUNS)]
        if slower == 1:
            cells += [f"{found[0][0] / 1024:,.0f}", str(found[0][3])]
        cells.append(f"{statistics.median(ready for _, ready, _, _ in found):,.0f}")
    server.shutdown()
    rows = (("towns", cells[:4]), ("Kreise of Germany", cells[4:]))
    return "\n".join(f"| {name} | {' | '.join(row)} |" for name, row in rows)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def measure(
    browser: Browser, address: str, slower: int, mark: str = "ready", change: bool = True
) -> tuple[int, float, float, int]:
    """Return bytes, milliseconds until the page answers and of a change of the year, and requests; empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    told = context.new_cdp_session(page)
    told.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    told.send("Network.enable")
    sizes: list[int] = []
    asked: list[str] = []
    told.on("Network.dataReceived", lambda event: sizes.append(event["dataLength"]))
    told.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    page.goto(address)
    page.wait_for_function(f"performance.getEntriesByName('{mark}').length > 0", timeout=60_000)
    ready = page.evaluate(f"performance.getEntriesByName('{mark}')[0].startTime")
    changed = float(page.evaluate(SWITCH)) if change else float("nan")
    context.close()
    return sum(sizes), float(ready), changed, len([url for url in asked if not url.startswith("data:")])


def main() -> None:
    areas, values = _data()
    lines = []
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        handler = functools.partial(_Quiet, directory=work)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        chromium = os.environ.get("DEWAK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        version = browser.version
        for place, (name, (package, write)) in enumerate(WAYS.items()):
            if package is not None and importlib.util.find_spec(package) is None:
                print(f"{name}: {package} is not installed; not measured")
                continue
            folder = Path(work) / str(place)
            folder.mkdir()
            write(folder, areas, values)
            address = f"http://127.0.0.1:{server.server_port}/{place}/index.html"
            found = {
                slower: [measure(browser, address, slower) for _ in range(RUNS)] for slower in (1, SLOWER)
            }
            times = " | ".join(
                f"{statistics.median(run[part] for run in runs):,.0f}"
                for runs in found.values()
                for part in (1, 2)
            )
            library = folder / "library.js"
            brought = library.stat().st_size / 1024 if library.is_file() else 0
            lines.append(f"| {name} | {brought:,.0f} | {found[1][0][0] / 1024:,.0f} | {times} |")
            print(lines[-1], flush=True)
        html = Path(sys.argv[1]) if len(sys.argv) > 1 else BOOK / "_build" / "html"
        built = (html / "de" / "explorer.html").is_file()
        own = explorer_page(browser, html) if built else "no built report: not measured"
        browser.close()
        server.shutdown()
    text = (
        "# Ways to draw the explorer\n\n"
        f"The same small page three ways: map and ranking of the {len(areas)} municipalities of "
        f"North Rhine-Westphalia, linked, and a change of the year.\n"
        f"Cold cache, local static server, no compression; 1280 × 900. Median of {RUNS} runs.\n\n"
        f"| way | library, KB | whole, KB | answers, ms | change, ms | ÷ {SLOWER}: answers, ms | change, ms |\n"
        "|---|---:|---:|---:|---:|---:|---:|\n" + "\n".join(lines) + "\n\n"
        "A library draws into an empty place: the picture and the table for those without scripts come on top of it, "
        "and\nthe areas of its drawing take no focus and have no name. Chosen: areas written in the page.\n\n"
        "# The page itself\n\n"
        f"With the theme of the report and all fields; until map, ranking and table answer.\n\n"
        f"| level | KB | requests | ms | processor ÷ {SLOWER}, ms |\n|---|---:|---:|---:|---:|\n{own}\n\n"
        "Target: at most 2,000 ms.\n"
    )
    write("explorer", [text, conditions(more=f"Chromium {version}")])


if __name__ == "__main__":
    main()
