import { LookupError } from '../../errors.js';
import { unlessAborted } from '../../util/abort.js';
import { errorText } from '../../util/errorText.js';
import type { JsonValue } from '../../util/state.js';
import { KeyInFlight, type KeyOutcome, LookupCall } from './call.js';
import type { SourcePolicy } from './options.js';
import { type Send, type TripCounts, Trips } from './trips.js';

/** Called with the number of keys that are about to be sent, also for a retry. */
type OnRequest = (keys: number) => void;

/** Keys of lookups. 1 and '1' are two keys. */
export type Key = string | number | bigint;

/** How keys become requests, and replies numbers. */
export interface Reading<in K extends Key, out Request, in Reply> {
  request(key: K): Request;
  /**
   * Null if the source has nothing under the key. Throws if it can't read a reply, with the reason.
   */
  read(reply: Reply, key: K): ArrayLike<number> | null;
}

/** Counts of a source so far. */
export interface SourceCounts extends TripCounts {
  /** Keys that were already in flight when they were wanted. */
  readonly shared: number;
  /** Keys without a value for an error of any kind. */
  readonly errors: number;
}

/** Finds the values of a lookup's keys. */
export interface Fetcher<in K extends Key> {
  readonly source: { readonly name: string; readonly counts: SourceCounts };
  /** The fields or columns that are read, and how: options that change values. */
  readonly reading?: JsonValue | undefined;
  /**
   * @param keys without repetitions
   * @param onRequest called with the number of keys before each request; throws to prevent it
   */
  request(
    keys: readonly K[],
    signal: AbortSignal | undefined,
    onRequest?: (keys: number) => void,
  ): LookupCall;
  /** Makes what connections the first question would have to wait for. Never rejects. */
  open(): Promise<void>;
}

/** A key that waits for its turn or its reply. */
interface PendingKey<Request, Reply> {
  readonly entry: KeyInFlight;
  readonly request: Request;
  readonly read: (reply: Reply) => ArrayLike<number> | null;
  readonly onRequest: OnRequest | undefined;
}

/**
 * A remote source of replies to requests. Requests made in the same turn of the event loop share a
 * round trip, across rows, calls and features. A key that is in flight isn't requested again.
 */
export class RemoteSource<Request, Reply> {
  private queue: PendingKey<Request, Reply>[] = [];
  private readonly trips: Trips<Request, Reply>;
  private shared = 0;
  private errors = 0;

  /** @param connect makes an empty request, so that a connection is opened */
  constructor(
    send: Send<Request, Reply>,
    private readonly policy: SourcePolicy,
    private readonly connect: () => PromiseLike<unknown> = async () => {},
  ) {
    this.trips = new Trips(send, policy);
  }

  get name(): string {
    return this.policy.name;
  }

  get counts(): SourceCounts {
    return { ...this.trips.counts, shared: this.shared, errors: this.errors };
  }

  /**
   * Its values under keys of one kind.
   *
   * @param stated description of the reading, for `Fetcher.reading`
   */
  fetcher<K extends Key>(reading: Reading<K, Request, Reply>, stated?: JsonValue): Fetcher<K> {
    const underWay = new Map<K, KeyInFlight>();
    const entryOf = (key: K, onRequest: OnRequest | undefined) => {
      const shared = underWay.get(key);
      if (shared !== undefined) {
        this.shared++;
        return shared;
      }
      const entry = new KeyInFlight(() => underWay.delete(key));
      underWay.set(key, entry);
      const read = (reply: Reply) => reading.read(reply, key);
      this.add({ entry, request: reading.request(key), read, onRequest });
      return entry;
    };
    return {
      source: this,
      ...(stated !== undefined && { reading: stated }),
      request: (keys, signal, onRequest) =>
        new LookupCall(
          keys.map((key) => entryOf(key, onRequest)),
          signal,
        ),
      open: () => this.open(),
    };
  }

  /** Errors are ignored: the first request will report them, if they persist. */
  private async open(): Promise<void> {
    const { timeoutMs, timer } = this.policy;
    const stop = new AbortController();
    const callOff = timer.after(timeoutMs, () => stop.abort());
    try {
      await unlessAborted(this.connect(), stop.signal);
    } catch {
      // See above.
    }
    callOff();
  }

  private add(pending: PendingKey<Request, Reply>): void {
    if (this.queue.push(pending) === 1) this.policy.timer.after(0, () => this.sendAll());
  }

  private sendAll(): void {
    const wanted = this.queue.filter(({ entry }) => entry.isWanted);
    this.queue = [];
    const { maxBatch } = this.policy;
    for (let from = 0; from < wanted.length; from += maxBatch) {
      void this.settle(wanted.slice(from, from + maxBatch));
    }
  }

  /** Gives each key its outcome. Never rejects. */
  private async settle(pending: readonly PendingKey<Request, Reply>[]): Promise<void> {
    const stop = new AbortController();
    let wanted = pending.length;
    for (const { entry } of pending) {
      entry.abandoned = () => {
        if (--wanted === 0) stop.abort(new Error('nobody waits for it any more'));
      };
    }
    let outcomes: readonly KeyOutcome[];
    try {
      const requests = pending.map(({ request }) => request);
      const replies = await this.trips.make(requests, stop, reporting(pending));
      outcomes = pending.map(({ read }, i) => this.outcomeOf(read, replies[i]));
    } catch (error) {
      const failure =
        error instanceof LookupError ? error : this.trips.error('refused', String(error), error);
      outcomes = pending.map(() => failure);
    }
    pending.forEach(({ entry }, i) => {
      if (outcomes[i] instanceof LookupError && entry.isWanted) this.errors++;
      entry.settle(outcomes[i]);
    });
  }

  private outcomeOf(read: (reply: Reply) => ArrayLike<number> | null, reply: Reply | Error): KeyOutcome {
    if (reply instanceof LookupError) return reply;
    if (reply instanceof Error) return this.trips.error('refused', `answered: ${reply.message}`, reply);
    try {
      return read(reply);
    } catch (error) {
      if (error instanceof LookupError) return error;
      const message = errorText(error);
      return this.trips.error('malformed', `gave what can't be read: ${message}`, error);
    }
  }
}

/** Reports to each caller the number of its keys. */
function reporting(
  pending: readonly Pick<PendingKey<never, never>, 'onRequest'>[],
): (() => void) | undefined {
  const counts = new Map<OnRequest, number>();
  for (const { onRequest } of pending) {
    if (onRequest !== undefined) counts.set(onRequest, (counts.get(onRequest) ?? 0) + 1);
  }
  if (counts.size === 0) return undefined;
  return () => {
    for (const [onRequest, keys] of counts) onRequest(keys);
  };
}
