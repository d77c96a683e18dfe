"""Who may ask: only this computer, only the browser that opened the address, only forms of the page itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dewak_research.own.start import guard
from dewak_research.own.start.guard import MOST_BYTES, Door
from own import musterstadt
from own.start.conftest import HOST, ORIGIN, PORT, Page

TOWN = f"/town/{musterstadt.KEY}"


def test_nothing_opens_without_the_token(closed: Page) -> None:
    for path in ("/", "/static/start.css", TOWN, f"{TOWN}/report/de/index.html"):
        assert closed.get(path).status_code == 403, path
    assert closed.get("/", params={"token": "guessed"}).status_code == 403
    assert (
        closed.get(TOWN, params={"token": closed.door.token}).status_code == 403
    )  # only the first page takes it
    closed.client.cookies.set(closed.door.cookie, "guessed")
    assert closed.get("/").status_code == 403


def test_the_token_becomes_a_cookie_that_no_script_reads_and_no_other_site_sends(closed: Page) -> None:
    answer = closed.get("/", params={"token": closed.door.token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and f"dewak_{PORT}=" in cookie
    assert closed.get("/").status_code == 200


def test_every_start_has_a_token_of_its_own() -> None:
    assert Door(1).token != Door(1).token and len(Door(1).token) >= 43


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", f"127.0.0.1:{PORT + 1}", ""]
)
def test_another_host_is_refused_even_with_the_cookie(page: Page, host: str) -> None:
    answer = page.get("/", headers={"host": host})
    assert answer.status_code == 421 and "Musterstadt" not in answer.text


def test_localhost_is_this_computer(page: Page) -> None:
    page.client.cookies.clear()
    cookie = {"cookie": f"{page.door.cookie}={page.door.token}"}
    assert page.get("/", headers={"host": f"localhost:{PORT}", **cookie}).status_code == 200


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.example", f"https://{HOST}", "http://127.0.0.1"]
)
@pytest.mark.parametrize("path", ["/new", "/end", f"{TOWN}/report", f"{TOWN}/files", f"{TOWN}/versions"])
def test_a_form_of_another_page_changes_nothing(page: Page, origin: str | None, path: str) -> None:
    before = sorted(one.name for one in (page.own / musterstadt.KEY).iterdir())
    headers = {} if origin is None else {"origin": origin}
    answer = page.client.post(path, headers=headers, data={"kind": "entwurf", "year": "2026"})
    assert answer.status_code == 403
    assert sorted(one.name for one in (page.own / musterstadt.KEY).iterdir()) == before
    assert page.office.build_of(musterstadt.KEY) is None


@pytest.mark.parametrize("path", ["/new", "/end", f"{TOWN}/files", f"{TOWN}/versions"])
def test_nothing_is_changed_by_following_a_link(page: Page, path: str) -> None:
    assert page.get(path).status_code == 405


def test_other_methods_are_refused(page: Page) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert page.client.request(method, "/", headers={"origin": ORIGIN}).status_code == 405


def test_a_large_body_is_refused_by_its_stated_length(page: Page) -> None:
    headers = {
        "origin": ORIGIN,
        "content-length": str(MOST_BYTES + 1),
        "content-type": "multipart/form-data; boundary=x",
    }
    assert page.client.post(f"{TOWN}/files", headers=headers, content=b"").status_code == 413


def test_a_large_body_is_refused_while_it_comes(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_BYTES", 100_000)

    def pieces() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
        for _ in range(20):
            yield b"1;2\r\n" * 2_000
        yield b"\r\n--x--\r\n"

    headers = {"origin": ORIGIN, "content-type": "multipart/form-data; boundary=x"}
    answer = page.client.post(f"{TOWN}/files", headers=headers, content=pieces())
    assert answer.status_code == 413
    assert not page.office.desk.waiting(musterstadt.KEY)


def test_answers_load_nothing_from_elsewhere_and_are_kept_nowhere(page: Page) -> None:
    for path in ("/", TOWN, "/town/unknown", "/static/start.js"):
        headers = page.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy, path
        assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
        assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin" and "server" not in headers
    assert "unsafe-eval" not in guard.REPORT_POLICY and "http" not in guard.REPORT_POLICY
    for html in (page.get("/").text, page.get(TOWN).text):
        assert "://" not in html and "<style" not in html and " style=" not in html and " onclick" not in html
