import { define, dense } from 'spillway';
import type { Digit } from 'spillway/datasets';

const SIDE = 28;
const DIRECTIONS = 8;
const SCALE = 1 / 255;

/** Ways to cut a picture up: the part that each pixel is of, how many parts there are, and the pixels of one. */
const CUTS = [
  ...[4, 7, 14].map((size) => ({ of: squaresOf(size), count: (SIDE / size) ** 2, area: size * size })),
  { of: Int32Array.from({ length: SIDE * SIDE }, (_, p) => Math.floor(p / SIDE)), count: SIDE, area: SIDE },
  { of: Int32Array.from({ length: SIDE * SIDE }, (_, p) => p % SIDE), count: SIDE, area: SIDE },
];
const FIRST = CUTS.map((_, cut) => CUTS.slice(0, cut).reduce((sum, { count }) => sum + count, 0));

/** The parts that each pixel is of, side by side, among those of all cuts; and what makes means of their sums. */
const PARTS = Int32Array.from(
  { length: SIDE * SIDE * CUTS.length },
  (_, at) => FIRST[at % CUTS.length] + CUTS[at % CUTS.length].of[Math.floor(at / CUTS.length)],
);
const SCALES = CUTS.flatMap(({ count, area }) => new Array<number>(count).fill(SCALE / area));

/** Features of a digit: cheap ones for stages, and its ink, pixel by pixel, which only the network reads. */
export const features = define({
  means: dense(SCALES.length, means),
  edges: dense(16 * DIRECTIONS, edges),
  pixels: dense(SIDE * SIDE, pixelBlock),
});

/** Ink from 0 to 1. */
export function pixelBlock(digits: readonly Digit[]): Float32Array {
  const values = new Float32Array(digits.length * SIDE * SIDE);
  let at = 0;
  for (const { pixels } of digits) for (let p = 0; p < pixels.length; p++) values[at++] = pixels[p] * SCALE;
  return values;
}

/** Mean ink of squares of 4, 7 and 14 pixels, and projections: of each row and of each column. */
function means(digits: readonly Digit[]): Float32Array {
  const values = new Float32Array(digits.length * SCALES.length);
  const sums = new Int32Array(SCALES.length);
  const cuts = CUTS.length;
  let at = 0;
  for (const { pixels } of digits) {
    sums.fill(0);
    for (let p = 0; p < pixels.length; p++) {
      if (pixels[p] === 0) continue;
      for (let part = p * cuts; part < (p + 1) * cuts; part++) sums[PARTS[part]] += pixels[p];
    }
    for (let c = 0; c < sums.length; c++) values[at++] = sums[c] * SCALES[c];
  }
  return values;
}

/** The square of `size` pixels that each pixel lies in. */
function squaresOf(size: number): Int32Array {
  return Int32Array.from(
    { length: SIDE * SIDE },
    (_, p) => Math.floor(Math.floor(p / SIDE) / size) * (SIDE / size) + Math.floor((p % SIDE) / size),
  );
}

/** The direction of a gradient by the signs of its parts and which is longer: the axis, and the diagonal beside it. */
const AXIS = Int32Array.of(0, 2, 4, 2, 0, 6, 4, 6);
const DIAGONAL = Int32Array.of(1, 1, 3, 3, 7, 7, 5, 5);

/**
 * Histograms of gradients (Dalal and Triggs, CVPR 2005), for squares of seven pixels: each gradient is taken apart exactly into
 * a multiple of the nearest axis and one of the nearest diagonal, so that no angle has to be computed. Square roots of the sums,
 * from 0 to about 2.
 */
function edges(digits: readonly Digit[]): Float32Array {
  const columns = 16 * DIRECTIONS;
  const bins = squaresOf(7).map((square) => square * DIRECTIONS);
  const values = new Float32Array(digits.length * columns);
  const sums = new Float64Array(columns);
  let at = 0;
  for (const { pixels } of digits) {
    sums.fill(0);
    for (let y = 1; y < SIDE - 1; y++) {
      for (let p = y * SIDE + 1, end = p + SIDE - 2; p < end; p++) {
        const dx = pixels[p + 1] - pixels[p - 1];
        const dy = pixels[p + SIDE] - pixels[p - SIDE];
        if ((dx | dy) === 0) continue;
        const [across, down] = [Math.abs(dx), Math.abs(dy)];
        const octant = Number(down > across) | (Number(dx < 0) << 1) | (Number(dy < 0) << 2);
        const short = Math.min(across, down);
        sums[bins[p] + AXIS[octant]] += across + down - 2 * short;
        sums[bins[p] + DIAGONAL[octant]] += short * Math.SQRT2;
      }
    }
    for (let c = 0; c < columns; c++) values[at++] = Math.sqrt(sums[c]) / 32;
  }
  return values;
}
