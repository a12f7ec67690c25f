"""Which rows of a sample the file keeps, and with which answers."""

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import spillway.sklearn as s

from support import Files


class SampleTest(Files):
    def fitted(self, X):
        return make_pipeline(StandardScaler(), LogisticRegression()).fit(X, self.y)

    def test_twenty_rows_are_kept_and_some_have_missing_values(self):
        pipeline = make_pipeline(make_column_transformer((StandardScaler(), ["a"])), LogisticRegression())
        pipeline.fit(self.X, self.y)
        table = self.X.assign(a=self.X.a.to_numpy(), when=pd.Timestamp("2020-01-01"))[["when", "a", "b", "c"]]
        table.loc[[50, 60], "b"] = np.nan
        kept = self.export(pipeline, sample=table)[1]["sample"]["rows"]
        self.assertEqual(len(kept), 20)
        firsts = [row[0] for row in kept]
        self.assertEqual(firsts[0], self.X.a[0])
        self.assertTrue({self.X.a[50], self.X.a[60], self.X.a[199]} <= set(firsts))
        # Columns that no step reads stay out.
        self.assertEqual({tuple(row[1:]) for row in kept}, {(None, None)})

    def test_fewer_rows_are_all_kept(self):
        _, json_, tensors = self.export(self.fitted(self.X), sample=self.X[:3])
        self.assertEqual(len(json_["sample"]["rows"]), 3)
        np.testing.assert_allclose(
            tensors["sample/answers"].reshape(3, 2), self.fitted(self.X).predict_proba(self.X[:3]), rtol=1e-15
        )
        self.assertIsNone(self.export(self.fitted(self.X))[1]["sample"])

    def test_arrays_lists_and_sparse_matrices(self):
        array = self.X.to_numpy()
        pipeline = make_pipeline(StandardScaler(with_mean=False), LogisticRegression()).fit(array, self.y)
        expected = self.export(pipeline, sample=array)[1]["sample"]["rows"]
        self.assertEqual(self.export(pipeline, sample=array.tolist())[1]["sample"]["rows"], expected)
        for sparse in (sp.csr_matrix, sp.coo_matrix):
            self.assertEqual(self.export(pipeline, sample=sparse(array))[1]["sample"]["rows"], expected)

    def test_answers_are_those_of_double_precision(self):
        array = self.X.to_numpy(dtype="float32")
        pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(array.astype(float), self.y)
        answers = self.export(pipeline, sample=array[:20])[2]["sample/answers"]
        expected = pipeline.predict_proba(array[:20].astype(float))
        np.testing.assert_allclose(answers.reshape(20, 2), expected, rtol=1e-13)

    def test_other_rows_are_refused(self):
        named, numbered = self.fitted(self.X), self.fitted(self.X.to_numpy())
        structured = np.zeros(3, dtype=[("a", "f8"), ("b", "f8"), ("c", "f8")])
        for pipeline, sample, error, why in [
            (named, self.X.to_numpy(), TypeError, "expected a DataFrame with a, b, c"),
            (named, self.X[["a", "b"]], ValueError, "no column c"),
            (named, self.X[:0], ValueError, "got none"),
            (named, self.X.assign(a=b"x"), TypeError, "column 'a', row 0 of those kept: .* got bytes"),
            (numbered, self.X.to_numpy()[:, :2], ValueError, r"expected rows of 3 columns, got shape \(200, 2\)"),
            (numbered, structured, TypeError, "structured array"),
            (numbered, 3, TypeError, "expected a DataFrame, an array or a list, got int"),
        ]:
            with self.assertRaisesRegex(error, why):
                s.export(pipeline, self.path, sample=sample)
