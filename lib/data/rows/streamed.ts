import { show } from '../../check.js';
import { OptionError, RowsError, SpillwayError } from '../../errors.js';
import { unlessAborted } from '../../util/abort.js';
import { errorText } from '../../util/errorText.js';
import { iteratorOf, REUSED, ReusedObjects, resultOf } from './iterator.js';
import type { RowKeys, RowReader } from './reader.js';
import type { RowSource } from './source.js';

/** Begins to read all rows: called once for each pass, and each pass gives the same rows in the same order. */
export interface ReadRows<Row> {
  (): AsyncIterable<Row> | Iterable<Row>;
  /** Paths of the files that it reads, where it says so, as those of `csvRows` and its like. */
  readonly files?: readonly string[];
}

/** Rows that are taken from an iterator before others get a turn. */
const CHUNK = 2048;

/** Rows that a function reads, chunk by chunk. Each row that is used is compared with its first reading. */
export class StreamedRows<Row> implements RowSource<Row> {
  /**
   * @param name the option that gives the rows
   * @param read called once for each pass
   * @param reader made `keys`
   * @param keys of all rows, from the first pass
   */
  constructor(
    private readonly name: string,
    private readonly read: ReadRows<Row>,
    private readonly reader: RowReader,
    private readonly keys: RowKeys,
  ) {}

  get length(): number {
    return this.keys.keys.length;
  }

  /**
   * @throws RowsError for a row that differs from its first reading, where fewer or more rows come,
   * and where reading fails; the signal's reason once aborted
   */
  async *batches(
    positions: Int32Array,
    size: number,
    signal?: AbortSignal,
  ): AsyncGenerator<readonly Row[], void, void> {
    const { name, length } = this;
    let batch: Row[] = [];
    let next = 0;
    let end = 0;
    for await (const { rows, from } of chunksOf(name, this.read, signal)) {
      end = from + rows.length;
      const begin = next;
      const wanted: Row[] = [];
      while (next < positions.length && positions[next] < end) wanted.push(rows[positions[next++] - from]);
      if (end > length)
        throw new RowsError('longer', name, length, `came, and the first pass ended before it`);
      this.compare(wanted, positions.subarray(begin, next));
      for (const row of wanted) {
        batch.push(row);
        if (batch.length < size) continue;
        yield batch;
        batch = [];
      }
      // The rest of the pass would give nothing. A last row shows whether more follow.
      if (next === positions.length && positions[next - 1] < length - 1) break;
    }
    if (next < positions.length) throw this.ended(end);
    if (batch.length > 0) yield batch;
  }

  private compare(rows: readonly Row[], positions: Int32Array): void {
    const { keys, opaque } = this.reader.keysOf(rows);
    const at = positions.findIndex(
      (row, i) => this.keys.keys[row] !== keys[i] && this.keys.opaque[row] === 0 && opaque[i] === 0,
    );
    if (at < 0) return;
    throw new RowsError(
      'changed',
      this.name,
      positions[at],
      "isn't what it was when it was first read. Each pass must give the same rows in the same order, and " +
        'features must not change them',
    );
  }

  private ended(end: number): RowsError {
    const hint =
      end === 0
        ? '. An iterator can be read once: have the function make a new one each time, as a generator function does'
        : '';
    return new RowsError(
      'ended',
      this.name,
      end,
      `didn't come: the first pass had ${this.length} rows, a later one ${end}${hint}`,
    );
  }
}

/**
 * Reads all rows once.
 *
 * @param use gets the rows chunk by chunk, and the position of the first of them
 * @returns the number of rows
 * @throws RowsError where reading fails; the signal's reason once aborted
 */
export async function eachChunk<Row>(
  name: string,
  read: ReadRows<Row>,
  signal: AbortSignal | undefined,
  use: (rows: readonly Row[], from: number) => void,
): Promise<number> {
  let count = 0;
  for await (const { rows, from } of chunksOf(name, read, signal)) {
    use(rows, from);
    count = from + rows.length;
  }
  return count;
}

interface Chunk<Row> {
  readonly rows: readonly Row[];
  /** Position of the first. */
  readonly from: number;
}

/** One pass. Leaving it early closes the iterator; aborting doesn't wait for that. */
async function* chunksOf<Row>(
  name: string,
  read: ReadRows<Row>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Chunk<Row>, void, void> {
  signal?.throwIfAborted();
  const pass = new Pass(name, begin(name, read));
  try {
    while (!pass.isOver) {
      const from = pass.count;
      const filling = pass.fill();
      const rows = await (signal ? unlessAborted(filling, signal) : filling);
      if (rows.length > 0) yield { rows, from };
      // Lets timers run, and with them an abort.
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
    }
  } finally {
    const closed = pass.close();
    if (signal?.aborted) closed.catch(() => undefined);
    else await closed;
  }
}

type Rowed<Row> = AsyncIterator<Row, unknown> | Iterator<Row, unknown>;

/** An iterator that is being read. */
class Pass<Row> {
  isOver = false;
  /** Rows that were read. */
  count = 0;
  private isClosed = false;

  constructor(
    private readonly name: string,
    private readonly iterator: Rowed<Row>,
  ) {}

  async fill(): Promise<Row[]> {
    const rows: Row[] = [];
    const reused = new ReusedObjects();
    while (rows.length < CHUNK && !this.isClosed) {
      const coming = this.next();
      const result = isPromise(coming) ? await Promise.resolve(coming).catch(this.failed) : coming;
      const { done, value } = this.checked(result);
      if (done) {
        this.isOver = true;
        break;
      }
      if (reused.has(value)) throw new RowsError('changed', this.name, this.count, REUSED);
      rows.push(value);
      this.count++;
    }
    return rows;
  }

  /** Ends the reading. An iterator that is over, or failed, isn't closed. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.isOver) return;
    this.isOver = true;
    try {
      await this.iterator.return?.();
    } catch (error) {
      this.failed(error);
    }
  }

  private checked(result: IteratorResult<Row, unknown>): IteratorResult<Row, unknown> {
    try {
      // Reading them may throw, too.
      const { done, value } = resultOf(this.name, result);
      return done ? { done, value } : { done: false, value };
    } catch (error) {
      return this.failed(error);
    }
  }

  private next() {
    try {
      return this.iterator.next();
    } catch (error) {
      return this.failed(error);
    }
  }

  private readonly failed = (error: unknown): never => {
    this.isOver = true;
    if (error instanceof SpillwayError) throw error;
    const message = errorText(error);
    throw new RowsError('failed', this.name, this.count, `couldn't be read: ${message}`, { cause: error });
  };
}

function begin<Row>(name: string, read: ReadRows<Row>): Rowed<Row> {
  let rows: unknown;
  try {
    rows = read();
    if (isIterable<Row>(rows)) return iteratorOf(name, rows);
  } catch (error) {
    if (error instanceof SpillwayError) throw error;
    const message = errorText(error);
    throw new RowsError('failed', name, 0, `couldn't be read: ${message}`, { cause: error });
  }
  throw new OptionError(
    name,
    `expected a function that returns an iterable of rows, sync or async; it returned ${show(rows)}${
      rows instanceof Promise ? '. Await inside it instead: async function* () { … }' : ''
    }`,
  );
}

/** Also one of another library or realm. */
function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

function isIterable<Row>(value: unknown): value is AsyncIterable<Row> | Iterable<Row> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}
