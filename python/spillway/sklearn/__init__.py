"""Fitted scikit-learn pipelines, written as files that ``sklearnPipeline`` of ``spillway/exchange`` reads."""

from ._export import Report, check, export
from ._refusal import NotFitted, NotReadable, Refusal

__all__ = ["NotFitted", "NotReadable", "Refusal", "Report", "check", "export"]
