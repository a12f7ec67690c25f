"""Decision trees, and forests and boosted ensembles of them."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import sklearn

from .._graph import Graph, Tensors
from .._registry import class_of, decision_values, model
from .nodes import Nodes

_TREES = ("DecisionTreeClassifier", "DecisionTreeRegressor", "ExtraTreeClassifier", "ExtraTreeRegressor")
_VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


@model("sklearn", *_TREES)
def tree(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    return _average([part], part, graph, path, tensors)


@model("sklearn", "RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor")
def forest(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    return _average(part.estimators_, part, graph, path, tensors)


@model("sklearn", "BaggingClassifier", "BaggingRegressor")
def bagging(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    return _average(part.estimators_, part, graph, path, tensors, part.estimators_features_)


@model("sklearn", "GradientBoostingClassifier", "GradientBoostingRegressor")
def gradient_boosting(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    init = part.init_
    if not isinstance(init, str) and (
        class_of(init) not in (("sklearn", "DummyClassifier"), ("sklearn", "DummyRegressor"))
        or getattr(init, "strategy", "prior") in ("stratified", "uniform")
    ):
        graph.refuse(path, f"init={init!r}: expected its prior, or 'zero'")
        return {}
    nodes = Nodes()
    for own in part.estimators_.ravel():
        nodes.add(own.tree_, part.learning_rate * own.tree_.value[:, 0, 0])
    # What it begins with depends on no row.
    base = part._raw_predict_init(np.zeros((1, part.n_features_in_), dtype=np.float32)).ravel()
    nodes.put(tensors)
    return trees(tensors, part.n_features_in_, base, link=_link_of(part._loss))


@decision_values("sklearn", "GradientBoostingClassifier")
def gradient_boosting_sums(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    spec = gradient_boosting(part, graph, path, tensors)
    return spec and {**spec, "link": "none"}


@model("sklearn", "AdaBoostClassifier")
def ada_boost(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if not _are_trees(part.estimators_, graph, path):
        return {}
    classes = len(part.classes_)
    nodes = Nodes()
    for own, weight in zip(part.estimators_, part.estimator_weights_):
        shares = _shares(own)
        if getattr(part, "algorithm", "SAMME") == "SAMME.R":
            logs = np.log(np.clip(shares, np.finfo(shares.dtype).eps, None))
            votes = (classes - 1) * (logs - logs.mean(axis=1)[:, None])
        else:
            votes = np.where(np.arange(classes) == shares.argmax(axis=1)[:, None], weight, -weight / (classes - 1))
        nodes.add(own.tree_, votes)
    nodes.put(tensors)
    divisor = float(part.estimator_weights_.sum()) * (classes - 1)
    base = np.zeros(classes)
    return trees(tensors, part.n_features_in_, base, vectors=True, divisor=divisor, link="softmax")


def trees(
    tensors: Tensors,
    columns: int,
    base: np.ndarray,
    precision: str = "single",
    vectors: bool = False,
    takes_missing: bool = False,
    divisor: float = 1,
    link: str = "none",
) -> dict[str, Any]:
    """A model ``trees``: see ``exchange/sklearn/models/trees.ts``."""
    tensors.put("base", base)
    return {
        "op": "trees",
        "columns": int(columns),
        "sums": len(base),
        "precision": precision,
        "vectors": vectors,
        "takesMissing": takes_missing,
        "divisor": divisor,
        "link": link,
    }


def _average(
    estimators: list[Any],
    part: Any,
    graph: Graph,
    path: str,
    tensors: Tensors,
    features: Optional[list[np.ndarray]] = None,
) -> dict[str, Any]:
    """The mean of trees' numbers, or of their shares of classes."""
    if not _are_trees(estimators, graph, path):
        return {}
    classes = getattr(part, "classes_", None)
    if getattr(part, "n_outputs_", 1) > 1:
        graph.refuse(path, f"{part.n_outputs_} outputs: expected one")
        return {}
    nodes = Nodes()
    for at, own in enumerate(estimators):
        values = own.tree_.value[:, 0, 0]
        if classes is not None:
            values = np.zeros((own.tree_.node_count, len(classes)))
            # Trees of a bag may have met some of the classes only.
            met = np.arange(len(classes)) if len(own.classes_) == len(classes) else own.classes_.astype(int)
            values[:, met] = _shares(own)
        nodes.add(own.tree_, values, None if features is None else features[at])
    nodes.put(tensors)
    base = np.zeros(1 if classes is None else len(classes))
    return trees(
        tensors,
        part.n_features_in_,
        base,
        vectors=classes is not None,
        takes_missing=_allows_nan(part),
        divisor=len(estimators),
    )


def _are_trees(estimators: list[Any], graph: Graph, path: str) -> bool:
    others = [own for own in estimators if class_of(own) not in [("sklearn", name) for name in _TREES]]
    if others:
        graph.refuse(path, f"estimator={others[0]!r}: expected decision trees")
    return not others


def _shares(own: Any) -> np.ndarray:
    """The share of each class in each node."""
    value = own.tree_.value[:, 0, : own.n_classes_]
    if _VERSION >= (1, 4):
        return value
    total = value.sum(axis=1)[:, None]
    return value / np.where(total == 0, 1, total)


def _allows_nan(part: Any) -> bool:
    if hasattr(part, "__sklearn_tags__"):
        return bool(part.__sklearn_tags__().input_tags.allow_nan)
    return bool(part._get_tags()["allow_nan"])


_LINKS = {
    "IdentityLink": "none",
    "LogLink": "exponential",
    "LogitLink": "logistic",
    "HalfLogitLink": "halfLogistic",
    "MultinomialLogit": "softmax",
    # Losses without a link, of releases before 1.4.
    "BinomialDeviance": "logistic",
    "ExponentialLoss": "halfLogistic",
    "MultinomialDeviance": "softmax",
}


def _link_of(loss: Any) -> str:
    return _LINKS.get(type(getattr(loss, "link", loss)).__name__, "none")
