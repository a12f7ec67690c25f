"""What the checks on Ray and on Spark share: rows with their answers by Node, and commands with faults."""

import json
import os
import signal
import sys
from pathlib import Path

import pyarrow as pa
from spillway import errors

BLOCKS = 8
FOLDER = Path(sys.argv[1])
MODEL = str(FOLDER / "model")
OTHER = str(FOLDER / "other")
COMMAND = json.loads((FOLDER / "command.json").read_text())
EXPECTED = json.loads((FOLDER / "expected.json").read_text())

# Asked to end, it ends what it started.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def rows() -> pa.Table:
    """In the order of EXPECTED: id, x, y."""
    return pa.table(json.loads((FOLDER / "rows.json").read_text()))


def poisoned() -> pa.Table:
    """Row 3 lacks what the model reads."""
    part = rows().slice(0, 6)
    x = part.column("x").to_pylist()
    return part.set_column(1, "x", pa.array([None if i == 3 else each for i, each in enumerate(x)], pa.float64()))


def command(dies: bool = False) -> list:
    """Filters that note their process, one of which is killed midway."""
    faults = [f"FILTER_DIES={FOLDER / 'died'}"] if dies else []
    return ["env", f"FILTER_LOG={FOLDER / 'log'}", *faults, *COMMAND]


def started() -> int:
    """Filters since this was asked last."""
    log = FOLDER / "log"
    count = len(log.read_text().splitlines()) if log.exists() else 0
    log.unlink(missing_ok=True)
    return count


def killed() -> bool:
    return (FOLDER / "died").exists()


def swap_models() -> None:
    """The model's files are another model's from now on, or again the first's."""
    os.rename(MODEL, MODEL + ".away")
    os.rename(OTHER, MODEL)
    os.rename(MODEL + ".away", OTHER)


def check(table: dict) -> None:
    """All rows once, in order, answered as Node answers them."""
    for name, expected in EXPECTED.items():
        assert table[name] == expected, f"{name}: {table[name][:20]} instead of {expected[:20]}"


def raised(run) -> str:
    try:
        run()
    except Exception as error:
        typed = errors.of(error) or error
        return f"{type(typed).__name__}: {error}"
    raise AssertionError("expected an error")
