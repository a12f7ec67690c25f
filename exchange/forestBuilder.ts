import type { ArtifactError } from '../lib/errors.js';
import type { DoubleForest, Forest } from '../lib/learn/kernels/index.js';
import type { NodeDecision } from './decision.js';
import { damagedModel } from './fields.js';

/** A tree as another library keeps it. Nothing in it is trusted. */
export interface ForeignTree {
  /** How many nodes it has; 0 is the first. */
  readonly nodes: number;
  isLeaf(node: number): boolean;
  left(node: number): number;
  right(node: number): number;
  column(node: number): number;
  decision(node: number): NodeDecision;
  /** A leaf's value. */
  value(node: number): number;
}

/** More would take gigabytes; a small file can ask for many by long sets of categories and many classes. */
const MOST_NODES = 2 ** 24;

/**
 * Trees of other libraries as a {@link Forest}, checked so that running it can neither leave its arrays nor go round.
 *
 * A decision of several cuts becomes a search among them, so that nodes may share a child: a forest of trees that hold
 * such decisions is one of acyclic graphs.
 */
export class ForestBuilder {
  private readonly trees: number[][];
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly missingLeft: number[] = [];
  private readonly value: number[] = [];
  private added = 0;
  /** Nodes of all trees, those included that can't be reached. */
  private given = 0;

  /** @param base the starting value of each output */
  constructor(
    private readonly model: string,
    private readonly columns: number,
    private readonly base: Float64Array,
  ) {
    this.trees = Array.from(base, () => []);
  }

  /**
   * Adds a tree to an output.
   *
   * @throws ArtifactError if it isn't one
   */
  add(tree: ForeignTree, output: number): void {
    const where = `tree ${this.added++}`;
    if (!(Number.isInteger(output) && output >= 0 && output < this.trees.length)) {
      throw this.damaged(`${where} belongs to output ${output} of ${this.trees.length}`);
    }
    this.given += tree.nodes;
    if (this.given > MOST_NODES) throw this.damaged(`more than ${MOST_NODES} nodes`);
    const order = this.order(tree, where);
    const decisions = new Map<number, NodeDecision>();
    const place = new Map<number, number>();
    let end = this.feature.length;
    for (const node of order) {
      place.set(node, end);
      if (tree.isLeaf(node)) end += 1;
      else {
        const decision = tree.decision(node);
        decisions.set(node, decision);
        end += Math.max(1, decision.cuts.length);
      }
      if (end > MOST_NODES) throw this.damaged(`more than ${MOST_NODES} nodes`);
    }
    this.trees[output].push(this.feature.length);
    for (const node of order) {
      const decision = decisions.get(node);
      if (decision === undefined) this.leaf(tree.value(node), where);
      else {
        const column = tree.column(node);
        if (!(Number.isInteger(column) && column >= 0 && column < this.columns)) {
          throw this.damaged(`${where}, node ${node} reads column ${column} of ${this.columns}`);
        }
        // order() has visited both children, so their places are known.
        this.divide(column, decision, place.get(tree.left(node)) ?? -1, place.get(tree.right(node)) ?? -1);
      }
    }
  }

  /** Whose cuts are Float32. */
  forest(): Forest {
    const forest = this.doubleForest();
    return { ...forest, threshold: Float32Array.from(forest.threshold) };
  }

  doubleForest(): DoubleForest {
    const { base, trees } = this;
    const rounds = trees.reduce((most, { length }) => Math.max(most, length), 0);
    if (rounds * trees.length > MOST_NODES) throw this.damaged(`more than ${MOST_NODES} trees`);
    // Outputs with fewer trees than others are filled up with one that adds nothing.
    const empty = this.feature.length;
    if (trees.some(({ length }) => length < rounds)) this.leaf(0, '');
    const roots = new Int32Array(rounds * trees.length);
    for (let i = 0; i < roots.length; i++) {
      roots[i] = trees[i % trees.length][Math.floor(i / trees.length)] ?? empty;
    }
    return {
      outputs: base.length,
      base,
      roots,
      feature: Int32Array.from(this.feature),
      threshold: Float64Array.from(this.threshold),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      missingLeft: Uint8Array.from(this.missingLeft),
      set: new Int32Array(this.feature.length).fill(-1),
      sets: new Uint32Array(0),
      value: Float64Array.from(this.value),
    };
  }

  /** The nodes that can be reached, parents before children: a depth-first search's last finished first. */
  private order(tree: ForeignTree, where: string): number[] {
    const { nodes } = tree;
    const [unseen, open, finished] = [0, 1, 2];
    const state = new Uint8Array(nodes);
    const order: number[] = [];
    const waiting: number[] = [];
    const queue = (node: number, parent: number) => {
      if (!(Number.isInteger(node) && node >= 0 && node < nodes)) {
        throw this.damaged(`${where}, node ${parent} has a child ${node}, where there are ${nodes} nodes`);
      }
      if (state[node] === open) throw this.damaged(`${where} goes round by way of node ${node}`);
      if (state[node] === unseen) waiting.push(node);
    };
    if (nodes === 0) throw this.damaged(`${where} has no nodes`);
    waiting.push(0);
    while (waiting.length > 0) {
      const node = waiting[waiting.length - 1];
      if (state[node] === unseen) {
        state[node] = open;
        if (tree.isLeaf(node)) continue;
        queue(tree.left(node), node);
        queue(tree.right(node), node);
        continue;
      }
      waiting.pop();
      if (state[node] === open) {
        state[node] = finished;
        order.push(node);
      }
    }
    return order.reverse();
  }

  private leaf(value: number, where: string): void {
    if (!Number.isFinite(value)) throw this.damaged(`${where} has a leaf of ${value}`);
    this.push(-1, 0, -1, -1, 0, value);
  }

  private divide(column: number, { cuts, left, missingLeft }: NodeDecision, yes: number, no: number): void {
    if (cuts.length === 0) {
      // All numbers on one side: only missing values can go the other way.
      const [numbers, missing] = [left[0] ? yes : no, missingLeft ? yes : no];
      this.push(column, Number.POSITIVE_INFINITY, numbers, missing, 0, 0);
      return;
    }
    // Missing values are sent to an interval that goes their way; the first or the second does.
    const missing = left.indexOf(missingLeft);
    const search = (from: number, to: number): number => {
      if (from === to) return left[from] ? yes : no;
      const middle = (from + to) >>> 1;
      const node = this.push(column, cuts[middle], -1, -1, missing <= middle ? 1 : 0, 0);
      this.left[node] = search(from, middle);
      this.right[node] = search(middle + 1, to);
      return node;
    };
    search(0, cuts.length);
  }

  private push(
    feature: number,
    threshold: number,
    left: number,
    right: number,
    missing: number,
    value: number,
  ) {
    this.left.push(left);
    this.right.push(right);
    this.threshold.push(threshold);
    this.missingLeft.push(missing);
    this.value.push(value);
    return this.feature.push(feature) - 1;
  }

  private damaged(what: string): ArtifactError {
    return damagedModel(this.model, what);
  }
}
