"""Which chart of accounts a file follows: known from the Land of the key, or recognised from names and classes.

The same number means income in one Land and costs in another, so nothing is taken from a number alone: where the names
of the accounts speak against the Land of the key, or the key does not say a Land, the chart is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from dewak_research.errors import InputError, entries, messages, texts
from dewak_research.language import Text
from dewak_research.own.intake.printed import folded
from dewak_research.own.intake.questions import Question, answer_to
from dewak_research.own.layout_in_hand import layout_in_hand
from dewak_research.own.official import account_lines, line_of
from dewak_research.own.template import PLANS
from dewak_research.rules import dated

Kind = Literal["income", "costs"]
CLEAR = 0.8  #: of the accounts with a telling name agree with a chart that fits
LEAST_NAMED = 3  #: fewer telling names say nothing
LEAST_CAMERAL = 3  #: budget items that make a file cameral, where a word says so too
COVERED = 0.8  #: of the accounts have a line in a chart that fits
_FILE = "charts.yaml"
_text, _problem = texts(__package__, _FILE), messages(__package__, _FILE)


@dataclass(frozen=True)
class Chart:
    """The chart of accounts of a Land.

    Attributes
    ----------
    key : str
        Of the Land.
    land, title : Text
    kinds : dict
        First digit → "income", "costs", "receipts", "payments" or "both" (by the account).
    plans : dict
        First digit → plan that its accounts belong to.
    internal : tuple of str
        Beginnings of accounts of charges between the town's own offices: no line of a plan holds them.
    lines : dict
        Plan → account prefix → line of the workbook.
    verified : bool
        Whether the prefixes were read in the chart itself; ``note`` says what was not.
    """

    key: str
    land: Text
    title: Text
    kinds: Mapping[str, str]
    plans: Mapping[str, str]
    internal: tuple[str, ...]
    lines: Mapping[str, Mapping[str, str]]
    verified: bool
    note: Text | None

    def digits(self, plan: str, cost: bool) -> tuple[str, ...]:
        """Return the classes of a plan that hold costs (payments), or income (receipts)."""
        wanted = {"costs", "payments"} if cost else {"income", "receipts"}
        return tuple(d for d, kind in self.kinds.items() if kind in wanted and self.plans[d] == plan)

    def plan_of(self, account: str) -> str | None:
        """Return the plan that an account belongs to, or None."""
        return self.plans.get(account[:1])

    def line_of(self, account: str) -> str | None:
        """Return the line of an account in its plan, or None."""
        plan = self.plan_of(account)
        return line_of(account, dict(self.lines[plan])) if plan else None

    def fits(self, account: str, said: Kind) -> bool:
        """Whether an account holds what its name says."""
        kind = self.kinds.get(account[:1], "")
        return kind == "both" or ((kind in ("income", "receipts")) == (said == "income") and bool(kind))


def charts() -> dict[str, Chart]:
    """Return every chart that is stored, by the key of its Land, with the lines of the workbook in hand."""
    return _charts(layout_in_hand())


@cache
def _charts(layout: str) -> dict[str, Chart]:
    keys = sorted(name.split("/")[1] for name in dated.names("land") if name.endswith("/chart"))
    return {key: _chart(key, layout) for key in keys}


def _chart(key: str, layout: str) -> Chart:
    raw = dated.document(f"land/{key}/chart")
    turned: dict[str, list[str]] = {}
    for own, theirs in raw["shift"].items():
        turned.setdefault(theirs, []).append(own)
    lines: dict[str, dict[str, str]] = {plan: {} for plan in PLANS}
    for plan, prefixes in account_lines().items() if raw["like"] else ():
        for prefix, line in prefixes.items():
            lines[plan] |= {own + prefix[1:]: line for own in turned.get(prefix[0], ())}
    apart = raw.get("in_own_layout", {}) if layout == key else {}
    for plan, prefixes in [*raw["own"].items(), *apart.items()]:
        lines[plan] |= prefixes
    return Chart(
        key,
        Text.of(raw["land"]),
        Text.of(raw["title"]),
        {digit: entry["kind"] for digit, entry in raw["classes"].items()},
        {digit: entry["plan"] for digit, entry in raw["classes"].items()},
        tuple(raw["internal"]),
        lines,
        raw["verified"],
        Text.of(raw["note"]) if "note" in raw else None,
    )


@cache
def said_by(name: str) -> Kind | None:
    """Return what the name of an account says it is; None where it says nothing."""
    plain = folded(name)
    for entry in entries(__package__, _FILE)["names"]:
        if plain and re.search(entry["pattern"], plain):
            return None if entry["kind"] == "open" else entry["kind"]
    return None


def refuse_cameral(rows: Sequence[Sequence[str]], where: str) -> None:
    """Refuse a cameral budget: it has no income and costs.

    Parameters
    ----------
    rows : sequence of rows of text
        The first rows of the file, headings included.

    Raises
    ------
    InputError
        Names the words that tell, and the next step.
    """
    patterns = entries(__package__, _FILE)
    words = {word for row in rows for cell in row for word in folded(cell).split()}
    strong, weak = (
        sorted(word for word in words if re.match(patterns[name], word))
        for name in ("cameral_strong", "cameral")
    )
    numbers = sorted(
        {cell for row in rows for cell in row if re.fullmatch(patterns["cameral_number"], cell.strip())}
    )
    if (strong or weak) and len(numbers) >= LEAST_CAMERAL:
        weak += [*numbers[:2], "…"]
    if len(strong) > 1 or (strong and weak) or len(weak) > 2:
        raise InputError(_problem("cameral_file", where, words=", ".join((strong + weak)[:4])))


def is_product_heading(heading: str) -> bool:
    """Whether a heading names products, cost centres and the like rather than accounts."""
    plain, patterns = folded(heading), entries(__package__, _FILE)
    return bool(re.search(patterns["products"], plain)) and not re.search(patterns["accounts"], plain)


def is_account_heading(heading: str) -> bool:
    """Whether a heading names accounts."""
    return bool(re.search(entries(__package__, _FILE)["accounts"], folded(heading)))


def product_refused(column: str, where: str) -> InputError:
    """Return the refusal of products taken as accounts."""
    return InputError(_problem("product_no_account", where, column=column))


def ask_what_numbers_are(column: str, accounts: Sequence[str], names: Sequence[str]) -> Question | None:
    """Return the question whether numbers are accounts, where nothing says so: neither the heading nor any name."""
    named = [name for name in names if folded(name)]
    if is_account_heading(column) or len(named) < LEAST_NAMED or any(map(_tells, named)):
        return None
    options = (("account", _text("accounts_are")), ("product", _text("products_are")))
    text = _text("ask_accounts", column=column, example=f"{accounts[0]} {named[0]}")
    return Question("numbers_are", text, options)


def _tells(name: str) -> bool:
    patterns = [entry["pattern"] for entry in entries(__package__, _FILE)["names"]]
    return any(re.search(pattern, folded(name)) for pattern in patterns)


@dataclass(frozen=True)
class _Fit:
    chart: Chart
    named: int  #: accounts whose name says what they are
    agree: int  #: of them, those that the chart holds for the same
    covered: float  #: share of the accounts that have a line

    @property
    def share(self) -> float:
        return self.agree / self.named if self.named else 0.0

    @property
    def clear(self) -> bool:
        return self.covered >= COVERED and (self.named < LEAST_NAMED or self.share >= CLEAR)


def recognise(
    accounts: Sequence[str],
    names: Sequence[str],
    key: str,
    where: str,
    answers: Mapping[str, str] | None = None,
) -> tuple[Chart, Question | None]:
    """Return the chart of accounts of a file, and the question that must be answered first, if there is one.

    Parameters
    ----------
    accounts, names : sequence of str
        Every account once, without spaces, and its name ("" = none), in the same order.
    key : str
        Municipality key or own identifier: its Land is taken where the accounts do not speak against it.
    where : str
        The file, for refusals.
    answers : mapping, optional
        ``chart`` → key of a Land.

    Raises
    ------
    InputError
        No chart has a line for most of the accounts.
    """
    tried = [_fit(chart, accounts, names) for chart in charts().values()]
    fitting = sorted((fit for fit in tried if fit.covered >= COVERED / 2), key=_rank, reverse=True)
    digits = ", ".join(sorted({account[:1] for account in accounts}))
    if not fitting:
        known = ", ".join(fit.chart.land.de for fit in tried)
        raise InputError(_problem("chart_none", where, digits=digits, known=known))
    own = charts().get(key[:2]) if key.isdigit() and len(key) in (5, 8) else None
    own_fit = next((fit for fit in tried if own is not None and fit.chart.key == own.key), None)
    best = next((fit for fit in fitting if fit.chart is own and _rank(fit) == _rank(fitting[0])), fitting[0])
    suspect = own_fit is not None and _one_sided(own_fit, accounts)
    if own_fit is not None and own_fit.clear and not suspect:
        return own_fit.chart, None
    question = Question(
        "chart", _text("ask_chart", why=_why(best, own_fit, digits)), _options(fitting), best.chart.key
    )
    answer = answer_to(question, answers or {})
    return (charts()[answer], None) if answer else (best.chart, question)


def _fit(chart: Chart, accounts: Sequence[str], names: Sequence[str]) -> _Fit:
    used = [account for account in accounts if not account.startswith(chart.internal or "-")]
    known = set(used)
    told = [
        (a, said) for a, name in zip(accounts, names, strict=True) if a in known and (said := said_by(name))
    ]
    agree = sum(chart.fits(account, said) for account, said in told)
    lines = sum(chart.line_of(account) is not None for account in used)
    return _Fit(chart, len(told), agree, lines / max(len(used), 1))


def _rank(fit: _Fit) -> tuple[float, float]:
    return (round(fit.share, 3), round(fit.covered, 3))


def _one_sided(fit: _Fit, accounts: Sequence[str]) -> bool:
    """Whether, by this chart, the file has costs and payments but no income: then it is of another one."""
    kinds = {fit.chart.kinds.get(account[:1]) for account in accounts}
    return fit.named < LEAST_NAMED and "costs" in kinds and "income" not in kinds and len(kinds) > 1


def _why(best: _Fit, own: _Fit | None, digits: str) -> Text:
    if own is None:
        return _text("why_unknown", best=best.chart.land)
    if best.named >= LEAST_NAMED:
        return _text(
            "why_names", best=best.chart.land, agree=best.agree, named=best.named, own=own.chart.land
        )
    return _text("why_classes", digits=digits, own=own.chart.land)


def _options(fitting: Sequence[_Fit]) -> tuple[tuple[str, Text], ...]:
    def said(chart: Chart) -> Text:
        name = "chart_option" if chart.verified else "chart_option_unread"
        return _text(name, land=chart.land, title=chart.title)

    return tuple((fit.chart.key, said(fit.chart)) for fit in fitting)


def chart_note(chart: Chart) -> Text:
    """Say which chart was taken, and what of it was not read at its source."""
    if chart.note is None:
        return _text("note_chart", title=chart.title)
    return _text("note_chart_unread", title=chart.title, note=chart.note)
