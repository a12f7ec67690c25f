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
from ._file import encode, write
from ._graph import Graph, Tensors, Value, class_of
from ._refusal import NotReadable, Refusal
from ._sample import answers_of, rows_of
from ._walk import joined, read_model, read_step

_VERSION = 1
#: Rows of the sample that the file keeps.
_KEPT = 20


@dataclass(frozen=True)
class Report:
    """What would go into a file."""

    #: Names of the features: the inputs of the last concatenation.
    features: list[str]
    #: What can't be read, by its path in the pipeline.
    refusals: list[Refusal]

    def __str__(self) -> str:
        lines = [f"reads {name}" for name in self.features]
        return "\n".join(lines + [f"can't read {refusal}" for refusal in self.refusals])


def check(pipeline: Any) -> Report:
    """Says what of a fitted pipeline would go into a file, and what wouldn't. Nothing is written.

    >>> print(check(pipeline))  # doctest: +SKIP
    """
    _, content = _read(pipeline, None)
    return Report([each["name"] for each in content["cut"]], content["refusals"])


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
        Rows as the pipeline takes them. The file keeps some of them with the pipeline's answers, so that reading checks
        itself. They stand in the file as they are: give none that mustn't.
    partial
        Leave out branches that can't be read, and the model with them: the rest are features.
    fitted_on
        The rows that the pipeline was fitted on. Their digests go into the file, so that none of them is taken for
        evidence.

    Raises
    ------
    NotReadable
        With all parts that can't be read, by their paths. Nothing was written.

    >>> export(pipeline, "mail.pipeline", sample=X_test[:20])  # doctest: +SKIP
    """
    graph, content = _read(pipeline, sample)
    refusals = content.pop("refusals")
    if refusals and not partial:
        raise NotReadable(refusals)
    if refusals:
        if not content["cut"]:
            raise NotReadable(refusals)
        content.update(model=None, classes=None, decision=None)
        graph.tensors = {name: each for name, each in graph.tensors.items() if not name.startswith("model/")}
    content["leftOut"] = [{"path": each.path, "why": each.why} for each in refusals]
    content["sample"] = None
    if sample is not None and content["model"] is not None:
        content["sample"] = {"rows": rows_of(sample, content["rows"], _KEPT)}
        graph.tensors["sample/answers"] = answers_of(pipeline, sample, _KEPT, content["classes"] is not None)
    content["fittedOn"] = None
    write(path, encode({**content, "nodes": graph.nodes}, graph.tensors))
    return Report([each["name"] for each in content["cut"]], refusals)


def _read(pipeline: Any, sample: Any) -> tuple[Graph, dict[str, Any]]:
    graph = Graph()
    steps = list(pipeline.steps) if class_of(pipeline) == ("sklearn", "Pipeline") else [("model", pipeline)]
    rows, value = _rows(pipeline, steps)
    for name, part in steps[:-1]:
        value = read_step(part, graph, value, name)
    name, last = steps[-1]
    spec = read_model(last, graph, name, Tensors(graph.tensors, "model/"))
    cut, at = _cut(graph, value, "columns" if len(steps) == 1 else steps[-2][0])
    if spec:
        spec.update(name=type(last).__name__)
        spec["from"] = at
    classes = getattr(last, "classes_", None)
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
        "classes": None if classes is None else [_label(each, graph, name) for each in classes],
        "decision": None,
        "refusals": graph.refusals,
    }
    return graph, content


def _rows(pipeline: Any, steps: list[tuple[str, Any]]) -> tuple[dict[str, Any], Value]:
    """What rows are, and all of their columns."""
    names = getattr(pipeline, "feature_names_in_", None)
    if names is not None:
        columns = tuple(str(name) for name in names)
        return {"kind": "columns", "names": list(columns)}, Value(
            len(columns), table=tuple(range(len(columns))), names=columns
        )
    count = getattr(pipeline, "n_features_in_", None)
    if count is None:
        return {"kind": "text"}, Value(1, table=(0,), is_list=True)
    return {"kind": "array", "columns": int(count)}, Value(int(count), table=tuple(range(int(count))))


def _cut(graph: Graph, value: Value, name: str) -> tuple[list[dict[str, Any]], Optional[int]]:
    """The inputs of the last concatenation, and the node that the model reads."""
    whole = graph.numbers(value, name)
    if whole.is_unread:
        return _inputs(graph.concatenated), None
    at = whole.node
    while len(graph.nodes[at]["from"]) == 1:
        at = graph.nodes[at]["from"][0]
    node = graph.nodes[at]
    if node["op"] != "concat":
        return [{"name": name, "node": whole.node}], whole.node
    return [{"name": each, "node": source} for each, source in zip(node["names"], node["from"])], whole.node


def _inputs(parts: list[tuple[str, Value]]) -> list[dict[str, Any]]:
    return [{"name": name, "node": part.node} for name, part in parts if not part.is_unread]


def _label(label: Any, graph: Graph, path: str) -> Any:
    plain = label.item() if isinstance(label, np.generic) else label
    if isinstance(plain, (str, bool)):
        return plain
    if isinstance(plain, int) and abs(plain) < 2**53:
        return plain
    if isinstance(plain, float) and np.isfinite(plain):
        return plain
    graph.refuse(path, f"a class {label!r}: expected texts, whole numbers or truth values")
    return None
