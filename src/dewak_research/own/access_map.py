"""The map of one kind of facility on the page of access, and ways as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from dewak_research.language import Language
from dewak_research.own.access_results import AccessResults
from dewak_research.page.district_map import district_map
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, number
from dewak_research.space.districts import OwnKind

CLASSES = 3
"""Up to the reach, up to twice of it, further; then those without a way."""


def way_text(found: AccessResults, value: float, language: Language) -> str:
    """Write a way with its unit; that there is none, or that it is not known."""
    if np.isposinf(value):
        return label("own_access_no_way", language)
    if is_missing(value):
        return label("own_no_value", language)
    minutes = found.access.ways is not None
    unit = "min" if minutes else "km"
    return label(f"own_access_{unit}", language, value=number(value, language, 0 if minutes else 2))


def access_map(found: AccessResults, kind: OwnKind, table: pd.DataFrame, language: Language) -> Markup:
    """Draw the districts by the way to the nearest facility of a kind, with a legend.

    Parameters
    ----------
    table : DataFrame
        Rows of the kind in ``access_districts``.
    """
    say, access = partial(label, language=language), found.access
    points = gpd.points_from_xy(access.districts["longitude"], access.districts["latitude"])
    middle = gpd.GeoSeries(points, crs="EPSG:4326")
    own = access.facilities[access.facilities["kind"] == kind.kind]
    places = gpd.GeoSeries(gpd.points_from_xy(own["longitude"], own["latitude"]), crs="EPSG:4326")
    way = table["way"].to_numpy(float)
    ends = [kind.reach, 2.0 * kind.reach]
    classes = np.where(np.isfinite(way), np.searchsorted(ends, way), CLASSES)
    shown = [way_text(found, float(value), language) for value in way]
    names = table["district"].tolist()
    alt = say(
        "own_access_alt",
        facilities=len(own),
        kind=kind.kind,
        inside=int((way <= kind.reach).sum()),
        districts=len(names),
        longest=names[int(np.argmax(way))],
    )
    titles = [
        f"{place} {name}: {text}" for place, (name, text) in enumerate(zip(names, shown, strict=True), 1)
    ]
    drawn = district_map(
        middle if access.areas is None else access.areas,
        middle,
        table["people"].tolist(),
        classes.tolist(),
        titles,
        places,
        own["facility"].tolist(),
        alt,
        say("own_access_bar"),
    )
    keys = [
        (
            f"class-{shade}",
            say(f"own_access_class_{shade}", reach=way_text(found, ends[min(shade, 1)], language)),
        )
        for shade in sorted(set(classes.tolist()))
    ]
    return drawn + _legend([*keys, ("place", say("own_access_place"))])


def _legend(keys: Sequence[tuple[str, str]]) -> Markup:
    shapes = {"place": '<path class="place" d="M8 2l6 6l-6 6l-6 -6Z"/>'}
    items = []
    for name, text in keys:
        drawn = shapes.get(name, f'<g class="{name}"><rect x="1" y="1" width="14" height="14"/></g>')
        items.append(
            f'<li><svg class="districts" viewBox="0 0 16 16" aria-hidden="true">{drawn}</svg> {escape(text)}</li>'
        )
    return Markup(f'<ul class="legend">{"".join(items)}</ul>')
