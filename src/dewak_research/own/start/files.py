"""Addresses of one municipality's figures: workbook, uploads, what was understood, findings, versions."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from dewak_research.errors import InputError, Problem, messages
from dewak_research.own.safety import FILE_NAME, MARKED_NAME, REPORT_FOLDER
from dewak_research.own.start.guard import MOST_BYTES
from dewak_research.own.start.office import Office
from dewak_research.own.start.pages import language_of, page, refused
from dewak_research.own.start.uploads import BESIDE, MOST_FILES, TABLES, Upload, mappings_among
from dewak_research.own.versions import KINDS, keep_version, take_up_version, version_named, versions

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LIMITS: dict[str, Any] = {
    "files": MOST_FILES,
    "megabytes": MOST_BYTES // 1_000_000,
    "endings": sorted({*TABLES, *BESIDE}),
}
_problem = messages(__package__)


def office_of(request: Request) -> tuple[Office, str]:
    """Return the office and the key that the address names, whose workbook is there.

    Raises
    ------
    InputError
        The key can name no folder.
    HTTPException
        There is no workbook of that key.
    """
    office: Office = request.app.state.office
    key = request.path_params["key"]
    if not (office.folder(key) / FILE_NAME).is_file():
        raise HTTPException(404)
    return office, key


def text_of(form: FormData, name: str) -> str:
    """Return a field of a form as text; empty where it is none."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


async def name_of(office: Office, key: str) -> str:
    """Return what a municipality is called on its pages."""
    known = await office.register()
    return next((str(unit[1]) for unit in known["units"] if unit[0] == key), office.names.get(key, key))


async def _town(request: Request) -> Response:
    office, key = office_of(request)
    return page(
        request, "town", key=key, name=await name_of(office, key), step="town",
        waiting=[(number, one.name) for number, one in office.desk.waiting(key)],
        versions=versions(key, office.own), kinds=KINDS, year=datetime.date.today().year + 1,
        **LIMITS,
    )  # fmt: skip


async def _put(request: Request) -> Response:
    """Take uploads: a workbook at once, files of districts and facilities beside it, other tables to be asked about.

    A mapping that comes with a table is checked and kept with it: the table is then read by it.
    """
    office, key = office_of(request)
    problems: list[Problem] = []
    numbers = []
    async with request.form(max_files=MOST_FILES, max_fields=4) as form:
        given = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        if not given:
            problems.append(_problem("no_file", key))
        for one in given:
            try:
                numbers.append(await office.desk.put(key, one))
            except InputError as error:
                problems += error.problems
    asked = []
    if problems and mappings_among([one.filename or "" for one in given]):
        while numbers:  # a table whose mapping was lost would be read otherwise
            office.desk.drop(key, numbers.pop())
    problems += await office.with_mappings(key, numbers)
    for number in numbers:
        upload = office.desk.get(key, number)
        if upload is None:  # a mapping, or a table whose mapping is wrong
            continue
        try:
            if upload.mapping is not None or not await office.take(key, upload, language_of(request)):
                asked.append(number)
                continue
        except InputError as error:
            problems += error.problems
        office.desk.drop(key, number)
    if problems:
        return refused(request, problems, f"/town/{key}")
    return RedirectResponse(f"/town/{key}/file/{asked[0]}" if asked else f"/town/{key}/findings", 303)


def _upload(request: Request, office: Office, key: str) -> Upload:
    found = office.desk.get(key, request.path_params["number"])
    if found is None:
        raise InputError(_problem("gone", key))
    return found


async def _understood(request: Request) -> Response:
    office, key = office_of(request)
    upload = _upload(request, office, key)
    try:
        given = (upload.path, upload.answers, office.own, upload.mapping)
        understood = await office.read("read_file", key, *given)
    except InputError as error:
        office.desk.drop(key, request.path_params["number"])
        return refused(request, error.problems, f"/town/{key}")
    return page(
        request, "understood", key=key, name=await name_of(office, key), step="town", file=upload.name,
        mapping=upload.mapping.name if upload.mapping else "", answers=upload.answers, **understood,
    )  # fmt: skip


async def _decide(request: Request) -> Response:
    """Answer questions about a file, write it, or throw it away."""
    office, key = office_of(request)
    upload, number = _upload(request, office, key), request.path_params["number"]
    async with request.form(max_files=0, max_fields=200) as form:
        wish = form.get("do")
        upload.answers |= {
            name.removeprefix("answer:"): value
            for name, value in form.items()
            if name.startswith("answer:") and isinstance(value, str) and value
        }
    if wish == "answer":
        return RedirectResponse(f"/town/{key}/file/{number}", 303)
    if wish == "write":
        given = (upload.path, upload.answers, office.own, upload.mapping)
        await office.read("write_file", key, *given)
    office.desk.drop(key, number)
    waiting = office.desk.waiting(key)
    if waiting:
        return RedirectResponse(f"/town/{key}/file/{waiting[0][0]}", 303)
    return RedirectResponse(f"/town/{key}/findings" if wish == "write" else f"/town/{key}", 303)


async def _findings(request: Request) -> Response:
    office, key = office_of(request)
    checked = await office.checked(key, language_of(request))
    office.prepare_report()
    sheets = list(dict.fromkeys(found["sheet"] for found in checked["findings"]))
    groups = [(sheet, [f for f in checked["findings"] if f["sheet"] == sheet]) for sheet in sheets]
    built = (office.folder(key) / REPORT_FOLDER).is_dir()
    shown = {"counts": checked["counts"], "sums": checked["sums"], **LIMITS}
    name = checked["name"]
    return page(request, "findings", key=key, name=name, step="findings", groups=groups, built=built, **shown)


async def _download(request: Request) -> Response:
    office, key = office_of(request)
    which = request.path_params["which"]
    if which == "workbook":
        path = office.folder(key) / FILE_NAME
    elif which == "marked":
        await office.checked(key, language_of(request))
        path = office.folder(key) / MARKED_NAME
    else:
        raise HTTPException(404)
    return _file(path, f"dewak-{key}-{path.name}")


def _file(path: Path, name: str) -> Response:
    return FileResponse(path, media_type=WORKBOOK_TYPE, filename=name)


async def _keep_version(request: Request) -> Response:
    """Keep the workbook as it is, or one that is given (last year's), as a version."""
    office, key = office_of(request)
    async with request.form(max_files=1, max_fields=6) as form:
        kind, year, given = text_of(form, "kind"), text_of(form, "year"), form.get("file")
        upload = given if isinstance(given, UploadFile) and given.filename else None
        number = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else 0
        if upload is None:
            await run_in_threadpool(keep_version, key, kind, number, office.own)
        else:
            await office.keep_given(key, kind, number, upload)
    return RedirectResponse(f"/town/{key}#versions", 303)


async def _version(request: Request) -> Response:
    office, key = office_of(request)
    name = request.path_params["name"]
    if request.method == "POST":
        await run_in_threadpool(take_up_version, key, name, office.own)
        return RedirectResponse(f"/town/{key}/findings", 303)
    return _file(version_named(key, name, office.own).path, f"dewak-{key}-{name}.xlsx")


ROUTES = [
    Route("/town/{key}", _town),
    Route("/town/{key}/files", _put, methods=["POST"]),
    Route("/town/{key}/file/{number}", _understood),
    Route("/town/{key}/file/{number}", _decide, methods=["POST"]),
    Route("/town/{key}/findings", _findings),
    Route("/town/{key}/get/{which}", _download),
    Route("/town/{key}/versions", _keep_version, methods=["POST"]),
    Route("/town/{key}/versions/{name}", _version, methods=["GET", "POST"]),
]
