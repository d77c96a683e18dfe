"""The house keeps its rules: methods are pure, rooms are small and named, nothing stands twice."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import dewak_research

HOUSE = Path(dewak_research.__file__).parent
MODULES = sorted(HOUSE.rglob("*.py"))
METHODS = [
    path
    for path in MODULES
    if path.relative_to(HOUSE).parts[0] in ("planning", "stress", "disparities", "cases", "space", "ratios")
]
FILE_ACCESS = {
    "open",
    "read_text",
    "write_text",
    "read_bytes",
    "write_bytes",
    "safe_load",
    "load_workbook",
    "files",
}
VAGUE = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "tools.py"}
LONGEST = 300
ALIKE_LINES = 10


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_method_opens_no_file_and_says_nothing(path: Path) -> None:
    calls = [
        node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    ]
    named = [(node.lineno, _called(node)) for node in calls]
    wrong = [
        f"line {line}: {name}"
        for line, name in named
        if name in FILE_ACCESS
        or name == "print"
        or name.startswith(("read_csv", "read_parquet", "read_excel", "to_csv"))
    ]
    assert not wrong


def test_a_room_has_a_name_and_at_most_three_hundred_lines() -> None:
    assert not [path.name for path in MODULES if path.name in VAGUE]
    long = {
        path.relative_to(HOUSE).as_posix(): n
        for path in MODULES
        if (n := len(path.read_text().splitlines())) > LONGEST
    }
    assert not long


def _code(path: Path) -> list[tuple[int, str]]:
    """Return the lines of code with their numbers: no blank lines, comments, imports or lone punctuation."""
    kept = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        bare = line.strip()
        if bare and not bare.startswith(("#", "from ", "import ", '"""')) and any(c.isalnum() for c in bare):
            kept.append((number, bare))
    return kept


def test_no_two_places_share_ten_equal_lines() -> None:
    seen: dict[tuple[str, ...], str] = {}
    twice = []
    for path in MODULES:
        lines = _code(path)
        for i in range(len(lines) - ALIKE_LINES + 1):
            window = tuple(text for _, text in lines[i : i + ALIKE_LINES])
            place = f"{path.relative_to(HOUSE).as_posix()}:{lines[i][0]}"
            if window in seen:
                twice.append(f"{place} = {seen[window]}")
            seen.setdefault(window, place)
    assert not twice
