"""A pipeline as skl2onnx's file in ONNX Runtime, where it opens."""

from __future__ import annotations

from typing import Any

import numpy as np


class OnnxPeer:
    def __init__(self, pipeline: Any, rows: Any) -> None:
        #: Why there is none, in words; empty where there is.
        self.why = ""
        self.is_table = hasattr(rows, "columns")
        self.is_text = isinstance(rows, list)
        try:
            self.session = self._session(pipeline, rows)
            self.run(self.inputs(rows[:10]))
        except Exception as error:  # noqa: BLE001  whatever a converter or a runtime raises is why
            self.why = f"{type(error).__name__}: {str(error).strip().splitlines()[0][:160] if str(error).strip() else ''}"

    def _session(self, pipeline: Any, rows: Any) -> Any:
        import onnxruntime
        from skl2onnx import convert_sklearn
        from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType

        if self.is_text:
            types = [("X", StringTensorType([None, 1]))]
        elif self.is_table:
            types = [
                (name, StringTensorType([None, 1]) if dtype == object else FloatTensorType([None, 1]))
                for name, dtype in rows.dtypes.items()
            ]
        else:
            types = [("X", FloatTensorType([None, rows.shape[1]]))]
        last = pipeline.steps[-1][1]
        try:
            model = convert_sklearn(pipeline, initial_types=types, options={id(last): {"zipmap": False}})
        except NameError:
            # Models without probabilities have no such option.
            model = convert_sklearn(pipeline, initial_types=types)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.log_severity_level = 4
        return onnxruntime.InferenceSession(model.SerializeToString(), settings, providers=["CPUExecutionProvider"])

    def inputs(self, rows: Any) -> dict[str, np.ndarray]:
        if self.is_text:
            return {"X": _utf8(rows)}
        if self.is_table:
            wanted = {each.name for each in self.session.get_inputs()}
            return {
                name: _utf8(rows[name].fillna("")) if dtype == object else rows[[name]].to_numpy(dtype="float32")
                for name, dtype in rows.dtypes.items()
                if name in wanted
            }
        return {"X": rows.astype("float32")}

    def run(self, inputs: dict[str, np.ndarray]) -> list[Any]:
        return self.session.run(None, inputs)

    def differences(self, rows: Any, answers: np.ndarray, labels: Any, classes: Any) -> dict[str, float]:
        """The share of labels that are others than scikit-learn's, and the largest difference of its numbers."""
        changed, most = 0, 0.0
        for at in range(0, len(rows), 1_000):
            said = self.run(self.inputs(rows[at : at + 1_000]))
            numbers = np.asarray(said[-1], dtype=float).reshape(len(said[-1]), -1)
            theirs = answers[at : at + 1_000]
            if labels is not None:
                changed += int((np.asarray(said[0]) != np.asarray(classes)[labels[at : at + 1_000]]).sum())
            if numbers.shape == theirs.shape:
                most = max(most, float(np.nanmax(np.abs(numbers - theirs))))
        return {"changedLabels": changed / len(rows), "largestDifference": most}


def _utf8(texts: Any) -> np.ndarray:
    """It takes no lone surrogates."""
    return np.array([text.encode("utf-8", "replace").decode() for text in texts], dtype=object).reshape(-1, 1)
