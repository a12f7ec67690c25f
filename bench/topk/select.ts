import { median } from 'simple-statistics';
import { random } from '../../lib/stats/index.js';
import { TopK, topK } from '../../topk/select/index.js';
import { atLeast, atMost, columns } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, peakMemory, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { usedMemory } from '../harness/memory.js';

const K = 100;
const BATCH = 4_096;

/** The K best of many scores beside sorting them; of many that come in batches, in how much memory. */
export const select: Workload = {
  async run({ quick, log }) {
    const n = quick ? 1_000_000 : 10_000_000;
    // First, while nothing else takes memory.
    log(`${n} streamed scores`);
    usedMemory();
    const before = process.memoryUsage.rss() / 2 ** 20;
    const { result: streamed, peakMB } = await peakMemory(() => stream(n));
    const takenMB = peakMB - before;

    log(`${n} scores beside sorting them`);
    const scores = scoresOf(n);
    const expected = topK(scores, K);
    if (expected.join() !== streamed.join()) throw new Error('streamed scores give another answer');
    const orders = {
      random: scores,
      rising: scores.slice().sort(),
      falling: scores.slice().sort().reverse(),
    };
    const selection: Record<string, Timed> = {};
    for (const [order, values] of Object.entries(orders)) {
      selection[order] = await timed(values, quick ? 3 : 5);
    }
    const json = {
      workload: 'select',
      quick,
      machine: machine(),
      versions: versions(),
      scores: n,
      k: K,
      selection,
      streamedMB: takenMB,
      checks: [
        atLeast('time of sorting the scores over that of selecting', selection.random.ratio, 20),
        // The scores alone would take 80.
        atMost('MB that streaming as many takes', takenMB, 20),
      ],
    };
    const table = columns([
      ['order', 'sort ms', 'select ms', 'ratio'],
      ...Object.entries(selection).map(([order, { sortMs, selectMs, ratio }]) => [
        order,
        sortMs.toFixed(0),
        selectMs.toFixed(1),
        `${ratio.toFixed(1)}x`,
      ]),
    ]);
    return { json, table };
  },
};

interface Timed {
  readonly sortMs: number;
  readonly selectMs: number;
  readonly ratio: number;
}

async function timed(scores: Float64Array, rounds: number): Promise<Timed> {
  const work = new Float64Array(scores.length);
  const select = () => topK(scores, K);
  select();
  const [sorting, selecting] = await interleave(
    [
      () => {
        work.set(scores);
        work.sort();
      },
      select,
    ],
    rounds,
  );
  return { sortMs: median(sorting), selectMs: median(selecting), ratio: medianRatio(sorting, selecting) };
}

/** As if each batch came over a network, and was gone once it was looked at. */
async function stream(n: number): Promise<Int32Array> {
  const best = new TopK(K);
  let first = 0;
  for await (const batch of batches(n)) {
    best.pushAll(batch, first);
    first += batch.length;
  }
  return best.best().indices;
}

async function* batches(n: number): AsyncGenerator<Float64Array> {
  const draws = random(1);
  for (let first = 0; first < n; first += BATCH) {
    yield new Float64Array(Math.min(BATCH, n - first)).map(() => draws.uniform());
  }
}

function scoresOf(n: number): Float64Array {
  const draws = random(1);
  return new Float64Array(n).map(() => draws.uniform());
}
