import type { BinnedColumn } from './bins.js';
import type { ForestWriter } from './forestWriter.js';
import type { GradientGrid } from './grid.js';
import type { CheckedBoostingOptions } from './options.js';
import {
  type Bounds,
  bestSplit,
  type ColumnSplit,
  type LeafRules,
  leafValue,
  type Sums,
  UNBOUNDED,
} from './split.js';
import type { TrainingRows } from './trainingRows.js';

/** A leaf of a tree that was grown. */
export interface Leaf {
  readonly node: number;
  /** Its training rows: `order[from … to - 1]`. */
  readonly from: number;
  readonly to: number;
  /** Rows that it gets without having been grown to them: `order[othersFrom … othersTo - 1]`. */
  readonly othersFrom: number;
  readonly othersTo: number;
  /** Newton's step. */
  readonly value: number;
}

interface GrowingLeaf extends Omit<Leaf, 'value'> {
  readonly depth: number;
  readonly sums: Sums;
  readonly bounds: Bounds;
  histogram: Float64Array | undefined;
  /** Those that `histogram` holds, and that may divide it. */
  columns: readonly BinnedColumn[];
  split: ColumnSplit | undefined;
}

/** Grows one tree after another to the derivatives of the training rows. */
export class Grower {
  private readonly free: Float64Array[];

  constructor(
    private readonly training: TrainingRows,
    private readonly options: CheckedBoostingOptions,
  ) {
    this.free = [...training.pool];
  }

  /**
   * @param rows how many rows of `order` the tree is grown to; the others are only assigned to its
   * leaves
   */
  grow(columns: readonly BinnedColumn[], rows: number, grid: GradientGrid, writer: ForestWriter): Leaf[] {
    const rules = rulesOf(this.options, grid);
    const unit = grid.first / grid.second;
    const { maxLeaves, growth } = this.options;
    const root: GrowingLeaf = {
      node: writer.root(),
      from: 0,
      to: rows,
      othersFrom: rows,
      othersTo: this.training.order.length,
      depth: 0,
      sums: this.sumsOf(rows),
      bounds: UNBOUNDED,
      histogram: undefined,
      columns,
      split: undefined,
    };
    const leaves = [root];
    if (maxLeaves > 1 && this.mayDivide(root, rules)) {
      this.buildFor(root, leaves);
      this.search(root, rules);
    }
    while (leaves.length < maxLeaves) {
      const at = growth === 'leaf' ? mostGain(leaves) : nearest(leaves);
      if (at === -1) break;
      const [parent] = leaves.splice(at, 1);
      const [left, right] = this.divide(parent, rules, writer, unit * grid.first);
      leaves.push(left, right);
      if (leaves.length < maxLeaves) this.prepare(parent, left, right, rules, leaves);
      else this.release(parent);
    }
    for (const leaf of leaves) this.release(leaf);
    return leaves.map(({ node, from, to, othersFrom, othersTo, sums, bounds }) => ({
      node,
      from,
      to,
      othersFrom,
      othersTo,
      value: leafValue(sums.first, sums.second, rules.l2, bounds) * unit,
    }));
  }

  private divide(
    parent: GrowingLeaf,
    rules: LeafRules,
    writer: ForestWriter,
    gainUnit: number,
  ): [GrowingLeaf, GrowingLeaf] {
    const { split, sums, bounds, from, to, othersFrom, othersTo } = parent;
    if (split === undefined) throw new RangeError('a leaf without a division');
    const { column, goesLeft } = split;
    const middle = this.training.divide(column, goesLeft, from, to);
    const othersMiddle = this.training.divide(column, goesLeft, othersFrom, othersTo);
    const node = writer.divide(parent.node, split, split.gain * gainUnit);
    const rest = {
      first: sums.first - split.left.first,
      second: sums.second - split.left.second,
      rows: sums.rows - split.left.rows,
    };
    const [below, above] = boundsBelow(split, rest, rules.l2, bounds);
    const { columns } = parent;
    const depth = parent.depth + 1;
    // Written out: objects made by spread take long to make, and trees have thousands of leaves.
    return [
      {
        node,
        from,
        to: middle,
        othersFrom,
        othersTo: othersMiddle,
        depth,
        sums: split.left,
        bounds: below,
        histogram: undefined,
        columns,
        split: undefined,
      },
      {
        node: node + 1,
        from: middle,
        to,
        othersFrom: othersMiddle,
        othersTo,
        depth,
        sums: rest,
        bounds: above,
        histogram: undefined,
        columns,
        split: undefined,
      },
    ];
  }

  /**
   * Finds the children's divisions: the smaller one's histogram from its rows, the other's by
   * subtraction. A smaller one that can't be divided has none: its rows are taken out of the parent's.
   */
  private prepare(
    parent: GrowingLeaf,
    left: GrowingLeaf,
    right: GrowingLeaf,
    rules: LeafRules,
    leaves: readonly GrowingLeaf[],
  ): void {
    const [small, large] = left.sums.rows <= right.sums.rows ? [left, right] : [right, left];
    const [smallMay, largeMay] = [this.mayDivide(small, rules), this.mayDivide(large, rules)];
    if (largeMay && parent.histogram !== undefined) {
      if (smallMay) this.buildFor(small, leaves, parent.histogram);
      else this.training.take(parent.histogram, parent.columns, small.from, small.to);
      large.histogram = parent.histogram;
      parent.histogram = undefined;
    } else {
      this.release(parent);
      if (smallMay) this.buildFor(small, leaves);
      if (largeMay) this.buildFor(large, leaves);
    }
    if (smallMay) this.search(small, rules);
    if (largeMay) this.search(large, rules);
  }

  private search(leaf: GrowingLeaf, rules: LeafRules): void {
    const { histogram, columns, sums, bounds } = leaf;
    if (histogram) leaf.split = bestSplit(histogram, columns, sums, rules, bounds, this.training);
    if (leaf.split === undefined) this.release(leaf);
  }

  private buildFor(leaf: GrowingLeaf, leaves: readonly GrowingLeaf[], whole?: Float64Array): void {
    // A leaf that waits can do without: its children's histograms are then built from their rows, and come out the
    // same.
    if (this.free.length === 0) {
      const waiting = leaves.find((other) => other.histogram !== undefined && other.split !== undefined);
      if (waiting) this.release(waiting);
    }
    leaf.histogram = this.free.pop();
    if (leaf.histogram === undefined) throw new RangeError('no histogram is free');
    leaf.columns = this.training.build(leaf.histogram, leaf.columns, leaf.from, leaf.to, whole);
  }

  private release(leaf: GrowingLeaf): void {
    if (leaf.histogram) this.free.push(leaf.histogram);
    leaf.histogram = undefined;
  }

  private mayDivide({ depth, sums }: GrowingLeaf, { minRows, minSecond }: LeafRules): boolean {
    return depth < this.options.maxDepth && sums.rows >= 2 * minRows && sums.second >= 2 * minSecond;
  }

  private sumsOf(rows: number): Sums {
    const { order, derivatives } = this.training;
    let first = 0;
    let second = 0;
    for (let i = 0; i < rows; i++) {
      first += derivatives[2 * order[i]];
      second += derivatives[2 * order[i] + 1];
    }
    return { first, second, rows };
  }
}

/** Index of the leaf whose split gains most; -1: none gains. */
function mostGain(leaves: readonly GrowingLeaf[]): number {
  let best = -1;
  let gain = Number.NEGATIVE_INFINITY;
  leaves.forEach(({ split }, i) => {
    if (split === undefined || split.gain <= gain) return;
    best = i;
    gain = split.gain;
  });
  return best;
}

/** Leaves are in the order of their depths: the first that can be divided is a nearest one. */
function nearest(leaves: readonly GrowingLeaf[]): number {
  return leaves.findIndex(({ split }) => split !== undefined);
}

/** A monotone division keeps both subtrees on their sides of the middle between the two values. */
function boundsBelow(
  { column, left }: ColumnSplit,
  right: Sums,
  l2: number,
  bounds: Bounds,
): [Bounds, Bounds] {
  if (column.monotone === 0) return [bounds, bounds];
  const value = ({ first, second }: Sums) => leafValue(first, second, l2, bounds);
  const middle = (value(left) + value(right)) / 2;
  const below = { lower: bounds.lower, upper: middle };
  const above = { lower: middle, upper: bounds.upper };
  return column.monotone > 0 ? [below, above] : [above, below];
}

/**
 * LightGBM adds this to a category's second derivatives before it sorts categories (`cat_smooth`).
 */
const SMOOTHING = 10;

function rulesOf(
  { l2, minRows, minHessian, minGain }: CheckedBoostingOptions,
  grid: GradientGrid,
): LeafRules {
  return {
    l2: l2 / grid.second,
    minRows,
    minSecond: minHessian / grid.second,
    minGain: minGain * (grid.second / grid.first / grid.first),
    smoothing: SMOOTHING / grid.second,
  };
}
