import { ArtifactError } from '../../lib/errors.js';
import { type CascadeModel, RECTANGLES, SUBSET_WORDS } from './model.js';

const LEAST_SIDE = 3;
const MOST_SIDE = 4_096;

/**
 * Checks that a cascade can be run: sizes fit, rectangles lie inside the window, indices point at something, every
 * tree ends, and no number is NaN. It takes time in proportion to the arrays.
 *
 * @throws ArtifactError (`damaged`) for the first fault, with the feature, stage, tree or node that has it
 */
export function checkCascadeModel(model: CascadeModel): void {
  const { kind, width, height } = model;
  if (kind !== 'haar' && kind !== 'lbp') fail(`expected kind 'haar' or 'lbp', got ${kind}`);
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < LEAST_SIDE || side > MOST_SIDE) {
      fail(`expected a window of ${LEAST_SIDE} to ${MOST_SIDE} pixels a side, got ${width} x ${height}`);
    }
  }
  checkFeatures(model);
  const trees = checkStarts('stage', 'trees', model.firstTree, model.firstNode.length - 1);
  const nodes = checkStarts('tree', 'nodes', model.firstNode, model.left.length);
  checkLength('stageThresholds', model.stageThresholds, model.firstTree.length - 1);
  checkLength('right', model.right, nodes);
  checkLength('feature', model.feature, nodes);
  checkLength('thresholds', model.thresholds, kind === 'haar' ? nodes : 0);
  checkLength('subsets', model.subsets, kind === 'lbp' ? SUBSET_WORDS * nodes : 0);
  checkLength('leaves', model.leaves, nodes + trees);
  checkFinite('threshold of stage', model.stageThresholds);
  checkFinite('threshold of node', model.thresholds);
  checkFinite('leaf', model.leaves);
  for (let tree = 0; tree < trees; tree++) checkTree(model, tree);
}

function checkFeatures({ kind, width, height, features }: CascadeModel): void {
  const { count, rectangles, weights, tilted } = features;
  const each = kind === 'haar' ? RECTANGLES : 1;
  if (!Number.isInteger(count) || count < 1) fail(`expected at least one feature, got ${count}`);
  checkLength('rectangles', rectangles, 4 * each * count);
  checkLength('weights', weights, kind === 'haar' ? each * count : 0);
  checkLength('tilted', tilted, kind === 'haar' ? count : 0);
  checkFinite('weight', weights);
  for (let i = 0; i < each * count; i++) {
    const [x, y, w, h] = rectangles.subarray(4 * i, 4 * i + 4);
    const feature = Math.floor(i / each);
    const isTilted = tilted[feature] === 1;
    // The sums of LBP's blocks need room for three of them.
    const [across, down] = kind === 'lbp' ? [3 * w, 3 * h] : isTilted ? [w, w + h] : [w, h];
    const begin = isTilted ? x - h : x;
    const isUnused = kind === 'haar' && weights[i] === 0 && w === 0 && h === 0 && x === 0 && y === 0;
    const isInside = begin >= 0 && y >= 0 && w > 0 && h > 0 && x + across <= width && y + down <= height;
    if (!isInside && !isUnused) {
      const what = `${isTilted ? 'tilted ' : ''}rectangle ${x} ${y} ${w} ${h}`;
      fail(`feature ${feature}: the ${what} is not inside the window of ${width} x ${height}`);
    }
  }
}

function checkTree({ firstNode, left, right, feature, features }: CascadeModel, tree: number): void {
  const begin = firstNode[tree];
  const nodes = firstNode[tree + 1] - begin;
  for (let node = 0; node < nodes; node++) {
    const where = `tree ${tree}, node ${node}`;
    const read = feature[begin + node];
    if (read < 0 || read >= features.count) {
      fail(`${where}: feature ${read} does not exist; there are ${features.count}`);
    }
    for (const child of [left[begin + node], right[begin + node]]) {
      // Children come after their parents, so that no tree loops.
      if (child > 0 && (child <= node || child >= nodes)) {
        fail(`${where}: child ${child} is not a later node of a tree of ${nodes}`);
      }
      if (-child > nodes) fail(`${where}: leaf ${-child} does not exist; there are ${nodes + 1}`);
    }
  }
}

/** @returns where the last part ends */
function checkStarts(part: string, of: string, first: Int32Array, count: number): number {
  if (first.length < 2 || first[0] !== 0) fail(`expected at least one ${part}, from 0 on`);
  for (let i = 1; i < first.length; i++) {
    if (first[i] <= first[i - 1]) fail(`${part} ${i - 1} has no ${of}`);
  }
  const end = first[first.length - 1];
  if (end !== count) fail(`the ${part}s have ${end} ${of}, and there are ${count}`);
  return end;
}

function checkLength(name: string, { length }: { readonly length: number }, expected: number): void {
  if (length !== expected) fail(`expected ${expected} values as ${name}, got ${length}`);
}

function checkFinite(what: string, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) fail(`${what} ${i} is ${values[i]}`);
  }
}

function fail(what: string): never {
  throw new ArtifactError('damaged', `this cascade can't be run: ${what}`);
}
