"""Transformers: each module registers those that it reads."""

from . import choose, compose, encode, expand, function, impute, scale, shape, text

__all__ = ["choose", "compose", "encode", "expand", "function", "impute", "scale", "shape", "text"]
