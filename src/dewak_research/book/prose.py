"""Numbers in sentences: every number in the report's text comes from one cell of one result table.

A text writes ``{{ disparities.inequality(measure="gini", year=2019).value | number(2) }}``: stage, table, key columns
with their values, column. A wrong name is an error that names the nearest one; so is a key that fits no row or
several; and a float without a filter, because it would stand in the wrong language with too many digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError, meta, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.language import Language
from dewak_research.page import values as written
from dewak_research.page.labels import label
from dewak_research.page.results import Cells

_MARKDOWN = re.compile(r"([\\`*_\[\]{}|#$~])")
_UNITS: dict[str, Callable[..., str]] = {
    "number": written.number,
    "pct": written.pct,
    "chance": written.chance,
    "eur": written.eur,
    "eur_m": written.eur_m,
}
_problem = messages(__package__)


def render(
    text: str,
    language: Language,
    values: Mapping[str, Any],
    *,
    where: str = "text",
    names: Mapping[str, str] | None = None,
    cells: Mapping[str, Cells] | None = None,
) -> str:
    """Fill the placeholders of a text.

    Parameters
    ----------
    text : str
        Markdown with placeholders. Filters: ``number(digits)``, ``pct(digits)`` of a share from 0 to 1,
        ``chance(digits)`` of a probability, ``eur(digits)``, ``eur_m(digits)`` of an amount in euros,
        ``rounded(digits)`` to significant digits before another filter, ``name`` of a municipality key,
        ``low | interval(high, "pct", 1)``. Missing values read “keine Angabe”/“no data”.
    language : {"de", "en"}
        Language of the text.
    values : mapping
        What the text may name besides the cells: parameters of a notebook, a picture.
    where : str
        Where the text stands, for messages.
    names : mapping of str to str, optional
        Municipality key to name; by default the official lists.
    cells : mapping of str to Cells, optional
        The tables of the stages, by stage.

    Raises
    ------
    InputError
        Names every unknown name of the text, or the first wrong use of a known one.
    """
    environment = _environment(language)
    known: dict[str, Any] = {**(cells or {}), **values}
    try:
        parsed = environment.parse(text)
        strange = sorted(meta.find_undeclared_variables(parsed) - set(known) - set(environment.globals))
        if strange:
            raise InputError([_unknown("name", name, known) for name in strange])
        return environment.from_string(text).render({**known, "_names": names})
    except InputError as error:
        raise InputError([_placed(problem, where) for problem in error.problems]) from error
    except TemplateError as error:
        raise InputError(_template_problem(error, where, environment)) from error
    except (TypeError, ValueError) as error:
        raise InputError(_problem("misfit", where, error=error)) from error


def interval(low: Any, high: Any, language: Language, how: str = "number", digits: int | None = None) -> str:
    """Write a range: “23,3 % bis 25,1 %”, “23.3% to 25.1%”; missing where one end is."""
    if written.is_missing(low) or written.is_missing(high):
        return label("no_data", language)
    extra = () if digits is None else (digits,)
    write = _UNITS[how]
    return label("interval", language, low=write(low, language, *extra), high=write(high, language, *extra))


@lru_cache(maxsize=2)
def _environment(language: Language) -> Environment:
    # "{#name}" is an anchor in MyST, so comments need another beginning.
    environment = Environment(
        undefined=StrictUndefined,
        autoescape=True,
        keep_trailing_newline=True,
        finalize=lambda value: _safe(value, language),
        comment_start_string="{##",
        comment_end_string="##}",
    )
    for key, write in _UNITS.items():
        environment.filters[key] = _in_language(write, language)

    def between(low: Any, high: Any, how: str = "number", digits: int | None = None) -> Markup:
        return Markup(escape(interval(low, high, language, how, digits)))

    environment.filters["interval"] = environment.globals["interval"] = between
    environment.filters["rounded"] = written.rounded
    environment.filters["name"] = environment.globals["name"] = _name
    return environment


def _in_language(write: Callable[..., str], language: Language) -> Callable[..., Markup]:
    def filled(value: Any, *digits: int) -> Markup:
        return Markup(escape(write(value, language, *digits)))

    return filled


@pass_context
def _name(context: Context, ags: Any) -> str:
    names = context.get("_names")
    known: Mapping[str, str] = _official_names() if names is None else names
    if ags not in known:
        raise InputError(_unknown("key", str(ags), known, "name"))
    return known[ags]


@lru_cache(maxsize=1)
def _official_names() -> dict[str, str]:
    from dewak_research.data import read_table

    found: dict[str, str] = {}
    for table in ("kreise", "towns"):
        frame = read_table(table)
        found |= dict(zip(frame["ags"].astype(str), frame["name"].astype(str), strict=True))
    return found


def _safe(value: Any, language: Language) -> Any:
    """Turn the result of a placeholder into text that is neither HTML nor markdown."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, StrictUndefined):
        return value
    if written.is_missing(value):
        return label("no_data", language)
    if isinstance(value, bool):
        return label(str(value).lower(), language)
    if isinstance(value, float):
        raise InputError(_problem("bare_number", "{{ … }}", value=repr(value)))
    if isinstance(value, str):
        return Markup(_MARKDOWN.sub(r"\\\1", str(escape(value))))
    if isinstance(value, int):
        return value
    raise InputError(_problem("no_statement", "{{ … }}"))


def _unknown(kind: str, name: str, known: Mapping[str, Any], title: str = "") -> Problem:
    where = f"{title}.{name}" if title else name
    return _problem(f"unknown_{kind}", where, name=name, right=nearest_or(name, known))


def _placed(problem: Problem, where: str) -> Problem:
    return Problem(problem.what, f"{where}: {problem.where}", problem.right, problem.next_step)


def _template_problem(error: TemplateError, where: str, environment: Environment) -> Problem:
    line = f", line {error.lineno}" if isinstance(error, TemplateSyntaxError) else ""
    message = error.message or type(error).__name__
    missing = re.search(r"No filter named '([^']+)'", message)
    if missing is not None:
        return _placed(_unknown("filter", missing[1], environment.filters), where + line)
    return _problem("template", where + line, message=message)
