"""Full and protected disks: one message, nothing half written, the last report kept, and the next run goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dewak_research.language import LANGUAGES

from .conftest import Built
from .small import dewak, environment, hashes, isolated, locked

SPARE_KB = 24  #: what is left on the small disk: less than any of the results that are to be made
SCRIPT = """
set -e
mkdir -p {aside}
cp -a {place}/. {aside}/
mount -t tmpfs -o size={size}k tmpfs {place}
cp -a {aside}/. {place}/
(cd {root}; {run}) >{said} 2>&1 && echo 0 >{said}.code || echo $? >{said}.code
{look}
mount -o remount,size=2g {place}
(cd {root}; {run}) >{said}.again 2>&1 && echo 0 >{said}.again.code || echo $? >{said}.again.code
rm -rf {aside}; mkdir {aside}
cp -a {place}/. {aside}/
"""
PROTECTED = """
set -e
mount --bind {place} {place}
mount -o remount,bind,ro {place}
(cd {root}; {run}) >{said} 2>&1 && echo 0 >{said}.code || echo $? >{said}.code
"""


def without(folder: Path, results: tuple[str, ...]) -> None:
    """Take results away; the next run has to make them."""
    for name in results:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def forget(root: Path, md5: str) -> None:
    """Take a folder out of what DVC keeps."""
    kept = root / ".dvc" / "cache" / "files" / "md5"
    listed = kept / md5[:2] / md5[2:]
    for file in json.loads(listed.read_text(encoding="utf-8")):
        (kept / file["md5"][:2] / file["md5"][2:]).unlink(missing_ok=True)
    listed.unlink()


def kilobytes(folder: Path) -> int:
    """Return what the files of a folder take on a small disk: whole pages."""
    return sum(4 * -(-path.stat().st_size // 4096) for path in folder.rglob("*") if path.is_file())


def in_room(root: Path, script: str, **filled: object) -> None:
    command = " ".join(f"'{word}'" for word in dewak("run"))
    text = script.format(root=root, run=command, **filled)
    done = subprocess.run(
        [*isolated("mount"), "sh", "-c", text],
        env=environment(root),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


POOLING = ("data/processed/pooling",)
NOTEBOOK = tuple(
    f"data/processed/notebooks/{language}/{name}"
    for language in LANGUAGES
    for name in ("00_data.ipynb", "_figures/00_data")
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "taken"),
    [("data/processed", POOLING), ("data/processed", NOTEBOOK), (".dvc/cache", POOLING)],
    ids=["results of a stage", "results of a notebook", "cache"],
)
def test_a_full_disk_is_said_once_and_the_next_run_goes_on(
    built: Built, tmp_path: Path, place: str, taken: tuple[str, ...]
) -> None:
    root, said = built.folder, tmp_path / "said"
    lock = (root / "dvc.lock").read_bytes()
    without(root, taken)
    if place == ".dvc/cache":  # as if it had been tidied up: what is made again has to be kept again
        forget(root, built.locked["pooling"]["data/processed/pooling"])
    before = hashes(root)
    in_room(
        root, SCRIPT, place=root / place, aside=tmp_path / "aside", said=said,
        size=kilobytes(root / place) + SPARE_KB, look=f"cp {root / 'dvc.lock'} {said}.lock",
    )  # fmt: skip
    text = said.read_text(encoding="utf-8")
    assert (tmp_path / "said.code").read_text().strip() == "1", text
    told = [line for line in text.splitlines() if "disk is full" in line]
    assert len(told) == 1 and f"disk is full: {place}" in told[0] and "takes about" in told[0], text
    assert "Traceback" not in text and text.rstrip().endswith("is not computed again."), text
    assert (tmp_path / "said.lock").read_bytes() == lock
    again = (tmp_path / "said.again").read_text(encoding="utf-8")
    assert (tmp_path / "said.again.code").read_text().strip() == "0", again
    assert "goes on from there" in again
    shutil.copytree(tmp_path / "aside", root / place, dirs_exist_ok=True)
    assert hashes(root) == built.hashes and locked(root) == built.locked
    assert before.items() <= built.hashes.items()


@pytest.mark.slow
def test_official_figures_may_be_protected(built: Built, tmp_path: Path) -> None:
    root, said = built.folder, tmp_path / "said"
    without(root, POOLING)
    in_room(root, PROTECTED, place=root / "data" / "raw", said=said)
    text = said.read_text(encoding="utf-8")
    assert (tmp_path / "said.code").read_text().strip() == "0" and "The report is ready" in text, text
    assert hashes(root) == built.hashes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "named"),
    [
        (".", ["project", ".dvc", "data/processed", "book"]),
        ("data/processed", ["data/processed"]),
        (".dvc", [".dvc"]),
    ],
)
def test_what_must_be_writable_is_said_before_anything_is_computed(
    built: Built, tmp_path: Path, place: str, named: list[str]
) -> None:
    root, said = built.folder, tmp_path / "said"
    without(root, POOLING)
    try:
        in_room(root, PROTECTED, place=root / place, said=said)
        text = said.read_text(encoding="utf-8")
        assert (tmp_path / "said.code").read_text().strip() == "2", text
        places = [root.name if name == "project" else f"{root.name}/{name}" for name in named]
        assert all(f"  {one}: this folder may not be written to" in text for one in places), text
        assert "Next step" in text and "begins." not in text and "Traceback" not in text
    finally:
        subprocess.run(dewak("run"), cwd=root, env=environment(root), check=True, capture_output=True)
    assert hashes(root) == built.hashes and os.access(root / place, os.W_OK)
