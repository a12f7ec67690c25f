"""Regressors of a transformed target."""

from __future__ import annotations

from typing import Any

from sklearn.preprocessing import FunctionTransformer

from .._graph import Graph, Tensors, Value
from .._registry import class_of, model, words_of
from .._walk import joined, passes, read_step
from ._answers import probabilities


@model("sklearn", "TransformedTargetRegressor")
def transformed_target(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    number = probabilities(part.regressor_, graph, joined(path, "regressor"))
    graph.before = _inverse(part.transformer_, number, graph, joined(path, "transformer"))
    return {"op": "answers", "rule": "values"}


def _inverse(part: Any, value: Value, graph: Graph, path: str) -> Value:
    """The number before a transformer of the target, in the order of operations that scikit-learn has."""
    if class_of(part) == ("sklearn", "FunctionTransformer"):
        function = FunctionTransformer(part.inverse_func)
        return value if passes(function) or part.inverse_func is None else read_step(function, graph, value, path)
    if class_of(part) == ("sklearn", "PowerTransformer"):
        scaled = _inverse(part._scaler, value, graph, path) if part.standardize else value
        return graph.node("power inverse", [scaled], path, 1, {"lambdas": part.lambdas_}, method=part.method)
    find = _INVERSES.get(class_of(part))
    if find is None:
        graph.refuse(path, f"the inverse of {words_of(part)} isn't among those that can be read")
        return graph.unread()
    return graph.node("affine", [value], path, 1, find(part))


def _standard(part: Any) -> dict[str, Any]:
    return {**({"mul": part.scale_} if part.with_std else {}), **({"add": part.mean_} if part.with_mean else {})}


def _robust(part: Any) -> dict[str, Any]:
    return {
        **({"mul": part.scale_} if part.with_scaling else {}),
        **({"add": part.center_} if part.with_centering else {}),
    }


_INVERSES = {
    ("sklearn", "StandardScaler"): _standard,
    ("sklearn", "RobustScaler"): _robust,
    ("sklearn", "MinMaxScaler"): lambda part: {"sub": part.min_, "div": part.scale_},
    ("sklearn", "MaxAbsScaler"): lambda part: {"mul": part.scale_},
}
