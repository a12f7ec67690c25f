"""Answers of models that other models read: nodes of the graph."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from .._graph import Graph, Tensors, Value
from .._walk import read_decision_values, read_labels, read_model

Reader = Callable[[Any, Graph, str, Tensors], dict[str, Any]]


def probabilities(part: Any, graph: Graph, path: str) -> Value:
    """Of each class, or a regressor's numbers."""
    classes = getattr(part, "classes_", None)
    return _node(read_model, part, 1 if classes is None else len(classes), graph, path)


def margins(part: Any, graph: Graph, path: str) -> Value:
    """The values of ``decision_function``: one column for two classes."""
    return _node(read_decision_values, part, 1 if len(part.classes_) == 2 else len(part.classes_), graph, path)


def labels(part: Any, graph: Graph, path: str) -> Value:
    """Probability 1 for what ``predict`` says where a threshold decides, else probabilities, whose greatest it is."""
    return _node(read_labels, part, len(part.classes_), graph, path)


def _node(read: Reader, part: Any, columns: int, graph: Graph, path: str) -> Value:
    own: dict[str, np.ndarray] = {}
    spec = read(part, graph, path, Tensors(own, ""))
    if not spec or spec["from"] is None:
        return graph.unread(columns)
    spec = {name: each for name, each in spec.items() if name not in ("decision", "certain")}
    source = Value(spec["columns"], node=spec.pop("from"))
    node = graph.node("answers", [source], path, columns, model=spec)
    for name, array in own.items():
        graph.tensors[f"{node.node}/model/{name}"] = array
    return node


def beside(graph: Graph, path: str, parts: list[tuple[str, Value]]) -> Value:
    """Values side by side, for a model to read."""
    return Value(
        sum(part.columns for _, part in parts),
        parts=tuple(parts),
        is_unread=any(part.is_unread for _, part in parts),
    )


def column(graph: Graph, value: Value, at: int, path: str) -> Value:
    """One of its columns."""
    return graph.node("select", [value], path, 1, {"chosen": np.array([at], dtype="<i4")})
