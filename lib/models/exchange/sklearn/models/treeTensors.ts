import { type DoubleForest, loadForest, SET_WORDS } from '../../../../learn/kernels/index.js';
import { atMost } from '../../../../util/floats.js';
import type { NodeFields } from '../node.js';

/** Trees of a file: nodes, and what their leaves hold. */
export interface TreeTensors {
  /** Its leaves' values are theirs where they have one, else rows of `vectors`. */
  readonly forest: DoubleForest;
  /** Vectors x width, row-major. */
  readonly vectors: Float64Array;
}

/**
 * Trees one after the other. `roots` has their first nodes; `feature` (-1 at a leaf), `threshold`, `left`, `right` and
 * `missingLeft` an element for each node; `values` one for each leaf, in the order of the nodes. Leaves of `width`
 * numbers have theirs in `values`, row by row, and in `vector` which row is whose.
 * Trees with categories have `set`, which of `sets` decides at a node (-1 if the threshold does), and in `categorical`
 * the columns of categories, whose known ones are in `known`.
 *
 * @param outputs tree i belongs to output i modulo `outputs`
 * @param width numbers a leaf, undefined for one
 * @throws ArtifactError for trees that aren't whole
 */
export function readTreeTensors(
  model: NodeFields,
  columns: number,
  outputs: number,
  width?: number,
): TreeTensors {
  const feature = model.tensor('feature', Int32Array);
  const threshold = model.tensor('threshold', Float64Array, feature.length);
  const isCategorical = model.has('set');
  const values = model.numbers('values');
  const leaves = feature.reduce((count, column) => count + Number(column === -1), 0);
  const rows = Math.floor(values.length / (width ?? 1));
  const ofLeaf = width === undefined ? values : model.indices('vector', rows, leaves);
  if (ofLeaf.length !== leaves) throw model.damaged(`${values.length} values of ${leaves} leaves`);
  const value = new Float64Array(feature.length);
  for (let node = 0, leaf = 0; node < feature.length; node++)
    if (feature[node] === -1) value[node] = ofLeaf[leaf++];
  const forest = loadForest(model.path, outputs, columns, {
    base: new Float64Array(outputs),
    roots: model.tensor('roots', Int32Array),
    feature,
    threshold: Float32Array.from(threshold, atMost),
    left: model.tensor('left', Int32Array),
    right: model.tensor('right', Int32Array),
    missingLeft: model.tensor('missingLeft', Uint8Array),
    set: isCategorical ? model.tensor('set', Int32Array) : new Int32Array(feature.length).fill(-1),
    sets: isCategorical ? model.tensor('sets', Uint32Array) : new Uint32Array(0),
    value,
  });
  const known = isCategorical ? readKnown(model, columns) : undefined;
  for (let node = 0; known !== undefined && node < feature.length; node++) {
    if (feature[node] !== -1 && known.has(feature[node]) !== (forest.set[node] !== -1))
      throw model.damaged(`a node ${node} of another kind than its column ${feature[node]}`);
  }
  return { forest: { ...forest, threshold, ...(known && { known }) }, vectors: values };
}

function readKnown(model: NodeFields, columns: number): ReadonlyMap<number, Uint32Array> {
  const categorical = model.indices('categorical', columns);
  const known = model.tensor('known', Uint32Array, SET_WORDS * categorical.length);
  return new Map(
    Array.from(categorical, (column, i) => [column, known.subarray(SET_WORDS * i, SET_WORDS * (i + 1))]),
  );
}
