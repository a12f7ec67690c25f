"""Fits models of scikit-learn on a small table, exports them, and writes their own answers beside the files.

    python make_models.py FOLDER [NAME ...]

FOLDER/cases.json has for each case its rows, the answers of ``predict_proba`` or ``predict``, and its labels.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import dummy, ensemble, linear_model, naive_bayes, neural_network, svm
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MaxAbsScaler, StandardScaler

import spillway.sklearn

NEW = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
warnings.filterwarnings("ignore")

random = np.random.default_rng(5)
table = random.normal(size=(400, 5)) * [1, 2, 0.5, 1, 3] + [0, 5, -1, 0, 20]
counts = random.poisson(1.5, size=(400, 5)).astype(float)
score = table[:, 0] + 0.4 * (table[:, 1] - 5) * (table[:, 2] + 1) + random.normal(size=400) * 0.5
pair = np.where(score > 0.2, "yes", "no")
three = np.where(score > 0.7, 3, np.where(score < -0.5, 1, 2))
number = 10 * score + 100
positive = np.exp(score)
#: Rows to fit on, and the rest to answer.
fit, rest = slice(0, 340), slice(340, 400)


def lr(**options):
    return linear_model.LogisticRegression(max_iter=500, **options)


def cases():
    """Names, models and their data."""
    scaled = lambda model: make_pipeline(StandardScaler(), model)
    for name, y in (("two", pair), ("three", three)):
        yield f"logistic {name}", scaled(lr()), table, y
        yield f"logistic by cross-validation {name}", scaled(linear_model.LogisticRegressionCV(Cs=3)), table, y
        yield f"lda {name}", LinearDiscriminantAnalysis(), table, y
        for loss in ("log_loss", "modified_huber", "hinge"):
            yield f"sgd {loss} {name}", scaled(linear_model.SGDClassifier(loss=loss, random_state=0)), table, y
        yield f"linear svc {name}", scaled(svm.LinearSVC()), table, y
        yield f"perceptron {name}", scaled(linear_model.Perceptron()), table, y
        yield f"passive {name}", scaled(linear_model.PassiveAggressiveClassifier(random_state=0)), table, y
        yield f"ridge {name}", scaled(linear_model.RidgeClassifier()), table, y
        yield f"ridge by cross-validation {name}", linear_model.RidgeClassifierCV(), table, y
        yield f"gaussian {name}", naive_bayes.GaussianNB(), table, y
        yield f"multinomial {name}", naive_bayes.MultinomialNB(), counts, y
        yield f"complement {name}", naive_bayes.ComplementNB(norm=True), counts, y
        yield f"bernoulli {name}", naive_bayes.BernoulliNB(binarize=1.0), counts, y
        yield f"bernoulli as it is {name}", naive_bayes.BernoulliNB(binarize=None), (counts > 0) * 1.0, y
        yield f"categorical {name}", naive_bayes.CategoricalNB(min_categories=20), counts, y
        for activation in ("identity", "logistic", "tanh", "relu"):
            layers = dict(hidden_layer_sizes=(7, 6), activation=activation, random_state=0)
            yield f"mlp {activation} {name}", scaled(neural_network.MLPClassifier(**layers)), table, y
        yield f"dummy {name}", scaled(dummy.DummyClassifier()), table, y
        yield f"dummy most frequent {name}", scaled(dummy.DummyClassifier(strategy="most_frequent")), table, y
        for method in ("sigmoid", "isotonic") + (("temperature",) if NEW >= (1, 8) else ()):
            for together in (True, False):
                inner = CalibratedClassifierCV(svm.LinearSVC(), method=method, ensemble=together, cv=3)
                yield f"calibrated {method} {together} {name}", scaled(inner), table, y
            inner = CalibratedClassifierCV(naive_bayes.GaussianNB(), method=method, cv=3)
            yield f"calibrated probabilities {method} {name}", inner, table, y
        voters = [("a", lr()), ("b", naive_bayes.GaussianNB()), ("c", scaled(lr(C=0.1)))]
        soft = ensemble.VotingClassifier(voters, voting="soft", weights=[1, 2, 0.5])
        yield f"soft voting {name}", scaled(soft), table, y
        yield f"soft voting of all {name}", ensemble.VotingClassifier(voters, voting="soft"), table, y
        hard = ensemble.VotingClassifier([*voters, ("d", "drop"), ("e", svm.LinearSVC())])
        yield f"hard voting {name}", scaled(hard), table, y
        stacked = [("svc", svm.LinearSVC()), ("bayes", scaled(naive_bayes.GaussianNB())), ("ridge", lr())]
        for through in (True, False):
            whole = ensemble.StackingClassifier(stacked, lr(), passthrough=through, cv=3)
            yield f"stacking {through} {name}", scaled(whole), table, y
        names = ensemble.StackingClassifier(
            [("a", linear_model.Perceptron()), ("b", lr())], scaled(lr()), stack_method="predict", cv=3
        )
        yield f"stacking of labels {name}", scaled(names), table, y
        yield f"one against rest {name}", OneVsRestClassifier(scaled(lr())), table, y
        yield f"one against rest of margins {name}", OneVsRestClassifier(svm.LinearSVC()), table, y
        yield f"search {name}", GridSearchCV(scaled(lr()), {"logisticregression__C": [0.1, 1]}, cv=2), table, y
        yield f"search as a step {name}", scaled(GridSearchCV(lr(), {"C": [0.1, 1]}, cv=2)), table, y
        if NEW < (1, 8):
            yield f"logistic ovr {name}", scaled(lr(multi_class="ovr")), table, y
            yield f"logistic multinomial {name}", scaled(lr(multi_class="multinomial")), table, y
        if NEW < (1, 8) or name == "two":
            yield f"liblinear {name}", scaled(lr(solver="liblinear")), table, y
    yield "truth values", scaled(lr()), table, pair == "yes"
    yield "doubles as classes", scaled(lr()), table, three * 1.0
    pick = lambda *columns: ColumnTransformer([("all", StandardScaler(), list(columns))])
    piped = [("left", make_pipeline(pick(0, 1), lr())), ("right", make_pipeline(pick(1, 2), StandardScaler(), lr()))]
    yield "voting of pipelines", ensemble.VotingClassifier(piped, voting="soft"), table, pair
    yield "calibrated pipeline", CalibratedClassifierCV(make_pipeline(pick(0, 2), lr()), cv=2), table, pair
    regressors = {
        "linear": linear_model.LinearRegression(),
        "ridge": linear_model.Ridge(),
        "ridge by cross-validation": linear_model.RidgeCV(),
        "lasso": linear_model.Lasso(),
        "lasso by cross-validation": linear_model.LassoCV(),
        "elastic net": linear_model.ElasticNet(),
        "elastic net by cross-validation": linear_model.ElasticNetCV(),
        "lars": linear_model.Lars(),
        "huber": linear_model.HuberRegressor(max_iter=1000),
        "sgd": linear_model.SGDRegressor(random_state=0),
        "svr": svm.LinearSVR(),
        "mlp": neural_network.MLPRegressor(hidden_layer_sizes=(8,), random_state=0, max_iter=300),
        "dummy": dummy.DummyRegressor(strategy="median"),
        "log target": TransformedTargetRegressor(linear_model.Ridge(), transformer=StandardScaler()),
        "voting": ensemble.VotingRegressor([("a", linear_model.Ridge()), ("b", linear_model.Lasso())], weights=[2, 1]),
        "stacking": ensemble.StackingRegressor([("a", linear_model.Ridge()), ("b", linear_model.Lasso())]),
    }
    for name, model in regressors.items():
        yield f"regressor {name}", scaled(model), table, number
    for name in ("PoissonRegressor", "GammaRegressor", "TweedieRegressor"):
        yield f"regressor {name}", scaled(getattr(linear_model, name)()), table, positive
    if NEW >= (1, 5):
        from sklearn.model_selection import FixedThresholdClassifier as Fixed
        from sklearn.model_selection import TunedThresholdClassifierCV as Tuned

        for label in ("yes", "no"):
            yield f"threshold {label}", scaled(Fixed(lr(), threshold=0.3, pos_label=label)), table, pair
            margin = Fixed(svm.LinearSVC(), threshold=0.2, pos_label=label)
            yield f"threshold of a margin {label}", scaled(margin), table, pair
            forced = Fixed(lr(), threshold=0.4, pos_label=label, response_method="decision_function")
            yield f"threshold of a chosen margin {label}", scaled(forced), table, pair
        tuned = Tuned(lr(), scoring="balanced_accuracy", random_state=0)
        yield "tuned threshold", scaled(tuned), table, (pair == "yes") * 1
        inside = [("a", Fixed(lr(), threshold=0.8)), ("b", Fixed(lr(C=0.01), threshold=0.2)), ("c", lr())]
        yield "hard voting of thresholds", scaled(ensemble.VotingClassifier(inside)), table, (pair == "yes") * 1
    if NEW >= (1, 6):
        from sklearn.frozen import FrozenEstimator

        frozen = FrozenEstimator(scaled(svm.LinearSVC()).fit(table[fit], pair[fit]))
        yield "calibrated frozen", CalibratedClassifierCV(frozen), table, pair
    else:
        inner = scaled(svm.LinearSVC()).fit(table[fit], pair[fit])
        yield "calibrated beforehand", CalibratedClassifierCV(inner, cv="prefit"), table, pair


def main(folder: Path, names: list[str]) -> None:
    written = []
    for name, model, x, y in cases():
        if names and name not in names:
            continue
        model.fit(x[fit], y[fit])
        file = name.replace(" ", "-") + ".pipeline"
        try:
            spillway.sklearn.export(model, folder / file, sample=x[fit][:5])
        except spillway.sklearn.NotReadable as error:
            sys.exit(f"{name}: {error}")
        labels = model.predict(x[rest])
        isclass = sklearn.base.is_classifier(model)
        answers = model.predict_proba(x[rest]) if isclass and hasattr(model, "predict_proba") else None
        written.append(
            {
                "name": name,
                "file": file,
                "rows": x[rest].tolist(),
                "labels": labels.tolist(),
                "answers": None if answers is None else answers.tolist(),
            }
        )
    (folder / "cases.json").write_text(json.dumps(written))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
