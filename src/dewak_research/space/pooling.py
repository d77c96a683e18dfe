"""Which rooms several carriers need together, and who meets where and when in the rooms that are kept.

METHODS G.4. What can be saved are rooms whose lease can be ended; hours that find no room are hired outside at their
price. Time is counted in whole day parts: sessions fit into a part exactly when their hours add up to no more than it
has, so one integer programme decides on rooms and timetable together and nothing is lost. No hidden price steers the
result: among all plans of least cost the one with the shortest ways of all persons is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from dewak_research.space.programme import Array, Programme, Solution, solve
from dewak_research.space.week import Week

Bools = NDArray[np.bool_]
Ints = NDArray[np.int_]
GAP = 3e-4
NODES = 5_000
_SAME_COST = 1e-6
_NEAR = 1e-3


@dataclass(frozen=True)
class Shared:
    """Rooms and offers of carriers.

    Attributes
    ----------
    rooms : DataFrame
        room, owner, cost_eur (a year), ends (day from which the lease can be ended; missing: it cannot),
        owner_hours (a week that stay with the owner).
    offers : DataFrame
        offer, carrier, persons, hours (of a session), times (sessions a week).
    fits : bool array (offers, rooms)
        Whether the room holds the offer.
    km : array (offers, rooms)
        Way from where the offer takes place today.
    allowed : bool array (offers, days, parts)
    free : bool array (rooms, days, parts)
    open_hours : array (rooms, days, parts)
        Hours for which a room can be used in a day part without a break.
    week : Week
    hire_eur_hour : float
        Price of an hour in a room hired outside.
    weeks : float
        Weeks a year in which offers take place.
    """

    rooms: pd.DataFrame
    offers: pd.DataFrame
    fits: Bools
    km: Array
    allowed: Bools
    free: Bools
    open_hours: Array
    week: Week
    hire_eur_hour: float
    weeks: float

    def of(self, carriers: Sequence[str]) -> Shared:
        """Return what some carriers have and offer by themselves."""
        r = self.rooms["owner"].isin(carriers).to_numpy()
        o = self.offers["carrier"].isin(carriers).to_numpy()
        return replace(
            self,
            rooms=self.rooms[r].reset_index(drop=True),
            offers=self.offers[o].reset_index(drop=True),
            fits=self.fits[np.ix_(o, r)],
            km=self.km[np.ix_(o, r)],
            allowed=self.allowed[o],
            free=self.free[r],
            open_hours=self.open_hours[r],
        )

    @property
    def hours(self) -> Array:
        """Hours of a session of every offer."""
        return self.offers["hours"].to_numpy(float)

    @property
    def times(self) -> Array:
        """Sessions a week of every offer."""
        return self.offers["times"].to_numpy(float)

    @property
    def free_hours(self) -> Array:
        """Hours a week for which every room is open and free."""
        found: Array = (self.free * self.open_hours).sum(axis=(1, 2))
        return found

    @property
    def hire_eur(self) -> Array:
        """What one weekly session of every offer costs a year where a room is hired outside."""
        each: Array = self.hours * self.hire_eur_hour * self.weeks
        return each

    @property
    def rent_eur(self) -> Array:
        """What giving up a room saves a year: 0 where the lease cannot be ended."""
        saved: Array = np.where(self.rooms["ends"].notna(), self.rooms["cost_eur"].to_numpy(float), 0.0)
        return saved

    @property
    def strangers(self) -> Bools:
        """Whether an offer is not one of the room's owner: array (offers, rooms)."""
        own = self.offers["carrier"].to_numpy()[:, None] == self.rooms["owner"].to_numpy()
        return np.asarray(~own)


@dataclass(frozen=True)
class Pooled:
    """The rooms that are kept, where and when every session takes place, what is hired, what it costs a year.

    ``timetable``: offer, room, day, part. ``hired``: offer, sessions, hours (a week), eur (a year). ``gap``: share of
    the cost that a better plan could save at most.
    """

    kept: tuple[str, ...]
    timetable: pd.DataFrame
    hired: pd.DataFrame
    cost_eur: float
    gap: float


@dataclass(frozen=True)
class _Sessions:
    """Every session that is possible: positions of offer, room, day and day part."""

    offer: Ints
    room: Ints
    day: Ints
    part: Ints


def _sessions(case: Shared) -> _Sessions:
    short = case.hours[:, None, None, None] <= case.open_hours[None] + 1e-9
    return _Sessions(
        *np.nonzero(case.fits[:, :, None, None] & case.allowed[:, None] & short & case.free[None])
    )


def _by(position: Ints, rows: int, values: Array) -> sparse.csr_array:
    """Rows that add up the columns of the same position, each with its value."""
    return sparse.csr_array((values, (position, np.arange(len(position)))), shape=(rows, len(position)))


def _programme(case: Shared, some: _Sessions) -> Programme:
    """Columns: rooms kept, sessions, sessions hired."""
    rooms, offers, n = len(case.rooms), len(case.offers), len(some.offer)
    days, parts = len(case.week.days), len(case.week.parts)
    one, hours = np.ones(n), case.hours[some.offer]
    places = np.arange(rooms * days * parts)
    capacity = case.open_hours.ravel()
    pair, of_pair = np.unique(some.offer * rooms + some.room, return_inverse=True)
    at_most = np.minimum(case.times, case.allowed.any(axis=2).sum(axis=1))[pair // rooms]
    spare = case.free_hours - case.rooms["owner_hours"].to_numpy(float)
    foreign = hours * case.strangers[some.offer, some.room]
    held = [
        (
            _by(places // (days * parts), rooms, -capacity).T,
            _by(_place(some, days, parts), len(places), hours),
        ),
        (_by(pair % rooms, rooms, -at_most).T, _by(of_pair, len(pair), one)),
        (_by(np.arange(rooms), rooms, -spare), _by(some.room, rooms, foreign)),
    ]
    blocks = [[left, right, sparse.csr_array((right.shape[0], offers))] for left, right in held]
    demand = [sparse.csr_array((offers, rooms)), _by(some.offer, offers, one), sparse.eye_array(offers)]
    daily = _by(some.offer * days + some.day, offers * days, one)
    once = [sparse.csr_array((offers * days, rooms)), daily, sparse.csr_array((offers * days, offers))]
    under = sum(right.shape[0] for _, right in held)
    return Programme(
        cost=np.concatenate([case.rent_eur, np.zeros(n), case.hire_eur]),
        rows=sparse.block_array([demand, *blocks, once], format="csr"),
        low=np.concatenate([case.times, np.full(under + offers * days, -np.inf)]),
        high=np.concatenate([case.times, np.zeros(under), np.ones(offers * days)]),
        most=np.concatenate([np.ones(rooms + n), case.times]),
        whole=np.ones(rooms + n + offers, bool),
    )


def _place(some: _Sessions, days: int, parts: int) -> Ints:
    found: Ints = (some.room * days + some.day) * parts + some.part
    return found


def _nearest(case: Shared, some: _Sessions, programme: Programme, found: Solution, nodes: int) -> Solution:
    """Among all plans of the same cost in the same rooms, take the one with the shortest ways of all persons."""
    rooms, offers = len(case.rooms), len(case.offers)
    ways = case.offers["persons"].to_numpy(float)[some.offer] * case.km[some.offer, some.room]
    if not (ways > 0).any():
        return found
    paid = sparse.csr_array(programme.cost[None, :])
    most = programme.most.copy()
    most[:rooms] = found.x[:rooms]
    nearer = replace(
        programme,
        cost=np.concatenate([np.zeros(rooms), ways, np.zeros(offers)]),
        rows=sparse.vstack([programme.rows, paid], format="csr"),
        low=np.append(programme.low, -np.inf),
        high=np.append(programme.high, found.cost + _SAME_COST * max(abs(found.cost), 1.0)),
        most=most,
    )
    return replace(found, x=solve(nearer, _NEAR, nodes).x)


def pool(case: Shared, gap: float = GAP, nodes: int = NODES, near: bool = True) -> Pooled:
    """Return the rooms to keep and the timetable of least cost.

    Parameters
    ----------
    case : Shared
    gap : float
        Share of the cost by which the plan may miss the least cost.
    nodes : int
        Branches at most.
    near : bool
        Whether to look for the shortest ways among plans of the same cost; a cost alone does not need it.

    Returns
    -------
    Pooled
        Cost a year: rooms that could be given up and are kept, and hours hired. A room whose lease cannot be ended
        costs nothing here because nothing saves it, and is always kept.
    """
    some = _sessions(case)
    programme = _programme(case, some)
    found = solve(programme, gap, nodes)
    if near:
        found = _nearest(case, some, programme, found, nodes)
    return _read(case, some, found)


def _read(case: Shared, some: _Sessions, found: Solution) -> Pooled:
    rooms, n = len(case.rooms), len(some.offer)
    kept = (found.x[:rooms] > 0.5) | (case.rent_eur == 0.0)
    at = np.flatnonzero(found.x[rooms : rooms + n] > 0.5)
    names, offers = case.rooms["room"].to_numpy(), case.offers["offer"].to_numpy()
    table = pd.DataFrame(
        {
            "offer": offers[some.offer[at]],
            "room": names[some.room[at]],
            "day": np.array(case.week.days)[some.day[at]],
            "part": np.array(case.week.parts)[some.part[at]],
        }
    )
    sessions = np.round(found.x[rooms + n :]).astype(int)
    hired = pd.DataFrame(
        {
            "offer": offers,
            "sessions": sessions,
            "hours": sessions * case.hours,
            "eur": sessions * case.hire_eur,
        }
    )
    cost = float(case.rent_eur[kept].sum() + hired["eur"].sum())
    gap = max(cost - found.bound, 0.0) / max(cost, 1.0)
    return Pooled(tuple(names[kept]), table, hired[sessions > 0].reset_index(drop=True), cost, gap)
