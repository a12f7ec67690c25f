"""The rows that a pipeline was fitted on, by their digests, so that none of them is taken for evidence.

A row's digest is the first 8 octets of the SHA-256 of its cells, in the order of the columns. A cell is an octet for
its kind, and then

- 0: 8 octets of zero, where the value is missing: None, NaN, pandas' NA;
- 1: a number as a double, little-endian, one with a fraction rounded to single precision before; true is 1, -0 is 0;
- 2: the number of its octets as 32 bits, little-endian, and a text in UTF-8, with U+FFFD for half of a surrogate pair.

So whole numbers of any type are told apart exactly, and fractions are the same whether they were held in single
precision or written with 10 digits. ``fittedOn.ts`` reads the same.
"""

from __future__ import annotations

import hashlib
import numbers
import struct
from typing import Any, Iterator, Sequence

import numpy as np

_MISSING = bytes(9)
_NUMBER = struct.Struct("<Bd")
_TEXT = struct.Struct("<BI")
#: Rows whose cells are held at a time.
_CHUNK = 10_000


def digests_of(fitted_on: Any, rows: dict[str, Any], columns: Sequence[int]) -> np.ndarray:
    """The digests of rows, ascending, each once: pairs of 32 bits, the higher first.

    ``rows`` is what the pipeline's rows are; ``columns`` those that tell rows apart, by position.

    >>> digests_of([[1.0, None]], {"kind": "array", "columns": 2}, [0, 1])
    array([ 90241967, 606269807], dtype=uint32)
    """
    table = [_column(fitted_on, rows, at) for at in columns]
    count = len(table[0]) if table else 0
    digests = bytearray()
    for start in range(0, count, _CHUNK):
        cells = [_cells(column[start : start + _CHUNK], start, rows, at) for column, at in zip(table, columns)]
        for row in zip(*cells):
            digests += hashlib.sha256(b"".join(row)).digest()[:8]
    unique = np.unique(np.frombuffer(bytes(digests), dtype=">u8").astype("<u8"))
    return np.stack([unique >> np.uint64(32), unique & np.uint64(0xFFFFFFFF)], axis=1).astype("<u4").reshape(-1)


def count_of(fitted_on: Any) -> int:
    shape = getattr(fitted_on, "shape", None)
    return int(shape[0]) if shape is not None else len(fitted_on)


def _column(fitted_on: Any, rows: dict[str, Any], at: int) -> np.ndarray:
    if rows["kind"] == "text":
        return np.fromiter(fitted_on, dtype=object, count=count_of(fitted_on))
    if rows["kind"] == "columns":
        name = rows["names"][at]
        try:
            return np.asarray(fitted_on[name])
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise ValueError(f"fitted_on: expected a table with the column {name!r}: {error}") from error
    if hasattr(fitted_on, "tocsc"):
        return fitted_on.tocsc()[:, [at]].toarray().reshape(-1)
    # In an array of its own type a list of texts and numbers would become texts.
    whole = np.array(fitted_on, dtype=object) if isinstance(fitted_on, list) else np.asarray(fitted_on)
    if whole.ndim != 2 or whole.shape[1] != rows["columns"]:
        raise ValueError(f"fitted_on: expected rows of {rows['columns']} values, got an array of shape {whole.shape}")
    return whole[:, at]


def _cells(column: np.ndarray, start: int, rows: dict[str, Any], at: int) -> Iterator[bytes]:
    if column.dtype.kind in "fiub":
        return _numbers(column.astype("<f8"))
    name = repr(rows["names"][at]) if rows["kind"] == "columns" else str(at)
    return (_cell(value, start + row, name) for row, value in enumerate(column.tolist()))


def _numbers(column: np.ndarray) -> Iterator[bytes]:
    missing = np.isnan(column)
    cells = np.zeros((len(column), 9), dtype="|u1")
    cells[:, 0] = ~missing
    cells[:, 1:] = _comparable(np.where(missing, 0.0, column)).view("|u1").reshape(-1, 8)
    octets = cells.tobytes()
    return (octets[at : at + 9] for at in range(0, len(octets), 9))


def _comparable(column: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        single = column.astype("<f4").astype("<f8")
    # -0 becomes 0.
    return np.where(column == np.trunc(column), column, single) + 0.0


def _cell(value: Any, row: int, column: str) -> bytes:
    if isinstance(value, str):
        text = _utf8(value)
        return _TEXT.pack(2, len(text)) + text
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return _MISSING
    if isinstance(value, (numbers.Real, np.bool_)):
        number = float(value)
        return _MISSING if number != number else _NUMBER.pack(1, _comparable(np.array([number]))[0])
    raise ValueError(f"fitted_on: row {row}, column {column} holds {value!r}: expected a text, a number or nothing")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
