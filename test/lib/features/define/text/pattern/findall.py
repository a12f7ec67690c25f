#!/usr/bin/env python3
"""Prints patterns drawn from a seed, whether the Python package reads each, and what ``re.findall`` finds by it.

    PYTHONPATH=python python test/lib/features/define/text/pattern/findall.py SEED PATTERNS
"""

import json
import random
import re
import sys
import warnings

from spillway.sklearn._pattern import why_not

warnings.simplefilter("ignore")
random.seed(int(sys.argv[1]))

LETTERS = ["a", "b", "B", "é", "😀", "7", "-", "_", "\\.", "\\'", "\\x41", "\\u00e9", "\\U0001F600", "\\n", " ", "}", "]"]
CLASSES = ["\\w", "\\d", "\\s", "\\W", "\\D", "\\S", "."]
SETS = ["[ab]", "[^ab]", "[a-c7]", "[\\w-]", "[^\\W_]", "[\\d\\s.]", "[]a]", "[^]a]", "[a-]", "[😀-😂é]", "[\\b\\n ]", "[^\\s😀]"]
TIMES = ["*", "+", "?", "{2}", "{1,3}", "{2,}", "{,2}", "*?", "+?", "??", "{1,2}?", "*+", "{x"]
ODD = ["^", "$", "(?=a)", "(?i:a)", "(?P<n>a)", "\\1", "\\Z", "(?!b)", "(?i)", "(?>a)"]


def atom(depth):
    kind = random.random()
    if kind < 0.3:
        return random.choice(LETTERS)
    if kind < 0.5:
        return random.choice(CLASSES)
    if kind < 0.68:
        return random.choice(SETS)
    if kind < 0.78:
        return random.choice(["\\b", "\\B", "\\b"])
    if kind < 0.8:
        return random.choice(ODD)
    if depth == 0:
        return random.choice(CLASSES)
    return ("(" if random.random() < 0.25 else "(?:") + choice(depth - 1) + ")"


def sequence(depth):
    parts = []
    for _ in range(random.randint(1, 3)):
        parts.append(atom(depth) + (random.choice(TIMES) if random.random() < 0.35 else ""))
    return "".join(parts)


def choice(depth):
    return "|".join(sequence(depth) for _ in range(random.choice([1, 1, 1, 2, 3])))


found = []
while len(found) < int(sys.argv[2]):
    pattern = random.choice(["", "", "(?u)"]) + choice(2)
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError):
        continue
    pieces = ["a", "b", "B", "aa", "é", "😀", "😂", "7", "-", "_", ".", "'", "A", "\n", " ", "}", "]", "\t", "\u0301", "中", "\x1c"]
    texts = ["".join(random.choice(pieces) for _ in range(random.randrange(12))) for _ in range(6)]
    tokens = [compiled.findall(text) for text in texts] if compiled.groups < 2 else []
    found.append({"pattern": pattern, "why": why_not(pattern), "texts": texts, "tokens": tokens})
json.dump(found, sys.stdout)
