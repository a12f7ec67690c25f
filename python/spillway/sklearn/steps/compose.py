"""Pipelines inside pipelines, and what puts columns side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .._graph import Graph, Value
from .._registry import step
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
        parts.append((name, weighted(graph, own, weights.get(name), joined(path, name))))
    return concatenation(parts)


@step("sklearn", "ColumnTransformer")
def column_transformer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    weights = part.transformer_weights or {}
    # Fitted on a DataFrame, be it another step's: its columns by name.
    names = getattr(part, "feature_names_in_", None)
    value = replace(value, names=value.names if names is None else tuple(str(name) for name in names))
    parts = []
    for name, inner, columns in part.transformers_:
        if isinstance(inner, str) and inner == "drop":
            continue
        chosen = columns_of(columns, value, graph, joined(path, name))
        if len(chosen) == 0:
            continue
        own = pick(graph, value, chosen, is_list=isinstance(columns, (str, int, np.integer)), path=joined(path, name))
        own = read_step(inner, graph, own, joined(path, name))
        parts.append((name, weighted(graph, own, weights.get(name), joined(path, name))))
    return concatenation(parts)


def weighted(graph: Graph, value: Value, weight: Any, path: str) -> Value:
    """A branch times its weight; inputs of a concatenation one by one."""
    if weight is None:
        return value
    if value.parts is not None:
        return replace(value, parts=tuple((name, weighted(graph, own, weight, joined(path, name))) for name, own in value.parts))
    factors = np.full(value.columns, float(weight))
    return graph.node("affine", [graph.numbers(value, path)], path, value.columns, {"mul": factors})


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


def columns_of(columns: Any, value: Value, graph: Graph, path: str) -> list[int]:
    """Positions of the columns that a ColumnTransformer gives to one of its transformers."""
    names = [] if value.names is None else list(value.names)
    if callable(columns):
        graph.refuse(path, "a selector of columns that wasn't resolved: fit the pipeline")
        return []
    if isinstance(columns, slice):
        if isinstance(columns.start, str) or isinstance(columns.stop, str):
            start = 0 if columns.start is None else names.index(columns.start)
            stop = value.columns if columns.stop is None else names.index(columns.stop) + 1
            return list(range(start, stop))[:: columns.step]
        return list(range(value.columns))[columns]
    # The list of a remainder in some releases warns whoever reads it.
    plain = getattr(columns, "data", columns) if type(columns).__name__ == "_RemainderColsList" else columns
    given = [plain] if isinstance(plain, (str, int, np.integer)) else list(plain)
    if given and all(isinstance(each, (bool, np.bool_)) for each in given):
        return [at for at, each in enumerate(given) if each]
    positions = []
    for each in given:
        if not isinstance(each, str):
            positions.append(int(each) % value.columns)
        elif each not in names:
            graph.refuse(path, f"column {each!r}, whose position isn't known here")
        else:
            positions.append(names.index(each))
    return positions


def pick(graph: Graph, value: Value, chosen: list[int], is_list: bool, path: str) -> Value:
    """Some columns of a value."""
    if value.is_unread:
        return graph.unread(len(chosen))
    names = None if value.names is None else tuple(value.names[at] for at in chosen)
    if value.table is not None:
        return Value(len(chosen), table=tuple(value.table[at] for at in chosen), is_list=is_list, names=names)
    if chosen == list(range(value.columns)):
        return value
    if value.parts is not None:
        runs = _runs(value.parts, chosen)
        if len({at for at, _ in runs}) == len(runs):
            own = [(value.parts[at][0], pick(graph, value.parts[at][1], within, is_list, path)) for at, within in runs]
            return replace(own[0][1] if len(own) == 1 else concatenation(own), names=names)
    whole = graph.values(value, path)
    picked = graph.node("select", [whole], path, len(chosen), {"chosen": np.array(chosen, dtype="<i4")})
    return replace(picked, names=names)


def _runs(parts: tuple[tuple[str, Value], ...], chosen: list[int]) -> list[tuple[int, list[int]]]:
    """Chosen columns of a concatenation by the input that they come from, as long as it is the same."""
    ends = np.cumsum([part.columns for _, part in parts])
    runs: list[tuple[int, list[int]]] = []
    for column in chosen:
        at = int(np.searchsorted(ends, column, side="right"))
        if not runs or runs[-1][0] != at:
            runs.append((at, []))
        runs[-1][1].append(column - int(ends[at]) + parts[at][1].columns)
    return runs
