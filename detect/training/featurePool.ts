import { random } from '../../lib/stats/index.js';
import { type CascadeFeatures, RECTANGLES } from '../model/index.js';

/** Which features boosting chooses from. */
export interface PoolSpec {
  readonly kind: 'haar' | 'lbp';
  /** The window in pixels. */
  readonly width: number;
  readonly height: number;
  /** Haar: `'core'` adds the features of `traincascade -mode CORE` to those of two, three and four rectangles. */
  readonly haar: 'basic' | 'core';
  /** How many are drawn; undefined for all. */
  readonly count: number | undefined;
  readonly seed: number | string;
}

/** A shape of Haar features: in units of (dx, dy), rectangles with their weights. The first is the whole. */
interface Shape {
  readonly across: number;
  readonly down: number;
  readonly rectangles: readonly (readonly [x: number, y: number, w: number, h: number, weight: number])[];
}

const shape = (across: number, down: number, ...inner: Shape['rectangles']): Shape => ({
  across,
  down,
  rectangles: [[0, 0, across, down, -1], ...inner],
});

/**
 * Weights of the parts make up for the whole, which is subtracted: (0) on an even surface.
 *
 * @see OpenCV, apps/traincascade/haarfeatures.cpp, `generateFeatures`
 */
const BASIC: readonly Shape[] = [
  shape(2, 1, [1, 0, 1, 1, 2]),
  shape(1, 2, [0, 1, 1, 1, 2]),
  shape(3, 1, [1, 0, 1, 1, 3]),
  shape(1, 3, [0, 1, 1, 1, 3]),
  shape(2, 2, [0, 0, 1, 1, 2], [1, 1, 1, 1, 2]),
];

const CORE: readonly Shape[] = [
  ...BASIC,
  shape(4, 1, [1, 0, 2, 1, 2]),
  shape(1, 4, [0, 1, 1, 2, 2]),
  shape(3, 3, [1, 1, 1, 1, 9]),
];

/** LBP compares 3 x 3 blocks. */
const BLOCKS: readonly Shape[] = [{ across: 3, down: 3, rectangles: [[0, 0, 1, 1, 0]] }];

/** How many features there are in all. */
export function poolSize({ kind, haar, width, height }: Omit<PoolSpec, 'count' | 'seed'>): number {
  let count = 0;
  for (const { across, down } of shapesOf(kind, haar)) {
    count += placesOf(width, across) * placesOf(height, down);
  }
  return count;
}

/**
 * All features of a window, or a sample of them in which each is equally likely: by place, then by size, then by shape.
 *
 * @example featurePool({ kind: 'haar', width: 24, height: 24, haar: 'basic', count: undefined, seed: 1 }).count; // 162336
 */
export function featurePool(spec: PoolSpec): CascadeFeatures {
  const { kind, width, height, haar, count, seed } = spec;
  const all = poolSize(spec);
  const chosen = count === undefined || count >= all ? undefined : drawn(all, count, seed);
  const length = chosen?.length ?? all;
  const each = kind === 'haar' ? RECTANGLES : 1;
  const rectangles = new Int32Array(4 * each * length);
  const weights = new Float32Array(kind === 'haar' ? each * length : 0);
  const shapes = shapesOf(kind, haar);
  let seen = 0;
  let made = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      for (let dx = 1; x + dx <= width; dx++) {
        for (let dy = 1; y + dy <= height; dy++) {
          for (const { across, down, rectangles: parts } of shapes) {
            if (x + across * dx > width || y + down * dy > height) continue;
            const isChosen = chosen === undefined || chosen[made] === seen;
            seen++;
            if (!isChosen) continue;
            for (let i = 0; i < parts.length; i++) {
              const [left, top, w, h, weight] = parts[i];
              const at = each * made + i;
              rectangles.set([x + left * dx, y + top * dy, w * dx, h * dy], 4 * at);
              if (kind === 'haar') weights[at] = weight;
            }
            made++;
          }
        }
      }
    }
  }
  return { count: length, rectangles, weights, tilted: new Uint8Array(kind === 'haar' ? length : 0) };
}

function shapesOf(kind: PoolSpec['kind'], haar: PoolSpec['haar']): readonly Shape[] {
  if (kind === 'lbp') return BLOCKS;
  return haar === 'core' ? CORE : BASIC;
}

/** Pairs of a place and a size, in so many pixels. */
function placesOf(side: number, parts: number): number {
  let places = 0;
  for (let size = parts; size <= side; size += parts) places += side - size + 1;
  return places;
}

/** So many of the first whole numbers, ascending: Floyd's way, which draws no more than it keeps. */
function drawn(all: number, count: number, seed: number | string): Int32Array {
  const stream = random(seed).fork('features');
  const chosen = new Set<number>();
  for (let last = all - count; last < all; last++) {
    const number = stream.integer(last + 1);
    chosen.add(chosen.has(number) ? last : number);
  }
  return Int32Array.from(chosen).sort();
}
