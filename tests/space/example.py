"""A small fictitious town with shared rooms."""

from datetime import date

import pandas as pd

from dewak_research.space.room_case import shared_case
from dewak_research.space.rooms import Rooms
from dewak_research.space.week import Week

TODAY = date(2026, 11, 1)


def rooms(**change):
    found = pd.DataFrame(
        {
            "room": ["Saal", "Gruppenraum", "Küche"],
            "owner": ["Stadt", "Verein", "Kirche"],
            "district": ["Mitte", "Mitte", "Nord"],
            "longitude": [7.10, 7.11, 7.12],
            "latitude": [51.60, 51.60, 51.61],
            "area_m2": [120.0, 40.0, 60.0],
            "seats": [80.0, 20.0, 30.0],
            "equipment": [frozenset({"stage"}), frozenset(), frozenset({"kitchen"})],
            "barrier_free": pd.array([True, False, pd.NA], dtype="boolean"),
            "cost_eur": [20_000.0, 6_000.0, 9_000.0],
            "lease_end": pd.to_datetime([None, "2028-06-30", None]),
            "notice_months": [float("nan"), 6.0, 12.0],
            "owner_hours": [10.0, 0.0, 4.0],
        }
    )
    return found.assign(**change)


def data(**change):
    tables = {
        "rooms": rooms(),
        "carriers": pd.DataFrame(
            {
                "carrier": ["Stadt", "Verein", "Kirche"],
                "contact": ["raeume@stadt.example", None, "buero@kirche.example"],
            }
        ),
        "offers": pd.DataFrame(
            {
                "offer": ["Chor", "Beratung", "Kochen"],
                "carrier": ["Verein", "Stadt", "Kirche"],
                "district": ["Mitte", "Mitte", "Nord"],
                "persons": [40.0, 8.0, 12.0],
                "hours": [2.0, 3.0, 4.0],
                "times": [1.0, 3.0, 1.0],
                "needs": [frozenset(), frozenset(), frozenset({"kitchen"})],
                "barrier_free": [False, False, False],
                "days": [frozenset(), frozenset(), frozenset({"tu", "th"})],
                "parts": [frozenset({"evening"}), frozenset({"morning"}), frozenset()],
            }
        ),
        "bookings": pd.DataFrame(
            {
                "room": ["Saal", "Gruppenraum", "Küche"],
                "day": ["mo", "tu", "tu"],
                "begins": [18.0, 9.0, 14.0],
                "ends": [20.0, 12.0, 16.5],
                "carrier": ["Verein", "Stadt", "Kirche"],
                "offer": ["Chor", "Beratung", "Kochen"],
                "valid_from": pd.to_datetime([None, "2026-01-01", None]),
                "valid_until": pd.to_datetime([None, None, "2026-12-31"]),
            }
        ),
    }
    return Rooms(**{**tables, **change})


def case(**change):
    return shared_case(
        data(**change), TODAY, Week(), hire_eur_hour=25.0, weeks=40.0, reach_km=3.0, detour=1.3
    )
