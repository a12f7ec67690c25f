"""Functions of numpy, by their names."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

from .._graph import Graph, Value
from .._registry import step
from ._inputs import over_numbers, words_for

_NAMES = (
    "absolute arcsinh arctan cbrt ceil cos cosh deg2rad exp exp2 expm1 floor isfinite isinf isnan log log10 log1p log2 nan_to_num "
    "negative rad2deg rint sign sin sinh sqrt square tan tanh trunc"
).split()
_FUNCTIONS = {getattr(np, name): name for name in _NAMES}
# The same by other names.
_FUNCTIONS.update({np.fabs: "absolute", np.radians: "deg2rad", np.degrees: "rad2deg", np.fix: "trunc", np.round: "rint"})


@step("sklearn", "FunctionTransformer")
def function_transformer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    if part.func is None:
        # It validates: others have passed already.
        return over_numbers(graph, "affine", value, path, value.columns, same_columns=True)
    if part.kw_args:
        graph.refuse(path, f"kw_args={part.kw_args!r}")
        return graph.unread(value.columns)
    name = _name_of(part.func)
    if name is None:
        graph.refuse(path, f"func={_words_of(part.func)}")
        return graph.unread(value.columns)
    if part.validate:
        return over_numbers(graph, "math", value, path, value.columns, same_columns=True, function=name)
    read = graph.numbers(value, path)
    return graph.node("math", [read], path, value.columns, texts=words_for(value), function=name)


def _name_of(func: Any) -> Optional[str]:
    try:
        return _FUNCTIONS.get(func)
    except TypeError:  # It has no hash.
        return None


def _words_of(func: Any) -> str:
    name = getattr(func, "__name__", "")
    return f"numpy.{name}" if getattr(np, name, None) is func else "<function>"
