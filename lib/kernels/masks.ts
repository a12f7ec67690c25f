import type { Kernel } from '../wasm.js';
import type { Arena } from './arena.js';
import type { Coding } from './coding.js';
import type { Forest } from './forest.js';
import type { Shape } from './shape.js';
import { type RowWalk, SLOT_BYTES } from './walks.js';

/** A mask has a bit for each leaf. */
const MOST_LEAVES = 32;
/** Masks are combined sixteen trees at a time. */
const TOGETHER = 16;
/** The second cache has to hold them. */
const MOST_BYTES = 2 ** 20;
/** So many columns' masks of one tree take about as long to combine as a step of a walk. */
const A_STEP = 8;

/**
 * Which leaves each code leaves open, before there is a row: a row of masks for each code of each column, a mask for each tree, whose bit
 * `l` says that its leaf number `l`, from the left, isn't left of where such a number goes right. What all its columns leave open has
 * the row's own leaf as its lowest bit (QuickScorer: Lucchese et al., SIGIR 2015), however deep that is.
 */
export interface Masks {
  /** Of each column's codes, one after the other. */
  readonly masks: Int32Array;
  /** How many masks a row has: as many as trees, and what fills up the last {@link TOGETHER}. */
  readonly width: number;
  /** Where each column's rows begin. */
  readonly begin: Int32Array;
  /** {@link MOST_LEAVES} a tree. */
  readonly values: Float64Array;
}

/** @returns undefined where trees have too many leaves, ask for categories, or masks would take too much room or time */
export function masksOf(forest: Forest, coding: Coding, { depth, trees, steps }: Shape): Masks | undefined {
  const { columns, count, limit } = coding;
  const { roots, feature, left, right, missingLeft, set, value } = forest;
  const width = TOGETHER * Math.ceil(trees / TOGETHER);
  if (columns.length === 0 || columns.length * width > A_STEP * steps) return undefined;
  const begin = new Int32Array(columns.length);
  let rows = 0;
  for (let c = 0; c < columns.length; c++) {
    begin[c] = rows * width;
    rows += count[c] + 2;
  }
  if (depth >= MOST_LEAVES || 4 * rows * width > MOST_BYTES) return undefined;
  if (set.some((one) => one !== -1)) return undefined;
  const placeOf = new Map(Array.from(columns, (column, c) => [column, c]));
  const masks = new Int32Array(rows * width).fill(-1);
  const values = new Float64Array(MOST_LEAVES * width);
  /** Gives leaves numbers from `from` on; returns the next one. */
  const place = (node: number, tree: number, from: number): number => {
    if (from >= MOST_LEAVES) return Number.POSITIVE_INFINITY;
    if (feature[node] === -1) {
      values[MOST_LEAVES * tree + from] = value[node];
      return from + 1;
    }
    const middle = place(left[node], tree, from);
    const end = place(right[node], tree, middle);
    if (end > MOST_LEAVES) return end;
    const c = placeOf.get(feature[node]) ?? 0;
    const lefts = (2 ** middle - 2 ** from) | 0;
    for (let code = 0, at = begin[c] + tree; code < count[c] + 2; code++, at += width) {
      if (codeFor(coding, c, code, missingLeft[node] === 1) > limit[node]) masks[at] &= ~lefts;
    }
    return end;
  };
  for (let tree = 0; tree < trees; tree++) {
    if (place(roots[tree], tree, 0) > MOST_LEAVES) return undefined;
  }
  return { masks, width, begin, values };
}

/** The slot whose codes count a column's rows of masks. */
function slotOf({ last, first }: Coding, c: number): number {
  return last[c] === 0 ? first[c] : last[c];
}

/** What a number with this code there has as its code where missing values go left, or right. */
function codeFor({ count, last }: Coding, c: number, code: number, isLeft: boolean): number {
  const isLast = last[c] !== 0;
  const missing = isLast ? count[c] + 1 : 0;
  if (code === missing) return isLeft ? 0 : count[c] + 1;
  return code + Number(isLeft) - Number(!isLast);
}

/** One row, whose codes are at hand: which leaves they leave open, then the sum of those that it meets. */
export interface MaskedWalk {
  mask(): void;
  readonly add: RowWalk;
}

export function maskedWalk(
  arena: Arena,
  forest: Forest,
  coding: Coding,
  shape: Shape,
): ((kernel: Kernel) => MaskedWalk) | undefined {
  const found = masksOf(forest, coding, shape);
  if (found === undefined) return undefined;
  const { width, begin } = found;
  const masksAt = arena.put(found.masks);
  const valuesAt = arena.put(found.values);
  const records = Array.from(begin, (from, c) => [SLOT_BYTES * slotOf(coding, c), masksAt + 4 * from]).flat();
  const recordsAt = arena.put(Int32Array.from(records));
  const recordsEnd = recordsAt + 4 * records.length;
  const pointersAt = arena.room(4 * begin.length);
  const openAt = arena.room(4 * width);
  const { trees } = shape;
  return (kernel) => {
    const [mask, open] = ['mask', 'open'].map(kernel.run);
    return {
      mask: () => mask(recordsAt, recordsEnd, pointersAt, 4 * width, openAt),
      add: (tree, stride, sum) => open(openAt, tree, trees, stride, valuesAt, sum),
    };
  };
}
