"""A picture in the dark: one file that follows the page it stands on, through the page's ``color-scheme``.

The query ``prefers-color-scheme`` inside a picture asks the ``color-scheme`` of the element that shows it, so a switch
of the page reaches its pictures and print stays white. Programs that know no such query show the picture as it is.

Greys turn around: as far from the dark ground as they were from white. Colours of the palette stay. A picture with
shades of a scale (dark is more) would say the opposite and stays as it is, a light sheet on the dark page.
"""

from __future__ import annotations

import re

from dewak_research.page.style import LIGHT_COLOURS, ON_COLOUR, PALETTE

GROUND = "#14181b"
INK = "#e4ebef"
#: The grey of the palette: 3 to 1 and more from the dark ground, and white words on it can still be read.
GREY = {"#595959": "#767676"}
STAYS = {colour.lower() for colour in (*PALETTE, *LIGHT_COLOURS.values(), ON_COLOUR)} - set(GREY)

_COLOUR = re.compile(r"(fill|stroke): (#[0-9a-f]{6})")
_HATCHED = re.compile(r'<rect [^>]*fill="(#[0-9a-f]{6})"')
_WHITE = 1.05


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb`` as WCAG 2.2 defines it, from 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_grey(colour: str) -> bool:
    """Return whether a colour is white, black or a grey between them."""
    return colour[1:3] == colour[3:5] == colour[5:7]


def by_night(grey: str) -> str:
    """Return the grey that stands out from the dark ground as the given one does from white.

    Parameters
    ----------
    grey : str
        ``#rrggbb`` in small letters.
    """
    if grey in GREY:
        return GREY[grey]
    wanted = _WHITE / (luminance(grey) + 0.05) * (luminance(GROUND) + 0.05) - 0.05
    if wanted <= luminance(GROUND):
        return GROUND
    if wanted >= luminance(INK):
        return INK
    level = 1.055 * wanted ** (1 / 2.4) - 0.055 if wanted > 0.0031308 else 12.92 * wanted
    return "#" + 3 * f"{round(255 * level):02x}"


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def for_words(colour: str) -> str:
    """Return a colour with as much white in it as words on the dark ground need to be read (4.5 to 1)."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    mixed = ("#" + "".join(f"{p + round((255 - p) * white / 20):02x}" for p in parts) for white in range(21))
    return colour if colour == ON_COLOUR.lower() else next(c for c in mixed if contrast(c, GROUND) >= 4.5)


def follows_the_page(svg: str) -> str:
    """Return a picture with the rules for the dark; as it was where it holds shades of a scale.

    Parameters
    ----------
    svg : str
        As ``page.files.svg_of`` writes it: colours within ``style``, what has none is black.
    """
    used = sorted(set(_COLOUR.findall(svg)))
    hatched = sorted(set(_HATCHED.findall(svg)))
    if any(not is_grey(colour) and colour not in STAYS for colour in (*hatched, *(c for _, c in used))):
        return svg
    rules = [f"svg{{fill:{INK}}}", *(f'rect[fill="{c}"]{{fill:{by_night(c)}}}' for c in hatched)]
    for what, colour in used:
        if is_grey(colour):
            # white words stand on a colour that stays, white areas and lines are the ground
            of = "*:not(g)" if (what, colour) == ("fill", "#ffffff") else ""
            rules.append(f'{of}[style*="{what}: {colour}"]{{{what}:{by_night(colour)}!important}}')
        elif what == "fill" and (said := for_words(colour)) != colour and f'<g style="fill: {colour}' in svg:
            rules.append(f'g[style*="fill: {colour}"]{{fill:{said}!important}}')
    style = f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"
    return svg.replace("</style>", f"{style}</style>", 1)
