"""Budgets printed for the tests, in the layouts that towns print and in several looks; all amounts are invented."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from own.intake.town_plans import COSTS, FINANCE, LABELS, ORDER, YEARS, amounts
from own.intake.town_tables import german

ASSETS = {
    "1. Anlagevermögen": None, "1.1 Sachanlagen": 160, "1.2 Finanzanlagen": 20, "2. Umlaufvermögen": 15,
    "3. Aktive Rechnungsabgrenzung": 4,
}  # fmt: skip
LIABILITIES = {
    "1. Eigenkapital": None, "1.1 Allgemeine Rücklage": 60, "1.2 Sonderrücklagen": 1, "1.3 Ausgleichsrücklage": 10,
    "2. Rückstellungen": 90, "3. Verbindlichkeiten": 36, "4. Passive Rechnungsabgrenzung": 2,
}  # fmt: skip
SUMS = {
    "10": "Zeilen 01 bis 09", "17": "Zeilen 11 bis 16", "18": "Zeilen 10 und 17", "21": "= 19 ./. 20",
    "22": "Zeilen 18 und 21", "25": "= Zeilen 23 und 24", "26": "= Zeilen 22 und 25",
}  # fmt: skip
KINDS = {"actual": "Ergebnis", "plan": "Ansatz"}
MEDIUM = {2027: "Planung", 2028: "Planung", 2029: "Planung"}
Write = Callable[[float], str]


def brackets(value: float) -> str:
    """Write a negative amount in brackets."""
    return f"({german(-value)})" if value < 0 else german(value)


def behind(value: float) -> str:
    """Write the minus behind the amount."""
    return f"{german(-value)}-" if value < 0 else german(value)


def spaced(value: float) -> str:
    """Split thousands by spaces."""
    return german(value).replace(".", " ")


def cents(value: float) -> str:
    """Write an amount with its cents."""
    return f"{german(value)},00"


def thousands(value: float) -> str:
    """Write an amount in thousand euro."""
    return german(round(value / 1000))


@dataclass(frozen=True)
class Look:
    """How a plan is printed.

    Attributes
    ----------
    ruled : str
        "all", "rows", "head" or "" for no lines.
    breaks : tuple of int
        A new page begins before these rows.
    wide : float
        Width of the names in mm; a longer name runs over two lines.
    base : str
        Amounts of a name over two lines stand at its "first" line, "middle" or "last".
    heading : str
        "two" rows (kind, year), "one" row, "span": one kind over several years, or "three" rows.
    zero : str
        How nothing is printed.
    apart : bool
        The minus stands at the left edge of its cell.
    names : str
        "signs" puts +, - or = before names, "sums" says behind them which lines they add up.
    extra : str
        Heading of a further column with percents, before the last.
    gap : float
        Between rows, of the size of a line; with 0 rows stand as close as the lines of a name.
    lying : bool
        The text runs upwards on a page that stands.
    turn : int
        Degrees by which a viewer is told to turn the page.
    """

    title: str = "Gesamtergebnisplan"
    ruled: str = ""
    write: Write = german
    breaks: tuple[int, ...] = ()
    wide: float = 72
    base: str = "first"
    heading: str = "two"
    unit: str = "EUR"
    size: float = 7
    landscape: bool = False
    lying: bool = False
    turn: int = 0
    marks: bool = False
    zero: str = "0"
    apart: bool = False
    names: str = ""
    extra: str = ""
    gap: float = 0.45
    before: Sequence[str] = ("Stadt Musterhausen", "Haushaltsplan 2026")
    after: Sequence[str] = ()
    left: float = 15


@dataclass
class Print:
    """A printed plan and what stands in its cells, by line and year."""

    rows: list[tuple[str, str, list[float]]]
    look: Look = field(default_factory=Look)


def result_rows(scale: float = 1) -> list[tuple[str, str, list[float]]]:
    """Return number, name and amounts of a result plan; costs and sums as printed plans have them."""
    values = amounts(scale)
    return [(line, LABELS[line], [values[line][year] for year, _ in YEARS]) for line in ORDER]


def finance_rows() -> list[tuple[str, str, list[float]]]:
    """Return number, name and amounts of a finance plan to line 17."""
    found = {
        line: [value * 1e6 + 1000.0 * n for n in range(len(YEARS))] for line, (_, value) in FINANCE.items()
    }
    for n in range(len(YEARS)):
        found["09"][n] = sum(found[f"{one:02d}"][n] for one in range(1, 9))
        found["16"][n] = sum(found[f"{one:02d}"][n] for one in range(10, 16))
        found["17"][n] = found["09"][n] - found["16"][n]
    return [(line, name, found[line]) for line, (name, _) in FINANCE.items()]


def book() -> FPDF:
    """Return an empty book."""
    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    return pdf


def add_plan(pdf: FPDF, plan: Print) -> None:
    """Print a plan on one page or more."""
    look, rows = plan.look, plan.rows
    parts, begin = [], 0
    for stop in (*look.breaks, len(rows)):
        parts.append(rows[begin:stop])
        begin = stop
    for n, part in enumerate(parts):
        pdf.add_page(orientation="L" if look.landscape else "P")
        with pdf.rotation(90, 148.5, 148.5) if look.lying else nullcontext():
            _page(pdf, look, part, look.title if n == 0 else "", look.after if n == len(parts) - 1 else ())


def _page(
    pdf: FPDF, look: Look, rows: Sequence[tuple[str, str, list[float]]], title: str, after: Sequence[str]
) -> None:
    top = 15.0
    pdf.set_font("Helvetica", "B", 12)
    for text in (*look.before, title):
        if text:
            pdf.text(look.left, top, text)
            top += 6
    pdf.set_font("Helvetica", "", look.size)
    top = _rows(pdf, look, rows, _head(pdf, look, top + 2))
    for text in after:
        pdf.text(look.left, top + 5, text)
        top += 5
    pdf.text(100, (pdf.w if look.lying else pdf.h) - 8, str(pdf.page))


def _edges(pdf: FPDF, look: Look) -> list[float]:
    first = look.left + look.wide
    count = len(YEARS) + bool(look.extra)
    step = ((pdf.h if look.lying else pdf.w) - 10 - first) / count
    return [look.left, *(first + step * n for n in range(count + 1))]


def _head(pdf: FPDF, look: Look, top: float) -> float:
    edges, height = _edges(pdf, look), look.size * 0.5
    kinds = [MEDIUM.get(year, KINDS[kind]) for year, kind in YEARS]
    texts = {
        "two": [kinds, [str(year) for year, _ in YEARS], [look.unit] * len(YEARS)],
        "one": [[f"{kind} {year}" for kind, (year, _) in zip(kinds, YEARS, strict=True)]],
        "span": [[*kinds[:3], "", "Planung", ""], [str(year) for year, _ in YEARS], [look.unit] * len(YEARS)],
        "three": [
            kinds,
            ["des Haus-"] * len(YEARS),
            ["haltsjahres"] * len(YEARS),
            [str(year) for year, _ in YEARS],
        ],
    }[look.heading]
    if look.extra:
        texts = [[*row[:-1], look.extra if n == 0 else "", row[-1]] for n, row in enumerate(texts)]
    for row in texts:
        for n, text in enumerate(row):
            width = edges[n + 2] - edges[n + 1]
            centre = edges[n + 1] + width / 2
            pdf.text(centre - pdf.get_string_width(text) / 2, top + height, text)
        top += height + 1
    if look.heading == "one" and look.unit != "EUR":
        pdf.text(look.left, top - 1, f"Angaben in {look.unit}")
    if look.ruled:
        _across(pdf, look, edges, top + 0.5)
    return top + 1


def _across(pdf: FPDF, look: Look, edges: list[float], at: float) -> None:
    pdf.line(edges[0], at, edges[-1], at)


def _rows(pdf: FPDF, look: Look, rows: Sequence[tuple[str, str, list[float]]], top: float) -> float:
    edges, leading = _edges(pdf, look), look.size * 0.42
    begun = top
    for number, plain, values in rows:
        name = _named(look, number, plain)
        words = pdf.multi_cell(look.wide - 12, leading, name, dry_run=True, output="LINES")
        for n, text in enumerate(words):
            pdf.text(edges[0] + 8, top + leading * (n + 1), text)
        height = leading * len(words)
        base = top + {"first": leading, "middle": (height + leading) / 2, "last": height}[look.base]
        if number:
            pdf.text(edges[0] + 1, base, number)
        cells = [look.write(value) if value else look.zero for value in values]
        cells = [*cells[:-1], f"{n % 90},5 %", cells[-1]] if look.extra else cells
        for n, text in enumerate(cells):
            if look.apart and text.startswith("-") and len(text) > 1:
                pdf.text(edges[n + 1] + 1, base, "-")
                text = text[1:]
            pdf.text(edges[n + 2] - 1 - pdf.get_string_width(text), base, text)
            if look.marks and n == 2 and number in ("01", "13"):
                pdf.set_font_size(look.size * 0.6)
                pdf.text(edges[n + 2] - 0.9, base - 1, "1")
                pdf.set_font_size(look.size)
        top += height + leading * look.gap
        if look.ruled in ("all", "rows"):
            _across(pdf, look, edges, top - leading * 0.1)
    if look.ruled == "all":
        for x in (edges[0], edges[0] + 7, *edges[1:]):
            pdf.line(x, begun - 12, x, top)
    return top


def _named(look: Look, number: str, name: str) -> str:
    if look.names == "signs":
        return f"{'=' if number in SUMS else '-' if number in COSTS else '+'} {name}"
    return f"{name} ({SUMS[number]})" if look.names == "sums" and number in SUMS else name


def save(pdf: FPDF, path: Path) -> Path:
    """Write a book."""
    path.write_bytes(bytes(pdf.output()))
    return path


def printed(plan: Print, path: Path) -> Path:
    """Write a book with one plan."""
    pdf = book()
    add_plan(pdf, plan)
    save(pdf, path)
    if plan.look.turn:
        writer = PdfWriter()
        for page in PdfReader(path).pages:
            writer.add_page(page.rotate(plan.look.turn))
        writer.write(path)
    return path


def long_book(pages: int) -> bytes:
    """Return a budget with a whole result plan and finance plan on two pages, the others plans of products."""
    pdf = book()
    add_plan(pdf, Print(RESULT))
    add_plan(pdf, Print(finance_rows(), Look(title="Gesamtfinanzplan")))
    for n in range(1, pages - 1):
        part = Look(title=f"Teilergebnisplan Produkt {n:02d}.01.01", before=("Stadt Musterhausen",))
        add_plan(pdf, Print(result_rows(0.01 * n), part))
    return bytes(pdf.output())


def balance(path: Path, beside: bool) -> Path:
    """Print a balance sheet, both sides beside each other or on two pages."""
    pdf = book()
    for n, (side, items) in enumerate((("Aktiva", ASSETS), ("Passiva", LIABILITIES))):
        if n == 0 or not beside:
            pdf.add_page(orientation="L" if beside else "P")
        pdf.set_font("Helvetica", "B", 12)
        if n == 0:
            pdf.text(20, 20, "Bilanz der Stadt Musterhausen")
        pdf.set_font("Helvetica", "", 8)
        _side(pdf, side, items, 150 if n and beside else 15)
    return save(pdf, path)


def _side(pdf: FPDF, side: str, items: Mapping[str, int | None], left: float) -> None:
    ends = (left + 95, left + 125)
    pdf.text(left, 40, side)
    for end, day in zip(ends, ("31.12.2023", "31.12.2024"), strict=True):
        pdf.text(end - pdf.get_string_width(day), 40, day)
    for n, (item, millions) in enumerate(items.items()):
        number, name = item.split(" ", 1)
        pdf.text(left, 46 + 5 * n, number)
        pdf.text(left + 8, 46 + 5 * n, name)
        for more, end in enumerate(ends if millions is not None else ()):
            text = german((millions or 0) * 1e6 + 1000 * more)
            pdf.text(end - pdf.get_string_width(text), 46 + 5 * n, text)


RESULT = result_rows()
LOOKS: dict[str, Look] = {
    "no lines": Look(),
    "ruled": Look(ruled="all"),
    "rows ruled, names over two lines": Look(ruled="rows", wide=46),
    "two pages": Look(breaks=(12,)),
    "thousand euro": Look(write=thousands, unit="TEUR", heading="one"),
    "minus behind": Look(write=behind),
    "brackets, amounts at the middle of names": Look(write=brackets, wide=46, base="middle"),
    "spaces between thousands, footnotes": Look(write=spaced, marks=True, after=("1 vorläufig",)),
    "landscape, cents, one kind over three years": Look(landscape=True, write=cents, heading="span"),
    "lying on a standing page": Look(lying=True, ruled="rows"),
}
MORE_LOOKS: dict[str, Look] = {
    "turned by the viewer": Look(lying=True, turn=90),
    "dashes for nothing": Look(zero="-", names="signs"),
    "empty for nothing, three pages": Look(zero="", breaks=(9, 20), wide=46, landscape=True),
    "minus apart at the left": Look(apart=True, names="signs", landscape=True),
    "minus apart, spaces, dashes": Look(apart=True, write=spaced, zero="-"),
    "sums named behind, three rows of headings": Look(names="sums", wide=60, heading="three"),
    "amounts at the last line of names": Look(base="last", wide=60, gap=0.3),
    "last row over two lines, ruled": Look(ruled="rows", base="middle", wide=46, breaks=(9, 20), gap=0.8),
    "a column of percents": Look(extra="Abw. in %", landscape=True, ruled="head"),
}
