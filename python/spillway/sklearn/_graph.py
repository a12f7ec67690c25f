"""The graph of a pipeline: steps from rows to features, and on to the model."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Iterable, Optional, Sequence

import numpy as np

from ._file import strings
from ._refusal import Refusal


@dataclass(frozen=True)
class Value:
    """What a step gives to the next.

    ``node`` is its node; None for columns of the rows that nothing has read yet (``table``), and for inputs of a
    concatenation that nothing has put side by side yet (``parts``).
    """

    columns: int
    node: Optional[int] = None
    #: Columns of the rows, by position.
    table: Optional[tuple[int, ...]] = None
    #: Whether they are one column as a list of values (a text), not a table.
    is_list: bool = False
    #: Named inputs of a concatenation.
    parts: Optional[tuple[tuple[str, "Value"], ...]] = None
    #: Names of its columns, where the pipeline knows them: ColumnTransformer selects by them.
    names: Optional[tuple[str, ...]] = None
    #: Whether it stands for a part that was refused.
    is_unread: bool = False


class Tensors:
    """Tensors of one node or model, under a prefix."""

    def __init__(self, all_tensors: dict[str, np.ndarray], prefix: str) -> None:
        self._all = all_tensors
        self._prefix = prefix

    def put(self, name: str, array: Any, dtype: str = "<f8") -> None:
        self._all[self._prefix + name] = np.asarray(array, dtype=dtype)

    def put_texts(self, name: str, texts: Iterable[str]) -> None:
        for part, array in strings(list(texts)).items():
            self._all[f"{self._prefix}{name}.{part}"] = array

    def inner(self, name: str, at: Optional[int] = None) -> "Tensors":
        """Those of a model inside, whose parameter is ``name``, at a position where that is a list."""
        return Tensors(self._all, f"{self._prefix}{name if at is None else f'{name}/{at}'}/")


@dataclass
class Graph:
    """Nodes as they are added, their tensors, and all that was refused."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    #: The named inputs of the last concatenation, those that can't be read included.
    concatenated: list[tuple[str, Value]] = field(default_factory=list)
    #: Columns of the rows that any step was given, those that can't be read included.
    given: set[int] = field(default_factory=set)
    #: What the model at hand reads.
    before: Value = Value(0)
    #: The path of the pipeline that the model at hand ends.
    within: str = ""
    #: What each model reads, with the path of its pipeline.
    reads: list[tuple[str, Value]] = field(default_factory=list)
    #: Whether the model is given a sparse matrix; None where the pipeline doesn't tell.
    is_sparse: Optional[bool] = False
    _inputs: dict[tuple[tuple[int, ...], str], Value] = field(default_factory=dict)
    _joined: dict[tuple[Optional[int], ...], Value] = field(default_factory=dict)

    def node(
        self,
        op: str,
        inputs: Sequence[Value],
        path: str,
        columns: int,
        tensors: Optional[dict[str, Any]] = None,
        texts: Optional[dict[str, Iterable[str]]] = None,
        **parameters: Any,
    ) -> Value:
        """Adds a node. ``tensors`` are doubles, but for whole numbers of a type that the file has."""
        if any(value.is_unread for value in inputs):
            return self.unread(columns)
        at = len(self.nodes)
        own = Tensors(self.tensors, f"{at}/")
        for name, array in (tensors or {}).items():
            array = np.asarray(array)
            own.put(name, array, array.dtype.str if array.dtype.str in ("<i4", "<u4", "<u2", "|u1") else "<f8")
        for name, each in (texts or {}).items():
            own.put_texts(name, each)
        sources = [value.node for value in inputs]
        self.nodes.append({"op": op, "from": sources, "path": path, "columns": columns, **parameters})
        return Value(columns, node=at)

    def give(self, value: Value) -> None:
        """Notes that a step gets these columns of the rows."""
        self.given.update(value.table or ())
        for _, part in value.parts or ():
            self.give(part)

    def refuse(self, path: str, why: str) -> None:
        self.refusals.append(Refusal(path, why))

    def unread(self, columns: int = 1) -> Value:
        """Stands for what was refused, so that the rest is looked at too."""
        return Value(columns, is_unread=True)

    def keep(self, wanted: Iterable[int]) -> list[int]:
        """Drops all nodes that none of those wanted needs, with the model's tensors. Returns the places of the wanted."""
        wanted, kept = list(wanted), set()
        waiting = list(wanted)
        while waiting:
            at = waiting.pop()
            if at not in kept:
                kept.add(at)
                waiting.extend(self.nodes[at]["from"])
        place = {old: new for new, old in enumerate(sorted(kept))}
        self.nodes = [{**self.nodes[old], "from": [place[at] for at in self.nodes[old]["from"]]} for old in place]
        named = [(name.partition("/"), array) for name, array in self.tensors.items()]
        self.tensors = {
            f"{place[int(at)]}/{name}": array
            for (at, _, name), array in named
            if at.isdigit() and int(at) in place
        }
        # Tables that no node has to itself: see ``steps/text.py``.
        self.tensors.update((f"{at}/{name}", array) for (at, _, name), array in named if at == "characters")
        return [place[at] for at in wanted]

    def columns_read(self) -> set[int]:
        """The columns of the rows that any node reads."""
        inputs = (at for at, node in enumerate(self.nodes) if node["op"] == "input")
        return {int(column) for at in inputs for column in self.tensors[f"{at}/chosen"]}

    def numbers(self, value: Value, path: str) -> Value:
        """The value as numbers: columns of rows are read as such, and inputs of a concatenation put side by side."""
        return self._read(value, "numbers", path)

    def values(self, value: Value, path: str) -> Value:
        """The value as it is: categories, texts, numbers."""
        return self._read(value, "values", path)

    def text(self, value: Value, path: str) -> Value:
        """One column of texts."""
        if value.is_unread:
            return value
        if value.table is None or not value.is_list:
            self.refuse(path, "reads texts, and gets a table: name its column as a text, 'body' and not ['body']")
            return self.unread()
        return self._read(value, "text", path)

    def _read(self, value: Value, kind: str, path: str) -> Value:
        if value.is_unread:
            return value
        if value.parts is not None:
            parts = [self._read(part, kind, f"{path}.{name}") for name, part in value.parts]
            names = [name for name, _ in value.parts]
            self.concatenated = list(zip(names, parts))
            key = tuple(part.node for part in parts)
            if key not in self._joined or None in key:
                self._joined[key] = self.node("concat", parts, path, value.columns, names=names)
            return replace(self._joined[key], names=value.names)
        if value.table is None:
            return value
        self.give(value)
        key = (value.table, kind)
        if key not in self._inputs:
            chosen = np.array(value.table, dtype="<i4")
            self._inputs[key] = self.node("input", [], path, len(chosen), {"chosen": chosen}, **{"as": kind})
        return replace(self._inputs[key], names=value.names)
