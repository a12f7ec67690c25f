import { IntegralWriter } from '../../image/index.js';
import { type CascadeFeatures, RECTANGLES } from '../../model/index.js';
import { normOf } from '../../windows/index.js';

const { fround } = Math;

/** Integral images of windows as plain data, which may lie in shared memory. */
export interface WindowSums {
  /** Windows. */
  readonly count: number;
  /** Entries from one row of a window's integral image to the next, and of all of it. */
  readonly stride: number;
  readonly entries: number;
  /** Entry e of window i lies at `e * count + i`, so that a feature is computed for all windows one after the other. */
  readonly sums: Int32Array;
  /** One over area times standard deviation; 0 for a window that is too flat for Haar features. */
  readonly norms: Float32Array;
}

/**
 * Values of features, computed from integral images with the arithmetic of scans, bit for bit: see `detect/windows`.
 */
export class WindowValues implements WindowSums {
  readonly count: number;
  readonly stride: number;
  readonly entries: number;
  readonly sums: Int32Array;
  readonly norms: Float32Array;

  constructor({ count, stride, entries, sums, norms }: WindowSums) {
    this.count = count;
    this.stride = stride;
    this.entries = entries;
    this.sums = sums;
    this.norms = norms;
  }

  /** Writes the value of a Haar feature for each window to `out`, normalised by the window's standard deviation. */
  haar(features: CascadeFeatures, feature: number, out: Float32Array): void {
    const { sums, norms, count } = this;
    const { corners, weights } = this.rectanglesOf(features, feature);
    const [a, b, c, d, e, f, g, h] = corners.map((entry) => entry * count);
    const [w0, w1] = weights;
    if (weights.length === 2) {
      for (let i = 0; i < count; i++) {
        const first = (sums[a + i] - sums[b + i] - sums[c + i] + sums[d + i]) | 0;
        const second = (sums[e + i] - sums[f + i] - sums[g + i] + sums[h + i]) | 0;
        const value = fround(fround(w0 * fround(first)) + fround(w1 * fround(second)));
        out[i] = fround(value * norms[i]);
      }
      return;
    }
    const [j, k, l, m] = corners.slice(8).map((entry) => entry * count);
    const w2 = weights[2];
    for (let i = 0; i < count; i++) {
      const first = (sums[a + i] - sums[b + i] - sums[c + i] + sums[d + i]) | 0;
      const second = (sums[e + i] - sums[f + i] - sums[g + i] + sums[h + i]) | 0;
      const third = (sums[j + i] - sums[k + i] - sums[l + i] + sums[m + i]) | 0;
      const two = fround(fround(w0 * fround(first)) + fround(w1 * fround(second)));
      const value = fround(two + fround(w2 * fround(third)));
      out[i] = fround(value * norms[i]);
    }
  }

  /** Writes the pattern of an LBP feature for each window, 0 to 255, to `out` from `to` on. */
  lbp(features: CascadeFeatures, feature: number, out: Uint8Array, to = 0): void {
    const { sums, count, stride } = this;
    const [x, y, w, h] = features.rectangles.subarray(4 * feature, 4 * feature + 4);
    // Corners of 3 x 3 blocks, row by row.
    const point = (i: number) => count * ((y + h * (i >> 2)) * stride + x + w * (i & 3));
    const [a, b, c, d] = [point(0), point(1), point(2), point(3)];
    const [e, f, g, j] = [point(4), point(5), point(6), point(7)];
    const [k, l, m, n] = [point(8), point(9), point(10), point(11)];
    const [p, q, r, s] = [point(12), point(13), point(14), point(15)];
    for (let i = 0; i < count; i++) {
      const ei = sums[e + i];
      const fi = sums[f + i];
      const gi = sums[g + i];
      const ji = sums[j + i];
      const ki = sums[k + i];
      const li = sums[l + i];
      const mi = sums[m + i];
      const ni = sums[n + i];
      const bi = sums[b + i];
      const ci = sums[c + i];
      const qi = sums[q + i];
      const ri = sums[r + i];
      const middle = (fi - gi - li + mi) | 0;
      out[to + i] =
        (((sums[a + i] - bi - ei + fi) | 0) >= middle ? 128 : 0) |
        (((bi - ci - fi + gi) | 0) >= middle ? 64 : 0) |
        (((ci - sums[d + i] - gi + ji) | 0) >= middle ? 32 : 0) |
        (((gi - ji - mi + ni) | 0) >= middle ? 16 : 0) |
        (((mi - ni - ri + sums[s + i]) | 0) >= middle ? 8 : 0) |
        (((li - mi - qi + ri) | 0) >= middle ? 4 : 0) |
        (((ki - li - sums[p + i] + qi) | 0) >= middle ? 2 : 0) |
        (((ei - fi - ki + li) | 0) >= middle ? 1 : 0);
    }
  }

  /**
   * The two or three rectangles of a Haar feature: entries of their corners (top left, top right, bottom left, bottom
   * right).
   */
  rectanglesOf({ rectangles, weights }: CascadeFeatures, feature: number) {
    const { stride } = this;
    const first = RECTANGLES * feature;
    const used = weights[first + 2] === 0 ? 2 : RECTANGLES;
    const corners: number[] = [];
    for (let at = 4 * first; at < 4 * (first + used); at += 4) {
      const entry = rectangles[at + 1] * stride + rectangles[at];
      const [w, h] = [rectangles[at + 2], rectangles[at + 3]];
      corners.push(entry, entry + w, entry + h * stride, entry + h * stride + w);
    }
    return { corners, weights: weights.subarray(first, first + used) };
  }
}

/** Windows with their integral images. */
export class WindowSet extends WindowValues {
  /**
   * @param windows pixels of each, row by row without padding
   * @param isShared whether the integral images are put into memory that threads can share
   */
  constructor(windows: readonly Uint8Array[], width: number, height: number, isShared = false) {
    super(sumsOf(windows, width, height, isShared));
  }
}

function sumsOf(
  windows: readonly Uint8Array[],
  width: number,
  height: number,
  isShared: boolean,
): WindowSums {
  const count = windows.length;
  const stride = width + 1;
  const entries = stride * (height + 1);
  const place = Int32Array.from({ length: stride }, (_, x) => x);
  const one = new Int32Array(2 * entries);
  const writer = new IntegralWriter(one, width, { stride, place, sums: 0, squares: entries, tilted: -1 });
  const bytes = (length: number) =>
    isShared ? new SharedArrayBuffer(4 * length) : new ArrayBuffer(4 * length);
  const sums = new Int32Array(bytes(entries * count));
  const norms = new Float32Array(bytes(count));
  for (let i = 0; i < count; i++) {
    writer.begin();
    for (let y = 0; y < height; y++) writer.add(y + 1, windows[i], y * width);
    for (let e = 0, to = i; e < entries; e++, to += count) sums[to] = one[e];
    norms[i] = normIn(one, entries, width, height);
  }
  return { count, stride, entries, sums, norms };
}

/** From the integral image of one window. */
function normIn(sums: Int32Array, squaresAt: number, width: number, height: number): number {
  const stride = width + 1;
  const a = stride + 1;
  const b = stride + width - 1;
  const c = (height - 1) * stride + 1;
  const d = (height - 1) * stride + width - 1;
  const sum = (sums[a] - sums[b] - sums[c] + sums[d]) | 0;
  const s = squaresAt;
  const squares = (sums[s + a] - sums[s + b] - sums[s + c] + sums[s + d]) >>> 0;
  return normOf((width - 2) * (height - 2), sum, squares);
}

/** The windows that have a standard deviation, which scans visit. All of them for LBP. */
export function withoutFlat(
  kind: 'haar' | 'lbp',
  windows: readonly Uint8Array[],
  width: number,
  height: number,
): Uint8Array[] {
  if (kind === 'lbp') return [...windows];
  const { norms } = new WindowSet(windows, width, height);
  return windows.filter((_, i) => norms[i] > 0);
}
