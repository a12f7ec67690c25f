import type { Forest } from '../../lib/learn/kernels/index.js';
import { atMost, below } from '../../lib/util/floats.js';
import { decision, type NodeDecision } from '../decision.js';
import { damagedModel, unsupportedModel } from '../fields.js';
import { type ForeignTree, ForestBuilder } from '../forestBuilder.js';
import type { Attributes } from './messages.js';

/** The trees of an ensemble: each leaf has a weight for some of the outputs. */
export interface OnnxEnsemble {
  readonly trees: readonly EnsembleTree[];
  /** All weights, whichever leaf's. */
  readonly weights: readonly number[];
}

interface EnsembleTree extends Omit<ForeignTree, 'value'> {
  /** By output, then by leaf. */
  readonly weights: ReadonlyMap<number, ReadonlyMap<number, number>>;
}

/**
 * @param prefix of the attributes that hold the weights, `class` or `target`
 * @throws ArtifactError
 */
export function readEnsemble(attributes: Attributes, prefix: 'class' | 'target'): OnnxEnsemble {
  const ids = attributes.wholes('nodes_treeids');
  const nodes = ids.length;
  const nodeIds = attributes.wholes('nodes_nodeids', nodes);
  const of = {
    columns: attributes.wholes('nodes_featureids', nodes),
    modes: attributes.texts('nodes_modes'),
    values: attributes.floats('nodes_values', nodes),
    yes: attributes.wholes('nodes_truenodeids', nodes),
    no: attributes.wholes('nodes_falsenodeids', nodes),
    missing: attributes.wholes('nodes_missing_value_tracks_true'),
  };
  if (of.modes.length !== nodes)
    throw damagedModel('onnx', `${of.modes.length} nodes_modes, expected ${nodes}`);
  if (of.missing.length !== 0 && of.missing.length !== nodes) {
    throw damagedModel('onnx', `${of.missing.length} nodes_missing_value_tracks_true, expected ${nodes}`);
  }
  const places = new Map<number, Map<number, number>>();
  const members = new Map<number, number[]>();
  for (let i = 0; i < nodes; i++) {
    const place = places.get(ids[i]) ?? new Map<number, number>();
    const own = members.get(ids[i]) ?? [];
    places.set(ids[i], place);
    members.set(ids[i], own);
    if (place.has(nodeIds[i])) throw damagedModel('onnx', `two nodes ${nodeIds[i]} in tree ${ids[i]}`);
    place.set(nodeIds[i], own.length);
    own.push(i);
  }
  const { weights, byTree } = readWeights(attributes, prefix, places);
  const trees = [...members].map(([id, own]): EnsembleTree => {
    const place = places.get(id);
    const child = (nodeId: number) => place?.get(nodeId) ?? -1;
    return {
      nodes: own.length,
      isLeaf: (node) => of.modes[own[node]] === 'LEAF',
      left: (node) => child(of.yes[own[node]]),
      right: (node) => child(of.no[own[node]]),
      column: (node) => of.columns[own[node]],
      decision: (node) => decisionOf(of.modes[own[node]], of.values[own[node]], of.missing[own[node]] === 1),
      weights: byTree.get(id) ?? new Map(),
    };
  });
  return { trees, weights };
}

/** How many columns trees read, at least. */
export function columnsRead({ trees }: OnnxEnsemble): number {
  let most = 0;
  for (const tree of trees) {
    for (let node = 0; node < tree.nodes; node++) {
      if (!tree.isLeaf(node)) most = Math.max(most, tree.column(node) + 1);
    }
  }
  return most;
}

/** @param scale of all weights */
export function forestOf(
  { trees }: OnnxEnsemble,
  columns: number,
  base: Float64Array,
  scale: number,
  outputOf: (id: number) => number,
): Forest {
  const builder = new ForestBuilder('onnx', columns, base);
  for (const tree of trees) {
    for (const [id, weights] of tree.weights) {
      builder.add({ ...tree, value: (node) => scale * (weights.get(node) ?? 0) }, outputOf(id));
    }
  }
  return builder.forest();
}

function readWeights(
  attributes: Attributes,
  prefix: string,
  places: ReadonlyMap<number, ReadonlyMap<number, number>>,
) {
  const weights = attributes.floats(`${prefix}_weights`);
  const treeIds = attributes.wholes(`${prefix}_treeids`, weights.length);
  const nodeIds = attributes.wholes(`${prefix}_nodeids`, weights.length);
  const ids = attributes.wholes(`${prefix}_ids`, weights.length);
  const byTree = new Map<number, Map<number, Map<number, number>>>();
  weights.forEach((weight, i) => {
    const node = places.get(treeIds[i])?.get(nodeIds[i]);
    if (node === undefined)
      throw damagedModel('onnx', `a weight of node ${nodeIds[i]}, tree ${treeIds[i]}: there is none`);
    const byOutput = byTree.get(treeIds[i]) ?? new Map<number, Map<number, number>>();
    const byLeaf = byOutput.get(ids[i]) ?? new Map<number, number>();
    byTree.set(treeIds[i], byOutput);
    byOutput.set(ids[i], byLeaf);
    byLeaf.set(node, (byLeaf.get(node) ?? 0) + weight);
  });
  return { weights, byTree };
}

/** A row goes left if the comparison holds; missing values do too if `missing`. */
function decisionOf(mode: string, value: number, missing: boolean): NodeDecision {
  switch (mode) {
    case 'BRANCH_LEQ':
      return decision([[atMost(value), true]], false, missing);
    case 'BRANCH_LT':
      return decision([[below(value), true]], false, missing);
    case 'BRANCH_GT':
      return decision([[atMost(value), false]], true, missing);
    case 'BRANCH_GTE':
      return decision([[below(value), false]], true, missing);
    case 'BRANCH_EQ':
      return decision(
        [
          [below(value), false],
          [atMost(value), true],
        ],
        false,
        missing,
      );
    case 'BRANCH_NEQ':
      // A missing value differs from any number.
      return decision(
        [
          [below(value), true],
          [atMost(value), false],
        ],
        true,
        true,
      );
  }
  throw unsupportedModel('onnx', `has a node of mode '${mode}'`);
}
