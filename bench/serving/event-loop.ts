import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { median, quantile } from 'simple-statistics';
import { Cascade, logisticRegression, tune } from 'spillway';
import { random } from '../../lib/stats/index.js';
import { atLeast, atMost, columns, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import features, { networkWorld } from './event-loop-features.js';
import { poissonTimes } from './serve/programs/arrivals.js';

type Row = Float32Array;
interface Served {
  predict(
    rows: readonly Row[],
  ): Promise<{ readonly labels: readonly unknown[]; readonly scores: Float64Array }>;
}

/** Rows of a request, and the share of its capacity that requests ask for. */
const REQUEST = 60;
const LOAD = 0.7;
/** Requests that come, at least, on average. */
const FEWEST = 20;
/** Requests under way while capacity is measured. */
const CALLERS = 4;

/** Threads know no TypeScript beyond what a module of theirs registers. */
const MODULE = `data:text/javascript,${encodeURIComponent(`
  import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
  register();
  const { default: features } = await import(${JSON.stringify(new URL('./event-loop-features.ts', import.meta.url).href)});
  export { features };
`)}`;

/** A heavy cascade on threads and on the event loop: how late the loop is, and what a second thread gains. */
export const eventLoop: Workload = {
  async run({ quick, seeds = [1], log }: RunOptions) {
    log('tuning');
    const { rows, labels } = networkWorld(quick ? 600 : 1_000, seeds[0]);
    const cascade = await tune({
      features,
      rows,
      labels,
      full: logisticRegression(),
      bound: { loss: 'disagreement', epsilon: 0.05 },
      seed: seeds[0],
    });
    const folder = await mkdtemp(join(tmpdir(), 'spillway-loop-'));
    const path = join(folder, 'network.cascade');
    await cascade.save(path);
    const start = (threads: number) => Cascade.onThreads<Row, boolean>(path, MODULE, { threads });
    await using one = await start(1);
    await using two = await start(2);
    await rm(folder, { recursive: true });
    const fresh = networkWorld(1_200, seeds[0] + 1).rows;
    await assertSame(cascade, one, fresh);
    await assertSame(cascade, two, fresh);

    log('one thread, two threads');
    const requests = quick ? 8 : 24;
    const [alone, together, turn, turns] = await interleave(
      [
        () => answer(one, fresh, requests),
        () => answer(two, fresh, requests),
        () => onlyTurn(1),
        () => onlyTurn(2),
      ],
      quick ? 3 : 7,
      true,
    );
    const gain = medianRatio(alone, together);
    const processors = 2 * medianRatio(turn, turns);
    const capacity = {
      two: (1_000 * requests) / median(together),
      loop: await capacityOnLoop(cascade, fresh),
    };

    const seconds = quick ? 3 : 20;
    log(`requests on two threads, ${seconds} s`);
    const threads = await open(two, fresh, LOAD * capacity.two, seconds, seeds[0]);
    log(`requests on the event loop, ${seconds} s`);
    const loop = await open(cascade, fresh, LOAD * capacity.loop, seconds, seeds[0]);
    const { exits } = await cascade.predict(fresh);
    const rowMs = (await time(() => cascade.full.predict(fresh))) / fresh.length;
    const what = 'answers of two threads over those of one';
    const json = {
      workload: 'event-loop',
      quick,
      machine: machine(),
      versions: versions(),
      rowMs,
      byFull: exits.filter((exit) => exit === cascade.plan.stages.length).length / fresh.length,
      capacity,
      gain,
      processors,
      threads,
      loop,
      checks: [
        atMost(`event loop's delay at ${LOAD} of two threads' capacity, p99 in ms`, threads.delayMs.p99, 10),
        processors < 1.8
          ? leftOut(
              what,
              '>= 1.6',
              `two threads that only turn get ${processors.toFixed(2)} times as much done as one`,
            )
          : atLeast(what, gain, 1.6),
      ],
    };
    return { json, table: tableOf(json) };
  },
};

/** The same bits, or the run fails. */
async function assertSame(cascade: Served, served: Served, rows: readonly Row[]): Promise<void> {
  const [own, there] = [await cascade.predict(rows), await served.predict(rows)];
  const isSame = own.labels.every((label, i) => label === there.labels[i]);
  if (!isSame || !Buffer.from(own.scores.buffer).equals(Buffer.from(there.scores.buffer)))
    throw new Error('threads give other answers');
}

/** Answers requests, as many under way as there are callers. */
async function answer(served: Served, rows: readonly Row[], requests: number): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < requests) await served.predict(requestAt(rows, next++));
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

/** Requests a second that `predict` answers on this thread. */
async function capacityOnLoop(cascade: Served, rows: readonly Row[]): Promise<number> {
  const requests = 8;
  const times = [0, 0, 0];
  for (const round of times.keys()) times[round] = await time(() => answer(cascade, rows, requests));
  return (1_000 * requests) / median(times);
}

interface Opened {
  readonly requests: number;
  /** Requests a second that came. */
  readonly rate: number;
  /** By which turns of the event loop were late (`monitorEventLoopDelay`). */
  readonly delayMs: Quantiles;
  /** What a request that asks for nothing waits, whenever it comes: a turn that takes long meets more of them. */
  readonly lightMs: Quantiles;
  /** From a request's arrival to its answer. */
  readonly answerMs: Quantiles;
}

type Quantiles = Readonly<Record<'p50' | 'p99' | 'max', number>>;

/** Requests that come whether earlier ones were answered or not. */
async function open(
  served: Served,
  rows: readonly Row[],
  rate: number,
  seconds: number,
  seed: number,
): Promise<Opened> {
  const arrivals = poissonTimes(rate, Math.max(seconds, FEWEST / rate), random(seed));
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  const answers: Promise<number>[] = [];
  const begun = performance.now();
  const light = probes();
  delays.enable();
  for (const [i, at] of arrivals.entries()) {
    // Each comes in a turn of its own, also one that is late.
    const arrival = begun + at;
    await wait(Math.max(0, arrival - performance.now()));
    answers.push(served.predict(requestAt(rows, i)).then(() => performance.now() - arrival));
  }
  const times = await Promise.all(answers);
  // The last turn counts once the next one has begun.
  await wait(2 * PROBE);
  delays.disable();
  const waits = light.stop();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
  return {
    requests: arrivals.length,
    rate,
    delayMs: {
      p50: late(delays.percentile(50)),
      p99: late(delays.percentile(99)),
      max: late(delays.max),
    },
    lightMs: quantilesOf(waits),
    answerMs: quantilesOf(times),
  };
}

/** Light requests, one each few milliseconds, whether the event loop turns or not. */
function probes() {
  const waits: number[] = [];
  let due = performance.now() + PROBE;
  const answer = () => {
    for (const now = performance.now(); due <= now; due += PROBE) waits.push(now - due);
  };
  const timer = setInterval(answer, 1);
  return {
    stop() {
      clearInterval(timer);
      answer();
      return waits;
    },
  };
}

const PROBE = 5;

function quantilesOf(times: number[]): Quantiles {
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), max: Math.max(...times) };
}

/** Milliseconds from turn to turn of the timer by which delays are measured. */
const RESOLUTION = 1;

function requestAt(rows: readonly Row[], i: number): readonly Row[] {
  const from = (i * REQUEST) % rows.length;
  return rows.slice(from, from + REQUEST);
}

/** Threads of some 100 ms each: two beside one show how many processors are free. */
async function onlyTurn(count: number): Promise<void> {
  const source =
    'let x = 1; for (let i = 0; i < 2e7; i++) x = Math.imul(x, 48271) ^ i; if (x === 0) throw x;';
  await Promise.all(Array.from({ length: count }, () => once(new Worker(source, { eval: true }), 'exit')));
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

interface Figures {
  readonly rowMs: number;
  readonly byFull: number;
  readonly gain: number;
  readonly processors: number;
  readonly capacity: { readonly two: number; readonly loop: number };
  readonly threads: Opened;
  readonly loop: Opened;
}

function tableOf({ rowMs, byFull, gain, processors, capacity, threads, loop }: Figures): string {
  const line = (name: string, most: number, { requests, delayMs, lightMs, answerMs }: Opened) => [
    name,
    most.toFixed(1),
    String(requests),
    ...[delayMs, lightMs, answerMs].flatMap(({ p50, p99 }) => [p50, p99]).map((ms) => ms.toFixed(1)),
    delayMs.max.toFixed(1),
  ];
  const facts =
    `${rowMs.toFixed(2)} ms a row by the full model, which answers ${(100 * byFull).toFixed(0)} % of the rows; ` +
    `two threads answer ${gain.toFixed(2)} times what one does, where two that only turn do ${processors.toFixed(2)} times as much`;
  return `${facts}\n\n${columns([
    ['', 'capacity/s', 'requests', 'loop p50 ms', 'p99', 'light p50', 'p99', 'answer p50', 'p99', 'loop max'],
    line('two threads', capacity.two, threads),
    line('event loop', capacity.loop, loop),
  ])}`;
}
