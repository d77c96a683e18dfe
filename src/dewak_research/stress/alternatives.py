"""What four choices of the engine do to the lights, each changed alone, with the same draws.

- ``own_return``: the stress test draws the width around a plan, and a plan is a plan. Here the expected return of own
  taxes to their own level is added to the path, by state and fit of each unit's last booked year.
- ``known_then``: width and shared years come from all taxes up to 2019. Here from those up to the last booked year.
- ``law_by_year``: the law of the first budget year holds for all years. Here the ladder follows the law of each year.
- ``levy_relief``: a town that loses trade tax pays less Kreisumlage later, which the engine leaves out. The Kreis needs
  the same amount (assumption), so the other towns pay the difference; drawn independently, what towns pay for each
  other is left out here, being zero on average. Rate of the general levy: that of the Ennepe-Ruhr-Kreis of 2025, for
  all (assumption); the levy for the youth office of a Kreis is left out.
  Source: METHODS C.3, rule 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import HOME, land, rule_set
from dewak_research.stress.items import BLOCKS, KEYS
from dewak_research.stress.light import LIGHTS
from dewak_research.stress.own_taxes import own_moves
from dewak_research.stress.pool import TAXES
from dewak_research.stress.run import Run, gfg_of, pool_of, town_history
from dewak_research.stress.sensitivity import drawn_lights
from dewak_research.stress.shocks import OwnTaxes
from dewak_research.stress.what_if import effects_eur

Floats = NDArray[np.float64]
Inputs = Mapping[str, pd.DataFrame]
ENGINE = "engine"
RATE_YEAR = 2025


def expected_return(run: Run, inputs: Inputs) -> Floats:
    """Expected move of own taxes against the path, shape (T, n, 13), share; 0 up to the last booked year."""
    towns, first = town_history(inputs), run.params.budget_year
    years = run.book.years
    position = {ags: i for i, ags in enumerate(run.ags)}
    out = np.zeros((years, run.book.size, len(KEYS)))
    last_booked = run.table["last_year_booked"].to_numpy(int)
    for origin in np.unique(last_booked).tolist():
        moves = own_moves(towns, years, origin)
        rows = {ags: r for r, ags in enumerate(moves.ags)}
        group = [ags for ags, last in zip(run.ags, last_booked, strict=True) if last == origin]
        listed = [ags for ags in group if ags in rows and run.book.taxes.known[position[ags]]]
        units, columns = [position[ags] for ags in listed], [rows[ags] for ags in listed]
        for t in range(years):
            ahead = first + t - origin
            if ahead >= 1:
                out[t, units, : len(TAXES)] = np.expm1(moves.location[:, ahead - 1, columns].T)
    return out


def with_own_return(run: Run, inputs: Inputs) -> Run:
    """Add the expected return to the path; key grants follow as they follow an own change."""
    change = expected_return(run, inputs)
    effects = effects_eur(run.book, change, run.settings, own_loss=True)
    moved = np.sum([effects[block] for block in BLOCKS], axis=0)
    book = replace(
        run.book,
        items_eur=run.book.items_eur * (1.0 + change),
        result_eur=run.book.result_eur + moved,
        liquidity_flow_eur=run.book.liquidity_flow_eur + moved,
    )
    return replace(run, book=book)


def as_known_then(run: Run, inputs: Inputs) -> Run:
    """Draw width and shared years from nothing later than the last booked year."""
    last = int(run.table["last_year_booked"].max())
    moves = own_moves(town_history(inputs), run.book.years, last)
    book = replace(run.book, taxes=OwnTaxes.of(run.ags, moves))
    return replace(run, book=book, pool=pool_of(inputs, last))


def by_law_of_each_year(run: Run, inputs: Inputs) -> Run:
    """Let the ladder follow the law of each budget year."""
    laws = tuple(rule_set(run.params.budget_year + t) for t in range(run.book.years))
    return replace(run, settings=replace(run.settings, ladder_by_year=laws))


def levy_relief_share(run: Run) -> Floats:
    """Part of an own trade-tax loss that a smaller Kreisumlage gives back, shape (n,); 0 for who pays none.

    The base is tax power and key grants together: it falls by (f − U)/h, less what key grants refund of it.
    """
    gfg, book = gfg_of(run.params), run.book
    rate = float(land(HOME).value("facts/en_kreis", "kreisumlage_rate_share", RATE_YEAR).value)
    h = run.table["trade_tax_multiplier_pct"].to_numpy(float)
    power = (gfg.fictitious_multiplier_pct - gfg.levy_multiplier_pct) / h
    fall = np.where(book.taxes.known & ~book.layers.member, power - book.refund_share, 0.0)
    return np.asarray(rate * (1.0 - book.layers.share) * fall)


def with_levy_relief(run: Run, inputs: Inputs) -> Run:
    """Let the Kreisumlage fall with an own loss."""
    return replace(run, book=replace(run.book, levy_relief_share=levy_relief_share(run)))


ALTERNATIVES: dict[str, Callable[[Run, Inputs], Run]] = {
    "own_return": with_own_return,
    "known_then": as_known_then,
    "law_by_year": by_law_of_each_year,
    "levy_relief": with_levy_relief,
}


def lights_by_alternative(run: Run, inputs: Inputs) -> pd.DataFrame:
    """Count the lights of every alternative beside those of the engine, all with the same draws.

    Returns
    -------
    DataFrame
        alternative ("engine" first), green, amber, red; changed (units whose light is another one than the engine's),
        better, worse (of these), probability_change (mean change of the probability of any threshold, share),
        probability_change_largest (by amount).
    """
    usual = drawn_lights(run, inputs["units"])
    known = usual["light"].isin(LIGHTS)
    order = {name: i for i, name in enumerate(LIGHTS)}
    before = usual.loc[known, "light"].map(order)
    rows = []
    for name, changed in {ENGINE: None, **ALTERNATIVES}.items():
        found = usual if changed is None else drawn_lights(changed(run, inputs), inputs["units"])
        now = found.loc[known, "light"].map(order)
        moved = (found["probability"] - usual["probability"])[known]
        rows.append(
            {
                "alternative": name,
                **{light: int((now == at).sum()) for light, at in order.items()},
                "changed": int((now != before).sum()),
                "better": int((now < before).sum()),
                "worse": int((now > before).sum()),
                "probability_change": float(moved.mean()),
                "probability_change_largest": float(moved.iloc[int(moved.abs().argmax())]),
            }
        )
    return pd.DataFrame(rows)
