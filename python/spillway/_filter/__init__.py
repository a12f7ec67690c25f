"""A filter's process (``spillway score``) held by a worker of an engine: tables in, answers out.

Needs pyarrow alone. ``spillway.ray`` and ``spillway.spark`` are built on it.
"""

from ._check import answers_schema, checked
from ._filter import Filter
from ._options import Options

__all__ = ["Filter", "Options", "answers_schema", "checked"]
