"""Models: each module registers those that it reads."""

from . import bayes, calibrated, dummy, linear, perceptron, target, together, wrappers

__all__ = ["bayes", "calibrated", "dummy", "linear", "perceptron", "target", "together", "wrappers"]
