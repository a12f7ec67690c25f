import { type CascadeModel, SUBSET_WORDS } from './model.js';

/**
 * The stages of a cascade from one to before another, as a cascade of their own. Features stay, so that their numbers
 * do.
 *
 * @param from, to whole numbers, `from` below `to`, `to` at most the number of stages
 */
export function partOf(model: CascadeModel, from: number, to: number): CascadeModel {
  const [tree, lastTree] = [model.firstTree[from], model.firstTree[to]];
  const [node, lastNode] = [model.firstNode[tree], model.firstNode[lastTree]];
  return {
    ...model,
    firstTree: model.firstTree.slice(from, to + 1).map((first) => first - tree),
    stageThresholds: model.stageThresholds.slice(from, to),
    firstNode: model.firstNode.slice(tree, lastTree + 1).map((first) => first - node),
    left: model.left.slice(node, lastNode),
    right: model.right.slice(node, lastNode),
    feature: model.feature.slice(node, lastNode),
    // Each kind has one of the two; the other is empty.
    thresholds: model.thresholds.slice(node, lastNode),
    subsets: model.subsets.slice(SUBSET_WORDS * node, SUBSET_WORDS * lastNode),
    leaves: model.leaves.slice(node + tree, lastNode + lastTree),
  };
}
