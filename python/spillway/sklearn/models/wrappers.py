"""What wraps a model: pipelines, searches, thresholds."""

from __future__ import annotations

from typing import Any

from .._graph import Graph, Tensors, Value
from .._registry import decision_values, labels, model, step
from .._sparsity import give_sparse
from .._walk import SEARCHES, joined, read_decision_values, read_labels, read_model, read_step
from ._answers import column, margins, probabilities


def _wrappers(register: Any, read: Any) -> None:
    """What only hands on to another model, whether that is asked for probabilities, decision values or labels."""

    @register("sklearn", "Pipeline")
    def pipeline(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
        graph.within = path
        for name, each in part.steps[:-1]:
            graph.before = read_step(each, graph, graph.before, joined(path, name))
        graph.is_sparse = give_sparse((each for _, each in part.steps[:-1]), graph.is_sparse)
        name, last = part.steps[-1]
        return read(last, graph, joined(path, name), tensors)

    @register("sklearn", *SEARCHES)
    def search(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
        return read(part.best_estimator_, graph, path, tensors)

    @register("sklearn", "FrozenEstimator")
    def frozen(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
        return read(part.estimator, graph, path, tensors)


_wrappers(model, read_model)
_wrappers(decision_values, read_decision_values)
_wrappers(labels, read_labels)


@step("sklearn", "FrozenEstimator")
def frozen_step(part: Any, graph: Graph, value: Value, path: str) -> Value:
    return read_step(part.estimator, graph, value, path)


_THRESHOLDS = ("FixedThresholdClassifier", "TunedThresholdClassifierCV")


@model("sklearn", *_THRESHOLDS)
def threshold(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    """The model's probabilities, and the decision beside them; labels alone where these don't say how it decides."""
    uses_probabilities, limit, positive = _decision(part)
    if not (uses_probabilities and 0 < limit < 1):
        return _certain(part, graph, path, tensors)
    spec = read_model(part.estimator_, graph, path, tensors)
    return {**spec, "decision": {"class": positive, "threshold": limit}} if spec else spec


@decision_values("sklearn", *_THRESHOLDS)
def threshold_values(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    return read_decision_values(part.estimator_, graph, path, tensors)


@labels("sklearn", *_THRESHOLDS)
def _certain(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    uses_probabilities, limit, positive = _decision(part)
    if uses_probabilities:
        graph.before = column(graph, probabilities(part.estimator_, graph, path), positive, path)
    else:
        value = margins(part.estimator_, graph, path)
        # Of the first class they are the others' negatives.
        graph.before = value if positive == 1 else graph.node("affine", [value], path, 1, {"mul": [-1.0]})
    return {"op": "threshold", "threshold": limit, "class": positive, "certain": True}


def _decision(part: Any) -> tuple[bool, float, int]:
    """Whether it decides by probabilities, from which number on, and for which class."""
    method = part.response_method
    uses_probabilities = method == "predict_proba" or (method == "auto" and hasattr(part.estimator_, "predict_proba"))
    if type(part).__name__ == "FixedThresholdClassifier":
        limit, positive = part.threshold, part.pos_label
        limit = (0.5 if uses_probabilities else 0.0) if limit == "auto" else limit
    else:
        limit, positive = part.best_threshold_, part._curve_scorer._get_pos_label()
    classes = list(part.classes_)
    return uses_probabilities, float(limit), 1 if positive is None else classes.index(positive)
