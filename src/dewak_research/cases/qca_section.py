"""The QCA part of the chapter: published cases only, as the project's own cases are too few."""

from __future__ import annotations

import pandas as pd

from dewak_research.cases.library import CONDITIONS, Library, qca_frame
from dewak_research.cases.qca import few_cases, fit_table, necessity_table, solve, truth_table
from dewak_research.cases.robustness import calibrated, robustness

_EXPECTED: dict[str, bool | None] = {"present": True, "absent": False, "none": None}
SETTLED = ("yes", "no")


def dataset_memberships(library: Library, dataset: str) -> pd.DataFrame:
    """Return a published data set as memberships (calibrated where it is raw)."""
    anchors = library.qca["datasets"][dataset].get("anchors")
    raw = qca_frame(library, dataset)
    return calibrated(raw, anchors) if anchors else raw


def _dataset(library: Library, name: str) -> dict[str, pd.DataFrame]:
    item = library.qca["datasets"][name]
    conditions, outcome = item["conditions"], item["outcome"]
    expected = {c: _EXPECTED[v] for c, v in item.get("expected", {}).items()}
    data = dataset_memberships(library, name)
    tables: dict[str, list[pd.DataFrame]] = {"fit": [], "agreement": []}
    truth = truth_table(data, conditions, outcome, consistency=item["consistency"])
    for negate in (False, True):
        table = truth_table(data, conditions, outcome, consistency=item["consistency"], negate=negate)
        for kind, found in solve(table, conditions, {} if negate else expected).items():
            fit = fit_table(data, found, outcome, negate=negate)
            tables["fit"].append(fit.assign(kind=kind, outcome=f"~{outcome}" if negate else outcome))
            published = item.get("published", {}).get(kind)
            if published and not negate:
                own, other = _canonical(found.texts()), _canonical(published)
                row = {"kind": kind, "own": "; ".join(own), "published": "; ".join(other)}
                tables["agreement"].append(pd.DataFrame([{**row, "same": own == other}]))
    seen = truth.loc[truth["n"] > 0].reset_index()
    seen["configuration"] = seen[conditions].astype(str).agg("".join, axis=1)
    return {
        "qca_truth": seen[["row", "configuration", "out", "n", "consistency", "pri", "cases"]],
        "qca_fit": pd.concat(tables["fit"]),
        "qca_agreement": pd.concat(tables["agreement"]),
        "qca_necessity": necessity_table(data, conditions, outcome),
        "qca_robustness": robustness(
            qca_frame(library, name),
            conditions,
            outcome,
            base_consistency=item["consistency"],
            anchors=item.get("anchors"),
            expected=expected,
        ),
    }


def _canonical(formulas: list[str]) -> list[str]:
    """Order literals and products, so that equal formulas are equal texts."""
    return sorted(
        " + ".join(
            sorted("*".join(sorted(p.split("*"), key=lambda s: s.lstrip("~"))) for p in f.split(" + "))
        )
        for f in formulas
    )


def own_cases(library: Library) -> pd.DataFrame:
    """Return what is known of the project's own two cases: case, condition, state, source."""
    rows = [
        (case, name, content["conditions"][name]["state"], content["conditions"][name].get("source"))
        for case, content in library.cases.items()
        for name in CONDITIONS
    ]
    return pd.DataFrame(rows, columns=["case", "condition", "state", "source"])


def qca_section(library: Library) -> tuple[dict[str, pd.DataFrame], dict[str, float | int | str | bool]]:
    """Return tables and values of the QCA part, each table with a column ``dataset``."""
    collected: dict[str, list[pd.DataFrame]] = {}
    for name in library.qca["datasets"]:
        for table, frame in _dataset(library, name).items():
            collected.setdefault(table, []).append(frame.assign(dataset=name))
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in collected.items()}
    own = own_cases(library)
    known = own["state"].isin(SETTLED).groupby(own["case"]).all()
    agreement = tables["qca_agreement"]
    values: dict[str, float | int | str | bool] = {
        "qca_datasets": len(library.qca["datasets"]),
        "qca_published_cases": sum(len(d["cases"]) for d in library.qca["datasets"].values()),
        "qca_solutions_compared": len(agreement),
        "qca_solutions_equal": int(agreement["same"].sum()),
        "qca_own_cases": int(known.size),
        "qca_own_cases_complete": int(known.sum()),
        "qca_own_too_few": few_cases(int(known.sum()), len(CONDITIONS)),
        "qca_conditions": len(CONDITIONS),
    }
    return {**tables, "qca_own_cases": own}, values
