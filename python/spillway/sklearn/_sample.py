"""Rows of the sample, as the file keeps them, and the pipeline's own answers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ._rows import checked, count_of, is_pandas_missing

#: Rows of the sample that the file keeps.
_KEPT = 20
_NARROW = ("float32", "float16")


class Sample:
    """Some rows of those given: such with missing values, and others from the first to the last."""

    def __init__(self, sample: Any, rows: dict[str, Any]) -> None:
        """``rows`` is what the pipeline's rows are. Raises TypeError or ValueError for rows that are none of these."""
        self._rows = rows
        whole = _table(sample, rows)
        count = count_of(whole)
        if count == 0:
            raise ValueError("sample: expected some rows, got none")
        self.rows = _take(whole, _chosen(_incomplete(whole), count))

    def plain(self, read: set[int]) -> list[Any]:
        """Texts, or lists of values in the order of the columns. A column that no step reads stays out: it is null."""
        if self._rows["kind"] == "text":
            return [_text(each, at) for at, each in enumerate(self.rows)]
        if self._rows["kind"] == "columns":
            names = self._rows["names"]
            table = [self.rows[name].tolist() for name in names]
        else:
            table = _array(self.rows).T.tolist()
            names = list(range(len(table)))
        columns = [
            [_plain(value, names[c], at) for at, value in enumerate(values)] if c in read else [None] * len(values)
            for c, values in enumerate(table)
        ]
        return [list(row) for row in zip(*columns)]

    def answers(self, pipeline: Any, classifies: bool, certain: bool = False) -> np.ndarray:
        """Rows x outputs. ``certain`` asks for labels, where probabilities don't decide."""
        if classifies and hasattr(pipeline, "predict_proba") and not certain:
            return np.asarray(pipeline.predict_proba(self.rows), dtype="<f8")
        answers = np.asarray(pipeline.predict(self.rows))
        if not classifies:
            return answers.astype("<f8").reshape(-1)
        return (answers[:, None] == np.asarray(pipeline.classes_)[None, :]).astype("<f8")


def check_rows(pipeline: Any, given: Any, rows: dict[str, Any], option: str) -> None:
    """Raises TypeError or ValueError, which name the option, for rows that the pipeline doesn't take.

    Some rows, from the first to the last, are answered; of texts all are looked at.
    """
    table = checked(given, rows, option)
    count = count_of(table)
    if count == 0:
        raise ValueError(f"{option}: expected some rows, got none")
    if rows["kind"] == "text":
        for at, each in enumerate(table):
            if not isinstance(each, str):
                raise TypeError(f"{option}: row {at}: expected a text, got {type(each).__name__}")
        return
    if hasattr(table, "columns") and not hasattr(table, "iloc"):
        return
    few = _take(table, _spread(np.arange(count), _KEPT))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (pipeline.predict if hasattr(pipeline, "predict") else pipeline.transform)(few)
    except Exception as error:  # Whatever a step of theirs raises.
        raise ValueError(f"{option}: the pipeline doesn't take these rows: {error}") from error


def _table(sample: Any, rows: dict[str, Any]) -> Any:
    """The sample in double precision, checked against what rows are."""
    table = checked(sample, rows, "sample")
    if rows["kind"] == "text":
        return table
    if rows["kind"] == "columns":
        if not hasattr(table, "iloc"):
            raise TypeError(f"sample: expected a DataFrame of pandas, got {type(table).__module__}")
        narrow = [name for name, dtype in table.dtypes.items() if str(dtype) in _NARROW]
        return table.astype({name: "float64" for name in narrow}) if narrow else table
    return table.astype("float64") if str(getattr(table, "dtype", "")) in _NARROW else table


def _incomplete(table: Any) -> np.ndarray:
    """The positions of rows in which something is missing."""
    if hasattr(table, "isna"):
        missing = table.isna().to_numpy()
    elif hasattr(table, "indptr"):
        missing = np.zeros((table.shape[0], 1), dtype=bool)
        missing[np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))[np.isnan(table.data)]] = True
    elif isinstance(table, np.ndarray) and table.dtype.kind == "f":
        missing = np.isnan(table)
    elif isinstance(table, np.ndarray) and table.dtype == object and table.ndim == 2:
        missing = np.array([[each is None or each != each for each in row] for row in table])
    else:
        return np.empty(0, dtype=int)
    return np.flatnonzero(missing.reshape(missing.shape[0], -1).any(axis=1))


def _chosen(incomplete: np.ndarray, count: int) -> list[int]:
    chosen = set(_spread(incomplete, _KEPT // 2))
    others = np.array([at for at in range(count) if at not in chosen]) if count <= 2 * _KEPT else np.arange(count)
    chosen.update(_spread(others, _KEPT - len(chosen)))
    return sorted(chosen)


def _spread(of: np.ndarray, most: int) -> list[int]:
    if len(of) <= most:
        return of.tolist()
    return of[np.linspace(0, len(of) - 1, most).astype(int)].tolist()


def _take(table: Any, at: list[int]) -> Any:
    if hasattr(table, "iloc"):
        return table.iloc[at]
    return table[at] if hasattr(table, "shape") else [table[each] for each in at]


def _array(table: Any) -> np.ndarray:
    return table.toarray() if hasattr(table, "toarray") else np.asarray(table)


def _text(value: Any, row: int) -> str:
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"sample: row {row} of those kept: expected a text, got {type(value).__name__}")


def _plain(value: Any, column: Any, row: int) -> Any:
    """What JSON has: None for pandas' own missing values, and an object for numbers that JSON lacks."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return {"number": "nan" if np.isnan(plain) else "inf" if plain > 0 else "-inf"}
    if plain is None or isinstance(plain, (str, bool, int, float)):
        return plain
    if is_pandas_missing(plain):
        return None
    raise TypeError(
        f"sample: column {column!r}, row {row} of those kept: expected a number, a text, a truth value or None, "
        f"got {type(plain).__name__}"
    )
