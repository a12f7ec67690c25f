"""What of vectorizers can't be read is said by its path and parameter, all of it at once."""

import json
import os
import tempfile
import unittest
import warnings

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

import spillway.sklearn as s
from spillway.sklearn import _characters
from spillway.sklearn._pattern import why_not
from support import content

TEXTS = ["one two", "two three", "three ab"]


def own(text):
    return text.split()


def fitted(*parts):
    union = FeatureUnion([(f"part{at}", part) for at, part in enumerate(parts)])
    pipeline = Pipeline([("text", union), ("model", LogisticRegression())])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pipeline.fit(TEXTS, [0, 1, 0])


def refused(*parts):
    return [str(each) for each in s.check(fitted(*parts)).refusals]


class Text(unittest.TestCase):
    def test_options_that_are_functions(self):
        said = refused(
            TfidfVectorizer(tokenizer=own),
            CountVectorizer(preprocessor=str.upper),
            CountVectorizer(analyzer=own),
            HashingVectorizer(strip_accents=str.upper, n_features=8),
            TfidfVectorizer(),
        )
        self.assertEqual(len(said), 4)
        for path, text in zip(range(4), ("tokenizer=<own>", "preprocessor=<upper>", "analyzer=<own>", "strip_accents=<upper>")):
            self.assertTrue(any(f"text.part{path}" in each and text in each for each in said), (text, said))

    def test_options_that_are_of_no_use_are_no_hindrance(self):
        self.assertEqual(refused(CountVectorizer(analyzer="char", token_pattern="^a*", stop_words=["a"], tokenizer=own)), [])

    def test_patterns(self):
        said = refused(CountVectorizer(token_pattern=r"(?i)\w+"), CountVectorizer(token_pattern=r"(?<!a)\w+"))
        self.assertIn("flags", said[0])
        self.assertIn("assert not", said[1])

    def test_patterns_that_take_too_long_are_those_of_the_reader(self):
        with open(os.path.join(os.path.dirname(__file__), "../fixtures/patterns.json"), encoding="utf-8") as file:
            patterns = json.load(file)
        for pattern in patterns["read"]:
            self.assertIsNone(why_not(pattern), pattern)
        for pattern in patterns["slow"]:
            self.assertIn("can take too long", why_not(pattern) or "", pattern)
        kinds = "".join(chr(0x4E00 + at) for at in range(128))
        self.assertIn("too many kinds of characters", why_not(kinds))
        self.assertIsNone(why_not(kinds[:125]))
        self.assertIn("token_pattern='(?:a|ab)*c|", refused(CountVectorizer(token_pattern=r"(?:a|ab)*c|\w+"))[0])

    def test_numbers_that_wrap(self):
        self.assertIn("dtype=int8", refused(CountVectorizer(dtype=np.int8))[0])

    def test_a_vocabulary_with_a_place_twice(self):
        pipeline = fitted(CountVectorizer())
        vocabulary = pipeline[0].transformer_list[0][1].vocabulary_
        vocabulary["one"] = vocabulary["two"]
        self.assertIn("vocabulary_ whose indices", str(s.check(pipeline).refusals[0]))

    def test_tables_stay_where_branches_are_left_out(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.pipeline")
            s.export(fitted(CountVectorizer(analyzer=own), CountVectorizer()), path, partial=True)
            _, tensors = content(path)
        self.assertIn("characters/word", tensors)

    def test_tables_are_this_python(self):
        ranges = _characters.ranges()
        for name, holds in (("word", lambda each: each.isalnum() or each == "_"), ("space", str.isspace), ("digit", str.isdecimal)):
            ends = ranges[name]
            inside = np.searchsorted(ends, np.arange(0x3000), side="left") % 2 == 1
            inside[ends[ends < 0x3000]] = True
            self.assertEqual([bool(each) for each in inside], [holds(chr(code)) for code in range(0x3000)], name)
        # A letter, a mark that counts for none, and a sign that ends what is before it.
        has = {name: [any(a <= ord(each) <= b for a, b in zip(ranges[name][::2], ranges[name][1::2])) for each in "a\u0301!İ"] for name in ("cased", "ignorable")}
        self.assertEqual(has, {"cased": [True, False, False, True], "ignorable": [False, True, False, False]})


if __name__ == "__main__":
    unittest.main()
