"""The case-study wing in one call: from the inputs under ``cases/`` and the official figures to the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from dewak_research.cases.library import facts_frame, load_library, names_frame, origin_frame
from dewak_research.cases.model_section import model_section
from dewak_research.cases.qca_section import qca_section
from dewak_research.cases.relief_section import relief_section
from dewak_research.cases.stakeholder_section import stakeholder_section
from dewak_research.cases.transfer_section import transfer_section
from dewak_research.config import CaseParams
from dewak_research.paths import CASES

Value = float | int | str | bool | None


@dataclass(frozen=True)
class CaseResult:
    """Tables and numbers of the chapter."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)


def run(
    inputs: Mapping[str, pd.DataFrame], params: CaseParams, seed: int, folder: Path = CASES
) -> CaseResult:
    """Run the case-study evaluation.

    Parameters
    ----------
    inputs : mapping
        Ingest table ``units``; if the stress test has run, its tables (``lights``). Official tables of the
        context are read where they are not among the inputs.
    params : CaseParams
    seed : int
    folder : Path
        Folder of the YAML inputs.

    Raises
    ------
    InputError
        Mistakes in the inputs, all of them, each with file and line.
    """
    library = load_library(folder)
    tables, values = model_section(library, params.weightings, params.cost_draws, seed)
    winners = {case: str(values[f"{case}_base_winner"]) for case in library.cases}
    transfer, found = transfer_section(
        inputs,
        library,
        tables["costs"],
        winners,
        peer_count=params.peers,
        bootstrap_draws=params.bootstrap_draws,
        seed=seed,
    )
    parts = [
        (transfer, found),
        stakeholder_section(library),
        qca_section(library),
        relief_section(library, params.cost_draws, seed),
    ]
    for more, numbers in parts:
        tables |= more
        values |= numbers
    origin = origin_frame(library)
    decision = origin[origin["block"].isin(["case_resources", "model_inputs", "expert_scores", "prices"])]
    values["inputs_sourced"] = int(origin["sourced"].sum())
    values["inputs_assumed"] = int(origin["assumption"].sum())
    values["decision_assumption_share"] = float(
        decision["assumption"].sum() / (decision["assumption"] + decision["sourced"]).sum()
    )
    tables |= {"origin": origin, "facts": facts_frame(library), "names": names_frame(library)}
    return CaseResult(tables, dict(values))
