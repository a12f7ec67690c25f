"""Encoders: categories as columns, numbers or vectors."""

from __future__ import annotations

import warnings
from typing import Any, Optional, Sequence

import numpy as np

from .._graph import Graph, Value
from .._registry import step
from ._inputs import words_for
from ._keys import OddValue, put_keys

#: Stands for NaN, which doesn't equal itself.
_NAN = object()


@step("sklearn", "OneHotEncoder")
def one_hot_encoder(part: Any, graph: Graph, value: Value, path: str) -> Value:
    places: list[int] = []
    elsewhere: list[int] = []
    columns = 0
    rare = getattr(part, "infrequent_categories_", None)
    dropped = part.drop_idx_
    for at, categories in enumerate(part.categories_):
        codes, has_rare = _grouped(categories, None if rare is None else rare[at])
        count = max(codes) + 1
        left_out = None if dropped is None or dropped[at] is None else codes[int(dropped[at])]
        place = [columns + code - (left_out is not None and code > left_out) for code in range(count)]
        if left_out is not None:
            place[left_out] = -1
        places += [place[code] for code in codes]
        takes_rare = part.handle_unknown in ("infrequent_if_exist", "warn") and has_rare
        elsewhere.append(place[count - 1] if takes_rare else -1)
        columns += count - (left_out is not None)
    tensors = {"places": np.array(places, dtype="<i4"), "elsewhere": np.array(elsewhere, dtype="<i4")}
    return _categories(part, part.categories_, graph, value, path, columns, tensors)


def _grouped(categories: Any, rare: Optional[Any]) -> tuple[list[int], bool]:
    """A number for each category: rare ones share the last."""
    is_rare = set(map(_comparable, [] if rare is None else rare))
    kept = [each for each in map(_comparable, categories) if each not in is_rare]
    code = {each: at for at, each in enumerate(kept)}
    return [code.get(_comparable(each), len(kept)) for each in categories], len(is_rare) > 0


def _comparable(category: Any) -> Any:
    return _NAN if category != category else category


@step("sklearn", "OrdinalEncoder")
def ordinal_encoder(part: Any, graph: Graph, value: Value, path: str) -> Value:
    # The encoder itself says its codes: row k has the k-th category of each column.
    most = max(len(each) for each in part.categories_)
    table = np.array([[each[min(k, len(each) - 1)] for each in part.categories_] for k in range(most)], dtype=object)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        codes = np.asarray(part.transform(table), dtype=float)
    vectors = np.concatenate([codes[: len(each), at] for at, each in enumerate(part.categories_)])
    unknown = 0.0 if part.unknown_value is None else float(part.unknown_value)
    elsewhere = np.full(len(part.categories_), unknown)
    tensors = {"vectors": vectors, "elsewhere": elsewhere}
    return _categories(part, part.categories_, graph, value, path, len(part.categories_), tensors, width=1)


@step("sklearn", "TargetEncoder")
def target_encoder(part: Any, graph: Graph, value: Value, path: str) -> Value:
    width = len(part.classes_) if part.target_type_ == "multiclass" else 1
    count = len(part.categories_)
    vectors = [np.stack(part.encodings_[at * width : (at + 1) * width], axis=1).reshape(-1) for at in range(count)]
    elsewhere = np.tile(np.reshape(part.target_mean_, -1), count)
    tensors = {"vectors": np.concatenate(vectors), "elsewhere": elsewhere}
    return _categories(None, part.categories_, graph, value, path, count * width, tensors, width=width)


@step("sklearn", "LabelBinarizer")
def label_binarizer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    # Its fit takes no X and y, so only pipelines whose parts were fitted one by one have it.
    classes = part.classes_
    if value.columns != 1 or part.y_type_ not in ("binary", "multiclass") or len(classes) < 2:
        graph.refuse(path, f"LabelBinarizer of {len(classes)} classes ({part.y_type_}): expected one column, two classes or more")
        return graph.unread()
    is_class = np.eye(len(classes))[:, 1:] if len(classes) == 2 else np.eye(len(classes))
    width = is_class.shape[1]
    vectors = np.where(is_class == 1, float(part.pos_label), float(part.neg_label))
    tensors = {"vectors": vectors, "elsewhere": np.full(width, float(part.neg_label))}
    return _categories(None, [classes], graph, value, path, width, tensors, width=width)


def _categories(
    part: Any,
    categories: Sequence[Any],
    graph: Graph,
    value: Value,
    path: str,
    columns: int,
    tensors: dict[str, Any],
    **parameters: Any,
) -> Value:
    """The node. ``part`` has ``handle_unknown``; None for encoders that take anything."""
    try:
        keys, texts = put_keys("keys", [each for own in categories for each in own])
    except OddValue as error:
        graph.refuse(path, f"a category {error}")
        return graph.unread(columns)
    tensors = {
        **tensors,
        **keys,
        "sizes": np.array([len(own) for own in categories], dtype="<i4"),
        "isNumeric": np.array([own.dtype.kind in "fiub" for own in map(np.asarray, categories)], dtype="|u1"),
    }
    unknown = "error" if getattr(part, "handle_unknown", "ignore") == "error" else "given"
    read = graph.values(value, path)
    texts = {**texts, **words_for(value)}
    return graph.node("categories", [read], path, columns, tensors, texts, unknown=unknown, **parameters)
