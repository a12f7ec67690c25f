"""Which models ``export`` reads, what it makes of them, and what it refuses."""

import unittest

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.naive_bayes import MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC

import spillway.sklearn as s
from spillway.sklearn._labels import labels_of
from spillway.sklearn._graph import Graph
from spillway.sklearn._sparsity import give_sparse
from spillway.sklearn.models.linear import _link

from support import Files


class OneVsRest:
    """As linear models with probabilities of each class against the rest."""

    classes_ = np.arange(3)

    def __init__(self, coef, intercept):
        self.coef_, self.intercept_ = coef, intercept

    def decision_function(self, X):
        return X @ self.coef_.T + self.intercept_

    def predict_proba(self, X):
        each = 1 / (1 + np.exp(-self.decision_function(X)))
        return each / each.sum(axis=1, keepdims=True)


class ModelsTest(Files):
    def refused(self, model, y=None):
        with self.assertRaises(s.NotReadable) as raised:
            s.export(model.fit(self.X, self.y if y is None else y), self.path)
        return [str(each) for each in raised.exception.refusals]

    def test_what_is_no_such_model_is_refused_wherever_it_stands(self):
        self.assertEqual(
            self.refused(KNeighborsClassifier()), ["model: KNeighborsClassifier isn't among the models that can be read"]
        )
        voting = VotingClassifier([("near", KNeighborsClassifier()), ("lr", LogisticRegression()), ("svc", SVC())])
        self.assertEqual(
            [each.partition(":")[0] for each in self.refused(make_pipeline(StandardScaler(), voting))],
            ["votingclassifier.near", "votingclassifier.svc"],
        )
        stacking = StackingClassifier([("lr", LogisticRegression())], KNeighborsClassifier(), cv=2)
        self.assertRegex(self.refused(stacking)[0], r"^model\.final_estimator: KNeighborsClassifier")
        calibrated = CalibratedClassifierCV(SVC(), cv=2)
        self.assertRegex(
            self.refused(calibrated)[0], r"^model\.calibrated_classifiers_\.0: SVC isn't among the models whose decision"
        )

    def test_answers_to_several_questions_and_by_chance_are_refused(self):
        both = np.column_stack([self.X.a, self.X.b])
        for model in (LinearRegression(), Ridge(), MLPRegressor(max_iter=5)):
            self.assertIn("more than one question", self.refused(model, both)[0])
        self.assertIn("strategy='uniform' answers by chance", self.refused(DummyClassifier(strategy="uniform"))[-1])

    def test_a_link_is_told_whatever_the_size_of_weights(self):
        for scale in (1, 1e4):
            one = LogisticRegression().fit(self.X, np.digitize(self.X.a, [-0.5, 0.5]))
            one.coef_, one.intercept_ = one.coef_ * scale, one.intercept_ * scale + 300
            self.assertEqual(_link(one), (1, "softmax"))
            rest = OneVsRest(one.coef_, one.intercept_)
            self.assertEqual(_link(rest), (1, "one against rest"))

    def test_a_target_whose_inverse_is_not_known_is_refused(self):
        own = TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=lambda x: np.expm1(x))
        quantiles = TransformedTargetRegressor(Ridge(), transformer=QuantileTransformer(n_quantiles=10))
        for model in (own, quantiles):
            self.assertRegex(self.refused(model, np.exp(self.X.a))[0], r"^model\.transformer: ")

    def test_single_precision_is_written_in_double(self):
        narrow = self.X.astype("float32")
        for step in (PCA(2), TruncatedSVD(2), PowerTransformer(), MinMaxScaler(), MaxAbsScaler(), RobustScaler()):
            _, _, tensors = self.export(make_pipeline(step, LogisticRegression()).fit(narrow, self.y))
            self.assertTrue({each.dtype.str for each in tensors.values()} <= {"<f8", "<i4", "<u4", "<u2"})

    def test_xgboost_on_arrays_needs_a_sample(self):
        try:
            from xgboost import XGBClassifier
        except ImportError:
            self.skipTest("no xgboost")
        array = self.X.to_numpy()
        pipeline = make_pipeline(MaxAbsScaler(), XGBClassifier(n_estimators=2)).fit(array, self.y)
        with self.assertRaisesRegex(s.NotReadable, "xgbclassifier: takes what a sparse matrix doesn't store"):
            s.export(pipeline, self.path)
        self.assertEqual(s.check(pipeline).refusals, [])
        for rows, are_missing in ((array, False), (csr_matrix(array), True)):
            self.assertIs(self.export(pipeline, sample=rows)[1]["model"]["zerosAreMissing"], are_missing)

    def test_whether_a_model_is_given_a_sparse_matrix(self):
        self.assertIsNone(give_sparse([MaxAbsScaler()], None))
        self.assertIs(give_sparse([MaxAbsScaler()], True), True)
        self.assertIs(give_sparse([StandardScaler()], None), False)
        self.assertIs(give_sparse([StandardScaler(with_mean=False), PCA(2)], None), False)
        union = FeatureUnion([("a", MaxAbsScaler()), ("b", CountVectorizer())])
        self.assertIs(give_sparse([union], None), True)

    def test_parameters_that_are_not_finite_are_refused(self):
        model = LogisticRegression().fit(self.X, self.y)
        model.coef_[0, 1] = np.nan
        with self.assertRaisesRegex(s.NotReadable, "model: its weights hold nan"):
            s.export(model, self.path)

    def test_classes_that_are_one_label_are_refused(self):
        for classes, named in ((["1", 1], "'1' and 1"), ([True, "true"], "True and 'true'"), ([2, 2.0], "2 and 2.0")):
            graph = Graph()
            labels_of(classes, graph, "model")
            self.assertIn(named, str(graph.refusals[0]))
        graph = Graph()
        self.assertEqual(labels_of(np.array([0, 1]), graph, "model"), [0, 1])
        self.assertEqual(graph.refusals, [])

    def test_pipelines_inside_of_a_model_are_cut_at_their_own_concatenations(self):
        left = make_pipeline(StandardScaler(), LogisticRegression())
        voting = VotingClassifier([("left", left), ("right", LogisticRegression())], voting="soft")
        report, json_, _ = self.export(voting.fit(self.X, self.y), sample=self.X)
        self.assertEqual(report.features, ["columns"])
        self.assertEqual([node["op"] for node in json_["nodes"]], ["input", "affine", "answers", "answers", "concat"])
        self.assertEqual(json_["model"]["op"], "mean")

    def test_decision_values_of_members_are_calibrated_and_naive_bayes_is_linear(self):
        model = CalibratedClassifierCV(LinearSVC(), cv=3).fit(self.X, self.y)
        _, json_, _ = self.export(model, sample=self.X)
        self.assertEqual([member["op"] for member in json_["model"]["members"]], ["sigmoid"] * 3)
        self.assertEqual({node["model"]["link"] for node in json_["nodes"] if "model" in node}, {"none"})
        _, json_, _ = self.export(MultinomialNB().fit(self.X.abs(), self.y))
        self.assertEqual((json_["model"]["op"], json_["model"]["sums"]), ("linear", 1))

    def test_thresholds_are_decisions_or_labels(self):
        try:
            from sklearn.model_selection import FixedThresholdClassifier
        except ImportError:
            raise unittest.SkipTest("FixedThresholdClassifier came with scikit-learn 1.5")
        model = FixedThresholdClassifier(LogisticRegression(), threshold=0.3, pos_label=False)
        _, json_, _ = self.export(model.fit(self.X, self.y), sample=self.X)
        self.assertEqual(json_["decision"], {"class": 0, "threshold": 0.3})
        for options in ({"threshold": 0.0}, {"response_method": "decision_function"}):
            model = FixedThresholdClassifier(LogisticRegression(), **options).set_params(pos_label=True)
            _, json_, _ = self.export(model.fit(self.X, self.y), sample=self.X)
            self.assertEqual((json_["decision"], json_["model"]["op"]), (None, "threshold"))
