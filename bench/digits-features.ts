import { define, dense } from 'spillway';
import type { Digit } from 'spillway/datasets';

const SIDE = 28;
const DIRECTIONS = 8;

/** Features of a digit: cheap ones for stages, and its ink, pixel by pixel, which only the network reads. */
export const features = define({
  means: dense(49 + 16 + 4, means),
  projections: dense(2 * SIDE, projections),
  edges: dense(16 * DIRECTIONS, edges),
  pixels: dense(SIDE * SIDE, pixelBlock),
});

/** Ink from 0 to 1. */
export function pixelBlock(digits: readonly Digit[]): Float32Array {
  const values = new Float32Array(digits.length * SIDE * SIDE);
  let at = 0;
  for (const { pixels } of digits) for (let p = 0; p < pixels.length; p++) values[at++] = pixels[p] / 255;
  return values;
}

/** Mean ink of squares of 4, 7 and 14 pixels. */
function means(digits: readonly Digit[]): Float32Array {
  const sizes = [4, 7, 14].map((size) => ({
    squares: squaresOf(size),
    count: (SIDE / size) ** 2,
    area: size * size,
  }));
  const columns = sizes.reduce((sum, { count }) => sum + count, 0);
  const values = new Float32Array(digits.length * columns);
  const sums = new Int32Array(49);
  let at = 0;
  for (const { pixels } of digits) {
    for (const { squares, count, area } of sizes) {
      sums.fill(0);
      for (let p = 0; p < squares.length; p++) sums[squares[p]] += pixels[p];
      for (let c = 0; c < count; c++) values[at++] = sums[c] / (255 * area);
    }
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

/** Mean ink of each row and of each column. */
function projections(digits: readonly Digit[]): Float32Array {
  const values = new Float32Array(digits.length * 2 * SIDE);
  const sums = new Int32Array(2 * SIDE);
  const scale = 1 / (255 * SIDE);
  let at = 0;
  for (const { pixels } of digits) {
    sums.fill(0);
    for (let p = 0, y = 0; y < SIDE; y++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++, p++) {
        sum += pixels[p];
        sums[SIDE + x] += pixels[p];
      }
      sums[y] = sum;
    }
    for (let c = 0; c < sums.length; c++) values[at++] = sums[c] * scale;
  }
  return values;
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
