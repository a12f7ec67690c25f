"""scikit-learn's histogram gradient boosting: fits, timed, and predictions as they are asked for, a JSON object a line.

The folder given holds NAME.x (Float32), NAME.y (Int32) and NAME.test (Float32); predictions go to NAME.p (Float64).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_digits
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

folder = Path(sys.argv[1])
digits = load_digits()
digits.data.astype(np.float32).tofile(folder / "all-digits.x")
digits.target.astype(np.int32).tofile(folder / "all-digits.y")
print(json.dumps({"version": sklearn.__version__}), flush=True)

models = {}
for line in sys.stdin:
    asked = json.loads(line)
    name, columns = asked["name"], asked["columns"]
    if asked["do"] == "fit":
        x = np.fromfile(folder / f"{name}.x", np.float32).reshape(-1, columns)
        y = np.fromfile(folder / f"{name}.y", np.int32)
        model = HistGradientBoostingClassifier(**asked["settings"], early_stopping=False)
        with threadpool_limits(asked["threads"]):
            start = time.perf_counter()
            models[name] = model.fit(x, y)
            seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds}), flush=True)
    else:
        x = np.fromfile(folder / f"{name}.test", np.float32).reshape(-1, columns)
        models[name].predict_proba(x).astype(np.float64).tofile(folder / f"{name}.p")
        print(json.dumps({"rows": len(x)}), flush=True)
