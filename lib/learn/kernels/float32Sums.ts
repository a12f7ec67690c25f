import { addForest, type Forest, forestShape } from './forest/index.js';
import { quantizationOf } from './quantize/index.js';
import { type Rounds, roundsOf } from './rounds.js';
import type { AddLeaves } from './selectKernel.js';
import { treesSingleKernel, wasmKernel } from './wasm/index.js';

/**
 * {@link roundsOf} with sums in single precision, as some libraries have them: each sum is rounded to a Float32 before
 * the next leaf is added. Sums are the reference's over a Float32Array, bit for bit.
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

function singleAdder(part: Forest, widths: readonly number[]): AddLeaves {
  const { outputs } = part;
  return (
    wasmKernel(part, quantizationOf(part), forestShape(part), widths, treesSingleKernel) ??
    ((blocks, out) => {
      const sums = Float32Array.from(out.subarray(0, blocks[0].rows * outputs));
      addForest(part, blocks, sums);
      out.set(sums);
    })
  );
}
