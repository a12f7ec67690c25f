import { type Block, denseBlock, withExact } from '../../../../data/blocks/index.js';
import { ModelError } from '../../../../errors.js';
import {
  areWide,
  doubleRounds,
  roundsOf,
  singleForest,
  vectorAdder,
} from '../../../../learn/kernels/index.js';
import { applyLinks, complement, eachLogistic, exponential, type Link, softmaxLink } from '../../links.js';
import type { NodeFields } from '../node.js';
import type { ReadModel } from '../step.js';
import { toDense, type Values } from '../values.js';
import { readTreeTensors } from './treeTensors.js';

/** Sums or numbers a leaf, at most. */
const MOST_SUMS = 2 ** 16;

/** What is made of a row's sums. */
const LINKS: Readonly<
  Record<'none' | 'exponential' | 'logistic' | 'halfLogistic' | 'softmax', readonly Link[]>
> = {
  none: [],
  exponential: [exponential],
  logistic: [eachLogistic(), complement],
  /** Of sums that are half of the log-odds. */
  halfLogistic: [eachLogistic(2), complement],
  softmax: [softmaxLink],
};
const LINK_NAMES = ['none', 'exponential', 'logistic', 'halfLogistic', 'softmax'] as const;

/**
 * Decision trees, forests and boosted trees: a row's sums begin at `base`; each tree adds the value of the row's leaf
 * to one of them (tree i to sum i modulo `sums`), or, where leaves have several numbers, one of them to each; what is
 * added up is divided by `divisor`.
 *
 * `precision` is that in which columns are compared with thresholds: 'single' where the library rounds rows to it.
 */
export const treesOfPipeline: ReadModel = (model) => {
  const columns = model.parameters.count('columns');
  const sums = model.parameters.count('sums', MOST_SUMS);
  const isSingle = model.oneOf('precision', ['single', 'double']) === 'single';
  const hasVectors = model.flag('vectors');
  const takesMissing = model.flag('takesMissing');
  const divisor = model.number('divisor');
  const links = LINKS[model.oneOf('link', LINK_NAMES)];
  const base = model.numbers('base', sums);
  if (sums === 0 || !(divisor > 0)) throw model.damaged(`${sums} sums, divided by ${divisor}`);
  if (links.includes(complement) && sums !== 1) throw model.damaged(`${sums} sums for two classes`);
  const add = hasVectors ? readVectors(model, columns, sums) : readSums(model, columns, sums, isSingle);
  const outputs = links.reduce((width, link) => link.numbers(width), sums);
  return {
    outputs,
    predict(parts, rows, out) {
      checkParts(model, parts, columns, takesMissing);
      const blocks = parts.map((part) => blockOf(part, isSingle));
      for (let at = 0; at < rows * sums; at += sums) out.set(base, at);
      add(blocks, out);
      if (divisor !== 1) for (let i = 0; i < rows * sums; i++) out[i] /= divisor;
      applyLinks(links, rows, sums, out);
    },
  };
};

type Add = (blocks: readonly Block[], out: Float64Array) => void;

function readSums(model: NodeFields, columns: number, sums: number, isSingle: boolean): Add {
  const { forest } = readTreeTensors(model, columns, sums);
  if (isSingle && forest.known !== undefined) throw model.damaged('categories in single precision');
  const rounds = isSingle ? roundsOf(singleForest(forest)) : doubleRounds(forest);
  return (blocks, out) => rounds.advance(blocks, out, 0, rounds.count);
}

/** Trees whose leaves have a number for each sum. They compare in single precision. */
function readVectors(model: NodeFields, columns: number, sums: number): Add {
  const { forest, vectors } = readTreeTensors(model, columns, 1, sums);
  if (forest.known !== undefined) throw model.damaged('categories beside leaves of several numbers');
  const trees = singleForest(forest);
  let made: { readonly widths: readonly number[]; readonly add: Add } | undefined;
  return (blocks, out) => {
    if (made === undefined || !areWide(blocks, made.widths)) {
      const widths = blocks.map(({ columns }) => columns);
      made = { widths, add: vectorAdder(trees, vectors, sums, widths) };
    }
    made.add(blocks, out);
  };
}

/** @throws ModelError for parts of other columns, and for a missing value where the model takes none */
export function checkParts(
  model: NodeFields,
  parts: readonly Values[],
  columns: number,
  takesMissing: boolean,
): void {
  const given = parts.reduce((sum, part) => sum + part.columns, 0);
  if (given !== columns) throw new ModelError(model.path, `reads ${columns} columns, and gets ${given}`);
  let first = 0;
  for (const part of takesMissing ? [] : parts) {
    const { kind, values, columns: width } = part;
    for (let i = 0; kind !== 'raw' && i < values.length; i++) {
      if (!Number.isNaN(values[i])) continue;
      const row = kind === 'dense' ? Math.floor(i / width) : part.offsets.findIndex((end) => end > i) - 1;
      const column = first + (kind === 'dense' ? i % width : part.indices[i]);
      throw new ModelError(model.path, `takes no missing values, and column ${column} is NaN`, { row });
    }
    first += width;
  }
}

/** Values as a block, in single precision alone or with their doubles. */
export function blockOf(part: Values, isSingle: boolean): Block {
  const numbers = part.kind === 'sparse' ? part : toDense(part);
  const exact = isSingle ? undefined : numbers.values;
  const values = new Float32Array(numbers.values);
  return numbers.kind === 'sparse'
    ? withExact({ ...numbers, values }, exact)
    : withExact(denseBlock(numbers.rows, numbers.columns, values), exact);
}
