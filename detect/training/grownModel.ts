import {
  type CascadeFeatures,
  type CascadeModel,
  limitOf,
  RECTANGLES,
  SUBSET_WORDS,
} from '../model/index.js';
import type { WindowSet } from './examples/index.js';
import { leavesOf, stageTrees, type WeakTree } from './weakTree.js';

/** A model without its stages: kind and window. */
export type ModelShape = Pick<CascadeModel, 'kind' | 'width' | 'height'>;

/**
 * The model with one more stage. It keeps only the features that trees read.
 *
 * @param features what the new trees refer to
 */
export function withStage(
  model: CascadeModel | undefined,
  { kind, width, height }: ModelShape,
  trees: readonly WeakTree[],
  threshold: number,
  features: CascadeFeatures,
): CascadeModel {
  const each = kind === 'haar' ? RECTANGLES : 1;
  const kept = new KeptFeatures(kind === 'haar', each);
  for (let i = 0; i < (model?.features.count ?? 0); i++) if (model) kept.add(model.features, i);
  const nodes = trees.flatMap((tree) => tree.nodes);
  const read = nodes.map((node) => kept.add(features, node.feature));
  const firstNode = [...(model?.firstNode ?? [0])];
  for (const tree of trees) firstNode.push(firstNode[firstNode.length - 1] + tree.nodes.length);
  const firstTree = [...(model?.firstTree ?? [0])];
  firstTree.push(firstTree[firstTree.length - 1] + trees.length);
  return {
    kind,
    width,
    height,
    features: kept.features(),
    firstTree: Int32Array.from(firstTree),
    stageThresholds: Float32Array.of(...(model?.stageThresholds ?? []), threshold),
    firstNode: Int32Array.from(firstNode),
    left: Int32Array.of(...(model?.left ?? []), ...nodes.map((node) => node.left)),
    right: Int32Array.of(...(model?.right ?? []), ...nodes.map((node) => node.right)),
    feature: Int32Array.of(...(model?.feature ?? []), ...read),
    thresholds: Float32Array.from(
      kind === 'haar' ? [...(model?.thresholds ?? []), ...nodes.map((node) => node.threshold)] : [],
    ),
    subsets: Int32Array.from(
      kind === 'lbp' ? [...(model?.subsets ?? []), ...nodes.flatMap((node) => [...node.subset])] : [],
    ),
    leaves: Float32Array.from([...(model?.leaves ?? []), ...trees.flatMap((tree) => [...tree.leaves])]),
  };
}

/** Features in the order of their first use, each once. */
class KeptFeatures {
  private readonly places = new Map<string, number>();
  private readonly rectangles: number[] = [];
  private readonly weights: number[] = [];

  constructor(
    private readonly isHaar: boolean,
    private readonly each: number,
  ) {}

  /** @returns its place */
  add({ rectangles, weights }: CascadeFeatures, feature: number): number {
    const { each } = this;
    const sides = rectangles.subarray(4 * each * feature, 4 * each * (feature + 1));
    const factors = this.isHaar ? weights.subarray(each * feature, each * (feature + 1)) : new Float32Array();
    const key = `${sides.join()};${factors.join()}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.rectangles.push(...sides);
    this.weights.push(...factors);
    const place = this.places.size;
    this.places.set(key, place);
    return place;
  }

  features(): CascadeFeatures {
    const count = this.places.size;
    return {
      count,
      rectangles: Int32Array.from(this.rectangles),
      weights: Float32Array.from(this.weights),
      tilted: new Uint8Array(this.isHaar ? count : 0),
    };
  }
}

/** A model that passes every window but flat ones: what runs before there is a first stage. */
export function passesAll({ kind, width, height }: ModelShape): CascadeModel {
  const each = kind === 'haar' ? RECTANGLES : 1;
  const rectangles = new Int32Array(4 * each);
  for (let i = 0; i < each; i++) rectangles.set([0, 0, 1, 1], 4 * i);
  return {
    kind,
    width,
    height,
    features: {
      count: 1,
      rectangles,
      weights: new Float32Array(kind === 'haar' ? each : 0),
      tilted: new Uint8Array(kind === 'haar' ? 1 : 0),
    },
    firstTree: Int32Array.of(0, 1),
    stageThresholds: new Float32Array(1),
    firstNode: Int32Array.of(0, 1),
    left: new Int32Array(1),
    right: Int32Array.of(-1),
    feature: new Int32Array(1),
    thresholds: new Float32Array(kind === 'haar' ? 1 : 0),
    subsets: new Int32Array(kind === 'lbp' ? SUBSET_WORDS : 0),
    leaves: new Float32Array(2),
  };
}

/** What a model makes of windows. */
export interface ModelResults {
  /** 1 for each window that passes all stages. */
  readonly passes: Uint8Array;
  /** The sum of the last stage that each window ran through. */
  readonly sums: Float64Array;
}

/** Runs a model over windows that aren't flat: the sums of a scan, bit for bit. Without a model all pass, with 0. */
export function runModel(model: CascadeModel | undefined, windows: WindowSet): ModelResults {
  const passes = new Uint8Array(windows.count).fill(1);
  const sums = new Float64Array(windows.count);
  const leaves = new Uint8Array(windows.count);
  for (let stage = 0; stage < (model?.stageThresholds.length ?? 0); stage++) {
    if (model === undefined) break;
    const trees = stageTrees(model, stage);
    const here = new Float64Array(windows.count);
    for (const tree of trees) {
      leavesOf(tree, model.kind, model.features, windows, leaves);
      for (let i = 0; i < here.length; i++) here[i] += tree.leaves[leaves[i]];
    }
    const limit = limitOf(model.stageThresholds[stage]);
    for (let i = 0; i < here.length; i++) {
      if (passes[i] === 0) continue;
      sums[i] = here[i];
      if (here[i] < limit) passes[i] = 0;
    }
  }
  return { passes, sums };
}
