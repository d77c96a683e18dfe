"""What sharing rooms changes: hours used, euros saved and square metres freed by date, who moves how far."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.space.pooling import Pooled, Shared
from dewak_research.space.room_case import staying
from dewak_research.space.rooms import Rooms


def today_eur(case: Shared) -> float:
    """Return what rooms that could be given up cost a year as long as all are kept."""
    return float(case.rent_eur.sum())


def use(case: Shared, data: Rooms, plan: Pooled) -> pd.DataFrame:
    """Return the hours a week for which every room is used today and in the plan.

    Returns
    -------
    DataFrame
        room, owner, area_m2, kept, hours_before, hours_after (bookings without an offer stay and count in both),
        open_hours (of the week).
    """
    bookings = data.bookings.assign(hours=data.bookings["ends"] - data.bookings["begins"])
    before = bookings.groupby("room")["hours"].sum()
    stay = staying(bookings).groupby("room")["hours"].sum()
    hours = plan.timetable["offer"].map(case.offers.set_index("offer")["hours"])
    planned = hours.groupby(plan.timetable["room"]).sum()
    rooms = case.rooms[["room", "owner", "area_m2"]]
    after = [rooms["room"].map(some).fillna(0.0) for some in (planned, stay)]
    return rooms.assign(
        kept=rooms["room"].isin(plan.kept),
        hours_before=rooms["room"].map(before).fillna(0.0),
        hours_after=after[0] + after[1],
        open_hours=case.open_hours.sum(axis=(1, 2)),
    )


def freed(case: Shared, plan: Pooled) -> pd.DataFrame:
    """Return the rooms that are given up in the order of their dates, with what has been saved by then.

    Returns
    -------
    DataFrame
        ends, room, owner, area_m2, cost_eur (a year), area_so_far_m2, cost_so_far_eur (a year, from that day on).
    """
    given_up = case.rooms[~case.rooms["room"].isin(plan.kept)].sort_values(
        ["ends", "room"], ignore_index=True
    )
    found = given_up[["ends", "room", "owner", "area_m2", "cost_eur"]]
    return found.assign(area_so_far_m2=found["area_m2"].cumsum(), cost_so_far_eur=found["cost_eur"].cumsum())


def moves(case: Shared, data: Rooms, plan: Pooled) -> pd.DataFrame:
    """Return which offers meet in another room than today, how often and how far away.

    Returns
    -------
    DataFrame
        offer, carrier, persons, room_today (missing: none), room, sessions (a week), km (missing where a place is
        unknown).
    """
    today = data.bookings.dropna(subset=["offer"]).drop_duplicates("offer").set_index("offer")["room"]
    km = pd.DataFrame(case.km, case.offers["offer"], case.rooms["room"])
    km = km.reset_index().melt("offer", var_name="room", value_name="km")
    sessions = plan.timetable.groupby(["offer", "room"]).size().rename("sessions").reset_index()
    found = sessions.merge(km, on=["offer", "room"]).merge(
        case.offers[["offer", "carrier", "persons"]], on="offer"
    )
    found["room_today"] = found["offer"].map(today)
    known = data.rooms.set_index("room")["longitude"].notna()
    placed = found["room"].map(known) & found["room_today"].map(known).fillna(False).astype(bool)
    found["km"] = found["km"].where(placed, np.nan)
    other = found[found["room"] != found["room_today"]]
    columns = ["offer", "carrier", "persons", "room_today", "room", "sessions", "km"]
    return other[columns].sort_values(["offer", "room"], ignore_index=True)


def by_carrier(case: Shared, plan: Pooled) -> pd.DataFrame:
    """Return what each carrier gives up and hires in the plan, before anything is split between them.

    Returns
    -------
    DataFrame
        carrier (every one with a room or an offer), freed_m2, saved_eur (rent and running cost of its rooms that are
        given up), hired_eur (of its sessions without a room), net_eur (all three EUR a year, once every lease has
        ended), eur_m2 (net_eur per freed_m2; missing where it gives up no room).
    """
    given_up = case.rooms[~case.rooms["room"].isin(plan.kept)].groupby("owner")
    carrier = plan.hired["offer"].map(case.offers.set_index("offer")["carrier"])
    names = list(dict.fromkeys([*case.rooms["owner"], *case.offers["carrier"]]))
    table = pd.DataFrame(
        {
            "freed_m2": given_up["area_m2"].sum(),
            "saved_eur": given_up["cost_eur"].sum(),
            "hired_eur": plan.hired["eur"].groupby(carrier).sum(),
        },
        index=pd.Index(names, name="carrier"),
        dtype=float,
    ).fillna(0.0)
    net = table["saved_eur"] - table["hired_eur"]
    each = (net / table["freed_m2"]).where(table["freed_m2"] > 0)
    return table.assign(net_eur=net, eur_m2=each).reset_index()
