import type { Model } from 'spillway';
import { type Block, denseBlock } from 'spillway/extend';
import { microBatch } from 'spillway/full';
import { random } from '../../lib/stats/index.js';
import { usedMemory } from '../harness/memory.js';

export interface Aborts {
  readonly requests: number;
  readonly aborted: number;
  /** Requests without an outcome, with other scores than their row's, and rows that the model was given twice. */
  readonly lost: number;
  readonly wrong: number;
  readonly twice: number;
  /** Memory in use at the end, as a multiple of that after a tenth. */
  readonly memoryGrowth: number;
}

const CALLERS = 200;
/**
 * One request in this many is aborted: before its turn, while it waits, or while it is processed.
 */
const ONE_IN = 8;
const BATCH = 1_000;

/**
 * Many requests from many callers, some aborted at any time. The first column of a row is its
 * caller; in the end all answers are compared with the model's own.
 */
export async function abortedRequests(model: Model, columns: number, requests: number): Promise<Aborts> {
  const drawn = random(1);
  const { classes } = model;
  const given = new Uint8Array(requests);
  const counted: Model = {
    ...model,
    score(blocks, out, context) {
      const [{ rows, values }] = blocks;
      for (let row = 0; row < rows; row++) given[Math.round(values[row * columns] * requests)]++;
      return model.score(blocks, out, context);
    },
  };
  const batched = microBatch(counted, { maxRows: 64, p99Ms: 50 });
  const answers = new Float64Array(requests * classes).fill(Number.NaN);
  let [next, settled, aborted, begun] = [0, 0, 0, 0];
  const caller = async () => {
    while (next < requests) {
      const id = next++;
      if (id === Math.floor(requests / 10)) begun = usedMemory();
      const controller = new AbortController();
      if (drawn.integer(ONE_IN) === 0) abortLater(controller, drawn.integer(4));
      const out = answers.subarray(id * classes, (id + 1) * classes);
      try {
        await batched.score([blockOf(id, 1, columns, requests)], out, { signal: controller.signal });
      } catch (error) {
        if (error !== controller.signal.reason) throw error;
        aborted++;
      }
      settled++;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const memoryGrowth = usedMemory() / begun;
  let [wrong, unanswered] = [0, 0];
  for (let from = 0; from < requests; from += BATCH) {
    const own = new Float64Array(BATCH * classes);
    await model.score([blockOf(from, BATCH, columns, requests)], own);
    for (let i = 0; i < BATCH; i++) {
      const scores = answers.subarray((from + i) * classes, (from + i + 1) * classes);
      if (scores.every(Number.isNaN)) unanswered++;
      else if (!scores.every((score, c) => Math.abs(score - own[i * classes + c]) < 1e-5)) wrong++;
    }
  }
  const lost = requests - settled + Math.max(0, unanswered - aborted);
  const twice = given.reduce((sum, count) => sum + Number(count > 1), 0);
  return { requests, aborted, lost, wrong, twice, memoryGrowth };
}

function blockOf(from: number, rows: number, columns: number, requests: number): Block {
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let c = 1; c < columns; c++) values[row * columns + c] = Math.sin((from + row) * 0.37 + c);
    values[row * columns] = (from + row) / requests;
  }
  return denseBlock(rows, columns, values);
}

/** At once, at the end of this turn, or after a moment. */
function abortLater(controller: AbortController, when: number): void {
  if (when === 0) controller.abort();
  else if (when === 1) setImmediate(() => controller.abort());
  else setTimeout(() => controller.abort(), when);
}
