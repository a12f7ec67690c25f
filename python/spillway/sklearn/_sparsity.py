"""Whether steps give sparse matrices: it matters to models that take what isn't stored for missing."""

from __future__ import annotations

from typing import Any, Iterable

_SPARSE = ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer", "TfidfTransformer")
_DENSE = ("TruncatedSVD", "PCA", "OrdinalEncoder", "TargetEncoder", "MinMaxScaler", "PowerTransformer")


def give_sparse(parts: Iterable[Any], is_sparse: bool = False) -> bool:
    """Whether steps one after the other do. ``is_sparse`` says it of what the first one reads."""
    for part in parts:
        is_sparse = _gives_sparse(part, is_sparse)
    return is_sparse


def _gives_sparse(part: Any, before: bool) -> bool:
    """Scalers, selectors and the like give what they get."""
    if hasattr(part, "steps"):
        return give_sparse((inner for _, inner in part.steps), before)
    if hasattr(part, "sparse_output_"):
        return bool(part.sparse_output_)
    if hasattr(part, "transformer_list"):
        return any(_gives_sparse(inner, before) for _, inner in part.transformer_list)
    name = type(part).__name__
    if name in ("OneHotEncoder", "LabelBinarizer", "SplineTransformer"):
        return bool(part.sparse_output)
    if name == "KBinsDiscretizer":
        return part.encode == "onehot"
    return name in _SPARSE or (before and name not in _DENSE)
