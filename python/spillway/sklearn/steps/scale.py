"""Scalers: columns moved and scaled one by one."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

from .._graph import Graph, Value
from .._registry import step
from ._inputs import over_numbers


@step("sklearn", "StandardScaler")
def standard_scaler(part: Any, graph: Graph, value: Value, path: str) -> Value:
    return affine(graph, value, path, sub=part.mean_ if part.with_mean else None, div=part.scale_)


@step("sklearn", "RobustScaler")
def robust_scaler(part: Any, graph: Graph, value: Value, path: str) -> Value:
    return affine(graph, value, path, sub=part.center_, div=part.scale_)


@step("sklearn", "MaxAbsScaler")
def max_abs_scaler(part: Any, graph: Graph, value: Value, path: str) -> Value:
    limits = {"low": -1.0, "high": 1.0} if getattr(part, "clip", False) else {}
    return affine(graph, value, path, div=part.scale_, **limits)


@step("sklearn", "MinMaxScaler")
def min_max_scaler(part: Any, graph: Graph, value: Value, path: str) -> Value:
    low, high = part.feature_range
    limits = {"low": low, "high": high} if part.clip else {}
    return affine(graph, value, path, mul=part.scale_, add=part.min_, **limits)


def affine(graph: Graph, value: Value, path: str, **tensors: Optional[Any]) -> Value:
    """``(x - sub) / div * mul + add``, cut to ``low`` and ``high``; a number goes for all columns."""
    given = {
        name: each if np.ndim(each) > 0 else np.full(value.columns, each)
        for name, each in tensors.items()
        if each is not None
    }
    if not all(np.isfinite(each).all() for each in given.values()):
        graph.refuse(path, "a column without any value in the fit, whose scale is NaN: drop it before")
        return graph.unread(value.columns)
    return over_numbers(graph, "affine", value, path, value.columns, given, takes_nan=True, same_columns=True)
