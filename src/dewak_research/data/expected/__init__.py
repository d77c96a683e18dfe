"""What is expected of the figures of the official tables, beyond their columns and types.

The contracts are data: sums and overlaps between sources (``agreements.yaml``), series (``histories.yaml``), ranks
(``likenesses.yaml``), sets of keys (``sets.yaml``). Limits that no arithmetic gives and known gaps are measured on the
figures of today (`measure`). Exceptions that are real stand in ``exceptions.yaml`` with their reason.
"""
