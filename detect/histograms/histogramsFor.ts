import { fastHistograms } from './fast.js';
import type { Histograms } from './histograms.js';
import { plainHistograms } from './plain.js';

/**
 * The fastest histograms that work here.
 *
 * @param isFast whether WebAssembly is tried. @defaultValue true
 */
export function histogramsFor(features: number, rows: number, isFast = true): Histograms {
  return (isFast ? fastHistograms(features, rows) : undefined) ?? plainHistograms(features, rows);
}
