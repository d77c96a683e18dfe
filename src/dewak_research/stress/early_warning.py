"""Early warning that is not mechanical: tax of the next three years that falls short of a treasurer's plan.

The event: the mean own tax per head of the next three years lies more than 100 EUR below a plan made of the mean of the
last three years times the Land's development ("amount"), or more than 10 % below it ("share"). The amount is the larger
the more trade tax a town has: its mean trade tax per head alone, a naive predictor, stands in the same table. A relapse
against *today's* level would mostly be regression to the mean: towns of pure noise around fixed means show how much of
any score is that (the noise benchmark, several panels).
Only what was known at the origin enters a probability; scikit-learn pipelines with ridge penalty.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss

from dewak_research.engines import Engine, or_threads
from dewak_research.stress.discrimination import auc, ends_95, fitted_probability, redrawn
from dewak_research.stress.own_taxes import TownHistory, volatility

Floats = NDArray[np.float64]
WINDOW_YEARS = 3
SHORTFALL_EUR_PC = 100.0
SHORTFALL_SHARE = 0.1
EVENTS = ("amount", "share")
LEVEL_YEARS = 8
TOP_SHARE = 0.2
CLASSES = 5
FIRST_ORIGIN = 2005
INTERVAL_DRAWS = 400
NOISE_PANELS = 10
NAIVE = "trade_tax_level"
PREDICTORS: dict[str, tuple[str, ...]] = {
    "volatility_and_share": ("log_volatility", "trade_tax_share"),
    "gap": ("gap",),
    "all": ("log_volatility", "trade_tax_share", "gap", "log_level"),
    NAIVE: ("log_trade_tax",),
}


@dataclass(frozen=True)
class TaxPanel:
    """Own taxes of n towns over Y years: EUR per head, the Land's mean and the part of the trade tax."""

    ags: tuple[str, ...]
    years: NDArray[np.int64]
    own_eur_pc: Floats
    land_eur_pc: Floats
    trade_tax_share: Floats
    size_class: NDArray[np.str_]


def panel_of(towns: TownHistory) -> TaxPanel:
    """Take levels back from the logs of ``TownHistory``; a tax the Land does not know yet counts as nothing."""
    land = np.nan_to_num(np.exp(towns.land_log)).sum(axis=0)
    return TaxPanel(
        towns.ags, towns.years, towns.eur_pc.sum(axis=0), land, towns.trade_tax_share, towns.size_class
    )


def falls_short(panel: TaxPanel, column: int, event: str = "amount") -> NDArray[np.bool_]:
    """Whether each town falls short after the year in ``column``, by one of ``EVENTS``; three years must follow."""
    before, after = slice(column - WINDOW_YEARS + 1, column + 1), slice(column + 1, column + WINDOW_YEARS + 1)
    grown = panel.land_eur_pc[after].mean() / panel.land_eur_pc[before].mean()
    plan = panel.own_eur_pc[:, before].mean(axis=1) * grown
    margin = SHORTFALL_EUR_PC if event == "amount" else SHORTFALL_SHARE * plan
    return np.asarray(panel.own_eur_pc[:, after].mean(axis=1) < plan - margin)


def known_at(panel: TaxPanel, column: int) -> pd.DataFrame:
    """What was known of every town in the year of ``column``: the columns named in ``PREDICTORS``."""
    ratio = np.log(panel.own_eur_pc[:, : column + 1] / panel.land_eur_pc[: column + 1])
    recent = ratio[:, -WINDOW_YEARS:].mean(axis=1)
    window = slice(column - WINDOW_YEARS + 1, column + 1)
    level, share = panel.own_eur_pc[:, window], panel.trade_tax_share[:, window]
    land = panel.land_eur_pc[window].mean()
    return pd.DataFrame(
        {
            "log_volatility": np.log(volatility(np.diff(ratio, axis=1), panel.size_class)),
            "trade_tax_share": share.mean(axis=1),
            "gap": recent - ratio[:, -LEVEL_YEARS:].mean(axis=1),
            "log_level": np.log(level.mean(axis=1) / land),
            "log_trade_tax": np.log((level * share).mean(axis=1)),
        },
        index=pd.Index(panel.ags, name="ags"),
    )


def rolling_probabilities(
    panel: TaxPanel, first_origin: int, event: str = "amount", last_origin: int | None = None
) -> pd.DataFrame:
    """Probability of an event for every town from every origin up to the last known year, by set of predictors.

    Parameters
    ----------
    event : str
        One of ``EVENTS``.
    last_origin : int, optional
        Stop there instead of at the last known year.

    Returns
    -------
    DataFrame
        ags, origin, predictors, probability, base_rate (share of events known at the origin), event (missing where
        three years do not follow yet).
    """
    known = {c: known_at(panel, c) for c in range(LEVEL_YEARS // 2, len(panel.years))}
    events = {c: falls_short(panel, c, event) for c in known if c + WINDOW_YEARS < len(panel.years)}
    rows = {c: np.ascontiguousarray(frame.to_numpy().T) for c, frame in known.items()}
    names = list(next(iter(known.values())).columns)
    ags, frames = np.array(panel.ags, dtype=object), []
    chosen = panel.years >= first_origin
    if last_origin is not None:
        chosen &= panel.years <= last_origin
    for column in np.flatnonzero(chosen).tolist():
        past = [c for c in known if c + WINDOW_YEARS <= column]
        seen, happened = np.hstack([rows[c] for c in past]), np.concatenate([events[c] for c in past])
        outcome = pd.array(events.get(column, [pd.NA] * len(ags)), "boolean")
        for name, columns in PREDICTORS.items():
            used = [names.index(one) for one in columns]
            probability = fitted_probability(seen[used].T, happened, rows[column][used].T)
            found = {"origin": int(panel.years[column]), "predictors": name, "probability": probability}
            frames.append(pd.DataFrame({"ags": ags, **found, "base_rate": happened.mean(), "event": outcome}))
    return pd.concat(frames, ignore_index=True)


def known_outcomes(probabilities: pd.DataFrame) -> pd.DataFrame:
    """Keep the origins whose event is known; event as bool."""
    return probabilities.dropna(subset=["event"]).astype({"event": bool})


def today(probabilities: pd.DataFrame, predictors: str = "volatility_and_share") -> pd.DataFrame:
    """Probability of the event after the last known year: ags, origin, probability, rank (1 = highest)."""
    last = probabilities["origin"].eq(probabilities["origin"].max())
    out = probabilities[last & probabilities["predictors"].eq(predictors)]
    out = out[["ags", "origin", "probability"]].reset_index(drop=True)
    out["rank"] = out["probability"].rank(ascending=False, method="min").astype(int)
    return out


def scored(probabilities: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """Score the probabilities by set of predictors, over all origins and for each.

    Parameters
    ----------
    draws : int
        Bootstrap draws: Kreise with replacement and origins in circular blocks of three, as the outcomes of
        neighbouring origins share years; the same for all predictors.

    Returns
    -------
    DataFrame
        predictors, origin (missing = all), n, events, auc (ordering within each origin, weighted by events),
        brier_skill_share (against the base rate known at the origin), top_hit_share, top_recall_share (top fifth); over
        all origins also auc_low, auc_high and gain (less the AUC of ``NAIVE``), gain_low, gain_high (95 %).
    """
    found = {}
    for name, part in probabilities.groupby("predictors"):
        rng = np.random.default_rng(seed)
        found[str(name)] = redrawn(part, part["ags"].str[:5], draws, rng, block=WINDOW_YEARS)
    rows = []
    for name, part in probabilities.groupby("predictors"):
        whole = {"predictors": name, "origin": None, **_scores(part)}
        for measure, drawn in (("auc", found[str(name)]), ("gain", found[str(name)] - found[NAIVE])):
            whole[f"{measure}_low"], whole[f"{measure}_high"] = ends_95(drawn)
        rows.append(whole)
        rows += [
            {"predictors": name, "origin": origin, **_scores(one)} for origin, one in part.groupby("origin")
        ]
    out = pd.DataFrame(rows)
    naive = float(out.loc[out["predictors"].eq(NAIVE) & out["origin"].isna(), "auc"].iloc[0])
    out["gain"] = (out["auc"] - naive).where(out["origin"].isna())
    return out


def _scores(part: pd.DataFrame) -> dict[str, float]:
    top = pd.concat(
        [one.nlargest(round(TOP_SHARE * len(one)), "probability") for _, one in part.groupby("origin")]
    )
    events = int(part["event"].sum())
    reference = brier_score_loss(part["event"], part["base_rate"])
    return {
        "n": len(part),
        "events": events,
        "auc": auc(part),
        "brier_skill_share": 1.0 - brier_score_loss(part["event"], part["probability"]) / reference,
        "top_hit_share": float(top["event"].mean()),
        "top_recall_share": float(top["event"].sum() / max(events, 1)),
    }


def calibration(probabilities: pd.DataFrame) -> pd.DataFrame:
    """Mean probability against the share of events in five classes of equal size.

    Returns
    -------
    DataFrame
        predictors, class (1 = lowest probability), n, probability, event_share.
    """
    frames = []
    for name, part in probabilities.groupby("predictors"):
        classes = pd.qcut(part["probability"].rank(method="first"), CLASSES, labels=range(1, CLASSES + 1))
        grouped = part.groupby(classes.astype(int).rename("class"))
        frame = grouped.agg(
            n=("event", "size"), probability=("probability", "mean"), event_share=("event", "mean")
        )
        frames.append(frame.reset_index().assign(predictors=name))
    return pd.concat(frames, ignore_index=True)


def noise_panel(panel: TaxPanel, seed: int) -> TaxPanel:
    """Towns of pure noise: the same means and spreads, no memory; every gap closes by itself.

    The logs of each town's ratio to the Land are its mean plus independent normal noise of its own spread.
    """
    ratio = np.log(panel.own_eur_pc / panel.land_eur_pc)
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal(ratio.shape) * ratio.std(axis=1, keepdims=True)
    own = np.exp(ratio.mean(axis=1, keepdims=True) + noise) * panel.land_eur_pc
    return TaxPanel(panel.ags, panel.years, own, panel.land_eur_pc, panel.trade_tax_share, panel.size_class)


def _scores_of_noise(given: tuple[TaxPanel, int, str], number: int) -> list[dict[str, object]]:
    """Scores of one panel of noise from all origins by set of predictors."""
    panel, seed, event = given
    made, last = noise_panel(panel, seed + number), int(panel.years[-1]) - WINDOW_YEARS
    found = known_outcomes(rolling_probabilities(made, FIRST_ORIGIN, event, last))
    return [{"predictors": name, **_scores(part)} for name, part in found.groupby("predictors")]


def noise_scores(
    panel: TaxPanel, seed: int, event: str, panels: int = NOISE_PANELS, engine: Engine | None = None
) -> pd.DataFrame:
    """Scores of several panels of noise: their mean by set of predictors, and the range of the AUC.

    Every panel has a seed of its own: ``engine`` says where they are done, by default one after the other.

    Returns
    -------
    DataFrame
        predictors and the columns of ``_scores``, means over the panels; auc_low and auc_high: smallest and largest
        AUC.
    """
    done = or_threads(engine).map(_scores_of_noise, (panel, seed, event), range(panels))
    by = pd.DataFrame(chain.from_iterable(done)).groupby("predictors")
    return by.mean().assign(auc_low=by["auc"].min(), auc_high=by["auc"].max()).reset_index()


def early_warning(towns: TownHistory, seed: int, engine: Engine | None = None) -> dict[str, pd.DataFrame]:
    """Scores of the early warning beside those of towns of pure noise, calibration, and what is seen today.

    Returns
    -------
    dict
        warning_scores: event (of ``EVENTS``), data ("towns", or "noise": mean of ``NOISE_PANELS`` panels with the range
        of their AUC), columns of ``scored`` over all origins, base_rate_share; of the event "amount" alone
        warning_origins (``scored`` for each origin), warning_calibration, warning_today.
    """
    panel = panel_of(towns)
    frames, tables = [], {}
    for event in EVENTS:
        every = rolling_probabilities(panel, FIRST_ORIGIN, event)
        found = known_outcomes(every)
        scores = scored(found, INTERVAL_DRAWS, seed)
        whole = scores["origin"].isna()
        frames.append(scores[whole].drop(columns="origin").assign(data="towns", event=event))
        frames.append(noise_scores(panel, seed, event, engine=engine).assign(data="noise", event=event))
        if event == EVENTS[0]:
            tables = {
                "warning_origins": scores[~whole].dropna(axis=1, how="all").reset_index(drop=True),
                "warning_calibration": calibration(found),
                "warning_today": today(every),
            }
    both = pd.concat(frames, ignore_index=True)
    both["base_rate_share"] = both["events"] / both["n"]
    return {"warning_scores": both, **tables}
