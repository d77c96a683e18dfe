"""Who may ask the page, and what its answers may load: this computer, this browser, nothing from outside."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dewak_research.errors import texts
from dewak_research.language import LANGUAGES

MOST_BYTES = 60_000_000
"""Of one request: three workbooks as large as one may be."""
MOST_SECONDS = 60.0
"""For the body of one request to arrive, on the same computer."""
_SELF = "default-src 'none'; img-src 'self' data:; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"
PAGE_POLICY = f"{_SELF}; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'"
REPORT_POLICY = f"{_SELF}; style-src 'self' 'unsafe-inline'; script-src 'self'; form-action 'none'"
"""A report carries its style in the page; it asks for nothing and sends nothing."""
REPORT_PART = "/report/"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with no-referrer a form would send "Origin: null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_text = texts(__package__)


@dataclass(frozen=True)
class Door:
    """Where the page listens and what opens it.

    Attributes
    ----------
    port : int
        On the loopback address.
    token : str
        Random; in the address once, from then on in a cookie that no script reads and no other site sends.
    """

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return what a browser on this computer calls the page."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    @property
    def cookie(self) -> str:
        """Return the name of the cookie: cookies do not know ports, so its name does."""
        return f"dewak_{self.port}"

    @property
    def address(self) -> str:
        """Return the address that the browser opens."""
        return f"http://{self.hosts[0]}/?token={self.token}"

    def opens(self, key: str) -> bool:
        """Whether the key fits, compared in constant time."""
        return secrets.compare_digest(key.encode(), self.token.encode())


class Guard:
    """Refuse foreign hosts, foreign pages and bodies that are too large or too slow; add the headers of safety."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app, self._door = app, door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        path = str(scope["path"])
        policy = REPORT_POLICY if REPORT_PART in path else PAGE_POLICY

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update({**_HEADERS, "Content-Security-Policy": policy})
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, send_safely)
            return
        await self._app(scope, _Bounded(receive), send_safely)

    def _refused(self, scope: Scope) -> Response | None:
        headers, door = Headers(scope=scope), self._door
        if headers.get("host", "") not in door.hosts:
            return _said("wrong_host", HTTPStatus.MISDIRECTED_REQUEST)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _said("wrong_method", HTTPStatus.METHOD_NOT_ALLOWED)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("token")
        if asked and scope["path"] == "/" and scope["method"] == "GET":
            if not door.opens(asked[0]):
                return _said("no_token", HTTPStatus.FORBIDDEN)
            entered = RedirectResponse("/", HTTPStatus.SEE_OTHER)
            entered.set_cookie(door.cookie, door.token, httponly=True, samesite="strict", path="/")
            return entered
        given = cookie_parser(headers.get("cookie", "")).get(door.cookie, "")
        if not door.opens(given):
            return _said("no_token", HTTPStatus.FORBIDDEN)
        if scope["method"] == "POST":
            if headers.get("origin", "") != f"http://{headers['host']}":
                return _said("wrong_origin", HTTPStatus.FORBIDDEN)
            length = headers.get("content-length", "")
            if length.isdigit() and int(length) > MOST_BYTES:
                return _said("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return None


class _Bounded:
    """The body of a request within its bounds of size and time."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._left = receive, MOST_BYTES
        self._end: float | None = None

    async def __call__(self) -> Message:
        if self._end is None:
            self._end = anyio.current_time() + MOST_SECONDS
        try:
            with anyio.fail_after(max(0.0, self._end - anyio.current_time())):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not message.get("more_body", False):
            self._end = float("inf")  # the body is here; what is left to come is the end of the connection
        return message


def _said(key: str, status: int) -> Response:
    """Answer without a page, in all languages: who is refused may not know which one is set."""
    said = _text(f"refused_{key}")
    return PlainTextResponse("\n\n".join(said[language] for language in LANGUAGES) + "\n", status)
