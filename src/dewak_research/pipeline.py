"""The pipeline as a whole: reproduce it, prove it, show what it made."""

from __future__ import annotations

import hashlib
import platform
import shutil
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dewak_research import proof
from dewak_research.computing import (
    forget_ended,
    look,
    need_writable,
    noted,
    put_outputs_back,
    say_unfinished,
    stale,
)
from dewak_research.config import load_params
from dewak_research.errors import InputError, messages, texts
from dewak_research.language import LANGUAGES, Language
from dewak_research.own.alone import alone
from dewak_research.own.safety import write_whole
from dewak_research.own.start.command import LOOPBACK, listening
from dewak_research.paths import BOOK, ROOT
from dewak_research.replaced import put_back
from dewak_research.side_by_side import graph, resting_on, side_by_side

if TYPE_CHECKING:
    from starlette.applications import Starlette

HTML = BOOK / "_build" / "html"
PDF = ROOT / "dist" / "pdf"
CERTIFICATE = ROOT / "dist" / "certificate"
NAMED_VERSIONS = (
    "dewak-research",
    "numpy",
    "pandas",
    "scipy",
    "linearmodels",
    "matplotlib",
    "jupyter-book",
    "dvc",
)
SHOWN = 20
_problem, _text = messages(__package__), texts(__package__)


def reproduce() -> Path:
    """Run what has changed, side by side as far as it can, and return the report's start page.

    Raises
    ------
    InputError
        A parameter is not allowed, a municipality of the run is unknown, a folder is protected, or another run is
        under way.
    RunError
        A disk was full.
    """
    load_params()  # said at once; what asks the register follows
    need_writable(ROOT)
    with alone(proof.LOCK, "dewak run, dewak verify"):
        forget_ended(ROOT)
        put_back(HTML)
        with ThreadPoolExecutor(1) as beside:  # DVC looks for changes while the parameters are checked
            looking = beside.submit(look, ROOT)
            _check_params()
        with noted(ROOT) as ended_early:
            changed = stale(ROOT, looking.result())
            if changed and ended_early:
                say_unfinished()
            if changed:
                needs = graph(ROOT)
                side_by_side(ROOT, needs, resting_on(changed, needs))
    return HTML / "index.html"


def _check_params() -> None:
    from dewak_research.run_checks import checked_params  # reads tables: not before DVC has begun to look

    checked_params()


@dataclass(frozen=True)
class Verdict:
    """What holding a run against the proof has shown.

    Parameters
    ----------
    outputs, values, tables : int
        Outputs, published values and tables that were compared.
    other_bytes : tuple of str
        Outputs whose bytes are not the committed ones.
    wrong : tuple of Difference
        What is missing, too many, or differs by more than 1e-9; other bytes of what is made of the same bytes.
    found : mapping
        Hash of every output as it lies here, by path; None where it is missing.
    """

    outputs: int
    values: int
    tables: int
    other_bytes: tuple[str, ...] = ()
    wrong: tuple[proof.Difference, ...] = ()
    found: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Return whether the figures are the same, to the byte or within the tolerance."""
        return not self.wrong

    def render(self, language: Language) -> str:
        """Return the verdict as plain text."""
        counts = {"n": self.outputs, "values": self.values, "tables": self.tables}
        if not self.other_bytes and self.holds:
            return _text("same_bytes", **counts)[language]
        if self.holds:
            said = _text("same_values", differing=len(self.other_bytes), **counts)
            return "\n".join([said[language], *(f"  {path}" for path in self.other_bytes)])
        shown = [f"  {one.render(language)}" for one in self.wrong[:SHOWN]]
        if len(self.wrong) > SHOWN:
            shown.append(f"  {_text('problems_more', n=len(self.wrong) - SHOWN)[language]}")
        return "\n".join([_text("not_confirmed", differing=len(self.wrong))[language], *shown])


def _judged(lock: str, values: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """Hold what lies here against a lock and the values beside it."""
    from dewak_research.canonical import TABLES_OF, fingerprints
    from dewak_research.compared_tables import tables_here
    from dewak_research.stages import STAGES

    stages = proof.locked(lock)
    expected = {path: md5 for outs in stages.values() for path, md5 in outs.items()}
    if not expected:
        raise InputError(proof.no_proof(proof.LOCK))
    found = {path: proof.hash_of(ROOT / path) for path in expected}
    missing = [path for path in expected if found[path] is None]
    other = [path for path in expected if found[path] not in (None, expected[path])]
    tables = {name: path for name in STAGES for path in stages.get(name, {}) if not path.endswith(".json")}
    wrong = [proof.Difference("missing", path) for path in missing]
    wrong += [proof.Difference("surplus", path) for path in proof.surplus(expected)]
    for path in other:
        wrong += [one for one in proof.differing_files(path, expected[path]) if one.kind != "bytes"]
    here = proof.values_here()
    # the tables are looked at themselves: what a file says of them may be as old as the file
    here |= {
        f"{TABLES_OF}{name}": fingerprints(tables_here(ROOT / path))
        for name, path in tables.items()
        if path in other
    }
    names = proof.differing_values(proof.flat(values), proof.flat(here))
    wrong += [proof.Difference("table" if name.startswith(TABLES_OF) else "value", name) for name in names]
    changed = {*missing, *other}
    reads = proof.read_by(lock)
    for name, outs in stages.items():
        if name not in STAGES and changed.isdisjoint(reads[name]):
            wrong += [proof.Difference("unexplained", path) for path in outs if path in other]
    count = sum(len(list((ROOT / path).glob("*.parquet"))) for path in tables.values())
    counts = (len(expected), len(proof.flat(values)), count)
    return Verdict(*counts, other_bytes=tuple(sorted(other)), wrong=tuple(wrong), found=found)


def verify() -> Verdict:
    """Compute everything again, compare with the committed proof and leave lock and values as they were.

    An interrupted or failed computation leaves the outputs as they were, too, as far as DVC has kept them.

    Raises
    ------
    InputError
        There is no lock to compare with, a parameter is not allowed, a folder is protected, or another run is
        under way.
    RunError
        A disk was full.
    """
    from dewak_research.book.kept import FOLDER

    if not proof.LOCK.is_file():
        raise InputError(proof.no_proof(proof.LOCK))
    _check_params()
    need_writable(ROOT)
    before = {path: path.read_bytes() for path in (proof.LOCK, *sorted(proof.VALUES.glob("*.json")))}
    lock, values = before[proof.LOCK].decode("utf-8"), proof.values_here()
    whole = False
    with alone(proof.LOCK, "dewak run, dewak verify"):
        forget_ended(ROOT)
        kept = ROOT / "book" / "_build" / FOLDER
        if kept.exists():  # a proof takes nothing over
            shutil.rmtree(kept)
        try:
            needs = graph(ROOT)
            side_by_side(ROOT, needs, list(needs), force=True)
            verdict = _judged(lock, values)
            whole = True
        finally:
            for path, content in before.items():
                if not path.is_file() or path.read_bytes() != content:
                    write_whole(path, content)
            if not whole:
                put_outputs_back(ROOT)
    return verdict


def verify_built() -> Verdict:
    """Hold what lies here against the committed proof, every byte of it, without computing again.

    Raises
    ------
    InputError
        Git has no lock or no values to compare with, or the lock names no output.
    """
    return _judged(proof.committed(proof.LOCK), proof.committed_values())


def certify(verdict: Verdict, computed_again: bool) -> Path:
    """Write the certificate of a verification, as pages and as JSON, and return its file."""
    from dewak_research.book.certificate import write_certificate

    lock = proof.committed(proof.LOCK)
    outputs = {path: md5 for outs in proof.locked(lock).values() for path, md5 in outs.items()}
    facts = {
        "day": datetime.now(UTC).date().isoformat(),
        "commit": proof.git("rev-parse", "HEAD").strip(),
        "clean": not proof.git("status", "--porcelain"),
        "computed_again": computed_again,
        "holds": verdict.holds,
        "said": {language: verdict.render(language) for language in LANGUAGES},
        "versions": {"Python": platform.python_version()} | {name: version(name) for name in NAMED_VERSIONS},
        "machine": f"{platform.system()}, {platform.machine()}",
        "lock": hashlib.sha256(lock.encode()).hexdigest(),
        "outputs": dict(sorted(outputs.items())),
        "report": verdict.found.get(HTML.relative_to(ROOT).as_posix()),
    }
    return write_certificate(facts, CERTIFICATE)


def site(html: Path) -> Starlette:
    """Return what serves a folder to this computer: other names of the host and links out of the folder are refused."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    here = Middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])
    return Starlette(routes=[Mount("/", StaticFiles(directory=html, html=True))], middleware=[here])


def serve(port: int) -> None:
    """Serve the report on this computer's loopback address until interrupted.

    Raises
    ------
    InputError
        The report has not been built, or the port is taken.
    """
    if not (HTML / "index.html").is_file():
        raise InputError(_problem("no_report", "book/_build/html"))
    import uvicorn

    try:
        line = listening(port)
    except InputError as error:
        raise InputError(
            _problem("port_taken", f"{LOOPBACK}:{port}", port=port, next_port=port + 1)
        ) from error
    config = uvicorn.Config(site(HTML), log_level="warning", access_log=False, lifespan="off", ws="none")
    sys.stdout.write(f"http://{LOOPBACK}:{port}/  (Ctrl+C)\n")
    sys.stdout.flush()
    try:
        uvicorn.Server(config).run(sockets=[line])
    except KeyboardInterrupt:
        pass
    finally:
        line.close()
