"""Which patterns of tokens can be read as they are: those that match the same elsewhere."""

from __future__ import annotations

import re
from typing import Any, Optional

from ._ambiguity import names, parser, why_slow

#: As the reader has them.
_LONGEST = 500
_MOST_TIMES = 1000


def why_not(pattern: Any) -> Optional[str]:
    """Why a ``token_pattern`` can't be read; None where it can."""
    if not isinstance(pattern, str):
        return "it isn't a text"
    if len(pattern.encode("utf-16-le", "surrogatepass")) > 2 * _LONGEST:
        return f"it has more than {_LONGEST} characters"
    compiled = re.compile(pattern)
    if compiled.flags != re.UNICODE:
        return "it has flags"
    if compiled.groups > 1:
        return "it has more than one group"
    if compiled.groupindex:
        return "its group has a name"
    parsed = parser.parse(pattern)
    if parsed.getwidth()[0] == 0:
        return "it can match nothing"
    return _why_not(parsed) or why_slow(pattern)


def _why_not(parts: Any) -> Optional[str]:
    for kind, given in parts:
        why = None
        if kind in (names.LITERAL, names.NOT_LITERAL, names.ANY, names.IN):
            continue
        if kind is names.AT:
            if given not in (names.AT_BOUNDARY, names.AT_NON_BOUNDARY):
                why = "it has an anchor"
        elif kind in (names.MAX_REPEAT, names.MIN_REPEAT):
            least, most, repeated = given
            if repeated.getwidth()[0] == 0:
                why = "it repeats what can match nothing"
            elif least > _MOST_TIMES or (most != names.MAXREPEAT and not 0 < most <= _MOST_TIMES):
                why = f"it repeats more than {_MOST_TIMES} times"
            elif _has_group(repeated):
                why = "it repeats a group that captures"
            else:
                why = _why_not(repeated)
        elif kind is names.SUBPATTERN:
            group, added, removed, inner = given
            why = "it has flags" if added or removed else _why_not(inner)
        elif kind is names.BRANCH:
            why = next((why for why in map(_why_not, given[1]) if why is not None), None)
        else:
            why = f"{str(kind).lower().replace('_', ' ')} in it"
        if why is not None:
            return why
    return None


def _has_group(parts: Any) -> bool:
    for kind, given in parts:
        if kind is names.SUBPATTERN and (given[0] is not None or _has_group(given[3])):
            return True
        if kind in (names.MAX_REPEAT, names.MIN_REPEAT) and _has_group(given[2]):
            return True
        if kind is names.BRANCH and any(map(_has_group, given[1])):
            return True
    return False
