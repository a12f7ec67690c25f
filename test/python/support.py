"""What several tests share: a table, its classes, and files that are read back."""

import json
import os
import tempfile
import unittest

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

import spillway.sklearn as s


class Custom(StandardScaler):
    pass


def content(path):
    """The JSON and the tensors of a file."""
    with open(path, "rb") as file:
        whole = file.read()
    end = 8 + int.from_bytes(whole[:8], "little")
    header = json.loads(whole[8:end])
    types = {"F64": "<f8", "I32": "<i4", "U32": "<u4", "F32": "<f4", "U8": "|u1", "U16": "<u2"}
    tensors = {
        name: np.frombuffer(whole[end:][slice(*entry["data_offsets"])], types[entry["dtype"]])
        for name, entry in header.items()
        if name != "__metadata__"
    }
    return json.loads(header["__metadata__"]["json"]), tensors


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(folder.name, "a.pipeline")
        random = np.random.default_rng(1)
        self.X = pd.DataFrame(random.normal(size=(200, 3)), columns=["a", "b", "c"])
        self.y = (self.X.a + self.X.b > 0).to_numpy()

    def export(self, pipeline, **options):
        report = s.export(pipeline, self.path, **options)
        return report, *content(self.path)
