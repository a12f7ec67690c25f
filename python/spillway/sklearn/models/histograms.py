"""Gradient boosting over histograms."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Tensors, Value
from .._registry import decision_values, model
from .._walk import joined, read_step
from ..steps.compose import columns_of, concatenation, pick
from .nodes import Nodes
from .trees import _link_of, trees

def _encoded(part: Any, graph: Graph, value: Value, path: str) -> Value:
    """Categories are encoded by the model itself, from 1.4 on: they come first then."""
    preprocessor = getattr(part, "_preprocessor", None)
    if preprocessor is None:
        return value
    parts = []
    for name, inner, columns in preprocessor.transformers_:
        chosen = columns_of(columns, value, graph, path)
        if not chosen:
            continue
        own = pick(graph, value, chosen, is_list=False, path=joined(path, name))
        parts.append((name, read_step(inner, graph, own, joined(path, name)) if name == "encoder" else own))
    return concatenation(parts)


@model("sklearn", "HistGradientBoostingClassifier", "HistGradientBoostingRegressor")
def histogram_boosting(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    graph.before = _encoded(part, graph, graph.before, path)
    known, place_of = part._bin_mapper.make_known_categories_bitsets()
    categorical = np.flatnonzero(part._bin_mapper.is_categorical_)
    nodes = Nodes()
    for tree in (each for iteration in part._predictors for each in iteration):
        own = tree.nodes
        is_set = own["is_categorical"].astype(bool) & ~own["is_leaf"].astype(bool)
        nodes.add_arrays(
            own["is_leaf"].astype(bool),
            own["feature_idx"].astype(np.int64),
            own["num_threshold"],
            own["left"].astype(np.int64),
            own["right"].astype(np.int64),
            own["missing_go_to_left"],
            own["value"],
            tree.raw_left_cat_bitsets if len(categorical) else None,
            np.where(is_set, own["bitset_idx"].astype(np.int64), -1),
        )
    nodes.put(tensors)
    if len(categorical):
        tensors.put("categorical", categorical, "<i4")
        tensors.put("known", known[place_of[categorical]], "<u4")
    base = np.ravel(part._baseline_prediction)
    columns = len(part._bin_mapper.is_categorical_)
    return trees(tensors, columns, base, precision="double", takes_missing=True, link=_link_of(part._loss))


@decision_values("sklearn", "HistGradientBoostingClassifier")
def histogram_boosting_sums(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    return {**histogram_boosting(part, graph, path, tensors), "link": "none"}
