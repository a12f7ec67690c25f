"""NVIDIA's tritonclient over gRPC against a server of the fake backend. Prints what it read as one JSON object."""

import json
import sys
import threading

import numpy as np
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

client = triton.InferenceServerClient(sys.argv[1])
rows = np.array([[1, 2], [2, 2], [0.25, 0.5]], dtype=np.float32)


def asked(array=rows):
    tensor = triton.InferInput("x", list(array.shape), "FP32")
    tensor.set_data_from_numpy(array)
    return [tensor]


def read(result):
    return {
        "sum": result.as_numpy("sum").tolist(),
        "label": [item.decode() for item in result.as_numpy("label")],
        "exit": result.as_numpy("exit").tolist(),
        "dtypes": [str(result.as_numpy(name).dtype) for name in ("sum", "exit")],
        "id": result.get_response().id,
    }


def failure(act):
    try:
        act()
    except InferenceServerException as error:
        return [error.status(), error.message()]
    return None


def cancelled():
    """A call that its client cancels while it is computed."""
    over = threading.Event()
    seen = []

    def done(result, error):
        seen.append(str(error.status()) if error else "answered")
        over.set()

    call = client.async_infer("adder", asked(), done, request_id="slow")
    threading.Timer(0.3, call.cancel).start()
    over.wait()
    return seen[0]


wide = np.ones((700_000, 2), dtype=np.float32)
out = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "modelReady": [client.is_model_ready("adder"), client.is_model_ready("adder", "1"), client.is_model_ready("none")],
    "server": client.get_server_metadata(as_json=True),
    "model": client.get_model_metadata("adder", "1", as_json=True),
    "config": client.get_model_config("adder", "1", as_json=True),
    "unserved": [
        failure(lambda: client.infer("adder", asked(), **unserved))
        for unserved in (
            {"priority": 2},
            {"sequence_id": 5, "sequence_start": True},
            {"sequence_id": "own"},
            {"outputs": [triton.InferRequestedOutput("sum", class_count=2)]},
        )
    ],
    "index": client.get_model_repository_index(as_json=True),
    "statistics": client.get_inference_statistics("adder", as_json=True),
    "raw": read(client.infer("adder", asked(), request_id="grün")),
    "version": read(client.infer("adder", asked(), request_id="2", model_version="1", timeout=5_000_000)),
    "one": client.infer("adder", asked(), outputs=[triton.InferRequestedOutput("label")]).as_numpy("sum"),
    "wide": len(client.infer("adder", asked(wide), outputs=[triton.InferRequestedOutput("sum")]).as_numpy("sum")),
    "failures": [
        failure(lambda: client.infer("none", asked())),
        failure(lambda: client.infer("adder", asked(), request_id="busy")),
        failure(lambda: client.load_model("adder", config="{}")),
        failure(lambda: client.infer("adder", asked(), request_id="slow", client_timeout=0.5)),
    ],
    "cancelled": cancelled(),
}
client.load_model("adder")
client.unload_model("adder")
print(json.dumps(out))
