import { cutLeaving } from '../../stats/index.js';
import type { Look } from './inputs.js';

/** Parts of the layers and of the tokens that a look reads, the most useful first: time grows with their product. */
const LAYERED = [
  [1 / 3, 1 / 2],
  [1 / 3, 1],
  [1 / 6, 1 / 4],
] as const;
const WHOLE_ENCODER = [
  [1, 1 / 4],
  [1, 1 / 8],
] as const;

/**
 * Looks at texts that take an encoder a small part of its time, cheapest first.
 *
 * @param sizes of some texts
 * @param layers of the encoder
 * @param fewest what a cut text has at least
 * @param most how many looks at most
 */
export function proposedLooks(
  sizes: readonly number[],
  layers: number,
  fewest: number,
  most: number,
): readonly Look[] {
  const looks: Look[] = [];
  for (const [ofLayers, ofSize] of layers > 1 ? LAYERED : WHOLE_ENCODER) {
    const size = ofSize < 1 ? (cutLeaving(sizes, ofSize) ?? 0) : undefined;
    const look: Look = {
      ...(ofLayers < 1 && { layers: Math.max(1, Math.round(layers * ofLayers)) }),
      ...(size !== undefined && { size }),
    };
    if (looks.length < most && (size ?? fewest) >= fewest) looks.push(look);
  }
  const all = Number.POSITIVE_INFINITY;
  return looks.sort((a, b) => (a.layers ?? all) - (b.layers ?? all) || (a.size ?? all) - (b.size ?? all));
}
