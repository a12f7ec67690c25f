import { Binner, fastColumns, type HaarColumns } from '../histograms/index.js';
import type { CascadeFeatures } from '../model/index.js';
import type { WindowValues } from './examples/index.js';

/** Writes the bins of a feature, one a window, to `out` from `to` on. */
export type WriteBins = (feature: number, out: Uint8Array, to: number) => void;

/**
 * Bins of features over windows: patterns of LBP as they are, values of Haar features by a `Binner`. Every
 * implementation gives the same.
 *
 * @param isFast whether WebAssembly is tried. @defaultValue true
 */
export function featureBins(
  kind: 'haar' | 'lbp',
  features: CascadeFeatures,
  windows: WindowValues,
  isFast = true,
): WriteBins {
  const { count, entries } = windows;
  const columns = isFast && kind === 'haar' ? fastColumns(entries, count) : undefined;
  if (columns !== undefined) fillColumns(columns, windows);
  return binsBy(kind, features, windows, columns);
}

/** @param columns filled with the windows; undefined for plain code */
export function binsBy(
  kind: 'haar' | 'lbp',
  features: CascadeFeatures,
  windows: WindowValues,
  columns: HaarColumns | undefined,
): WriteBins {
  if (kind === 'lbp') return (feature, out, to) => windows.lbp(features, feature, out, to);
  if (columns === undefined) {
    const binner = new Binner(windows.count);
    const values = new Float32Array(windows.count);
    return (feature, out, to) => {
      windows.haar(features, feature, values);
      binner.write(values, out, to);
    };
  }
  return (feature, out, to) => {
    const { corners, weights } = windows.rectanglesOf(features, feature);
    columns.write(corners, weights, out, to);
  };
}

/** The last window fills what is left of a vector. */
export function fillColumns({ stride, sums, norms }: HaarColumns, windows: WindowValues): void {
  const { count, entries } = windows;
  for (let entry = 0; entry < entries; entry++) {
    const at = entry * stride;
    sums.set(windows.sums.subarray(entry * count, (entry + 1) * count), at);
    sums.fill(sums[at + count - 1], at + count, at + stride);
  }
  norms.set(windows.norms);
  norms.fill(norms[count - 1], count);
}
