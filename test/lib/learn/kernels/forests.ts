import { type Block, denseBlock } from '../../../../lib/data/blocks/index.js';
import { type Forest, runForest, SET_WORDS } from '../../../../lib/learn/kernels/index.js';
import { uniform } from '../learners/problem.js';

/**
 * Two trees of an output each.
 * 0: column 0 at most 0.1 -> 1, else column 2 in {1, 40, 255} -> 10, else 100; missing values left, then right.
 * 1: column 1 at most -2 -> 5, else 7; missing values right.
 */
export const byHand: Forest = {
  outputs: 2,
  base: Float64Array.of(0.5, -0.5),
  roots: Int32Array.of(0, 5),
  feature: Int32Array.of(0, -1, 2, -1, -1, 1, -1, -1),
  threshold: Float32Array.of(0.1, 0, 0, 0, 0, -2, 0, 0),
  left: Int32Array.of(1, -1, 3, -1, -1, 6, -1, -1),
  right: Int32Array.of(2, -1, 4, -1, -1, 7, -1, -1),
  missingLeft: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0),
  set: Int32Array.of(-1, -1, 0, -1, -1, -1, -1, -1),
  sets: Uint32Array.of(2, 256, 0, 0, 0, 0, 0, 2 ** 31),
  value: Float64Array.of(0, 1, 0, 10, 100, 0, 5, 7),
};

const COLUMNS = 4;

/** Trees whose nodes lie among each other's, since only parents and children have an order; leaves of very different sizes. */
export function anyForest(seed: number, trees: number, outputs: number): Forest {
  const random = uniform(seed);
  const roots: number[] = [];
  const waiting: number[] = [];
  const nodes: { feature: number; left: number; right: number; set: number }[] = [];
  const sets: number[] = [];
  const add = () => nodes.push({ feature: -1, left: -1, right: -1, set: -1 }) - 1;
  for (let tree = 0; tree < trees; tree++) {
    roots.push(add());
    waiting.push(roots[tree]);
    // Leaves of earlier trees may still be divided.
    for (let step = 0; step < 4 && waiting.length > 0; step++) {
      const [node] = waiting.splice(Math.floor(random() * waiting.length), 1);
      if (random() < 0.2) continue;
      const [left, right] = [add(), add()];
      const set = random() < 0.3 ? sets.length / SET_WORDS : -1;
      if (set >= 0) for (let word = 0; word < SET_WORDS; word++) sets.push(Math.floor(random() * 2 ** 32));
      nodes[node] = { feature: Math.floor(random() * COLUMNS), left, right, set };
      waiting.push(left, right);
    }
  }
  const value = () => (random() - 0.4) * 10 ** Math.floor(random() * 6 - 3);
  return {
    outputs,
    base: Float64Array.from({ length: outputs }, value),
    roots: Int32Array.from(roots),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float32Array.from(nodes, () => random() * 10),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    missingLeft: Uint8Array.from(nodes, () => Number(random() < 0.5)),
    set: Int32Array.from(nodes, ({ set }) => set),
    sets: Uint32Array.from(sets),
    value: Float64Array.from(nodes, value),
  };
}

/** Some of whose numbers are missing and some whole, for such forests. */
export function anyRows(seed: number, rows: number): Block {
  const random = uniform(seed);
  const number = () =>
    random() < 0.1 ? Number.NaN : random() < 0.5 ? Math.floor(random() * 10) : random() * 10;
  return denseBlock(rows, COLUMNS, Float32Array.from({ length: rows * COLUMNS }, number));
}

export function run(forest: Forest, block: Block): Float64Array {
  const out = new Float64Array(block.rows * forest.outputs);
  runForest(forest, [block], out);
  return out;
}

/** Trees of so many leaves, one leaf divided after the other: as unbalanced as chance has it. */
export function unbalancedForest(
  trees: number,
  leaves: number,
  columns: number,
  seed: number,
  outputs = 1,
): Forest {
  const stream = uniform(seed);
  const below = (limit: number) => Math.floor(limit * stream());
  const nodes: { feature: number; left: number; right: number }[] = [];
  const add = () => nodes.push({ feature: -1, left: -1, right: -1 }) - 1;
  const roots = Array.from({ length: trees }, () => {
    const root = add();
    let last = root;
    for (let leaf = 1; leaf < leaves; leaf++) {
      nodes[last] = { feature: below(columns), left: add(), right: add() };
      last = nodes.length - 1 - below(2);
    }
    return root;
  });
  return {
    outputs,
    base: new Float64Array(outputs),
    roots: Int32Array.from(roots),
    feature: Int32Array.from(nodes, ({ feature }) => feature),
    threshold: Float32Array.from(nodes, () => below(9) - 4),
    left: Int32Array.from(nodes, ({ left }) => left),
    right: Int32Array.from(nodes, ({ right }) => right),
    missingLeft: Uint8Array.from(nodes, () => below(2)),
    set: new Int32Array(nodes.length).fill(-1),
    sets: new Uint32Array(0),
    value: Float64Array.from(nodes, () => stream() - 0.4),
  };
}
