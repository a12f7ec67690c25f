"""Calibrated classifiers."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Tensors, Value
from .._registry import model
from .._walk import joined
from ._answers import beside, column, margins, probabilities
from ._checks import finite


@model("sklearn", "CalibratedClassifierCV")
def calibrated(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    answers, members = [], []
    for at, each in enumerate(part.calibrated_classifiers_):
        inner = joined(path, f"calibrated_classifiers_.{at}")
        answers.append((str(at), _values(each, graph, inner)))
        members.append({"path": inner, **_calibrator(each, graph, inner, tensors.inner("members", at))})
    graph.before = beside(graph, path, answers)
    return {"op": "calibrated", "classes": len(part.classes_), "members": members}


def _values(each: Any, graph: Graph, path: str) -> Value:
    """What a member calibrates."""
    if hasattr(each.estimator, "decision_function"):
        return margins(each.estimator, graph, path)
    answer = probabilities(each.estimator, graph, path)
    return column(graph, answer, 1, path) if len(each.classes) == 2 and each.method != "temperature" else answer


def _calibrator(each: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if each.method == "temperature":
        is_probability = not hasattr(each.estimator, "decision_function")
        return {"op": "temperature", "beta": float(each.calibrators[0].beta_), "probabilities": is_probability}
    classes = list(each.classes)
    places = [classes.index(label) for label in each.estimator.classes_]
    tensors.put("classes", places[1:] if len(classes) == 2 else places, "<i4")
    if each.method == "sigmoid":
        slopes, offsets = ([getattr(own, name) for own in each.calibrators] for name in ("a_", "b_"))
        finite(graph, path, slopes=np.array(slopes), offsets=np.array(offsets))
        tensors.put("slopes", slopes)
        tensors.put("offsets", offsets)
        return {"op": "sigmoid"}
    xs = [np.asarray(own.X_thresholds_) for own in each.calibrators]
    ys = [np.asarray(own.y_thresholds_) for own in each.calibrators]
    tensors.put("x", np.concatenate(xs))
    tensors.put("y", np.concatenate(ys))
    tensors.put("ends", np.cumsum([len(x) for x in xs]), "<u4")
    return {"op": "isotonic", "single": xs[0].dtype == np.float32}
