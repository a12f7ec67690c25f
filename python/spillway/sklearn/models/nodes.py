from __future__ import annotations

from typing import Any, Optional

import numpy as np

from .._graph import Tensors

_TYPES = {"feature": "<i4", "threshold": "<f8", "left": "<i4", "right": "<i4", "missingLeft": "|u1", "set": "<i4"}


class Nodes:
    """Trees one after the other, as ``treeTensors.ts`` reads them."""

    def __init__(self) -> None:
        self._roots: list[int] = []
        self._count = 0
        self._arrays: dict[str, list[np.ndarray]] = {name: [] for name in _TYPES}
        self._values: list[np.ndarray] = []
        self._sets: list[np.ndarray] = []

    def add(self, tree: Any, values: np.ndarray, features: Optional[np.ndarray] = None) -> None:
        """A ``Tree`` of scikit-learn. ``values`` has one of each node, or a row; ``features`` are its columns."""
        is_leaf = tree.children_left == -1
        feature = tree.feature if features is None else np.asarray(features)[tree.feature]
        # Before 1.3 trees took no missing values.
        missing = getattr(tree, "missing_go_to_left", np.zeros(len(is_leaf)))
        self.add_arrays(is_leaf, feature, tree.threshold, tree.children_left, tree.children_right, missing, values)

    def add_arrays(
        self,
        is_leaf: np.ndarray,
        feature: np.ndarray,
        threshold: np.ndarray,
        left: np.ndarray,
        right: np.ndarray,
        missing_left: np.ndarray,
        values: np.ndarray,
        sets: Optional[np.ndarray] = None,
        set_of: Optional[np.ndarray] = None,
    ) -> None:
        """A tree. ``set_of`` names the row of ``sets`` that decides at a node, or is -1."""
        own = {
            "feature": np.where(is_leaf, -1, feature),
            "threshold": np.where(is_leaf, 0, threshold),
            "left": np.where(is_leaf, -1, left + self._count),
            "right": np.where(is_leaf, -1, right + self._count),
            "missingLeft": np.where(is_leaf, 0, missing_left),
        }
        if sets is not None and set_of is not None:
            own["set"] = np.where(set_of < 0, -1, set_of + sum(len(each) for each in self._sets))
            self._sets.append(sets)
        for name, array in own.items():
            self._arrays[name].append(array)
        self._roots.append(self._count)
        self._values.append(values[is_leaf])
        self._count += len(is_leaf)

    def put(self, tensors: Tensors) -> None:
        tensors.put("roots", self._roots, "<i4")
        for name, arrays in self._arrays.items():
            if name != "set" or arrays:
                tensors.put(name, _joined(arrays), _TYPES[name])
        if self._arrays["set"]:
            tensors.put("sets", _joined(self._sets), "<u4")
        values = np.concatenate(self._values) if self._values else np.empty(0)
        if values.ndim == 2:
            # Leaves of grown trees are pure: few rows differ.
            values, which = np.unique(values, axis=0, return_inverse=True)
            tensors.put("vector", which, "<i4")
        tensors.put("values", values)


def _joined(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(arrays).reshape(-1) if arrays else np.empty(0)
