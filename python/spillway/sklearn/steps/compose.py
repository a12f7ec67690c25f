"""Pipelines inside pipelines, and what puts columns side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Value, step
from .._walk import joined, read_step


@step("sklearn", "Pipeline")
def pipeline(part: Any, graph: Graph, value: Value, path: str) -> Value:
    for name, inner in part.steps:
        value = read_step(inner, graph, value, joined(path, name))
    return value


@step("sklearn", "FeatureUnion")
def feature_union(part: Any, graph: Graph, value: Value, path: str) -> Value:
    weights = part.transformer_weights or {}
    parts = []
    for name, inner in part.transformer_list:
        if isinstance(inner, str) and inner == "drop":
            continue
        own = read_step(inner, graph, value, joined(path, name))
        if name in weights:
            scaled = np.full(own.columns, float(weights[name]))
            own = graph.node("affine", [graph.numbers(own, path)], joined(path, name), own.columns, {"mul": scaled})
        parts.append((name, own))
    return concatenation(parts)


@step("sklearn", "ColumnTransformer")
def column_transformer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    weights = part.transformer_weights or {}
    parts = []
    for name, inner, columns in part.transformers_:
        if isinstance(inner, str) and inner == "drop":
            continue
        chosen = columns_of(part, columns, value, graph, path)
        if len(chosen) == 0:
            continue
        own = pick(graph, value, chosen, is_list=isinstance(columns, (str, int, np.integer)), path=path)
        own = read_step(inner, graph, own, joined(path, name))
        if name in weights:
            scaled = np.full(own.columns, float(weights[name]))
            own = graph.node("affine", [graph.numbers(own, path)], joined(path, name), own.columns, {"mul": scaled})
        parts.append((name, own))
    return concatenation(parts)


def concatenation(parts: list[tuple[str, Value]]) -> Value:
    """Inputs side by side; those that are concatenations themselves give theirs."""
    flat: list[tuple[str, Value]] = []
    for name, value in parts:
        if value.parts is not None:
            flat.extend((f"{name}.{inner}", part) for inner, part in value.parts)
        elif value.columns > 0:
            flat.append((name, value))
    columns = sum(value.columns for _, value in flat)
    unread = any(value.is_unread for _, value in flat)
    return Value(columns, parts=tuple(flat), is_unread=unread and all(value.is_unread for _, value in flat))


def columns_of(part: Any, columns: Any, value: Value, graph: Graph, path: str) -> list[int]:
    """Positions of the columns that a ColumnTransformer gives to one of its transformers."""
    names = list(value.names) if value.names is not None else None
    if callable(columns):
        graph.refuse(path, "a selector of columns that wasn't resolved: fit the pipeline")
        return []
    if isinstance(columns, slice):
        if isinstance(columns.start, str) or isinstance(columns.stop, str):
            start = 0 if columns.start is None else names.index(columns.start)
            stop = value.columns if columns.stop is None else names.index(columns.stop) + 1
            return list(range(start, stop))
        return list(range(value.columns))[columns]
    given = [columns] if isinstance(columns, (str, int, np.integer)) else list(columns)
    if given and all(isinstance(each, (bool, np.bool_)) for each in given):
        return [at for at, each in enumerate(given) if each]
    positions = []
    for each in given:
        if not isinstance(each, str):
            positions.append(int(each) % value.columns)
        elif names is None or each not in names:
            graph.refuse(path, f"column {each!r}, whose position isn't known here")
        else:
            positions.append(names.index(each))
    return positions


def pick(graph: Graph, value: Value, chosen: list[int], is_list: bool, path: str) -> Value:
    """Some columns of a value."""
    names = None if value.names is None else tuple(value.names[at] for at in chosen)
    if value.is_unread:
        return graph.unread(len(chosen))
    if value.table is not None:
        return Value(len(chosen), table=tuple(value.table[at] for at in chosen), is_list=is_list, names=names)
    whole = graph.values(value, path)
    picked = graph.node(
        "select", [whole], path, len(chosen), {"chosen": np.array(chosen, dtype="<i4")}, inputs=whole.columns
    )
    return Value(picked.columns, node=picked.node, names=names)
