"""Fitted scikit-learn pipelines, written as files that ``sklearnPipeline`` of ``spillway/exchange`` reads."""

from ._export import Report, check, export
from ._refusal import NotReadable, Refusal

__all__ = ["NotReadable", "Refusal", "Report", "check", "export"]
