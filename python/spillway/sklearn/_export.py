from __future__ import annotations

import os
import platform
import unicodedata
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import sklearn

from . import models as _models  # noqa: F401  registers what is read
from . import steps as _steps  # noqa: F401
from ._cut import cut_of
from ._file import encode, write
from ._fitted_on import digests_of
from ._graph import Graph, Tensors
from ._labels import labels_of
from ._layout import check_fitted, rows_of_steps, steps_of
from ._refusal import NotReadable, Refusal
from ._rows import count_of
from ._sample import Sample, check_rows
from ._sparsity import give_sparse
from ._walk import read_model, read_step

_VERSION = 1


@dataclass(frozen=True)
class Report:
    """What goes into a file: ``print`` says it in lines."""

    #: Names of the features: the inputs of the last concatenation.
    features: list[str]
    #: The model's class; None where the pipeline has none, or it can't be read.
    model: Optional[str]
    #: What can't be read, by its path in the pipeline.
    refusals: list[Refusal]

    def __str__(self) -> str:
        lines = [f"feature {name}" for name in self.features]
        lines += [f"model {self.model}"] if self.model else []
        return "\n".join(lines + [f"can't be read: {refusal}" for refusal in self.refusals])


def check(pipeline: Any) -> Report:
    """Says what of a fitted pipeline would go into a file, and what wouldn't. Nothing is written.

    Raises
    ------
    NotFitted
        For a pipeline that isn't fitted.

    >>> print(check(pipeline))  # doctest: +SKIP
    """
    _, content, refusals, _ = _read(pipeline, False)
    return _report(content, refusals)


def export(
    pipeline: Any,
    path: str | os.PathLike[str],
    sample: Any = None,
    partial: bool = False,
    fitted_on: Any = None,
) -> Report:
    """Writes a fitted pipeline as a file that ``sklearnPipeline`` of ``spillway/exchange`` reads.

    Parameters
    ----------
    pipeline
        A fitted ``Pipeline``, or a fitted model by itself.
    path
        The file, which replaces one of that name whole or not at all.
    sample
        Rows as the pipeline takes them: the more kinds among them, the better. The file keeps 20 with the pipeline's
        answers, up to 10 of which have missing values, so that reading checks itself. The columns that the pipeline
        reads stand in the file as they are: give no rows that mustn't. Without a sample reading can't check itself.
        XGBoost on arrays needs one, sparse or not as its rows are: it takes what a sparse matrix doesn't store for
        missing.
    partial
        Leave out branches that can't be read, and the model with them: the rest are features.
    fitted_on
        The rows that the pipeline was fitted on. Their digests go into the file, 8 octets a row, so that none of them
        is taken for evidence. Who guesses a row can see whether it was among them.

    Raises
    ------
    NotFitted
        For a pipeline that isn't fitted.
    NotReadable
        With all parts that can't be read, by their paths. Nothing was written.
    TypeError, ValueError
        For a ``sample`` or ``fitted_on`` of other rows than the pipeline takes.

    >>> export(pipeline, "mail.pipeline", sample=X_test[:100])  # doctest: +SKIP
    """
    graph, content, refusals, certain = _read(pipeline, None if sample is None else hasattr(sample, "toarray"))
    if refusals and not (partial and content["cut"]):
        raise NotReadable(refusals)
    if refusals:
        content.update(model=None, classes=None, decision=None)
        places = graph.keep(each["node"] for each in content["cut"])
        content["cut"] = [{**each, "node": at} for each, at in zip(content["cut"], places)]
    content["leftOut"] = [{"path": each.path, "why": each.why} for each in refusals]
    content["sample"] = None
    if sample is not None and content["model"] is not None:
        kept = Sample(sample, content["rows"])
        content["sample"] = {"rows": kept.plain(graph.columns_read())}
        graph.tensors["sample/answers"] = kept.answers(pipeline, content["classes"] is not None, certain)
    content["fittedOn"] = None
    if fitted_on is not None:
        check_rows(pipeline, fitted_on, content["rows"], "fitted_on")
        columns = sorted(graph.given)
        graph.tensors["fittedOn/columns"] = np.array(columns, dtype="<i4")
        graph.tensors["fittedOn/digests"] = digests_of(fitted_on, content["rows"], columns)
        content["fittedOn"] = {"rows": count_of(fitted_on)}
    write(path, encode({**content, "nodes": graph.nodes}, graph.tensors))
    return _report(content, refusals)


def _report(content: dict[str, Any], refusals: list[Refusal]) -> Report:
    model = content["model"]
    return Report([each["name"] for each in content["cut"]], None if model is None else model["name"], refusals)


def _read(pipeline: Any, is_sparse: Optional[bool]) -> tuple[Graph, dict[str, Any], list[Refusal], bool]:
    """``is_sparse``: whether rows that aren't those of a DataFrame are a sparse matrix; None where that isn't known."""
    check_fitted(pipeline)
    graph = Graph()
    steps = steps_of(pipeline)
    rows, value = rows_of_steps(steps, graph)
    name, last = steps[-1]
    has_model = hasattr(last, "predict")
    before = steps[:-1] if has_model else steps
    graph.is_sparse = give_sparse((part for _, part in before), is_sparse if rows["kind"] == "array" else False)
    branches = value
    for at, part in before:
        value = read_step(part, graph, value, at)
        branches = value if value.parts is not None else branches
    graph.before = value
    spec = read_model(last, graph, name, Tensors(graph.tensors, "model/")) if has_model else {}
    if not has_model:
        graph.reads.append(("", graph.numbers(value, name)))
    cut = cut_of(graph, branches, name)
    decision, certain = spec.pop("decision", None), spec.pop("certain", False)
    if spec:
        spec["name"] = type(last).__name__
    classes = getattr(last, "classes_", None) if has_model else None
    labels = None if classes is None else labels_of(classes, graph, name)
    content = {
        "kind": "scikit-learn pipeline",
        "version": _VERSION,
        "made": {
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
            "unicode": unicodedata.unidata_version,
        },
        "rows": rows,
        "cut": cut,
        "model": spec or None,
        "classes": labels,
        "decision": decision,
    }
    return graph, content, graph.refusals, certain
