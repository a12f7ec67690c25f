"""The forty pipelines of the workload: unfitted, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np
from sklearn import ensemble, linear_model, naive_bayes, neural_network, preprocessing, svm, tree
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2, f_classif
from sklearn.impute import SimpleImputer
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union


@dataclass(frozen=True)
class Recipe:
    #: The rows that it is fitted on.
    rows: str
    make: Callable[[], Any]
    has_text: bool = False
    #: Whether scikit-learn computes all of it in double precision.
    is_double: bool = True
    #: Whether products of dense matrices are most of it: there scikit-learn has BLAS.
    has_products: bool = False


def _logistic() -> Any:
    return linear_model.LogisticRegression(max_iter=300)


def _words(**options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(max_features=5_000, **options)


def _of(*steps: Any) -> Callable[[], Any]:
    """Steps are made anew for each pipeline: classes, functions without arguments, or objects that no other has."""
    return lambda: make_pipeline(*(step() if callable(step) else step for step in steps))


NUMBERS = ["age", "income", "visits", "score"]
CATEGORIES = ["city", "plan", "device"]


def _table(numbers: Any = None, categories: Any = None, *more: Any, dense: bool = False) -> ColumnTransformer:
    numbers = numbers or make_pipeline(SimpleImputer(strategy="median"), preprocessing.StandardScaler())
    categories = categories or preprocessing.OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer(
        [("numbers", numbers, NUMBERS), ("categories", categories, CATEGORIES), *more],
        sparse_threshold=0 if dense else 0.3,
    )


def _ordinal() -> preprocessing.OrdinalEncoder:
    return preprocessing.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)


def _imputed(*steps: Any) -> Any:
    return make_pipeline(SimpleImputer(add_indicator=True), *steps)


def _mails(*tail: Any) -> Callable[[], Any]:
    prep = lambda: ColumnTransformer(  # noqa: E731
        [("subject", _words(sublinear_tf=True), "subject"), ("body", _words(ngram_range=(1, 2)), "body")]
    )
    return _of(prep, *tail)


def _flights(model: Callable[[], Any], **options: Any) -> Callable[[], Any]:
    categories = preprocessing.OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=20)
    return lambda: make_pipeline(
        ColumnTransformer(
            [("airports", categories, ["origin", "destination"])], remainder=preprocessing.StandardScaler(), **options
        ),
        model(),
    )


def _note(text: Any, is_dense: bool = False) -> ColumnTransformer:
    return _table(None, None, ("note", text, "note"), dense=is_dense)


def _lightgbm() -> Any:
    from lightgbm import LGBMClassifier

    return LGBMClassifier(n_estimators=60, num_leaves=15, n_jobs=1, verbose=-1)


def _xgboost() -> Any:
    from xgboost import XGBClassifier

    return XGBClassifier(n_estimators=60, max_depth=5, n_jobs=1)


e, p = ensemble, preprocessing
TEXT = {"has_text": True}
FORTY: dict[str, Recipe] = {
    "words, logistic": Recipe("glosses", _of(_words, _logistic), **TEXT),
    "words 1-2, support vectors": Recipe(
        "glosses", _of(lambda: _words(ngram_range=(1, 2), sublinear_tf=True), svm.LinearSVC), **TEXT
    ),
    "characters within words 2-4, logistic": Recipe(
        "glosses", _of(lambda: _words(analyzer="char_wb", ngram_range=(2, 4)), _logistic), **TEXT
    ),
    "characters 1-3, gradient descent": Recipe(
        "glosses",
        _of(
            lambda: _words(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
            lambda: linear_model.SGDClassifier(loss="log_loss", random_state=0),
        ),
        **TEXT,
    ),
    "counts, multinomial": Recipe("glosses", _of(CountVectorizer, naive_bayes.MultinomialNB), **TEXT),
    "terms, Bernoulli": Recipe("glosses", _of(lambda: CountVectorizer(binary=True), naive_bayes.BernoulliNB), **TEXT),
    "counts, complement": Recipe(
        "glosses", _of(lambda: CountVectorizer(stop_words="english"), naive_bayes.ComplementNB), **TEXT
    ),
    "hashed words, logistic": Recipe(
        "glosses", _of(lambda: HashingVectorizer(n_features=2**16), TfidfTransformer, _logistic), **TEXT
    ),
    "words and characters, logistic": Recipe(
        "glosses",
        _of(lambda: make_union(_words(), _words(analyzer="char_wb", ngram_range=(3, 3))), _logistic),
        **TEXT,
    ),
    "folded words, calibrated support vectors": Recipe(
        "glosses",
        _of(
            lambda: _words(strip_accents="unicode", stop_words="english"),
            lambda: CalibratedClassifierCV(svm.LinearSVC(), cv=3),
        ),
        **TEXT,
    ),
    "words, latent, logistic": Recipe(
        "glosses", _of(_words, lambda: TruncatedSVD(50, random_state=0), _logistic), has_products=True, **TEXT
    ),
    "subject and body, logistic": Recipe("mails", _mails(_logistic), **TEXT),
    "subject and body, selected, logistic": Recipe(
        "mails", _mails(lambda: SelectKBest(chi2, k=2_000), _logistic), **TEXT
    ),
    "note and table, logistic": Recipe(
        "table", _of(lambda: _note(TfidfVectorizer(token_pattern=r"(?u)\b\w+\b")), _logistic), **TEXT
    ),
    "note and table, boosting": Recipe(
        "table",
        _of(
            lambda: _note(CountVectorizer(min_df=5)),
            lambda: e.GradientBoostingClassifier(n_estimators=40, random_state=0),
        ),
        **TEXT,
    ),
    "table, logistic": Recipe("table", _of(_table, _logistic)),
    "table with gaps, histogram boosting": Recipe(
        "table",
        _of(
            lambda: _table("passthrough", _ordinal(), dense=True),
            lambda: e.HistGradientBoostingClassifier(categorical_features=[4, 5, 6], max_iter=60, random_state=0),
        ),
    ),
    "table, random forest": Recipe(
        "table", _of(_table, lambda: e.RandomForestClassifier(100, max_depth=10, random_state=0))
    ),
    "table, extra trees": Recipe("table", _of(_table, lambda: e.ExtraTreesClassifier(100, max_depth=10, random_state=0))),
    "table, boosting": Recipe("table", _of(_table, lambda: e.GradientBoostingClassifier(random_state=0))),
    "table, target encoding, logistic": Recipe(
        "table", _of(lambda: _table(None, p.TargetEncoder(random_state=0)), _logistic)
    ),
    "table, bins, logistic": Recipe("table", _of(lambda: _table(_imputed(p.KBinsDiscretizer(8))), _logistic)),
    "table, power, logistic": Recipe("table", _of(lambda: _table(_imputed(p.PowerTransformer())), _logistic)),
    "table, quantiles, logistic": Recipe(
        "table",
        _of(lambda: _table(_imputed(p.QuantileTransformer(n_quantiles=200, output_distribution="normal"))), _logistic),
    ),
    "table, polynomials, logistic": Recipe(
        "table", _of(lambda: _table(_imputed(p.RobustScaler(), p.PolynomialFeatures(2))), _logistic)
    ),
    "table, Gaussian": Recipe(
        "table", _of(lambda: _table(_imputed(p.MinMaxScaler()), dense=True), naive_bayes.GaussianNB)
    ),
    "table, categorical": Recipe(
        "table",
        lambda: make_pipeline(
            ColumnTransformer(
                [
                    ("numbers", _imputed(p.KBinsDiscretizer(5, encode="ordinal")), ["income", "visits"]),
                    ("plan", p.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=3), ["plan"]),
                ]
            ),
            naive_bayes.CategoricalNB(min_categories=6),
        ),
    ),
    "table, selected, gradient descent": Recipe(
        "table",
        _of(
            _table,
            lambda: SelectKBest(f_classif, k=10),
            lambda: linear_model.SGDClassifier(loss="modified_huber", random_state=0),
        ),
    ),
    "numbers, components, logistic": Recipe(
        "numbers", _of(p.StandardScaler, lambda: PCA(5), _logistic), has_products=True
    ),
    "numbers, network": Recipe(
        "numbers",
        _of(p.StandardScaler, lambda: neural_network.MLPClassifier((64, 32), max_iter=30, random_state=0)),
        has_products=True,
    ),
    "table, vote": Recipe(
        "table",
        _of(
            _table,
            lambda: e.VotingClassifier(
                [("linear", _logistic()), ("trees", e.RandomForestClassifier(30, max_depth=8, random_state=0))],
                voting="soft",
            ),
        ),
    ),
    "table, stack": Recipe(
        "table",
        _of(
            _table,
            lambda: e.StackingClassifier(
                [("linear", _logistic()), ("tree", tree.DecisionTreeClassifier(max_depth=6, random_state=0))], cv=3
            ),
        ),
    ),
    "table, calibrated forest": Recipe(
        "table",
        _of(
            _table,
            lambda: CalibratedClassifierCV(
                e.RandomForestClassifier(30, max_depth=8, random_state=0), method="isotonic", cv=3
            ),
        ),
    ),
    "numbers, threshold": Recipe(
        "numbers", _of(p.StandardScaler, lambda: FixedThresholdClassifier(_logistic(), threshold=0.3))
    ),
    "flights, ridge": Recipe("flights", _flights(linear_model.Ridge)),
    "flights, decision tree": Recipe(
        "flights", _flights(lambda: tree.DecisionTreeRegressor(max_depth=10, random_state=0))
    ),
    "flights, elastic net of logarithms": Recipe(
        "flights",
        _flights(
            lambda: TransformedTargetRegressor(
                linear_model.ElasticNet(alpha=0.01), func=np.arcsinh, inverse_func=np.sinh
            )
        ),
    ),
    "flights, histogram boosting": Recipe(
        "flights", _flights(lambda: e.HistGradientBoostingRegressor(max_iter=60, random_state=0), sparse_threshold=0)
    ),
    "table, LightGBM": Recipe("table", _of(lambda: _table("passthrough", _ordinal(), dense=True), _lightgbm)),
    "table, XGBoost": Recipe(
        "table", _of(lambda: _table("passthrough", _ordinal(), dense=True), _xgboost), is_double=False
    ),
}


def mail_branches() -> Pipeline:
    """Subject words, body words and characters, before logistic regression."""
    options = {"sublinear_tf": True, "dtype": np.float64}
    return Pipeline(
        [
            (
                "texts",
                ColumnTransformer(
                    [
                        ("subject", TfidfVectorizer(max_features=3_000, **options), "subject"),
                        ("words", TfidfVectorizer(max_features=10_000, **options), "body"),
                        (
                            "chars",
                            TfidfVectorizer(analyzer="char", ngram_range=(2, 5), max_features=50_000, **options),
                            "body",
                        ),
                    ]
                ),
            ),
            ("logistic", linear_model.LogisticRegression(C=10, max_iter=300)),
        ]
    )
