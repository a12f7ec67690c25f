import { setImmediate } from 'node:timers/promises';
import type { Random } from '../../../../lib/stats/index.js';
import type { Timer } from '../../../../lib/util/timer.js';
import type { Executor, Running, Slice } from '../../../../serve/executor.js';
import { type Overload, Scheduler } from '../../../../serve/scheduling/index.js';

/** The scheduler of the server under requests of two callers, on one core and a clock of its own. */

/** Microseconds of a row by the own plan, and by the mode. */
const COSTS = [1_000, 100];

/** One caller's requests, each of one row: so many a millisecond, in each of the spans of time in turn. */
export interface Caller {
  readonly rates: readonly number[];
}

const SPAN_MS = 250;

/** Of each caller, the rows that each mode answered. */
export async function answeredRows(
  callers: readonly Caller[],
  overload: Overload,
  chance: Random,
): Promise<number[][]> {
  const clock = new Clock();
  const scheduler = new Scheduler(coreOn(clock), { timer: clock });
  const modes = COSTS.map((row) => ({ verdict: 'certified', cost: { call: 0, row, wait: 0 } }));
  const [own, ...further] = modes;
  const queue = scheduler.add({ key: 'a', kind: 'value', width: 1, modes: [own, ...further] }, { overload });
  const counts = callers.map(() => COSTS.map(() => 0));
  callers.forEach(({ rates }, c) => {
    for (const at of arrivals(rates, chance)) {
      clock.after(at, async () => {
        const inputs = { x: { elements: new Float64Array(1), rowShape: [] } };
        const job = { tenant: `${c}`, rows: 1, inputs, scores: false, deadline: undefined };
        const { mode } = await scheduler.soon(queue, { ...job, arrived: clock.now() });
        counts[c][mode]++;
      });
    }
  });
  await clock.run();
  return counts;
}

/** Times of a Poisson process whose rate changes with each span. */
function arrivals(rates: readonly number[], chance: Random): number[] {
  return rates.flatMap((rate, span) => {
    const times: number[] = [];
    const next = () => -Math.log(1 - chance.uniform()) / rate;
    for (let at = next(); at < SPAN_MS; at += next()) times.push(span * SPAN_MS + at);
    return times;
  });
}

/** A core that takes as long for a slice as the costs of its mode say. */
function coreOn(clock: Clock): Executor {
  return {
    cores: 1,
    run({ mode, rows }: Slice): Running {
      const busyMs = (rows * COSTS[mode]) / 1000;
      const answer = new Promise<void>((resolve) => void clock.after(busyMs, resolve)).then(() => ({
        answers: new Float64Array(rows),
        scores: new Float64Array(),
        exits: new Uint8Array(rows),
        degraded: new Uint8Array(rows),
        verdict: 'certified',
        busyMs,
      }));
      return { answer, yielded: answer.then(() => {}) };
    },
  };
}

interface Entry {
  readonly at: number;
  run: (() => void) | undefined;
}

/** Time that passes from one event to the next. */
class Clock implements Timer {
  private time = 0;
  private readonly entries: Entry[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const entry: Entry = { at: this.time + ms, run };
    const place = this.entries.findLastIndex(({ at }) => at > entry.at);
    // The last entry is the next.
    this.entries.splice(place + 1, 0, entry);
    return () => {
      entry.run = undefined;
    };
  }

  async run(): Promise<void> {
    for (let next = this.entries.pop(); next !== undefined; next = this.entries.pop()) {
      if (next.run === undefined) continue;
      this.time = next.at;
      next.run();
      await setImmediate();
    }
  }
}
