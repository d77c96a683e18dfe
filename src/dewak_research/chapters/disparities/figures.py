"""Figures and tables of the chapter on social spending disparities: one function each."""

from dewak_research.chapters.disparities.booked import (
    benefit_types,
    definition_list,
    definition_shares,
    implausible_records,
    published_comparison,
)
from dewak_research.chapters.disparities.causes import (
    cautious_test,
    coefficient_plot,
    ladder_table,
    need_price_models,
    oaxaca_gaps,
    rolling_windows,
    shapley_blocks,
)
from dewak_research.chapters.disparities.inequality import (
    inequality_measures,
    inequality_parts,
    inequality_path,
    land_panels,
    lmdi_path,
    need_or_price,
    rank_transitions,
)
from dewak_research.chapters.disparities.space import (
    event_view,
    investment_by_burden,
    kdu_map,
    lisa_map,
    moran_table,
    placebo_maps,
    spatial_effects,
    squeeze_table,
)
from dewak_research.chapters.disparities.validation import (
    extreme_kreise,
    household_size,
    national_totals,
    validation_scatter,
)

__all__ = [
    "benefit_types",
    "cautious_test",
    "coefficient_plot",
    "definition_list",
    "definition_shares",
    "event_view",
    "extreme_kreise",
    "household_size",
    "implausible_records",
    "inequality_measures",
    "inequality_parts",
    "inequality_path",
    "investment_by_burden",
    "kdu_map",
    "ladder_table",
    "land_panels",
    "lisa_map",
    "lmdi_path",
    "moran_table",
    "national_totals",
    "need_or_price",
    "need_price_models",
    "oaxaca_gaps",
    "placebo_maps",
    "published_comparison",
    "rank_transitions",
    "rolling_windows",
    "shapley_blocks",
    "spatial_effects",
    "squeeze_table",
    "validation_scatter",
]
