import { type Block, denseBlock } from '../../lib/data/blocks/index.js';
import type { Forest, Rounds } from '../../lib/learn/kernels/index.js';

/**
 * Rounds for rows whose zeros are missing values: the columns that the forest reads are put into a dense block, in
 * which all other values are NaN.
 */
export function zeroMissingRounds(
  forest: Forest,
  roundsOf: (forest: Forest) => Rounds,
  keepsStored: boolean,
): Rounds {
  const columns = [...new Set(forest.feature.filter((column) => column !== -1))].sort((a, b) => a - b);
  const placeOf = new Map(columns.map((column, place) => [column, place]));
  const feature = forest.feature.map((column) => placeOf.get(column) ?? -1);
  const rounds = roundsOf({ ...forest, feature });
  return {
    ...rounds,
    advance: (blocks, sums, from, to) =>
      rounds.advance([nonZeros(blocks, columns, placeOf, keepsStored)], sums, from, to),
  };
}

function nonZeros(
  blocks: readonly Block[],
  columns: readonly number[],
  placeOf: ReadonlyMap<number, number>,
  keepsStored: boolean,
): Block {
  const { rows } = blocks[0];
  const width = columns.length;
  const values = new Float32Array(rows * width).fill(Number.NaN);
  let first = 0;
  for (const block of blocks) {
    const count = block.columns;
    for (let row = 0; row < rows; row++) {
      const [from, to] =
        block.kind === 'dense'
          ? [row * count, (row + 1) * count]
          : [block.offsets[row], block.offsets[row + 1]];
      for (let e = from; e < to; e++) {
        const place = placeOf.get(first + (block.kind === 'dense' ? e - from : block.indices[e]));
        if (place === undefined) continue;
        if (block.values[e] !== 0 || (keepsStored && block.kind === 'sparse'))
          values[row * width + place] = block.values[e];
      }
    }
    first += count;
  }
  return denseBlock(rows, width, values);
}
