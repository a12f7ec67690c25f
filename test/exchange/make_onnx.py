"""Models by scikit-learn as ONNX files, with what scikit-learn itself answers, for the tests of exchange.

    /usr/bin/python3 make_onnx.py FOLDER

The graphs are put together by hand in the way skl2onnx lays them out, and written by the onnx package. FOLDER gets
rows.f32, rows x COLUMNS in Float32; a file a case; each case's answers in Float32; and cases.json. Needs Debian's
python3-sklearn and python3-onnx; the files in the folder `onnx` are what it wrote.
"""

import json
import os
import sys

import numpy as np
from onnx import TensorProto, checker, helper
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

ROWS, COLUMNS = 120, 5
ML = "ai.onnx.ml"


def down(thresholds):
    """The largest Float32 up to each threshold, so that comparing it to a Float32 gives what the double gives."""
    near = np.float32(thresholds)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near).astype(np.float32)


def nodes_of(trees):
    table = {name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids")}
    table |= {"falsenodeids": [], "missing_value_tracks_true": []}
    for t, tree in enumerate(trees):
        leaf = tree["left"] == -1
        count = len(leaf)
        table["treeids"] += [t] * count
        table["nodeids"] += range(count)
        table["featureids"] += [int(f) for f in np.where(leaf, 0, tree["feature"])]
        table["modes"] += ["LEAF" if one else "BRANCH_LEQ" for one in leaf]
        table["values"] += [float(x) for x in np.where(leaf, 0, down(tree["threshold"]))]
        table["truenodeids"] += [int(c) for c in np.where(leaf, 0, tree["left"])]
        table["falsenodeids"] += [int(c) for c in np.where(leaf, 0, tree["right"])]
        table["missing_value_tracks_true"] += [int(m) for m in tree["missing"]]
    return {f"nodes_{name}": values for name, values in table.items()}


def weights_of(prefix, trees, weights):
    """weights(tree) is nodes x outputs."""
    table = {"treeids": [], "nodeids": [], "ids": [], "weights": []}
    for t, tree in enumerate(trees):
        values = weights(tree)
        for node in np.flatnonzero(tree["left"] == -1):
            for output in range(values.shape[1]):
                table["treeids"].append(t)
                table["nodeids"].append(int(node))
                table["ids"].append(output)
                table["weights"].append(float(np.float32(values[node, output])))
    return {f"{prefix}_{name}": values for name, values in table.items()}


def plain(tree):
    """A tree of scikit-learn's exact ones."""
    value = tree.value[:, 0, :]
    return {
        "left": tree.children_left,
        "right": tree.children_right,
        "feature": tree.feature,
        "threshold": tree.threshold,
        "missing": np.zeros(tree.node_count),
        "value": value,
    }


def histogram(predictor):
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    return {
        "left": np.where(leaf, -1, nodes["left"].astype(int)),
        "right": np.where(leaf, -1, nodes["right"].astype(int)),
        "feature": nodes["feature_idx"].astype(int),
        "threshold": nodes["num_threshold"],
        "missing": nodes["missing_go_to_left"],
        "value": nodes["value"].reshape(-1, 1),
    }


def output_of(name, labels, mapped):
    if name == "label":
        kind = TensorProto.STRING if isinstance(labels[0], str) else TensorProto.INT64
        return helper.make_tensor_value_info(name, kind, [None])
    numbers = helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    if mapped:
        table = helper.make_map_type_proto(TensorProto.STRING, numbers)
        return helper.make_value_info(name, helper.make_sequence_type_proto(table))
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, len(labels or [0])])


def write(folder, file, nodes, labels):
    mapped = nodes[-1].op_type == "ZipMap"
    names = ["variable"] if labels is None else ["label", "probabilities"]
    graph = helper.make_graph(
        nodes,
        "model",
        [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, COLUMNS])],
        [output_of(name, labels, mapped) for name in names],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(ML, 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    checker.check_model(model)
    with open(os.path.join(folder, file), "wb") as out:
        out.write(model.SerializeToString())


def main(folder):
    rng = np.random.default_rng(7)
    x = rng.normal(size=(600, COLUMNS)).astype(np.float32)
    x[:, 3] = rng.integers(0, 4, len(x)) / 2
    score = x[:, 0] + x[:, 1] * x[:, 2] + x[:, 3]
    three, two = np.array(["low", "mid", "top"])[np.digitize(score, [0, 1.2])], (score > 0.7) * 1
    fit, new = slice(ROWS, None), x[:ROWS]
    os.makedirs(folder, exist_ok=True)
    new.tofile(os.path.join(folder, "rows.f32"))
    listed = []

    def case(name, nodes, answers, labels=None, rows="rows.f32"):
        write(folder, f"{name}.onnx", nodes, labels)
        np.float32(answers).tofile(os.path.join(folder, f"{name}.f32"))
        listed.append({"name": name, "labels": labels, "rows": rows})

    names = [str(name) for name in np.unique(three)]

    forest = RandomForestClassifier(5, max_depth=4, random_state=1).fit(x[fit], three[fit])
    trees = [plain(one.tree_) for one in forest.estimators_]
    share = lambda tree: tree["value"] / tree["value"].sum(1, keepdims=True) / len(trees)
    ensemble = helper.make_node(
        "TreeEnsembleClassifier",
        ["X"],
        ["label", "raw"],
        domain=ML,
        post_transform="NONE",
        classlabels_strings=names,
        **nodes_of(trees),
        **weights_of("class", trees, share),
    )
    zipmap = helper.make_node("ZipMap", ["raw"], ["probabilities"], domain=ML, classlabels_strings=names)
    case("forest", [ensemble, zipmap], forest.predict_proba(new), names)

    boosted = GradientBoostingClassifier(n_estimators=8, max_depth=3, random_state=1).fit(x[fit], two[fit])
    trees = [plain(one.tree_) for one in boosted.estimators_[:, 0]]
    prior = two[fit].mean()
    ensemble = helper.make_node(
        "TreeEnsembleClassifier",
        ["X"],
        ["label", "probabilities"],
        domain=ML,
        post_transform="LOGISTIC",
        classlabels_int64s=[0, 1],
        base_values=[float(np.log(prior / (1 - prior)))],
        **nodes_of(trees),
        **weights_of("class", trees, lambda tree: 0.1 * tree["value"]),
    )
    case("boosted", [ensemble], boosted.predict_proba(new), [0, 1])

    averaged = RandomForestRegressor(5, max_depth=4, random_state=1).fit(x[fit], score[fit])
    trees = [plain(one.tree_) for one in averaged.estimators_]
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["X"],
        ["variable"],
        domain=ML,
        aggregate_function="AVERAGE",
        n_targets=1,
        **nodes_of(trees),
        **weights_of("target", trees, lambda tree: tree["value"]),
    )
    case("averaged", [ensemble], averaged.predict(new))

    holes = x.copy()
    holes[rng.random(x.shape) < 0.2] = np.nan
    holes[:ROWS].tofile(os.path.join(folder, "holes.f32"))
    missing = HistGradientBoostingRegressor(max_iter=10, max_depth=4).fit(holes[fit], score[fit])
    trees = [histogram(one[0]) for one in missing._predictors]
    ensemble = helper.make_node(
        "TreeEnsembleRegressor",
        ["X"],
        ["variable"],
        domain=ML,
        n_targets=1,
        base_values=[float(missing._baseline_prediction.ravel()[0])],
        **nodes_of(trees),
        **weights_of("target", trees, lambda tree: tree["value"]),
    )
    case("missing", [ensemble], missing.predict(holes[:ROWS]), rows="holes.f32")

    scaling = StandardScaler().fit(3 * x[fit] + 5)
    scaler = helper.make_node(
        "Scaler",
        ["X"],
        ["scaled"],
        domain=ML,
        offset=[float(m) for m in scaling.mean_ / 3 - 5 / 3],
        scale=[float(s) for s in 3 / scaling.scale_],
    )
    scaled = scaling.transform(3 * x + 5)

    linear = LogisticRegression().fit(scaled[fit], three[fit])
    classifier = helper.make_node(
        "LinearClassifier",
        ["scaled"],
        ["text", "raw"],
        domain=ML,
        post_transform="SOFTMAX",
        multi_class=1,
        classlabels_strings=names,
        coefficients=[float(w) for w in linear.coef_.ravel()],
        intercepts=[float(b) for b in linear.intercept_],
    )
    normal = helper.make_node("Normalizer", ["raw"], ["normal"], domain=ML, norm="L1")
    zipmap = helper.make_node("ZipMap", ["normal"], ["probabilities"], domain=ML, classlabels_strings=names)
    label = helper.make_node("Identity", ["text"], ["label"])
    case(
        "scaled",
        [scaler, classifier, normal, label, zipmap],
        linear.predict_proba(scaled[:ROWS]),
        names,
    )

    linear = LogisticRegression().fit(x[fit], two[fit])
    classifier = helper.make_node(
        "LinearClassifier",
        ["X"],
        ["label", "raw"],
        domain=ML,
        post_transform="LOGISTIC",
        classlabels_ints=[0, 1],
        coefficients=[float(w) for w in np.vstack([-linear.coef_, linear.coef_]).ravel()],
        intercepts=[float(b) for b in (-linear.intercept_[0], linear.intercept_[0])],
    )
    normal = helper.make_node("Normalizer", ["raw"], ["probabilities"], domain=ML, norm="L1")
    case("two", [classifier, normal], linear.predict_proba(new), [0, 1])

    ridge = Ridge().fit(x[fit], score[fit])
    regressor = helper.make_node(
        "LinearRegressor",
        ["X"],
        ["variable"],
        domain=ML,
        coefficients=[float(w) for w in ridge.coef_],
        intercepts=[float(ridge.intercept_)],
    )
    case("ridge", [regressor], ridge.predict(new))

    with open(os.path.join(folder, "cases.json"), "w") as out:
        json.dump({"rows": ROWS, "columns": COLUMNS, "cases": listed}, out, indent=2)
        out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
