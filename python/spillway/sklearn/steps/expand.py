"""Columns made of several: products, and projections."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Value, step
from ._inputs import over_numbers


@step("sklearn", "PolynomialFeatures")
def polynomial_features(part: Any, graph: Graph, value: Value, path: str) -> Value:
    powers = np.asarray(part.powers_, dtype=int)
    factors = [np.repeat(np.arange(powers.shape[1]), own) for own in powers]
    tensors = {
        "factors": np.concatenate(factors).astype("<i4"),
        "ends": np.cumsum([len(own) for own in factors]).astype("<u4"),
    }
    return over_numbers(graph, "polynomial", value, path, len(powers), tensors, inputs=value.columns)


@step("sklearn", "TruncatedSVD")
def truncated_svd(part: Any, graph: Graph, value: Value, path: str) -> Value:
    return _projection(part, graph, value, path, {})


@step("sklearn", "PCA", "IncrementalPCA")
def pca(part: Any, graph: Graph, value: Value, path: str) -> Value:
    tensors = {"sub": part.mean_ @ part.components_.T}
    if part.whiten:
        scale = np.sqrt(part.explained_variance_)
        tensors["div"] = np.maximum(scale, np.finfo(scale.dtype).eps)
    return _projection(part, graph, value, path, tensors)


def _projection(part: Any, graph: Graph, value: Value, path: str, tensors: dict[str, Any]) -> Value:
    tensors = {**tensors, "weights": part.components_.T}
    return over_numbers(graph, "project", value, path, len(part.components_), tensors, inputs=value.columns)
