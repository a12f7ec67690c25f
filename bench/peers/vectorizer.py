"""scikit-learn's TfidfVectorizer over characters: fitted once, then timed on the same texts whenever a line comes in."""

import json
import sys
import time

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer

with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)

vectorizer = TfidfVectorizer(
    analyzer="char", ngram_range=(2, 5), max_features=50_000, sublinear_tf=True
)
vectorizer.fit(texts["train"])
print(json.dumps({"version": sklearn.__version__}), flush=True)

for _ in sys.stdin:
    start = time.perf_counter()
    matrix = vectorizer.transform(texts["test"])
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "entries": matrix.nnz}), flush=True)
