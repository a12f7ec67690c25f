from __future__ import annotations

from typing import Any

import numpy as np

from .._graph import Graph


def dense(array: Any) -> np.ndarray:
    """Of coefficients that were made sparse, too."""
    return array.toarray() if hasattr(array, "toarray") else np.asarray(array)


def finite(graph: Graph, path: str, **arrays: np.ndarray) -> None:
    """Refuses a model whose parameters aren't all finite."""
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            found = np.asarray(array)[~np.isfinite(array)][0]
            graph.refuse(path, f"its {name} hold {found}: fit it so that all of them are finite")
