"""Rows of the sample, as the file keeps them, and the pipeline's own answers."""

from __future__ import annotations

from typing import Any

import numpy as np


def rows_of(sample: Any, rows: dict[str, Any], most: int) -> list[Any]:
    """The first rows, plain: texts, or lists of values in the order of the columns."""
    head = _head(sample, most)
    if rows["kind"] == "text":
        return [str(each) for each in head]
    if rows["kind"] == "columns":
        return [[_plain(value) for value in row] for row in head[rows["names"]].itertuples(index=False, name=None)]
    if hasattr(head, "toarray"):
        head = head.toarray()
    return [[_plain(value) for value in row] for row in np.asarray(head)]


def answers_of(pipeline: Any, sample: Any, most: int, classifies: bool) -> np.ndarray:
    """Rows x outputs."""
    head = _head(sample, most)
    if classifies and hasattr(pipeline, "predict_proba"):
        return np.asarray(pipeline.predict_proba(head), dtype="<f8")
    answers = pipeline.predict(head)
    if not classifies:
        return np.asarray(answers, dtype="<f8").reshape(-1)
    return (np.asarray(answers)[:, None] == np.asarray(pipeline.classes_)[None, :]).astype("<f8")


def _head(sample: Any, most: int) -> Any:
    return sample.iloc[:most] if hasattr(sample, "iloc") else sample[:most]


def _plain(value: Any) -> Any:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return {"number": "nan" if np.isnan(plain) else "inf" if plain > 0 else "-inf"}
    if plain is None or isinstance(plain, (str, bool, int, float)):
        return plain
    # pandas' own missing values.
    if type(plain).__name__ in ("NAType", "NaTType"):
        return None
    return str(plain)
