"""Models: each module registers those that it reads."""

from . import bayes, boosters, calibrated, dummy, histograms, linear, perceptron, target, together, trees, wrappers

__all__ = ["bayes", "boosters", "calibrated", "dummy", "histograms", "linear", "perceptron", "target", "together", "trees", "wrappers"]
