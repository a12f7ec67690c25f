"""Selectors: some of the columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .._graph import Graph, Value
from .._registry import step
from ._inputs import words_for


@step(
    "sklearn",
    "SelectKBest",
    "SelectPercentile",
    "SelectFpr",
    "SelectFdr",
    "SelectFwe",
    "GenericUnivariateSelect",
    "VarianceThreshold",
    "SelectFromModel",
    "RFE",
    "RFECV",
    "SequentialFeatureSelector",
)
def selector(part: Any, graph: Graph, value: Value, path: str) -> Value:
    chosen = np.asarray(part.get_support(indices=True), dtype="<i4")
    read = graph.numbers(value, path)
    parameters = {} if _takes_any(part) else {"refuses": "nan"}
    node = graph.node(
        "select", [read], path, len(chosen), {"chosen": chosen}, words_for(value), **parameters
    )
    return replace(node, names=None if value.names is None else tuple(value.names[at] for at in chosen))


def _takes_any(part: Any) -> bool:
    """Whether it passes on what isn't finite: its tags say so, or it keeps DataFrames, which it then doesn't check."""
    keeps_frames = getattr(part, "_sklearn_output_config", {}).get("transform", "default") != "default"
    if keeps_frames and hasattr(part, "feature_names_in_"):
        return True
    try:
        from sklearn.utils import get_tags
    except ImportError:
        return bool(part._get_tags()["allow_nan"])
    return bool(get_tags(part).input_tags.allow_nan)
