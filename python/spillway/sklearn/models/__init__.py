"""Models: each module registers those that it reads."""

from . import linear

__all__ = ["linear"]
