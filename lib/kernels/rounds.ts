import type { Block } from '../blocks/index.js';
import type { Forest } from './forest.js';
import { addForest, begin } from './reference.js';
import { type ForestKernel, forestKernel } from './run.js';
import { segment } from './segment.js';

/**
 * A forest that is run by the round, a tree of each output: all of it, or some rounds now and others later. Each range that is
 * asked for has a kernel of its own, made when it is first needed.
 */
export interface Rounds {
  readonly count: number;
  /** Writes what each of `rows` rows' sums begin with, rows x outputs, to the front of `sums`. */
  begin(rows: number, sums: Float64Array): void;
  /** Adds the leaves of the rounds `from` to before `to`, in the order of the trees. Rounds that there aren't have none. */
  advance(blocks: readonly Block[], sums: Float64Array, from: number, to: number): void;
}

interface Made {
  readonly add: ForestKernel['add'];
  readonly widths: readonly number[];
}

/** @param precision of the sums. In single each is rounded to a Float32, as XGBoost's own are */
export function roundsOf(forest: Forest, precision: 'double' | 'single' = 'double'): Rounds {
  const { outputs } = forest;
  const count = forest.roots.length / outputs;
  const made = new Map<number, Made>();
  return {
    count,
    begin: (rows, sums) => begin(forest, rows, sums),
    advance(blocks, sums, from, to) {
      const end = Math.min(to, count);
      if (from >= end) return;
      const key = from * (count + 1) + end;
      let own = made.get(key);
      if (own === undefined || !areWide(blocks, own.widths)) {
        const widths = blocks.map(({ columns }) => columns);
        own = { add: adderOf(segment(forest, from * outputs, end * outputs), widths, precision), widths };
        made.set(key, own);
      }
      own.add(blocks, sums);
    },
  };
}

function areWide(blocks: readonly Block[], widths: readonly number[]): boolean {
  if (blocks.length !== widths.length) return false;
  for (let b = 0; b < blocks.length; b++) if (blocks[b].columns !== widths[b]) return false;
  return true;
}

function adderOf(forest: Forest, widths: readonly number[], precision: 'double' | 'single') {
  if (precision === 'double') return forestKernel(forest, widths).add;
  return (blocks: readonly Block[], sums: Float64Array) => {
    const single = new Float32Array(sums);
    addForest(forest, blocks, single);
    sums.set(single);
  };
}
