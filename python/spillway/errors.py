"""What a filter (``spillway score``) says by the code that it ends with, as exceptions.

``ModelRefused``: nothing was answered. ``PoisonRow`` and ``BadInput``: the data is to blame. ``FilterDied``: the
machine is, and the engine tries again. All are ``FilterError``. They travel between processes; ``of`` finds them in the
errors of Ray and Spark.
"""

from __future__ import annotations

import re
from typing import Optional

DIED = "the filter died: "
"""Begins what every `FilterDied` says, for engines that know errors by their texts."""


class FilterError(RuntimeError):
    """A filter that ended before all was answered."""

    @classmethod
    def saying(cls, text: str) -> FilterError:
        """With all that the text tells."""
        return cls(text)


class ModelRefused(FilterError):
    """The model can't be loaded, or isn't the one that was expected: its artifact, features, spillway or engine.

    Where it was retrained, see 'You retrained the model' in docs/retrained.md.
    """


class PoisonRow(FilterError):
    """A row can't be answered.

    Attributes:
        row: its position in the table or batch that was given, from 0; ``None`` where the filter didn't say
    """

    row: Optional[int] = None

    @classmethod
    def saying(cls, text: str) -> PoisonRow:
        error = cls(text)
        rows = re.findall(r"\brow (\d+)", text)
        error.row = int(rows[-1]) if rows else None
        return error


class BadInput(FilterError):
    """A table that the filter can't read: a type without meaning to it, or a damaged stream."""


class FilterDied(FilterError):
    """The process was killed, crashed, gave no answer in time, or ended early."""


def of(error: BaseException) -> Optional[FilterError]:
    """The error of a filter that an engine's error stands for: Ray and Spark hand on its text alone.

    Returns:
        one of the classes here; ``None`` where no filter is to blame

    Example:
        >>> try:
        ...     scored.write_parquet("answers")
        ... except Exception as error:
        ...     if isinstance(spillway.errors.of(error), spillway.errors.PoisonRow): ...
    """
    if isinstance(error, FilterError):
        return error
    kinds = {kind.__name__: kind for kind in (FilterError, *FilterError.__subclasses__())}
    # A traceback ends with what was raised: up to an empty line, or to the frames of Java.
    said = re.findall(r"^spillway\.errors\.(\w+): (.*?)(?=\n\s*(?:\n|at \S+\()|\Z)", str(error), re.DOTALL | re.M)
    found = [kinds[name].saying(text.strip()) for name, text in said if name in kinds]
    return found[-1] if found else None
