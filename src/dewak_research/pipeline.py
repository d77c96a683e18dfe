"""The pipeline as a whole: reproduce it, prove it, show what it made."""

from __future__ import annotations

import functools
import http.server
import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dewak_research import reproducible
from dewak_research.errors import InputError, Problem, messages, texts
from dewak_research.language import Language
from dewak_research.paths import BOOK, PROCESSED, ROOT

LOCK = ROOT / "dvc.lock"
HTML = BOOK / "_build" / "html"
PDF = ROOT / "dist" / "pdf"
VALUES = PROCESSED / "values"
TOLERANCE = 1e-9
_problem, _text = messages(__package__), texts(__package__)


def _dvc(*arguments: str) -> None:
    reproducible.pin()
    here = str(Path(sys.executable).parent)  # the stages run with this very Python, activated or not
    environment = os.environ | {"PATH": os.pathsep.join([here, os.environ.get("PATH", os.defpath)])}
    done = subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def reproduce() -> Path:
    """Run what has changed and return the report's start page."""
    _dvc("repro")
    return HTML / "index.html"


def locked_outputs(text: str) -> dict[str, str]:
    """Return the hash of every output the lock names, by path."""
    stages = (yaml.safe_load(text) or {}).get("stages", {})
    return {out["path"]: out["md5"] for stage in stages.values() for out in stage.get("outs", [])}


def _flat_values(texts: Mapping[str, str]) -> dict[str, Any]:
    return {
        f"{stage}.{name}": value for stage, text in texts.items() for name, value in json.loads(text).items()
    }


def _values() -> dict[str, Any]:
    return _flat_values(
        {path.stem: path.read_text(encoding="utf-8") for path in sorted(VALUES.glob("*.json"))}
    )


def _no_proof(path: Path) -> Problem:
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return _problem("no_proof", name, name=name)


def _committed(path: Path) -> str:
    """Return a file as git has it."""
    command = ["git", "show", f"HEAD:{path.relative_to(ROOT).as_posix()}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise InputError(_no_proof(path))
    return done.stdout.decode("utf-8")


def differing_values(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the names of values that are missing on one side or differ by more than the tolerance."""

    def same(one: Any, other: Any) -> bool:
        numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (one, other))
        if numbers:
            return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        return type(one) is type(other) and bool(one == other)

    absent = object()
    names = sorted(before.keys() | after.keys())
    return [name for name in names if not same(before.get(name, absent), after.get(name, absent))]


@dataclass(frozen=True)
class Verdict:
    """What a second computation of everything has shown.

    Parameters
    ----------
    outputs : int
        Outputs compared with the lock.
    differing : tuple of str
        Outputs whose bytes differ.
    values : int
        Published values compared.
    values_differing : tuple of str
        Values that differ by more than 1e-9.
    """

    outputs: int
    differing: tuple[str, ...]
    values: int
    values_differing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Return whether the figures are the same, to the byte or within the tolerance."""
        return not self.values_differing

    def render(self, language: Language) -> str:
        """Return the verdict as plain text."""
        counts = {"n": self.outputs, "values": self.values}
        if not self.differing and self.holds:
            return _text("same_bytes", **counts)[language]
        listed = [f"  {path}" for path in self.differing]
        if self.holds:
            said = _text("same_values", differing=len(self.differing), **counts)
        else:
            said = _text("not_confirmed", differing=len(self.values_differing), **counts)
            listed = [f"  {name}" for name in self.values_differing[:20]] + listed
        return "\n".join([said[language], *listed])


def _verdict(
    expected: Mapping[str, str], found: Mapping[str, str], before: dict[str, Any], after: dict[str, Any]
) -> Verdict:
    differing = tuple(sorted(p for p in expected.keys() | found.keys() if expected.get(p) != found.get(p)))
    return Verdict(len(expected), differing, len(before), tuple(differing_values(before, after)))


def verify() -> Verdict:
    """Compute everything again, compare with the lock and leave the lock as it was.

    Raises
    ------
    InputError
        There is no lock to compare with.
    """
    if not LOCK.is_file():
        raise InputError(_no_proof(LOCK))
    proof, before = LOCK.read_bytes(), _values()
    try:
        _dvc("repro", "--force")
        found, after = locked_outputs(LOCK.read_text(encoding="utf-8")), _values()
    finally:
        LOCK.write_bytes(proof)
    return _verdict(locked_outputs(proof.decode("utf-8")), found, before, after)


def verify_built() -> Verdict:
    """Compare what the last run made here with the committed proof, without computing again.

    Raises
    ------
    InputError
        There is no lock here, or git has none to compare with.
    """
    if not LOCK.is_file():
        raise InputError(_no_proof(LOCK))
    texts = {path.stem: _committed(path) for path in sorted(VALUES.glob("*.json"))}
    found = locked_outputs(LOCK.read_text(encoding="utf-8"))
    return _verdict(locked_outputs(_committed(LOCK)), found, _flat_values(texts), _values())


def serve(port: int) -> None:
    """Serve the report on this computer's loopback address until interrupted.

    Raises
    ------
    InputError
        The report has not been built, or the port is taken.
    """
    if not (HTML / "index.html").is_file():
        raise InputError(_problem("no_report", "book/_build/html"))
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(HTML))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise InputError(
            _problem("port_taken", f"127.0.0.1:{port}", port=port, next_port=port + 1)
        ) from error
    sys.stdout.write(f"http://127.0.0.1:{port}/  (Ctrl+C)\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.shutdown()
