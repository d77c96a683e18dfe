"""Get a table of the official databases through ``pystatis`` (optional extra ``fetch``).

The account is free: register at https://www.regionalstatistik.de/genesis/online (Anmelden › Registrieren). User name
and password come from the environment (``DEWAK_GENESIS_USER``, ``DEWAK_GENESIS_PASSWORD``) or from the keyring of the
operating system (service ``dewak-genesis``). They are held in memory only: never written to a file, never logged, never
in a message.
"""

from __future__ import annotations

import io
import logging
import os
import re
import tempfile
import zipfile
from typing import Any

from dewak_research.data.encoding import LARGEST_FILE_BYTES
from dewak_research.errors import InputError, Problem
from dewak_research.language import Text

SERVICE = "dewak-genesis"
USER, PASSWORD = "DEWAK_GENESIS_USER", "DEWAK_GENESIS_PASSWORD"
URL = "DEWAK_GENESIS_URL"
DATABASE = "regio"
_TABLE = re.compile(r"[0-9A-Z]{5,12}(?:-[0-9A-Z]{1,4}){0,5}", re.ASCII)


def _problem(what: Text, where: str, right: Text, next_step: Text) -> InputError:
    return InputError(Problem(what, where, right, next_step))


def credentials() -> tuple[str, str]:
    """Return user and password from the environment, else from the keyring.

    Raises
    ------
    InputError
        Neither holds them; says that an account is free and where to get one.
    """
    user, password = os.environ.get(USER, ""), os.environ.get(PASSWORD, "")
    if user and password:
        return user, password
    user, password = _from_keyring()
    if user and password:
        return user, password
    raise _problem(
        Text("Zugangsdaten fehlen", "credentials are missing"),
        f"{USER}, {PASSWORD}",
        Text(
            "ein kostenloses Konto von regionalstatistik.de (Anmelden › Registrieren)",
            "a free account of regionalstatistik.de (Anmelden › Registrieren)",
        ),
        Text(
            f"{USER} und {PASSWORD} setzen oder: keyring set {SERVICE} user, keyring set {SERVICE} password",
            f"set {USER} and {PASSWORD}, or: keyring set {SERVICE} user, keyring set {SERVICE} password",
        ),
    )


def _from_keyring() -> tuple[str, str]:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return "", ""
    try:
        return keyring.get_password(SERVICE, "user") or "", keyring.get_password(SERVICE, "password") or ""
    except (keyring.errors.KeyringError, RuntimeError, OSError):
        return "", ""


def _client(user: str, password: str) -> Any:
    """Import ``pystatis`` with a throw-away configuration folder and give it the credentials in memory."""
    home = os.environ.get("HOME"), os.environ.get("USERPROFILE")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = os.environ["USERPROFILE"] = folder
        try:
            from pystatis import config, http_helper
        except ImportError as error:
            raise _problem(
                Text("das Zusatzpaket zum Abrufen fehlt", "the extra package for fetching is missing"),
                "pystatis",
                Text("dewak-research mit dem Zusatz »fetch«", "dewak-research with the extra “fetch”"),
                Text(
                    "pip install --no-deps -r requirements.lock (darin steht es; »make« hat es schon getan)",
                    "pip install --no-deps -r requirements.lock (it is in there; “make” has done it already)",
                ),
            ) from error
        finally:
            for name, value in zip(("HOME", "USERPROFILE"), home, strict=True):
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
    config.config.set(DATABASE, "username", user)
    config.config.set(DATABASE, "password", password)
    if os.environ.get(URL):
        config.config.set(DATABASE, "base_url", os.environ[URL].rstrip("/") + "/")
    return http_helper, config


def fetch_table(table: str, key: str = "", first_year: int | None = None) -> bytes:
    """Return a table as the database delivers it, in the GENESIS layout (UTF-8 CSV).

    Parameters
    ----------
    table : str
        Code of the table, such as ``12411-01-01-5``.
    key : str
        Municipality key that the answer may be limited to; empty for all.
    first_year : int, optional
        First year wanted.

    Raises
    ------
    InputError
        A malformed code, missing credentials or package, a refusal by the database, or no connection.
    """
    if not _TABLE.fullmatch(table):
        raise _problem(
            Text(f"»{table[:40]}« ist kein Tabellencode", f"“{table[:40]}” is no table code"),
            "TABLE",
            Text("ein Code wie 12411-01-01-5", "a code such as 12411-01-01-5"),
            Text("Code auf regionalstatistik.de nachsehen", "look up the code at regionalstatistik.de"),
        )
    user, password = credentials()
    http_helper, config = _client(user, password)
    params = {
        "name": table, "area": "all", "compress": "false", "format": "datencsv", "language": "de", "job": "false",
        "startyear": str(first_year or ""), "regionalkey": "",
    }  # fmt: skip
    quiet = logging.getLogger("pystatis"), logging.getLogger("urllib3"), logging.getLogger("requests")
    levels = [logger.level for logger in quiet]
    for logger in quiet:
        logger.setLevel(logging.CRITICAL)
    try:
        response = http_helper.get_data_from_endpoint("data", "tablefile", params, DATABASE)
        data = bytes(response.content)
    except Exception as error:  # the client raises its own, requests' and plain errors alike
        raise _refused(table, error) from None
    except SystemExit:
        raise _refused(table, TimeoutError()) from None
    finally:
        config.config.set(DATABASE, "username", "")
        config.config.set(DATABASE, "password", "")
        for logger, level in zip(quiet, levels, strict=True):
            logger.setLevel(level)
    return _unpacked(data, table)


def _refused(table: str, error: BaseException) -> InputError:
    kind = type(error).__name__
    return _problem(
        Text(
            f"die Datenbank hat die Tabelle nicht geliefert ({kind})",
            f"the database did not deliver the table ({kind})",
        ),
        table,
        Text("eine vorhandene Tabelle und gültige Zugangsdaten", "an existing table and valid credentials"),
        Text(
            "Code, Zugangsdaten und Verbindung prüfen; oder die Tabelle von Hand laden und mit dewak import einlesen",
            "check code, credentials and connection; or download the table by hand and use dewak import",
        ),
    )


def _unpacked(data: bytes, table: str) -> bytes:
    if data[:2] != b"PK":
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = archive.infolist()[0]
            if part.file_size > LARGEST_FILE_BYTES:
                raise zipfile.BadZipFile
            return archive.read(part)
    except (zipfile.BadZipFile, IndexError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise _refused(table, error) from None
