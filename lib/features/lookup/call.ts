import type { LookupError } from '../../errors.js';

/** A source's outcome for a key: values, null if it knows none, or an error. */
export type KeyOutcome = ArrayLike<number> | null | LookupError;

/** A key in flight, shared by all calls that want it. */
export class KeyInFlight {
  private readonly wanted: { readonly call: LookupCall; readonly at: number }[] = [];
  /** Calls that still wait for it. */
  private waiting = 0;
  private isOver = false;
  /** Called when no call waits for it any more. */
  abandoned = (): void => {};

  /** @param over called when it has its outcome, or when no call waits for one */
  constructor(private readonly over: () => void) {}

  get isWanted(): boolean {
    return this.waiting > 0;
  }

  /** Adds a call that gets the outcome for its key `at`. */
  add(call: LookupCall, at: number): void {
    this.wanted.push({ call, at });
    this.waiting++;
  }

  leave(): void {
    if (--this.waiting > 0 || this.isOver) return;
    this.isOver = true;
    this.over();
    this.abandoned();
  }

  settle(outcome: KeyOutcome): void {
    if (this.isOver) return;
    this.isOver = true;
    this.over();
    for (const { call, at } of this.wanted) call.deliver(at, outcome);
  }
}

/** Keys that somebody waits for together. */
export class LookupCall {
  /** By the position of the key; undefined if it hasn't come. */
  readonly outcomes: (KeyOutcome | undefined)[];
  /** Fulfilled when there's an outcome for every key; rejects with the signal's reason when that is aborted before. */
  readonly settled: Promise<void>;
  private missing: number;
  private resolve = (): void => {};
  private reject = (_reason: unknown): void => {};

  constructor(
    private readonly entries: readonly KeyInFlight[],
    private readonly signal: AbortSignal | undefined,
  ) {
    this.missing = entries.length;
    this.outcomes = new Array<KeyOutcome | undefined>(entries.length).fill(undefined);
    this.settled = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    entries.forEach((entry, at) => {
      entry.add(this, at);
    });
    if (signal?.aborted) this.leave();
    else if (this.missing === 0) this.resolve();
    else signal?.addEventListener('abort', this.leave, { once: true });
  }

  deliver(at: number, outcome: KeyOutcome): void {
    if (this.missing === 0 || this.outcomes[at] !== undefined) return;
    this.outcomes[at] = outcome;
    if (--this.missing > 0) return;
    this.signal?.removeEventListener('abort', this.leave);
    this.resolve();
  }

  private readonly leave = (): void => {
    this.missing = 0;
    this.reject(this.signal?.reason);
    this.entries.forEach((entry, at) => {
      if (this.outcomes[at] === undefined) entry.leave();
    });
  };
}
