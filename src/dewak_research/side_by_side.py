"""The changed stages of a run and what rests on them, side by side as far as they do not wait for one another.

DVC itself computes one stage after the other; several calls of it at once are safe as long as none writes what another
reads, which the order of the graph grants.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Collection, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

from dewak_research import terminal
from dewak_research.computing import answered, started, stop_at
from dewak_research.errors import texts
from dewak_research.own.commands import spoken
from dewak_research.processes import EVERY_S

AT_ONCE = max(2, min(4, os.cpu_count() or 1))
"""Stages at once; one needs up to two processors and 2 GB."""
_text = texts(__package__)
Graph = Mapping[str, set[str]]


def graph(root: Path) -> Graph:
    """Return by stage the stages whose outputs it reads, as DVC sees it.

    Raises
    ------
    RunError
        A disk was full.
    SystemExit
        DVC failed and has said why.
    """
    found: dict[str, set[str]] = {}
    for line in answered(root, ("dag", "--dot")).splitlines():
        match re.findall(r'"([^"]+)"', line):
            case [stage]:
                found.setdefault(stage, set())
            case [read, stage]:
                found.setdefault(stage, set()).add(read)
    return found


def resting_on(changed: Collection[str], needs: Graph) -> list[str]:
    """Return the changed stages and all that rest on them, each after what it reads."""
    found: list[str] = []
    for stage in TopologicalSorter(needs).static_order():
        if stage in changed or not needs[stage].isdisjoint(found):
            found.append(stage)
    return found


def side_by_side(root: Path, needs: Graph, names: Collection[str], force: bool = False) -> None:
    """Compute stages, each as soon as those among them that it reads have ended well.

    Of those that can begin, one on which much rests comes first. After one has failed none begins any more; those that
    are at work come to their end.

    Parameters
    ----------
    root : Path
        Folder of the pipeline.
    needs : mapping of str to set of str
        By stage the stages whose outputs it reads.
    names : collection of str
        Stages to compute.
    force : bool
        Compute also what has not changed.

    Raises
    ------
    RunError
        A disk was full.
    SystemExit
        DVC failed and has said why.
    """
    order: TopologicalSorter[str] = TopologicalSorter(
        {name: needs[name].intersection(names) for name in names}
    )
    order.prepare()
    rest = {name: len(resting_on([name], needs)) for name in names}
    how = ("--wait-for-lock", "repro", "--single-item", *(["--force"] if force else []))
    waiting: list[str] = []
    working: dict[str, tuple[subprocess.Popen[str], float]] = {}
    codes: list[int] = []
    with started(root) as start:
        while order.is_active() and (working or not any(codes)):
            waiting = sorted([*waiting, *order.get_ready()], key=rest.__getitem__, reverse=True)
            while waiting and len(working) < AT_ONCE and not any(codes):
                name = waiting.pop(0)
                _say("stage_begins", stage=name)
                # every call would repeat advice on git and remotes there; errors go to the other stream
                working[name] = start((*how, name), stdout=subprocess.DEVNULL), time.monotonic()
            for name, (process, since) in list(working.items()):
                if process.poll() is None:
                    continue
                del working[name]
                codes.append(process.returncode)
                if not process.returncode:
                    order.done(name)
                    seconds = round(time.monotonic() - since)
                    _say("stage_done", stage=name, seconds=seconds, n=len(codes), of=len(names))
            time.sleep(EVERY_S / 4)
    stop_at(root, codes)


def _say(text: str, **values: str | int) -> None:
    terminal.say(_text(text, **values)[spoken(None)])
