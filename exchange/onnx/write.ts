import { show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import type { BoostedModel, LinearModel } from '../../lib/learn/learners/index.js';
import { MessageWriter } from '../../lib/models/onnxFile/index.js';
import { floatsAttribute, wholeAttribute } from './attributes.js';
import { NodeTable } from './nodeTable.js';

/** Numbers of the types of elements. */
const [FLOAT, INT64] = [1, 7];
/** The oldest versions of ONNX and its operators that support the output. */
const [FORMAT, OPERATORS, TREE_OPERATORS] = [8, 13, 1];

/**
 * A model of our own as the bytes of an ONNX file, which any runtime of ONNX can run: a linear model, or boosted trees.
 *
 * Its input `columns` is Float32, rows x columns: the blocks of its features side by side. Its outputs are
 * `probabilities`, Float32, rows x classes, and `label`, the likeliest class's position; for numbers `number`, rows x
 * 1. Weights, leaves and sums are in single precision there, and scores differ by its rounding, about 1e-6.
 *
 * @param model what `logisticRegression`, `ridgeRegression` or `gradientBoosting` fitted
 * @returns the file's bytes
 * @throws OptionError for a model that is neither
 *
 * @example
 * const model = await gradientBoosting().fit({ blocks, rows, classes: 2, labels }, { seed: 1 });
 * await writeFile('model.onnx', toOnnx(model));
 *
 * @see ONNX, operators of ai.onnx.ml, version 1, and of ai.onnx, version 13
 */
export function toOnnx(model: LinearModel | BoostedModel): Uint8Array<ArrayBuffer> {
  if (typeof model !== 'object' || model === null) {
    throw new OptionError('model', `expected a fitted model, got ${show(model)}`);
  }
  const sums = 'forest' in model ? treeNode(model) : 'weights' in model ? linearNode(model) : undefined;
  if (sums === undefined) {
    throw new OptionError('model', "isn't a linear model or boosted trees: those can be written as ONNX");
  }
  const { classes } = model;
  const columns = model.columns.reduce((sum, width) => sum + width, 0);
  const graph = new MessageWriter().message(1, sums);
  if (classes > 1) {
    graph
      .message(1, node('Softmax', ['sums'], ['probabilities'], [wholeAttribute('axis', 1)]))
      .message(
        1,
        node(
          'ArgMax',
          ['probabilities'],
          ['label'],
          [wholeAttribute('axis', 1), wholeAttribute('keepdims', 0)],
        ),
      );
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
    [
      wholeAttribute('targets', classes),
      floatsAttribute('coefficients', coefficients),
      floatsAttribute('intercepts', starts),
    ],
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
    [wholeAttribute('n_targets', classes), floatsAttribute('base_values', base), ...nodes.attributes()],
    'ai.onnx.ml',
  );
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
