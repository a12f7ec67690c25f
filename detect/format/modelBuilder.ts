import { type CascadeModel, RECTANGLES } from '../model/index.js';
import { damagedXml, unsupportedXml } from './faults.js';

/** Gathers what a file says, in its order, and makes a model of it. */
export class ModelBuilder {
  private readonly rectangles: number[] = [];
  private readonly weights: number[] = [];
  private readonly tilted: number[] = [];
  private readonly stageThresholds: number[] = [];
  private readonly firstTree: number[] = [];
  private readonly firstNode: number[] = [];
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly feature: number[] = [];
  private readonly thresholds: number[] = [];
  private readonly subsets: number[] = [];
  private readonly leaves: number[] = [];
  private features = 0;

  constructor(
    private readonly kind: CascadeModel['kind'],
    private readonly width: number,
    private readonly height: number,
  ) {}

  /** @param rectangles five numbers each: x, y, width, height, weight. @returns the feature's position */
  haar(rectangles: readonly (readonly number[])[], isTilted: boolean): number {
    const { features } = this;
    if (rectangles.length > RECTANGLES) {
      throw unsupportedXml(
        `feature ${features} has ${rectangles.length} rectangles; at most ${RECTANGLES} are read`,
      );
    }
    if (rectangles.length === 0) throw damagedXml(`feature ${features} has no rectangles`);
    for (let i = 0; i < RECTANGLES; i++) {
      const numbers = rectangles[i] ?? [0, 0, 0, 0, 0];
      if (numbers.length !== 5)
        throw damagedXml(`feature ${features}: expected x, y, width, height and weight`);
      const isUnused = Math.fround(numbers[4]) === 0;
      for (let j = 0; j < 4; j++) this.rectangles.push(isUnused ? 0 : numbers[j]);
      this.weights.push(numbers[4]);
    }
    this.tilted.push(isTilted ? 1 : 0);
    return this.features++;
  }

  /** @param block x, y, width and height of the first block */
  lbp(block: readonly number[]): void {
    if (block.length !== 4) throw damagedXml(`feature ${this.features}: expected x, y, width and height`);
    this.rectangles.push(...block);
    this.features++;
  }

  beginStage(threshold: number): void {
    this.firstTree.push(this.firstNode.length);
    this.stageThresholds.push(threshold);
  }

  /** @param leaves the values of the tree, one more than it has nodes */
  beginTree(nodes: number, leaves: readonly number[]): void {
    if (leaves.length !== nodes + 1) {
      throw damagedXml(`tree ${this.firstNode.length}: expected ${nodes + 1} leaves, got ${leaves.length}`);
    }
    this.firstNode.push(this.left.length);
    for (const leaf of leaves) this.leaves.push(leaf);
  }

  /** @param test a threshold (Haar), or the eight words of a subset (LBP) */
  node(left: number, right: number, feature: number, test: readonly number[]): void {
    this.left.push(left);
    this.right.push(right);
    this.feature.push(feature);
    (this.kind === 'haar' ? this.thresholds : this.subsets).push(...test);
  }

  /** The model, unchecked. */
  model(): CascadeModel {
    return {
      kind: this.kind,
      width: this.width,
      height: this.height,
      features: {
        count: this.features,
        rectangles: Int32Array.from(this.rectangles),
        weights: Float32Array.from(this.weights),
        tilted: Uint8Array.from(this.tilted),
      },
      firstTree: Int32Array.from([...this.firstTree, this.firstNode.length]),
      stageThresholds: Float32Array.from(this.stageThresholds),
      firstNode: Int32Array.from([...this.firstNode, this.left.length]),
      left: Int32Array.from(this.left),
      right: Int32Array.from(this.right),
      feature: Int32Array.from(this.feature),
      thresholds: Float32Array.from(this.thresholds),
      subsets: Int32Array.from(this.subsets),
      leaves: Float32Array.from(this.leaves),
    };
  }
}
