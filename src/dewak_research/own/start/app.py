"""The addresses of the page and what each does; everything that computes runs in other processes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from dewak_research.errors import InputError, RunError, file_in_use, messages
from dewak_research.own.safety import FIRST_YEAR, LAST_YEAR
from dewak_research.own.start import files, report
from dewak_research.own.start.files import text_of
from dewak_research.own.start.guard import Door, Guard
from dewak_research.own.start.office import Office, log
from dewak_research.own.start.pages import failed, page, refused
from dewak_research.own.start.register import MOST_FOUND, Unit, find
from dewak_research.own.start.worker import TooLongError
from dewak_research.paths import BOOK

STATIC = {"start.css": "text/css", "start.js": "text/javascript", "dewak.css": "text/css"}
_HERE = Path(__file__).parent / "static"
_problem = messages(__package__)


def application(own: Path, door: Door, end: Callable[[], None] = lambda: None) -> tuple[Starlette, Office]:
    """Return the page and what stands behind it.

    Parameters
    ----------
    own : Path
        Folder of all own figures.
    door : Door
        Port and token.
    end : callable
        Called where the reader ends the page.
    """
    office = Office(own)
    routes = [
        Route("/", _start),
        Route("/new", _new, methods=["POST"]),
        Route("/end", _end, methods=["POST"]),
        Route("/static/{name}", _static),
        Route("/favicon.ico", _no_icon),
        *files.ROUTES,
        *report.ROUTES,
    ]
    app = Starlette(routes=routes, exception_handlers=_HANDLERS)
    app.add_middleware(Guard, door=door)
    app.state.office, app.state.end = office, end
    return app, office


async def _start(request: Request) -> Response:
    office: Office = request.app.state.office
    known = await office.register()
    units = [Unit(*unit) for unit in known["units"]]
    asked = request.query_params.get("search", "")[:80]
    found = find(asked, units)
    names = {unit.key: unit.name for unit in units}
    return page(
        request, "start", asked=asked, found=found[:MOST_FOUND], n=len(found), year=datetime.date.today().year + 1,
        begun=[(key, names.get(key, key)) for key in office.begun()], units=units, lands=known["lands"],
        folder=str(office.own),
    )  # fmt: skip


async def _new(request: Request) -> Response:
    office: Office = request.app.state.office
    async with request.form(max_files=0, max_fields=10) as form:
        key, name = text_of(form, "key").strip(), text_of(form, "name").strip()
        land = text_of(form, "land") if "land" in form else None
        year = text_of(form, "year").strip()
        if not year.isascii() or not year.isdigit() or not FIRST_YEAR <= int(year[:6]) <= LAST_YEAR:
            span = {"first": FIRST_YEAR, "last": LAST_YEAR}
            raise InputError(_problem("year_odd", key, value=year[:20], **span))
        language = "en" if text_of(form, "language") == "en" else "de"
        office.folder(key)
        if key not in office.begun():
            await office.read("make", key, language, int(year), name or None, land, office.own)
            if name:
                office.names[key] = name
    return RedirectResponse(f"/town/{key}", 303)


async def _end(request: Request) -> Response:
    office: Office = request.app.state.office
    said = page(request, "ended", folder=str(office.own))
    request.app.state.end()
    return said


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in STATIC:
        raise HTTPException(404)
    folder = BOOK / "_static" if name == "dewak.css" else _HERE
    return FileResponse(folder / name, media_type=STATIC[name])


async def _no_icon(request: Request) -> Response:
    """Answer what a browser asks for beside a page of the report, which names no icon."""
    return Response(status_code=204)


async def _input_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, InputError)
    key = request.path_params.get("key", "")
    return refused(request, error.problems, f"/town/{key}" if key else "/")


async def _in_use(request: Request, error: Exception) -> Response:
    assert isinstance(error, PermissionError)
    return await _input_error(request, file_in_use(error))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {
        HTTPStatus.NOT_FOUND: "not_found",
        HTTPStatus.METHOD_NOT_ALLOWED: "not_found",
        HTTPStatus.REQUEST_TIMEOUT: "too_slow",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    }
    code = codes.get(HTTPStatus(error.status_code), "bad_form")
    if request.url.path.endswith("/progress"):
        return JSONResponse({"state": code}, error.status_code)
    return failed(request, code, error.status_code)


async def _too_long(request: Request, error: Exception) -> Response:
    return failed(request, "too_long", 504)


async def _broken(request: Request, error: Exception) -> Response:
    log(str(error))
    return failed(request, "broken", 500)


_HANDLERS = {
    InputError: _input_error,
    PermissionError: _in_use,
    HTTPException: _http_error,
    TooLongError: _too_long,
    RunError: _broken,
}
