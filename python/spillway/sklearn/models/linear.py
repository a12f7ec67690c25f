"""Linear models, and naive Bayes where it is linear."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph, Tensors
from .._registry import decision_values, model
from ._checks import dense, finite

_CLASSIFIERS = (
    "LinearDiscriminantAnalysis",
    "LinearSVC",
    "LogisticRegression",
    "LogisticRegressionCV",
    "PassiveAggressiveClassifier",
    "Perceptron",
    "RidgeClassifier",
    "RidgeClassifierCV",
    "SGDClassifier",
)
_REGRESSORS = (
    "ARDRegression",
    "BayesianRidge",
    "ElasticNet",
    "ElasticNetCV",
    "HuberRegressor",
    "Lars",
    "LarsCV",
    "Lasso",
    "LassoCV",
    "LassoLars",
    "LassoLarsCV",
    "LassoLarsIC",
    "LinearRegression",
    "LinearSVR",
    "OrthogonalMatchingPursuit",
    "OrthogonalMatchingPursuitCV",
    "PassiveAggressiveRegressor",
    "QuantileRegressor",
    "Ridge",
    "RidgeCV",
    "SGDRegressor",
    "TheilSenRegressor",
)


def linear(
    weights: Any, intercepts: Any, link: str, graph: Graph, path: str, tensors: Tensors
) -> dict[str, Any]:
    """``weights`` is sums x columns, as scikit-learn has it; ``link`` is what makes answers of the sums."""
    weights = np.atleast_2d(dense(weights)).astype("<f8")
    intercepts = np.broadcast_to(np.asarray(intercepts, dtype="<f8").reshape(-1), len(weights))
    finite(graph, path, weights=weights, intercepts=intercepts)
    tensors.put("weights", weights.T)
    tensors.put("intercepts", intercepts)
    return {"op": "linear", "sums": len(weights), "link": link}


@model("sklearn", *_CLASSIFIERS)
def classifier(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    factor, link = _link(part)
    return linear(factor * dense(part.coef_), factor * np.asarray(part.intercept_), link, graph, path, tensors)


@decision_values("sklearn", *_CLASSIFIERS)
def margins(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    return linear(part.coef_, part.intercept_, "none", graph, path, tensors)


def _link(part: Any) -> tuple[float, str]:
    """What makes answers of the decision values, and by what these are multiplied before."""
    pair = len(part.classes_) == 2
    if not hasattr(part, "predict_proba"):
        return 1, "sign" if pair else "largest"
    if getattr(part, "loss", None) == "modified_huber":
        return 1, "huber" if pair else "huber against rest"
    # Whether a release's probabilities are those of a softmax, or of each class against the rest, is asked for, since
    # parameters and defaults that decide it have changed with releases.
    # The probes' sums are about 1: of larger ones all links say 0 and 1.
    weights = np.nan_to_num(dense(part.coef_).astype("<f8"), posinf=0, neginf=0)
    if weights.size == 0:
        # No row can be given to a model of no column.
        return 1, "logistic" if pair else "softmax"
    sums = np.random.default_rng(0).normal(size=(4, len(weights)))
    probe = np.nan_to_num((sums - part.intercept_) @ np.linalg.pinv(weights, rcond=1e-9).T)
    values, answers = part.decision_function(probe), part.predict_proba(probe)
    if pair:
        return (1 if np.allclose(answers[:, 1], 1 / (1 + np.exp(-values)), atol=1e-12) else 2), "logistic"
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    is_softmax = np.allclose(answers, powers / powers.sum(axis=1, keepdims=True), atol=1e-12)
    return 1, "softmax" if is_softmax else "one against rest"


@model("sklearn", *_REGRESSORS)
def regressor(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    return _number(part, "none", graph, path, tensors)


@model("sklearn", "PoissonRegressor", "GammaRegressor", "TweedieRegressor")
def generalised(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    name = type(part._base_loss.link).__name__
    if name not in ("LogLink", "IdentityLink"):
        graph.refuse(path, f"link={name}: expected the log or none")
    return _number(part, "exp" if name == "LogLink" else "none", graph, path, tensors)


def _number(part: Any, link: str, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if np.atleast_2d(dense(part.coef_)).shape[0] > 1:
        graph.refuse(path, "answers to more than one question: export a pipeline for each")
    return linear(part.coef_, part.intercept_, link, graph, path, tensors)


@model("sklearn", "MultinomialNB", "ComplementNB")
def multinomial_bayes(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    is_complement = type(part).__name__ == "ComplementNB" and len(part.classes_) > 1
    priors = np.zeros(len(part.classes_)) if is_complement else part.class_log_prior_
    return _bayes(part.feature_log_prob_, priors, graph, path, tensors)


@model("sklearn", "BernoulliNB")
def bernoulli_bayes(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    if part.binarize is not None:
        whole = graph.numbers(graph.before, path)
        graph.before = graph.node(
            "threshold", [whole], path, whole.columns, threshold=float(part.binarize), refuses="nan"
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        absent = np.log(1 - np.exp(part.feature_log_prob_))
        weights = part.feature_log_prob_ - absent
    return _bayes(weights, part.class_log_prior_ + absent.sum(axis=1), graph, path, tensors)


def _bayes(weights: Any, intercepts: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    """Of two classes one sum is enough: the second one's less the first one's."""
    if len(weights) != 2:
        return linear(weights, intercepts, "softmax", graph, path, tensors)
    with np.errstate(invalid="ignore"):
        weights, intercepts = weights[1] - weights[0], [intercepts[1] - intercepts[0]]
    return linear(weights, intercepts, "logistic", graph, path, tensors)
