import type { Block } from '../../data/blocks/index.js';
import { begin, type Forest, segment } from './forest/index.js';
import { type AddLeaves, forestKernel } from './selectKernel.js';

/** Kernels kept at once. A cascade needs few ranges; a caller may use every one. */
const KEPT = 64;

/**
 * A forest that runs by rounds, a tree of each output: all of them, or some now and others later.
 * Each range of rounds has a kernel of its own, made on first use; the most recently used are kept.
 */
export interface Rounds {
  readonly count: number;
  /**
   * Writes the starting values of the sums of `rows` rows, rows x outputs, to the front of `sums`.
   */
  begin(rows: number, sums: Float64Array): void;
  /**
   * Adds the leaves of the rounds `from` to before `to`, in the order of the trees. Rounds beyond the last have none.
   */
  advance(blocks: readonly Block[], sums: Float64Array, from: number, to: number): void;
}

interface Made {
  readonly add: AddLeaves;
  readonly widths: readonly number[];
}

/**
 * @param adder makes a function that adds the leaves of a part of the forest to rows of blocks of
 * these widths
 */
export function roundsOf(
  forest: Forest,
  adder: (part: Forest, widths: readonly number[]) => AddLeaves = (part, widths) =>
    forestKernel(part, widths).add,
): Rounds {
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
        own = { add: adder(segment(forest, from * outputs, end * outputs), widths), widths };
      }
      // The first key is the least recently used.
      made.delete(key);
      made.set(key, own);
      if (made.size > KEPT) made.delete(made.keys().next().value ?? key);
      own.add(blocks, sums);
    },
  };
}

/** Whether blocks have these numbers of columns. */
export function areWide(blocks: readonly Block[], widths: readonly number[]): boolean {
  if (blocks.length !== widths.length) return false;
  for (let b = 0; b < blocks.length; b++) if (blocks[b].columns !== widths[b]) return false;
  return true;
}
