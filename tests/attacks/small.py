"""A copy of the project with few stages, and rooms of the system to run it in: no network, small disks."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml
from tests.conftest import missing

from dewak_research.paths import ROOT

SEED = 20260101
#: The official figures, beside them an analysis that needs none of them, and a notebook in two kernels.
STAGES = ("ingest", "pooling", "chapter_00_data")
OUTPUTS = ("data/processed", "book/_build/html")
LONGEST_S = 1800
LOOPBACK_UP = ROOT / ".ci" / "loopback-up"


def copied(folder: Path) -> Path:
    """Return a clone with the code of this tree whose pipeline is `STAGES` and has computed nothing."""
    subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
    no_caches = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", folder / "src", dirs_exist_ok=True, ignore=no_caches)
    whole = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    few = {"stages": {name: whole[name] for name in STAGES}}
    (folder / "dvc.yaml").write_text(yaml.safe_dump(few, sort_keys=False), encoding="utf-8")
    (folder / "dvc.lock").write_text("schema: '2.0'\nstages: {}\n", encoding="utf-8")
    return folder


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(folder / "src"), "DEWAK_LANGUAGE": "en", "CI": "true"}


def dewak(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "dewak_research.cli", *arguments]


def isolated(*rooms: str) -> list[str]:
    """Return what puts a command into rooms of its own: ``mount``, ``net``; without root as the root of a room."""
    tool = shutil.which("unshare")
    if tool is None:
        missing("unshare (util-linux) is not installed")
    command = [
        str(tool),
        *(f"--{room}" for room in rooms),
        *([] if os.geteuid() == 0 else ["--map-root-user"]),
    ]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        missing("this system gives no rooms of their own (unshare)")
    return command


def without_network(command: Sequence[str]) -> list[str]:
    """Return a command that finds no other computer than this one."""
    return [*isolated("net"), sys.executable, str(LOOPBACK_UP), *command]


def run(folder: Path, command: Sequence[str], code: int | None = 0) -> str:
    """Run a command in a copy and return what it said."""
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False, timeout=LONGEST_S,
    )  # fmt: skip
    assert code is None or done.returncode == code, done.stdout[-6000:]
    return done.stdout


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file that a run has made, without what is in the making."""
    found = {}
    for place in OUTPUTS:
        for path in sorted((folder / place).rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and "/." not in name and not name.endswith(".part"):
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def locked(folder: Path) -> dict[str, dict[str, str]]:
    """Return the hashes of the outputs of every stage that the lock names; fail where it is not whole."""
    lock = yaml.safe_load((folder / "dvc.lock").read_text(encoding="utf-8"))
    return {
        name: {out["path"]: out["md5"] for out in stage["outs"]} for name, stage in lock["stages"].items()
    }


def plain(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))
