"""Models by XGBoost and what it predicts with them, for the tests of exchange.

    /usr/bin/python3 make_references.py FOLDER ROWS TREES DEPTH

FOLDER gets rows.f32, rows x COLUMNS in Float32; a model a case, in UBJSON or, as .txt, in JSON; each case's predictions in Float32; and cases.json.
The files beside this script are those of `references 120 4 3`. Needs Debian's python3-xgboost, and says so.
"""

import json
import os
import sys

import numpy as np

try:
    import xgboost as xgb
except ModuleNotFoundError:
    print("python3-xgboost is not installed", file=sys.stderr)
    sys.exit(3)

COLUMNS = 6
TYPES = ["q", "q", "q", "q", "c", "c"]


def table(rng, rows):
    """Two continuous columns, one of few values (many on a threshold), one around 0, categories: 12 and 300 of them."""
    x = np.empty((rows, COLUMNS), np.float32)
    x[:, 0] = rng.normal(size=rows)
    x[:, 1] = rng.lognormal(size=rows) * 1e4
    x[:, 2] = rng.integers(-3, 4, rows) / 4
    x[:, 3] = rng.choice(np.float32([0, -0.0, 1e-45, -1e-45, 1e-38, -1e-38, 1, -1]), rows)
    x[:, 4] = rng.integers(0, 12, rows)
    x[:, 5] = np.floor(300 * rng.random(rows) ** 2)
    x[rng.random(x.shape) < 0.08] = np.nan
    return x


def truth(rng, x):
    known = np.nan_to_num(x)
    score = known[:, 0] + 3 * known[:, 2] * (known[:, 3] > 0) + (known[:, 4] % 3) - (known[:, 5] % 2)
    return score + 0.2 * np.log1p(np.abs(known[:, 1])) - 2 + 0.3 * rng.normal(size=len(x))


def cases(score, trees):
    binary, positive = (score > 0) * 1.0, np.exp(score / 2)
    yield "logistic.txt", binary, {"objective": "binary:logistic"}
    yield "logistic-base.ubj", binary, {"objective": "binary:logistic", "base_score": 0.2}
    yield "softprob.ubj", np.clip(np.floor(score / 2) + 2, 0, 3), {"objective": "multi:softprob", "num_class": 4}
    yield "squared.txt", score, {"objective": "reg:squarederror"}
    yield "poisson.ubj", np.floor(positive), {"objective": "count:poisson"}
    yield "gamma.txt", positive, {"objective": "reg:gamma"}
    yield "tweedie.ubj", positive, {"objective": "reg:tweedie"}
    yield "share.ubj", 1 / (1 + positive), {"objective": "reg:logistic", "base_score": 0.7}
    yield "pairwise.ubj", np.clip(np.floor(score), 0, 4), {"objective": "rank:pairwise"}
    yield "dart.ubj", binary, {"objective": "binary:logistic", "booster": "dart", "rate_drop": 0.5}
    yield "partition.txt", binary, {"objective": "binary:logistic", "max_cat_to_onehot": 1, "types": TYPES}
    yield "onehot.ubj", score, {"objective": "reg:squarederror", "max_cat_to_onehot": 1000, "types": TYPES}
    yield "forest.txt", np.clip(np.floor(score / 2) + 1, 0, 2), {
        "objective": "multi:softprob",
        "num_class": 3,
        "num_parallel_tree": 2,
        "subsample": 0.7,
    }


def main(folder, rows, trees, depth):
    rng = np.random.default_rng(20)
    known, new = table(rng, max(rows, 400)), table(rng, rows)
    score = truth(rng, known)
    # Categories that training never saw.
    new[::17, 4] = 12
    new[::19, 5] = 1000
    os.makedirs(folder, exist_ok=True)
    new.tofile(os.path.join(folder, "rows.f32"))
    listed = []
    for file, target, options in cases(score, trees):
        parameters = {"max_depth": depth, "eta": 0.3, "nthread": 1, "seed": 1, **options}
        types = parameters.pop("types", None)
        matrix = lambda x, y=None: xgb.DMatrix(x, label=y, feature_types=types, enable_categorical=types is not None)
        data = matrix(known, target)
        if parameters["objective"].startswith("rank"):
            data.set_group([len(known) // 4] * 4)
        model = xgb.train(parameters, data, trees)
        with open(os.path.join(folder, file), "wb") as out:
            out.write(model.save_raw("ubj" if file.endswith(".ubj") else "json"))
        # The whole table's categories: prediction checks them against nothing.
        answers = np.float32(model.predict(matrix(new)))
        answers.tofile(os.path.join(folder, file.split(".")[0] + ".f32"))
        listed.append({"file": file, "numbers": answers.size // rows})
    with open(os.path.join(folder, "cases.json"), "w") as out:
        json.dump({"rows": rows, "columns": COLUMNS, "xgboost": xgb.__version__, "cases": listed}, out, indent=2)
        out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
