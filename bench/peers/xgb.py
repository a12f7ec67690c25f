"""XGBoost: loads models and predicts, timed, as it is asked to, a JSON object a line.

The folder given holds NAME.json, a model, and NAME.x, its rows (Float32); predictions go to NAME.p (Float32).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import xgboost

folder = Path(sys.argv[1])
print(json.dumps({"version": xgboost.__version__}), flush=True)

loaded = {}
for line in sys.stdin:
    asked = json.loads(line)
    name = asked["name"]
    if name not in loaded:
        booster = xgboost.Booster()
        booster.load_model(folder / f"{name}.json")
        rows = np.fromfile(folder / f"{name}.x", np.float32).reshape(-1, asked["columns"])
        loaded[name] = booster, rows
    booster, rows = loaded[name]
    booster.set_param({"nthread": asked["threads"]})
    start = time.perf_counter()
    sums = booster.inplace_predict(rows)
    seconds = time.perf_counter() - start
    sums.astype(np.float32).tofile(folder / f"{name}.p")
    print(json.dumps({"seconds": seconds}), flush=True)
