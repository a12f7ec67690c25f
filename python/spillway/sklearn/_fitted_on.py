"""The rows that a pipeline was fitted on, by their digests, so that none of them is taken for evidence.

A row's digest is the first 8 octets of the SHA-256 of its cells, in the order of the columns. A cell is an octet for
its kind, and then

- 0: 8 octets of zero, where the value is missing: None, NaN, pandas' NA;
- 1: a number as a double, little-endian, true as 1 and -0 as 0; one with a fraction, below 2^23, is rounded to single
  precision before;
- 2: the number of its octets as 32 bits, little-endian, and a text in UTF-8, with U+FFFD for half of a surrogate pair.

So whole numbers are told apart as doubles are, which up to 2^53 is exactly. Fractions are the same whether they were
held in single precision or written with 10 digits. From 2^23 on single precision has no fractions, so that nothing was
held in it: Unix times are told apart in all digits. ``fittedOn.ts`` reads the same.
"""

from __future__ import annotations

import hashlib
import numbers
import struct
from typing import Any, Iterable, Iterator, Sequence

import numpy as np

from ._rows import checked, count_of, is_pandas_missing

_MISSING = bytes(9)
_NUMBER = struct.Struct("<Bd")
_SINGLE = struct.Struct("<f")
_TEXT = struct.Struct("<BI")
#: From here on single precision has no fractions.
_WHOLE = 2.0**23
#: Cells that are held at a time.
_CELLS = 1 << 20


def digests_of(fitted_on: Any, rows: dict[str, Any], columns: Sequence[int]) -> np.ndarray:
    """The digests of rows, ascending, each once: pairs of 32 bits, the higher first.

    ``rows`` is what the pipeline's rows are; ``columns`` those that tell rows apart, by position.

    >>> digests_of([[1.0, None]], {"kind": "array", "columns": 2}, [0, 1])
    array([ 90241967, 606269807], dtype=uint32)
    """
    digests = bytearray()
    for chunk, start in _chunks(checked(fitted_on, rows, "fitted_on"), rows, columns):
        for row in _octets(chunk, start, rows, columns):
            digests += hashlib.sha256(row).digest()[:8]
    unique = np.unique(np.frombuffer(bytes(digests), dtype=">u8").astype("<u8"))
    return np.stack([unique >> np.uint64(32), unique & np.uint64(0xFFFFFFFF)], axis=1).astype("<u4").reshape(-1)


def _chunks(table: Any, rows: dict[str, Any], at: Sequence[int]) -> Iterator[tuple[list[np.ndarray], int]]:
    """Some rows at a time, as their columns, and the position of the first. The table is converted once."""
    if not at:
        return
    count = count_of(table)
    whole: Any = table
    if rows["kind"] == "text":
        whole = [np.fromiter(table, dtype=object, count=count)]
    elif rows["kind"] == "columns":
        whole = [np.asarray(table[rows["names"][each]]) for each in at]
    elif not hasattr(table, "toarray"):
        array = np.asarray(table)
        whole = [array[:, each] for each in at]
    step = max(1, _CELLS // len(at))
    for start in range(0, count, step):
        if isinstance(whole, list):
            yield [column[start : start + step] for column in whole], start
        else:
            dense = whole[start : start + step].toarray()
            yield [dense[:, each] for each in at], start


def _octets(chunk: list[np.ndarray], start: int, rows: dict[str, Any], at: Sequence[int]) -> Iterable[Any]:
    """The octets of each row."""
    if all(column.dtype.kind in "fiub" for column in chunk):
        return _numbers(np.stack([column.astype("<f8") for column in chunk], axis=1))
    names = [repr(rows["names"][each]) if rows["kind"] == "columns" else str(each) for each in at]
    return map(b"".join, zip(*(_cells(column, start, name) for column, name in zip(chunk, names))))


def _cells(column: np.ndarray, start: int, name: str) -> Iterator[bytes]:
    if column.dtype.kind in "fiub":
        return map(bytes, _numbers(column.astype("<f8")[:, None]))
    return (_cell(value, start + row, name) for row, value in enumerate(column.tolist()))


def _numbers(table: np.ndarray) -> np.ndarray:
    """For each row of numbers the octets of its cells."""
    missing = np.isnan(table)
    number = np.where(missing, 0.0, table)
    is_exact = (number == np.trunc(number)) | (np.abs(number) >= _WHOLE)
    with np.errstate(over="ignore"):
        single = number.astype("<f4").astype("<f8")
    cells = np.zeros((*table.shape, 9), dtype="|u1")
    cells[..., 0] = ~missing
    # -0 becomes 0.
    cells[..., 1:] = (np.where(is_exact, number, single) + 0.0)[..., None].view("|u1")
    return cells.reshape(len(table), -1)


def _cell(value: Any, row: int, column: str) -> bytes:
    if isinstance(value, str):
        text = _utf8(value)
        return _TEXT.pack(2, len(text)) + text
    if value is None or is_pandas_missing(value):
        return _MISSING
    if isinstance(value, (numbers.Real, np.bool_)):
        number = float(value)
        if number != number:
            return _MISSING
        if not number.is_integer() and abs(number) < _WHOLE:
            (number,) = _SINGLE.unpack(_SINGLE.pack(number))
        return _NUMBER.pack(1, number + 0.0)
    raise ValueError(f"fitted_on: row {row}, column {column} holds {value!r}: expected a text, a number or nothing")


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
