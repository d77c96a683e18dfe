"""What a run is checked for before anything is computed: its municipalities, stages and notebooks are known."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dewak_research.config import MODEL_UNITS, Params, load_params
from dewak_research.data.kreis_register import kreis_register
from dewak_research.data.register import resolve, resolve_in_germany, tidy_kreis_name
from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.language import REQUIRED, read_yaml
from dewak_research.own.official import official_table
from dewak_research.own.safety import clean_text
from dewak_research.paths import NOTEBOOKS, PARAMS, ROOT
from dewak_research.stages import STAGES

MOST_DRAWS = 1_000_000  #: draws, permutations and weightings: a hundred times what the report takes
PROFILE = "40_profile"  #: the notebook of one unit
_problem = messages(__package__)


def checked_params(*, whole: bool = True) -> Params:
    """Read ``params.yaml`` and look its municipalities up in the register, before anything is computed.

    Parameters
    ----------
    whole : bool
        It is for the whole report, which cannot do without either edition, nor without the units its chapters speak of.

    Raises
    ------
    InputError
        As :func:`.config.load_params`; the register has no such municipality or Kreis (the nearest are offered); or an
        edition or unit is left out that the whole report cannot do without.
    """
    params = load_params()
    problems = [*_too_many(params), *(_left_out(params) if whole else ())]
    for place, key in enumerate(params.run.municipalities):
        try:
            known_unit(key, f"{PARAMS.name}: run.municipalities.{place}")
        except InputError as error:
            problems += error.problems
    if problems := problems or list(_lacking() if whole else ()):
        raise InputError(problems)
    return params


def _lacking() -> Iterator[Problem]:
    """Parameters of which DVC watches each by its name: unlike the others they must stand in the file."""
    given = read_yaml(PARAMS.read_text(encoding="utf-8")) or {}
    stages = read_yaml((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"].values()
    watched = {name for stage in stages for name in stage.get("do", stage).get("params", ())}
    for name in sorted(name for name in watched if "." in name):
        group, _, key = name.partition(".")
        if key not in (given.get(group) or {}):
            default = getattr(getattr(Params(), group), key)
            yield _problem("needs_parameter", f"{PARAMS.name}: {name}", default=default)


def _too_many(params: Params) -> Iterator[Problem]:
    for group, settings in params.model_dump().items():
        for name, value in settings.items():
            if name.endswith(("draws", "permutations", "weightings")) and value > MOST_DRAWS:
                yield _problem(
                    "too_many_draws", f"{PARAMS.name}: {group}.{name}", value=value, most=MOST_DRAWS
                )


def _left_out(params: Params) -> Iterator[Problem]:
    """Editions and units that the report cannot do without: its pages lead to both, its chapters speak of both."""
    both = " · ".join(f"{key} ({title})" for key, title in MODEL_UNITS.items())
    for name, needed in (("languages", REQUIRED), ("municipalities", MODEL_UNITS)):
        given = getattr(params.run, name)
        if missing := [one for one in needed if one not in given]:
            yield _problem(
                f"needs_{name}", f"{PARAMS.name}: run.{name}", missing=", ".join(missing), both=both
            )


def known_unit(key: str, where: str = "AGS") -> str:
    """Return the key of a unit as the register of the 427 units has it.

    Raises
    ------
    InputError
        The register does not have it (the nearest are offered), or has that unit under another key.
    """
    found = resolve(key, _units(), where)
    if found != key:
        raise InputError(_problem("other_key", where, key=clean_text(key), found=found))
    return key


def known_query(query: str) -> None:
    """Look a key or a name up before anything is read that takes a run of the pipeline.

    Raises
    ------
    InputError
        Neither the register of the units nor that of all Kreise of Germany has it; the nearest are offered.
    """
    municipalities = official_table("gemeinden_tax_capacity_2022")["ags"]
    resolve_in_germany(query, _units(), kreis_register(official_table("kreise"), municipalities))


def _units() -> pd.DataFrame:
    """Return key and name of the 427 units."""
    towns, kreise = official_table("towns"), official_table("kreise")
    within = kreise.loc[kreise["ags"].isin(towns.loc[~towns["kreisfrei"], "kreis"]), ["ags", "name"]]
    named = within.assign(name=within["name"].astype("str").map(tidy_kreis_name))
    return pd.concat([towns[["ags", "name"]], named], ignore_index=True)


def known_stage(name: str) -> str:
    """Return the name of a stage.

    Raises
    ------
    InputError
        There is none of that name; the nearest is offered.
    """
    if name not in STAGES:
        raise InputError(_problem("no_stage", "dewak stage", name=name[:60], near=nearest_or(name, STAGES)))
    return name


def known_notebook(name: str, ags: str | None) -> str:
    """Return the name of a notebook that takes this key, or none.

    Raises
    ------
    InputError
        There is none of that name (the nearest is offered), the profile has no key, or a chapter has one.
    """
    known = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
    if name not in known:
        near = nearest_or(name, known)
        raise InputError(_problem("no_notebook", "dewak chapter", name=name[:60], near=near))
    if name == PROFILE and ags is None:
        raise InputError(_problem("profile_needs_unit", "dewak chapter"))
    if name != PROFILE and ags is not None:
        raise InputError(_problem("unit_for_profile_only", "dewak chapter", name=name))
    if ags is not None:
        known_unit(ags, "--ags")
    return name
