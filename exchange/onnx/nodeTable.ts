import { type Forest, isInSet, SET_WORDS } from '../../lib/learn/kernels/index.js';
import type { MessageWriter } from '../../lib/models/onnxFile/index.js';
import { floatsAttribute, textsAttribute, wholesAttribute } from './attributes.js';

/** Trees as the columns of a table, one row a node. */
export class NodeTable {
  private readonly treeIds: number[] = [];
  private readonly ids: number[] = [];
  private readonly features: number[] = [];
  private readonly modes: string[] = [];
  private readonly values: number[] = [];
  private readonly yes: number[] = [];
  private readonly no: number[] = [];
  private readonly missing: number[] = [];
  private readonly leaves: { tree: number; id: number; target: number; weight: number }[] = [];

  add(forest: Forest, root: number, tree: number, target: number): void {
    const { feature, left, right, threshold, missingLeft, set, value } = forest;
    const order = reachable(forest, root);
    const first = new Map<number, number>();
    let id = 0;
    for (const node of order) {
      first.set(node, id);
      id += Math.max(1, questions(forest, node).length);
    }
    const idOf = (node: number) => first.get(node) ?? 0;
    for (const node of order) {
      const own = idOf(node);
      if (feature[node] === -1) {
        this.push(tree, own, 0, 'LEAF', 0, 0, 0, 0);
        this.leaves.push({ tree, id: own, target, weight: value[node] });
      } else if (set[node] === -1) {
        this.push(
          tree,
          own,
          feature[node],
          'BRANCH_LEQ',
          threshold[node],
          idOf(left[node]),
          idOf(right[node]),
          missingLeft[node],
        );
      } else {
        // One question for each category on the side where missing values aren't; they and all else fall through.
        const predicates = questions(forest, node);
        const [met, others] = missingLeft[node] === 1 ? [right[node], left[node]] : [left[node], right[node]];
        if (predicates.length === 0) {
          const way = idOf(others);
          this.push(tree, own, feature[node], 'BRANCH_LEQ', 0, way, way, 0);
        }
        predicates.forEach((category, i) => {
          const next = i + 1 < predicates.length ? own + i + 1 : idOf(others);
          this.push(tree, own + i, feature[node], 'BRANCH_EQ', category, idOf(met), next, 0);
        });
      }
    }
  }

  attributes(): MessageWriter[] {
    const { leaves } = this;
    return [
      wholesAttribute('nodes_treeids', this.treeIds),
      wholesAttribute('nodes_nodeids', this.ids),
      wholesAttribute('nodes_featureids', this.features),
      textsAttribute('nodes_modes', this.modes),
      floatsAttribute('nodes_values', this.values),
      wholesAttribute('nodes_truenodeids', this.yes),
      wholesAttribute('nodes_falsenodeids', this.no),
      wholesAttribute('nodes_missing_value_tracks_true', this.missing),
      wholesAttribute(
        'target_treeids',
        leaves.map(({ tree }) => tree),
      ),
      wholesAttribute(
        'target_nodeids',
        leaves.map(({ id }) => id),
      ),
      wholesAttribute(
        'target_ids',
        leaves.map(({ target }) => target),
      ),
      floatsAttribute(
        'target_weights',
        leaves.map(({ weight }) => weight),
      ),
    ];
  }

  private push(
    tree: number,
    id: number,
    feature: number,
    mode: string,
    value: number,
    yes: number,
    no: number,
    missing: number,
  ): void {
    this.treeIds.push(tree);
    this.ids.push(id);
    this.features.push(feature);
    this.modes.push(mode);
    this.values.push(value);
    this.yes.push(yes);
    this.no.push(no);
    this.missing.push(missing);
  }
}

/** The nodes of a tree: a node's number is above its parents', so that ascending they come after them. */
function reachable({ feature, left, right }: Forest, root: number): number[] {
  const seen = new Set([root]);
  for (const node of seen) {
    if (feature[node] === -1) continue;
    seen.add(left[node]);
    seen.add(right[node]);
  }
  return [...seen].sort((a, b) => a - b);
}

/** The categories of a node's set that go another way than missing values; none if it has no set. */
function questions({ set, sets, missingLeft }: Forest, node: number): number[] {
  if (set[node] === -1) return [];
  const categories = Array.from({ length: 32 * SET_WORDS }, (_, category) => category);
  return categories.filter((category) => isInSet(sets, set[node], category) !== (missingLeft[node] === 1));
}
