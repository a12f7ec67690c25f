import { belowDouble } from '../../lib/util/floats.js';
import { decision, membership, type NodeDecision } from '../decision.js';
import { damagedModel, unsupportedModel } from '../fields.js';
import type { ForeignTree } from '../forestBuilder.js';
import type { Section } from './section.js';

/** Bits of a node's decision type; which numbers are missing lies above them. */
const [CATEGORICAL, DEFAULT_LEFT, MISSING] = [1, 2, 2];
const [NONE, ZERO, NAN] = [0, 1, 2];
/** Values this near to 0, as Float32, count as zero. */
const NEAR = Math.fround(1e-35);

/**
 * Inner nodes come first, leaves after them: a child that is negative is leaf -1 - child.
 *
 * @param weight of its leaves
 */
export function readLightgbmTree(tree: Section, weight: number): ForeignTree {
  const leaves = tree.count('num_leaves');
  if (leaves === 0) throw damagedModel('lightgbm', 'a tree without leaves');
  if (tree.has('is_linear') && tree.count('is_linear') !== 0) {
    throw unsupportedModel('lightgbm', 'has linear models in its leaves: train it with linear_tree=false');
  }
  const values = tree.numbers('leaf_value', leaves);
  const inner = leaves - 1;
  // A tree of a single leaf may omit all other fields.
  const of = (name: string) => (inner === 0 ? new Float64Array(0) : tree.numbers(name, inner));
  const [left, right] = [of('left_child'), of('right_child')];
  const columns = of('split_feature');
  const thresholds = of('threshold');
  const types = of('decision_type');
  const setOf = readSets(tree);
  const child = (code: number) => (code < 0 ? inner - 1 - code : code < inner ? code : -1);
  return {
    nodes: inner + leaves,
    isLeaf: (node) => node >= inner,
    left: (node) => child(left[node]),
    right: (node) => child(right[node]),
    column: (node) => columns[node],
    decision: (node) =>
      types[node] & CATEGORICAL
        ? membership(setOf(thresholds[node]), true, false, belowDouble, -1)
        : threshold(thresholds[node], types[node]),
    value: (node) => weight * values[node - inner],
  };
}

function threshold(threshold: number, type: number): NodeDecision {
  const defaultLeft = (type & DEFAULT_LEFT) !== 0;
  // LightGBM reads what is near to 0 as 0.
  const cut = Math.abs(threshold) > NEAR ? threshold : threshold >= 0 ? NEAR : belowDouble(-NEAR);
  switch (type >> MISSING) {
    case NONE:
      return decision([[cut, true]], false, threshold >= 0);
    case NAN:
      return decision([[cut, true]], false, defaultLeft);
    case ZERO: {
      const negative = belowDouble(-NEAR);
      const steps = [
        [Math.min(threshold, negative), true],
        [negative, false],
        [NEAR, defaultLeft],
        [threshold, true],
      ] as const;
      return decision(steps, false, defaultLeft);
    }
  }
  throw damagedModel('lightgbm', `a decision of type ${type}`);
}

/** Sets of categories, 32 bits a word, by number. */
function readSets(tree: Section): (set: number) => readonly number[] {
  const sets = tree.count('num_cat');
  if (sets === 0) {
    return (set) => {
      throw damagedModel('lightgbm', `a node without its set ${set}`);
    };
  }
  const ends = tree.numbers('cat_boundaries', sets + 1);
  const words = tree.numbers('cat_threshold', ends[sets]);
  // A set for each node: were it any number of nodes', a small file could ask for much work.
  const taken = new Set<number>();
  return (set) => {
    const [from, to] = [ends[set], ends[set + 1]];
    if (!(from >= 0 && from <= to && to <= words.length) || taken.has(set)) {
      throw damagedModel('lightgbm', `a node without its set ${set}`);
    }
    taken.add(set);
    const categories: number[] = [];
    for (let word = from; word < to; word++) {
      for (let bit = 0; bit < 32; bit++) {
        if ((words[word] >>> bit) & 1) categories.push(32 * (word - from) + bit);
      }
    }
    return categories;
  };
}
