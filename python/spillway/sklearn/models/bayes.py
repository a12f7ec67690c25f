"""Naive Bayes whose log probabilities aren't sums of weighted columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Tensors
from .._registry import model
from ._checks import finite


@model("sklearn", "GaussianNB")
def gaussian(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    with np.errstate(divide="ignore"):
        priors = np.log(part.class_prior_)
    intercepts = priors - 0.5 * np.log(2.0 * np.pi * part.var_).sum(axis=1)
    finite(graph, path, means=part.theta_, variances=part.var_, intercepts=intercepts)
    tensors.put("means", part.theta_)
    tensors.put("variances", part.var_)
    tensors.put("intercepts", intercepts)
    return {"op": "gaussian bayes"}


@model("sklearn", "CategoricalNB")
def categorical(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    """Each of ``feature_log_prob_`` is classes x categories."""
    logs = np.concatenate([each.T.reshape(-1) for each in part.feature_log_prob_])
    finite(graph, path, logs=logs, intercepts=part.class_log_prior_)
    tensors.put("counts", [each.shape[1] for each in part.feature_log_prob_], "<i4")
    tensors.put("logs", logs)
    tensors.put("intercepts", part.class_log_prior_)
    return {"op": "categorical bayes"}
