"""Population, need, cost, who pays, early warning and portfolio of measures: one chain beside the stress test."""
