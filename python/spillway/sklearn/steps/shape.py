"""Numbers changed one by one, or row by row: bins, thresholds, norms, powers, quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Value
from .._registry import step
from ._inputs import over_numbers
from .scale import standard_scaler


@step("sklearn", "KBinsDiscretizer")
def k_bins_discretizer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    inner = [np.asarray(edges[1:-1]) for edges in part.bin_edges_]
    tensors = {"edges": np.concatenate(inner), "ends": np.cumsum([len(each) for each in inner]).astype("<u4")}
    is_one_hot = part.encode != "ordinal"
    columns = sum(len(each) + 1 for each in inner) if is_one_hot else len(inner)
    return over_numbers(graph, "bins", value, path, columns, tensors, oneHot=is_one_hot)


@step("sklearn", "Binarizer")
def binarizer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    threshold = float(part.threshold)
    return over_numbers(graph, "threshold", value, path, value.columns, same_columns=True, threshold=threshold)


@step("sklearn", "Normalizer")
def normalizer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    return over_numbers(graph, "normalize", value, path, value.columns, same_columns=True, norm=part.norm)


@step("sklearn", "PowerTransformer")
def power_transformer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    tensors = {"lambdas": part.lambdas_}
    columns = value.columns
    powers = over_numbers(graph, "power", value, path, columns, tensors, True, same_columns=True, method=part.method)
    return standard_scaler(part._scaler, graph, powers, path) if part.standardize else powers


@step("sklearn", "QuantileTransformer")
def quantile_transformer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    tensors = {"references": part.references_, "quantiles": np.asarray(part.quantiles_).T}
    is_normal = part.output_distribution == "normal"
    if is_normal and _has_unstored(graph, graph.numbers(value, path)):
        graph.refuse(path, "output_distribution='normal' of sparse columns, whose zeros it leaves: take 'uniform'")
        return graph.unread(value.columns)
    return over_numbers(graph, "quantile", value, path, value.columns, tensors, True, same_columns=True, normal=is_normal)


def _has_unstored(graph: Graph, value: Value) -> bool:
    """Whether scikit-learn may hold a value as a sparse matrix, whose zeros that aren't stored stay zeros."""
    waiting = [] if value.node is None else [value.node]
    while waiting:
        at = waiting.pop()
        node = graph.nodes[at]
        if node["op"] in ("terms", "hashTerms") or node.get("oneHot") or f"{at}/places" in graph.tensors:
            return True
        if node["op"] != "project":
            waiting += node["from"]
    return False
