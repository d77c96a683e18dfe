"""The pages: templates filled in the language of who reads, with the texts of this package."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dewak_research.errors import SHOWN_AT_MOST, Problem, texts
from dewak_research.language import LANGUAGES, Language

LANGUAGE_COOKIE = "dewak_language"
_text = texts(__package__)


@cache
def _templates() -> Environment:
    """Return the templates of the page; a wrong name is an error, every value is escaped."""
    return Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(request: Request) -> Language:
    """Return the language asked for in the address, else in the cookie, else by the browser, else German."""
    asked = (request.query_params.get("language"), request.cookies.get(LANGUAGE_COOKIE))
    for one in asked:
        for language in LANGUAGES:
            if language == one:
                return language
    accepted = request.headers.get("accept-language", "").lower()
    return "de" if not accepted or "de" in accepted else "en"


def page(request: Request, template: str, status: int = 200, **content: Any) -> HTMLResponse:
    """Fill a template.

    Parameters
    ----------
    template : str
        Its name without ending; ``title_<template>`` is its title unless ``title`` is among the content.
    """
    language = language_of(request)
    given = {"title": _text(f"title_{template}")[language], "key": "", "step": "", "name": ""} | content
    html = (
        _templates()
        .get_template(f"{template}.html")
        .render(
            language=language,
            others=[other for other in LANGUAGES if other != language],
            t=partial(_said, language),
            said=partial(_of, language),
            here=request.url.path,
            **given,
        )
    )
    response = HTMLResponse(html, status)
    if request.query_params.get("language") == language:
        response.set_cookie(LANGUAGE_COOKIE, language, httponly=True, samesite="strict", path="/")
    return response


def refused(request: Request, problems: list[Problem], back: str, status: int = 422) -> HTMLResponse:
    """Return a page that says what is wrong with an input and leads back."""
    shown = problems[:SHOWN_AT_MOST]
    mapped = any("--map" in one.next_step["de"] for one in shown)
    more = len(problems) - len(shown)
    return page(request, "refused", status, problems=shown, mapped=mapped, more=more, back=back)


def failed(request: Request, code: str, status: int, back: str = "/") -> HTMLResponse:
    """Return a page that says in one sentence why there is no other."""
    return page(request, "failed", status, code=code, back=back)


def _said(language: Language, key: str, **values: object) -> str:
    return _text(key, **values)[language]


def _of(language: Language, value: Any) -> str | Markup:
    return escape("" if value is None else value[language])
