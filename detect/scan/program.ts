import type { SumLayout } from '../image/index.js';
import { type CascadeModel, limitOf, RECTANGLES } from '../model/index.js';
import { POINTS, type WindowProgram } from '../windows/index.js';

/** A cascade laid out for integral images of a layout. */
export function programFor(model: CascadeModel, layout: SumLayout): WindowProgram {
  const { kind, width, height } = model;
  const inner = [1, 1, width - 2, height - 2];
  const norm = kind === 'haar' && layout.squares >= 0;
  return {
    layout,
    kind,
    firstTree: model.firstTree,
    limits: model.stageThresholds.map(limitOf),
    firstNode: model.firstNode,
    left: model.left,
    right: model.right,
    offsets: offsetsOf(model, layout),
    weights: weightsOf(model),
    isWhole: isWhole(model),
    thresholds: model.thresholds,
    subsets: model.subsets,
    leaves: model.leaves,
    norm: norm
      ? Int32Array.of(...upright(inner, layout, layout.sums), ...upright(inner, layout, layout.squares))
      : new Int32Array(8),
    area: inner[2] * inner[3],
  };
}

function offsetsOf(model: CascadeModel, layout: SumLayout): Int32Array {
  const { kind, feature, features } = model;
  const each = POINTS[kind];
  const offsets = new Int32Array(each * feature.length);
  for (let node = 0; node < feature.length; node++) {
    const read = feature[node];
    if (kind === 'lbp') {
      offsets.set(blocks(features.rectangles.subarray(4 * read, 4 * read + 4), layout), each * node);
      continue;
    }
    for (let i = 0; i < RECTANGLES; i++) {
      const at = RECTANGLES * read + i;
      const rectangle = features.rectangles.subarray(4 * at, 4 * at + 4);
      const corners =
        features.tilted[read] === 1 ? tilted(rectangle, layout) : upright(rectangle, layout, layout.sums);
      offsets.set(corners, each * node + 4 * i);
    }
  }
  return offsets;
}

function weightsOf({ feature, features }: CascadeModel): Float32Array {
  const weights = new Float32Array(features.weights.length === 0 ? 0 : RECTANGLES * feature.length);
  for (let i = 0; i < weights.length; i++) {
    const node = Math.floor(i / RECTANGLES);
    weights[i] = features.weights[RECTANGLES * feature[node] + (i % RECTANGLES)];
  }
  return weights;
}

/** Single precision has all whole numbers up to it. */
const MOST_EXACT = 2 ** 24;

function isWhole({ features }: CascadeModel): boolean {
  const { rectangles, weights } = features;
  for (let first = 0; first < weights.length; first += RECTANGLES) {
    let most = 0;
    for (let at = first; at < first + RECTANGLES; at++) {
      // A tilted rectangle has twice as many pixels.
      most += 2 * 255 * Math.abs(weights[at]) * rectangles[4 * at + 2] * rectangles[4 * at + 3];
      if (!Number.isInteger(weights[at]) || most >= MOST_EXACT) return false;
    }
  }
  return true;
}

type Rectangle = ArrayLike<number>;

/** Top left, top right, bottom left, bottom right. */
function upright({ 0: x, 1: y, 2: w, 3: h }: Rectangle, layout: SumLayout, first: number): Int32Array {
  const entry = (column: number, row: number) => first + row * layout.stride + layout.place[column];
  return Int32Array.of(entry(x, y), entry(x + w, y), entry(x, y + h), entry(x + w, y + h));
}

/** Top, left, right, bottom. */
function tilted(
  { 0: x, 1: y, 2: w, 3: h }: Rectangle,
  { stride, place, tilted: first }: SumLayout,
): Int32Array {
  const entry = (column: number, row: number) => first + row * stride + place[column];
  return Int32Array.of(entry(x, y), entry(x - h, y + h), entry(x + w, y + w), entry(x + w - h, y + w + h));
}

/** The corners of 3 x 3 blocks, row by row. */
function blocks({ 0: x, 1: y, 2: w, 3: h }: Rectangle, { stride, place, sums }: SumLayout): Int32Array {
  return Int32Array.from(
    { length: POINTS.lbp },
    (_, i) => sums + (y + h * (i >> 2)) * stride + place[x + w * (i & 3)],
  );
}
