"""KServe's client over HTTP and gRPC against servers of the fake backend. Prints what it read as one JSON object."""

import asyncio
import json
import sys

import httpx
import numpy as np
from grpc import RpcError
from kserve import InferenceGRPCClient, InferenceRESTClient, InferInput, InferRequest, RESTConfig

http, grpc = sys.argv[1:]
rows = np.array([[1, 2], [2, 2], [0.25, 0.5]], dtype=np.float32)


def asked(binary, name="adder"):
    tensor = InferInput("x", list(rows.shape), "FP32")
    tensor.set_data_from_numpy(rows, binary_data=binary)
    return InferRequest(model_name=name, infer_inputs=[tensor], request_id="grün")


def plain(parameter):
    """Over gRPC parameters stay messages."""
    if not hasattr(parameter, "WhichOneof"):
        return parameter
    return getattr(parameter, parameter.WhichOneof("parameter_choice"))


def read(response):
    return {
        "model": response.model_name,
        "id": response.id,
        "parameters": {name: plain(value) for name, value in (response.parameters or {}).items()},
        "outputs": {
            output.name: [item.decode() if isinstance(item, bytes) else item for item in output.as_numpy().tolist()]
            for output in response.outputs
        },
    }


async def rest():
    client = InferenceRESTClient(RESTConfig(protocol="v2", retries=0))
    failures = []
    for model, request in (("none", asked(False, "none")), ("adder", {"inputs": []})):
        try:
            await client.infer(http, request, model_name=model)
        except httpx.HTTPStatusError as error:
            failures.append(str(error))
    out = {
        "live": await client.is_server_live(http),
        "ready": await client.is_server_ready(http),
        "modelReady": [await client.is_model_ready(http, name) for name in ("adder", "none")],
        "json": read(await client.infer(http, asked(False), model_name="adder")),
        "binary": read(await client.infer(http, asked(True), model_name="adder")),
        "failures": failures,
    }
    await client.close()
    return out


async def remote():
    client = InferenceGRPCClient(grpc, retries=0)
    try:
        await client.infer(asked(False, "none"))
        failure = None
    except RpcError as error:
        failure = [error.code().name, error.details()]
    out = {
        "live": await client.is_server_live(),
        "ready": await client.is_server_ready(),
        "modelReady": await client.is_model_ready("adder"),
        "typed": read(await client.infer(asked(False))),
        "raw": read(await client.infer(asked(True))),
        "failure": failure,
    }
    await client.close()
    return out


async def main():
    print(json.dumps({"rest": await rest(), "grpc": await remote()}))


asyncio.run(main())
