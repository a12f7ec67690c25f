"""``python -m spillway.sklearn check``: what it prints and how it ends."""

import contextlib
import io
import os
import sys

from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from spillway.sklearn.__main__ import main

from support import Custom, Files

PROGRAM = """
from test_command import made
good, bad, unfitted = made()
"""


def made():
    return CommandTest.pipelines


class CommandTest(Files):
    def setUp(self):
        super().setUp()
        prep = make_column_transformer((StandardScaler(), ["a"]), (Custom(), ["b"]))
        CommandTest.pipelines = (
            make_pipeline(StandardScaler(), LogisticRegression()).fit(self.X, self.y),
            make_pipeline(prep, LogisticRegression()).fit(self.X, self.y),
            make_pipeline(LogisticRegression()),
        )
        with open(os.path.join(self.folder, "train_it.py"), "w") as file:
            file.write(PROGRAM)
        sys.path.insert(0, self.folder)
        self.addCleanup(sys.path.remove, self.folder)
        self.addCleanup(sys.modules.pop, "train_it", None)

    def run_it(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(list(arguments))
        return code, out.getvalue(), err.getvalue()

    def test_what_would_go_and_what_would_not(self):
        self.assertEqual(
            self.run_it("check", "train_it:good"), (0, "feature standardscaler\nmodel LogisticRegression\n", "")
        )
        code, out, _ = self.run_it("check", "train_it:bad")
        self.assertEqual(code, 1)
        self.assertIn("feature standardscaler\n", out)
        self.assertIn("can't be read: columntransformer.custom: support.Custom isn't among", out)

    def test_what_cannot_be_understood(self):
        for arguments, why in [
            ([], "usage"),
            (["export", "a:b"], "usage"),
            (["check", "train_it"], "a module and a name"),
            (["check", "no_such_module:x"], "No module named"),
            (["check", "train_it:other"], "no attribute 'other'"),
            (["check", "train_it:made"], "expected a fitted Pipeline"),
            (["check", "train_it:unfitted"], "isn't fitted"),
            (["check", "model.joblib"], "joblib.load('model.joblib')"),
        ]:
            code, out, err = self.run_it(*arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertIn(why, err)
