"""Tables answered by a filter: batches go in from a thread, one batch of answers comes back for each."""

from __future__ import annotations

from contextlib import suppress
from threading import Thread
from typing import Iterator, List, Optional

import pyarrow as pa

from ..errors import BadInput, FilterDied, PoisonRow
from ._options import WIRE, Options
from ._process import Process


class Filter:
    """Answers tables; starts a process with the first, and again where one has ended or the schema is another.

    Example:
        >>> with Filter(Options("models/mail/1")) as held:
        ...     held.answer(table).column("label")
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._stream: Optional[_Stream] = None

    def answer(self, table: pa.Table) -> pa.Table:
        """The table's kept columns as they are, and the answers, row by row.

        Raises:
            PoisonRow, ModelRefused, BadInput, FilterDied: see `spillway.errors`
            ValueError: a name is taken
        """
        if table.num_columns == 0:
            return table  # rows without columns: an engine's empty partition
        kept = table.select(self._options.kept(table.column_names))
        answers = self._answers(table.replace_schema_metadata(None))
        for name in self._options.answers:
            kept = kept.append_column(self._options.prefix + name, answers.column(WIRE + name))
        return kept

    @property
    def pid(self) -> Optional[int]:
        """Of its process, while there is one."""
        return self._stream and self._stream.pid

    def close(self) -> None:
        if self._stream is not None:
            self._stream.end()
            self._stream = None

    def __enter__(self) -> Filter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answers(self, table: pa.Table) -> pa.Table:
        table = self._fitting(table)
        assert self._stream
        try:
            return self._stream.answer(table)
        except BaseException:
            self._stream = None  # it is over
            raise

    def _fitting(self, table: pa.Table) -> pa.Table:
        """The table, for a stream that is open."""
        if self._stream is not None and not table.schema.equals(self._stream.schema):
            filled = _filled(table, self._stream.schema)
            if filled is not None:
                return filled
            self.close()
        if self._stream is None:
            self._stream = _Stream(self._options, table.schema)
        return table


class _Stream:
    """A process and both of its streams."""

    def __init__(self, options: Options, schema: pa.Schema) -> None:
        self.schema = schema
        self._options = options
        self._process = Process(options.arguments(schema))
        self.pid = self._process.pid
        self._writer: Optional[pa.ipc.RecordBatchStreamWriter] = None
        self._reader: Optional[pa.ipc.RecordBatchStreamReader] = None
        self._done = 0  # rows answered before this table

    def answer(self, table: pa.Table) -> pa.Table:
        """After an error the process has ended."""
        size = self._options.batch_size
        starts = range(0, len(table) or 1, size)
        broken: List[Exception] = []
        batches = (_batch(table, start, size) for start in starts)
        feeder = Thread(target=self._feed, args=(batches, broken), daemon=True)
        feeder.start()
        try:
            with self._process.within(self._options.timeout):
                answers = [self._read(min(size, len(table) - start)) for start in starts]
        except (OSError, pa.ArrowException, StopIteration):
            # A thread may be at its input, which mustn't be closed before.
            self._process.settle("wrote what can't be read")
            feeder.join()
            raise self._failure(table, broken) from None
        except BaseException:
            self._process.kill()
            self._process.end()
            raise
        finally:
            feeder.join()
        self._done += len(table)
        return pa.Table.from_batches(answers)

    def end(self) -> None:
        with suppress(OSError):  # it may be gone
            if self._writer:
                self._writer.close()
        self._process.end()

    def _feed(self, batches: Iterator[pa.RecordBatch], broken: List[Exception]) -> None:
        try:
            self._writer = self._writer or pa.ipc.new_stream(self._process.stdin, self.schema)
            for batch in batches:
                self._writer.write_batch(batch)
                self._process.stdin.flush()
        except OSError:
            pass  # it ended: its code says why
        except Exception as error:  # a type that Arrow's streams lack
            broken.append(BadInput(str(error)))
            self._process.kill()

    def _read(self, rows: int) -> pa.RecordBatch:
        if self._reader is None:
            self._reader = pa.ipc.open_stream(self._process.stdout)
        answers = self._reader.read_next_batch()
        named = [WIRE + name for name in self._options.answers]
        if len(answers) != rows or any(name not in answers.schema.names for name in named):
            self._process.kill(f"answered {rows} rows with {len(answers)} of {', '.join(answers.schema.names)}")
            raise StopIteration
        return _plain(answers.select(named))

    def _failure(self, table: pa.Table, broken: List[Exception]) -> Exception:
        failure = self._process.failure()
        if broken:
            return broken[0]
        if isinstance(failure, PoisonRow) and failure.row is not None:
            return _located(failure, failure.row - self._done, table, self._options.key)
        if isinstance(failure, FilterDied):
            return FilterDied(f"{failure}\n(among {len(table)} rows, after {self._done} that it answered)")
        return failure


def _located(failure: PoisonRow, row: int, table: pa.Table, key: Optional[str]) -> PoisonRow:
    """By its place among the rows that the caller knows: the filter counts all that it read."""
    if not 0 <= row < len(table):
        return failure
    name = "" if key is None else f", {key} = {table.column(key)[row].as_py()!r}"
    located = PoisonRow(f"{failure}\n(row {row} of the {len(table)} in this batch{name})")
    located.row = row
    return located


def _batch(table: pa.Table, start: int, size: int) -> pa.RecordBatch:
    """Rows as one batch, whatever the table's chunks."""
    batches = table.slice(start, size).combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)


def _filled(table: pa.Table, schema: pa.Schema) -> Optional[pa.Table]:
    """Where it differs by columns that are missing throughout, as pandas leaves them without a type."""
    if table.column_names != schema.names:
        return None
    pairs = list(zip(table.schema, schema))
    if any(here.type != there.type and not pa.types.is_null(here.type) for here, there in pairs):
        return None
    return table.cast(schema)


def _plain(answers: pa.RecordBatch) -> pa.RecordBatch:
    """Types that every engine has: no dictionaries, no unsigned numbers."""
    return pa.RecordBatch.from_arrays(
        [column.cast(plain_type(column.type)) for column in answers.columns], names=answers.schema.names
    )


def plain_type(given: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(given):
        return plain_type(given.value_type)
    return pa.int32() if pa.types.is_unsigned_integer(given) else given
