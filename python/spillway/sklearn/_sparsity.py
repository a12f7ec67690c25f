"""Whether steps give sparse matrices: it matters to models that take what isn't stored for missing."""

from __future__ import annotations

from typing import Any, Iterable, Optional

_SPARSE = ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer", "TfidfTransformer")
_DENSE = ("TruncatedSVD", "PCA", "OrdinalEncoder", "TargetEncoder", "MinMaxScaler", "PowerTransformer")


def give_sparse(parts: Iterable[Any], is_sparse: Optional[bool]) -> Optional[bool]:
    """Whether steps one after the other do. ``is_sparse`` says it of what the first one reads; None: isn't known."""
    for part in parts:
        is_sparse = _gives_sparse(part, is_sparse)
    return is_sparse


def _gives_sparse(part: Any, before: Optional[bool]) -> Optional[bool]:
    """Scalers, selectors and the like give what they get."""
    if hasattr(part, "steps"):
        return give_sparse((inner for _, inner in part.steps), before)
    if hasattr(part, "sparse_output_"):
        return bool(part.sparse_output_)
    if hasattr(part, "transformer_list"):
        each = [_gives_sparse(inner, before) for _, inner in part.transformer_list]
        return True if True in each else None if None in each else False
    name = type(part).__name__
    if name in ("OneHotEncoder", "LabelBinarizer", "SplineTransformer"):
        return bool(part.sparse_output)
    if name == "KBinsDiscretizer":
        return part.encode == "onehot"
    if name in _SPARSE:
        return True
    moves = getattr(part, "with_mean", False) or getattr(part, "with_centering", False)
    return False if name in _DENSE or moves else before
