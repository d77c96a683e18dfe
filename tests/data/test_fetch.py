"""`dewak fetch` against a local server that answers in the GENESIS layout."""

from __future__ import annotations

import importlib.util
import io
import json
import logging
import sys
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from own import samples_small

from dewak_research.data import fetch
from dewak_research.data.genesis import read_genesis
from dewak_research.errors import InputError

# Looked for, not imported: its import writes into the home folder, and two test processes at once fail there.
if importlib.util.find_spec("pystatis") is None:
    pytest.skip("pystatis is not installed", allow_module_level=True)
SECRET = "geheim-8472"


class Answers(BaseHTTPRequestHandler):
    """Answers like the web service: a table, a zip of it, a refusal, or nonsense."""

    seen: ClassVar[list[dict[str, str]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"] or 0)
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        Answers.seen.append({**form, "path": self.path, "user": self.headers["username"]})
        name = form.get("name", "")
        table = samples_small.GENESIS_LINE.encode()
        if self.headers["password"] != SECRET:
            body, kind = _refusal(15, "Fehler", "Benutzername oder Passwort falsch"), "application/json"
        elif name == "71231-01-02-5":
            body, kind = table, "text/csv"
        elif name == "71231-01-02-9":
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                archive.writestr("table.csv", table)
            body, kind = buffer.getvalue(), "application/zip"
        elif name == "71231-01-02-8":
            body, kind = _broken(table), "application/zip"
        elif name == "71231-01-02-7":
            body, kind = b"<html>Wartung</html>", "text/html"
        else:
            body, kind = (
                _refusal(90, "Information", "Die angeforderte Tabelle ist nicht vorhanden"),
                "application/json",
            )
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def _broken(table: bytes) -> bytes:
    """Pack a table, then spoil its stream."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t", table)
    packed = buffer.getvalue()
    return packed[:31] + b"\xff" * 20 + packed[51:]


def _refusal(code: int, kind: str, text: str) -> bytes:
    return json.dumps({"Status": {"Code": code, "Type": kind, "Content": text}}).encode()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Answers.seen.clear()
    service = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=service.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{service.server_address[1]}/rest/2020"
    monkeypatch.setenv(fetch.URL, address)
    monkeypatch.setenv(fetch.USER, "DEABC123")
    monkeypatch.setenv(fetch.PASSWORD, SECRET)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield address
    service.shutdown()
    service.server_close()


@pytest.mark.parametrize("table", ["71231-01-02-5", "71231-01-02-9"])
def test_table_arrives_as_an_import_would_read_it(server: str, table: str) -> None:
    data = fetch.fetch_table(table, first_year=2020)
    assert read_genesis(data).data["key"].tolist().count("05999") == 3
    asked = Answers.seen[0]
    assert asked["path"] == "/rest/2020/data/tablefile"
    assert (asked["name"], asked["startyear"], asked["format"]) == (table, "2020", "datencsv")


def test_refusals_are_plain_and_keep_the_secret(
    server: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(InputError, match="did not deliver the table") as missing:
        fetch.fetch_table("99999-01-01-1")
    monkeypatch.setenv(fetch.PASSWORD, "falsch-5511")
    with pytest.raises(InputError, match="did not deliver the table") as wrong:
        fetch.fetch_table("71231-01-02-5")
    out = "".join(capfd.readouterr()) + caplog.text + str(missing.value) + str(wrong.value)
    assert SECRET not in out and "falsch-5511" not in out and "DEABC123" not in out
    assert wrong.value.__cause__ is None


def test_a_broken_archive_is_a_refusal(server: str) -> None:
    with pytest.raises(InputError, match=r"did not deliver the table .*error"):
        fetch.fetch_table("71231-01-02-8")


def test_credentials_are_in_no_file(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    fetch.fetch_table("71231-01-02-5")
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()
    from pystatis import config

    assert config.config.get("regio", "password") == "" and config.config.get("regio", "username") == ""


def test_missing_credentials_say_where_to_get_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(fetch.USER, raising=False)
    monkeypatch.delenv(fetch.PASSWORD, raising=False)
    monkeypatch.setattr(fetch, "_from_keyring", lambda: ("", ""))
    with pytest.raises(InputError, match="free account of regionalstatistik"):
        fetch.fetch_table("71231-01-02-5")


def test_credentials_from_the_keyring(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    monkeypatch.delenv(fetch.USER)
    monkeypatch.delenv(fetch.PASSWORD)
    monkeypatch.setattr(
        keyring, "get_password", lambda service, name: {"user": "DEXYZ", "password": SECRET}[name]
    )
    fetch.fetch_table("71231-01-02-5")
    assert Answers.seen[0]["user"] == "DEXYZ"


@pytest.mark.parametrize("code", ["", "../../etc/passwd", "12411 01", "a;b", "12411-01-01-5\n", "x" * 300])
def test_malformed_codes_never_leave(server: str, code: str) -> None:
    with pytest.raises(InputError, match="is no table code"):
        fetch.fetch_table(code)
    assert not Answers.seen


def test_a_page_instead_of_a_table_is_refused_by_the_reader(server: str) -> None:
    with pytest.raises(InputError, match="no GENESIS table"):
        read_genesis(fetch.fetch_table("71231-01-02-7"))
