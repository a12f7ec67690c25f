"""Rows as users give them, checked against what a pipeline's rows are."""

from __future__ import annotations

from typing import Any

import numpy as np


def checked(given: Any, rows: dict[str, Any], option: str) -> Any:
    """Texts, a DataFrame, a sparse matrix or an array of rows x columns: as ``rows`` says.

    Raises TypeError or ValueError, which name the option, for rows that are none of these.
    """
    if isinstance(given, (str, bytes)):
        raise TypeError(f"{option}: expected rows, got one text: {given[:40]!r}. Put it into a list")
    if not hasattr(given, "__len__") and not hasattr(given, "shape"):
        raise TypeError(f"{option}: expected a DataFrame, an array or a list, got {type(given).__name__}")
    if getattr(getattr(given, "dtype", None), "names", None):
        raise TypeError(f"{option}: a structured array: give an array of rows x columns, or a DataFrame")
    if rows["kind"] == "text":
        if len(getattr(given, "shape", (0,))) != 1:
            raise TypeError(f"{option}: the pipeline reads texts, and this is a table: give one column of it")
        return given
    if rows["kind"] == "columns":
        if not hasattr(given, "columns"):
            names = ", ".join(rows["names"])
            raise TypeError(f"{option}: expected a DataFrame with {names}, got {type(given).__name__}")
        lacking = [name for name in rows["names"] if name not in given.columns]
        if lacking:
            raise ValueError(f"{option}: no column {', '.join(lacking)}")
        return given
    table = given if hasattr(given, "toarray") or hasattr(given, "iloc") else _array(given)
    if len(table.shape) != 2 or table.shape[1] != rows["columns"]:
        are_texts = len(table.shape) == 1 and len(table) > 0 and isinstance(table[0], str)
        hint = ", texts: pass the whole Pipeline, not its last step" if are_texts else ""
        raise ValueError(f"{option}: expected rows of {rows['columns']} columns, got shape {table.shape}{hint}")
    return table.tocsr() if hasattr(table, "toarray") else table


def count_of(rows: Any) -> int:
    return int(rows.shape[0]) if hasattr(rows, "shape") else len(rows)


def is_pandas_missing(value: Any) -> bool:
    """Whether it is NA or NaT, by name: pandas itself isn't needed."""
    return type(value).__name__ in ("NAType", "NaTType")


def _array(given: Any) -> np.ndarray:
    array = np.asarray(given)
    # In an array of texts a list's numbers would become texts.
    return np.array(given, dtype=object) if array.dtype.kind in "US" and array is not given else array
