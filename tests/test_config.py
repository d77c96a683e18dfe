from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from dewak_research.config import Params, load_params
from dewak_research.errors import InputError
from dewak_research.paths import PARAMS


def _load(tmp_path: Path, text: str) -> Params:
    file = tmp_path / "params.yaml"
    file.write_text(text, encoding="utf-8")
    return load_params(file)


def test_committed_parameters_are_valid() -> None:
    assert load_params(PARAMS).run.languages == ("de", "en")


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert _load(tmp_path, "") == Params()


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("stres: {}", "params.yaml: stres", "“stress”"),
        ("stress: {drows: 5}", "params.yaml: stress.drows", "“draws”"),
        ("run: {sed: 1}", "params.yaml: run.sed", "“seed”"),
        ("stress: {draws: many}", "params.yaml: stress.draws", "'many'"),
        ("stress: {draws: 0}", "params.yaml: stress.draws", "greater than or equal to 1"),
        ("run: {languages: [fr]}", "params.yaml: run.languages.0", "'de' or 'en'"),
        (
            "run: {municipalities: [5911000]}",
            "params.yaml: run.municipalities.0",
            "text and stands in quotes",
        ),
        ('run: {municipalities: ["0591"]}', "params.yaml: run.municipalities.0", "pattern"),
        ("stress: {draws: 5, draws: 6}", "params.yaml:1", "“draws” is given twice"),
        ("stress: {rate_spread_pp: .nan}", "params.yaml: stress.rate_spread_pp", "finite number"),
        (
            "stress: {growth_rates: {default: .inf}}",
            "params.yaml: stress.growth_rates.default",
            "finite number",
        ),
        ("stress: {growth_rates: {default: 2}}", "params.yaml: stress.growth_rates.default", "0.5"),
        ("stress: {cost_spread: {hzp: -0.1}}", "params.yaml: stress.cost_spread.hzp", "0"),
        (
            "disparities: {first_year: 2020, last_year: 2010}",
            "params.yaml: disparities",
            "must not lie after",
        ),
        ("planning: {cost_growth_shares: [0,02]}", "params.yaml: planning.cost_growth_shares.1", "0.2"),
        ("- 1", "params.yaml", "no mapping"),
        ("a: [", "params.yaml:", "not valid YAML"),
        ("a: &x [*x]", "params.yaml", "larger or nested deeper"),
        ("a: " + "[" * 200 + "]" * 200, "params.yaml", "larger or nested deeper"),
        (
            "a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
            "d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]",
            "params.yaml",
            "larger or nested deeper",
        ),
    ],
)
def test_a_wrong_parameter_is_named_with_what_would_be_right(
    tmp_path: Path, text: str, where: str, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        _load(tmp_path, text)
    message = caught.value.render("en")
    assert where in message
    assert words in message
    assert caught.value.render("de") != message


def test_what_is_no_readable_file_is_said_in_one_message(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "latin.yaml").write_bytes("run: {}  # für".encode("latin-1"))
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "control.yaml").write_bytes(b"run: \x00")
    said = {
        "folder": "cannot be read", "latin": "not stored as UTF-8", "dangling": "there is no file",
        "control": "not valid YAML", "none": "there is no file",
    }  # fmt: skip
    for name, words in said.items():
        with pytest.raises(InputError, match=words) as caught:
            load_params(tmp_path / f"{name}.yaml")
        assert len(caught.value.problems) == 1 and f"git checkout -- {name}.yaml" in caught.value.render("de")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _load(tmp_path, "stress: {drows: 5, draws: -1}\nrun: {sed: 1}")
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("text", ["- a\n- b", "just words", "stress: [", "run: 5"])
def test_a_file_that_is_no_set_of_parameters_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        _load(tmp_path, text)


def test_every_parameter_is_described() -> None:
    def undescribed(model: type[BaseModel], prefix: str = "") -> list[str]:
        found = []
        for name, field in model.model_fields.items():
            kind = field.annotation
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found += undescribed(kind, f"{prefix}{name}.")
            elif not field.description:
                found.append(prefix + name)
        return found

    assert undescribed(Params) == []
