import { type Block, pickColumns } from '../blocks/index.js';
import { blockBounds } from './coding.js';
import type { Questions } from './questions.js';
import { BESIDE, Search } from './search.js';

/** Answers that are written as one double; a block has two such groups. */
const GROUP = 8;

/** A float's bits but its sign, and those of infinity: NaN has more. */
const SIZE = 2 ** 31 - 1;
const INFINITE = 0x7f80_0000;

/**
 * Asks one row of dense blocks everything, in plain code.
 *
 * A column's thresholds ascend, so that its number goes right at as many of them as are below it, and left at the others: those answers are
 * copied from a row of bytes that are 1 and then 0.
 */
export class Asking {
  /** Of each question 1 where the row goes right; 0 after the last one. */
  readonly answers: Uint8Array;
  private readonly groups: Float64Array;
  private readonly firsts: readonly number[];
  private readonly bounds: readonly number[];
  private readonly numbers: Float32Array;
  private readonly bits: Int32Array;
  private readonly search: Search;
  /** Where each column's groups end. */
  private readonly ends: Int32Array;
  /** A missing number's answers. */
  private readonly missing: Float64Array;
  /** For each number of ones that a group may have beside zeros: groups of ones, that group, and groups of zeros. */
  private readonly steps: Float64Array;
  /** Where the answers of each rank begin among those. */
  private readonly first: Int32Array;

  constructor(
    { thresholds, missingLeft, runs }: Questions,
    private readonly columns: Int32Array,
    widths: readonly number[],
  ) {
    const { firsts, bounds } = blockBounds(columns, widths);
    this.firsts = firsts;
    this.bounds = bounds;
    this.answers = new Uint8Array(thresholds.length + GROUP);
    this.groups = new Float64Array(this.answers.buffer);
    this.missing = new Float64Array(missingLeft.map((left) => 1 - left).buffer);
    this.numbers = new Float32Array(columns.length + BESIDE - 1);
    this.bits = new Int32Array(this.numbers.buffer);
    this.ends = Int32Array.from(runs, ({ end }) => end / GROUP);
    const asked = runs.map(({ end }, c) => thresholds.subarray(runs[c - 1]?.end ?? 0, end));
    // What fills a run up is above every number.
    const ascending = asked.map((run) => run.subarray(0, run.indexOf(Number.POSITIVE_INFINITY)));
    this.search = new Search(ascending, bounds);
    const most = Math.max(0, ...asked.map((run) => run.length));
    const length = 2 * most + GROUP;
    const bytes = new Uint8Array(GROUP * length);
    for (let ones = 0; ones < GROUP; ones++) bytes.fill(1, ones * length, ones * length + most + ones);
    this.steps = new Float64Array(bytes.buffer);
    this.first = Int32Array.from({ length: most }, (_, rank) => {
      const ones = rank % GROUP;
      return (ones * length + most - (rank - ones)) / GROUP;
    });
  }

  ask(blocks: readonly Block[], row: number): void {
    const { columns, bounds, firsts, numbers, bits, search } = this;
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b];
      if (block.kind === 'sparse') continue;
      pickColumns(block, row, columns, bounds[b], bounds[b + 1], firsts[b], numbers, 0, 1);
      this.answer(bounds[b], bounds[b + 1], search.find(b, bits, 1));
    }
  }

  private answer(begin: number, end: number, ranks: Int32Array): void {
    const { groups, ends, steps, first, missing, bits } = this;
    let g = begin === 0 ? 0 : ends[begin - 1];
    for (let c = begin; c < end; c++) {
      const rank = ranks[c];
      const to = ends[c];
      if ((bits[c - begin] & SIZE) > INFINITE) {
        for (; g < to; g++) groups[g] = missing[g];
        continue;
      }
      let from = first[rank];
      for (; g + 3 < to; g += 4, from += 4) {
        groups[g] = steps[from];
        groups[g + 1] = steps[from + 1];
        groups[g + 2] = steps[from + 2];
        groups[g + 3] = steps[from + 3];
      }
      // A block has two.
      if (g < to) {
        groups[g] = steps[from];
        groups[g + 1] = steps[from + 1];
        g += 2;
      }
    }
  }
}
