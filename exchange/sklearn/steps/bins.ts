import type { NodeFields } from '../node.js';
import type { ReadStep } from '../step.js';
import { denseValues, toDense } from '../values.js';

/** The bin of each number, as that number, or as a column of 0 and 1 a bin. */
export const bins: ReadStep = (node) => {
  const columns = node.parameters.count('columns');
  const edges = readEdges(node);
  const isOneHot = node.flag('oneHot');
  const first = new Int32Array(edges.length + 1);
  edges.forEach((each, c) => {
    first[c + 1] = first[c] + (isOneHot ? each.length + 1 : 1);
  });
  return {
    columns: first[edges.length],
    run([given]) {
      const { rows, values } = toDense(given);
      const found = new Float64Array(values.length);
      for (let row = 0, i = 0; row < rows; row++)
        for (let c = 0; c < edges.length; c++, i++) found[i] = binOf(edges[c], values[i]);
      if (!isOneHot) return denseValues(rows, columns, found);
      const offsets = Uint32Array.from({ length: rows + 1 }, (_, row) => row * edges.length);
      const indices = new Uint32Array(values.length);
      for (let row = 0, i = 0; row < rows; row++)
        for (let c = 0; c < edges.length; c++, i++) indices[i] = first[c] + found[i];
      return { kind: 'sparse', rows, columns, offsets, indices, values: found.fill(1) };
    },
  };
};

/** The inner edges of each column, in ascending order. */
function readEdges(node: NodeFields): Float64Array[] {
  const ends = node.tensor('ends', Uint32Array);
  const all = node.numbers('edges');
  if (ends.length !== node.width)
    throw node.damaged(`${ends.length} columns, of ${node.width} that it reads`);
  return Array.from(ends, (end, c) => {
    const start = c === 0 ? 0 : ends[c - 1];
    if (end < start || end > all.length) throw node.damaged('edges outside their tensor');
    const own = all.subarray(start, end);
    if (!ascends(own)) throw node.damaged(`edges of column ${c} that don't ascend`);
    return own;
  });
}

export function ascends(numbers: Float64Array): boolean {
  return numbers.every((x, at) => at === 0 || !(x < numbers[at - 1]));
}

/** How many edges aren't above x. */
function binOf(edges: Float64Array, x: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}
