import { type DoubleForest, loadForest, SET_WORDS } from '../../../lib/learn/kernels/index.js';
import { atMost } from '../../../lib/util/floats.js';
import type { NodeFields } from '../node.js';

/** Trees of a file in parts, so that a large forest is never in memory twice. */
export interface TreeTensors {
  /** Each makes its trees anew; those of all parts, one after the other, are the forest. */
  readonly parts: readonly (() => DoubleForest)[];
  /** Rows of `width` numbers, which leaves name by their values where they have several. */
  readonly vectors: Float64Array;
}

/** Nodes of a part: smaller parts are read with less memory and answer a row alone later. */
const PART_NODES = 2 ** 18;

/** Trees of a part at least, for each output: as many are walked at a time. */
const LEAST_TREES = 8;

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
  const roots = model.tensor('roots', Int32Array);
  const feature = model.tensor('feature', Int32Array);
  const nodes = feature.length;
  const ends = Int32Array.from(roots, (_, tree) => roots[tree + 1] ?? nodes);
  if (roots.length % outputs !== 0) throw model.damaged(`${roots.length} trees of ${outputs} outputs`);
  if (!roots.every((root, tree) => root === (ends[tree - 1] ?? 0) && root < ends[tree]))
    throw model.damaged('trees that overlap');
  const vectors = model.numbers('values');
  const leaves = feature.reduce((count, column) => count + Number(column === -1), 0);
  const rows = Math.floor(vectors.length / (width ?? 1));
  const values = width === undefined ? vectors : model.indices('vector', rows, leaves);
  if (values.length !== leaves) throw model.damaged(`${values.length} values of ${leaves} leaves`);
  const isCategorical = model.has('set');
  const own = {
    threshold: model.tensor('threshold', Float64Array, nodes),
    left: model.tensor('left', Int32Array, nodes),
    right: model.tensor('right', Int32Array, nodes),
    missingLeft: model.tensor('missingLeft', Uint8Array, nodes),
    set: isCategorical ? model.tensor('set', Int32Array, nodes) : undefined,
  };
  const sets = isCategorical ? model.tensor('sets', Uint32Array) : new Uint32Array(0);
  const known = isCategorical ? readKnown(model, columns) : undefined;

  const part = (from: number, to: number, firstLeaf: number) => (): DoubleForest => {
    const [begin, end] = [roots[from], ends[to - 1]];
    const shifted = (array: Int32Array) => array.subarray(begin, end).map((node) => node - begin);
    const columnsOf = feature.subarray(begin, end);
    const threshold = own.threshold.subarray(begin, end);
    const value = new Float64Array(end - begin);
    for (let node = 0, leaf = firstLeaf; node < value.length; node++)
      if (columnsOf[node] === -1) value[node] = values[leaf++];
    const forest = loadForest(model.path, outputs, columns, {
      base: new Float64Array(outputs),
      roots: roots.subarray(from, to).map((root) => root - begin),
      feature: columnsOf,
      threshold: Float32Array.from(threshold, atMost),
      left: shifted(own.left),
      right: shifted(own.right),
      missingLeft: own.missingLeft.subarray(begin, end),
      set: own.set?.subarray(begin, end) ?? new Int32Array(end - begin).fill(-1),
      sets,
      value,
    });
    const isOdd = (column: number, node: number) =>
      column !== -1 && known?.has(column) !== (forest.set[node] !== -1);
    if (known !== undefined && columnsOf.some(isOdd))
      throw model.damaged('a set of categories at a column of numbers, or none at one of categories');
    return { ...forest, threshold, ...(known && { known }) };
  };

  const parts: (() => DoubleForest)[] = [];
  for (let from = 0, leaf = 0; from < roots.length; ) {
    let to = from + outputs;
    const isRoom = () =>
      to - from < LEAST_TREES * outputs || ends[to + outputs - 1] - roots[from] <= PART_NODES;
    while (to < roots.length && isRoom()) to += outputs;
    parts.push(part(from, to, leaf));
    for (let node = roots[from]; node < ends[to - 1]; node++) leaf += Number(feature[node] === -1);
    from = to;
  }
  // All are looked at before any runs.
  for (const each of parts) each();
  return { parts, vectors };
}

function readKnown(model: NodeFields, columns: number): ReadonlyMap<number, Uint32Array> {
  const categorical = model.indices('categorical', columns);
  const known = model.tensor('known', Uint32Array, SET_WORDS * categorical.length);
  return new Map(
    Array.from(categorical, (column, i) => [column, known.subarray(SET_WORDS * i, SET_WORDS * (i + 1))]),
  );
}
