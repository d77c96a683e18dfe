from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from dewak_research import pipeline, proof
from dewak_research.config import load_params
from dewak_research.errors import InputError
from dewak_research.paths import ROOT
from dewak_research.pipeline import Verdict
from dewak_research.proof import Difference, differing_values, locked
from dewak_research.side_by_side import graph, resting_on

DVC = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))


def test_values_agree_within_the_tolerance_or_are_named() -> None:
    before = {"a": 1.0, "b": "text", "c": None, "d": 0.0, "gone": 1}
    after = {"a": 1.0 + 5e-10, "b": "text", "c": None, "d": 1e-8, "new": 2}
    assert differing_values(before, after) == ["d", "gone", "new"]
    assert differing_values({"a": 1.0}, {"a": None}) == ["a"]
    assert differing_values({"a": True}, {"a": 1}) == ["a"]


def test_the_lock_is_read_by_stage() -> None:
    text = (
        "stages:\n  one:\n    outs:\n    - path: x\n      md5: 1a\n    - path: y\n      md5: 2b\n  two: {}\n"
    )
    assert locked(text) == {"one": {"x": "1a", "y": "2b"}, "two": {}}
    assert locked("") == {}


def test_the_three_verdicts_are_told_apart() -> None:
    same = Verdict(3, 9, 2)
    near = Verdict(3, 9, 2, ("x",))
    wrong = Verdict(3, 9, 2, ("x",), (Difference("value", "a.b"),))
    assert [v.holds for v in (same, near, wrong)] == [True, True, False]
    assert "Same bytes" in same.render("en")
    assert "1e-9" in near.render("de")
    assert "a.b" in wrong.render("en")


def test_verify_without_a_proof_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "LOCK", tmp_path / "dvc.lock")
    with pytest.raises(InputError, match=r"git checkout -- dvc\.lock"):
        pipeline.verify()


def test_serve_without_a_report_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "HTML", tmp_path)
    with pytest.raises(InputError, match="dewak run"):
        pipeline.serve(8000)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_serve_shows_the_start_page_to_this_computer_only(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>here</h1>", encoding="utf-8")
    port = _free_port()
    code = (
        "from dewak_research import pipeline; from pathlib import Path;"
        f"pipeline.HTML = Path({str(tmp_path)!r}); pipeline.serve({port})"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            assert server.stdout is not None
            assert f"http://127.0.0.1:{port}/" in server.stdout.readline().decode()
            for _ in range(50):
                try:
                    page = urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                    break
                except OSError:
                    time.sleep(0.1)
            assert b"here" in page
        finally:
            server.terminate()


def test_serve_answers_to_its_own_name_only_and_follows_no_link_out(tmp_path: Path) -> None:
    html = tmp_path / "html"
    html.mkdir()
    (html / "index.html").write_text("<h1>here</h1>", encoding="utf-8")
    (html / "404.html").write_text("<h1>lost</h1>", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (html / "out.txt").symlink_to(tmp_path / "secret.txt")
    (html / "up").symlink_to(tmp_path)
    client = TestClient(pipeline.site(html), base_url="http://127.0.0.1:8000")
    assert client.get("/").text == "<h1>here</h1>"
    assert client.get("/", headers={"host": "localhost:8000"}).status_code == 200
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 400
    for path in ("/out.txt", "/up/secret.txt", "/../secret.txt", "/%2e%2e/secret.txt"):
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (404, "<h1>lost</h1>")


def test_a_taken_port_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "index.html").write_text("x", encoding="utf-8")
    monkeypatch.setattr(pipeline, "HTML", tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=str(port)):
            pipeline.serve(port)


def test_every_stage_depends_on_the_lock_file() -> None:
    for name, stage in DVC["stages"].items():
        body = stage.get("do", stage)
        assert "requirements.lock" in body["deps"], name


def test_the_lock_is_committed_and_names_every_stage() -> None:
    lock = yaml.safe_load((ROOT / "dvc.lock").read_text(encoding="utf-8"))
    assert {name.split("@")[0] for name in lock["stages"]} == set(DVC["stages"])


def test_only_the_stress_branch_reads_stress_parameters() -> None:
    # Cases and planning ask the stress engine what a model or a plan does to a budget: they belong to the branch.
    readers = {
        name
        for name, stage in DVC["stages"].items()
        if any(str(p).startswith("stress") for p in stage.get("params", []))
    }
    assert readers == {"stress", "stress_backtests", "cases_budgets", "planning", "planning_measures"}


def test_dvc_neither_asks_for_updates_nor_sends_usage_data() -> None:
    text = (ROOT / ".dvc" / "config").read_text(encoding="utf-8")
    assert "analytics = false" in text
    assert "check_update = false" in text
    assert "remote" not in text


def test_what_rests_on_a_change_follows_it_and_nothing_else_does() -> None:
    needs = {"a": set(), "b": {"a"}, "c": {"a"}, "d": {"b", "c"}, "e": {"c"}, "f": set()}
    assert resting_on({"c"}, needs) in (["c", "d", "e"], ["c", "e", "d"])
    assert resting_on({"f"}, needs) == ["f"] and resting_on((), needs) == []
    assert resting_on({"d", "e"}, needs) in (["d", "e"], ["e", "d"])


def test_the_graph_is_the_one_of_the_outputs_that_stages_read() -> None:
    """Also those inside a folder that is read, such as executed notebooks."""
    one_by_one = dict(_stages())
    found = graph(ROOT)
    assert set(found) == set(one_by_one)
    for name, body in one_by_one.items():
        deps = [Path(dep) for dep in body["deps"]]
        reads = {
            other
            for other, made in one_by_one.items()
            for out in map(Path, _paths(made["outs"]))
            if any(out == dep or dep in out.parents or out in dep.parents for dep in deps)
        }
        assert found[name] == reads, name


def _stages() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield name and body of every stage of dvc.yaml, one by one for the municipalities of the run."""
    for name, body in DVC["stages"].items():
        if "foreach" not in body:
            yield name, body
            continue
        for item in load_params().run.municipalities:
            text = yaml.safe_dump(body["do"]).replace("${item}", item)
            yield f"{name}@{item}", yaml.safe_load(text)


def _paths(outs: list[Any]) -> list[str]:
    return [next(iter(out)) if isinstance(out, dict) else out for out in outs]


WAITS_FOR_THE_OTHER = """
import sys, time
from pathlib import Path
name, other, code = sys.argv[1:]
Path(f"{name}.began").touch()
for _ in range(600):
    if other == "-" or Path(f"{other}.began").exists():
        break
    time.sleep(0.1)
else:
    raise SystemExit(f"{name} ran alone")
Path(f"{name}.txt").write_text(name)
with open("ran.txt", "a") as ran:
    ran.write(name + " ")
raise SystemExit(int(code))
"""


def test_what_only_a_computation_needs_is_not_loaded_before_dvc_looks() -> None:
    code = (
        "import sys; from dewak_research import cli, pipeline; print({'pandas', 'numpy'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
    code = "import sys; from dewak_research import whole_dvc; print({'pydantic', 'yaml'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_a_wrong_parameter_stands_before_what_dvc_says_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused() -> None:
        raise InputError(proof.no_proof(tmp_path))

    monkeypatch.setattr(pipeline, "ROOT", tmp_path)
    monkeypatch.setattr(pipeline, "HTML", tmp_path / "html")
    monkeypatch.setattr(proof, "LOCK", tmp_path / "dvc.lock")
    monkeypatch.setattr(pipeline, "_check_params", refused)
    with pytest.raises(InputError):
        pipeline.reproduce()  # DVC fails too: this is no project of it
    assert capsys.readouterr() == ("", "")
    assert not (tmp_path / ".dvc" / "tmp" / "dewak_run").exists()
    monkeypatch.setattr(pipeline, "_check_params", lambda: None)
    with pytest.raises(SystemExit):
        pipeline.reproduce()
    assert "DVC" in capsys.readouterr().err


@pytest.mark.slow
def test_stages_run_side_by_side_and_what_follows_after_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stage(name: str, other: str, *deps: str, code: int = 0) -> dict[str, object]:
        return {"cmd": f"python wait.py {name} {other} {code}", "deps": [*deps], "outs": [f"{name}.txt"]}

    def write(code: int) -> None:
        stages = {
            "first": stage("first", "-", "given.txt"),
            "left": stage("left", "right", "first.txt"),
            "right": stage("right", "left", "first.txt", code=code),
            "last": stage("last", "-", "left.txt", "right.txt"),
        }
        (tmp_path / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}), encoding="utf-8")

    def ran() -> list[str]:
        return (tmp_path / "ran.txt").read_text().split()

    subprocess.run([sys.executable, "-m", "dvc", "init", "--no-scm", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "wait.py").write_text(WAITS_FOR_THE_OTHER, encoding="utf-8")
    (tmp_path / "given.txt").write_text("given", encoding="utf-8")
    monkeypatch.setattr(pipeline, "ROOT", tmp_path)
    write(3)
    with pytest.raises(SystemExit):
        pipeline.reproduce()
    assert ran()[0] == "first" and sorted(ran()[1:]) == ["left", "right"]
    (tmp_path / "ran.txt").unlink()
    write(0)
    pipeline.reproduce()
    assert ran() == ["right", "last"]  # what had ended well is not computed again
    (tmp_path / "ran.txt").unlink()
    pipeline.reproduce()
    assert not (tmp_path / "ran.txt").exists()
