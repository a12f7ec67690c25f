"""Histogram gradient boosting of a library: fits, timed, and predictions as they are asked for, a JSON object a line.

Arguments: a folder, which holds NAME.x (Float32), NAME.y (Int32) and NAME.test (Float32), and the library, sklearn or
lightgbm. Predictions go to NAME.p (Float64). Times are of the whole fit, bins included: on the clock, and of processors.
"""

import importlib
import json
import sys
import time
from pathlib import Path

folder, library = Path(sys.argv[1]), sys.argv[2]
module = importlib.import_module(library)

import numpy as np


def sklearn_fit(x, y, asked, threads):
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingClassifier(
        max_iter=asked["rounds"],
        max_depth=asked["maxDepth"],
        max_leaf_nodes=asked["maxLeaves"],
        min_samples_leaf=asked["minRows"],
        learning_rate=asked["learningRate"],
        l2_regularization=asked["l2"],
        early_stopping=False,
    )
    with threadpool_limits(threads):
        fitted, times = timed(lambda: model.fit(x, y))
    return fitted.predict_proba, times


def lightgbm_fit(x, y, asked, threads):
    classes = int(y.max()) + 1
    settings = {
        "objective": "binary" if classes == 2 else "multiclass",
        "num_leaves": asked["maxLeaves"],
        "max_depth": asked["maxDepth"] or -1,
        "min_data_in_leaf": asked["minRows"],
        "learning_rate": asked["learningRate"],
        "lambda_l2": asked["l2"],
        "num_threads": threads,
        "verbosity": -1,
    }
    if classes > 2:
        settings["num_class"] = classes
    fitted, times = timed(lambda: module.train(settings, module.Dataset(x, y), asked["rounds"]))

    def probabilities(rows):
        scores = fitted.predict(rows)
        return np.column_stack([1 - scores, scores]) if classes == 2 else scores

    return probabilities, times


def timed(fit):
    start, work = time.perf_counter(), time.process_time()
    fitted = fit()
    return fitted, {"seconds": time.perf_counter() - start, "processor": time.process_time() - work}


fit = {"sklearn": sklearn_fit, "lightgbm": lightgbm_fit}[library]
if library == "sklearn":
    from sklearn.datasets import load_digits

    digits = load_digits()
    digits.data.astype(np.float32).tofile(folder / "all-digits.x")
    digits.target.astype(np.int32).tofile(folder / "all-digits.y")
print(json.dumps({"version": module.__version__}), flush=True)

models = {}
for line in sys.stdin:
    asked = json.loads(line)
    name, columns = asked["name"], asked["columns"]
    if asked["do"] == "fit":
        x = np.fromfile(folder / f"{name}.x", np.float32).reshape(-1, columns)
        y = np.fromfile(folder / f"{name}.y", np.int32)
        models[name], times = fit(x, y, asked["settings"], asked["threads"])
        print(json.dumps(times), flush=True)
    else:
        x = np.fromfile(folder / f"{name}.test", np.float32).reshape(-1, columns)
        models[name](x).astype(np.float64).tofile(folder / f"{name}.p")
        print(json.dumps({"rows": len(x)}), flush=True)
