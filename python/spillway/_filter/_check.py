"""What the driver does before the job: the model looked at, the types of its answers asked for."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from ..errors import FilterDied, FilterError, ModelRefused
from ._filter import plain_type
from ._options import WIRE, Options
from ._process import Process


def checked(options: Options) -> Options:
    """With the model's identity, so that a node which has another one refuses.

    Raises:
        ModelRefused: with the filter's own words
    """
    process = Process(options.identity_arguments())
    with process.within(options.timeout):
        said = process.stdout.read()
        code = process.end()
    if code != 0:
        raise _refusal(process.failure())
    return replace(options, expect=said.decode().strip())


def answers_schema(options: Options, schema: pa.Schema) -> pa.Schema:
    """Fields of the answers to tables of a schema, by their final names, from a filter that is given no row."""
    process = Process(options.arguments(schema))
    try:
        with process.within(options.timeout):
            pa.ipc.new_stream(process.stdin, schema).close()
            process.stdin.close()
            given = pa.ipc.open_stream(process.stdout).schema
            process.end()
    except (OSError, pa.ArrowException):
        raise _refusal(process.failure()) from None
    return pa.schema([(options.prefix + name, plain_type(given.field(WIRE + name).type)) for name in options.answers])


def _refusal(error: FilterError) -> FilterError:
    """Before any row the model is to blame, whatever the code."""
    return error if isinstance(error, FilterDied) else ModelRefused(str(error))
