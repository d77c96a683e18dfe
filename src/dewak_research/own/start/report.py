"""Addresses of one municipality's report: build it, see how far it is, read it."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dewak_research.errors import InputError, messages
from dewak_research.language import LANGUAGES
from dewak_research.own.safety import REPORT_FOLDER
from dewak_research.own.start.files import WORKBOOK_TYPE, name_of, office_of, text_of
from dewak_research.own.start.guard import REPORT_PART
from dewak_research.own.start.office import STEPS
from dewak_research.own.start.pages import page, refused
from dewak_research.own.versions import version_named, versions

_problem = messages(__package__)
KINDS = {
    ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript",
    ".csv": "text/csv; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json",
    ".geojson": "application/geo+json", ".ics": "text/calendar", ".pdf": "application/pdf",
    ".xlsx": WORKBOOK_TYPE,
}  # fmt: skip
"""What a report is made of; anything else is not served."""


async def _build(request: Request) -> Response:
    """Begin the report; two versions are compared in it where the form names the older one."""
    office, key = office_of(request)
    async with request.form(max_files=0, max_fields=4) as form:
        older, newer = (text_of(form, name) for name in ("older", "newer"))
    for name in filter(None, (older, newer)):
        version_named(key, name, office.own)
    if older and older == newer:
        raise InputError(_problem("same_version", older))
    office.build(key, older, newer if older else "")
    return RedirectResponse(f"/town/{key}/report", 303)


async def _state(request: Request) -> Response:
    office, key = office_of(request)
    build = office.build_of(key)
    if build is not None and build.state == "refused":
        return refused(request, build.problems, f"/town/{key}/findings")
    folder = office.folder(key) / REPORT_FOLDER
    editions = [one for one in LANGUAGES if (folder / one / "index.html").is_file()]
    running = build is not None and build.state == "running"
    compared = [one for one in editions if (folder / one / "versions.html").is_file()]
    leaflets = [one for one in editions if (folder / one / "leaflet.html").is_file()]
    return page(
        request, "report", key=key, name=await name_of(office, key), step="report", build=build, running=running,
        editions=[] if running else editions, leaflets=leaflets, place=REPORT_PART, steps=STEPS,
        compared=compared, versions=versions(key, office.own),
    )  # fmt: skip


async def _progress(request: Request) -> Response:
    office, key = office_of(request)
    build = office.build_of(key)
    if build is None:
        raise HTTPException(404)
    return JSONResponse({"state": build.state, "step": build.step, "seconds": build.seconds})


async def _read(request: Request) -> Response:
    office, key = office_of(request)
    root = (office.folder(key) / REPORT_FOLDER).resolve()
    path = (root / request.path_params["path"]).resolve()
    if root not in path.parents or not path.is_file() or path.suffix not in KINDS:
        raise HTTPException(404)
    return _served(path)


def _served(path: Path) -> Response:
    named = path.name if path.suffix in (".csv", ".xlsx", ".json", ".geojson", ".ics") else None
    return FileResponse(path, media_type=KINDS[path.suffix], filename=named)


ROUTES = [
    Route("/town/{key}/report", _build, methods=["POST"]),
    Route("/town/{key}/report", _state),
    Route("/town/{key}/progress", _progress),
    Route("/town/{key}" + REPORT_PART + "{path:path}", _read),
]
