"""What a filter (``spillway score``) says by the code that it ends with, as exceptions.

``ModelRefused``: nothing was answered. ``PoisonRow`` and ``BadInput``: the data is to blame. ``FilterDied``: the
machine is, and the engine tries again. All are ``FilterError``. They travel between processes.
"""

from __future__ import annotations

from typing import Optional

DIED = "the filter died: "
"""Begins what every `FilterDied` says, for engines that know errors by their texts."""


class FilterError(RuntimeError):
    """A filter that ended before all was answered."""


class ModelRefused(FilterError):
    """The model can't be loaded, or isn't the one that was expected: its artifact, features, spillway or engine."""


class PoisonRow(FilterError):
    """A row can't be answered.

    Attributes:
        row: its position in the table or batch that was given, from 0; ``None`` where the filter didn't say
    """

    row: Optional[int] = None


class BadInput(FilterError):
    """A table that the filter can't read: a type without meaning to it, or a damaged stream."""


class FilterDied(FilterError):
    """The process was killed, crashed, gave no answer in time, or ended early."""
