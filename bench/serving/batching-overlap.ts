import { setTimeout } from 'node:timers/promises';
import { median } from 'simple-statistics';
import { type Cascade, define, dense, tune } from 'spillway';
import type { TrainedModel } from 'spillway/full';
import { interleave, medianRatio } from '../harness/measure.js';

export interface Overlapped {
  /** Milliseconds for all rows, batch after batch and at once, and how many times less. */
  readonly oneByOneMs: number;
  readonly atOnceMs: number;
  readonly gain: number;
}

const BATCH = 1_024;
const BATCHES = 8;
/** Milliseconds that the full model is waited for, a batch. */
const WAIT_MS = 10;

/** Rows answered by a full model that waits, as one that is on a device or elsewhere does, after a feature that takes work. */
export async function overlapped(quick: boolean): Promise<Overlapped> {
  const cascade = await waitingCascade();
  const rows = Array.from({ length: BATCH * BATCHES }, (_, i) => i);
  const oneByOne = async () => {
    for (let from = 0; from < rows.length; from += BATCH) {
      await cascade.full.predict(rows.slice(from, from + BATCH));
    }
  };
  const [apart, together] = await interleave(
    [oneByOne, () => cascade.full.predict(rows)],
    quick ? 2 : 9,
    true,
  );
  return { oneByOneMs: median(apart), atOnceMs: median(together), gain: medianRatio(apart, together) };
}

async function waitingCascade(): Promise<Cascade<number, boolean>> {
  const features = define({
    waves: dense(1, (all: readonly number[]) => Float32Array.from(all, wave)),
  });
  let wait = 0;
  const full: TrainedModel<boolean> = {
    name: 'waiting',
    labels: [false, true],
    classes: 2,
    async score([{ rows, values }], out) {
      if (wait > 0) await setTimeout(wait);
      for (let row = 0; row < rows; row++) {
        const share = 1 / (1 + Math.exp(-values[row]));
        out[2 * row] = 1 - share;
        out[2 * row + 1] = share;
      }
    },
  };
  const cascade = await tune({
    features,
    rows: Array.from({ length: 300 }, (_, i) => i),
    full,
    bound: { epsilon: 0.1 },
    seed: 1,
  });
  wait = WAIT_MS;
  return cascade;
}

/** Takes a few microseconds. */
function wave(row: number): number {
  let sum = 0;
  for (let k = 1; k <= 200; k++) sum += Math.sin(row * k) / k;
  return sum;
}
