"""Where a pipeline is cut into features: the inputs of its last concatenations."""

from __future__ import annotations

from itertools import chain, count
from typing import Any, Iterable, Optional

from ._graph import Graph, Value
from ._walk import joined

#: Before the paths in a model that no pipeline ends: see ``steps_of``.
_ALONE = "model."


def cut_of(graph: Graph, branches: Value, name: str) -> list[dict[str, Any]]:
    """The inputs of the last concatenation before each model that reads rows, which are the features."""
    if any(read.is_unread for _, read in graph.reads):
        if branches.parts is not None and not graph.concatenated:
            graph.numbers(branches, name)
        return _named((each, part.node) for each, part in graph.concatenated if not part.is_unread)
    found: dict[int, str] = {}
    for within, read in graph.reads:
        # A model that no pipeline ends has its name from us.
        prefix = within[len(_ALONE) :] if within.startswith(_ALONE) else within
        for each, node in _inputs(graph, read.node):
            found.setdefault(node, joined(prefix, each))
    return _named((each, node) for node, each in found.items() if not _is_made_of(graph, node, set(found)))


def _is_made_of(graph: Graph, at: int, cut: set[int]) -> bool:
    """Whether a node can be computed from others of the cut alone: then it comes after it."""
    sources = graph.nodes[at]["from"]
    return bool(sources) and all(each in cut or _is_made_of(graph, each, cut) for each in sources)


def _inputs(graph: Graph, start: int) -> list[tuple[str, int]]:
    """The inputs of the last concatenation before a node; none where it is computed from models' answers."""
    at = start
    while graph.nodes[at]["op"] not in ("concat", "answers") and len(graph.nodes[at]["from"]) == 1:
        at = graph.nodes[at]["from"][0]
    node = graph.nodes[at]
    if node["op"] == "answers":
        return []
    if node["op"] == "concat":
        pairs = zip(node["names"], node["from"])
        return [pair for pair in pairs if not _is_answer(graph, pair[1])]
    own = graph.nodes[start]
    return [("columns" if own["op"] == "input" else own["path"].rpartition(".")[2], start)]


def _is_answer(graph: Graph, at: int) -> bool:
    """Whether a node is computed from models' answers."""
    node = graph.nodes[at]
    return node["op"] == "answers" or any(_is_answer(graph, each) for each in node["from"])


def _named(parts: Iterable[tuple[str, Optional[int]]]) -> list[dict[str, Any]]:
    """Each by a name of its own: two branches may come to the same."""
    cut: list[dict[str, Any]] = []
    for name, node in parts:
        taken = {each["name"] for each in cut}
        own = next(each for each in chain([name], (f"{name}#{n}" for n in count(2))) if each not in taken)
        cut.append({"name": own, "node": node})
    return cut
