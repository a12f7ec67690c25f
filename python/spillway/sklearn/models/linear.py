"""Linear models."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Tensors, model


@model("sklearn", "LogisticRegression")
def logistic_regression(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    weights = np.asarray(part.coef_)
    tensors.put("weights", weights.T)
    tensors.put("intercepts", np.broadcast_to(part.intercept_, len(weights)))
    return {
        "op": "linear",
        "sums": len(weights),
        "columns": weights.shape[1],
        "link": "logistic" if len(weights) == 1 else "softmax",
    }
