"""``python -m spillway.sklearn check MODULE:NAME`` says what of a pipeline would go into a file, and what wouldn't.

Ends with 0 where all of it would, 1 where a part can't be read, 2 where there is no such pipeline or it isn't fitted.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from . import NotFitted, check

_USAGE = "usage: python -m spillway.sklearn check MODULE:NAME, for instance train:pipeline"
_PICKLES = (".joblib", ".pkl", ".pickle", ".skops")


def main(arguments: list[str]) -> int:
    if len(arguments) == 1 and arguments[0] in ("-h", "--help"):
        print(_USAGE)
        return 0
    if len(arguments) != 2 or arguments[0] != "check":
        return _refused(_USAGE)
    place = arguments[1]
    if place.endswith(_PICKLES):
        return _refused(
            f"{place}: spillway opens no such file, since loading it runs what it holds. If you trust it, this does:\n"
            f"  python -c \"import joblib, spillway.sklearn as s; print(s.check(joblib.load('{place}')))\""
        )
    module, colon, name = place.partition(":")
    if not (module and colon and name):
        return _refused(f"{place}: expected a module and a name in it\n{_USAGE}")
    try:
        report = check(_find(module, name))
    except (ImportError, AttributeError, TypeError, NotFitted) as error:
        return _refused(f"{place}: {error}")
    print(report)
    return 1 if report.refusals else 0


def _find(module: str, name: str) -> Any:
    found = import_module(module)
    for each in name.split("."):
        found = getattr(found, each)
    return found


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
