"""LightGBM and XGBoost: their own files, in the pipeline's."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .._graph import Graph, Tensors
from .._registry import class_of, model

_LIGHTGBM = {
    True: ("binary", "multiclass", "multiclassova"),
    False: (
        *("regression", "regression_l1", "regression_l2", "huber", "fair", "poisson", "quantile", "mape"),
        *("gamma", "tweedie", "cross_entropy", "cross_entropy_lambda"),
    ),
}
_XGBOOST = {
    True: ("binary:logistic", "multi:softprob", "multi:softmax"),
    False: (
        *("reg:squarederror", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror"),
        *("reg:quantileerror", "reg:logistic", "reg:gamma", "reg:tweedie", "count:poisson"),
    ),
}


@model("lightgbm", "LGBMClassifier", "LGBMRegressor")
def lightgbm(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    classifies = class_of(part)[1].endswith("Classifier")
    # Its best iteration, as its own predictions take it.
    text = part.booster_.model_to_string()
    lines = dict(line.partition("=")[::2] for line in text.partition("\nTree=")[0].split("\n"))
    objective = lines.get("objective", "").partition(" ")[0]
    refused = False
    if objective not in _LIGHTGBM[classifies]:
        graph.refuse(path, f"objective={part.objective!r}: expected one of {', '.join(_LIGHTGBM[classifies])}")
        refused = True
    if part.booster_.pandas_categorical:
        graph.refuse(path, "categories of a DataFrame: encode them by a step, such as OrdinalEncoder")
        refused = True
    if "\nis_linear=1" in text:
        graph.refuse(path, "linear_tree=True: expected a number a leaf")
        refused = True
    if refused:
        return {}
    end = "\nend of trees\n"
    _put_file(tensors, (text.partition(end)[0] + end).encode())
    return {"op": "lightgbm", "classifies": classifies}


@model("xgboost", "XGBClassifier", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor")
def xgboost(part: Any, graph: Graph, path: str, tensors: Tensors) -> dict[str, Any]:
    classifies = class_of(part)[1].endswith("Classifier")
    booster = part.get_booster()
    learner = json.loads(booster.save_config())["learner"]
    objective = learner["objective"]["name"]
    refused = False
    if objective not in _XGBOOST[classifies]:
        graph.refuse(path, f"objective={part.objective!r}: expected one of {', '.join(_XGBOOST[classifies])}")
        refused = True
    if learner["gradient_booster"]["name"] not in ("gbtree", "dart"):
        graph.refuse(path, f"booster={part.booster!r}: expected trees")
        refused = True
    if int(learner["learner_model_param"].get("num_target", 1)) > 1:
        graph.refuse(path, "several outputs: expected one")
        refused = True
    if "c" in (booster.feature_types or []):
        graph.refuse(path, "categories of its own: encode them by a step, such as OneHotEncoder")
        refused = True
    missing = np.nan if part.missing is None else part.missing
    if not np.isnan(missing) and missing != 0:
        graph.refuse(path, f"missing={missing!r}: expected NaN or 0")
        refused = True
    if graph.is_sparse is None and missing != 0:
        graph.refuse(
            path,
            "takes what a sparse matrix doesn't store for missing, and the pipeline doesn't say whether rows are one: "
            "give a sample of rows, sparse or not as they are",
        )
        refused = True
    if refused:
        return {}
    best = getattr(part, "best_iteration", None)
    _put_file(tensors, bytes((booster if best is None else booster[: best + 1]).save_raw("ubj")))
    return {
        "op": "xgboost",
        "classifies": classifies,
        "zerosAreMissing": bool(missing == 0 or graph.is_sparse),
        "keepsStored": bool(missing != 0),
    }


def _put_file(tensors: Tensors, content: bytes) -> None:
    tensors.put("file", np.frombuffer(content, dtype=np.uint8), "|u1")
