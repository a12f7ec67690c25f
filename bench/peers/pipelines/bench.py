"""Pipelines made, exported, asked and timed, by scikit-learn and, where it opens, by ONNX Runtime. One thread each.

``bench.py FOLDER SIZES`` reads ``FOLDER/data.json`` (mails, glosses, flights), writes ``FOLDER/ROWS.json`` for each kind
of rows, and answers a line of JSON by a line of JSON:

{"make": NAME} fits a pipeline and writes ``made.pipeline``, ``answers.f64`` and ``labels.i32``;
{"time": "sklearn" | "onnx", "batch": B, "count": N} answers N rows of the last one in batches of B, in seconds;
NAME may be "mail", which is fitted on whole mails, or "vocabulary", of a million terms.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "python"))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import sklearn  # noqa: E402
from forty import FORTY, mail_branches  # noqa: E402
from onnx_peer import OnnxPeer  # noqa: E402
from sklearn.feature_extraction.text import CountVectorizer  # noqa: E402
from sklearn.naive_bayes import MultinomialNB  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from rows import as_json, numbers, table, with_odd  # noqa: E402

import spillway.sklearn  # noqa: E402


class Bench:
    def __init__(self, folder: str, fitted: int, asked: int) -> None:
        self.folder = folder
        with open(os.path.join(folder, "data.json"), encoding="utf-8") as file:
            given = json.load(file)
        self.mail = tuple(_mails(given[part]) for part in ("train", "test"))
        glosses = given["glosses"]
        flights = pd.DataFrame(given["flights"]["rows"]).astype({"origin": object, "destination": object})
        mails, spam = self.mail[0]
        short = mails.apply(lambda column: column.str.slice(0, 400))
        often = np.arange(asked) % len(short)
        #: Rows to fit on, their classes or numbers, and rows to ask about.
        self.data = {
            "glosses": (
                glosses["rows"][:fitted],
                np.array(glosses["labels"][:fitted]),
                with_odd(glosses["rows"][-asked:], 1),
            ),
            "mails": (
                short[:fitted],
                spam[:fitted],
                pd.DataFrame({name: with_odd(short[name].to_numpy()[often].tolist(), 2) for name in short}, dtype=object),
            ),
            "flights": (flights[:fitted], np.array(given["flights"]["labels"][:fitted], dtype=float), _new(flights, asked)),
            "table": (*table(fitted, 1), table(asked, 2, is_new=True)[0]),
            "numbers": (*numbers(fitted, 3), numbers(asked, 4)[0]),
        }
        for name, (_, _, rows) in self.data.items():
            with open(os.path.join(folder, f"{name}.json"), "w") as file:
                json.dump(as_json(rows), file, allow_nan=False)

    def answer(self, request: dict) -> dict:
        if "make" in request:
            return self.make(request["make"])
        return {"seconds": self.time(**request)}

    def make(self, name: str) -> dict:
        if name == "mail":
            (X, y), (self.rows, _) = self.mail
            self.pipeline = mail_branches().fit(X, y)
            self.onnx = None
            self.export()
            return {}
        if name == "vocabulary":
            words = [f"term{at:07d}" for at in range(1_000_000)]
            self.rows = [" ".join(words[at : at + 1_000]) for at in range(0, len(words), 1_000)]
            self.pipeline = make_pipeline(CountVectorizer(), MultinomialNB()).fit(self.rows, np.arange(1_000) % 2)
            start = _now()
            octets = self.export()
            return {"octets": octets, "seconds": _now() - start}
        recipe = FORTY[name]
        X, y, self.rows = self.data[recipe.rows]
        self.pipeline = recipe.make().fit(X, y)
        octets = self.export()
        answers, labels = self.answers()
        answers.astype("<f8").tofile(os.path.join(self.folder, "answers.f64"))
        if labels is not None:
            labels.astype("<i4").tofile(os.path.join(self.folder, "labels.i32"))
        self.onnx = OnnxPeer(self.pipeline, self.rows)
        return {
            "rows": recipe.rows,
            "hasText": recipe.has_text,
            "isDouble": recipe.is_double,
            "hasProducts": recipe.has_products,
            "classifies": labels is not None,
            "octets": octets,
            "onnx": self.compared(answers, labels),
        }

    def compared(self, answers: np.ndarray, labels: "np.ndarray | None") -> "dict | str":
        if self.onnx.why:
            return self.onnx.why
        return self.onnx.differences(self.rows, answers, labels, getattr(self.pipeline, "classes_", None))

    def export(self) -> int:
        path = os.path.join(self.folder, "made.pipeline")
        spillway.sklearn.export(self.pipeline, path, sample=self.rows[:200])
        return os.path.getsize(path)

    def answers(self) -> "tuple[np.ndarray, np.ndarray | None]":
        """Rows x outputs, and the positions of labels among the classes."""
        said = self.pipeline.predict(self.rows)
        if not hasattr(self.pipeline, "classes_"):
            return said.reshape(-1, 1), None
        classes = list(self.pipeline.classes_)
        labels = np.array([classes.index(each) for each in said])
        if hasattr(self.pipeline, "predict_proba"):
            return self.pipeline.predict_proba(self.rows), labels
        return np.eye(len(classes))[labels], labels

    def time(self, time: str, batch: int, count: int) -> float:
        run = self.onnx.run if time == "onnx" else self.run
        parts = [self.part(at, batch, time == "onnx") for at in range(0, count, batch)]
        start = _now()
        for part in parts:
            run(part)
        return _now() - start

    def part(self, at: int, batch: int, is_onnx: bool):
        """Rows as each takes them, made off the clock."""
        part = self.rows[at : at + batch] if isinstance(self.rows, (list, np.ndarray)) else self.rows.iloc[at : at + batch]
        return self.onnx.inputs(part) if is_onnx else part

    def run(self, rows) -> None:
        (self.pipeline.predict_proba if hasattr(self.pipeline, "predict_proba") else self.pipeline.predict)(rows)


_now = time.perf_counter


def _mails(given: dict) -> "tuple[pd.DataFrame, np.ndarray]":
    frame = pd.DataFrame(given["rows"], columns=["subject", "body"], dtype=object)
    return frame, np.array(given["labels"])


def _new(flights: pd.DataFrame, count: int) -> pd.DataFrame:
    new = flights[-count:].reset_index(drop=True)
    new.loc[new.index % 37 == 0, "origin"] = "???"
    new.loc[new.index % 41 == 0, "destination"] = ""
    return new


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    bench = Bench(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({"version": sklearn.__version__, "names": list(FORTY)}), flush=True)
    for line in sys.stdin:
        print(json.dumps(bench.answer(json.loads(line)), allow_nan=False), flush=True)
