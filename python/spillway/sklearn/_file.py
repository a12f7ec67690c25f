"""The file's layout: safetensors with a digest, as all artifacts of spillway have it."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from typing import Any

import numpy as np

_VERSION = 5
_TYPES = {"<f8": "F64", "<f4": "F32", "<i4": "I32", "<u4": "U32", "<u2": "U16", "|u1": "U8"}


def encode(content: dict[str, Any], tensors: dict[str, np.ndarray]) -> bytes:
    """The octets of a file. Tensors are one-dimensional; wide elements come first, so that each is aligned."""
    text = json.dumps(content, allow_nan=False)
    arrays = {name: np.ascontiguousarray(tensor.reshape(-1)) for name, tensor in tensors.items()}
    order = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    entries, at = {}, 0
    for name in order:
        array = arrays[name]
        entries[name] = {
            "dtype": _TYPES[array.dtype.str],
            "shape": [array.size],
            "data_offsets": [at, at + array.nbytes],
        }
        at += array.nbytes
    opening = '{"__metadata__":{"format":"spillway","version":"%d","sha256":"' % _VERSION
    rest = '","json":%s}' % json.dumps(text)
    for name, entry in entries.items():
        rest += ",%s:%s" % (json.dumps(name), json.dumps(entry))
    header = (opening + "0" * 64 + rest + "}").encode()
    header += b" " * (-len(header) % 8)
    length = len(header).to_bytes(8, "little")
    data = [array.data.cast("B") if array.size else b"" for array in (arrays[name] for name in order)]
    digest = hashlib.sha256(length + header)
    for each in data:
        digest.update(each)
    start = len(opening)
    sealed = header[:start] + digest.hexdigest().encode() + header[start + 64 :]
    return b"".join([length, sealed, *data])


def write(path: str | os.PathLike[str], content: bytes) -> None:
    """Writes a file so that a reader finds the old contents or the new, never a mixture."""
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"the folder {folder!r} of {os.fspath(path)!r} doesn't exist: create it first")
    temporary = os.path.join(folder, f".spillway-{uuid.uuid4()}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def strings(texts: list[str]) -> dict[str, np.ndarray]:
    """Texts as UTF-16 units one after the other, and the end of each."""
    joined = "".join(texts)
    units = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), dtype="<u2")
    # A letter beyond the basic plane takes two units.
    has_wide = len(units) > len(joined)
    lengths = [len(each.encode("utf-16-le", "surrogatepass")) // 2 if has_wide else len(each) for each in texts]
    return {"units": units, "ends": np.cumsum(lengths, dtype=np.int64).astype("<u4")}
