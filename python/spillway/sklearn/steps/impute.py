"""Imputers: what is missing, and what takes its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .._graph import Graph, Value
from .._registry import step
from ._inputs import over_numbers, words_for
from ._keys import OddValue, key_of, put_keys


@step("sklearn", "SimpleImputer")
def simple_imputer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    statistics = np.asarray(part.statistics_)
    is_empty = np.array([key_of(each)[0] == "nan" if _is_plain(each) else False for each in statistics], dtype=bool)
    kept = np.flatnonzero(~is_empty | part.keep_empty_features)
    indicated = np.asarray(part.indicator_.features_ if part.add_indicator else [], dtype=int)
    try:
        tensors, texts = put_keys("fill", statistics[kept])
        missing, more, words = _missing(part.missing_values)
    except OddValue as error:
        graph.refuse(path, f"the value {error}")
        return graph.unread(len(kept) + len(indicated))
    tensors = {**tensors, **more, "kept": kept.astype("<i4"), "indicated": indicated.astype("<i4")}
    is_raw = part._fit_dtype.kind == "O"
    node = _node("impute", is_raw, missing, {**texts, **words}, graph, value, path, len(kept) + len(indicated), tensors)
    names = None if value.names is None or part.add_indicator else tuple(value.names[at] for at in kept)
    return replace(node, names=names)


@step("sklearn", "MissingIndicator")
def missing_indicator(part: Any, graph: Graph, value: Value, path: str) -> Value:
    indicated = np.asarray(part.features_)
    try:
        missing, tensors, texts = _missing(part.missing_values)
    except OddValue as error:
        graph.refuse(path, f"the value {error}")
        return graph.unread(len(indicated))
    tensors = {**tensors, "indicated": indicated.astype("<i4")}
    refuses_new = bool(part.error_on_new) and part.features == "missing-only"
    # Whether it was fitted on numbers or objects isn't known; as they stand in the rows, both have their missing values.
    return _node("missing", True, missing, texts, graph, value, path, len(indicated), tensors, refusesNew=refuses_new)


def _node(
    op: str,
    is_raw: bool,
    missing: str,
    texts: dict[str, list[str]],
    graph: Graph,
    value: Value,
    path: str,
    columns: int,
    tensors: dict[str, Any],
    **parameters: Any,
) -> Value:
    parameters = {**parameters, "missing": missing}
    if is_raw:
        read = graph.values(value, path)
        return graph.node(op, [read], path, columns, tensors, {**texts, **words_for(value)}, **parameters)
    return over_numbers(graph, op, value, path, columns, tensors, missing == "nan", texts=texts, **parameters)


def _missing(value: Any) -> tuple[str, dict[str, Any], dict[str, list[str]]]:
    """What counts as missing. pandas' NA does where NaN does."""
    if type(value).__name__ == "NAType":
        return "nan", {}, {}
    kind, _ = key_of(value)
    if kind in ("nan", "none"):
        return kind, {}, {}
    return ("value", *put_keys("value", [value]))


def _is_plain(value: Any) -> bool:
    return isinstance(value, (float, np.floating))
