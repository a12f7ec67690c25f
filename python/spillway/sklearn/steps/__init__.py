"""Transformers: each module registers those that it reads."""

from . import compose, scale, text

__all__ = ["compose", "scale", "text"]
