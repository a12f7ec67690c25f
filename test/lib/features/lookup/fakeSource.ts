import { setImmediate } from 'node:timers/promises';
import {
  type Fetch,
  type FetchedValue,
  type Fetcher,
  fetcher,
  type SourceOptions,
} from '../../../../lib/features/lookup/index.js';
import { FakeTimer } from '../../../support/fakeTimer.js';

/** What a key's numbers are, wherever they come from. */
export const numbersOf = (key: string): number[] => [key.length, key.charCodeAt(0)];

export interface Trip {
  readonly keys: readonly string[];
  readonly signal: AbortSignal;
  answer(values?: readonly FetchedValue[]): void;
  fail(error: unknown): void;
}

/** A source whose every reply is given by hand, in time that is told. */
export class FakeSource {
  readonly timer = new FakeTimer();
  readonly trips: Trip[] = [];
  readonly fetcher: Fetcher<string>;

  constructor(options: SourceOptions = {}) {
    this.fetcher = fetcher(this.fetch, { timer: this.timer, random: () => 1, ...options });
  }

  readonly fetch: Fetch<string> = (keys, { signal }) =>
    new Promise((resolve, reject) => {
      const answer = (values: readonly FetchedValue[] = keys.map(numbersOf)) => resolve(values);
      this.trips.push({ keys, signal, answer, fail: reject });
    });

  /** Lets the turn end in which keys were asked for. */
  async turn(): Promise<void> {
    await this.timer.pass(0);
    await setImmediate();
  }
}
