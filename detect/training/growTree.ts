import type { Histograms } from '../histograms/index.js';
import type { CascadeFeatures, CascadeModel } from '../model/index.js';
import type { WindowSet } from './examples/index.js';
import { type NodeRows, type NodeSplit, subsetOf } from './split.js';
import type { FindSplit } from './splitSearch.js';
import type { WeakNode, WeakTree } from './weakTree.js';

/** What weak learners are fitted on. */
export interface Binned {
  readonly kind: CascadeModel['kind'];
  readonly features: CascadeFeatures;
  /** Positives first. */
  readonly windows: WindowSet;
  readonly positives: number;
  /** Bins of all features; weights that sum to 1. */
  readonly histograms: Histograms;
}

/**
 * Fits a weak learner by weighted least squares: a tree whose leaves are weighted means of labels.
 *
 * @param depth 1: one node. 2: up to three
 * @returns undefined where no split lowers the error
 */
export async function growTree(
  binned: Binned,
  depth: 1 | 2,
  findSplit: FindSplit,
): Promise<WeakTree | undefined> {
  const { order } = binned.histograms;
  const { count } = binned.windows;
  for (let i = 0; i < count; i++) order[i] = i;
  const root: NodeRows = { begin: 0, middle: binned.positives, end: count };
  const split = await findSplit(root);
  if (split === undefined) return undefined;
  const sides = divide(binned, root, split);
  const nodes = [{ ...nodeOf(binned, split, sides), left: 0, right: 0 }];
  const leaves: number[] = [];
  const leaf = (rows: NodeRows) => 1 - leaves.push(leafOf(binned, rows));
  const children: number[] = [];
  for (const rows of sides) {
    const next = depth === 2 ? await findSplit(rows) : undefined;
    if (next === undefined) {
      children.push(leaf(rows));
      continue;
    }
    const below = divide(binned, rows, next);
    const node = nodeOf(binned, next, below);
    children.push(nodes.push({ ...node, left: leaf(below[0]), right: leaf(below[1]) }) - 1);
  }
  nodes[0] = { ...nodes[0], left: children[0], right: children[1] };
  return { nodes, leaves: Float32Array.from(leaves) };
}

/** Orders a node's rows anew: those that go left before the others, positives first on either side. */
function divide({ histograms }: Binned, rows: NodeRows, split: NodeSplit): [NodeRows, NodeRows] {
  const { bins, order } = histograms;
  const before = order.slice(rows.begin, rows.end);
  const positives = rows.middle - rows.begin;
  const at = split.feature * histograms.rows;
  let to = rows.begin;
  const take = (from: number, end: number, side: number) => {
    for (let i = from; i < end; i++) {
      if (split.goesLeft[bins[at + before[i]]] === side) order[to++] = before[i];
    }
    return to;
  };
  const sideOf = (side: number): NodeRows => ({
    begin: to,
    middle: take(0, positives, side),
    end: take(positives, before.length, side),
  });
  return [sideOf(1), sideOf(0)];
}

/** The node without children: a threshold lies between the greatest value that goes left and the least that doesn't. */
function nodeOf(
  { kind, features, windows, histograms }: Binned,
  { feature, goesLeft }: NodeSplit,
  [left, right]: readonly [NodeRows, NodeRows],
): Pick<WeakNode, 'feature' | 'threshold' | 'subset'> {
  if (kind === 'lbp') return { feature, threshold: 0, subset: subsetOf(goesLeft) };
  const values = new Float32Array(windows.count);
  windows.haar(features, feature, values);
  const { order } = histograms;
  let below = Number.NEGATIVE_INFINITY;
  for (let i = left.begin; i < left.end; i++) below = Math.max(below, values[order[i]]);
  let above = Number.POSITIVE_INFINITY;
  for (let i = right.begin; i < right.end; i++) above = Math.min(above, values[order[i]]);
  const middle = Math.fround((below + above) / 2);
  return { feature, threshold: middle > below ? middle : above, subset: new Int32Array() };
}

/** The weighted mean of the labels, summed in the order of the rows. */
function leafOf({ histograms: { order, weights } }: Binned, { begin, middle, end }: NodeRows): number {
  let positives = 0;
  for (let i = begin; i < middle; i++) positives += weights[order[i]];
  let negatives = 0;
  for (let i = middle; i < end; i++) negatives += weights[order[i]];
  return (positives - negatives) / (positives + negatives);
}
