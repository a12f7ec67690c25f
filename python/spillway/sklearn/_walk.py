"""A pipeline walked from its rows to its model."""

from __future__ import annotations

from typing import Any, Optional

import sklearn
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted

from ._graph import Graph, Tensors, Value
from ._registry import DECISION_VALUES, LABELS, MODELS, STEPS, ModelHandler, class_of, words_of

SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")


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
    """What the file holds of a model that reads ``graph.before``: its ``op``, ``path``, and the node that it reads."""
    return _read(MODELS.get(class_of(part)), part, graph, path, tensors, "models")


def read_decision_values(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    """The same of its decision values: one number a row for two classes."""
    return _read(DECISION_VALUES.get(class_of(part)), part, graph, path, tensors, "models whose decision values")


def read_labels(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    """The same of its labels: the greatest of its answers is what ``predict`` says."""
    kind = class_of(part)
    return _read(LABELS.get(kind) or MODELS.get(kind), part, graph, path, tensors, "models")


def _read(
    handler: Optional[ModelHandler], part: Any, graph: Graph, path: str, tensors: Tensors, what: str
) -> dict[str, Any]:
    before, within, reads, is_sparse = graph.before, graph.within, len(graph.reads), graph.is_sparse
    spec: dict[str, Any] = {}
    if handler is None:
        graph.refuse(path, f"{words_of(part)} isn't among the {what} that can be read")
    else:
        try:
            spec = handler(part, graph, path, tensors)
        except AttributeError as error:
            graph.refuse(path, _lacks(part, error))
    # Models that pass on what another one answers read nothing themselves.
    if "from" not in spec and (spec or len(graph.reads) == reads) and not graph.before.is_list:
        whole = graph.numbers(graph.before, path)
        graph.reads.append((graph.within, whole))
        if spec:
            read = {"from": whole.node, "columns": whole.columns, "missing": _takes_missing(part)}
            spec = {**spec, "path": path, **read}
    graph.before, graph.within, graph.is_sparse = before, within, is_sparse
    return spec


def _takes_missing(part: Any) -> bool:
    try:
        if hasattr(part, "__sklearn_tags__"):
            return bool(part.__sklearn_tags__().input_tags.allow_nan)
        return bool(part._get_tags()["allow_nan"])
    except (AttributeError, KeyError):
        return False


def _lacks(part: Any, error: AttributeError) -> str:
    try:
        check_is_fitted(part)
    except NotFittedError:
        return f"{words_of(part)} isn't fitted"
    return f"{words_of(part)} of scikit-learn {sklearn.__version__} isn't as expected ({error})"


def passes(part: Any) -> bool:
    """Whether a step leaves its values as they are."""
    # Fitted, a ColumnTransformer has a function that is none in the place of 'passthrough'.
    is_no_function = class_of(part) == ("sklearn", "FunctionTransformer") and part.func is None and not part.validate
    return part is None or is_no_function or (isinstance(part, str) and part == "passthrough")


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
