"""Digests of rows: of octets that are worked by hand, whatever holds the rows."""

import hashlib
import unittest

import numpy as np
import pandas as pd
import scipy.sparse as sp

from spillway.sklearn import _fitted_on
from spillway.sklearn._fitted_on import digests_of


def known(*rows):
    """The digests of rows whose octets are given in hexadecimal."""
    found = sorted(hashlib.sha256(bytes.fromhex(row)).digest()[:8] for row in rows)
    return [int.from_bytes(each[half : half + 4], "big") for each in found for half in (0, 4)]


def array(columns):
    return {"kind": "array", "columns": columns}


ONE, TWO, ZERO, MISSING = "01 000000000000f03f", "01 0000000000000040", "01 0000000000000000", "00 0000000000000000"
THIRD = "01 000000605555d53f"
X = "02 01000000 78"


class FittedOn(unittest.TestCase):
    def test_fractions_are_single_where_that_has_some(self):
        for number, octets in [
            (1 / 3, THIRD),
            (np.float32(1 / 3), THIRD),
            (0.3333333333, THIRD),
            (1703188018.25, "01 0000908c2561d941"),
            (8388607.5, "01 000000e0ffff5f41"),
            (8388608.5, "01 0000001000006041"),
            (float("-inf"), "01 000000000000f0ff"),
            (2**53, "01 0000000000004043"),
            (2**53 + 1, "01 0000000000004043"),
            (-0.0, ZERO),
        ]:
            for rows in ([[number]], np.array([[number], [number]], dtype=object), np.array([[number]])):
                self.assertEqual(digests_of(rows, array(1), [0]).tolist(), known(octets), (number, type(rows)))

    def test_rows_are_the_same_whatever_holds_them(self):
        rows = [[1.0, np.nan], [0.0, 2.0], [0.0, 1 / 3]]
        digests = known(ONE + MISSING, ZERO + TWO, ZERO + THIRD)
        table = pd.DataFrame(rows, columns=["a", "b"])
        for given in (rows, np.array(rows), np.array(rows, dtype=object), np.array(rows, "f4"), table, sp.csr_matrix(rows)):
            self.assertEqual(digests_of(given, array(2), [0, 1]).tolist(), digests, type(given))
        mixed = table.assign(b=pd.array([None, 2, 1 / 3], dtype="Float64"), c="x")
        columns = {"kind": "columns", "names": ["c", "a", "b"]}
        self.assertEqual(digests_of(mixed, columns, [1, 2]).tolist(), digests)
        self.assertEqual(digests_of(mixed[:1], columns, [0, 1]).tolist(), known(X + ONE))
        # A list's numbers stay numbers beside texts.
        self.assertEqual(digests_of([["x", 1.0]], array(2), [0, 1]).tolist(), known(X + ONE))
        self.assertEqual(digests_of(["x", "x"], {"kind": "text"}, [0]).tolist(), known(X))

    def test_chunks_are_no_different(self):
        rows = np.random.default_rng(0).normal(size=(50, 3)).round(2)
        texts = rows.astype(object)
        texts[:, 1] = "x"
        before = [digests_of(each, array(3), [0, 1, 2]).tolist() for each in (rows, texts)]
        most, _fitted_on._CELLS = _fitted_on._CELLS, 21
        self.addCleanup(setattr, _fitted_on, "_CELLS", most)
        for given, digests in zip((rows, sp.csr_matrix(rows), texts), (before[0], *before)):
            self.assertEqual(digests_of(given, array(3), [0, 1, 2]).tolist(), digests)

    def test_a_table_is_converted_once(self):
        class Counted(sp.csr_matrix):
            times = 0

            def tocsr(self, copy=False):
                Counted.times += 1
                return sp.csr_matrix(self)

        digests_of(Counted(np.eye(5)), array(5), range(5))
        self.assertEqual(Counted.times, 1)

    def test_other_rows_are_refused(self):
        columns = {"kind": "columns", "names": ["a"]}
        for given, rows, error, why in [
            ("ab", {"kind": "text"}, TypeError, "fitted_on: expected rows, got one text"),
            ([[1]], columns, TypeError, "fitted_on: expected a DataFrame with a, got list"),
            (pd.DataFrame({"b": [1]}), columns, ValueError, "fitted_on: no column a"),
            ([[1, 2]], array(3), ValueError, r"fitted_on: expected rows of 3 columns, got shape \(1, 2\)"),
            ([[1, 2], [1, b"x"]], array(2), ValueError, "fitted_on: row 1, column 1 holds b'x'"),
        ]:
            with self.assertRaisesRegex(error, why):
                digests_of(given, rows, range(2))


if __name__ == "__main__":
    unittest.main()
