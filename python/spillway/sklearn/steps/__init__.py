"""Transformers: each module registers those that it reads."""

from . import compose, scale

__all__ = ["compose", "scale"]
