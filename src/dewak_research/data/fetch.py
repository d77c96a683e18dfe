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
import zlib
from typing import Any

from dewak_research.data.text_files import LARGEST_FILE_BYTES
from dewak_research.errors import InputError, messages

SERVICE = "dewak-genesis"
USER, PASSWORD = "DEWAK_GENESIS_USER", "DEWAK_GENESIS_PASSWORD"
URL = "DEWAK_GENESIS_URL"
DATABASE = "regio"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, IndexError, OSError, RuntimeError, ValueError)
"""What zipfile raises at an archive that is broken, empty or packed in a way it does not know."""
_problem = messages(__package__)
_TABLE = re.compile(r"[0-9A-Z]{5,12}(?:-[0-9A-Z]{1,4}){0,5}", re.ASCII)


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
    names = {"user": USER, "password": PASSWORD, "service": SERVICE}
    raise InputError(_problem("credentials_missing", f"{USER}, {PASSWORD}", **names))


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
            raise InputError(_problem("client_missing", "pystatis")) from error
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


def fetch_table(table: str, first_year: int | None = None) -> bytes:
    """Return a table as the database delivers it, in the GENESIS layout (UTF-8 CSV).

    Parameters
    ----------
    table : str
        Code of the table, such as ``12411-01-01-5``.
    first_year : int, optional
        First year wanted.

    Raises
    ------
    InputError
        A malformed code, missing credentials or package, a refusal by the database, or no connection.
    """
    if not _TABLE.fullmatch(table):
        raise InputError(_problem("code_malformed", "TABLE", code=table[:40]))
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
    return InputError(_problem("fetch_refused", table, kind=type(error).__name__))


def _unpacked(data: bytes, table: str) -> bytes:
    if data[:2] != b"PK":
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            part = archive.infolist()[0]
            if part.file_size > LARGEST_FILE_BYTES:
                raise zipfile.BadZipFile
            return archive.read(part)
    except _BROKEN as error:
        raise _refused(table, error) from None
