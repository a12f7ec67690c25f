"""Rows of a Ray Dataset answered by a cascade, on a pool of actors: one filter (``spillway score``) an actor.

Needs ``ray[data]`` and pyarrow, and on every node Node and the npm package spillway beside the model.
"""

from __future__ import annotations

from difflib import get_close_matches
from inspect import signature
from typing import Any, Dict, Optional, Tuple, Union

import pyarrow as pa
import ray
import ray.data

from ._filter import Filter, Options, answers_schema, checked
from ._filter._options import Command
from .errors import DIED

_RETRIES = 3


def score(
    ds: ray.data.Dataset,
    model: str,
    *,
    features: Optional[str] = None,
    key: Optional[str] = None,
    scores: bool = False,
    errors: str = "exit",
    on_fault: str = "throw",
    prefix: str = "",
    concurrency: Union[int, Tuple[int, int], None] = None,
    batch_size: int = 4096,
    num_cpus: Optional[float] = None,
    threads: Optional[int] = None,
    command: Command = None,
    timeout: Optional[float] = None,
    **ray_options: Any,
) -> ray.data.Dataset:
    """The dataset with the columns ``label``, ``stage`` and ``verdict``, in the same order and blocks.

    The driver loads the model once, before the job, and every actor must have the same one: artifact, features,
    spillway, Node. Ray retries the block of a filter that dies, three times at most, and what an actor or a node had
    that dies.

    Args:
        ds: any dataset. Its context gets ``preserve_order`` and the retries.
        model: a version's folder as ``spillway serve`` takes it, or an artifact's file. A relative path is an actor's
            own (``runtime_env``'s ``working_dir``) where it has one, else the driver's.
        features: the module with the features, where it isn't beside the artifact
        key: keep only this column beside the answers
        scores: add ``scores``, a list of numbers in the order of the classes, which ``spillway inspect --json`` has as
            ``plan.classes``
        errors: ``"exit"``: a row that can't be answered fails the job; ``"column"``: its label is null, and ``error``
            says why
        on_fault: ``"throw"``: a feature or full model that fails ends the filter; ``"degrade"``: the best stage there
            is answers, with the verdict ``degraded``
        prefix: begins the names of the new columns
        concurrency: actors, or the least and the most of them; without it Ray decides
        batch_size: rows that the filter answers at once
        num_cpus: of an actor; without it one, or as many as ``threads``
        threads: worker threads of a filter
        command: what to run instead of ``spillway``, as a shell would split it, or in parts; otherwise the
            environment variable ``SPILLWAY_COMMAND``, else the package beside the model, above it, or on ``PATH``
        timeout: seconds that one block may take before its filter is killed
        ray_options: more arguments of ``map_batches``: ``resources``, ``runtime_env``, ``label_selector``

    Raises:
        ModelRefused: with the filter's own words, before the job
        PoisonRow, BadInput: when the job runs, in the text of Ray's error: ``spillway.errors.of`` finds them

    Example:
        >>> spillway.ray.score(ray.data.read_parquet("mails"), "models/mail/1").write_parquet("answers")
    """
    _check_names(ray_options)
    options = checked(Options.given(locals()))
    # That the model answers is seen here. Of which type, every block tells.
    answers_schema(options, pa.schema([("row", pa.int64())]))
    known = ds.schema(fetch_if_missing=False)
    if known is not None:
        options.kept(known.names)
    ds.context.execution_options.preserve_order = True
    _retry_deaths(ds.context)
    # Whole blocks, which the filter's own batches divide: batches of Ray's would join blocks.
    return ds.map_batches(
        _Actor,
        fn_constructor_args=(options,),
        batch_size=None,
        batch_format="pyarrow",
        compute=_pool(concurrency),
        num_cpus=num_cpus or max(1, threads or 1),
        **ray_options,
    )


def _check_names(ray_options: Dict[str, Any]) -> None:
    """Ray would refuse them when the job runs."""
    known = {*signature(score).parameters, *signature(ray.data.Dataset.map_batches).parameters}
    for name in ray_options.keys() - known:
        try:
            ray.remote(**{name: ray_options[name]})(_Actor)
        except ValueError:
            near = get_close_matches(name, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise TypeError(f"score: {name!r} is no option of it, nor of Ray's map_batches{hint}") from None


def _pool(concurrency: Union[int, Tuple[int, int], None]) -> ray.data.ActorPoolStrategy:
    if concurrency is None:
        return ray.data.ActorPoolStrategy(min_size=1)
    if isinstance(concurrency, int):
        return ray.data.ActorPoolStrategy(size=concurrency)
    least, most = concurrency
    return ray.data.ActorPoolStrategy(min_size=least, max_size=most)


class _Actor:
    def __init__(self, options: Options) -> None:
        # It starts with the first block: here an error would be one of Ray's own start.
        self._filter = Filter(options)

    def __call__(self, block: pa.Table) -> pa.Table:
        return self._filter.answer(block)


def _retry_deaths(context: ray.data.DataContext) -> None:
    """Ray takes exceptions of a worker for the rows' fault, and tries again by their texts alone."""
    if context.retried_map_errors is not True:
        context.retried_map_errors = [*(context.retried_map_errors or []), DIED]
    context.max_map_retries = max(context.max_map_retries, _RETRIES)
