"""Pipelines drawn from a seed: random steps with random options."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np
import sklearn
from rows import ODD_TEXTS, WORDS, numbers, table, texts, with_odd
from sklearn import ensemble, linear_model, naive_bayes, neural_network, preprocessing, svm, tree
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, SelectPercentile, VarianceThreshold, f_classif
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline

VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])


@dataclass(frozen=True)
class Made:
    """A fitted pipeline, and rows that it hasn't seen."""

    pipeline: Any
    rows: Any
    classifies: bool


def made(seed: int, rows: int = 60) -> Made:
    """A pipeline that scikit-learn itself could fit: some draws don't fit one another."""
    for attempt in range(100):
        draw = random.Random(seed * 1000 + attempt)
        try:
            return _made(draw, rows)
        except (ValueError, TypeError, AttributeError):
            continue
    raise RuntimeError(f"no pipeline of seed {seed} fits")


def _made(draw: random.Random, rows: int) -> Made:
    kind = draw.choice(["table", "table", "texts", "array"])
    seed = draw.randrange(10**6)
    if kind == "texts":
        X, new = texts(200, seed), with_odd(texts(rows, seed + 1), seed)
        new[: len(ODD_TEXTS)] = ODD_TEXTS[:rows]
        y = np.array([1 if "money" in text else 2 if "free" in text else 0 for text in X])
    elif kind == "array":
        (X, y), (new, _) = numbers(200, seed), numbers(rows, seed + 1)
    else:
        (X, y), (new, _) = table(200, seed), table(rows, seed + 1, is_new=True)
    needs_dense = draw.random() < 0.4
    before = {"texts": _of_texts, "array": _of_numbers, "table": _of_table}[kind](draw, needs_dense)
    if draw.random() < 0.2:
        target = np.exp(y + np.random.default_rng(seed).normal(size=len(y)))
        pipeline = Pipeline([*before, ("model", _regressor(draw))]).fit(X, target)
        pipeline.predict(new)
        return Made(pipeline, new, classifies=False)
    if draw.random() < 0.3:
        y = y == y.max()
    elif draw.random() < 0.5:
        y = np.array(["none", "some", "much"])[y]
    pipeline = Pipeline([*before, ("model", _classifier(draw, needs_dense))]).fit(X, y)
    pipeline.predict(new)
    return Made(pipeline, new, classifies=True)


# Rows to numbers


def _of_texts(draw: random.Random, is_dense: bool) -> list[tuple[str, Any]]:
    if draw.random() < 0.4:
        union = FeatureUnion(
            [("one", _text(draw)), ("two", _text(draw))],
            transformer_weights=draw.choice([None, {"one": 0.5}, {"one": 2.0, "two": 0.25}]),
        )
        first = ("union", union)
    else:
        first = ("text", _text(draw))
    if is_dense:
        return [first, ("svd", TruncatedSVD(draw.randint(2, 5), random_state=0))]
    return [first, *draw.choice([[], [("scale", preprocessing.MaxAbsScaler())], [("norm", preprocessing.Normalizer())]])]


def _of_numbers(draw: random.Random, is_dense: bool) -> list[tuple[str, Any]]:
    steps = [(f"step{at}", _numeric(draw)) for at in range(draw.randint(0, 3))]
    if draw.random() < 0.3:
        steps.append(("union", FeatureUnion([("all", "passthrough"), ("more", _numeric(draw))])))
    return steps


def _of_table(draw: random.Random, is_dense: bool) -> list[tuple[str, Any]]:
    numeric = draw.sample(["age", "income", "visits", "score", "member"], draw.randint(1, 4))
    categories = draw.sample(["city", "plan", "device"], draw.randint(1, 3))
    branches = [
        ("numbers", make_pipeline(_imputer(draw), *(_numeric(draw) for _ in range(draw.randint(0, 2)))), numeric),
        ("categories", _categories(draw), categories),
    ]
    if draw.random() < 0.4:
        note = _text(draw)
        branches.append(("note", make_pipeline(note, TruncatedSVD(3, random_state=0)) if is_dense else note, "note"))
    draw.shuffle(branches)
    prep = ColumnTransformer(
        branches,
        sparse_threshold=0 if is_dense else draw.choice([0, 0.3, 1]),
        transformer_weights=draw.choice([None, None, {"numbers": 2.0}]),
    )
    tail = draw.choice([[], [], [preprocessing.StandardScaler(with_mean=False)], [preprocessing.MaxAbsScaler()]])
    tail += draw.choice([[], [], [SelectKBest(f_classif, k=3)], [VarianceThreshold(1e-4)]])
    return [("prep", prep), *((f"tail{at}", part) for at, part in enumerate(tail))]


def _text(draw: random.Random) -> Any:
    options: dict[str, Any] = {
        "analyzer": draw.choice(["word", "word", "char", "char_wb"]),
        "ngram_range": draw.choice([(1, 1), (1, 2), (2, 3), (1, 4)]),
        "lowercase": draw.random() < 0.8,
        "strip_accents": draw.choice([None, None, "ascii", "unicode"]),
        "binary": draw.random() < 0.2,
    }
    if options["analyzer"] == "word":
        options["stop_words"] = draw.choice([None, None, "english", draw.sample(WORDS, 5)])
        options["token_pattern"] = draw.choice([r"(?u)\b\w\w+\b", r"(?u)\b\w+\b", r"[a-z]+", r"\S+", r"\w\w+"])
    weights = {
        "norm": draw.choice([None, "l1", "l2", "l2"]),
        "use_idf": draw.random() < 0.8,
        "smooth_idf": draw.random() < 0.8,
        "sublinear_tf": draw.random() < 0.4,
    }
    kind = draw.choice(["tfidf", "tfidf", "count", "hash"])
    if kind == "hash":
        hashing = HashingVectorizer(
            **options,
            n_features=draw.choice([2**6, 2**10, 1000]),
            alternate_sign=draw.random() < 0.5,
            norm=draw.choice([None, "l1", "l2"]),
        )
        return hashing if draw.random() < 0.5 else make_pipeline(hashing, TfidfTransformer(**weights))
    options.update(max_features=draw.choice([None, None, 50]), min_df=draw.choice([1, 1, 2]))
    if kind == "tfidf":
        return TfidfVectorizer(**options, **weights)
    return CountVectorizer(**options) if draw.random() < 0.5 else make_pipeline(CountVectorizer(**options), TfidfTransformer(**weights))


def _imputer(draw: random.Random) -> SimpleImputer:
    strategy = draw.choice(["mean", "median", "most_frequent", "constant"])
    fill = {"fill_value": 0} if strategy == "constant" else {}
    return SimpleImputer(strategy=strategy, add_indicator=draw.random() < 0.4, **fill)


def _numeric(draw: random.Random) -> Any:
    p = preprocessing
    choices: list[Callable[[], Any]] = [
        lambda: p.StandardScaler(with_mean=draw.random() < 0.8, with_std=draw.random() < 0.8),
        lambda: p.MinMaxScaler(feature_range=draw.choice([(0, 1), (-2, 3)]), clip=draw.random() < 0.4),
        p.MaxAbsScaler,
        lambda: p.RobustScaler(
            with_centering=draw.random() < 0.8,
            with_scaling=draw.random() < 0.8,
            quantile_range=draw.choice([(25.0, 75.0), (10.0, 90.0)]),
            unit_variance=draw.random() < 0.3,
        ),
        lambda: p.Normalizer(norm=draw.choice(["l1", "l2", "max"])),
        lambda: p.PowerTransformer(standardize=draw.random() < 0.7),
        lambda: p.QuantileTransformer(
            n_quantiles=draw.choice([10, 50]), output_distribution=draw.choice(["uniform", "normal"]), random_state=0
        ),
        lambda: p.PolynomialFeatures(
            degree=draw.choice([1, 2, 3]), interaction_only=draw.random() < 0.4, include_bias=draw.random() < 0.5
        ),
        lambda: p.KBinsDiscretizer(
            n_bins=draw.choice([3, 5]),
            encode=draw.choice(["onehot", "onehot-dense", "ordinal"]),
            strategy=draw.choice(["uniform", "quantile"]),
        ),
        lambda: PCA(draw.choice([1, 2]), whiten=draw.random() < 0.4, random_state=0),
        lambda: SelectKBest(f_classif, k=draw.choice([1, 2, "all"])),
        lambda: SelectPercentile(f_classif, percentile=60),
        lambda: VarianceThreshold(),
        lambda: p.FunctionTransformer(draw.choice([np.abs, np.cbrt, np.expm1, np.tanh, np.sign, np.square, None])),
        lambda: "passthrough",
    ]
    return draw.choice(choices)()


def _categories(draw: random.Random) -> Any:
    p = preprocessing
    kind = draw.choice(["one-hot", "one-hot", "ordinal", "target", "imputed"])
    if kind == "imputed":
        fill = draw.choice([{"strategy": "most_frequent"}, {"strategy": "constant", "fill_value": "none"}])
        return make_pipeline(SimpleImputer(missing_values=np.nan, **fill), p.OneHotEncoder(handle_unknown="ignore"))
    if kind == "ordinal":
        return p.OrdinalEncoder(
            handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=draw.choice([-2, -1])
        )
    if kind == "target":
        return p.TargetEncoder(smooth=draw.choice(["auto", 5.0]), random_state=0)
    few = draw.choice([{}, {"min_frequency": 0.1}, {"max_categories": 4}])
    return p.OneHotEncoder(
        handle_unknown=draw.choice(["infrequent_if_exist", "ignore"]) if few else "ignore",
        drop=draw.choice([None, None, "first", "if_binary"]),
        **few,
    )


# Numbers to answers


def _classifier(draw: random.Random, is_dense: bool) -> Any:
    simple = [
        lambda: linear_model.LogisticRegression(C=draw.choice([0.1, 1.0, 10.0]), max_iter=200),
        lambda: linear_model.SGDClassifier(loss=draw.choice(["log_loss", "modified_huber", "hinge"]), random_state=0),
        lambda: linear_model.RidgeClassifier(),
        lambda: svm.LinearSVC(),
        lambda: naive_bayes.MultinomialNB(alpha=draw.choice([0.1, 1.0])),
        lambda: naive_bayes.ComplementNB(norm=draw.random() < 0.5),
        lambda: naive_bayes.BernoulliNB(binarize=draw.choice([0.0, 0.3])),
        lambda: tree.DecisionTreeClassifier(max_depth=draw.choice([3, None]), random_state=0),
        lambda: ensemble.RandomForestClassifier(8, max_depth=draw.choice([4, None]), random_state=0),
        lambda: ensemble.ExtraTreesClassifier(8, random_state=0),
        lambda: ensemble.GradientBoostingClassifier(n_estimators=5, random_state=0),
    ]
    if is_dense:
        simple += [
            lambda: naive_bayes.GaussianNB(),
            lambda: ensemble.HistGradientBoostingClassifier(max_iter=8, random_state=0),
            lambda: neural_network.MLPClassifier(
                (6,), activation=draw.choice(["relu", "tanh", "logistic", "identity"]), max_iter=30, random_state=0
            ),
        ]
    kind = draw.random()
    if kind < 0.65:
        return draw.choice(simple)()
    inner = [linear_model.LogisticRegression(max_iter=200), tree.DecisionTreeClassifier(max_depth=3, random_state=0)]
    if kind < 0.75:
        return CalibratedClassifierCV(draw.choice(simple)(), method=draw.choice(["sigmoid", "isotonic"]), cv=3)
    if kind < 0.85:
        return ensemble.VotingClassifier(
            [("one", inner[0]), ("two", inner[1])],
            voting=draw.choice(["soft", "hard"]),
            weights=draw.choice([None, [1, 3]]),
        )
    if kind < 0.95 or VERSION < (1, 5):
        return ensemble.StackingClassifier(
            [("one", inner[0]), ("two", inner[1])], cv=3, passthrough=draw.random() < 0.4
        )
    from sklearn.model_selection import FixedThresholdClassifier

    return FixedThresholdClassifier(inner[0], threshold=draw.choice([0.3, 0.6]), response_method="predict_proba")


def _regressor(draw: random.Random) -> Any:
    choices: list[Callable[[], Any]] = [
        lambda: linear_model.Ridge(alpha=draw.choice([0.1, 10.0])),
        lambda: linear_model.Lasso(alpha=0.1),
        lambda: linear_model.ElasticNet(alpha=0.1),
        lambda: linear_model.LinearRegression(),
        lambda: linear_model.SGDRegressor(random_state=0),
        lambda: tree.DecisionTreeRegressor(max_depth=4, random_state=0),
        lambda: ensemble.RandomForestRegressor(8, random_state=0),
        lambda: ensemble.GradientBoostingRegressor(n_estimators=8, random_state=0),
        lambda: TransformedTargetRegressor(linear_model.Ridge(), func=np.log1p, inverse_func=np.expm1),
    ]
    return draw.choice(choices)()
