"""Which patterns of tokens could take years: the reader's own rule, see ``ambiguity.ts`` beside its patterns."""

from __future__ import annotations

import re
from typing import Any, Iterable, Optional

import numpy as np

from ._characters import ranges

try:
    from re import _constants as names
    from re import _parser as parser
except ImportError:  # before Python 3.11
    import sre_constants as names  # type: ignore[no-redef]
    import sre_parse as parser  # type: ignore[no-redef]

#: As the reader has them.
_MOST_CHOICES = 2
_MOST_LETTERS = 127
#: A backslash with a character, a set, or the bar between alternatives.
_BARS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\|", re.DOTALL)
_CLASSES = {"WORD": "word", "DIGIT": "digit", "SPACE": "space"}


def why_slow(pattern: str) -> Optional[str]:
    """Why a pattern that can be read otherwise isn't; None where it is."""
    # Something empty in front of each alternative: else the parser takes out what several begin with.
    walk = _Walk()
    first, _, _ = walk.sequence(parser.parse(_BARS.sub(lambda each: "|(?=)" if each[0] == "|" else each[0], pattern)), 0)
    letters = _letters(walk.sets)
    if letters is None:
        return "it tells too many kinds of characters apart"

    def is_ambiguous(places: list[int]) -> bool:
        return bool(places) and bool((letters[places].sum(axis=0) > 1).any())

    for place, following in enumerate(walk.follow):
        if is_ambiguous([each for each in following if walk.repeats[each] and walk.repeats[each] == walk.repeats[place]]):
            return "within a repeat a text could go on in two ways, which can take too long"
    choices = sum(map(is_ambiguous, [first, *walk.follow]))
    if choices > _MOST_CHOICES:
        return f"at {choices} places a text could go on in two ways, which can take too long"
    return None


#: The characters of a pattern that a part begins with and ends with, by number, and whether it can match nothing.
_Ends = tuple[list[int], list[int], bool]


class _Walk:
    def __init__(self) -> None:
        #: By character of the pattern: its set, the outermost repeat that it is in (0 for none), and which may follow,
        #: once for each way to them.
        self.sets: list[tuple[Any, Any]] = []
        self.repeats: list[int] = []
        self.follow: list[list[int]] = []

    def sequence(self, parts: Iterable[tuple[Any, Any]], repeat: int) -> _Ends:
        first: list[int] = []
        last: list[int] = []
        is_empty = True
        for kind, given in parts:
            starts, ends, may_be_empty = self.part(kind, given, repeat)
            self.link(last, starts)
            first = first + starts if is_empty else first
            last = last + ends if may_be_empty else ends
            is_empty = is_empty and may_be_empty
        return first, last, is_empty

    def part(self, kind: Any, given: Any, repeat: int) -> _Ends:
        if kind in (names.AT, names.ASSERT):
            return [], [], True
        if kind is names.SUBPATTERN:
            return self.sequence(given[3], repeat)
        if kind is names.BRANCH:
            every = [self.sequence(each, repeat) for each in given[1]]
            return sum((each[0] for each in every), []), sum((each[1] for each in every), []), any(each[2] for each in every)
        if kind in (names.MAX_REPEAT, names.MIN_REPEAT):
            least, most, inner = given
            is_loop = most > 1
            first, last, _ = self.sequence(inner, len(self.sets) + 1 if is_loop and not repeat else repeat)
            if is_loop:
                self.link(last, first)
            return first, last, least == 0
        self.sets.append((kind, given))
        self.repeats.append(repeat)
        self.follow.append([])
        at = len(self.sets) - 1
        return [at], [at], False

    def link(self, before: list[int], after: list[int]) -> None:
        for place in before:
            self.follow[place].extend(after)


def _letters(sets: list[tuple[Any, Any]]) -> Optional[np.ndarray]:
    """Sets x letters, whether a set has it: characters that the same sets have are one letter. None for too many."""
    word = (names.IN, [(names.CATEGORY, names.CATEGORY_WORD)])
    every = [*sets, word]
    runs = np.unique(np.concatenate([[0], *(_edges(*each) for each in every)]))
    runs = runs[runs < 0x110000]
    letters = np.unique(np.stack([_has(*each, runs) for each in every]), axis=1)
    return None if letters.shape[1] > _MOST_LETTERS else letters[:-1]


def _edges(kind: Any, given: Any) -> np.ndarray:
    """Where runs of characters of a set, or of its opposite, begin."""
    if kind is names.IN:
        return np.concatenate([_edges(*each) for each in given])
    if kind is names.CATEGORY:
        return (_class(given)[0].reshape(-1, 2).astype(np.int64) + [0, 1]).reshape(-1)
    if kind is names.NEGATE:
        return np.empty(0, dtype=np.int64)
    low, high = given if kind is names.RANGE else (10, 10) if kind is names.ANY else (given, given)
    return np.array([low, high + 1])


def _has(kind: Any, given: Any, characters: np.ndarray) -> np.ndarray:
    if kind is names.IN:
        is_negated = given[0][0] is names.NEGATE
        return np.any([_has(*each, characters) for each in given[is_negated:]], axis=0) != is_negated
    if kind is names.CATEGORY:
        ends, is_negated = _class(given)
        starts = ends.reshape(-1, 2)[:, 0]
        at = np.searchsorted(starts, characters, side="right")
        return ((at > 0) & (characters <= ends.reshape(-1, 2)[at - 1, 1])) != is_negated
    if kind is names.RANGE:
        return (given[0] <= characters) & (characters <= given[1])
    if kind is names.ANY:
        return characters != 10
    return (characters == given) != (kind is names.NOT_LITERAL)


def _class(category: Any) -> tuple[np.ndarray, bool]:
    """First and last characters of the runs of a class, and whether all others are meant."""
    name = str(category).rpartition("_")[2]
    return ranges()[_CLASSES[name]], "_NOT_" in str(category)
