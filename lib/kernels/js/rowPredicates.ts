import { type Block, pickColumns } from '../../blocks/index.js';
import type { Forest, Shape } from '../forest/index.js';
import { BESIDE, blockBounds, type Coding, type Questions, questionsOf, Search } from '../quantize/index.js';

/** Asking pays for so many questions for each step of a walk that is spared a code, and for each column that is. */
const A_STEP = 8;
const A_COLUMN = 100;

/** Answers that are written as one double; a block has two such groups. */
const GROUP_BITS = 3;
const GROUP = 2 ** GROUP_BITS;

/** Groups that are copied at a time: a column's last ones may lie beyond its own, and the next column writes over them. */
const COPIED = 4;

/** No column may have more thresholds. */
const MOST_THRESHOLDS = 4_096;

/** A float's bits but its sign, and those of infinity: NaN has more. */
const SIZE = 2 ** 31 - 1;
const INFINITE = 0x7f80_0000;

/**
 * Of each question of the row that was asked last 1 where it goes right; 0 at {@link LEFTWARD}.
 *
 * One for all forests, and never another: V8 then has its address and length in the code of a walk, where it would look both up at each
 * step. It does so for a constant of the walk's own module that is read before the walk begins.
 */
export const ANSWERS = new Uint8Array(2 ** 16);

/** The place of an answer that is never given: 0. */
export const LEFTWARD = ANSWERS.length - 1;

const GROUPS = new Float64Array(ANSWERS.buffer);

/** For each number of ones that a group may have beside zeros a run: {@link MOST_THRESHOLDS} ones, those, and as many zeros. */
const RUN = 2 * MOST_THRESHOLDS + GROUP * (COPIED + 1);
const STEPS = new Float64Array(stepsOf().buffer);

function stepsOf(): Uint8Array {
  const bytes = new Uint8Array(GROUP * RUN);
  for (let ones = 0; ones < GROUP; ones++) bytes.fill(1, ones * RUN, ones * RUN + MOST_THRESHOLDS + ones);
  return bytes;
}

/**
 * All questions of a forest, where asking them of one row pays and there is room for their answers, and for what is copied beyond the last of
 * them; undefined else, and where some aren't of a number and a threshold.
 */
export function questionsToAsk(forest: Forest, coding: Coding, { steps }: Shape): Questions | undefined {
  const most = Math.min(A_STEP * steps + A_COLUMN * coding.columns.length, LEFTWARD - GROUP * COPIED);
  const questions = coding.thresholds.length > most ? undefined : questionsOf(forest, coding);
  if (questions === undefined || questions.thresholds.length > most) return undefined;
  const { runs } = questions;
  const isShort = runs.every(({ end }, c) => end - (runs[c - 1]?.end ?? 0) <= MOST_THRESHOLDS);
  return isShort ? questions : undefined;
}

/**
 * Asks one row of dense blocks everything, in plain code.
 *
 * A column's thresholds ascend, so that its number goes right at as many of them as are below it, and left at the others: those answers are
 * copied from a row of bytes that are 1 and then 0.
 */
export class Asking {
  private readonly firsts: readonly number[];
  private readonly bounds: readonly number[];
  private readonly numbers: Float32Array;
  private readonly bits: Int32Array;
  private readonly search: Search;
  /** Where each column's groups end. */
  private readonly ends: Int32Array;
  /** A missing number's answers. */
  private readonly missing: Float64Array;

  /** @param questions those that {@link questionsToAsk} finds */
  constructor(
    { thresholds, missingLeft, runs }: Questions,
    private readonly columns: Int32Array,
    widths: readonly number[],
  ) {
    const { firsts, bounds } = blockBounds(columns, widths);
    this.firsts = firsts;
    this.bounds = bounds;
    this.missing = new Float64Array(missingLeft.map((left) => 1 - left).buffer);
    this.numbers = new Float32Array(columns.length + BESIDE - 1);
    this.bits = new Int32Array(this.numbers.buffer);
    this.ends = Int32Array.from(runs, ({ end }) => end / GROUP);
    const asked = runs.map(({ end }, c) => thresholds.subarray(runs[c - 1]?.end ?? 0, end));
    // What fills a run up is above every number.
    const ascending = asked.map((run) => run.subarray(0, run.indexOf(Number.POSITIVE_INFINITY)));
    this.search = new Search(ascending, bounds);
  }

  /** Writes the row's {@link ANSWERS}. */
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
    const { ends, missing, bits } = this;
    const groups = GROUPS;
    const steps = STEPS;
    let g = begin === 0 ? 0 : ends[begin - 1];
    for (let c = begin; c < end; c++) {
      const rank = ranks[c];
      const to = ends[c];
      if ((bits[c - begin] & SIZE) > INFINITE) {
        for (; g < to; g++) groups[g] = missing[g];
        continue;
      }
      const ones = rank & (GROUP - 1);
      let from = (ones * RUN + MOST_THRESHOLDS - rank + ones) >> GROUP_BITS;
      for (; g < to; g += COPIED, from += COPIED) {
        groups[g] = steps[from];
        groups[g + 1] = steps[from + 1];
        groups[g + 2] = steps[from + 2];
        groups[g + 3] = steps[from + 3];
      }
      g = to;
    }
  }
}
