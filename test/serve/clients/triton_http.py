"""NVIDIA's tritonclient over HTTP against a server of the fake backend. Prints what it read as one JSON object."""

import json
import sys

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

url = sys.argv[1]
client = triton.InferenceServerClient(url)
rows = np.array([[1, 2], [2, 2], [0.25, 0.5]], dtype=np.float32)


def asked(binary):
    tensor = triton.InferInput("x", list(rows.shape), "FP32")
    tensor.set_data_from_numpy(rows, binary_data=binary)
    return [tensor]


def read(result):
    return {
        "sum": result.as_numpy("sum").tolist(),
        "label": [item if isinstance(item, str) else item.decode() for item in result.as_numpy("label")],
        "exit": result.as_numpy("exit").tolist(),
        "dtypes": [str(result.as_numpy(name).dtype) for name in ("sum", "exit")],
        "id": result.get_response()["id"],
        "parameters": result.get_response()["parameters"],
    }


def failure(act):
    try:
        act()
    except InferenceServerException as error:
        return [error.status(), error.message()]
    return None


def abandoned():
    """A client that stops waiting: it closes its connection."""
    impatient = triton.InferenceServerClient(url, network_timeout=0.3)
    try:
        impatient.infer("adder", asked(True), request_id="slow")
    except Exception as error:  # gevent's own timeout
        return type(error).__name__
    return None


everything = [triton.InferRequestedOutput(name, binary_data=False) for name in ("sum", "label", "exit")]
mixed = [
    triton.InferRequestedOutput("sum", binary_data=True),
    triton.InferRequestedOutput("label", binary_data=False),
    triton.InferRequestedOutput("exit", binary_data=True),
]
out = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "modelReady": [client.is_model_ready("adder"), client.is_model_ready("adder", "1"), client.is_model_ready("none")],
    "server": client.get_server_metadata(),
    "model": client.get_model_metadata("adder", "1"),
    "config": client.get_model_config("adder", "1"),
    "unserved": [
        failure(lambda: client.infer("adder", asked(True), **unserved))
        for unserved in (
            {"priority": 2},
            {"sequence_id": 5, "sequence_start": True},
            {"sequence_id": "own"},
            {"outputs": [triton.InferRequestedOutput("sum", class_count=2)]},
        )
    ],
    "index": client.get_model_repository_index(),
    "statistics": client.get_inference_statistics(),
    "statisticsOfOne": client.get_inference_statistics("adder", "3"),
    "binary": read(client.infer("adder", asked(True), request_id="grün")),
    "json": read(client.infer("adder", asked(False), outputs=everything, request_id="2")),
    "mixed": read(client.infer("adder", asked(True), outputs=mixed, request_id="3", model_version="1")),
    "packed": [
        read(
            client.infer(
                "adder",
                asked(binary),
                request_id="4",
                request_compression_algorithm=algorithm,
                response_compression_algorithm=algorithm,
            )
        )
        for algorithm in ("gzip", "deflate")
        for binary in (True, False)
    ],
    "async": read(client.async_infer("adder", asked(True), request_id="5").get_result()),
    "empty": client.infer("adder", [triton.InferInput("x", [0, 2], "FP32").set_data_from_numpy(rows[:0])])
    .as_numpy("sum")
    .tolist(),
    "timeout": read(client.infer("adder", asked(True), request_id="6", timeout=5_000_000)),
    "failures": [
        failure(lambda: client.infer("none", asked(True))),
        failure(lambda: client.infer("adder", [triton.InferInput("y", [0, 2], "FP32")])),
        failure(lambda: client.infer("adder", asked(True), headers={"Accept-Encoding": "gzip"}, request_id="busy")),
        failure(lambda: client.get_model_metadata("../../etc/passwd")),
        failure(lambda: client.load_model("adder", config="{}")),
        failure(lambda: client.infer("adder", asked(True), request_id="fault")),
    ],
    "abandoned": abandoned(),
}
client.load_model("adder")
client.unload_model("adder")
out["unloaded"] = client.is_model_ready("adder")
print(json.dumps(out))
