"""Rows of a Spark DataFrame answered by a cascade, by ``mapInArrow``: a filter (``spillway score``) a Python worker.

Needs pyspark and pyarrow, and on every node Node and the npm package spillway beside the model.
"""

from __future__ import annotations

from functools import partial
from inspect import signature
from typing import Dict, Iterator, Optional

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema
from pyspark.sql.types import StructType

from ._filter import Filter, Options, answers_schema, checked
from ._filter._options import Command


def score(
    df: DataFrame,
    model: str,
    *,
    features: Optional[str] = None,
    key: Optional[str] = None,
    scores: bool = False,
    errors: str = "exit",
    on_fault: str = "throw",
    prefix: str = "",
    batch_size: int = 4096,
    threads: Optional[int] = None,
    command: Command = None,
    timeout: Optional[float] = None,
) -> DataFrame:
    """The frame with the columns ``label``, ``stage`` and ``verdict``, in the same order and partitions.

    The driver loads the model once, before the job, and every node must have the same one: artifact, features,
    spillway, Node. Spark retries a task whose filter dies, ``spark.task.maxFailures`` times.

    Args:
        df: any frame. ``spark.sql.execution.arrow.maxRecordsPerBatch`` rows come at once.
        model: a version's folder as ``spillway serve`` takes it, or an artifact's file. A relative path is an
            executor's own (``addFile``, ``--archives``) where it has one, else the driver's.
        features: the module with the features, where it isn't beside the artifact
        key: keep only this column beside the answers
        scores: add ``scores``, an array of numbers in the order of the classes, ``plan.classes`` of ``spillway inspect``
            with ``--json``
        errors: ``"exit"``: a row that can't be answered fails the job; ``"column"``: its label is null, and ``error``
            says why
        on_fault: ``"throw"``: a feature or full model that fails ends the filter; ``"degrade"``: the best stage there
            is answers, with the verdict ``degraded``
        prefix: begins the names of the new columns
        batch_size: the most rows that the filter answers at once
        threads: worker threads of a filter; set ``spark.task.cpus`` to as many
        command: what to run instead of ``spillway``, as a shell would split it, or in parts; otherwise the
            environment variable ``SPILLWAY_COMMAND``, else the package beside the model, above it, or on ``PATH``
        timeout: seconds that one batch of Spark's may take before its filter is killed

    Raises:
        ModelRefused: with the filter's own words, before the job
        PoisonRow, BadInput: when the job runs, in the text of Spark's error: ``spillway.errors.of`` finds them

    Example:
        >>> spillway.spark.score(spark.read.parquet("mails"), "models/mail/1").write.parquet("answers")
    """
    options = checked(Options.given(locals()))
    kept = [df.schema[name] for name in options.kept(df.columns)]
    answers = from_arrow_schema(answers_schema(options, _arrow_schema(df)))
    return df.mapInArrow(partial(_answered, options), StructType([*kept, *answers.fields]))


def _arrow_schema(df: DataFrame) -> pa.Schema:
    # Releases that take a time zone need it for timestamps; earlier ones have UTC.
    if "timezone" not in signature(to_arrow_schema).parameters:
        return to_arrow_schema(df.schema)
    return to_arrow_schema(df.schema, timezone=df.sparkSession.conf.get("spark.sql.session.timeZone"))


_held: Dict[Options, Filter] = {}
"""This worker's filter, for all tasks that Spark gives it. It ends with the worker, whose end its input is."""


def _answered(options: Options, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    if options not in _held:
        for other in _held.values():
            other.close()
        _held.clear()
        _held[options] = Filter(options)
    for batch in batches:
        yield from _held[options].answer(pa.Table.from_batches([batch])).to_batches()
