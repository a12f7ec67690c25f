"""``glosses.py FOLDER``: fits a pipeline of words, characters, lemmas and numbers to ``glosses.json``, and exports it.

It writes ``glosses.pipeline``, and answers any line with the seconds of processor time that the fit took.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "python"))

import sklearn  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.compose import ColumnTransformer  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.pipeline import Pipeline  # noqa: E402
from sklearn.preprocessing import StandardScaler  # noqa: E402

import spillway.sklearn  # noqa: E402

folder = sys.argv[1]
with open(os.path.join(folder, "glosses.json"), encoding="utf-8") as file:
    given = json.load(file)
rows = pd.DataFrame(given["rows"])
numbers = [name for name in rows if name not in ("gloss", "lemma")]
pipeline = Pipeline(
    [
        (
            "parts",
            ColumnTransformer(
                [
                    ("words", TfidfVectorizer(max_features=20_000, sublinear_tf=True), "gloss"),
                    (
                        "chars",
                        TfidfVectorizer(analyzer="char", ngram_range=(2, 5), max_features=50_000, sublinear_tf=True),
                        "gloss",
                    ),
                    ("lemma", TfidfVectorizer(analyzer="char", ngram_range=(2, 4), max_features=20_000), "lemma"),
                    ("numbers", StandardScaler(), numbers),
                ]
            ),
        ),
        ("logistic", LogisticRegression(C=10, max_iter=300)),
    ]
)
start = time.process_time()
pipeline.fit(rows, given["labels"])
seconds = time.process_time() - start
spillway.sklearn.export(pipeline, os.path.join(folder, "glosses.pipeline"), sample=rows[:100])
print(json.dumps({"version": sklearn.__version__, "seconds": seconds}), flush=True)
