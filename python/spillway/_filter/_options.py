"""What a filter is asked for, checked once on the driver, then sent to the workers."""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

import pyarrow as pa

Command = Union[str, Sequence[str], None]

WIRE = "spillway."  # begins the names of answers between filter and worker, where no column has such a name


@dataclass(frozen=True)
class Options:
    """Arguments of ``spillway score``, for any machine."""

    model: str
    features: Optional[str] = None
    key: Optional[str] = None
    scores: bool = False
    errors: str = "exit"
    on_fault: str = "throw"
    prefix: str = ""
    threads: Optional[int] = None
    batch_size: int = 4096
    timeout: Optional[float] = None
    command: Command = None
    expect: Optional[str] = None
    folder: str = ""  # where the driver ran

    def __post_init__(self) -> None:
        if self.command is not None and not isinstance(self.command, str):
            object.__setattr__(self, "command", tuple(self.command))
        for name, either, other in (("errors", "exit", "column"), ("on_fault", "throw", "degrade")):
            if getattr(self, name) not in (either, other):
                raise ValueError(f"{name}: expected {either!r} or {other!r}, got {getattr(self, name)!r}")
        for name, value in (("batch_size", self.batch_size), ("threads", self.threads or 1)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name}: expected a whole number from 1 on, got {value!r}")
        if self.timeout is not None and not self.timeout > 0:
            raise ValueError(f"timeout: expected seconds above 0, got {self.timeout!r}")

    @classmethod
    def given(cls, arguments: Mapping[str, Any]) -> Options:
        """Those of a call's arguments that a filter knows, for a driver that runs here."""
        known = {field.name: arguments[field.name] for field in fields(cls) if field.name in arguments}
        return cls(**known, folder=os.getcwd())

    @property
    def answers(self) -> Tuple[str, ...]:
        """Names of the answers, without the prefix."""
        names = ["label", "stage", "verdict"]
        return (*names, *["scores"] * self.scores, *["error"] * (self.errors == "column"))

    def kept(self, names: Sequence[str]) -> List[str]:
        """Columns of the input that stand beside the answers.

        Raises:
            ValueError: the key isn't there, or a name is taken
        """
        if self.key is not None and self.key not in names:
            raise ValueError(f"key: expected one of the columns {', '.join(map(repr, names))}, got {self.key!r}")
        kept = list(names) if self.key is None else [self.key]
        for name in (self.prefix + answer for answer in self.answers):
            if name in kept:
                raise ValueError(
                    f"{name!r} is a column already, and is to hold answers: give prefix='p_', say, "
                    "or key= a column that identifies a row"
                )
        return kept

    def arguments(self, schema: pa.Schema) -> List[str]:
        """To answer tables of a schema. Only one column goes back: the worker has them all."""
        return [
            *self._head(),
            *("--format", "arrow", "--prefix", WIRE, "--key", _narrowest(schema)),
            *("--errors", self.errors, "--on-fault", self.on_fault),
            *(["--scores"] if self.scores else []),
            *(["--threads", str(self.threads)] if self.threads else []),
            *(["--expect", self.expect] if self.expect is not None else []),
        ]

    def identity_arguments(self) -> List[str]:
        return [*self._head(), "--identity"]

    def _head(self) -> List[str]:
        model = self._found(self.model)
        features = [] if self.features is None else ["--features", self._found(self.features)]
        return [*self._program(model), "score", model, *features]

    def _found(self, path: str) -> str:
        """Here where it is here (a worker's own copy), else where the driver had it."""
        return os.path.abspath(path) if os.path.exists(path) else os.path.join(self.folder, path)

    def _program(self, model: str) -> List[str]:
        """What ``npx --no-install`` would run, without npm between the worker and the filter."""
        command = self.command or os.environ.get("SPILLWAY_COMMAND")
        if command is not None:
            return shlex.split(command) if isinstance(command, str) else list(command)
        for folder in (*Path(model).parents, *Path(os.path.abspath("_")).parents):
            program = folder / "node_modules" / ".bin" / "spillway"
            if program.exists():
                return [str(program)]
        return [shutil.which("spillway") or "spillway"]


def _narrowest(schema: pa.Schema) -> str:
    """A column that is cheap to send back."""
    fixed = [field.name for field in schema if pa.types.is_primitive(field.type)]
    return (fixed or schema.names)[0]
