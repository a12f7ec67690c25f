"""Scalers: columns moved and scaled one by one."""

from __future__ import annotations

from typing import Any

from .._graph import Graph, Value, step


@step("sklearn", "StandardScaler")
def standard_scaler(part: Any, graph: Graph, value: Value, path: str) -> Value:
    read = graph.numbers(value, path)
    tensors = {}
    if part.mean_ is not None and part.with_mean:
        tensors["sub"] = part.mean_
    if part.with_std:
        tensors["div"] = part.scale_
    return graph.node("affine", [read], path, value.columns, tensors)
