"""Other names of `Table` and `Figure`, for what rests on laws and publications (ids such as "S30" in ``sources``)."""

from dewak_research.page.figure import Figure as RuleFigure
from dewak_research.page.figure import Table as RuleTable

__all__ = ["RuleFigure", "RuleTable"]
