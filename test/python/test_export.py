"""What ``export`` writes and refuses, by scikit-learn's own pipelines."""

import os
import subprocess
import sys
from unittest.mock import patch

import numpy as np
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

import spillway.sklearn as s
from spillway.sklearn._file import strings

from support import Custom, Files


class ExportTest(Files):
    def test_a_pipeline_as_the_last_step_and_a_search_as_the_whole_are_their_steps(self):
        inner = make_pipeline(StandardScaler(), LogisticRegression())
        plain = Pipeline([("one", StandardScaler()), ("two", inner)])
        search = GridSearchCV(plain, {"two__logisticregression__C": [1.0, 2.0]}, cv=2)
        for pipeline in (plain, search):
            _, json_, _ = self.export(pipeline.fit(self.X, self.y))
            self.assertEqual(
                [node["path"] for node in json_["nodes"]], ["one", "one", "two.standardscaler"], type(pipeline)
            )
            self.assertEqual(json_["model"]["path"], "two.logisticregression")
            self.assertEqual(json_["classes"], [False, True])

    def test_training_rows_are_checked_as_the_sample_is(self):
        texts = make_pipeline(CountVectorizer(), LogisticRegression()).fit(["a bird", "two birds"], [0, 1])
        table = make_pipeline(StandardScaler(), LogisticRegression()).fit(self.X, self.y)
        for pipeline, given, error, why in (
            (texts, "hello", TypeError, "got one text"),
            (texts, [], ValueError, "expected some rows"),
            (texts, ["a", None, 3], TypeError, "row 1: expected a text, got NoneType"),
            (texts, self.X, TypeError, "reads texts, and this is a table"),
            (table, self.X[["a", "b"]], ValueError, "no column c"),
            (table, self.X.assign(a="x"), ValueError, "doesn't take these rows: could not convert"),
            (texts[-1], ["a", "b"], ValueError, "texts: pass the whole Pipeline"),
        ):
            with self.assertRaisesRegex(error, f"fitted_on: .*{why}"):
                s.export(pipeline, self.path, fitted_on=given)
        self.assertEqual(os.listdir(self.folder), [])
        self.export(table, fitted_on=self.X)

    def test_a_folder_that_is_not_there_is_named(self):
        pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(self.X, self.y)
        path = os.path.join(self.folder, "nowhere", "x.pipeline")
        with self.assertRaisesRegex(FileNotFoundError, "the folder '.*nowhere' of .*doesn't exist"):
            s.export(pipeline, path)

    def test_what_is_not_fitted_is_said_before_all_else(self):
        unfitted = make_pipeline(Custom(), LogisticRegression())
        for pipeline in (unfitted, LogisticRegression(), GridSearchCV(unfitted, {})):
            with self.assertRaisesRegex(s.NotFitted, "isn't fitted: call fit"):
                s.export(pipeline, self.path)
        with self.assertRaisesRegex(s.NotFitted, "refit=False"):
            s.check(GridSearchCV(make_pipeline(LogisticRegression()), {}, cv=2, refit=False).fit(self.X, self.y))
        for other in (LogisticRegression, "model.joblib", None):
            with self.assertRaisesRegex(TypeError, "expected a fitted Pipeline"):
                s.check(other)
        half = Pipeline([("scale", StandardScaler()), ("lr", LogisticRegression().fit(self.X, self.y))])
        with self.assertRaisesRegex(s.NotReadable, "scale: StandardScaler isn't fitted"):
            s.export(half, self.path)
        self.assertEqual(os.listdir(self.folder), [])

    def test_all_that_cannot_be_read_is_said_at_once_and_a_file_of_that_name_stays(self):
        prep = ColumnTransformer([("one", Custom(), ["a"]), ("two", StandardScaler(), ["b"]), ("three", Custom(), ["c"])])
        pipeline = Pipeline([("prep", prep), ("scale", Custom()), ("lr", LogisticRegression())]).fit(self.X, self.y)
        with open(self.path, "w") as file:
            file.write("before")
        with self.assertRaises(s.NotReadable) as raised:
            s.export(pipeline, self.path, sample=self.X)
        self.assertEqual([each.path for each in raised.exception.refusals], ["prep.one", "prep.three", "scale"])
        self.assertIn("prep.one: ", str(raised.exception))
        with open(self.path) as file:
            self.assertEqual(file.read(), "before")

        report, json_, tensors = self.export(pipeline, partial=True, sample=self.X)
        self.assertEqual(report.features, ["two"])
        self.assertEqual(json_["cut"], [{"name": "two", "node": 1}])
        self.assertEqual([node["op"] for node in json_["nodes"]], ["input", "affine"])
        self.assertEqual([each["path"] for each in json_["leftOut"]], ["prep.one", "prep.three", "scale"])
        # The sample's answers come from a model that isn't there.
        self.assertEqual((json_["model"], json_["sample"]), (None, None))
        self.assertEqual(sorted(tensors), ["0/chosen", "1/div", "1/names.ends", "1/names.units", "1/sub"])

    def test_without_one_readable_branch_partial_gives_nothing(self):
        pipeline = make_pipeline(Custom(), LogisticRegression()).fit(self.X, self.y)
        with self.assertRaises(s.NotReadable):
            s.export(pipeline, self.path, partial=True)

    def test_a_pipeline_without_a_model_is_features(self):
        report, json_, _ = self.export(make_pipeline(StandardScaler()).fit(self.X))
        self.assertEqual((report.model, json_["model"], json_["leftOut"]), (None, None, []))
        self.assertEqual(report.features, ["standardscaler"])

    def test_branches_keep_names_of_their_own(self):
        union = FeatureUnion([("a", make_pipeline(make_column_transformer((StandardScaler(), ["a"])))), ("b", "drop")])
        _, json_, _ = self.export(Pipeline([("u", union), ("lr", LogisticRegression())]).fit(self.X, self.y))
        self.assertEqual([each["name"] for each in json_["cut"]], ["a.standardscaler"])
        same = FeatureUnion([("x", make_column_transformer((StandardScaler(), ["a"]))), ("x.standardscaler", StandardScaler())])
        _, json_, _ = self.export(Pipeline([("u", same), ("lr", LogisticRegression())]).fit(self.X, self.y))
        self.assertEqual([each["name"] for each in json_["cut"]], ["x.standardscaler", "x.standardscaler#2"])

    def test_rows_are_arrays_where_columns_have_no_names(self):
        numbered = self.X.set_axis([7, 8, 9], axis=1)
        prep = make_column_transformer((StandardScaler(), [0, -1]), remainder="passthrough")
        _, json_, tensors = self.export(make_pipeline(prep, LogisticRegression()).fit(numbered, self.y), sample=numbered)
        self.assertEqual(json_["rows"], {"kind": "array", "columns": 3})
        self.assertEqual(tensors["0/chosen"].tolist(), [0, 2])
        self.assertEqual(json_["sample"]["rows"][0], numbered.iloc[0].tolist())

    def test_a_leading_passthrough_says_nothing_of_rows(self):
        pipeline = Pipeline([("as it is", "passthrough"), ("lr", LogisticRegression())]).fit(self.X, self.y)
        self.assertEqual(self.export(pipeline)[1]["rows"]["kind"], "columns")

    def test_columns_of_one_name_are_refused(self):
        pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(self.X, self.y)
        # Some releases of scikit-learn fit such a table, others don't.
        pipeline[0].feature_names_in_ = np.array(["a", "b", "a"], dtype=object)
        with self.assertRaisesRegex(s.NotReadable, "standardscaler: two columns are named 'a'"):
            s.export(pipeline, self.path)

    def test_the_same_pipeline_gives_the_same_octets(self):
        program = (
            "import sys, numpy as np, pandas as pd, spillway.sklearn as s\n"
            "from sklearn.pipeline import make_pipeline\n"
            "from sklearn.preprocessing import StandardScaler\n"
            "from sklearn.linear_model import LogisticRegression\n"
            "X = pd.DataFrame(np.random.default_rng(0).normal(size=(50, 2)), columns=['a', 'b'])\n"
            "s.export(make_pipeline(StandardScaler(), LogisticRegression()).fit(X, X.a > 0), sys.argv[1], sample=X)\n"
        )
        other = os.path.join(self.folder, "other")
        subprocess.run([sys.executable, "-c", program, other], check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
        with patch.object(sys, "argv", ["", self.path]):
            exec(program, {})
        with open(self.path, "rb") as one, open(other, "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_a_file_that_cannot_be_written_leaves_nothing(self):
        pipeline = make_pipeline(LogisticRegression()).fit(self.X, self.y)
        os.mkdir(self.path)
        with self.assertRaises(OSError):
            s.export(pipeline, self.path)
        self.assertEqual(os.listdir(self.folder), ["a.pipeline"])

    def test_texts_are_units_and_ends(self):
        parts = strings(["a\u00e9", "", "\U0001f600b", "\ud800", "\udc00"])
        self.assertEqual(parts["units"].tolist(), [0x61, 0xE9, 0xD83D, 0xDE00, 0x62, 0xD800, 0xDC00])
        self.assertEqual(parts["ends"].tolist(), [2, 2, 5, 6, 7])
        self.assertEqual(strings([])["ends"].tolist(), [])
