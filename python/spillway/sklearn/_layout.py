"""A pipeline as a flat list of steps, and what its rows are."""

from __future__ import annotations

from typing import Any

from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from ._graph import Graph, Value
from ._refusal import NotFitted
from ._registry import class_of
from ._walk import SEARCHES, passes


def check_fitted(pipeline: Any) -> None:
    """Raises TypeError for what is no estimator, NotFitted for one without a fit."""
    if isinstance(pipeline, type) or not hasattr(pipeline, "fit"):
        what = f"the class {pipeline.__name__}" if isinstance(pipeline, type) else type(pipeline).__name__
        raise TypeError(f"expected a fitted Pipeline or model, got {what}")
    try:
        check_is_fitted(pipeline)
    except NotFittedError as error:
        # Of transformers alone, some have nothing to fit.
        if hasattr(pipeline, "predict"):
            raise NotFitted(type(pipeline).__name__) from error


def steps_of(pipeline: Any, name: str = "model") -> list[tuple[str, Any]]:
    """The steps in turn with their paths. A pipeline as the last step is more steps, and a search is what it found."""
    kind = class_of(pipeline)
    if kind[0] == "sklearn" and kind[1] in SEARCHES:
        if not hasattr(pipeline, "best_estimator_"):
            raise NotFitted(f"{kind[1]} with refit=False")
        return steps_of(pipeline.best_estimator_, name)
    if kind != ("sklearn", "Pipeline"):
        return [(name, pipeline)]
    prefix = "" if name == "model" else f"{name}."
    steps = [(prefix + each, part) for each, part in pipeline.steps if not passes(part)]
    if not steps:
        raise TypeError("expected a pipeline with steps, got one of passthrough alone")
    return steps[:-1] + steps_of(steps[-1][1], steps[-1][0])


def rows_of_steps(steps: list[tuple[str, Any]], graph: Graph) -> tuple[dict[str, Any], Value]:
    """What rows are, and all of their columns."""
    name, first = steps[0]
    names = _attribute(first, "feature_names_in_")
    if names is not None:
        columns = [str(each) for each in names]
        for each in sorted({each for each in columns if columns.count(each) > 1}):
            graph.refuse(name, f"two columns are named {each!r}, and rows are objects by column name: rename one")
        return {"kind": "columns", "names": columns}, Value(
            len(columns), table=tuple(range(len(columns))), names=tuple(columns)
        )
    count = _attribute(first, "n_features_in_")
    if count is not None:
        return {"kind": "array", "columns": int(count)}, Value(int(count), table=tuple(range(int(count))))
    if not _reads_texts(first):
        graph.refuse(name, f"{type(first).__name__} doesn't say how many columns its rows have")
    return {"kind": "text"}, Value(1, table=(0,), is_list=True)


def _attribute(part: Any, name: str) -> Any:
    """What the first step says of its rows, or else one inside of it, which may get some of their columns alone."""
    own = getattr(part, name, None)
    inside = (_attribute(each, name) for each in _inside(part))
    return own if own is not None else next((found for found in inside if found is not None), None)


def _reads_texts(part: Any) -> bool:
    inside = _inside(part)
    reads = hasattr(part, "build_analyzer") or class_of(part) == ("sklearn", "LabelBinarizer")
    return any(map(_reads_texts, inside)) if inside else reads


def _inside(part: Any) -> list[Any]:
    kind = class_of(part)
    if isinstance(part, Pipeline):
        return [each for _, each in part.steps if not passes(each)][:1]
    if kind == ("sklearn", "FeatureUnion"):
        return [each for _, each in part.transformer_list if not isinstance(each, str)]
    return [each for name in _MODELS_INSIDE for each in _listed(getattr(part, name, None))]


#: Where models have the models inside of them.
_MODELS_INSIDE = ("estimators_", "calibrated_classifiers_", "estimator_", "regressor_", "estimator", "best_estimator_")


def _listed(inside: Any) -> list[Any]:
    each = inside if isinstance(inside, list) else [inside]
    # A member of a calibrated classifier has probabilities alone.
    return [one for one in each if hasattr(one, "predict") or hasattr(one, "predict_proba")]
