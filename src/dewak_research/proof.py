"""The proof of a run: every byte of what lies here, and every table, held against what the repository has committed."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from dewak_research.errors import InputError, Problem, messages, texts
from dewak_research.language import Language, read_yaml
from dewak_research.paths import PROCESSED, ROOT

LOCK = ROOT / "dvc.lock"
VALUES = PROCESSED / "values"
TOLERANCE = 1e-9
CACHE = ROOT / ".dvc" / "cache" / "files" / "md5"
_problem, _text = messages(__package__), texts(__package__)


# ---- what is committed


@cache
def _stages(lock: str) -> dict[str, Any]:
    return dict((read_yaml(lock) or {}).get("stages", {}))


def locked(text: str) -> dict[str, dict[str, str]]:
    """Return by stage the hash of every output the lock names, by path."""
    return {
        name: {out["path"]: out["md5"] for out in stage.get("outs", [])}
        for name, stage in _stages(text).items()
    }


def read_by(text: str) -> dict[str, list[str]]:
    """Return by stage the paths of what it reads."""
    return {name: [dep["path"] for dep in stage.get("deps", [])] for name, stage in _stages(text).items()}


def no_proof(path: Path) -> Problem:
    """Return the problem of a file of the proof that is not there."""
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return _problem("no_proof", name, name=name)


def _git(*arguments: str) -> bytes | None:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def git(*arguments: str) -> str:
    """Return what git says of this project, nothing where it cannot."""
    return (_git(*arguments) or b"").decode("utf-8")


def need_history() -> None:
    """Refuse what needs the history of the project.

    Raises
    ------
    InputError
        Git is not installed, this is a copy without history (a ZIP archive), or git refuses to read it.
    """
    if not (ROOT / ".git").exists():
        raise InputError(_problem("no_history", ROOT.name))
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise InputError(_problem("no_git", "PATH")) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise InputError(_problem("git_refuses", ROOT.name, detail=said))


def committed(path: Path) -> str:
    """Return a file as git has it.

    Raises
    ------
    InputError
        Git does not have it, or there is no history to read.
    """
    found = _git("show", f"HEAD:{path.relative_to(ROOT).as_posix()}")
    if found is None:
        need_history()
        raise InputError(no_proof(path))
    return found.decode("utf-8")


def committed_values() -> dict[str, dict[str, Any]]:
    """Return the values beside the lock as git has them, by the name of their file.

    Raises
    ------
    InputError
        Git has none.
    """
    listed = git("ls-tree", "--name-only", "HEAD", f"{VALUES.relative_to(ROOT).as_posix()}/")
    names = [name for name in listed.splitlines() if name.endswith(".json")]
    if not names:
        need_history()
        raise InputError(no_proof(VALUES))
    return {Path(name).stem: json.loads(committed(ROOT / name)) for name in names}


# ---- what lies here


def hash_of(path: Path) -> str | None:
    """Return the hash of a file or folder as DVC writes it, from every byte read now; None where nothing lies there."""
    from dvc_data.hashfile.hash import file_md5
    from dvc_data.hashfile.hash_info import HashInfo
    from dvc_data.hashfile.tree import Tree
    from dvc_objects.fs.local import LocalFileSystem

    system = LocalFileSystem()  # type: ignore[no-untyped-call]
    if path.is_file():
        return str(file_md5(str(path), system))
    if not path.is_dir():
        return None
    tree = Tree()  # type: ignore[no-untyped-call]
    for file in sorted(path.rglob("*")):
        if file.is_file():
            tree.add(file.relative_to(path).parts, None, HashInfo("md5", file_md5(str(file), system)))
    tree.digest()
    return str(tree.hash_info.value)


def values_here() -> dict[str, dict[str, Any]]:
    """Return the values that the last run wrote, by the name of their file."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(VALUES.glob("*.json"))}


def surplus(outputs: Iterable[str]) -> list[str]:
    """Return the files among the results of the stages that belong to no output, sorted."""
    owners = {ROOT / path for path in outputs}
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in PROCESSED.rglob("*")
        if path.is_file() and owners.isdisjoint((path, *path.parents))
    )


# ---- both held against each other


def flat(values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return values by file and name as one mapping."""
    return {f"{file}.{name}": value for file, found in values.items() for name, value in found.items()}


def differing_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
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
class Difference:
    """Where something is not what the repository has committed.

    Parameters
    ----------
    kind : str
        missing, surplus, value, bytes, unexplained, table, no_table, column, rows or cell; said by the text
        ``differs_<kind>``.
    what : str
        Output, file or name of the value.
    more : mapping
        What the text says beside it.
    """

    kind: str
    what: str
    more: Mapping[str, Any] = field(default_factory=dict)

    def render(self, language: Language) -> str:
        """Return it as one line."""
        return _text(f"differs_{self.kind}", what=self.what, **self.more)[language]


def listed_in_cache(digest: str) -> dict[str, Path] | None:
    """Return the files of an output as the cache keeps them, by their path below it; None where it keeps none."""

    def kept(md5: str) -> Path:
        return CACHE / md5[:2] / md5[2:]

    if not kept(digest).is_file():
        return None
    if not digest.endswith(".dir"):
        return {"": kept(digest)}
    return {one["relpath"]: kept(one["md5"]) for one in json.loads(kept(digest).read_text(encoding="utf-8"))}


def differing_files(output: str, digest: str) -> Iterator[Difference]:
    """Name the files of an output that are not the committed ones, and the worst place of each table.

    Nothing where the committed ones are not in the cache of this computer.
    """
    folder = ROOT / output
    expected = listed_in_cache(digest)
    if expected is None:
        return
    paths = [folder] if folder.is_file() else [path for path in folder.rglob("*") if path.is_file()]
    here = {"" if path == folder else path.relative_to(folder).as_posix(): path for path in paths}
    for name in sorted(expected.keys() | here.keys()):
        shown = f"{output}/{name}".rstrip("/")
        if name not in here:
            yield Difference("missing", shown)
        elif name not in expected:
            yield Difference("surplus", shown)
        elif hash_of(here[name]) != hash_of(expected[name]):
            yield (
                place(shown, expected[name], here[name])
                if name.endswith(".parquet")
                else Difference("bytes", shown)
            )


def place(shown: str, expected: Path, found: Path) -> Difference:
    """Name where a table lies furthest from the committed one; ``bytes`` where it agrees within the tolerance."""
    import pandas as pd  # as long to load as DVC needs to find that nothing has changed

    from dewak_research.compared_tables import worst_difference

    before = pd.read_parquet(expected)
    try:
        after = pd.read_parquet(found)
    except (OSError, ValueError):
        return Difference("no_table", shown)
    where = worst_difference(before, after)
    if where is None:
        return Difference("bytes", shown)
    column, row = where
    if not column:
        return Difference("rows", shown, {"here": len(after), "rows": len(before)})
    if column not in before or column not in after or before[column].dtype != after[column].dtype:
        return Difference("column", shown, {"column": column})
    cells = {"here": after[column].iloc[row], "value": before[column].iloc[row]}
    return Difference("cell", shown, {"column": column, "row": row, **cells})
