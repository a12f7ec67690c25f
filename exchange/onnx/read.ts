import { type Block, clearRow, denseBlock, readRow } from '../../lib/data/blocks/index.js';
import { damagedModel, unsupportedModel } from '../fields.js';
import { eachLogistic, type Link, normalise, numbersAfter, softmaxLink } from '../links.js';
import type { DescribedModel } from '../trained.js';
import { type Node, readGraph } from './messages.js';
import { type Predictor, predictors } from './operators.js';

const KNOWN = [
  ...Object.keys(predictors),
  'Scaler',
  'Normalizer (L1)',
  'Softmax',
  'Sigmoid',
  'ZipMap',
  'Cast',
  'Identity',
].join(', ');

/** Scalers before, and links after: each is run for every row. */
const LONGEST_ROW = 16;

/** The value of a name in the graph. */
type Value =
  | { readonly kind: 'columns'; readonly known: number | undefined; readonly scalers: readonly Scaler[] }
  | { readonly kind: 'scores'; readonly model: DescribedModel }
  /** Answers; they follow from the scores. */
  | { readonly kind: 'labels' }
  | { readonly kind: 'constant' };

/** @throws ArtifactError for anything but a whole model of known operators */
export function readOnnx(bytes: Uint8Array): DescribedModel {
  const graph = readGraph(bytes);
  if (graph.inputs.length !== 1) {
    throw unsupportedModel('onnx', `has ${graph.inputs.length} inputs, where one of all columns is expected`);
  }
  const [input] = graph.inputs;
  const values = new Map<string, Value>([
    [input.name, { kind: 'columns', known: input.columns, scalers: [] }],
  ]);
  for (const name of graph.constants) values.set(name, { kind: 'constant' });
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined)
        throw damagedModel(
          'onnx',
          `a node ${node.type} that reads '${name.slice(0, 40)}', which nothing gives`,
        );
      return value;
    });
    run(node, inputs).forEach((value, i) => {
      const name = node.outputs[i];
      if (name !== undefined && name !== '') values.set(name, value);
    });
  }
  const scores = graph.outputs.flatMap((name) => {
    const value = values.get(name);
    return value?.kind === 'scores' ? [value.model] : [];
  });
  if (scores.length !== 1) {
    throw unsupportedModel('onnx', `gives ${scores.length} outputs of scores, where one is expected`);
  }
  const [model] = scores;
  if (!model.classifies && numbersAfter(model.links, model.outputs) > 1) {
    throw unsupportedModel('onnx', 'gives a row several numbers: import one model for each');
  }
  return model;
}

/** A node's outputs. */
function run(node: Node, inputs: readonly Value[]): readonly Value[] {
  const { type, attributes } = node;
  const [value] = inputs;
  if (type === 'Constant') return [{ kind: 'constant' }];
  if (value === undefined) throw damagedModel('onnx', `a node ${type} without input`);
  if (type === 'Identity' || type === 'Cast') return [value];
  if (inputs.every(({ kind }) => kind === 'labels' || kind === 'constant')) return [{ kind: 'labels' }];
  if (value.kind === 'columns') {
    if (type === 'Scaler') {
      checkRow(value.scalers);
      const next = scaler(attributes.floats('offset'), attributes.floats('scale'));
      return [{ ...value, scalers: [...value.scalers, next] }];
    }
    if (Object.hasOwn(predictors, type)) {
      const model = described(value, node);
      // Classifiers give their answers first.
      return model.classifies ? [{ kind: 'labels' }, { kind: 'scores', model }] : [{ kind: 'scores', model }];
    }
  }
  if (value.kind === 'scores') return scored(node, value.model);
  throw unsupportedModel('onnx', `has an operator ${type} on ${value.kind}; known are ${KNOWN}`);
}

function described(
  { known, scalers }: Value & { kind: 'columns' },
  { type, attributes }: Node,
): DescribedModel {
  const named = [known, ...scalers.map(({ columns }) => columns)].filter((columns) => columns !== undefined);
  const model: Predictor = predictors[type](attributes, named[0]);
  const columns = named[0] ?? model.columns;
  if (named.some((width) => width !== columns) || (model.exact && model.columns !== columns)) {
    throw damagedModel('onnx', `operators of ${[...named, model.columns].join(', ')} columns in a row`);
  }
  return {
    ...model,
    name: 'onnx',
    columns,
    // Trees alone don't tell how many columns there are that none of them reads.
    more: named.length === 0 && !model.exact,
    sums: {
      ...model.sums,
      advance(blocks, sums, from, to) {
        const scaled = scalers.reduce((some, { apply }) => apply(some), blocks);
        model.sums.advance(scaled, sums, from, to);
      },
    },
  };
}

function checkRow({ length }: readonly unknown[]): void {
  if (length === LONGEST_ROW)
    throw unsupportedModel('onnx', `has more than ${LONGEST_ROW} such operators in a row`);
}

/** A node's outputs from a model's scores. */
function scored({ type, attributes }: Node, model: DescribedModel): readonly Value[] {
  const linked = (link: Link, classifies: boolean): readonly Value[] => {
    checkRow(model.links);
    return [{ kind: 'scores', model: { ...model, classifies, links: [...model.links, link] } }];
  };
  const axis = attributes.whole('axis', type === 'ArgMax' ? 0 : -1);
  switch (type) {
    case 'ZipMap':
      return [{ kind: 'scores', model }];
    case 'Reshape':
    case 'Flatten':
      if (model.classifies || numbersAfter(model.links, model.outputs) > 1) break;
      return [{ kind: 'scores', model }];
    case 'ArgMax':
      return [{ kind: 'labels' }];
    case 'Sigmoid':
      return linked(eachLogistic(), model.classifies);
    case 'Softmax':
      if (axis !== 1 && axis !== -1) break;
      return linked(softmaxLink, numbersAfter(model.links, model.outputs) > 1);
    case 'Normalizer':
      if (!model.classifies || attributes.text('norm', 'MAX') !== 'L1') break;
      return linked(normalise, true);
  }
  throw unsupportedModel('onnx', `has an operator ${type} on scores that isn't read; known are ${KNOWN}`);
}

/** Columns less their offset, times their scale, in single precision like the blocks themselves. */
interface Scaler {
  /** How many columns it names, unless one number stands for all. */
  readonly columns: number | undefined;
  apply(blocks: readonly Block[]): readonly Block[];
}

/** @param offset one a column, or one for all */
function scaler(offset: readonly number[], scale: readonly number[]): Scaler {
  if (offset.length === 0 || scale.length === 0) throw damagedModel('onnx', 'a Scaler without numbers');
  const columns = Math.max(offset.length, scale.length);
  for (const { length } of [offset, scale]) {
    if (length !== 1 && length !== columns) {
      throw damagedModel('onnx', `a Scaler of ${offset.length} offsets and ${scale.length} scales`);
    }
  }
  return {
    columns: columns === 1 ? undefined : columns,
    apply: (blocks) => {
      const rows = blocks.length === 0 ? 0 : blocks[0].rows;
      const width = blocks.reduce((sum, block) => sum + block.columns, 0);
      const numbers = new Float32Array(width);
      const values = new Float32Array(rows * width);
      for (let row = 0, i = 0; row < rows; row++) {
        readRow(blocks, row, numbers);
        for (let c = 0; c < width; c++) {
          const centred = Math.fround(numbers[c] - offset[offset.length === 1 ? 0 : c]);
          values[i++] = centred * scale[scale.length === 1 ? 0 : c];
        }
        clearRow(blocks, row, numbers);
      }
      return [denseBlock(rows, width, values)];
    },
  };
}
