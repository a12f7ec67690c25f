import type { SparseValues } from '../../../lib/data/blocks/index.js';
import { foldSelect } from '../fold.js';
import type { ReadStep } from '../step.js';
import { denseValues, toDense, type Values, zeros } from '../values.js';

/** Some of the columns, in the order given; one may come more than once. */
export const select: ReadStep = (node) => {
  const { width } = node;
  const chosen = node.indices('chosen', width, node.parameters.count('columns'));
  const kept = Int32Array.from(new Set(chosen)).sort();
  const placeOf = new Int32Array(width).fill(-1);
  for (let place = 0; place < kept.length; place++) placeOf[kept[place]] = place;
  const places = chosen.map((column) => placeOf[column]);
  // Sparse rows have each column once and in ascending order: any other choice makes dense ones.
  const staysSparse = places.length === kept.length && places.every((place, at) => place === at);
  return {
    columns: chosen.length,
    run([given]) {
      if (given.kind !== 'sparse') return columnsOf(given, chosen);
      const sparse = keptColumns(given, placeOf, kept.length);
      return staysSparse ? sparse : columnsOf(sparse, places);
    },
    fold: (form) => foldSelect(form, chosen, width),
  };
};

/** Columns of values, in any order. */
function columnsOf(given: Values, chosen: Int32Array): Values {
  const { rows, columns } = given;
  const width = chosen.length;
  if (given.kind === 'raw') {
    const values = Array.from(
      { length: rows * width },
      (_, i) => given.values[Math.floor(i / width) * columns + chosen[i % width]],
    );
    return { kind: 'raw', rows, columns: width, values };
  }
  const from = toDense(given).values;
  const values = zeros(rows, width);
  for (let row = 0, to = 0; row < rows; row++)
    for (let c = 0; c < width; c++) values[to++] = from[row * columns + chosen[c]];
  return denseValues(rows, width, values);
}

/** @param placeOf of each column among those that are kept, in their order; -1 for one that isn't */
function keptColumns(given: SparseValues, placeOf: Int32Array, columns: number): SparseValues {
  const { rows } = given;
  const offsets = new Uint32Array(rows + 1);
  const indices = new Uint32Array(given.offsets[rows]);
  const values = new Float64Array(given.offsets[rows]);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let e = given.offsets[row]; e < given.offsets[row + 1]; e++) {
      const place = placeOf[given.indices[e]];
      if (place === -1) continue;
      indices[to] = place;
      values[to++] = given.values[e];
    }
    offsets[row + 1] = to;
  }
  return {
    kind: 'sparse',
    rows,
    columns,
    offsets,
    indices: indices.subarray(0, to),
    values: values.subarray(0, to),
  };
}
