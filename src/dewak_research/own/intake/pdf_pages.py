"""Which pages of a long budget hold the plan of the whole municipality, among those of areas and products.

A page is told by the names of lines that stand on it, and by its title. Names come from the printed layouts; nothing
here knows what a line means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dewak_research.own.intake.part_plan import calls_itself_part
from dewak_research.own.intake.printed import folded

Names = Mapping[str, Mapping[str, Sequence[str]]]
"""Plan → line → its names as :func:`~dewak_research.own.intake.printed.folded` writes them."""
LEAST_NAMES = {"result_plan": 5, "finance_plan": 5, "balance": 3}
LEAST_ON_NEXT = 2
LEAST_SHARE = 0.6
"""Of the lines of the fullest plan found; a table with fewer is an extract from it."""
MOST_SHARED = 0.34  #: of the lines on a page may stand on the pages before, else it begins another plan
MOST_PLANS, MOST_PAGES = 4, 12  #: of one kind that are read; pages of one plan
TITLE_LINES = 10
_WHOLE = re.compile(r"\bgesamt-?\s?(?:ergebnis|finanz|bilanz|plan|haushalt)", re.I)
_PART = re.compile(
    r"\bteil-?\s?(?:ergebnis|finanz)?-?(?:plan|pläne|haushalt|rechnung|budget)|\bprodukt(?:bereich|gruppe)?s?\s*:?\s*\d"
    r"|\bkostenstelle\s*:?\s*\d|\bfachbereich\s*:?\s*\d",
    re.I,
)
_OF_PARTS = re.compile(r"\bteilergebnis\b|\bteilfinanz|\binternen leistungsbeziehungen\b")
_KIND = {
    "result_plan": re.compile(r"ergebnis-?\s?(?:plan|haushalt|rechnung)", re.I),
    "finance_plan": re.compile(r"finanz-?\s?(?:plan|haushalt|rechnung)(?!ung)", re.I),
    "balance": re.compile(r"bilanz\b", re.I),
}
_AMOUNT = re.compile(r"(?<![\d.,])\d{1,3}(?:[.\s]\d{3})+(?!\d)|(?<![\d.,])\d{4,}(?!\d)")


@dataclass(frozen=True)
class Page:
    """What a page says.

    Attributes
    ----------
    number : int
        Counted from 1.
    plan : str
        "result_plan", "finance_plan" or "balance".
    lines : frozenset of str
        Lines of the plan whose names stand on it.
    title : str
        The line above the table that names a plan; empty without one.
    whole : bool or None
        Whether it says that it is the plan of the whole (True) or of a part (False).
    largest : float
        The largest number on it, as printed; a page with fewer amounts than names is text and none of a plan.
    """

    number: int
    plan: str
    lines: frozenset[str]
    title: str
    whole: bool | None
    largest: float


@dataclass(frozen=True)
class Run:
    """Pages on which one plan stands, one after the other."""

    pages: tuple[Page, ...]
    lines: frozenset[str] = field(default_factory=frozenset)

    @property
    def first(self) -> Page:
        """The page where it begins."""
        return self.pages[0]

    @property
    def largest(self) -> float:
        """The largest number in it."""
        return max(page.largest for page in self.pages)

    @property
    def whole(self) -> bool | None:
        """As of its pages: a part where any says so."""
        said = {page.whole for page in self.pages}
        return False if False in said and True not in said else True if True in said else None


@dataclass(frozen=True)
class Chosen:
    """The plans to read, and the pages of parts and of similar tables that were left aside.

    Attributes
    ----------
    runs : list of Run
        In the order of the file.
    parts, similar : list of int
        Numbers of pages.
    """

    runs: list[Run]
    parts: list[int]
    similar: list[int]


def page_of(number: int, text: str, names: Names) -> Page | None:
    """Return what the text of a page says, or None where it names too few lines of any plan."""
    joined = re.sub(r"-\s*\n\s*(?=[a-zäöü])", "", text.replace("\r", ""))
    plain = f" {folded(joined)} "
    found = {
        plan: frozenset(line for line, some in lines.items() if any(f" {name} " in plain for name in some))
        for plan, lines in names.items()
    }
    titles = [line.strip() for line in joined.split("\n")[:TITLE_LINES] if line.strip()]
    said = {plan for plan, word in _KIND.items() if any(map(word.search, titles))}
    plan = max(found, key=lambda one: (len(found[one]), one in said))
    if len(found[plan]) < LEAST_ON_NEXT:
        return None
    title = next((line for line in titles if _KIND[plan].search(line)), "")
    amounts = [float(re.sub(r"\D", "", one)) for one in _AMOUNT.findall(text)]
    if len(amounts) < len(found[plan]):
        return None
    return Page(number, plan, found[plan], title, _whole(titles, plain), max(amounts, default=0.0))


def _whole(titles: Sequence[str], plain: str) -> bool | None:
    part = calls_itself_part(titles) or any(map(_PART.search, titles))
    whole = any(map(_WHOLE.search, titles))
    if whole or part:
        return None if whole and part else whole
    return False if _OF_PARTS.search(plain) else None


def runs_of(pages: Iterable[Page]) -> list[Run]:
    """Put pages together on which one plan goes on: the next number, the same plan, other lines."""
    runs: list[Run] = []
    for page in pages:
        last = runs[-1] if runs else None
        if last is not None and _goes_on(last, page):
            runs[-1] = Run((*last.pages, page), last.lines | page.lines)
        elif len(page.lines) >= LEAST_NAMES[page.plan] and (page.title or page.plan != "balance"):
            runs.append(Run((page,), page.lines))
    return runs


def _goes_on(run: Run, page: Page) -> bool:
    before = run.pages[-1]
    if page.number != before.number + 1 or page.plan != run.first.plan or len(run.pages) >= MOST_PAGES:
        return False
    if page.whole is not None and run.first.whole is not None and page.whole is not run.first.whole:
        return False
    return len(page.lines & run.lines) <= MOST_SHARED * len(page.lines)


def choose(pages: Sequence[Page]) -> Chosen:
    """Choose the plans of the whole municipality.

    A title that says so decides; else the plan with the largest amounts, as no part is larger than the whole.

    Parameters
    ----------
    pages : sequence of Page
        In the order of the file.
    """
    runs = runs_of(pages)
    taken: list[Run] = []
    similar: list[int] = []
    parts = [page.number for run in runs if run.whole is False for page in run.pages]
    for plan in dict.fromkeys(run.first.plan for run in runs):
        own = [run for run in runs if run.first.plan == plan and run.whole is not False]
        full = max((len(run.lines) for run in own), default=0)
        fuller = [run for run in own if len(run.lines) >= LEAST_SHARE * full]
        named = [run for run in fuller if run.whole]
        if named:
            kept = named[:MOST_PLANS]
        else:
            largest = max((run.largest for run in fuller), default=0.0)
            kept = [run for run in fuller if run.largest >= largest][:MOST_PLANS]
        taken += kept
        similar += [page.number for run in own if run not in kept for page in run.pages]
    return Chosen(sorted(taken, key=lambda run: run.first.number), parts, sorted(similar))
