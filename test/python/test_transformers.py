"""What of transformers can't be read, and how it is said."""

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)

import spillway.sklearn as s

from support import Files


class TransformersTest(Files):
    def refusals(self, *steps, X=None):
        """Those of one branch, without its path."""
        X = self.X if X is None else X
        prep = ColumnTransformer([("step", make_pipeline(*steps), make_column_selector())])
        found = s.check(make_pipeline(prep, LogisticRegression()).fit(X, self.y[: len(X)])).refusals
        return [str(each).replace("columntransformer.step.", "") for each in found]

    def test_functions_go_by_their_names_in_numpy(self):
        self.assertEqual(self.refusals(FunctionTransformer(np.tanh), FunctionTransformer(np.fabs)), [])
        self.assertEqual(
            self.refusals(
                FunctionTransformer(lambda x: x),
                FunctionTransformer(np.sort),
                FunctionTransformer(np.round, kw_args={"decimals": 1}),
            ),
            [
                "functiontransformer-1: func=<function>",
                "functiontransformer-2: func=numpy.sort",
                "functiontransformer-3: kw_args={'decimals': 1}",
            ],
        )

    def test_categories_are_values_that_rows_have(self):
        dates = pd.DataFrame({"day": pd.to_datetime(["2020-01-01", "2020-01-02"] * 10)})
        self.assertRegex(self.refusals(OneHotEncoder(), X=dates)[0], "^onehotencoder: a category .*2020-01-01")
        large = pd.DataFrame({"id": [2**53 + 1, 1] * 10})
        self.assertRegex(self.refusals(OrdinalEncoder(), X=large)[0], "9007199254740993")
        octets = pd.DataFrame({"x": pd.Series([b"a", b"b"] * 10, dtype=object)})
        self.assertRegex(self.refusals(OneHotEncoder(handle_unknown="ignore"), X=octets)[0], "b'a'")

    def test_what_scikit_learn_does_otherwise_on_sparse_columns_is_refused(self):
        words = pd.DataFrame({"word": list("abcd") * 10})
        normal = QuantileTransformer(n_quantiles=5, output_distribution="normal")
        self.assertRegex(self.refusals(OneHotEncoder(), normal, X=words)[0], "^quantiletransformer: .*'normal' of sparse")
        svd = TruncatedSVD(2, random_state=0)
        self.assertEqual(self.refusals(OneHotEncoder(), svd, normal, X=words), [])
        uniform = QuantileTransformer(n_quantiles=5)
        self.assertEqual(self.refusals(OneHotEncoder(), uniform, X=words), [])

    def test_a_column_without_any_value_has_no_scale(self):
        scaler = StandardScaler().fit(self.X.assign(a=np.nan))
        pipeline = make_pipeline(scaler, LogisticRegression().fit(self.X, self.y))
        self.assertRegex(str(s.check(pipeline).refusals[0]), "^standardscaler: a column without any value in the fit")

    def test_splines_that_scikit_learn_itself_gets_wrong_are_refused(self):
        self.assertRegex(self.refusals(SplineTransformer(degree=0, extrapolation="periodic"))[0], "degree=0")
        self.assertRegex(self.refusals(SplineTransformer(degree=1, extrapolation="linear"))[0], "degree=1")

    def test_a_branch_is_told_by_its_path_and_all_that_is_in_it(self):
        class Own(StandardScaler):
            pass

        refusals = self.refusals(Own(), FunctionTransformer(lambda x: x), StandardScaler())
        self.assertEqual([each.partition(":")[0] for each in refusals], ["own", "functiontransformer"])

    def test_names_are_those_of_the_frame_that_a_transformer_was_fitted_on(self):
        first = ColumnTransformer([("n", StandardScaler(), ["c", "a"]), ("p", "passthrough", ["b"])])
        second = ColumnTransformer([("x", "passthrough", ["p__b", "n__a"])])
        pipeline = make_pipeline(first.set_output(transform="pandas"), second, LogisticRegression()).fit(self.X, self.y)
        self.assertEqual(s.check(pipeline).refusals, [])
        self.assertEqual(s.check(pipeline).features, ["x.p", "x.n"])
