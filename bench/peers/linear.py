"""scikit-learn's logistic regression: fits, timed by processor time, and predictions as they are asked for, a JSON object a line.

A part of the columns is NAME.PART.x (Float32, dense), or NAME.PART.indptr, .indices and .data (sparse); SET in their names is
`train` or `test`. Labels are NAME.y (Int32); predictions go to NAME.p (Float64).
"""

import json
import sys
import time
import warnings
from pathlib import Path

# First: where it is missing, its own name is the one that is told.
import sklearn
import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1])
print(json.dumps({"version": sklearn.__version__}), flush=True)


def read(name, which, p, part):
    path = f"{folder / name}.{which}.{p}"
    if part["kind"] == "dense":
        return np.fromfile(f"{path}.x", np.float32).reshape(-1, part["columns"]).astype(np.float64)
    data, indices, indptr = (
        np.fromfile(f"{path}.{end}", kind)
        for end, kind in (("data", np.float32), ("indices", np.int32), ("indptr", np.int32))
    )
    return sparse.csr_matrix(
        (data.astype(np.float64), indices, indptr), shape=(len(indptr) - 1, part["columns"])
    )


def scaled(train, test, how):
    """Dense columns standardised, or a block divided by the root of its summed variances, by the training rows."""
    if how == "raw" or sparse.issparse(train):
        return train, test
    mean, variance = train.mean(0), train.var(0)
    spread = np.sqrt(variance.sum() if how == "block" else np.where(variance > 0, variance, 1))
    return (train - mean) / spread, (test - mean) / spread


def joined(parts):
    if len(parts) == 1:
        return parts[0]
    if any(sparse.issparse(part) for part in parts):
        return sparse.hstack([sparse.csr_matrix(part) for part in parts], format="csr")
    return np.hstack(parts)


problems = {}
models = {}
for line in sys.stdin:
    asked = json.loads(line)
    name = asked["name"]
    if asked["do"] == "read":
        pairs = [
            scaled(read(name, "train", p, part), read(name, "test", p, part), asked["scaling"])
            for p, part in enumerate(asked["parts"])
        ]
        labels = np.fromfile(folder / f"{name}.y", np.int32)
        problems = {name: (joined([a for a, _ in pairs]), joined([b for _, b in pairs]), labels)}
        print(json.dumps({"rows": len(labels)}), flush=True)
    elif asked["do"] == "fit":
        train, _, labels = problems[name]
        settings = asked["settings"]
        make = LogisticRegressionCV if asked["folds"] else LogisticRegression
        with threadpool_limits(1):
            start = time.process_time()
            models[name] = make(**settings).fit(train, labels)
            seconds = time.process_time() - start
        print(json.dumps({"seconds": seconds}), flush=True)
    else:
        _, test, _ = problems[name]
        models[name].predict_proba(test).astype(np.float64).tofile(folder / f"{name}.p")
        print(json.dumps({"rows": test.shape[0]}), flush=True)
