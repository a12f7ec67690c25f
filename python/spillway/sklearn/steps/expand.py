"""Columns made of several: products, and projections."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Value
from .._registry import step
from ._inputs import over_numbers, words_for


@step("sklearn", "PolynomialFeatures")
def polynomial_features(part: Any, graph: Graph, value: Value, path: str) -> Value:
    powers = np.asarray(part.powers_, dtype=int)
    factors = [np.repeat(np.arange(powers.shape[1]), own) for own in powers]
    tensors = {
        "factors": np.concatenate(factors).astype("<i4"),
        "ends": np.cumsum([len(own) for own in factors]).astype("<u4"),
    }
    return over_numbers(graph, "polynomial", value, path, len(powers), tensors)


@step("sklearn", "SplineTransformer")
def spline_transformer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    curves = part.bsplines_
    width = curves[0].c.shape[1]
    columns = len(curves) * (width if part.include_bias else width - 1)
    is_line = part.extrapolation == "linear"
    # scikit-learn takes other knots for the second column than for the first there.
    if part.degree == 0 or (part.degree == 1 and is_line and len(curves) > 1):
        graph.refuse(path, f"degree={part.degree} with extrapolation={part.extrapolation!r}: take a higher degree")
        return graph.unread(columns)
    tensors = {"knots": np.concatenate([each.t for each in curves])}
    for name, at in (("low", part.degree), ("high", -part.degree - 1)) if is_line else ():
        tensors[name] = np.concatenate([each(each.t[at]) for each in curves])
        tensors[f"{name}Slope"] = np.concatenate([each(each.t[at], nu=1) for each in curves])
    options = {"degree": int(part.degree), "width": width, "bias": bool(part.include_bias)}
    options["beyond"] = part.extrapolation
    if getattr(part, "handle_missing", "error") == "zeros":
        read = graph.numbers(value, path)
        return graph.node("splines", [read], path, columns, tensors, words_for(value), **options)
    return over_numbers(graph, "splines", value, path, columns, tensors, **options)


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
    return over_numbers(graph, "project", value, path, len(part.components_), tensors)
