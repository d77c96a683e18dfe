"""Federal share in housing costs (Kosten der Unterkunft, § 46 SGB II) by Land and year."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dewak_research.language import Text
from dewak_research.rules import Value, value, values

_DOCUMENT = "kdu_federal_share"
_NRW = "05"


@dataclass(frozen=True)
class FederalShare:
    """Share of gross housing costs the federation pays.

    Parameters
    ----------
    share : float
        0–1; NaN = not known, never a guess.
    verified : bool
    reason : Text or None
        Why the share is not known; None where it is.
    """

    share: float
    verified: bool
    reason: Text | None = None


def _known(key: str, year: int) -> Value | None:
    return next((v for v in values(_DOCUMENT) if v.key == key and v.holds_in(year)), None)


def formula_share(land: str, year: int) -> float:
    """Base + uniform addition + value of the Land, as a share (METHODS C.4); NaN without the parts.

    Parameters
    ----------
    land : str
        Two-digit key of the Land.
    year : int
    """
    base, addition, education = (
        _known(k, year) for k in ("base_points", "addition_points", "education_points")
    )
    if base is None or addition is None or education is None or land not in base.value:
        return math.nan
    return float(base.value[land] + addition.value + education.value[land]) / 100.0


def federal_share(land: str, year: int) -> FederalShare:
    """The federal share that may be used for a Land and year (METHODS C.4, § 46 SGB II).

    Published values go first, then the formula. A formula result above the legal cap (Rhineland-Palatinate
    in 2024) is not used: it is unknown until checked.
    """
    published = _known("nrw_share", year) if land == _NRW else None
    if published is not None:
        return FederalShare(float(published.value), published.verified)
    share = formula_share(land, year)
    if math.isnan(share):
        reason = Text(
            f"für Land {land} und {year} ist keine Quote hinterlegt",
            f"no share is stored for Land {land} and {year}",
        )
        return FederalShare(math.nan, False, reason)
    cap = float(value(_DOCUMENT, "cap_share", year).value)
    if share > cap:
        reason = Text(
            f"die Formel ergibt {100 * share:.1f} ".replace(".", ",")
            + f"% und damit mehr als die Obergrenze von {100 * cap:.0f} %; ungeprüft",
            f"the formula gives {100 * share:.1f} %, more than the cap of {100 * cap:.0f} %; not verified",
        )
        return FederalShare(math.nan, False, reason)
    return FederalShare(share, True)
