"""Rows of the sheets of shared rooms of a small fictitious town."""

from __future__ import annotations

Rows = list[dict[str, object]]
HALL = {
    "room": "Saal", "owner": "Stadt", "district": "Mitte", "longitude": 7.1, "latitude": 51.6, "area_m2": 120,
    "seats": 80, "equipment": "Bühne, Beamer", "barrier_free": "ja", "cost_eur": 20_000, "owner_hours": 10,
    "as_of": "01.11.2026",
}  # fmt: skip
GROUP = {
    "room": "Gruppenraum", "owner": "Verein", "district": "Mitte", "longitude": 7.11, "latitude": 51.6, "area_m2": 40,
    "seats": 20, "barrier_free": "nein", "cost_eur": 6_000, "lease_end": "30.06.2028", "notice_months": 6,
    "owner_hours": 0,
}  # fmt: skip
KITCHEN = {
    "room": "Küche Nord", "owner": "Kirche", "district": "Nord", "longitude": 7.12, "latitude": 51.61, "area_m2": 60,
    "seats": 30, "equipment": "Küche", "cost_eur": 9_000, "notice_months": 12, "owner_hours": 4,
}  # fmt: skip
CARRIERS: Rows = [
    {"carrier": "Stadt", "contact": "raeume@stadt.example"},
    {"carrier": "Verein"},
    {"carrier": "Kirche", "contact": "buero@kirche.example"},
]
CHOIR = {
    "offer": "Chor",
    "carrier": "Verein",
    "persons": 40,
    "hours": 2,
    "times": 1,
    "parts": "abends",
}
ADVICE = {
    "offer": "Beratung",
    "carrier": "Stadt",
    "persons": 8,
    "hours": 3,
    "times": 3,
    "parts": "vormittags",
}
COOKING = {
    "offer": "Kochen", "carrier": "Kirche", "district": "Nord", "persons": 12, "hours": 4, "times": 1,
    "needs": "Küche", "days": "Di, Do",
}  # fmt: skip
SINGING = {
    "room": "Saal",
    "day": "Montag",
    "begins": "18:00",
    "ends": "20:00",
    "carrier": "Verein",
    "offer": "Chor",
}
ADVISING = {
    "room": "Gruppenraum", "day": "Di", "begins": "9:00", "ends": "12 Uhr", "carrier": "Stadt", "offer": "Beratung",
    "valid_from": "01.01.2026",
}  # fmt: skip
MEAL = {
    "room": "Küche Nord", "day": "tu", "begins": "14:00", "ends": "16:30", "carrier": "Kirche", "offer": "Kochen",
    "valid_until": "31.12.2026",
}  # fmt: skip


def sheets(**changed: Rows) -> dict[str, Rows]:
    """Return the rows of all sheets; those of a sheet may be replaced."""
    rows: dict[str, Rows] = {
        "rooms": [HALL, GROUP, KITCHEN],
        "carriers": CARRIERS,
        "offers": [CHOIR, ADVICE, COOKING],
        "bookings": [SINGING, ADVISING, MEAL],
    }
    return {name: [dict(row) for row in given] for name, given in {**rows, **changed}.items()}
