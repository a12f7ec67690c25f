"""Random pipelines as files, with rows and scikit-learn's answers.

``fuzz.py FOLDER FIRST COUNT`` makes those of seeds FIRST, FIRST + 1, ... Each has ``SEED.pipeline`` and ``SEED.json``:
what it is, its rows, its answers (rows x outputs) and labels.
"""

from __future__ import annotations

import json
import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))

import numpy as np  # noqa: E402
from random_pipelines import made  # noqa: E402
from rows import as_json  # noqa: E402

import spillway.sklearn  # noqa: E402


def main(folder: str, first: int, count: int) -> None:
    for seed in range(first, first + count):
        each = made(seed)
        path = os.path.join(folder, str(seed))
        about = {"seed": seed, "pipeline": repr(each.pipeline), "rows": as_json(each.rows)}
        try:
            spillway.sklearn.export(each.pipeline, f"{path}.pipeline", sample=each.rows)
            about.update(_answers(each))
        except spillway.sklearn.NotReadable as error:
            about["refused"] = str(error)
        with open(f"{path}.json", "w") as file:
            json.dump(about, file, allow_nan=False)


def _answers(each) -> dict:
    labels = each.pipeline.predict(each.rows)
    if not each.classifies:
        return {"answers": np.asarray(labels, dtype=float).reshape(-1, 1).tolist()}
    classes = each.pipeline.classes_
    answers = each.pipeline.predict_proba(each.rows) if hasattr(each.pipeline, "predict_proba") else None
    return {
        "labels": labels.tolist(),
        # Of a classifier that gives labels alone.
        "answers": None if answers is None else answers.tolist(),
        "classes": classes.tolist(),
    }


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
