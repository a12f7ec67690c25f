import { FeatureError, SpillwayError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { Retrier, type RetryPolicy } from '../../util/retry/index.js';
import type { Prepared } from './encoder.js';
import { copyVectors, WrongVectors } from './vectors.js';

/** The calls of an encoder so far. */
export interface EncoderCounts {
  /** Calls, those made again included, and texts in them. */
  readonly calls: number;
  readonly texts: number;
  /** Tokens of these texts; characters where the encoder is a function of texts. */
  readonly tokens: number;
  /** The same with each text as long as the longest of its call. */
  readonly padded: number;
}

/** How an encoder is called. */
export interface CallPolicy extends Omit<RetryPolicy, 'timeoutMs'> {
  readonly dimensions: number;
  /** The most texts of a call. */
  readonly batch: number;
  /** Undefined: the caller's deadline alone. */
  readonly timeoutMs: number | undefined;
}

/** The circumstances of one computation. */
export interface EncoderCaller {
  readonly signal: AbortSignal | undefined;
  /** Called with the number of texts before each call. Its errors pass through. */
  readonly onRequest: ((texts: number) => void) | undefined;
  /** Called with items that have no vector, for one reason. Its errors pass through. */
  readonly failed: (items: ArrayLike<number>, error: Error) => void;
}

/** The longest wait of a timer. */
export const LONGEST = 2 ** 31 - 1;

/** Calls an encoder batch by batch, and counts. */
export class EncoderCalls {
  readonly counts = { calls: 0, texts: 0, tokens: 0, padded: 0 };
  private readonly retrier: Retrier;

  constructor(private readonly policy: CallPolicy) {
    this.retrier = new Retrier({ ...policy, timeoutMs: policy.timeoutMs ?? LONGEST });
  }

  /**
   * The vectors of items, items x dimensions, and of nothing, which is zeros; a promise of them where
   * the encoder promises them. Items without anything to encode have zeros too. The numbers of failed
   * items don't matter.
   */
  vectorsOf(prepared: Prepared, caller: EncoderCaller): Float32Array | Promise<Float32Array> {
    const { dimensions, batch: most } = this.policy;
    const { sizes } = prepared;
    const table = new Float32Array((sizes.length + 1) * dimensions);
    const batches = batchesBySize(sizes, most);
    // One after the other: an encoder on this machine is busy with one.
    const from = (first: number): Float32Array | Promise<Float32Array> => {
      for (let b = first; b < batches.length; b++) {
        const waiting = this.encode(prepared, batches[b], caller, table);
        if (waiting !== undefined) return waiting.then(() => from(b + 1));
      }
      return table;
    };
    return from(0);
  }

  /** Encodes a batch into its places in a table. */
  private encode(
    prepared: Prepared,
    batch: Int32Array,
    caller: EncoderCaller,
    table: Float32Array,
  ): Promise<void> | undefined {
    const { signal, onRequest } = caller;
    signal?.throwIfAborted();
    let refused: { readonly error: unknown } | undefined;
    const before = () => {
      try {
        onRequest?.(batch.length);
      } catch (error) {
        refused = { error };
        throw error;
      }
      this.count(prepared, batch);
    };
    const done = (vectors: unknown) => this.copy(vectors, batch, caller, table);
    const failed = (error: unknown) => {
      if (refused !== undefined) throw refused.error;
      if (signal?.aborted) throw signal.reason;
      caller.failed(batch, explained(error, batch));
    };
    let given: unknown;
    try {
      given = this.send(prepared, batch, before, signal);
    } catch (error) {
      return void failed(error);
    }
    return isThenable(given) ? Promise.resolve(given).then(done, failed) : void done(given);
  }

  private copy(vectors: unknown, batch: Int32Array, { failed }: EncoderCaller, table: Float32Array): void {
    const own = new Map<number, Error>();
    try {
      copyVectors(vectors, this.policy.dimensions, table, batch, (item, error) => own.set(item, error));
    } catch (error) {
      failed(batch, explained(error, batch));
    }
    for (const [item, error] of own) failed([item], explained(error, batch));
  }

  private send(
    prepared: Prepared,
    batch: Int32Array,
    before: () => void,
    signal: AbortSignal | undefined,
  ): unknown {
    const { timeoutMs, retries } = this.policy;
    if (timeoutMs === undefined && retries === 0) {
      before();
      return prepared.encode(batch, { signal: signal ?? new AbortController().signal });
    }
    const stop = new AbortController();
    const leave = () => stop.abort(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    const late = `the encoder gave no vectors of ${textsOf(batch)} within ${timeoutMs} ms: raise timeoutMs, or lower batch`;
    const request = {
      send: async (own: AbortSignal) => prepared.encode(batch, { signal: own }),
      before,
      retryAfter: () => 0,
      late: () => new FeatureError('', undefined, late),
    };
    return this.retrier.run(request, stop).finally(() => signal?.removeEventListener('abort', leave));
  }

  private count({ sizes }: Prepared, batch: Int32Array): void {
    const { counts } = this;
    let longest = 0;
    for (const item of batch) {
      counts.tokens += sizes[item];
      longest = Math.max(longest, sizes[item]);
    }
    counts.calls++;
    counts.texts += batch.length;
    counts.padded += batch.length * longest;
  }
}

function explained(error: unknown, batch: Int32Array): Error {
  if (error instanceof SpillwayError) return error;
  const message = errorText(error);
  const what = error instanceof WrongVectors ? 'the encoder' : `the encoder failed on ${textsOf(batch)}:`;
  return new FeatureError('', undefined, `${what} ${message}`, { cause: error });
}

function textsOf(batch: Int32Array): string {
  return batch.length === 1 ? 'a text' : `${batch.length} texts`;
}

function isThenable(given: unknown): given is PromiseLike<unknown> {
  return typeof given === 'object' && given !== null && 'then' in given && typeof given.then === 'function';
}

/**
 * Items in batches of similar sizes, so that little is padded: an encoder pads every text of a batch
 * to the longest.
 *
 * @param sizes of the items, for example their tokens; items of size 0 are in no batch
 * @param most items of a batch
 * @returns positions of items, the largest first: where memory is short, that shows at once
 */
export function batchesBySize(sizes: ArrayLike<number>, most: number): Int32Array[] {
  const order = Int32Array.from({ length: sizes.length }, (_, i) => i)
    .filter((i) => sizes[i] > 0)
    .sort((a, b) => sizes[b] - sizes[a] || a - b);
  const batches: Int32Array[] = [];
  for (let from = 0; from < order.length; from += most) batches.push(order.slice(from, from + most));
  return batches;
}
