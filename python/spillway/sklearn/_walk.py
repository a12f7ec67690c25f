"""A pipeline walked from its rows to its model."""

from __future__ import annotations

from typing import Any

import sklearn
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from ._graph import MODELS, STEPS, Graph, Tensors, Value, class_of, words_of


#: They give their steps some of the columns that they get, and drop others.
_COMPOSED = {("sklearn", name) for name in ("Pipeline", "ColumnTransformer", "FeatureUnion")}


def read_step(part: Any, graph: Graph, value: Value, path: str) -> Value:
    """The values after a transformer."""
    if passes(part):
        return value
    handler = STEPS.get(class_of(part))
    if class_of(part) not in _COMPOSED:
        graph.give(value)
    if handler is None:
        graph.refuse(path, f"{words_of(part)} isn't among the transformers that can be read")
        return graph.unread(value.columns)
    try:
        return handler(part, graph, value, path)
    except AttributeError as error:
        graph.refuse(path, _lacks(part, error))
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
        graph.refuse(path, _lacks(part, error))
        return {}


def _lacks(part: Any, error: AttributeError) -> str:
    try:
        check_is_fitted(part)
    except NotFittedError:
        return f"{words_of(part)} isn't fitted"
    return f"{words_of(part)} of scikit-learn {sklearn.__version__} isn't as expected ({error})"


def passes(part: Any) -> bool:
    """Whether a step leaves its values as they are."""
    # Fitted, a ColumnTransformer has a function that is none in the place of 'passthrough'.
    is_no_function = class_of(part) == ("sklearn", "FunctionTransformer") and part.func is None
    return part is None or is_no_function or (isinstance(part, str) and part == "passthrough")


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
