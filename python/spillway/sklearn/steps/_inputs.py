"""What steps over numbers have in common: the names of their columns, and what they refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

from .._graph import Graph, Value


def words_for(value: Value) -> dict[str, list[str]]:
    """How errors call the columns of a value, where that is known."""
    if value.names is not None:
        return {"names": [f"column '{name}'" for name in value.names]}
    if value.table is not None:
        return {"names": [f"column {at}" for at in value.table]}
    return {}


def over_numbers(
    graph: Graph,
    op: str,
    value: Value,
    path: str,
    columns: int,
    tensors: Optional[dict[str, Any]] = None,
    takes_nan: bool = False,
    same_columns: bool = False,
    texts: Optional[dict[str, list[str]]] = None,
    **parameters: Any,
) -> Value:
    """A node over finite numbers, and NaN where it ``takes_nan``. ``same_columns``: it changes them one by one."""
    read = graph.numbers(value, path)
    refuses = "infinite" if takes_nan else "nan"
    texts = {**(texts or {}), **words_for(value)}
    node = graph.node(op, [read], path, columns, tensors, texts, refuses=refuses, **parameters)
    return replace(node, names=value.names) if same_columns else node
