"""What the parameters of the stress test are called: assumptions of the run, items, values of the equalisation."""

from __future__ import annotations

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.rules import HOME, land
from dewak_research.stress.items import ITEMS, POSITION


def parameter_name(parameter: str, language: Language) -> str:
    """Name of an assumption of the run, of an item's growth or spread, or of a value of the equalisation."""
    of_law = {value.key: value.title[language] for value in land(HOME).values("equalisation")}
    if parameter in of_law:
        return of_law[parameter]
    for family in ("growth_rates", "cost_spread"):
        if parameter.startswith(f"{family}_"):
            key = parameter.removeprefix(f"{family}_")
            item = (
                ITEMS[POSITION[key]].title[language]
                if key in POSITION
                else label("stress_param_all_items", language)
            )
            return label(f"stress_param_{family}", language, item=item)
    return label(f"stress_param_{parameter}", language)
