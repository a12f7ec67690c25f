"""What this Python says of characters, as tables: a file's terms are then exactly its own, whatever reads them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Iterable

import numpy as np

_ALL = 0x110000
_HANGUL = range(0xAC00, 0xD7A4)


@lru_cache(maxsize=None)
def ranges() -> dict[str, np.ndarray]:
    """First and last code points of runs of characters: the classes of ``re``, and what ``str.lower`` asks."""
    every = _every()
    found = {
        name: _runs(match.span() for match in re.finditer(pattern, every))
        for name, pattern in (("word", r"\w+"), ("digit", r"\d+"), ("space", r"\s+"))
    }
    # A capital sigma is written differently where a letter stands before it, whatever has no case in between.
    alone, behind = _ends_word(""), _ends_word("a")
    found["cased"] = _runs_of(alone)
    found["ignorable"] = _runs_of(behind & ~alone)
    return found


@lru_cache(maxsize=None)
def lower() -> tuple[np.ndarray, list[str]]:
    """The characters that ``str.lower`` changes, and what they become."""
    pairs = ((each, each.lower()) for each in _every())
    return _listed((each, text) for each, text in pairs if text != each)


@lru_cache(maxsize=None)
def accents(way: str) -> tuple[np.ndarray, list[str]]:
    """What stripping accents makes of characters. Hangul follows a rule, and other characters than ASCII are dropped."""
    changed = [each for each in _every()[0x80:] if unicodedata.decomposition(each) or unicodedata.combining(each)]
    forms = ((each, unicodedata.normalize("NFKD", each)) for each in changed if ord(each) not in _HANGUL)
    if way == "ascii":
        kept = ((each, form.encode("ascii", "ignore").decode()) for each, form in forms)
        return _listed((each, text) for each, text in kept if text)
    return _listed((each, "".join(mark for mark in form if not unicodedata.combining(mark))) for each, form in forms)


def _every() -> str:
    return "".join(map(chr, range(_ALL)))


def _ends_word(before: str) -> np.ndarray:
    """For each character, after some others, whether a capital sigma behind it is written as at the end of a word."""
    # U+0130 alone becomes two characters: a letter without marks stands for it.
    between = "Σ " + before
    lowered = (before + between.join(_every().replace("\u0130", "x")) + between).lower()
    return np.array([each == "ς" for each in lowered[len(before) + 1 :: len(between) + 1]])


def _listed(pairs: Iterable[tuple[str, str]]) -> tuple[np.ndarray, list[str]]:
    found = list(pairs)
    return np.array([ord(each) for each, _ in found], dtype="<u4"), [text for _, text in found]


def _runs(spans: Iterable[tuple[int, int]]) -> np.ndarray:
    return np.array([end for start, stop in spans for end in (start, stop - 1)], dtype="<u4")


def _runs_of(has: np.ndarray) -> np.ndarray:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], has, [False]]).astype(np.int8)))
    return _runs(zip(edges[::2].tolist(), edges[1::2].tolist()))
