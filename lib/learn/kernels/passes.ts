import type { Forest, Passes } from './forest/index.js';
import { recoded } from './recoded.js';
import { keptCodes } from './wasm/index.js';

/**
 * A forest of one output that runs in passes over ever fewer rows. A column is quantized when a
 * tree first reads it, for the rows left at that point; if the quantizing kernel can't run the
 * forest, each pass quantizes its rows again. Sums equal those of {@link runForest}, bit for bit.
 *
 * @param widths the number of columns of each block
 *
 * @example
 * const pass = passesOf(forest, [20])([block]);
 * pass.add(sums, 0, 50);
 * pass.only(promising).add(theirSums, 50, 200);
 */
export function passesOf(forest: Forest, widths: readonly number[]): Passes {
  const kept = keptCodes(forest, widths);
  const anew = recoded(forest);
  return (blocks) => kept?.(blocks) ?? anew(blocks);
}
