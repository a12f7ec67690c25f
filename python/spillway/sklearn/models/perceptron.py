"""Multilayer perceptrons."""

from __future__ import annotations

from typing import Any

from .._graph import Graph, Tensors
from .._registry import model
from ._checks import finite

_LINKS = {"identity": "none", "exp": "exp", "softmax": "softmax", "logistic": "logistic"}


@model("sklearn", "MLPClassifier", "MLPRegressor")
def perceptron(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if part.n_outputs_ > 1 and part.out_activation_ != "softmax":
        graph.refuse(path, "answers to more than one question: export a pipeline for each")
    for at, (weights, intercepts) in enumerate(zip(part.coefs_, part.intercepts_)):
        finite(graph, path, weights=weights, intercepts=intercepts)
        tensors.put(f"weights{at}", weights)
        tensors.put(f"intercepts{at}", intercepts)
    return {
        "op": "perceptron",
        "layers": len(part.coefs_),
        "activation": part.activation,
        "link": _LINKS[part.out_activation_],
    }
