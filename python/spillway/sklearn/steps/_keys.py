"""Values of columns of objects, as the file holds them: categories, and what imputers fill in."""

from __future__ import annotations

from typing import Any, Iterable, Union

import numpy as np

#: A text, a number (True is 1, as in dictionaries), None, or NaN.
Key = tuple[str, Union[str, float, None]]


class OddValue(ValueError):
    """A value that rows of JavaScript don't have."""


def key_of(value: Any) -> Key:
    if value is None:
        return "none", None
    if isinstance(value, str):
        return "text", str(value)
    if isinstance(value, (bool, np.bool_, int, np.integer, float, np.floating)):
        number = float(value)
        if number != number:
            return "nan", None
        # Python compares whole numbers with doubles exactly, numpy doesn't.
        if number == (int(value) if isinstance(value, np.integer) else value):
            return "number", number
    raise OddValue(f"{value!r}: expected a text, a number that doubles hold, a truth value, None or NaN")


def put_keys(name: str, values: Iterable[Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Tensors and texts of a node, as ``readKeys`` takes them."""
    keys = [key_of(value) for value in values]
    kinds = [("text", "number", "none", "nan").index(kind) for kind, _ in keys]
    numbers = [value for kind, value in keys if kind == "number"]
    texts = [str(value) for kind, value in keys if kind == "text"]
    return {f"{name}.kinds": np.array(kinds, dtype="|u1"), f"{name}.numbers": np.array(numbers, dtype="<f8")}, {name: texts}
