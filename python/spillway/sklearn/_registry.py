"""What reads which class: handlers of transformers and models register themselves here."""

from __future__ import annotations

from typing import Any, Callable, TypeVar

from ._graph import Graph, Tensors, Value

StepHandler = Callable[[Any, Graph, Value, str], Value]
ModelHandler = Callable[[Any, Graph, str, Tensors], dict[str, Any]]
Handler = TypeVar("Handler", bound=Callable[..., Any])
STEPS: dict[tuple[str, str], StepHandler] = {}
MODELS: dict[tuple[str, str], ModelHandler] = {}
#: Models' ``decision_function``, for models that read it in place of probabilities.
DECISION_VALUES: dict[tuple[str, str], ModelHandler] = {}
#: Models' ``predict``, for those whose label isn't the likeliest class.
LABELS: dict[tuple[str, str], ModelHandler] = {}


def step(package: str, *names: str) -> Callable[[StepHandler], StepHandler]:
    """Registers what reads transformers of these classes."""
    return _registers(STEPS, package, names)


def model(package: str, *names: str) -> Callable[[ModelHandler], ModelHandler]:
    """Registers what reads models of these classes.

    The handler may put into ``graph.before`` what its model reads in place of the values that are there.
    """
    return _registers(MODELS, package, names)


def decision_values(package: str, *names: str) -> Callable[[ModelHandler], ModelHandler]:
    """Registers what reads the decision values of models of these classes: one number for two classes."""
    return _registers(DECISION_VALUES, package, names)


def labels(package: str, *names: str) -> Callable[[ModelHandler], ModelHandler]:
    """Registers what reads the labels of models of these classes, where they aren't the likeliest class."""
    return _registers(LABELS, package, names)


def _registers(
    registry: dict[tuple[str, str], Handler], package: str, names: tuple[str, ...]
) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        for name in names:
            registry[package, name] = handler
        return handler

    return register


def class_of(part: Any) -> tuple[str, str]:
    """Its package and class. A subclass is a class of its own, since it may do anything."""
    kind = type(part)
    return kind.__module__.partition(".")[0], kind.__qualname__


def words_of(part: Any) -> str:
    package, name = class_of(part)
    return name if package in ("sklearn", "lightgbm", "xgboost", "builtins") else f"{package}.{name}"
