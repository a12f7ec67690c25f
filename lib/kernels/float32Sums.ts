import { addForest, type Forest, shapeOf } from './forest/index.js';
import { codingOf } from './quantize/index.js';
import { type Rounds, roundsOf } from './rounds.js';
import type { Adding } from './selectKernel.js';
import { fastKernel, treesSingleKernel } from './wasm/index.js';

/**
 * As {@link roundsOf}, with sums in single precision: each is rounded to a Float32 before the next leaf is added, as libraries do that
 * sum so. They are the reference's over a Float32Array, bit for bit.
 */
export function singleRounds(forest: Forest): Rounds {
  const rounds = roundsOf(forest, singleAdder);
  return {
    ...rounds,
    begin(rows, sums) {
      rounds.begin(rows, sums);
      for (let i = 0; i < rows * forest.outputs; i++) sums[i] = Math.fround(sums[i]);
    },
  };
}

function singleAdder(part: Forest, widths: readonly number[]): Adding {
  const { outputs } = part;
  return (
    fastKernel(part, codingOf(part), shapeOf(part), widths, treesSingleKernel) ??
    ((blocks, out) => {
      const sums = Float32Array.from(out.subarray(0, blocks[0].rows * outputs));
      addForest(part, blocks, sums);
      out.set(sums);
    })
  );
}
