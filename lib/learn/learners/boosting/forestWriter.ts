import { type Forest, SET_WORDS } from '../../kernels/index.js';
import type { ColumnSplit } from './split.js';

/** A forest while it grows. */
export class ForestWriter {
  private readonly roots: number[] = [];
  private readonly feature: number[] = [];
  private readonly threshold: number[] = [];
  private readonly left: number[] = [];
  private readonly missingLeft: number[] = [];
  private readonly set: number[] = [];
  private readonly sets: number[] = [];
  private readonly value: number[] = [];
  private readonly gain: number[] = [];

  constructor(private readonly base: Float64Array) {}

  get trees(): number {
    return this.roots.length;
  }

  /** Begins a tree; returns its root, a leaf. */
  root(): number {
    this.roots.push(this.feature.length);
    return this.leaf();
  }

  /** Makes a leaf an inner node; returns its left child, a leaf like the right one, which follows it. */
  divide(node: number, { column, bin, goesLeft }: ColumnSplit, gain: number): number {
    this.gain[node] = gain;
    this.feature[node] = column.column;
    this.missingLeft[node] = goesLeft[column.bins];
    if (column.edges) {
      // With all numbers on the left, only missing values go right.
      this.threshold[node] = bin < column.edges.length ? column.edges[bin] : Number.POSITIVE_INFINITY;
    } else {
      this.set[node] = this.sets.length / SET_WORDS;
      for (let word = 0; word < SET_WORDS; word++) {
        let bits = 0;
        for (let bit = 0; bit < 32; bit++) {
          bits |= goesLeft[Math.min(32 * word + bit, column.bins)] << bit;
        }
        this.sets.push(bits >>> 0);
      }
    }
    const left = this.leaf();
    this.leaf();
    this.left[node] = left;
    return left;
  }

  setValue(leaf: number, value: number): void {
    this.value[leaf] = value;
  }

  /** The forest of the first `trees` trees. */
  forest(trees: number): Forest {
    const nodes = this.end(trees);
    const feature = Int32Array.from(this.feature.slice(0, nodes));
    const left = Int32Array.from(this.left.slice(0, nodes));
    const set = Int32Array.from(this.set.slice(0, nodes));
    const usedSets = set.reduce((most, one) => Math.max(most, one + 1), 0);
    return {
      outputs: this.base.length,
      base: this.base,
      roots: Int32Array.from(this.roots.slice(0, trees)),
      feature,
      threshold: Float32Array.from(this.threshold.slice(0, nodes)),
      left,
      right: left.map((child, node) => (feature[node] === -1 ? child : child + 1)),
      missingLeft: Uint8Array.from(this.missingLeft.slice(0, nodes)),
      set,
      sets: Uint32Array.from(this.sets.slice(0, usedSets * SET_WORDS)),
      value: Float64Array.from(this.value.slice(0, nodes)),
    };
  }

  /** The total gain of the divisions by each column in the first `trees` trees. */
  importance(trees: number, columns: number): Float64Array {
    const sums = new Float64Array(columns);
    const nodes = this.end(trees);
    for (let node = 0; node < nodes; node++) {
      if (this.feature[node] !== -1) sums[this.feature[node]] += this.gain[node];
    }
    return sums;
  }

  private end(trees: number): number {
    return trees < this.roots.length ? this.roots[trees] : this.feature.length;
  }

  private leaf(): number {
    this.feature.push(-1);
    this.threshold.push(0);
    this.left.push(-1);
    this.missingLeft.push(0);
    this.set.push(-1);
    this.value.push(0);
    this.gain.push(0);
    return this.feature.length - 1;
  }
}
