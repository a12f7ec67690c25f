"""A classifier's labels, as files and cascades hold them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._graph import Graph


def labels_of(classes: Any, graph: Graph, path: str) -> list[Any]:
    labels = [_label(each, graph, path) for each in classes]
    texts = [_text(label) for label in labels]
    for at, text in enumerate(texts):
        if text in texts[:at]:
            pair = f"{labels[texts.index(text)]!r} and {labels[at]!r}"
            graph.refuse(path, f"classes {pair}, which are one label, {text!r}, in a cascade: rename one")
    return labels


def _text(label: Any) -> str:
    """A label as the text that stands for it in plans and files."""
    if isinstance(label, bool):
        return str(label).lower()
    is_whole = isinstance(label, float) and label.is_integer()
    return str(int(label)) if is_whole else str(label)


def _label(label: Any, graph: Graph, path: str) -> Any:
    plain = label.item() if isinstance(label, np.generic) else label
    if isinstance(label, np.ndarray):
        graph.refuse(path, "answers to more than one question: export a pipeline for each")
        return None
    if isinstance(plain, (str, bool)):
        return plain
    if isinstance(plain, int) and abs(plain) < 2**53:
        return plain
    if isinstance(plain, float) and np.isfinite(plain):
        return plain
    graph.refuse(path, f"a class {label!r}: expected texts, whole numbers or truth values")
    return None
