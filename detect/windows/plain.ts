import { type GreyImage, IntegralWriter, Resizer, type SumLayout } from '../image/index.js';
import {
  FLAT,
  longestPart,
  normOf,
  type RunnerSize,
  SKIPPED,
  type WindowProgram,
  type WindowRunner,
  type WriteLevel,
} from './program.js';

const { fround } = Math;

/**
 * The reference in plain JavaScript, with the arithmetic of OpenCV's cascades: features in single precision, each
 * operation rounded; leaves in single precision, summed in double. A stage runs on all windows of a row that came to
 * it, tree by tree, so that what a tree reads is looked up once.
 */
export function plainRunner(
  programs: readonly WindowProgram[],
  { entries, width: most }: RunnerSize,
): WindowRunner {
  const data = new Int32Array(entries);
  let image: GreyImage | undefined;
  const row: Row = {
    alive: new Int32Array(most),
    norms: new Float32Array(most),
    totals: new Float64Array(most),
  };
  const stages = new Int32Array(most);
  const sums = new Float64Array(most);
  const runs = programs.map((program) => {
    const runTrees = treesOf(program, data, row);
    return (at: number, count: number, skips: boolean) => {
      let alive = begin(program, data, row, at, count, stages);
      sums.fill(Number.NaN, 0, count);
      for (let stage = 0; stage < program.limits.length && alive > 0; stage++) {
        row.totals.fill(0, 0, alive);
        runTrees(at, program.firstTree[stage], program.firstTree[stage + 1], alive);
        alive = keep(row, alive, program.limits[stage], skips && stage === 0, stages, sums);
      }
      return alive;
    };
  });
  return {
    stages,
    sums,
    begin(given) {
      image = given;
    },
    level(program, width, height) {
      if (image === undefined) throw new TypeError('no image was begun');
      return plainLevel(image, width, height, programs[program].layout, data);
    },
    run: (program, at, count, skips) => runs[program](at, count, skips),
  };
}

/** The windows of a row that are still alive, from left to right. */
interface Row {
  /** Which ones: positions in the row. */
  readonly alive: Int32Array;
  /** Their norms. */
  readonly norms: Float32Array;
  /** Their sums of the stage. */
  readonly totals: Float64Array;
}

/** Fills the row with all windows that aren't flat. @returns how many */
function begin(
  program: WindowProgram,
  data: Int32Array,
  { alive, norms }: Row,
  at: number,
  count: number,
  stages: Int32Array,
): number {
  const { area } = program;
  const [a, b, c, d, e, f, g, h] = program.norm;
  const isHaar = program.kind === 'haar';
  let kept = 0;
  for (let i = 0, from = at; i < count; i++, from++) {
    let norm = 1;
    if (isHaar) {
      const sum = (data[from + a] - data[from + b] - data[from + c] + data[from + d]) | 0;
      const squares = (data[from + e] - data[from + f] - data[from + g] + data[from + h]) >>> 0;
      norm = normOf(area, sum, squares);
    }
    if (norm === 0) {
      stages[i] = FLAT;
      continue;
    }
    stages[i] = 0;
    alive[kept] = i;
    norms[kept++] = norm;
  }
  return kept;
}

/**
 * Takes out the windows that fail the stage, and those after them where they are skipped. @returns how many are left
 */
function keep(
  { alive, norms, totals }: Row,
  length: number,
  limit: number,
  skips: boolean,
  stages: Int32Array,
  sums: Float64Array,
): number {
  let kept = 0;
  let skipped = -1;
  for (let j = 0; j < length; j++) {
    const i = alive[j];
    if (i === skipped) {
      stages[i] = SKIPPED;
      continue;
    }
    const total = totals[j];
    sums[i] = total;
    if (total < limit) {
      if (skips) skipped = i + 1;
      continue;
    }
    stages[i]++;
    alive[kept] = i;
    norms[kept++] = norms[j];
  }
  return kept;
}

/** Adds the leaves of trees from `begin` to before `end` to the totals of `length` windows. */
type RunTrees = (at: number, begin: number, end: number, length: number) => void;

function treesOf(program: WindowProgram, data: Int32Array, row: Row): RunTrees {
  const isStumps = longestPart(program.firstNode) === 1;
  if (program.kind === 'haar' && isStumps && program.isWhole) return wholeStumps(program, data, row);
  return walks(program, row, (program.kind === 'haar' ? haarTest : lbpTest)(program, data));
}

/** Stumps whose features are whole numbers. */
function wholeStumps(program: WindowProgram, data: Int32Array, { alive, norms, totals }: Row): RunTrees {
  const { offsets, weights, thresholds, leaves } = program;
  return (at, begin, end, length) => {
    for (let tree = begin; tree < end; tree++) {
      const o = 12 * tree;
      const a = at + offsets[o];
      const b = at + offsets[o + 1];
      const c = at + offsets[o + 2];
      const d = at + offsets[o + 3];
      const e = at + offsets[o + 4];
      const f = at + offsets[o + 5];
      const g = at + offsets[o + 6];
      const h = at + offsets[o + 7];
      const first = weights[3 * tree];
      const second = weights[3 * tree + 1];
      const third = weights[3 * tree + 2];
      const threshold = thresholds[tree];
      const left = leaves[2 * tree];
      const right = leaves[2 * tree + 1];
      const k = at + offsets[o + 8];
      const l = at + offsets[o + 9];
      const m = at + offsets[o + 10];
      const n = at + offsets[o + 11];
      if (third === 0) {
        for (let j = 0; j < length; j++) {
          const i = alive[j];
          const one = (data[a + i] - data[b + i] - data[c + i] + data[d + i]) | 0;
          const two = (data[e + i] - data[f + i] - data[g + i] + data[h + i]) | 0;
          const value = (Math.imul(first, one) + Math.imul(second, two)) | 0;
          totals[j] += fround(value * norms[j]) < threshold ? left : right;
        }
      } else {
        for (let j = 0; j < length; j++) {
          const i = alive[j];
          const one = (data[a + i] - data[b + i] - data[c + i] + data[d + i]) | 0;
          const two = (data[e + i] - data[f + i] - data[g + i] + data[h + i]) | 0;
          const three = (data[k + i] - data[l + i] - data[m + i] + data[n + i]) | 0;
          const value = (Math.imul(first, one) + Math.imul(second, two) + Math.imul(third, three)) | 0;
          totals[j] += fround(value * norms[j]) < threshold ? left : right;
        }
      }
    }
  };
}

/** Whether a window goes left at a node. */
type GoesLeft = (from: number, norm: number, node: number) => boolean;

function walks(program: WindowProgram, { alive, norms, totals }: Row, goesLeft: GoesLeft): RunTrees {
  const { firstNode, left, right, leaves } = program;
  return (at, begin, end, length) => {
    for (let tree = begin; tree < end; tree++) {
      const root = firstNode[tree];
      for (let j = 0; j < length; j++) {
        let node = root;
        let child = 1;
        while (child > 0) {
          child = goesLeft(at + alive[j], norms[j], node) ? left[node] : right[node];
          node = root + child;
        }
        totals[j] += leaves[root + tree - child];
      }
    }
  };
}

function haarTest({ offsets, weights, thresholds }: WindowProgram, data: Int32Array): GoesLeft {
  const pixels = (from: number, o: number) =>
    (data[from + offsets[o]] -
      data[from + offsets[o + 1]] -
      data[from + offsets[o + 2]] +
      data[from + offsets[o + 3]]) |
    0;
  return (from, norm, node) => {
    const o = 12 * node;
    const w = 3 * node;
    let value = fround(
      fround(weights[w] * fround(pixels(from, o))) + fround(weights[w + 1] * fround(pixels(from, o + 4))),
    );
    if (weights[w + 2] !== 0) value = fround(value + fround(weights[w + 2] * fround(pixels(from, o + 8))));
    return fround(value * norm) < thresholds[node];
  };
}

function lbpTest({ offsets, subsets }: WindowProgram, data: Int32Array): GoesLeft {
  return (from, _norm, node) => {
    const pattern = patternAt(data, from, offsets, 16 * node);
    return ((subsets[8 * node + (pattern >> 5)] >> (pattern & 31)) & 1) === 1;
  };
}

/**
 * Which of the eight blocks around the middle one have at least its sum: clockwise from the top left, the first is
 * 128.
 */
function patternAt(data: Int32Array, at: number, offsets: Int32Array, o: number): number {
  const p0 = data[at + offsets[o]];
  const p1 = data[at + offsets[o + 1]];
  const p2 = data[at + offsets[o + 2]];
  const p3 = data[at + offsets[o + 3]];
  const p4 = data[at + offsets[o + 4]];
  const p5 = data[at + offsets[o + 5]];
  const p6 = data[at + offsets[o + 6]];
  const p7 = data[at + offsets[o + 7]];
  const p8 = data[at + offsets[o + 8]];
  const p9 = data[at + offsets[o + 9]];
  const p10 = data[at + offsets[o + 10]];
  const p11 = data[at + offsets[o + 11]];
  const p12 = data[at + offsets[o + 12]];
  const p13 = data[at + offsets[o + 13]];
  const p14 = data[at + offsets[o + 14]];
  const p15 = data[at + offsets[o + 15]];
  const middle = (p5 - p6 - p9 + p10) | 0;
  return (
    (((p0 - p1 - p4 + p5) | 0) >= middle ? 128 : 0) |
    (((p1 - p2 - p5 + p6) | 0) >= middle ? 64 : 0) |
    (((p2 - p3 - p6 + p7) | 0) >= middle ? 32 : 0) |
    (((p6 - p7 - p10 + p11) | 0) >= middle ? 16 : 0) |
    (((p10 - p11 - p14 + p15) | 0) >= middle ? 8 : 0) |
    (((p9 - p10 - p13 + p14) | 0) >= middle ? 4 : 0) |
    (((p8 - p9 - p12 + p13) | 0) >= middle ? 2 : 0) |
    (((p4 - p5 - p8 + p9) | 0) >= middle ? 1 : 0)
  );
}

/** Writes the integral images of a level of an image, row by row. */
function plainLevel(
  image: GreyImage,
  width: number,
  height: number,
  layout: SumLayout,
  data: Int32Array,
): WriteLevel {
  const resizer = new Resizer(image, width, height);
  const writer = new IntegralWriter(data, width, layout);
  const line = new Uint8Array(width);
  return (top, rows) => {
    writer.begin();
    for (let y = 0; y < rows; y++) {
      resizer.row(top + y, line);
      writer.add(y + 1, line);
    }
  };
}
