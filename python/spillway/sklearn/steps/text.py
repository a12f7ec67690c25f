"""Vectorizers of texts."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

from .. import _characters
from .._graph import Graph, Tensors, Value
from .._pattern import why_not
from .._registry import step, words_of

#: More columns than a file may have.
_MOST_COLUMNS = 2**27
_MOST_WORDS = 100


@step("sklearn", "TfidfVectorizer", "CountVectorizer")
def vectorizer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    columns = len(part.vocabulary_)
    weighs = type(part).__name__ == "TfidfVectorizer"
    if weighs and part.use_idf:
        weights = {"idf": np.asarray(part.idf_, dtype="<f8")}
    else:
        weights = {}
    texts = _texts(part, graph, value, path)
    terms = _terms(part, graph, path)
    if texts is None or terms is None:
        return graph.unread(columns)
    return _node(
        "terms",
        part,
        graph,
        texts,
        path,
        columns,
        weights,
        {"terms": terms},
        sublinear=bool(weighs and part.sublinear_tf),
        norm=(part.norm or "none") if weighs else "none",
    )


@step("sklearn", "HashingVectorizer")
def hashing_vectorizer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    columns = int(part.n_features)
    texts = _texts(part, graph, value, path)
    if columns > _MOST_COLUMNS:
        graph.refuse(path, f"n_features={columns}: at most {_MOST_COLUMNS} can be read")
        texts = None
    if texts is None:
        return graph.unread(columns)
    signed = bool(part.alternate_sign)
    return _node("hashTerms", part, graph, texts, path, columns, {}, {}, isSigned=signed, norm=part.norm or "none")


@step("sklearn", "TfidfTransformer")
def tfidf_transformer(part: Any, graph: Graph, value: Value, path: str) -> Value:
    tensors = {"idf": np.asarray(part.idf_, dtype="<f8")} if part.use_idf else {}
    sublinear, norm = bool(part.sublinear_tf), part.norm or "none"
    read = graph.numbers(value, path)
    return graph.node("tfidfTransform", [read], path, value.columns, tensors, sublinear=sublinear, norm=norm)


def _texts(part: Any, graph: Graph, value: Value, path: str) -> Optional[Value]:
    """The texts that it reads; None where an option of it can't be read."""
    refused = len(graph.refusals)
    if part.input != "content":
        graph.refuse(path, f"input={part.input!r}: rows are texts, so expected input='content'")
    if callable(part.analyzer):
        graph.refuse(path, f"analyzer={_called(part.analyzer)}")
    if part.preprocessor is not None and not callable(part.analyzer):
        graph.refuse(path, f"preprocessor={_called(part.preprocessor)}")
    if callable(part.strip_accents):
        graph.refuse(path, f"strip_accents={_called(part.strip_accents)}")
    if part.analyzer == "word":
        if part.tokenizer is not None:
            graph.refuse(path, f"tokenizer={_called(part.tokenizer)}")
        else:
            why = why_not(part.token_pattern)
            if why is not None:
                graph.refuse(path, f"token_pattern={part.token_pattern!r}: {why}")
    if part.ngram_range[1] > _MOST_WORDS:
        graph.refuse(path, f"ngram_range={part.ngram_range}: at most {_MOST_WORDS} can be read")
    if np.dtype(part.dtype).str not in ("<f8", "<f4", "<i8", "<i4"):
        graph.refuse(path, f"dtype={np.dtype(part.dtype).name}: expected float64, float32, int64 or int32")
    texts = graph.text(value, path)
    return None if len(graph.refusals) > refused else texts


def _terms(part: Any, graph: Graph, path: str) -> Optional[list[str]]:
    """The terms in the order of their columns."""
    vocabulary = part.vocabulary_
    if sorted(int(at) for at in vocabulary.values()) != list(range(len(vocabulary))):
        graph.refuse(path, "vocabulary_ whose indices aren't 0, 1, 2 …, each once")
        return None
    terms = sorted(vocabulary, key=vocabulary.__getitem__)
    if not all(isinstance(term, str) for term in terms):
        graph.refuse(path, "vocabulary_ with terms that are no texts")
        return None
    return terms


def _node(
    op: str,
    part: Any,
    graph: Graph,
    texts: Value,
    path: str,
    columns: int,
    tensors: dict[str, Any],
    strings: dict[str, Any],
    **parameters: Any,
) -> Value:
    """A node that reads terms, with what says how."""
    strings = dict(strings)
    options: dict[str, Any] = {"analyzer": part.analyzer, "ngrams": [int(size) for size in part.ngram_range]}
    if part.strip_accents:
        options["stripAccents"] = part.strip_accents
    _put_characters(graph, part.strip_accents)
    if part.analyzer == "word":
        options["tokenPattern"] = part.token_pattern
        stop_words = part.get_stop_words()
        if stop_words:
            strings["stopWords"] = sorted(word for word in stop_words if isinstance(word, str))
    return graph.node(
        op,
        [texts],
        path,
        columns,
        tensors,
        strings,
        binary=bool(part.binary),
        lowercase=bool(part.lowercase),
        isSingle=np.dtype(part.dtype).str == "<f4",
        **options,
        **parameters,
    )


def _put_characters(graph: Graph, accents: Optional[str]) -> None:
    """Puts tables of characters into the file, once for all that read texts."""
    shared = Tensors(graph.tensors, "characters/")
    if "characters/word" not in graph.tensors:
        for name, runs in _characters.ranges().items():
            shared.put(name, runs, "<u4")
        _put_substitutes(shared, "lower", *_characters.lower())
    if accents and f"characters/{accents}.from" not in graph.tensors:
        _put_substitutes(shared, accents, *_characters.accents(accents))


def _put_substitutes(tensors: Tensors, name: str, characters: np.ndarray, texts: list[str]) -> None:
    tensors.put(f"{name}.from", characters, "<u4")
    tensors.put_texts(name, texts)


def _called(function: Any) -> str:
    return f"<{getattr(function, '__name__', words_of(function))}>"
