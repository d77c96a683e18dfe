"""`dewak start`: listen on this computer only, open the browser, end with Ctrl+C."""

from __future__ import annotations

import os
import socket
import sys
import threading
import webbrowser
from typing import TYPE_CHECKING

from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Language
from dewak_research.paths import OWN

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK = "127.0.0.1"
MOST_AT_ONCE = 40
_problem, _text = messages(__package__), texts(__package__)


def listening(port: int) -> socket.socket:
    """Return a socket on the loopback address; port 0 takes one that is free.

    Raises
    ------
    InputError
        The port is taken.
    """
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # elsewhere the option would let two programs share the port
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        line.bind((LOOPBACK, port))
    except OSError as error:
        line.close()
        raise InputError(_problem("port_taken", f"{LOOPBACK}:{port}", port=port)) from error
    line.listen(MOST_AT_ONCE)
    return line


def run_page(port: int, browser: bool, language: Language, own: Path = OWN) -> None:
    """Serve the page until it is ended in the browser or with Ctrl+C.

    Parameters
    ----------
    port : int
        0 for one that is free.
    browser : bool
        Whether to open the browser.
    own : Path
        Folder of all own figures.

    Raises
    ------
    InputError
        The port is taken.
    """
    import uvicorn

    from dewak_research.own.start.app import application
    from dewak_research.own.start.guard import Door

    line = listening(port)
    door = Door(line.getsockname()[1])

    def end() -> None:
        server.should_exit = True

    app, office = application(own, door, end)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, proxy_headers=False, lifespan="off",
            limit_concurrency=MOST_AT_ONCE, timeout_keep_alive=15, timeout_graceful_shutdown=3, ws="none",
        )
    )  # fmt: skip
    office.open()
    sys.stdout.write(_text("listens", address=door.address, folder=own)[language] + "\n")
    sys.stdout.flush()
    if browser:
        threading.Timer(0.3, webbrowser.open, (door.address,)).start()
    try:
        server.run(sockets=[line])
    except KeyboardInterrupt:
        pass
    finally:
        office.close()
        line.close()
