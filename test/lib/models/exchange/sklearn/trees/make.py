"""Writes pipelines of scikit-learn's trees, LightGBM's and XGBoost's, with rows and scikit-learn's own answers.

make.py FOLDER [ROWS]: with ROWS, rows and answers beside each file; without, small ones with a sample of 20 rows.
Among the rows are thresholds of the trees themselves, and the doubles next to them.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pandas as pd
import sklearn
from sklearn import ensemble, tree

from spillway.sklearn import export

warnings.filterwarnings("ignore")
VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
FOLDER, ROWS = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
SIZE = 400 if ROWS else 150
DEPTH = {} if ROWS else {"max_depth": 3}
COUNT = 10 if ROWS else 3
random = np.random.default_rng(7)
X = np.column_stack(
    [
        random.normal(size=SIZE),
        random.normal(size=SIZE).round(1),
        random.integers(0, 9, SIZE),
        random.exponential(size=SIZE) * 1e-3,
        random.normal(size=SIZE) * 1e4,
        random.integers(0, 3, SIZE),
    ]
)
SCORE = X[:, 0] + (X[:, 2] % 3) * X[:, 1] + 300 * X[:, 3] + random.normal(size=SIZE) / 3
TWO = np.where(SCORE > np.median(SCORE), "spam", "ham")
THREE = np.digitize(SCORE, np.quantile(SCORE, [0.4, 0.7])) * 10
POSITIVE = np.exp(SCORE / 4)
HOLES = np.where(random.uniform(size=X.shape) < 0.1, np.nan, X)
FRAME = pd.DataFrame(
    {
        "size": X[:, 0],
        "kind": pd.Categorical(np.array(["a", "b", "Ω", "d"])[(X[:, 2] % 4).astype(int)]),
        "weight": X[:, 4],
    }
)


def thresholds(part: Any) -> list[float]:
    """Some that the trees of a model compare with."""
    if hasattr(part, "_predictors"):
        nodes = [each.nodes for iteration in part._predictors for each in iteration]
        return [float(x) for own in nodes for x in own["num_threshold"][own["is_leaf"] == 0]]
    for attribute, column in (("booster_", "threshold"), ("get_booster", "Split")):
        if hasattr(part, attribute):
            booster = getattr(part, attribute)
            frame = (booster() if callable(booster) else booster).trees_to_dataframe()
            return [float(x) for x in frame[column].dropna()]
    own = getattr(part, "estimators_", [part])
    trees = [each for each in np.ravel(np.array(own, dtype=object)) if hasattr(each, "tree_")]
    return [float(x) for each in trees for x in each.tree_.threshold[each.tree_.children_left != -1]]


def rows_of(part: Any, x: Any) -> Any:
    """Rows of the data, and odd ones."""
    if isinstance(x, pd.DataFrame):
        frame = x[: ROWS or 20].astype({"kind": object})
        frame.loc[3, "kind"] = "never seen"
        frame.loc[5, "kind"] = None
        return frame
    rows = np.array(x[: ROWS or 20])
    cuts = [cut for cut in thresholds(part) if np.isfinite(cut)]
    if cuts:
        for row in rows[::2]:
            near = random.choice(cuts, size=len(row))
            row[:] = np.nextafter(near, near + random.integers(-1, 2, len(row)))
    return rows


def write(name: str, part: Any, x: Any, y: Any) -> None:
    fitted = part.fit(x, y)
    rows = rows_of(fitted, x)
    export(fitted, FOLDER / f"{name}.pipeline", sample=rows)
    if not ROWS:
        return
    classifies = hasattr(fitted, "classes_")
    answers = fitted.predict_proba(rows) if classifies else fitted.predict(rows)
    plain = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows.tolist()
    text = json.dumps(
        {
            "rows": plain,
            "answers": np.asarray(answers, dtype=float).ravel().tolist(),
            "labels": np.asarray(fitted.predict(rows)).tolist() if classifies else None,
        }
    )
    (FOLDER / f"{name}.json").write_text(text.replace("NaN", "null"))


E = ensemble
SEED = {"random_state": 3}
MANY: dict[str, Any] = {"n_estimators": COUNT, **SEED}
MODELS: dict[str, Callable[[], tuple[Any, Any, Any]]] = {
    "tree": lambda: (tree.DecisionTreeClassifier(**DEPTH, **SEED), X, TWO),
    "tree-missing": lambda: (tree.DecisionTreeClassifier(min_samples_leaf=4, **DEPTH, **SEED), HOLES, THREE),
    "tree-number": lambda: (tree.DecisionTreeRegressor(max_leaf_nodes=9, **SEED), X, SCORE),
    "extra-tree": lambda: (tree.ExtraTreeClassifier(**DEPTH, **SEED), X, THREE),
    "forest": lambda: (E.RandomForestClassifier(min_samples_leaf=2, **DEPTH, **MANY), X, TWO),
    "forest-three": lambda: (E.RandomForestClassifier(**DEPTH, **MANY), X, THREE),
    "forest-number": lambda: (E.RandomForestRegressor(**DEPTH, **MANY), X, SCORE),
    "extra-trees": lambda: (E.ExtraTreesClassifier(class_weight="balanced", **DEPTH, **MANY), X, THREE),
    "bag": lambda: (E.BaggingClassifier(max_samples=12, max_features=4, **MANY), X, THREE),
    "bag-number": lambda: (E.BaggingRegressor(max_samples=40, **MANY), X, SCORE),
    "boosted": lambda: (E.GradientBoostingClassifier(**MANY), X, TWO),
    "boosted-three": lambda: (E.GradientBoostingClassifier(subsample=0.7, **MANY), X, THREE),
    "boosted-exponential": lambda: (E.GradientBoostingClassifier(loss="exponential", init="zero", **MANY), X, TWO),
    "boosted-number": lambda: (E.GradientBoostingRegressor(loss="huber", **MANY), X, SCORE),
    "histograms": lambda: (E.HistGradientBoostingClassifier(max_iter=COUNT, **SEED), HOLES, TWO),
    "histograms-three": lambda: (
        E.HistGradientBoostingClassifier(max_iter=COUNT, categorical_features=[2, 5], **SEED),
        HOLES,
        THREE,
    ),
    "histograms-poisson": lambda: (E.HistGradientBoostingRegressor(loss="poisson", max_iter=COUNT, **SEED), X, POSITIVE),
    "histograms-quantile": lambda: (
        E.HistGradientBoostingRegressor(loss="quantile", quantile=0.8, max_iter=COUNT, **SEED),
        X,
        SCORE,
    ),
    "adaptive": lambda: (E.AdaBoostClassifier(**MANY), X, TWO),
    "adaptive-three": lambda: (E.AdaBoostClassifier(tree.DecisionTreeClassifier(max_depth=2), **MANY), X, THREE),
}

if VERSION >= (1, 4):
    MODELS["histograms-frame"] = lambda: (
        E.HistGradientBoostingClassifier(categorical_features="from_dtype", max_iter=COUNT, **SEED),
        FRAME,
        TWO,
    )

for name, given in MODELS.items():
    part, x, y = given()
    write(name, part, x, y)

try:
    import lightgbm
    import xgboost
except ImportError:
    sys.exit()
L = {"n_estimators": COUNT, "verbose": -1, "min_child_samples": 5, **SEED}
G = {"n_estimators": COUNT, "max_depth": 3, **SEED}
CODES = {10: 1, 20: 2, 0: 0}
THIRDS = np.array([CODES[each] for each in THREE])
write("lightgbm", lightgbm.LGBMClassifier(**L), HOLES, TWO)
write("lightgbm-three", lightgbm.LGBMClassifier(**L), X, THREE)
write("lightgbm-number", lightgbm.LGBMRegressor(objective="poisson", **L), X, POSITIVE)
stopped = lightgbm.LGBMClassifier(**{**L, "learning_rate": 0.9})
stop = {"eval_set": [(X[::2], THREE[::2] % 20 // 10)], "callbacks": [lightgbm.early_stopping(1, verbose=False)]}
stopped_fit = stopped.fit
stopped.fit = lambda x, y: stopped_fit(x, y, **stop)
write("lightgbm-stopped", stopped, X, (TWO == "spam").astype(int))
write("xgboost", xgboost.XGBClassifier(**G), HOLES, (TWO == "spam").astype(int))
write("xgboost-three", xgboost.XGBClassifier(**G), X, THIRDS)
write("xgboost-number", xgboost.XGBRegressor(**G), X, SCORE)
early = xgboost.XGBClassifier(**{**G, "learning_rate": 0.9}, early_stopping_rounds=1)
early_fit = early.fit
early.fit = lambda x, y: early_fit(x, y, eval_set=[(X[::2], THREE[::2] % 20 // 10)], verbose=False)
write("xgboost-stopped", early, X, (TWO == "spam").astype(int))
