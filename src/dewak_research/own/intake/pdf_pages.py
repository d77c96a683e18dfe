"""Which pages of a long budget hold the plan of the whole municipality, among those of areas and products.

A page is told by the names of lines that stand on it, and by its title. Names come from the printed layouts; nothing
here knows what a line means. The right one of two facing pages often has no names: further years tell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dewak_research.own.intake.part_titles import calls_itself_part
from dewak_research.own.intake.printed import folded

Names = Mapping[str, Mapping[str, Sequence[str]]]
"""Plan → line → its names as :func:`~dewak_research.own.intake.printed.folded` writes them."""
LEAST_NAMES = {"result_plan": 5, "finance_plan": 5, "balance": 3}
LEAST_ON_NEXT = 2
LEAST_SHARE = 0.6
"""Of the lines of the fullest plan found; a table with fewer is an extract from it."""
MOST_SHARED = 0.34  #: of the lines on a page may stand on the pages before, else it begins another plan
ALIKE = 0.8  #: of the lines on facing pages are the same
LEAST_AMOUNTS = 8  #: on a page that has no names
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
    "balance": re.compile(r"bilanz\b|vermögensrechnung\b", re.I),
}
_AMOUNT = re.compile(
    r"(?<![\d.,])\d{1,3}([.,'’\s])\d{3}(?:\1\d{3})*(?!\d)|(?<![\d.,])(?!(?:19|20)\d\d\b)\d{4,}(?!\d)"
)
_NUMBER = re.compile(r"(?<![\d.,])(?!(?:19|20)\d\d\b)\d[\d.,'’]*")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d]|[.,]\d)")
SMALL_A_LINE = 3  #: numbers of any size in each line are a table, too: that of a small town in thousand euro


@dataclass(frozen=True)
class Page:
    """What a page says.

    Attributes
    ----------
    number : int
        Counted from 1.
    plan : str
        "result_plan", "finance_plan" or "balance"; empty where amounts stand without names.
    lines : frozenset of str
        Lines of the plan whose names stand on it.
    title : str
        The line above the table that names a plan; empty without one.
    whole : bool or None
        Whether it says that it is the plan of the whole (True) or of a part (False).
    largest : float
        The largest number on it, as printed; a page with fewer amounts than names is text and none of a plan.
    years : frozenset of int
        Years above its first amount.
    """

    number: int
    plan: str
    lines: frozenset[str]
    title: str
    whole: bool | None
    largest: float
    years: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Run:
    """Pages on which one plan stands, one after the other; ``facing`` are numbers of those with further years only."""

    pages: tuple[Page, ...]
    lines: frozenset[str] = field(default_factory=frozenset)
    facing: frozenset[int] = frozenset()

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
    unsure : list of Run
        Those of the plans to read that only their amounts make the whole: others like them say no more of themselves.
    """

    runs: list[Run]
    parts: list[int]
    similar: list[int]
    unsure: list[Run] = field(default_factory=list)


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
    found_amounts = list(_AMOUNT.finditer(text))
    first = found_amounts[0] if found_amounts else None
    amounts = _values(found_amounts)
    years = frozenset(map(int, _YEAR.findall(text[: first.start()] if first else "")))
    if len(found[plan]) < LEAST_ON_NEXT:
        bare = Page(number, "", frozenset(), "", _whole(titles, plain), max(amounts, default=0.0), years)
        return bare if len(amounts) >= LEAST_AMOUNTS else None
    title = next((line for line in titles if _KIND[plan].search(line)), "")
    small = [float(digits) for one in _NUMBER.findall(text) if (digits := re.sub(r"\D", "", one)[:18])]
    if len(found_amounts) < len(found[plan]) and len(small) < SMALL_A_LINE * len(found[plan]):
        return None
    amounts = amounts or small
    return Page(number, plan, found[plan], title, _whole(titles, plain), max(amounts, default=0.0), years)


def _values(found: Sequence[re.Match[str]]) -> list[float]:
    """Return amounts as numbers; where points or commas part thousands, spaces part columns."""
    apart = [one for one in found if not (one[1] or "").isspace()]
    return [float(re.sub(r"\D", "", one[0])) for one in (apart or found)]


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
        if last is not None and _stands_beside(last, page):
            runs[-1] = replace(last, pages=(*last.pages, page), facing=last.facing | {page.number})
        elif last is not None and _goes_on(last, page):
            runs[-1] = replace(last, pages=(*last.pages, page), lines=last.lines | page.lines)
        elif (
            page.plan and len(page.lines) >= LEAST_NAMES[page.plan] and (page.title or page.plan != "balance")
        ):
            runs.append(Run((page,), page.lines))
    return runs


def _stands_beside(run: Run, page: Page) -> bool:
    """Whether a page is the right one of two facing pages: further years of the lines on the page before it."""
    before = run.pages[-1]
    if page.number != before.number + 1 or before.number in run.facing or len(run.pages) >= MOST_PAGES:
        return False
    if page.whole is False and run.whole is not False:
        return False
    further, earlier = len(page.years - before.years), len(before.years - page.years)
    if not page.plan:
        return (further > 0 and earlier > 0) or (bool(run.facing) and not page.years)
    alike = page.plan == run.first.plan and len(page.lines & before.lines) >= ALIKE * len(page.lines)
    return alike and min(further, earlier) >= LEAST_ON_NEXT


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
    unsure: list[Run] = []
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
            unsure += kept if len(fuller) > len(kept) else []
        taken += kept
        similar += [page.number for run in own if run not in kept for page in run.pages]
    return Chosen(sorted(taken, key=lambda run: run.first.number), parts, sorted(similar), unsure)
