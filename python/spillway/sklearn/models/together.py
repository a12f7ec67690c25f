"""Models that put the answers of others together."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Tensors, Value
from .._registry import model
from .._walk import joined, read_model
from ._answers import beside, column, labels, margins, probabilities


@model("sklearn", "VotingClassifier")
def voting_classifier(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    read = probabilities if part.voting == "soft" else labels
    answers = [(name, read(each, graph, joined(path, name))) for name, each in _named(part)]
    return _vote(part, answers, "mean" if part.voting == "soft" else "majority", len(part.classes_), graph, path, tensors)


@model("sklearn", "VotingRegressor")
def voting_regressor(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    answers = [(name, probabilities(each, graph, joined(path, name))) for name, each in _named(part)]
    return _vote(part, answers, "mean", 1, graph, path, tensors)


def _vote(
    part: Any,
    answers: list[tuple[str, Value]],
    op: str,
    outputs: int,
    graph: Graph,
    path: str,
    tensors: Tensors,
) -> dict[str, Any]:
    weights = part._weights_not_none
    tensors.put("weights", np.ones(len(answers)) if weights is None else weights)
    graph.before = beside(graph, path, answers)
    return {"op": op, "outputs": outputs}


@model("sklearn", "StackingClassifier", "StackingRegressor")
def stacking(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    before = graph.before
    answers = []
    for (name, each), method in zip(_named(part), part.stack_method_):
        answers.append((name, _stacked(part, each, method, graph, joined(path, name))))
    if part.passthrough:
        answers += before.parts or [("columns", graph.numbers(before, path))]
        graph.reads.append((graph.within, graph.numbers(before, path)))
    graph.before = beside(graph, path, answers)
    return read_model(part.final_estimator_, graph, joined(path, "final_estimator"), tensors)


def _stacked(part: Any, each: Any, method: str, graph: Graph, path: str) -> Value:
    """The columns that the last model gets of one of the others."""
    classes = getattr(part, "classes_", None)
    if classes is None:
        return probabilities(each, graph, path)
    if method == "decision_function":
        return margins(each, graph, path)
    if method == "predict_proba":
        answer = probabilities(each, graph, path)
        return column(graph, answer, 1, path) if len(classes) == 2 else answer
    numbers = np.asarray(each.classes_, dtype="<f8")
    return graph.node("class numbers", [labels(each, graph, path)], path, 1, {"numbers": numbers})


def _named(part: Any) -> list[tuple[str, Any]]:
    """Those that weren't dropped, by their names."""
    names = [name for name, each in part.estimators if not (isinstance(each, str) and each == "drop")]
    return list(zip(names, part.estimators_))


@model("sklearn", "OneVsRestClassifier")
def one_vs_rest(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if part.multilabel_:
        graph.refuse(path, "answers to more than one question: export a pipeline for each")
        return {}
    if len(part.estimators_) == 1:
        return read_model(part.estimators_[0], graph, path, tensors)
    # As its `predict` chooses them: decision values before probabilities.
    has_probabilities = hasattr(part, "predict_proba")
    answers = []
    for at, each in enumerate(part.estimators_):
        inner = joined(path, f"estimators_.{at}")
        if has_probabilities:
            answers.append((str(at), column(graph, probabilities(each, graph, inner), 1, inner)))
        else:
            answers.append((str(at), margins(each, graph, inner)))
    graph.before = beside(graph, path, answers)
    return {"op": "answers", "rule": "shares" if has_probabilities else "largest"}
