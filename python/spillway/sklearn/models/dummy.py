"""Models that look at nothing."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Tensors
from .._registry import model


@model("sklearn", "DummyClassifier")
def classifier(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if part.n_outputs_ > 1:
        graph.refuse(path, "answers to more than one question: export a pipeline for each")
        return {}
    if part.strategy in ("stratified", "uniform"):
        graph.refuse(path, f"strategy={part.strategy!r} answers by chance")
        return {}
    prior = np.asarray(part.class_prior_)
    if part.strategy == "constant":
        answer = (np.asarray(part.classes_) == part.constant).astype("<f8")
    else:
        answer = prior if part.strategy == "prior" else (np.arange(len(prior)) == prior.argmax()).astype("<f8")
    tensors.put("answer", answer)
    return {"op": "constant"}


@model("sklearn", "DummyRegressor")
def regressor(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if np.size(part.constant_) > 1:
        graph.refuse(path, "answers to more than one question: export a pipeline for each")
    tensors.put("answer", np.reshape(part.constant_, -1))
    return {"op": "constant"}
