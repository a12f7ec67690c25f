import fc from 'fast-check';
import type { CascadeModel } from '../../entries/detect.js';

/** What a random cascade is made by. */
export interface MadeBy {
  readonly kind: 'haar' | 'lbp';
  readonly seed: number;
  /** The most nodes of a tree. */
  readonly nodes: number;
  readonly tilted: boolean;
  /** Whether weights are whole numbers, as in OpenCV's files. */
  readonly whole: boolean;
  readonly width: number;
  readonly height: number;
}

/** Random cascades that pass some windows at each stage. */
export const cascades = fc
  .record({
    kind: fc.constantFrom('haar', 'lbp'),
    seed: fc.integer(),
    nodes: fc.integer({ min: 1, max: 4 }),
    tilted: fc.boolean(),
    whole: fc.boolean(),
    width: fc.integer({ min: 6, max: 14 }),
    height: fc.integer({ min: 6, max: 14 }),
  })
  .map((by: MadeBy) => madeModel(by));

/** Haar features upright in windows of 8 x 8, in trees of two nodes. */
export function smallModel(seed: number): CascadeModel {
  return madeModel({ kind: 'haar', seed, nodes: 2, tilted: false, whole: true, width: 8, height: 8 });
}

export function madeModel({ kind, seed, nodes: most, tilted, whole, width, height }: MadeBy): CascadeModel {
  let state = seed | 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) / 2 ** 24;
  };
  const below = (end: number) => Math.floor(next() * end);
  const between = (least: number, end: number) => least + next() * (end - least);
  const count = 12;
  const rectangles: number[] = [];
  const weights: number[] = [];
  const isTilted: number[] = [];
  for (let i = 0; i < count; i++) {
    if (kind === 'lbp') {
      const [w, h] = [1 + below(Math.floor(width / 3)), 1 + below(Math.floor(height / 3))];
      rectangles.push(below(width - 3 * w + 1), below(height - 3 * h + 1), w, h);
      continue;
    }
    const turned = tilted && next() < 0.5;
    const used = next() < 0.5 ? 2 : 3;
    for (let j = 0; j < 3; j++) {
      if (j >= used) rectangles.push(0, 0, 0, 0);
      else if (turned) {
        const [w, h] = [1 + below(2), 1 + below(2)];
        rectangles.push(h + below(width - w - h + 1), below(height - w - h + 1), w, h);
      } else {
        const [w, h] = [1 + below(width), 1 + below(height)];
        rectangles.push(below(width - w + 1), below(height - h + 1), w, h);
      }
      const weight = j === 0 ? -1 : whole ? 1 + below(3) : between(0.5, 3);
      weights.push(j < used ? weight : 0);
    }
    isTilted.push(turned ? 1 : 0);
  }
  const stages = 3;
  const firstTree = [0];
  const firstNode = [0];
  const left: number[] = [];
  const right: number[] = [];
  for (let stage = 0; stage < stages; stage++) {
    const trees = 1 + below(4);
    for (let tree = 0; tree < trees; tree++) {
      const nodes = 1 + below(most);
      // Each node after the root hangs on an earlier one; what is left over are leaves.
      const children = Array.from({ length: nodes }, () => [0, 0]);
      for (let node = 1; node < nodes; node++) {
        const free = children
          .slice(0, node)
          .flatMap((sides, parent) => sides.flatMap((child, side) => (child === 0 ? [[parent, side]] : [])));
        const [parent, side] = free[below(free.length)];
        children[parent][side] = node;
      }
      let leaves = 0;
      for (const sides of children) {
        const [a, b] = sides.map((child) => (child > 0 ? child : -leaves++));
        left.push(a);
        right.push(b);
      }
      firstNode.push(left.length);
    }
    firstTree.push(firstNode.length - 1);
  }
  const nodes = left.length;
  const trees = firstNode.length - 1;
  const isHaar = kind === 'haar';
  return {
    kind,
    width,
    height,
    features: {
      count,
      rectangles: Int32Array.from(rectangles),
      weights: Float32Array.from(weights),
      tilted: Uint8Array.from(isTilted),
    },
    firstTree: Int32Array.from(firstTree),
    stageThresholds: Float32Array.from({ length: stages }, () => between(-1, 0.1)),
    firstNode: Int32Array.from(firstNode),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    feature: Int32Array.from({ length: nodes }, () => below(count)),
    thresholds: Float32Array.from({ length: isHaar ? nodes : 0 }, () => between(-0.5, 1)),
    subsets: Int32Array.from({ length: isHaar ? 0 : 8 * nodes }, () => below(2 ** 32) | 0),
    leaves: Float32Array.from({ length: nodes + trees }, () => between(-1, 1)),
  };
}
