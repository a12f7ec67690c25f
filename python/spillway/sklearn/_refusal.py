from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A part of a pipeline that can't be read, by its path: ``prep.text.tfidf: preprocessor=<function>``."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class NotReadable(ValueError):
    """A pipeline with parts that can't be read. Nothing was written.

    ``refusals`` has all of them.
    """

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        lines = "".join(f"\n  {refusal}" for refusal in refusals)
        super().__init__(
            f"this pipeline can't be read as it is:{lines}\n"
            "Change these steps, or leave their branches out by partial=True, which gives the other branches as features."
        )


class NotFitted(ValueError):
    """A pipeline, or a step of it, that isn't fitted: there is nothing to read yet."""

    def __init__(self, part: str) -> None:
        super().__init__(f"{part} isn't fitted: call fit(X, y) first, then export it")
