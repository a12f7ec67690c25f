"""The file's layout: safetensors with a digest, as all artifacts of spillway have it."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from typing import Any

import numpy as np

_VERSION = 5
_TYPES = {"<f8": "F64", "<f4": "F32", "<i4": "I32", "<u4": "U32", "<u2": "U16", "|u1": "U8"}


def encode(content: dict[str, Any], tensors: dict[str, np.ndarray]) -> bytes:
    """The octets of a file. Tensors are one-dimensional; wide elements come first, so that each is aligned."""
    text = json.dumps(content, allow_nan=False, ensure_ascii=False)
    arrays = {name: np.ascontiguousarray(tensor.reshape(-1)) for name, tensor in tensors.items()}
    order = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    entries, data, at = {}, [], 0
    for name in order:
        array = arrays[name]
        octets = array.tobytes()
        entries[name] = {
            "dtype": _TYPES[array.dtype.str],
            "shape": [array.size],
            "data_offsets": [at, at + len(octets)],
        }
        data.append(octets)
        at += len(octets)
    opening = '{"__metadata__":{"format":"spillway","version":"%d","sha256":"' % _VERSION
    rest = '","json":%s}' % json.dumps(text, ensure_ascii=False)
    for name, entry in entries.items():
        rest += ",%s:%s" % (json.dumps(name, ensure_ascii=False), json.dumps(entry))
    header = (opening + "0" * 64 + rest + "}").encode()
    header += b" " * (-len(header) % 8)
    whole = len(header).to_bytes(8, "little") + header + b"".join(data)
    digest = hashlib.sha256(whole).hexdigest().encode()
    start = 8 + len(opening)
    return whole[:start] + digest + whole[start + 64 :]


def write(path: str | os.PathLike[str], content: bytes) -> None:
    """Writes a file so that a reader finds the old contents or the new, never a mixture."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, temporary = tempfile.mkstemp(prefix=".spillway-", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def strings(texts: list[str]) -> dict[str, np.ndarray]:
    """Texts as UTF-16 units one after the other, and the end of each."""
    units = [np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2") for text in texts]
    lengths = np.array([len(each) for each in units], dtype=np.int64)
    joined = np.concatenate(units) if units else np.empty(0, dtype="<u2")
    return {"units": joined, "ends": np.cumsum(lengths).astype("<u4")}
