"""A pipeline walked from its rows to its model."""

from __future__ import annotations

from typing import Any

from ._graph import MODELS, STEPS, Graph, Tensors, Value, class_of, words_of


def read_step(part: Any, graph: Graph, value: Value, path: str) -> Value:
    """The values after a transformer."""
    if part is None or (isinstance(part, str) and part == "passthrough"):
        return value
    handler = STEPS.get(class_of(part))
    if handler is None:
        graph.refuse(path, f"{words_of(part)} isn't among the transformers that can be read")
        return graph.unread(value.columns)
    try:
        return handler(part, graph, value, path)
    except AttributeError as error:
        graph.refuse(path, f"{words_of(part)} isn't fitted ({error})")
        return graph.unread(value.columns)


def read_model(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    """What the file holds of a model, with its ``op`` and ``path``."""
    handler = MODELS.get(class_of(part))
    if handler is None:
        graph.refuse(path, f"{words_of(part)} isn't among the models that can be read")
        return {}
    try:
        return {**handler(part, graph, path, tensors), "path": path}
    except AttributeError as error:
        graph.refuse(path, f"{words_of(part)} isn't fitted ({error})")
        return {}


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
