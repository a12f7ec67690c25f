import { OptionError } from '../../errors.js';
import { type Forest, isInSet, SET_WORDS } from '../../kernels/index.js';
import type { BoostedModel, LinearModel } from '../../learners/index.js';
import { MessageWriter } from './writer.js';

/** Numbers of types: of elements, of attributes. */
const [FLOAT, INT64] = [1, 7];
const [WHOLE_ATTRIBUTE, FLOATS_ATTRIBUTE, WHOLES_ATTRIBUTE, TEXTS_ATTRIBUTE] = [2, 6, 7, 8];
/** The oldest version of ONNX and its operators that holds all that is written. */
const [FORMAT, OPERATORS, TREE_OPERATORS] = [8, 13, 1];

/**
 * A model of our own as the bytes of an ONNX file, which any runtime of ONNX can run: a linear model, or boosted trees.
 *
 * Its input `columns` is Float32, rows x columns: the blocks of its features side by side. Its outputs are
 * `probabilities`, Float32, rows x classes, and `label`, the likeliest class's position; for numbers `number`, rows x 1.
 * Weights, leaves and sums are in single precision there, and scores differ by its rounding, about 1e-6.
 *
 * @throws OptionError for a model that is neither
 *
 * @example
 * const model = await gradientBoosting().fit({ blocks, rows, classes: 2, labels }, { seed: 1 });
 * await writeFile('model.onnx', toOnnx(model));
 *
 * @see ONNX, operators of ai.onnx.ml, version 1, and of ai.onnx, version 13
 */
export function toOnnx(model: LinearModel | BoostedModel): Uint8Array<ArrayBuffer> {
  const sums = 'forest' in model ? treeNode(model) : 'weights' in model ? linearNode(model) : undefined;
  if (sums === undefined) {
    throw new OptionError('model', "isn't a linear model or boosted trees: those can be written as ONNX");
  }
  const { classes } = model;
  const columns = model.columns.reduce((sum, width) => sum + width, 0);
  const graph = new MessageWriter().message(1, sums);
  if (classes > 1) {
    graph
      .message(1, node('Softmax', ['sums'], ['probabilities'], [whole('axis', 1)]))
      .message(1, node('ArgMax', ['probabilities'], ['label'], [whole('axis', 1), whole('keepdims', 0)]));
  } else graph.message(1, node('Identity', ['sums'], ['number'], []));
  graph.text(2, 'spillway').message(11, tensor('columns', FLOAT, columns));
  if (classes > 1) {
    graph.message(12, tensor('label', INT64)).message(12, tensor('probabilities', FLOAT, classes));
  } else graph.message(12, tensor('number', FLOAT, 1));
  return new MessageWriter()
    .whole(1, FORMAT)
    .text(2, 'spillway')
    .message(7, graph)
    .message(8, new MessageWriter().text(1, '').whole(2, OPERATORS))
    .message(8, new MessageWriter().text(1, 'ai.onnx.ml').whole(2, TREE_OPERATORS))
    .finish();
}

/** Softmax of the sums 0 and m is the logistic function of m: two classes of one sum get a first that is always 0. */
function shiftOf(classes: number, outputs: number): number {
  return classes - outputs;
}

function linearNode({ classes, columns, weights, intercepts }: LinearModel): MessageWriter {
  const outputs = intercepts.length;
  const shift = shiftOf(classes, outputs);
  const width = columns.reduce((sum, one) => sum + one, 0);
  const coefficients = new Float32Array(classes * width);
  for (let o = 0; o < outputs; o++) {
    for (let c = 0; c < width; c++) coefficients[(o + shift) * width + c] = weights[c * outputs + o];
  }
  const starts = new Float32Array(classes);
  starts.set(intercepts, shift);
  return node(
    'LinearRegressor',
    ['columns'],
    ['sums'],
    [whole('targets', classes), floats('coefficients', coefficients), floats('intercepts', starts)],
    'ai.onnx.ml',
  );
}

function treeNode({ classes, forest }: BoostedModel): MessageWriter {
  const shift = shiftOf(classes, forest.outputs);
  const nodes = new NodeTable();
  forest.roots.forEach((root, tree) => {
    nodes.add(forest, root, tree, (tree % forest.outputs) + shift);
  });
  const base = new Float32Array(classes);
  base.set(forest.base, shift);
  return node(
    'TreeEnsembleRegressor',
    ['columns'],
    ['sums'],
    [whole('n_targets', classes), floats('base_values', base), ...nodes.attributes()],
    'ai.onnx.ml',
  );
}

/** Trees as the columns of a table, one row a node. */
class NodeTable {
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
        const asked = questions(forest, node);
        const [met, others] = missingLeft[node] === 1 ? [right[node], left[node]] : [left[node], right[node]];
        if (asked.length === 0) {
          const way = idOf(others);
          this.push(tree, own, feature[node], 'BRANCH_LEQ', 0, way, way, 0);
        }
        asked.forEach((category, i) => {
          const next = i + 1 < asked.length ? own + i + 1 : idOf(others);
          this.push(tree, own + i, feature[node], 'BRANCH_EQ', category, idOf(met), next, 0);
        });
      }
    }
  }

  attributes(): MessageWriter[] {
    const { leaves } = this;
    return [
      wholes('nodes_treeids', this.treeIds),
      wholes('nodes_nodeids', this.ids),
      wholes('nodes_featureids', this.features),
      texts('nodes_modes', this.modes),
      floats('nodes_values', this.values),
      wholes('nodes_truenodeids', this.yes),
      wholes('nodes_falsenodeids', this.no),
      wholes('nodes_missing_value_tracks_true', this.missing),
      wholes(
        'target_treeids',
        leaves.map(({ tree }) => tree),
      ),
      wholes(
        'target_nodeids',
        leaves.map(({ id }) => id),
      ),
      wholes(
        'target_ids',
        leaves.map(({ target }) => target),
      ),
      floats(
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

/** The categories of a node's set that go another way than missing values; none where it has no set. */
function questions({ set, sets, missingLeft }: Forest, node: number): number[] {
  if (set[node] === -1) return [];
  const categories = Array.from({ length: 32 * SET_WORDS }, (_, category) => category);
  return categories.filter((category) => isInSet(sets, set[node], category) !== (missingLeft[node] === 1));
}

function node(
  type: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly MessageWriter[],
  domain = '',
): MessageWriter {
  const message = new MessageWriter();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(4, type);
  for (const attribute of attributes) message.message(5, attribute);
  return message.text(7, domain);
}

function tensor(name: string, type: number, columns?: number): MessageWriter {
  const rows = new MessageWriter().message(1, new MessageWriter().text(2, 'rows'));
  const shape = columns === undefined ? rows : rows.message(1, new MessageWriter().whole(1, columns));
  const tensorType = new MessageWriter().whole(1, type).message(2, shape);
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensorType));
}

function attribute(name: string, type: number): MessageWriter {
  return new MessageWriter().text(1, name).whole(20, type);
}

function whole(name: string, value: number): MessageWriter {
  return attribute(name, WHOLE_ATTRIBUTE).whole(3, value);
}

function floats(name: string, values: ArrayLike<number>): MessageWriter {
  return attribute(name, FLOATS_ATTRIBUTE).floats(7, values);
}

function wholes(name: string, values: ArrayLike<number>): MessageWriter {
  return attribute(name, WHOLES_ATTRIBUTE).wholes(8, values);
}

function texts(name: string, values: readonly string[]): MessageWriter {
  const message = attribute(name, TEXTS_ATTRIBUTE);
  for (const value of values) message.text(9, value);
  return message;
}
